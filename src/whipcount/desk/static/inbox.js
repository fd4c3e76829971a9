// Claims by the keyboard: j and k from claim to claim, a, r, m and u for what is decided on the one at hand. Without this
// script each claim has its buttons.
(() => {
  const cards = () => [...document.querySelectorAll(".claims .claim")];
  let at = null;
  const mark = () => {
    cards().forEach((card) => card.classList.toggle("at", card.id === at));
    document.querySelectorAll("mark a").forEach((one) => {
      one.parentElement.classList.toggle("at", one.dataset.claims.split(" ").some((id) => `claim-${id}` === at));
    });
  };
  const go = (card) => {
    if (!card) return;
    at = card.id;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
    mark();
    const word = document.querySelector("mark.at");
    const text = document.querySelector(".text");
    if (word && text && text.scrollHeight > text.clientHeight) text.scrollTop = word.offsetTop - text.clientHeight / 3;
  };
  const step = (by) => {
    const all = cards();
    const i = all.findIndex((card) => card.id === at);
    go(all[Math.max(0, Math.min(all.length - 1, i < 0 ? 0 : i + by))]);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "j" || event.key === "k") { event.preventDefault(); step(event.key === "j" ? 1 : -1); return; }
    const card = at && document.getElementById(at);
    const button = card && card.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });
  document.addEventListener("focusin", (event) => {
    const card = event.target.closest(".claim");
    if (card && card.id !== at) { at = card.id; mark(); }
  });
  // After a decision the next claim that waits for one is at hand.
  document.addEventListener("htmx:afterSwap", (event) => {
    const card = at && document.getElementById(at);
    if (!card || !event.detail.elt.closest(".claims")) return;
    const all = cards();
    const rest = card.dataset.status === "open" ? card : all.slice(all.indexOf(card)).find((one) => one.dataset.status === "open") || card;
    go(rest);
  });
})();
