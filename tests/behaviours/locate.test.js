const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

const box = (longitude = "") => new Element({
  dataset: { working: "Looking", found: "Found", denied: "Denied" },
  parts: {
    longitude: new Element({ value: longitude }), latitude: new Element({ value: longitude }),
    find: new Element({ hidden: true }), forget: new Element({ hidden: true }), said: new Element(),
  },
});

const whoIsAt = (coords) => ({
  geolocation: { getCurrentPosition: (found, denied) => (coords ? found({ coords }) : denied()) },
});

test("nobody is located before the button is pressed", () => {
  const page = box();
  run("locate", [page], { navigator: whoIsAt({ longitude: 1, latitude: 2 }) });
  assert.equal(page.parts.longitude.value, "");
  assert.equal(page.parts.find.hidden, false);
});

test("a press puts the position into the form, another takes it away", async () => {
  const page = box();
  run("locate", [page], { navigator: whoIsAt({ longitude: 118.9512345, latitude: 31.5 }) });
  await page.parts.find.fire("click");
  assert.equal(page.parts.longitude.value, "118.951234");
  assert.equal(page.parts.said.textContent, "Found");
  assert.equal(page.parts.find.hidden, true);
  await page.parts.forget.fire("click");
  assert.equal(page.parts.latitude.value, "");
  assert.equal(page.parts.forget.hidden, true);
});

test("who refuses is told to describe the place", async () => {
  const page = box();
  run("locate", [page], { navigator: whoIsAt(null) });
  await page.parts.find.fire("click");
  assert.equal(page.parts.said.textContent, "Denied");
  assert.equal(page.parts.longitude.value, "");
});

test("a position that came back with a wrong form is still there", () => {
  const page = box("118.9");
  run("locate", [page], { navigator: whoIsAt(null) });
  assert.equal(page.parts.forget.hidden, false);
  assert.equal(page.parts.said.textContent, "Found");
});

test("a browser without positions shows no button", () => {
  const page = box();
  run("locate", [page]);
  assert.equal(page.parts.find.hidden, true);
});

test("a position is still there after going back to a page that was fetched anew", async () => {
  const history = { state: { other: 1 }, replaceState(state) { this.state = state; } };
  const navigator = whoIsAt({ longitude: 118.95, latitude: 31.5 });
  const first = box();
  run("locate", [first], { navigator, history });
  await first.parts.find.fire("click");
  const again = box();
  run("locate", [again], { navigator, history });
  assert.equal(again.parts.longitude.value, "118.950000");
  assert.equal(again.parts.forget.hidden, false);
  assert.equal(history.state.other, 1);
  await again.parts.forget.fire("click");
  const third = box();
  run("locate", [third], { navigator, history });
  assert.equal(third.parts.longitude.value, "");
});
