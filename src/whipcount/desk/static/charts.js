// Charts that answer to the pointer. A drawing that carries its specification (`data-live`) is drawn again by Vega-Embed when it comes into
// view; without this script, on paper, and where anything goes wrong, the drawing made by the desk stands.
(() => {
  const source = document.currentScript.dataset.vega;
  let vega;
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;

  // What is pointed at: a list of what it is called and what it is. Everything is text; nothing in it is ever markup.
  const tell = (handler, event, item, value) => {
    tip.hidden = value === null || value === undefined || value === "";
    if (tip.hidden) return;
    const list = document.createElement("dl");
    const lines = typeof value === "object" ? Object.entries(value) : [["", value]];
    for (const [name, one] of lines) {
      const term = document.createElement("dt"), said = document.createElement("dd");
      term.textContent = name;
      said.textContent = String(one);
      list.append(term, said);
    }
    tip.replaceChildren(list);
    if (!tip.isConnected) document.body.append(tip);
    const { width, height } = tip.getBoundingClientRect();
    const right = event.clientX + 14 + width < innerWidth;
    tip.style.left = `${Math.max(4, right ? event.clientX + 14 : event.clientX - width - 14)}px`;
    tip.style.top = `${Math.max(4, Math.min(event.clientY + 14, innerHeight - height - 4))}px`;
  };

  const draw = async (holder) => {
    const drawing = holder.matches("svg") ? holder : holder.querySelector(".draw svg");
    const spec = JSON.parse(holder.dataset.live);
    // Room is left for letters as wide as they are on this page.
    spec.config = { ...spec.config, font: getComputedStyle(document.body).fontFamily };
    const { default: embed } = await (vega ||= import(source));
    const room = document.createElement("div");
    room.className = "live";
    room.setAttribute("aria-hidden", "true");  // as the drawing is: its place says in words what it shows
    drawing.after(room);
    drawing.classList.add("replaced");
    try {
      // `ast`: expressions are interpreted, not compiled, as the desk's policy allows no script that is made on the way.
      await embed(room, spec, { mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false, tooltip: tell });
    } catch (why) {
      drawing.classList.remove("replaced");
      room.remove();
    }
  };

  const seen = new IntersectionObserver((found) => found.filter((one) => one.isIntersecting).forEach((one) => {
    seen.unobserve(one.target);
    draw(one.target.closest("[data-live]")).catch(() => {});
  }), { rootMargin: "200px" });
  const look = (root) => {
    if (source) root.querySelectorAll("[data-live]").forEach((one) => seen.observe(one.querySelector(".draw") || one));
  };
  document.addEventListener("DOMContentLoaded", () => look(document));
  document.addEventListener("htmx:load", (event) => look(event.detail.elt));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
})();
