"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine, makeRandom } = require("./engine.js");

const { gridmap } = loadEngine();
const { unitsOf, unitOf, worstByArea } = gridmap.burnt;
const PARENTS = { 2: 1, 3: 1, 4: 2, 5: 2, 6: 3 };
const tree = { parent: (area) => PARENTS[area] || 0 };

test("by unit, from the figures; without figures nobody burnt anything", () => {
  const figures = { burnt: { days: 30, units: [[7, 120.5, 40], [9, 3, 0]] } };
  assert.deepEqual(unitOf(figures, 7), { workingH: 120.5, overdueH: 40 });
  assert.deepEqual(unitOf(figures, 8), { workingH: 0, overdueH: 0 });
  assert.equal(unitsOf(figures), unitsOf(figures), "made once");
  assert.equal(unitsOf({}).size, 0);
  assert.deepEqual(unitOf(undefined, 7), { workingH: 0, overdueH: 0 });
});

test("by area: hours add up along the tree, the unit with the most is shown", () => {
  const worst = worstByArea([[4, 7, 5], [5, 9, 3], [5, 7, 1], [6, 9, 4], [0, 8, 99]], tree);
  assert.deepEqual(worst.get(4), { unit: 7, hours: 5 });
  assert.deepEqual(worst.get(5), { unit: 9, hours: 3 });
  assert.deepEqual(worst.get(2), { unit: 7, hours: 6 });
  assert.deepEqual(worst.get(1), { unit: 9, hours: 7 });
  assert.equal(worst.has(0), false, "what is in no area colours none");
});

test("of equals the lower id, whatever the order", () => {
  const random = makeRandom(3);
  const rows = [[4, 9, 2], [4, 7, 2], [4, 8, 1]];
  for (let round = 0; round < 10; round += 1) {
    rows.sort(() => random() - 0.5);
    assert.deepEqual(worstByArea(rows, tree).get(1), { unit: 7, hours: 2 });
  }
});
