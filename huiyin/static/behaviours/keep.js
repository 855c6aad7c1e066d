// Keeps what is typed into a form as a draft, two seconds after the last key.
for (const form of document.querySelectorAll('[data-behaviour~="keep"]')) {
  const button = form.querySelector('[data-part="keep"]');
  const said = form.querySelector('[data-part="said"]');
  if (!button) continue;
  let waiting, sending;
  const keep = async () => {
    sending = new AbortController();
    try {
      const answer = await fetch(button.formAction, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Huiyin-Keep": "1" },
        credentials: "same-origin",
        redirect: "error",
        signal: sending.signal,
      });
      if (answer.ok) said.textContent = await answer.text();
      else said.textContent = form.dataset.lost;
    } catch (fault) {
      if (fault.name !== "AbortError") said.textContent = form.dataset.lost;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 2000);
  });
  // The step is on its way: nothing that was typed before it may come after it.
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    sending?.abort();
  });
}
