// A page just real enough for the behaviours: elements with attributes, listeners and parts.
const { readFileSync } = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const FOLDER = path.join(__dirname, "..", "..", "huiyin", "static", "behaviours");

class Element {
  constructor({ dataset = {}, text = "", value = "", hidden = false, parts = {} } = {}) {
    Object.assign(this, { dataset, textContent: text, value, hidden, parts });
    this.listeners = {};
    this.elements = parts;
    this.classes = new Set();
    this.classList = { toggle: (name, on) => (on ? this.classes.add(name) : this.classes.delete(name)) };
  }

  setAttribute(name, value) { this[name] = value; }
  after(element) { this.next = element; }

  addEventListener(name, act) { (this.listeners[name] ??= []).push(act); }
  focus() { this.focused = true; }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }

  querySelectorAll(selector) {
    const named = /\[(?:data-part|name|type)="(.+)"\]/.exec(selector);
    return named ? [this.parts[named[1]]].flat().filter(Boolean) : [];
  }

  async fire(name) { for (const act of this.listeners[name] ?? []) await act(); }
}

// Runs one behaviour file on a page whose elements with that behaviour are given.
function run(name, elements, more = {}) {
  const document = {
    querySelectorAll: () => elements,
    querySelector: (selector) => more.byId?.[selector] ?? null,
    createElement: () => new Element(),
    createRange: more.createRange,
  };
  const window = new Element();
  window.getSelection = () => ({ removeAllRanges() {}, addRange() {} });
  window.print = () => { window.printed = true; };
  const history = { state: null, replaceState(state) { this.state = state; } };
  const world = { document, window, history, navigator: {}, setTimeout, ...more };
  vm.runInNewContext(readFileSync(path.join(FOLDER, `${name}.js`), "utf8"), world);
  return window;
}

module.exports = { Element, run };
