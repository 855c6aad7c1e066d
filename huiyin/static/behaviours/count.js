// Shows under a long text how much of its room is used. It never cuts: what is too much is
// said, and stays where it was typed.
for (const text of document.querySelectorAll('[data-behaviour~="count"]')) {
  const most = Number(text.dataset.most);
  const line = document.createElement("p");
  line.className = "field__count small";
  // Read out only when it grows tight, not at every key.
  line.setAttribute("role", "status");
  text.after(line);
  const show = () => {
    // As the server counts: a sign outside the first plane is one, and a line end is one.
    const count = [...text.value.replace(/\r\n?/g, "\n").trim()].length;
    const over = count - most;
    const words = over > 0 ? text.dataset.over : text.dataset.fits;
    const facts = { count, most, over };
    line.hidden = over <= 0 && count < most * 0.8;
    line.textContent = words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
    line.classList.toggle("field__count--over", over > 0);
  };
  text.addEventListener("input", show);
  window.addEventListener("pageshow", show);
  show();
}
