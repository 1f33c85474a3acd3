// Mentions of one name light up together; a click holds them lit.
let held = null;
const key = (e) => e.target.closest ? e.target.closest("[data-n]")?.dataset.n : undefined;
const light = (name) => document.querySelectorAll("[data-n]").forEach((m) => m.classList.toggle("lit", m.dataset.n === name));
document.addEventListener("mouseover", (e) => { if (held === null) light(key(e)); });
document.addEventListener("click", (e) => { const n = key(e); if (e.target.closest("nav")) return;
  held = n === undefined || n === held ? null : n; light(held ?? undefined); });
