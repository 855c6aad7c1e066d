// Copies the text of the named elements, one line each, and says that it did.
for (const button of document.querySelectorAll('[data-behaviour~="copy"]')) {
  if (!navigator.clipboard) continue;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const lines = button.dataset.copies
      .split(" ")
      .map((selector) => document.querySelector(selector).textContent.trim());
    await navigator.clipboard.writeText(lines.join("\n"));
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
