const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

const copier = () => new Element({ hidden: true, text: "Copy", dataset: { copies: "#a #b", done: "Copied" } });
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

test("without a clipboard there is no button", () => {
  const button = copier();
  run("copy", [button], { byId });
  assert.equal(button.hidden, true);
});
