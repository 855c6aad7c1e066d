// Fills number and secret from the code on a receipt: #number.secret.hash. What stands
// behind # never reaches a server, and is taken out of the address bar at once.
for (const form of document.querySelectorAll('[data-behaviour~="fill"]')) {
  const [number, secret] = decodeURIComponent(location.hash.slice(1)).split(".");
  if (!number || !secret) continue;
  form.elements.number.value = number;
  form.elements.secret.value = secret;
  form.querySelector('[data-part="said"]').hidden = false;
  history.replaceState(null, "", location.pathname);
  form.querySelector('[type="submit"]').focus();
}
