const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

const copier = () => new Element({ hidden: true, text: "Copy", dataset: { copies: "#a #b", done: "Copied", failed: "Copy by hand" } });
const byId = { "#a": new Element({ text: " HY1 " }), "#b": new Element({ text: "AB CD" }) };

test("number and secret are copied on two lines, and the button says so", async () => {
  const button = copier();
  let written = "";
  const clipboard = { writeText: async (text) => { written = text; } };
  run("copy", [button], { byId, navigator: { clipboard }, setTimeout: () => {} });
  assert.equal(button.hidden, false);
  await button.fire("click");
  assert.equal(written, "HY1\nAB CD");
  assert.equal(button.textContent, "Copied");
});

// Remembers what was marked on the page.
const marking = () => {
  const marked = {};
  const range = { setStartBefore: (one) => { marked.from = one; }, setEndAfter: (one) => { marked.to = one; } };
  return { marked, createRange: () => range };
};

for (const [name, navigator] of [
  ["without a clipboard", {}],
  ["where copying is forbidden", { clipboard: { writeText: async () => { throw new Error("no"); } } }],
]) {
  test(`${name} the text is marked and the button says what to do`, async () => {
    const button = copier();
    const { marked, createRange } = marking();
    run("copy", [button], { byId, navigator, createRange, setTimeout: () => {} });
    assert.equal(button.hidden, false);
    await button.fire("click");
    assert.equal(button.textContent, "Copy by hand");
    assert.deepEqual([marked.from, marked.to], [byId["#a"], byId["#b"]]);
  });
}
