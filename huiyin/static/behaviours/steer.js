// Single keys for lists of cases and for steps: j and k move, o opens, ? shows the list of keys.
// They rest while somebody types, and can be switched off for this browser (WCAG 2.1.4).
for (const box of document.querySelectorAll('[data-behaviour~="steer"]')) {
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const list = part("list"), on = part("on"), name = "huiyin.keys";
  const kept = () => { try { return localStorage.getItem(name); } catch { return null; } };
  on.checked = kept() !== "off";
  box.hidden = false;
  on.addEventListener("change", () => {
    try { localStorage.setItem(name, on.checked ? "on" : "off"); } catch { /* only for this page */ }
  });
  part("open").addEventListener("click", () => list.showModal());
  part("shut").addEventListener("click", () => list.close());
  const move = (by) => {
    const rows = [...document.querySelectorAll(box.dataset.rows)];
    if (!rows.length) return;
    const now = rows.indexOf(document.activeElement);
    const next = now < 0 ? (by > 0 ? 0 : rows.length - 1) : now + by;
    rows[Math.max(0, Math.min(rows.length - 1, next))].focus();
  };
  const acts = {
    j: () => move(1),
    k: () => move(-1),
    o: () => { if (document.activeElement?.matches(box.dataset.rows)) document.activeElement.click(); },
    "?": () => list.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (!on.checked || typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
