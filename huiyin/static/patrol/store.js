// Keeps what a patrol makes on this phone, in the browser's own database, until the server has it.
const NAME = "huiyin-patrols";
let opened = null;

function open() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("things", { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

// One transaction: `act` gets the store, and may give back a request whose result is wanted.
async function ask(mode, act) {
  opened ??= open();
  const database = await opened;
  return new Promise((done, fail) => {
    const work = database.transaction("things", mode);
    const asked = act(work.objectStore("things"));
    work.oncomplete = () => done(asked?.result);
    work.onerror = () => fail(work.error);
    work.onabort = () => fail(work.error);
  });
}

// Everything is kept under its id; `stamp` grows with each change, so that a sending that was
// under way while something changed does not pass for having sent the change.
export const keep = (thing) => ask("readwrite", (store) => store.put({ stamp: 1, sent: false, ...thing }));
export const all = () => ask("readonly", (store) => store.getAll());
export const forget = (id) => ask("readwrite", (store) => store.delete(id));

export function change(id, act) {
  return ask("readwrite", (store) => {
    const asked = store.get(id);
    asked.onsuccess = () => {
      const next = asked.result && act(asked.result);
      if (next) store.put(next);
    };
  });
}

// After seven days what has arrived is taken from the phone.
export async function tidy(now) {
  const things = await all();
  const waits = new Set(things.filter((thing) => !thing.sent).map((thing) => thing.patrol));
  const old = now - 7 * 24 * 3600 * 1000;
  const done = new Set(
    things
      .filter((thing) => thing.kind === "patrol" && thing.ended_at && !waits.has(thing.id))
      .filter((thing) => Date.parse(thing.ended_at) < old)
      .map((thing) => thing.id),
  );
  await Promise.all(things.filter((thing) => done.has(thing.patrol)).map((thing) => forget(thing.id)));
}
