const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

test("the print button is shown only where it works, and prints", async () => {
  const button = new Element({ hidden: true });
  const window = run("print", [button]);
  assert.equal(button.hidden, false);
  await button.fire("click");
  assert.equal(window.printed, true);
});
