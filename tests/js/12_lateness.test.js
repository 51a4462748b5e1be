"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine } = require("./engine.js");

const { gridmap } = loadEngine();
const columns = { count: 2, reported: [1000, 1000], near: [75, 75], due: [100, 4294967295], twice: [200, 4294967295], late: [0, 0] };

test("the state turns at the instant, not after it", () => {
  const states = [1000, 1074.999, 1075, 1099.999, 1100, 1199.999, 1200, 1e9].map((at) => gridmap.lateness.stateAt(columns, 0, at));
  assert.deepEqual(states, [0, 0, 1, 1, 2, 2, 3, 3]);
});

test("an item without a limit never becomes late", () => {
  assert.equal(gridmap.lateness.stateAt(columns, 1, 1e10), 0);
  assert.equal(gridmap.lateness.nextChangeS(columns, 1, 0), Infinity);
});

test("the next change is the first instant with another state", () => {
  for (const at of [1000, 1080, 1150]) {
    const state = gridmap.lateness.stateAt(columns, 0, at);
    const next = gridmap.lateness.nextChangeS(columns, 0, state);
    assert.equal(gridmap.lateness.stateAt(columns, 0, next - 0.001), state);
    assert.equal(gridmap.lateness.stateAt(columns, 0, next), state + 1);
  }
  assert.equal(gridmap.lateness.nextChangeS(columns, 0, 3), Infinity);
});

test("reevaluate names the rows that changed and when to look again", () => {
  const result = gridmap.lateness.reevaluate(columns, 1090);
  assert.deepEqual([...result.changed], [0]);
  assert.equal(result.nextS, 1100);
});
