// Puts the chosen standard text into the field of the pressed button, where the writer stands.
for (const box of document.querySelectorAll('[data-behaviour~="insert"]')) {
  const select = box.querySelector('[name="standard_text"]');
  for (const button of box.querySelectorAll('[data-part="into"]')) {
    button.addEventListener("click", (event) => {
      const option = select.options[select.selectedIndex];
      const field = document.getElementById(button.dataset.field);
      // A text that names the person is filled in by the server, which writes the access log.
      if (!field || !option || !option.dataset.words) return;
      event.preventDefault();
      const start = field.selectionStart;
      const before = field.value.slice(0, start);
      const words = before && !before.endsWith("\n") ? `\n${option.dataset.words}` : option.dataset.words;
      field.setRangeText(words, start, field.selectionEnd, "end");
      field.focus();
      const used = box.closest("form").querySelector('[data-part="inserted"]');
      const known = used.value.split(",").filter(Boolean);
      used.value = [...new Set([...known, option.value])].join(",");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
