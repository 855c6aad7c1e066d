const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

const area = (value = "") => new Element({
  value, dataset: { most: "10", fits: "{count} of {most}", over: "{over} too many" },
});

test("a short text is left alone", () => {
  const text = area("路灯不亮");
  run("count", [text]);
  assert.equal(text.next.hidden, true);
});

test("a text that nearly fills its room is counted while one types", async () => {
  const text = area();
  run("count", [text]);
  text.value = "路灯三天不亮了很黑";
  await text.fire("input");
  assert.equal(text.next.hidden, false);
  assert.equal(text.next.textContent, "9 of 10");
  assert.equal(text.next.classes.size, 0);
});

test("what is too much is said and not cut", async () => {
  const text = area();
  run("count", [text]);
  text.value = "路灯三天不亮了晚上走路看不清";
  await text.fire("input");
  assert.equal(text.next.textContent, "4 too many");
  assert.equal(text.value.length, 14);
  assert.deepEqual([...text.next.classes], ["field__count--over"]);
});

test("signs and line ends are counted as the server counts them", () => {
  const text = area("😀😀😀😀\r\n😀😀😀😀");
  run("count", [text]);
  assert.equal(text.next.textContent, "9 of 10");
});
