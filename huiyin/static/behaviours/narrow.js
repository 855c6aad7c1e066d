// Narrows a long select to the options that bear all the words typed above it.
for (const box of document.querySelectorAll('[data-behaviour~="narrow"]')) {
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const list = box.querySelector("select");
  const find = part("find");
  const options = [...list.options].filter((option) => option.value !== "");
  const groups = new Set(options.map((option) => option.parentElement));
  groups.delete(list);
  part("box").hidden = false;

  const narrow = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (option) => words.every((word) => option.text.toLowerCase().includes(word));
    const found = options.filter(fits);
    for (const option of options) {
      // Hidden alone is not enough: one browser shows hidden options all the same.
      option.hidden = option.disabled = !found.includes(option);
    }
    for (const group of groups) {
      group.hidden = !found.some((option) => option.parentElement === group);
    }
    const lines = found.length + groups.size + 1;
    list.size = words.length && found.length ? Math.max(3, Math.min(8, lines)) : 1;
    if (words.length && found.length && !found.some((option) => option.selected)) list.value = found[0].value;
    if (words.length && !found.length) list.value = "";
    const count = found.length ? `${box.dataset.found} ${found.length}` : box.dataset.none;
    part("said").textContent = words.length ? count : "";
  };
  find.addEventListener("input", narrow);
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    list.focus();
  });
  narrow();
}
