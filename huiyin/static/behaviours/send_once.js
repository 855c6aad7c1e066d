// Keeps a form from being sent by a second press while the first one is on its way, and says
// to whoever goes back to it that it was sent before.
for (const form of document.querySelectorAll('[data-behaviour~="send-once"]')) {
  const buttons = () => form.querySelectorAll('[type="submit"]');
  let sent = false;
  form.addEventListener("submit", () => {
    sent = true;
    // After the browser has taken the pressed button's name and value along.
    setTimeout(() => { for (const button of buttons()) button.disabled = true; });
  });
  // Back from the next page: the form may be sent again.
  window.addEventListener("pageshow", () => {
    for (const button of buttons()) button.disabled = false;
    const note = form.querySelector('[data-part="sent-before"]');
    if (sent && note) note.hidden = false;
  });
}
