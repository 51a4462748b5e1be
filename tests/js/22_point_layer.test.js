"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine, makeRandom } = require("./engine.js");

const { gridmap } = loadEngine();
const SIZE = { x: 1000, y: 800 };
const project = { toX: (lon) => lon * 100, toY: (lat) => lat * 100 };

function makeColumns(points) {
  const columns = { count: points.length };
  for (const name of ["x", "y", "late", "reported", "due"]) columns[name] = points.map((point) => point[name] || 0);
  return columns;
}
const at = (x, y, late = 0, due = 0) => ({ x: x * 1000, y: y * 1000, late, due }); // in pixels of the view

test("a cluster takes its worst member: the higher state, of equals the one that is over for longest", () => {
  const columns = makeColumns([at(10, 10, 0), at(12, 12, 3, 900), at(14, 14, 3, 100), at(16, 10, 2, 1)]);
  const [cell, ...others] = gridmap.pointLayer.gather(columns, () => true, project, SIZE, { x: 0, y: 0 }, 50);
  assert.equal(others.length, 0);
  assert.deepEqual([cell.count, cell.worst, cell.state], [4, 2, 3]);
  assert.deepEqual([cell.x, cell.y], [13, 11.5]);
});

test("every point in view is counted once, whatever the pan", () => {
  const random = makeRandom(9);
  const points = Array.from({ length: 3000 }, () => at(random() * 1000, random() * 800, Math.floor(random() * 4)));
  for (const origin of [{ x: 0, y: 0 }, { x: 123.4, y: -77.7 }, { x: 5e7, y: 3e7 }]) {
    const cells = gridmap.pointLayer.gather(makeColumns(points), () => true, project, SIZE, origin, 46);
    assert.equal(cells.reduce((sum, cell) => sum + cell.count, 0), 3000);
    assert.ok(cells.every((cell, index) => index === 0 || cell.state >= cells[index - 1].state), "the worst is drawn last");
  }
});

test("panning does not regroup: the same points share a cell", () => {
  const random = makeRandom(4);
  const world = Array.from({ length: 500 }, () => [400 + random() * 200, 400 + random() * 200]);
  const groups = (panX, panY) => {
    const columns = makeColumns(world.map(([x, y]) => at(x - panX, y - panY)));
    const cells = gridmap.pointLayer.gather(columns, () => true, project, SIZE, { x: panX, y: panY }, 46);
    return cells.map((cell) => [...cell.rows].sort((a, b) => a - b).join()).sort();
  };
  assert.deepEqual(groups(37, 91), groups(0, 0));
});

test("filtered, far and pointless rows are left out", () => {
  const columns = makeColumns([at(10, 10), at(5000, 10), at(20, 20), { x: gridmap.columns.NO_POINT, y: gridmap.columns.NO_POINT }]);
  const cells = gridmap.pointLayer.gather(columns, (row) => row !== 2, project, SIZE, { x: 0, y: 0 }, 46);
  assert.deepEqual(cells.map((cell) => cell.rows), [[0]]);
});

test("ink on a colour has the better contrast of the two", () => {
  assert.equal(gridmap.pointLayer.inkOn("#ffe066"), "#111418");
  assert.equal(gridmap.pointLayer.inkOn("#204080"), "#ffffff");
});

test("slices of a donut: own colours first, the others as one, a full circle", () => {
  const byUnit = new Map([[1, { overdue: 2 }], [2, { overdue: 5 }], [3, { overdue: 1 }], [4, { overdue: 2 }], [5, { overdue: 0 }]]);
  const slices = gridmap.donutLayer.slices(byUnit, (unit) => unit >= 3);
  assert.deepEqual(slices.map((slice) => [slice.unit, slice.overdue]), [[2, 5], [1, 2], [0, 3]]);
  assert.ok(Math.abs(slices[2].to - slices[0].from - 2 * Math.PI) < 1e-9);
  assert.equal(slices[1].from, slices[0].to);
});

test("labels keep clear of each other and of symbols, and step aside where they may", () => {
  const label = (text, x, y) => ({ text, x, y, width: 40, height: 10, shifts: [[0, 0], [0, 12]] });
  const kept = gridmap.labelLayer.declutter([label("a", 100, 100), label("b", 110, 102), label("c", 300, 300), label("d", 105, 106)], [[290, 295, 310, 305]], 1);
  assert.deepEqual(kept.map((one) => [one.text, one.y]), [["a", 100], ["b", 114], ["c", 312]]);
  const random = makeRandom(2);
  const many = Array.from({ length: 800 }, (_, index) => label(String(index), random() * 900, random() * 700));
  const found = gridmap.labelLayer.declutter(many, [], 0);
  for (const one of found) {
    for (const other of found) assert.ok(one === other || Math.abs(one.x - other.x) >= 40 || Math.abs(one.y - other.y) >= 10);
  }
});

test("a name that must stand goes where it covers least of the symbols, never upon another name", () => {
  const shifts = [[0, 0], [0, 20], [50, 0]];
  const town = { text: "town", x: 100, y: 100, width: 40, height: 10, shifts, mustStand: true };
  const crowd = [[60, 90, 140, 125], [120, 90, 134, 110]]; // the first two places lie wholly under symbols, the third in part
  const [kept] = gridmap.labelLayer.declutter([town], crowd, 0);
  assert.deepEqual([kept.x, kept.y], [150, 100]);
  assert.equal(gridmap.labelLayer.declutter([{ ...town, mustStand: false }], crowd, 0).length, 0);
  const same = gridmap.labelLayer.declutter([town, { ...town, text: "other", shifts: [[0, 0]] }], [], 0);
  assert.deepEqual(same.map((one) => one.text), ["town"]);
});

test("a long name folds at a space next to its middle, a Chinese one in its middle", () => {
  assert.deepEqual(gridmap.labelLayer.fold("双王城生态经济园区管委会"), ["双王城生态经", "济园区管委会"]);
  assert.deepEqual(gridmap.labelLayer.fold("North Bay Harbour"), ["North Bay", "Harbour"]);
  assert.deepEqual(gridmap.labelLayer.fold("圣城街道"), ["圣城街道"]);
});
