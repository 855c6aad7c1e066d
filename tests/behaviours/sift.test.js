const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

function label(text) {
  const box = { checked: false };
  return { textContent: text, hidden: false, box, querySelector: () => box };
}

function group(labels, open) {
  return { hidden: false, open, labels, querySelectorAll: () => labels };
}

function chooser() {
  const offices = group([label("Water Office"), label("Fire Brigade")], true);
  const districts = group([label("North Gate District")], false);
  const parts = { find: new Element(), said: new Element(), box: new Element({ hidden: true }) };
  const field = new Element({ dataset: { found: "Units:", none: "None." }, parts });
  const own = field.querySelectorAll.bind(field);
  field.querySelectorAll = (asked) => (asked === "details" ? [offices, districts] : own(asked));
  run("sift", [field]);
  const type = async (words) => { parts.find.value = words; await parts.find.fire("input"); };
  const all = [...offices.labels, ...districts.labels];
  const shown = () => all.filter((one) => !one.hidden).map((one) => one.textContent);
  return { ...parts, offices, districts, type, shown };
}

test("the search appears, and nothing is hidden before anything is typed", () => {
  const page = chooser();
  assert.equal(page.box.hidden, false);
  assert.equal(page.shown().length, 3);
});

test("what bears the words stays, its level opens, and the number is said", async () => {
  const page = chooser();
  await page.type("gate NORTH");
  assert.deepEqual(page.shown(), ["North Gate District"]);
  assert.deepEqual([page.offices.hidden, page.districts.open], [true, true]);
  assert.equal(page.said.textContent, "Units: 1");
});

test("what is ticked is never out of sight", async () => {
  const page = chooser();
  page.offices.labels[1].box.checked = true;
  await page.type("harbour");
  assert.deepEqual(page.shown(), ["Fire Brigade"]);
  assert.equal(page.said.textContent, "None.");
});

test("an emptied search shows all again and closes what it opened", async () => {
  const page = chooser();
  await page.type("north");
  await page.type("");
  assert.equal(page.shown().length, 3);
  assert.deepEqual([page.offices.open, page.districts.open], [true, false]);
  assert.equal(page.said.textContent, "");
});
