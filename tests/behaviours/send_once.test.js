const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

test("a form on its way cannot be sent again, but can be after coming back", async () => {
  const form = new Element({ parts: { submit: new Element(), "sent-before": new Element({ hidden: true }) } });
  const window = run("send_once", [form], { setTimeout: (act) => act() });
  await window.fire("pageshow");
  assert.equal(form.parts["sent-before"].hidden, true);
  await form.fire("submit");
  assert.equal(form.parts.submit.disabled, true);
  await window.fire("pageshow");
  assert.equal(form.parts.submit.disabled, false);
  assert.equal(form.parts["sent-before"].hidden, false);
});
