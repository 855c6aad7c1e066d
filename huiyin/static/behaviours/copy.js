// Copies the text of the named elements, one line each, and says that it did. Where the
// browser does not allow it, the text is selected, so that it can be copied by hand.
for (const button of document.querySelectorAll('[data-behaviour~="copy"]')) {
  const label = button.textContent;
  const sources = () => button.dataset.copies.split(" ").map((name) => document.querySelector(name));
  const say = (words) => {
    button.textContent = words;
    setTimeout(() => { button.textContent = label; }, 4000);
  };
  const select = () => {
    const [first, last] = [sources()[0], sources().at(-1)];
    const range = document.createRange();
    range.setStartBefore(first);
    range.setEndAfter(last);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    const lines = sources().map((source) => source.textContent.trim());
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      say(button.dataset.done);
    } catch {
      // No clipboard outside https, or the person has forbidden it.
      select();
      say(button.dataset.failed);
    }
  });
}
