const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

const form = () => new Element({
  parts: { number: new Element(), secret: new Element(), said: new Element({ hidden: true }), submit: new Element() },
});

function open(page, hash) {
  const history = { replaceState: (_state, _title, address) => { history.address = address; } };
  run("fill", [page], { history, location: { hash, pathname: "/follow/" }, decodeURIComponent });
  return history;
}

test("the code fills number and secret and leaves the address bar at once", () => {
  const page = form();
  const history = open(page, "#HY260304-0000012.ABCDEFGH1234.00ff");
  assert.equal(page.parts.number.value, "HY260304-0000012");
  assert.equal(page.parts.secret.value, "ABCDEFGH1234");
  assert.equal(page.parts.said.hidden, false);
  assert.equal(history.address, "/follow/");
});

for (const hash of ["", "#main", "#.", "#HY1."]) {
  test(`an address ending in “${hash}” fills nothing`, () => {
    const page = form();
    assert.equal(open(page, hash).address, undefined);
    assert.equal(page.parts.number.value, "");
    assert.equal(page.parts.said.hidden, true);
  });
}
