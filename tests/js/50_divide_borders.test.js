// Borders of a plan: where they run, how one bends, what that does to areas; against figures worked out by hand.
"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const path = require("node:path");

require(path.join(__dirname, "../../assets/50_divide_borders.js"));
const { listBorders, findNearest, bend, makeRing, isInside, measure, compactness, bentCompactness, halve, leftOf, nearestRows } = globalThis.gridmap.divideBorders;

const near = (value, expected, share = 1e-6) => assert.ok(Math.abs(value - expected) <= share * Math.abs(expected), `${value} is not ${expected}`);
const grid = (...rings) => ({ polygons: [rings] });
// Three squares in a row on the equator, the middle one with a vertex more on its left side; counter-clockwise.
const left = grid([[0, 0], [1, 0], [1, 0.5], [1, 1], [0, 1], [0, 0]]);
const middle = grid([[1, 0], [2, 0], [2, 1], [1, 1], [1, 0.5], [1, 0]]);
const right = grid([[2, 0], [3, 0], [3, 1], [2, 1], [2, 0]]);

test("the borders between grids are lines that run round the first", () => {
  assert.deepEqual(listBorders([left, middle, null, right]), [
    { a: 0, b: 1, line: [[1, 0], [1, 0.5], [1, 1]] },
    { a: 1, b: 3, line: [[2, 0], [2, 1]] },
  ]);
  assert.deepEqual(listBorders([left, right]), []);
});

test("a grid inside another has a closed border, and two grids may share several", () => {
  const ring = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]];
  const outer = grid([[0, 0], [3, 0], [3, 3], [0, 3], [0, 0]], [...ring].reverse());
  const [only, ...others] = listBorders([outer, grid(ring)]);
  assert.equal(others.length, 0);
  assert.equal(only.line.length, 5);
  assert.deepEqual(only.line[0], only.line[4]);
  // A ring cut in two halves: they touch above and below.
  const west = grid([[0, 0], [1, 0], [1, 1], [0.5, 1], [0.5, 2], [1, 2], [1, 3], [0, 3], [0, 0]]);
  const east = grid([[1, 0], [2, 0], [2, 3], [1, 3], [1, 2], [1.5, 2], [1.5, 1], [1, 1], [1, 0]]);
  assert.equal(listBorders([west, east]).length, 2);
});

test("the nearest border within reach is found with the place on it", () => {
  const borders = listBorders([left, middle, right]);
  const project = ([x, y]) => [100 * x, -100 * y];
  const found = findNearest(borders, project, [104, -25], 12);
  assert.equal(found.border, borders[0]);
  assert.equal(found.at, 1);
  assert.deepEqual(found.point, [1, 0.25]);
  assert.equal(findNearest(borders, project, [150, -50], 12), null);
});

test("a bent border keeps its ends, passes the pointer, and crosses what lies between", () => {
  const line = [[1, 0], [1, 1]];
  const bent = bend(line, 1, [1, 0.5], [1.4, 0.5]);
  assert.deepEqual(bent[0], [1, 0]);
  assert.deepEqual(bent[bent.length - 1], [1, 1]);
  assert.ok(bent.some(([x, y]) => Math.abs(x - 1.4) < 1e-9 && Math.abs(y - 0.5) < 1e-9));
  const ring = makeRing(line, bent);
  assert.ok(isInside(1.2, 0.5, ring));
  assert.ok(isInside(1.35, 0.3, ring)); // the half round the pointer comes along in full
  assert.ok(!isInside(1.35, 0.02, ring));
  assert.ok(!isInside(0.9, 0.5, ring));
  // A line that is not moved is not changed.
  for (const [x] of bend(line, 1, [1, 0.5], [1, 0.5])) assert.equal(x, 1);
});

test("compactness of a square, and of two whose border moved, is that of the new shapes", () => {
  const metres = 111320;
  near(measure(left.polygons).area, metres ** 2, 1e-4);
  near(measure(left.polygons).length, 4 * metres, 1e-4);
  near(compactness(measure(left.polygons)), Math.PI / 4, 1e-4);
  assert.equal(compactness(measure([])), 0);
  // Moved by a quarter over its whole length with the ends along: 1.25 by 1 and 0.75 by 1, the border itself as long.
  const [border] = listBorders([left, middle]);
  const bent = [[1, 0], [1.25, 0], [1.25, 1], [1, 1]];
  const [wide, narrow] = bentCompactness(left, middle, border.line, bent);
  const tall = (width, length) => (4 * Math.PI * width) / length ** 2;
  near(wide, tall(1.25, 4.5), 1e-3); // both ways of 0.25 count once for each grid
  near(narrow, tall(0.75, 4.5), 1e-3);
  // The same with rings that turn the other way.
  const turned = [left, middle].map(({ polygons: [[ring]] }) => grid([...ring].reverse()));
  const [back] = listBorders(turned);
  const [wideToo, narrowToo] = bentCompactness(turned[0], turned[1], back.line, [...bent].reverse());
  near(wideToo, wide, 1e-4);
  near(narrowToo, narrow, 1e-4);
});

test("a grid is halved across its longest extent, and one place is never parted", () => {
  const lon = [0, 1, 2, 3, 4, 5].map((x) => 118 + x / 1000);
  const lat = [36, 36.0001, 36, 36.0001, 36, 36];
  assert.deepEqual(halve([0, 1, 2, 3, 4, 5], lon, lat, [1, 1, 1, 1, 1, 1]).length, 3);
  assert.deepEqual(halve([0, 1, 2, 3, 4, 5], lon, lat, [5, 1, 1, 1, 1, 1]).length, 5);
  assert.deepEqual(halve([0], lon, lat, [1, 1]), []);
  assert.deepEqual(halve([0, 1], [118, 118], [36, 36], [3, 3]), []);
  assert.deepEqual(halve([0, 1, 2], [118, 118, 118.001], [36, 36, 36], [9, 9, 1]), [2]);
});

test("left of a cut, and the nearest of a neighbour", () => {
  const lon = [0, 1, 2, 3];
  const lat = [0, 0, 0, 0];
  assert.deepEqual(leftOf([0, 1, 2, 3], lon, lat, [1.5, -1], [1.5, 1]), [0, 1]);
  assert.deepEqual(leftOf([0, 1, 2, 3], lon, lat, [1.5, 1], [1.5, -1]), [2, 3]);
  assert.deepEqual(nearestRows([1, 2, 3], [0], lon, lat, [1, 4, 4, 4], 5), [1, 2]);
  assert.deepEqual(nearestRows([1, 2, 3], [], lon, lat, [1, 1, 1, 1], 5), []);
});
