// The choice of rows: keys and clicks, rows that leave, and what became of the chosen.
"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const path = require("node:path");

require(path.join(__dirname, "../../assets/60_desk_selection.js"));
const { empty, apply, keep, settle, split } = globalThis.gridmap.deskSelection;

const ORDER = [10, 20, 30, 40, 50];
const run = (...acts) => acts.reduce((state, act) => apply(state, ORDER, act), empty());
const chosen = (state) => [...state.chosen].sort((a, b) => a - b);

test("space chooses one and chooses it not", () => {
  const one = run({ kind: "toggle", id: 20 });
  assert.deepEqual([chosen(one), one.anchor, one.focus], [[20], 20, 20]);
  assert.deepEqual(chosen(apply(one, ORDER, { kind: "toggle", id: 20 })), []);
  assert.deepEqual(chosen(one), [20], "the state before is as it was");
});

test("shift takes the range from the anchor, in both directions, beside what is chosen", () => {
  assert.deepEqual(chosen(run({ kind: "toggle", id: 20 }, { kind: "range", id: 40 })), [20, 30, 40]);
  assert.deepEqual(chosen(run({ kind: "toggle", id: 40 }, { kind: "range", id: 20 })), [20, 30, 40]);
  assert.deepEqual(chosen(run({ kind: "toggle", id: 50 }, { kind: "toggle", id: 10 }, { kind: "range", id: 20 })), [10, 20, 50]);
  assert.deepEqual(chosen(run({ kind: "range", id: 30 })), [30], "without an anchor it is the row alone");
  assert.deepEqual(chosen(run({ kind: "range", id: 99 })), [], "a row that is not there");
});

test("arrows move the focus and stop at the ends; with shift they choose what they run over", () => {
  const steps = (...by) => by.map((one) => ({ kind: "step", by: one, isExtending: false }));
  assert.equal(run(...steps(1)).focus, 10, "the first step enters the list");
  assert.equal(run({ kind: "focus", id: 20 }, ...steps(1, 1, 1, 1, 1)).focus, 50);
  assert.equal(run({ kind: "focus", id: 20 }, ...steps(-9)).focus, 10);
  assert.deepEqual(chosen(run({ kind: "focus", id: 20 }, ...steps(2))), []);
  const extended = run({ kind: "focus", id: 20 }, { kind: "step", by: 1, isExtending: true }, { kind: "step", by: 1, isExtending: true });
  assert.deepEqual([chosen(extended), extended.focus], [[20, 30, 40], 40]);
  assert.equal(apply(empty(), [], { kind: "step", by: 1, isExtending: true }).focus, null);
});

test("all and none", () => {
  assert.deepEqual(chosen(run({ kind: "all" })), ORDER);
  assert.deepEqual(chosen(run({ kind: "all" }, { kind: "none" })), []);
});

test("rows that leave are not chosen any more, and the focus goes to the row in their place", () => {
  const state = run({ kind: "toggle", id: 20 }, { kind: "toggle", id: 30 });
  const kept = keep(state, [10, 20, 40, 50], ORDER);
  assert.deepEqual([chosen(kept.state), kept.gone, kept.state.focus, kept.state.anchor], [[20], 1, 40, null]);
  assert.equal(keep(run({ kind: "focus", id: 50 }), [10, 20], ORDER).state.focus, 20, "after the end comes the last");
  assert.equal(keep(run({ kind: "focus", id: 50 }), [], ORDER).state.focus, null);
  const grown = keep(state, [5, ...ORDER], ORDER);
  assert.deepEqual([chosen(grown.state), grown.gone, grown.state.focus], [[20, 30], 0, 30]);
});

test("refused rows stay chosen with their reason, the others do not", () => {
  const state = settle(run({ kind: "all" }), [{ id: 10, ok: true, words: "now" }, { id: 20, ok: false, words: "why" }, { id: 30, ok: true, words: "now" }]);
  assert.deepEqual(chosen(state), [20, 40, 50]);
  assert.deepEqual(state.told.get(20), { ok: false, words: "why" });
  const left = settle(keep(run({ kind: "all" }), [10, 30], ORDER).state, [{ id: 20, ok: false, words: "somebody was first" }]);
  assert.deepEqual(chosen(left), [10, 30], "what left the list is not chosen by being refused");
  assert.equal(keep(state, [40], ORDER).state.told.size, 0, "words of rows that left are forgotten");
});

test("parts hold every row once, none more than the size", () => {
  const list = Array.from({ length: 1201 }, (_, at) => at);
  const parts = split(list, 500);
  assert.deepEqual(parts.map((part) => part.length), [500, 500, 201]);
  assert.deepEqual(parts.flat(), list);
  assert.deepEqual(split([], 500), []);
});
