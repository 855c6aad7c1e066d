// Lets this one page open without a network: its worker keeps the page and the files it needs.
export async function offline(address, tell) {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => { if (data.kept) tell(); });
  try {
    await navigator.serviceWorker.register(address);
  } catch {
    // Without a network, or where the browser forbids it, the page goes on as it is.
    return;
  }
  if (!navigator.onLine) return;
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map((one) => one.name);
  const ours = files.filter((name) => new URL(name).pathname.startsWith("/static/"));
  active.postMessage({ keep: [location.pathname, ...new Set(ours)] });
}
