// The page of a patrol on a phone: everything is kept here first and sent when there is a network.
import { end, find, keepTrack, start } from "./making.js";
import { offline } from "./offline.js";
import { follow } from "./position.js";
import { send } from "./sending.js";
import { all, change, tidy } from "./store.js";

const box = document.getElementById("walk");
const { owner, cookie, send: address, photos } = box.dataset;
const part = (name) => box.querySelector(`[data-part="${name}"]`);
let sending = null;

function say(words) {
  part("state").textContent = words;
  part("state").hidden = !words;
}

async function mine() {
  return (await all()).filter((thing) => thing.owner === owner);
}

async function show() {
  const things = await mine();
  const patrol = things.find((thing) => thing.kind === "patrol" && !thing.ended_at);
  const waiting = things.filter((thing) => !thing.sent);
  part("start").hidden = Boolean(patrol);
  part("walking").hidden = !patrol;
  part("outbox").hidden = things.length === 0;
  part("beat").textContent = patrol ? patrol.beat_name : "";
  part("waiting").textContent = waiting.length ? `${box.dataset.waits} ${waiting.length}` : box.dataset.sent;
  const shown = things.filter((thing) => thing.kind === "finding" && patrol && thing.patrol === patrol.id);
  part("found").replaceChildren(...shown.map((finding) => {
    const line = document.createElement("li");
    line.textContent = [finding.number, finding.text, finding.problem].filter(Boolean).join(" · ");
    return line;
  }));
  if (patrol) follow((found) => { part("where").textContent = found ? box.dataset.here : box.dataset.nowhere; });
  return patrol;
}

function on(name, act) {
  part(name).addEventListener?.("submit", async (event) => {
    event.preventDefault();
    const patrol = await show();
    try {
      await act(event.target, { patrol, owner, words: box.dataset });
      await keepTrack(patrol, owner);
      say(box.dataset.kept);
    } catch (problem) {
      say(problem.name === "QuotaExceededError" ? box.dataset.full : problem.message);
    }
    await show();
    await sendAll();
  });
}

async function sendNow() {
  await keepTrack(await show(), owner);
  try {
    await send(owner, { send: address, photos, cookie });
    if (navigator.onLine) say("");
  } catch (problem) {
    say(problem.reason === "signed-out" ? box.dataset.signedOut : box.dataset.away);
  }
  await show();
}

// One sending at a time in this tab; another tab may send the same, the server keeps it once.
function sendAll() {
  sending ??= sendNow().finally(() => { sending = null; });
  return sending;
}

async function again() {
  for (const thing of await mine()) await change(thing.id, (row) => ({ ...row, sent: false }));
  await sendAll();
}

if (window.indexedDB && crypto.randomUUID) {
  on("start", start);
  on("finding", find);
  on("end", end);
  part("send").addEventListener("click", sendAll);
  part("again").addEventListener("click", again);
  window.addEventListener("online", sendAll);
  offline(box.dataset.worker, () => { box.dataset.works = "offline"; say(box.dataset.ready); });
  await tidy(Date.now());
  await show();
  await sendAll();
}
