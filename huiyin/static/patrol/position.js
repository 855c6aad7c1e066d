// Where the phone is while a patrol goes on: the last position, and the points not yet kept.
const EVERY_SECONDS = 10;
const MOST = 500;
let watching = null;
let last = null;
let points = [];

function note({ coords, timestamp }) {
  last = { longitude: coords.longitude, latitude: coords.latitude, accuracy: coords.accuracy };
  const at = timestamp / 1000;
  if (points.length && at - points.at(-1)[0] < EVERY_SECONDS) return;
  if (points.length < MOST) points.push([at, coords.longitude, coords.latitude, coords.accuracy]);
}

// Begins once; `tell` hears each time whether the position is known.
export function follow(tell) {
  if (watching !== null || !navigator.geolocation) {
    tell(last !== null);
    return;
  }
  watching = navigator.geolocation.watchPosition(
    (found) => { note(found); tell(true); },
    () => tell(last !== null),
    { enableHighAccuracy: true, maximumAge: 5000 },
  );
}

export const here = () => last;

// The points since the last time this was asked; each is handed out once.
export function written() {
  const handed = points;
  points = [];
  return handed;
}
