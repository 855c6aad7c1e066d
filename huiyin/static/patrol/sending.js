// Sends what is kept on this phone, as often as it needs to: the server keeps each id once.
import { all, change } from "./store.js";

export class NotSent extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

function token(cookie) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${cookie}=`));
  return found ? found.slice(cookie.length + 1) : "";
}

async function post(address, body, { cookie, json }) {
  const headers = { "X-CSRFToken": token(cookie), Accept: "application/json" };
  if (json) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers, redirect: "manual" });
  } catch {
    throw new NotSent("away");
  }
  // Led to the sign-in page, or the form's token is of an older sign-in.
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new NotSent("signed-out");
  if (answer.status >= 500) throw new NotSent("away");
  const said = await answer.json().catch(() => ({}));
  return { ok: answer.ok, said };
}

function mark(thing, more) {
  return change(thing.id, (now) => (now.stamp === thing.stamp ? { ...now, ...more } : null));
}

async function sendPatrol(patrol, things, options) {
  const unsent = things.filter((thing) => !thing.sent && thing.patrol === patrol.id);
  const of = (kind) => unsent.filter((thing) => thing.kind === kind);
  const batch = [...of("patrol"), ...of("track"), ...of("finding").slice(0, 50)];
  if (batch.length > 0) {
    const body = JSON.stringify({
      sent_at: new Date().toISOString(),
      patrol,
      tracks: of("track").slice(0, 300),
      findings: of("finding").slice(0, 50),
    });
    const { ok, said } = await post(options.send, body, { ...options, json: true });
    if (!ok) {
      await Promise.all(batch.map((thing) => mark(thing, { problem: said.problem ?? "?" })));
      return;
    }
    const kept = new Set(said.kept);
    await Promise.all(batch.filter((thing) => kept.has(thing.id)).map((thing) => (
      mark(thing, { sent: true, problem: "", number: said.cases[thing.id] ?? thing.number })
    )));
    await Promise.all(batch.filter((thing) => said.refused[thing.id]).map((thing) => (
      mark(thing, { problem: said.refused[thing.id] })
    )));
  }
  const arrived = new Set((await all()).filter((thing) => thing.sent).map((thing) => thing.id));
  for (const photo of of("photo")) {
    if (arrived.has(photo.finding)) await sendPhoto(photo, options);
  }
}

async function sendPhoto(photo, options) {
  const form = new FormData();
  for (const name of ["id", "finding", "at"]) form.append(name, photo[name]);
  form.append("sent_at", new Date().toISOString());
  form.append("photo", photo.blob, photo.name);
  const { ok, said } = await post(options.photos, form, options);
  await mark(photo, ok ? { sent: true, problem: "" } : { problem: said.problem ?? "?" });
}

// Sends all that waits of one person; one patrol after the other, each with its photos last.
export async function send(owner, options) {
  const things = (await all()).filter((thing) => thing.owner === owner);
  for (const patrol of things.filter((thing) => thing.kind === "patrol")) {
    if (things.some((thing) => thing.patrol === patrol.id && !thing.sent)) {
      await sendPatrol(patrol, things, options);
    }
  }
}
