const assert = require("node:assert");
const { test } = require("node:test");
const { Element, run } = require("./page.js");

function form(answer) {
  const button = Object.assign(new Element(), { formAction: "/draft/" });
  const box = new Element({ dataset: { lost: "lost" }, parts: { keep: button, said: new Element() } });
  const sent = [], clocks = [];
  const world = {
    FormData: class {},
    AbortController: class { abort() { this.aborted = true; } },
    fetch: async (there, how) => { sent.push([there, how]); return answer(); },
    setTimeout: (act) => { clocks.push(act); return clocks.length; },
    clearTimeout: (number) => { clocks[number - 1] = null; },
  };
  run("keep", [box], world);
  return { box, sent, clocks, run: async () => { for (const act of clocks.splice(0)) if (act) await act(); } };
}

test("what is typed is sent once, after the last key, and the page says so", async () => {
  const page = form(() => ({ ok: true, text: async () => "kept 12:00" }));
  await page.box.fire("input");
  await page.box.fire("input");
  await page.run();
  assert.equal(page.sent.length, 1);
  assert.equal(page.sent[0][1].headers["X-Huiyin-Keep"], "1");
  assert.equal(page.box.parts.said.textContent, "kept 12:00");
});

test("nothing typed before the step was sent comes after it", async () => {
  const page = form(() => ({ ok: true, text: async () => "" }));
  await page.box.fire("input");
  await page.box.fire("submit");
  await page.run();
  assert.equal(page.sent.length, 0);
});

test("a draft that could not be kept is told", async () => {
  for (const answer of [() => ({ ok: false }), () => { throw new Error("away"); }]) {
    const page = form(answer);
    await page.box.fire("input");
    await page.run();
    assert.equal(page.box.parts.said.textContent, "lost");
  }
});
