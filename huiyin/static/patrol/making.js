// Makes what a patrol is of, each with an id and a time of this phone: walk, track, finding, photo.
import { here, written } from "./position.js";
import { change, keep } from "./store.js";

const now = () => new Date().toISOString();
const newId = () => crypto.randomUUID();

export async function keepTrack(patrol, owner) {
  const points = written();
  if (patrol && points.length) {
    await keep({ id: newId(), kind: "track", owner, patrol: patrol.id, at: now(), points });
  }
}

export async function start(form, { owner }) {
  const beat = form.elements.beat;
  const id = newId();
  const name = beat.selectedOptions[0].textContent;
  await keep({ id, kind: "patrol", owner, patrol: id, beat: beat.value, beat_name: name, began_at: now() });
}

export async function find(form, { patrol, owner, words }) {
  const { text, category, address: where, photo } = form.elements;
  if (!text.value.trim()) throw new Error(words.empty);
  const id = newId(), at = now(), point = here();
  const [file] = photo.files;
  await keep({
    id, kind: "finding", owner, patrol: patrol.id, at, text: text.value, category: category.value,
    address: where.value, longitude: point?.longitude ?? null, latitude: point?.latitude ?? null,
    accuracy: point ? Math.round(point.accuracy) : null,
  });
  if (file) {
    await keep({ id: newId(), kind: "photo", owner, patrol: patrol.id, finding: id, at, name: file.name, blob: file });
  }
  form.reset();
}

export function end(form, { patrol }) {
  return change(patrol.id, (row) => (
    { ...row, ended_at: now(), words: form.elements.words.value, sent: false, stamp: row.stamp + 1 }
  ));
}
