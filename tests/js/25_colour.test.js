"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine, makeRandom } = require("./engine.js");

const { gridmap } = loadEngine();
const { paintOf, rateOf, makeBreaks, classOf, NONE, PLAIN, OUTLINE, FILLED, HATCHED } = gridmap.colour;
const figures = (parts) => ({ open: 0, near: 0, overdue: 0, twice: 0, overdueS: 0, worstUnit: 0, worstTwice: 0, worstOverdue: 0, nearUnit: 0, ...parts });
const options = { colourOf: (unit) => `colour ${unit}`, breaks: [1, 5] };
const byUnit = (parts) => paintOf("overdue_by_unit", figures(parts), 100, options);

test("hue is the worst unit, pattern is how late", () => {
  assert.equal(byUnit({}).pattern, NONE);
  assert.equal(byUnit({ open: 3 }).pattern, PLAIN);
  assert.deepEqual(byUnit({ open: 3, near: 1, nearUnit: 4 }), { pattern: OUTLINE, colour: "colour 4" });
  assert.deepEqual(byUnit({ open: 3, near: 1, nearUnit: 4, overdue: 1, worstUnit: 9, worstOverdue: 1 }), { pattern: FILLED, colour: "colour 9" });
  assert.equal(byUnit({ open: 1, overdue: 1, twice: 1, worstUnit: 9, worstOverdue: 1, worstTwice: 1 }).pattern, HATCHED);
  assert.equal(byUnit({ open: 9, overdue: 9, worstUnit: 9, worstOverdue: 5, worstTwice: 2 }).pattern, FILLED);
});

test("burnt: hue is who burnt most, also where nothing is open; who holds it now does not matter", () => {
  const burnt = (parts, found) => paintOf("burnt_by_unit", figures(parts), 100, { ...options, burnt: found });
  assert.deepEqual(burnt({ open: 3, overdue: 2, worstUnit: 4 }, { unit: 9, hours: 12 }), { pattern: FILLED, colour: "colour 9" });
  assert.deepEqual(burnt({}, { unit: 9, hours: 12 }), { pattern: FILLED, colour: "colour 9" });
  assert.equal(burnt({ open: 3, overdue: 2, worstUnit: 4 }, undefined).pattern, PLAIN);
  assert.equal(burnt({}, undefined).pattern, NONE);
});

test("rates: few households or few incidents are not judged", () => {
  assert.equal(rateOf("open_per_100", figures({ open: 30 }), 19), null);
  assert.equal(rateOf("open_per_100", figures({ open: 2 }), 500), null);
  assert.equal(rateOf("open_per_100", figures({ open: 3 }), 300), 1);
  assert.equal(rateOf("overdue_hours_per_100", figures({ open: 3, overdueS: 7200 }), 50), 4);
  assert.equal(paintOf("open_per_100", figures({ open: 30 }), 10, options).pattern, PLAIN);
  assert.equal(paintOf("overdue_hours_per_100", figures({ open: 30 }), 100, options).pattern, PLAIN, "no overdue hours is neutral");
});

test("classes: rising round edges, the lowest and highest value in the outer classes", () => {
  const random = makeRandom(6);
  for (let round = 0; round < 50; round += 1) {
    const values = Array.from({ length: 1 + Math.floor(random() * 300) }, () => 10 ** (random() * 5 - 2));
    const breaks = makeBreaks(values, 6);
    assert.ok(breaks.length <= 5);
    breaks.forEach((edge, index) => {
      assert.ok(index === 0 || edge > breaks[index - 1]);
      assert.match((edge / 10 ** Math.floor(Math.log10(edge * (1 + 1e-9)))).toFixed(6), /^(1|2|5)\.000000$/);
    });
    for (const value of values) {
      const index = classOf(value, breaks);
      assert.ok((index === 0 || value >= breaks[index - 1]) && (index === breaks.length || value < breaks[index]));
    }
  }
  assert.deepEqual(makeBreaks([], 6), []);
  assert.deepEqual(makeBreaks([0, 0], 6), []);
});

test("repainting names just the areas whose look changed", () => {
  const world = new Map([[2, figures({ open: 1 })], [3, figures({ open: 1 })]]);
  const store = {
    tree: { size: 4, households: () => 100, level: () => "village", ids: () => [2, 3] }, colourOf: options.colourOf, areaFigures: (id) => world.get(id) || figures({}),
    burntAreas: new Map(),
  };
  const painting = gridmap.colour.makePainting(store);
  assert.deepEqual([...painting.repaint([1, 2, 3])], [2, 3]);
  assert.deepEqual([...painting.repaint([1, 2, 3])], []);
  world.set(3, figures({ open: 1, overdue: 1, worstUnit: 7, worstOverdue: 1 }));
  assert.deepEqual([...painting.repaint([1, 2, 3])], [3]);
  assert.deepEqual([painting.pattern(3), painting.colour(3), painting.pattern(99)], [FILLED, "colour 7", NONE]);
  painting.measure = "open_per_100";
  assert.equal(painting.repaint([3]).size, 1);
});
