// The state of an edit: labels, undo, locks, counts; against sums written out by hand.
"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const path = require("node:path");

require(path.join(__dirname, "../../assets/50_divide_borders.js"));
require(path.join(__dirname, "../../assets/50_divide_state.js"));
const { makeState, isInside, colourOf } = globalThis.gridmap.divideState;

function makeVillage() {
  return {
    addresses: { lon: [0, 1, 2, 3, 3], lat: [0, 0, 0, 0, 0], households: [10, 20, 30, 40, 5], hamlet: [0, 0, 1, 1, -1] },
    hamlets: ["a", "b"],
    today: { label: [0, 0, 0, 1, 1], grids: [{ code: "t1" }, { code: "t2" }] },
  };
}
const makePlan = () => ({
  label: [0, 0, 1, 1, 1],
  grids: [
    { code: "g001", cell: 0, match: 0, households: 30 },
    { code: "g002", cell: 0, match: 1, households: 75 },
  ],
});
function begun() {
  const state = makeState(makeVillage());
  state.begin(makePlan(), { start: "fresh" });
  return state;
}
const sums = (state) => state.rows().map((row) => row.households);

test("counts, people moved and split hamlets follow the labels", () => {
  const state = begun();
  assert.deepEqual(sums(state), [30, 75]);
  assert.equal(state.moved(), 30); // the third address was in t1, which the first grid goes on from
  assert.deepEqual(state.splitHamlets(), []);
  state.remember();
  assert.deepEqual(state.put([2], 0), { changed: 1, held: 0, away: 0 });
  assert.deepEqual(sums(state), [60, 45]);
  assert.equal(state.moved(), 0);
  assert.deepEqual(state.splitHamlets(), ["b"]);
});

test("addresses at one place go together", () => {
  const state = begun();
  assert.equal(state.put([3], 0).changed, 2);
  assert.deepEqual([...state.label], [0, 0, 1, 0, 0]);
});

test("undo and redo give back exactly what was, and a new edit ends the redo", () => {
  const state = begun();
  state.remember();
  state.put([0], 1);
  state.remember();
  state.put([1], 1);
  assert.ok(state.undo());
  assert.deepEqual([...state.label], [1, 0, 1, 1, 1]);
  assert.ok(state.undo());
  assert.deepEqual([...state.label], [0, 0, 1, 1, 1]);
  assert.equal(state.undo(), false);
  assert.ok(state.redo());
  assert.deepEqual([...state.label], [1, 0, 1, 1, 1]);
  state.remember();
  state.put([2], 0);
  assert.equal(state.redo(), false);
  assert.ok(state.reset());
  assert.equal(state.isEdited(), false);
  assert.ok(state.undo());
  assert.ok(state.isEdited());
});

test("a locked grid neither gives nor takes", () => {
  const state = begun();
  state.locked.add("g001");
  assert.deepEqual(state.put([0, 2], 1), { changed: 0, held: 1, away: 0 });
  assert.deepEqual(state.put([2], 0), { changed: 0, held: 1, away: 0 });
});

test("a new grid has the next index, and its code after the drawing", () => {
  const state = begun();
  const next = state.nextNew();
  assert.equal(next, 2);
  state.put([2], next);
  assert.equal(state.rows()[2].code, "");
  // The drawing has its own order of grids.
  state.setDrawn({ label: [1, 1, 0, 2, 2], grids: [{ code: "g003", cell: 0 }, { code: "g001", cell: 0 }, { code: "g002", cell: 0 }] }, Int32Array.from(state.label));
  assert.deepEqual(state.rows().map((row) => [row.code, row.households]), [["g001", 30], ["g002", 45], ["g003", 30]]);
  assert.equal(state.nextNew(), 3);
});

test("a grid that nobody is left in is not in the table", () => {
  const state = begun();
  state.put([0, 1], 1);
  assert.deepEqual(state.rows().map((row) => row.code), ["g002"]);
});

test("inside a polygon", () => {
  const bay = [[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]];
  assert.ok(isInside(1, 1, bay));
  assert.ok(!isInside(2, 3, bay));
  assert.deepEqual(begun().inside([[0.5, -1], [2.5, -1], [2.5, 1], [0.5, 1]]), [1, 2]);
  assert.notEqual(colourOf(0), colourOf(1));
});

test("a pinned household stays, with all at its place, until it is let go", () => {
  const state = begun();
  assert.ok(state.pin([3])); // the fifth address is at the same place
  assert.deepEqual([...state.pinned].sort(), [3, 4]);
  assert.deepEqual(state.put([2, 3, 4], 0), { changed: 1, held: 2, away: 0 });
  assert.deepEqual([...state.label], [0, 0, 0, 1, 1]);
  assert.equal(state.pin([4]), false);
  assert.equal(state.pinned.size, 0);
  assert.equal(state.put([3], 0).changed, 2);
});

test("households stay in their large grid", () => {
  const state = makeState(makeVillage());
  const plan = makePlan();
  plan.grids[1].cell = 1;
  state.begin(plan, { start: "fresh" });
  assert.deepEqual(state.put([2], 0), { changed: 0, held: 0, away: 1 });
  // A new grid belongs to where its first household lies.
  assert.equal(state.put([2], 2).changed, 1);
  assert.equal(state.cellOf(2), 1);
  assert.deepEqual(state.put([0], 2), { changed: 0, held: 0, away: 1 });
});

test("each grid stands beside the mean of its own region", () => {
  const state = makeState(makeVillage());
  // 10 and 20 in the first region; 30, 40 and 5 in the second, in two grids.
  state.begin({
    label: [0, 0, 1, 2, 2], region: [0, 0, 1, 1, 1],
    grids: [{ code: "g1", cell: 0, match: 0, households: 30, forced: 0 }, { code: "g2", cell: 0, match: 1, households: 30, forced: 7.5 }, { code: "g3", cell: 0, match: -1, households: 45, forced: 7.5 }],
  }, { start: "fresh" });
  assert.deepEqual(state.rows().map((row) => [row.region, row.mean, row.forced, state.offMean(row)]), [[0, 30, 0, 0], [1, 37.5, 7.5, -7.5], [1, 37.5, 7.5, 7.5]]);
  // Over the river by hand: it counts where most of it lies, and the means follow at once.
  state.put([1], 1);
  assert.deepEqual(state.rows().map((row) => [row.region, row.mean]), [[0, 10], [1, 47.5], [1, 47.5]]);
});

test("what is in the draft is not unsaved; another edit is", () => {
  const state = begun();
  assert.equal(state.isUnsaved(), false);
  state.put([2], 0);
  assert.ok(state.isUnsaved());
  state.markSaved();
  assert.equal(state.isUnsaved(), false);
  state.put([0], 1);
  assert.ok(state.isUnsaved());
});

test("today's grids stand beside the same regions, and beside all before there is a plan", () => {
  const village = makeVillage();
  village.today.grids = [{ code: "t1", households: 60 }, { code: "t2", households: 45 }, { code: "t3", households: 0 }];
  const state = makeState(village);
  assert.deepEqual(state.todayRows().map((row) => row.mean), [52.5, 52.5, null]);
  state.begin({ ...makePlan(), region: [0, 0, 0, 1, 1] }, { start: "fresh" });
  assert.deepEqual(state.todayRows().map((row) => row.mean), [60, 45, null]);
});
