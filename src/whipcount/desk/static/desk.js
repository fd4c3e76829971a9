// Seats of a chamber: one stop for the tab key, arrows from seat to seat, and the elector's evidence beside the picture.
// Without this script a seat is a link to the elector's own page.
(() => {
  const halls = (root) => root.querySelectorAll(".hall").forEach((hall) => {
    const seats = [...hall.querySelectorAll("a.seat")];
    if (!seats.length || hall.dataset.ready) return;
    hall.dataset.ready = "yes";
    const place = document.createElement("div");
    place.setAttribute("aria-live", "polite");
    hall.querySelector("svg").after(place);
    seats[0].setAttribute("tabindex", "0");
    seats.forEach((seat, i) => {
      const title = seat.querySelector("title");
      if (title) seat.setAttribute("aria-label", title.textContent.trim());
      seat.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        const to = step ? seats[i + step] : { Home: seats[0], End: seats[seats.length - 1] }[event.key];
        if (!to) return;
        event.preventDefault();
        seats.forEach((one) => one.setAttribute("tabindex", "-1"));
        to.setAttribute("tabindex", "0");
        to.focus();
      });
      seat.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
        event.preventDefault();
        const [path, asked] = seat.getAttribute("href").split("?");
        htmx.ajax("GET", `${path}/part?${asked || ""}`, { target: place, swap: "innerHTML" });
      });
    });
  });
  document.addEventListener("DOMContentLoaded", () => halls(document));
  document.addEventListener("htmx:load", (event) => halls(event.detail.elt));
  // A form that is wrong comes back as 422, something that is being made as 202: both are shown, not dropped.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
    if (event.detail.xhr.status === 202) {
      event.detail.shouldSwap = false;
      const { elt } = event.detail.requestConfig;
      setTimeout(() => { if (elt.isConnected) htmx.trigger(elt, "again"); }, 3000);
    }
  });
})();
