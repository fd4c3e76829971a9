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
  // What did not arrive, or was refused, is said: nobody should think that it was done.
  const say = (text) => {
    const old = document.getElementById("not-done");
    const place = old || document.createElement("p");
    place.id = "not-done";
    place.className = "trouble";
    place.setAttribute("role", "alert");
    place.textContent = text;
    if (!old) document.getElementById("main").prepend(place);
    if (place.scrollIntoView) place.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:sendError", () => say("The desk does not answer: nothing was changed. Is it still running?"));
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 401) say("You are logged out: nothing was changed. Log in in another window, then reload this page.");
    else if (status === 403) say("Nothing was changed: this page was opened before the desk was started again, or this is not yours to do. Reload it.");
    else if (status === 429) say("That was a lot at once: nothing was changed. Try again in a moment.");
    else if (status !== 422) say(`Nothing was changed: the desk answered ${status}. Reload the page.`);
  });
})();
