// The grids of a draft: asked for as they come into view, some at a time, never a whole county; found at a place.
"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const path = require("node:path");

require(path.join(__dirname, "../../assets/50_divide_borders.js"));
require(path.join(__dirname, "../../assets/51_divide_draft.js"));
const { makeDraftGrids, BATCH, MOST_IN_VIEW } = globalThis.gridmap.divideDraft;

const box = (west, east) => [[[[west, 0], [east, 0], [east, 1], [west, 1], [west, 0]]]];
const grid = (code, west, east) => ({ code, households: 100, polygons: box(west, east) });
// Villages of one degree in a row.
const villages = (count) => Array.from({ length: count }, (_, at) => ({ code: `v${at}`, bounds: [at, 0, at + 1, 1] }));
const found = (code) => {
  const at = Number(code.slice(1));
  return { today: [grid("001", at, at + 1)], draft: [grid("001", at, at + 0.5), grid("002", at + 0.5, at + 1)] };
};

function start() {
  const asked = [];
  const faults = [];
  let isBroken = false;
  const draft = makeDraftGrids({
    read: async (generation, codes) => {
      asked.push([generation, codes]);
      if (isBroken) throw new Error("gone");
      return { villages: Object.fromEntries(codes.map((code) => [code, found(code)])) };
    },
    onRead: () => {},
    onFault: (fault) => faults.push(fault.message),
  });
  return { draft, asked, faults, fail: () => { isBroken = true; } };
}

test("only what is in view is asked for, once, and the nearest to its middle first", async () => {
  const { draft, asked } = start();
  draft.begin(7);
  await draft.want(villages(1000), [10, 0, 12.5, 1]);
  assert.deepEqual(asked, [[7, ["v11", "v10", "v12", "v9"]]]);
  await draft.want(villages(1000), [10, 0, 12.5, 1]);
  assert.equal(asked.length, 1);
});

test("more than a batch takes several calls; a county at once is too far away", async () => {
  const { draft, asked } = start();
  draft.begin(7);
  const all = villages(1000);
  await draft.want(all, [0, 0, BATCH + 9.5, 1]);
  assert.equal(asked[0][1].length, BATCH);
  await draft.want(all, [0, 0, BATCH + 9.5, 1]);
  assert.equal(asked[1][1].length, 10);
  await draft.want(all, [0, 0, MOST_IN_VIEW + 0.5, 1]);
  assert.ok(draft.isTooFar);
  assert.equal(asked.length, 2);
  await draft.want(all, [0, 0, MOST_IN_VIEW - 0.5, 1]);
  assert.ok(!draft.isTooFar);
});

test("without a draft nothing is asked for; another draft is asked for anew", async () => {
  const { draft, asked } = start();
  await draft.want(villages(3), [0, 0, 1, 1]);
  draft.begin(null);
  await draft.want(villages(3), [0, 0, 1, 1]);
  assert.equal(asked.length, 0);
  for (const number of [7, 8]) {
    draft.begin(number);
    await draft.want(villages(3), [0.2, 0, 0.8, 1]);
  }
  assert.deepEqual(asked, [[7, ["v0"]], [8, ["v0"]]]);
});

test("the grids at a place are those that are shown", async () => {
  const { draft } = start();
  draft.begin(7);
  assert.equal(draft.at("v0", 0.7, 0.5), null);
  await draft.want(villages(1), [0, 0, 1, 1]);
  const codes = () => Object.entries(draft.at("v0", 0.7, 0.5)).map(([name, one]) => [name, one && one.code]);
  assert.deepEqual(codes(), [["today", "001"], ["draft", "002"]]);
  draft.show = "today";
  assert.deepEqual(codes(), [["today", "001"], ["draft", null]]);
  draft.show = "draft";
  assert.deepEqual(codes(), [["today", null], ["draft", "002"]]);
  assert.deepEqual(draft.of("v0").draft.borders, [[[0.5, 0], [0.5, 1]]]);
  assert.equal(draft.of("v0").draft.outline.length, 6);
  assert.deepEqual(draft.of("v0").today.borders, []);
});

test("what could not be had is said once and not asked for again", async () => {
  const { draft, asked, faults, fail } = start();
  draft.begin(7);
  fail();
  await draft.want(villages(1), [0, 0, 1, 1]);
  await draft.want(villages(1), [0, 0, 1, 1]);
  assert.equal(asked.length, 1);
  assert.deepEqual(faults, ["gone"]);
});
