const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

const group = () => ({ hidden: false });
const option = (value, text, parentElement) => ({ value, text, parentElement, selected: false });

function chooser() {
  const [districts, offices] = [group(), group()];
  const list = new Element();
  list.options = [
    option("", "Choose a unit", list),
    option("1", "North Gate District", districts),
    option("2", "Water Office", offices),
    option("3", "North Water Works", offices),
  ];
  const parts = { find: new Element(), said: new Element(), box: new Element({ hidden: true }) };
  const box = new Element({ dataset: { found: "Units:", none: "None." }, parts });
  const own = box.querySelector.bind(box);
  box.querySelector = (selector) => (selector === "select" ? list : own(selector));
  run("narrow", [box]);
  const type = async (words) => { parts.find.value = words; await parts.find.fire("input"); };
  const shown = () => list.options.filter((one) => one.value && !one.hidden).map((one) => one.value);
  return { ...parts, list, districts, offices, type, shown };
}

test("the search appears, and before anything is typed every unit can be chosen", () => {
  const page = chooser();
  assert.equal(page.box.hidden, false);
  assert.deepEqual(page.shown(), ["1", "2", "3"]);
  assert.equal(page.said.textContent, "");
});

test("units that bear all the words stay, in any order, and their number is said", async () => {
  const page = chooser();
  await page.type("water north");
  assert.deepEqual(page.shown(), ["3"]);
  assert.deepEqual([page.districts.hidden, page.offices.hidden], [true, false]);
  assert.deepEqual([page.list.value, page.said.textContent], ["3", "Units: 1"]);
});

test("a unit that cannot be seen can neither be chosen nor stay chosen", async () => {
  const page = chooser();
  await page.type("harbour");
  assert.deepEqual(page.shown(), []);
  assert.ok(page.list.options[1].disabled);
  assert.deepEqual([page.list.value, page.said.textContent], ["", "None."]);
});

test("empty again, the whole list is back", async () => {
  const page = chooser();
  await page.type("water");
  await page.type("");
  assert.deepEqual(page.shown(), ["1", "2", "3"]);
  assert.equal(page.list.size, 1);
});

test("Enter leads into the list and sends nothing", async () => {
  const page = chooser();
  let kept = false;
  page.find.listeners.keydown[0]({ key: "Enter", preventDefault: () => { kept = true; } });
  assert.deepEqual([kept, page.list.focused], [true, true]);
});
