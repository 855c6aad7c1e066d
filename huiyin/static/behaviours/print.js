// Shows a button that prints the page. Without script there is the browser's own menu.
for (const button of document.querySelectorAll('[data-behaviour~="print"]')) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
