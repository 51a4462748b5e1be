"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine, encodeSnapshot, makeRandom, CONTRACT } = require("./engine.js");

const { gridmap } = loadEngine();
const NAMES = CONTRACT.map(([name]) => name);

function makeRows(count, seed = 1) {
  const random = makeRandom(seed);
  const whole = (below) => Math.floor(random() * below);
  return Array.from({ length: count }, (_, index) => [
    index * 3 + 1, whole(6000), 11_800_000 + whole(100_000) - (index % 7 ? 0 : 30_000_000), 3_680_000 - whole(9_000_000), whole(65_536), whole(300),
    whole(9), whole(7), whole(4), whole(2), 1_690_000_000 + whole(5_000_000), whole(300_000), whole(400_000), whole(4_294_967_295),
  ]);
}
const rowOf = (columns, row) => NAMES.map((name) => columns[name][row]);

test("a snapshot decodes to the rows that went in, sorted by id", () => {
  const rows = makeRows(500);
  const { header, columns } = gridmap.columns.decode(encodeSnapshot(rows));
  assert.equal(header.epoch, "e1");
  assert.equal(columns.count, 500);
  rows.forEach((row, index) => assert.deepEqual(rowOf(columns, index), row));
  assert.equal(columns.row(rows[123][0]), 123);
  assert.equal(columns.row(2), -1);
});

test("no point, no limit and the largest numbers survive", () => {
  const row = [4_294_967_295, 4_294_967_295, -2_147_483_648, -2_147_483_648, 65_535, 65_535, 255, 255, 255, 255, 4_294_967_295, 0, 4_294_967_295, 1];
  const { columns } = gridmap.columns.decode(encodeSnapshot([[1, ...row.slice(1, 10), 5, 0, 0, 0], row]));
  assert.deepEqual(rowOf(columns, 1), row);
  assert.equal(columns.x[1], gridmap.columns.NO_POINT);
});

test("an empty board decodes", () => {
  assert.equal(gridmap.columns.decode(encodeSnapshot([])).columns.count, 0);
});

test("what is cut short or not a snapshot is refused", () => {
  const whole = encodeSnapshot(makeRows(20));
  assert.throws(() => gridmap.columns.decode(new TextEncoder().encode("<!DOCTYPE html>").buffer), /GMB1/);
  assert.throws(() => gridmap.columns.decode(new ArrayBuffer(3)), /GMB1/);
  assert.throws(() => gridmap.columns.decode(whole.slice(0, whole.byteLength - 1)), /column twice is cut short/);
  assert.throws(() => gridmap.columns.decode(whole.slice(0, 40)), /header is cut short/);
});

test("upsert and remove hold the table equal to a plain Map", () => {
  const random = makeRandom(7);
  const { columns } = gridmap.columns.decode(encodeSnapshot(makeRows(50)));
  const truth = new Map(makeRows(50).map((row) => [row[0], row]));
  for (let step = 0; step < 5000; step += 1) {
    const id = Math.floor(random() * 400) + 1;
    if (random() < 0.45) assert.equal(columns.remove(id), truth.delete(id));
    else {
      const row = makeRows(1, step)[0];
      row[0] = id;
      columns.upsert(row);
      truth.set(id, row);
    }
  }
  assert.equal(columns.count, truth.size);
  for (const [id, row] of truth) assert.deepEqual(rowOf(columns, columns.row(id)), row);
});

// 8 ms on an idle core; the limit leaves room for a busy machine and still finds a step that became quadratic.
test("50,000 rows decode in a moment", () => {
  const buffer = encodeSnapshot(makeRows(50_000));
  let best = Infinity;
  for (let round = 0; round < 7; round += 1) {
    const start = performance.now();
    gridmap.columns.decode(buffer);
    best = Math.min(best, performance.now() - start);
  }
  console.log(`decode 50,000 rows: ${best.toFixed(1)} ms`);
  assert.ok(best < 200, `${best} ms`);
});

// As the server encodes a board of few different limits: one index instead of three columns.
function encodeLimits(rows, index, header) {
  const columns = [...CONTRACT.slice(0, 11), ["limit", 2]];
  const body = [];
  columns.forEach(([, bytes, delta], column) => {
    let previous = 0;
    const values = rows.map((row, at) => (column < 11 ? row[column] : index[at])).map((value) => {
      const coded = delta ? value - previous : value;
      previous = value;
      return coded;
    });
    for (let plane = 0; plane < bytes; plane += 1) for (const value of values) body.push((value >>> (8 * plane)) & 255);
  });
  const full = {
    epoch: "e", revision: 1, now_ms: 0, generation: 1, count: rows.length, units: [], items: [], statuses: [], channels: [], placements: [],
    columns: columns.map(([name, bytes, delta]) => ({ name, bytes, delta: Boolean(delta) })), figures: {}, ...header,
  };
  const text = Buffer.from(JSON.stringify(full));
  const head = Buffer.alloc(8);
  head.write("GMB1", 0, "latin1");
  head.writeUInt32LE(text.length, 4);
  const all = Buffer.concat([head, text, Buffer.from(body)]);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length);
}

test("no limit: the decoder never shifts it, the clock never makes it late, and the next change is never", () => {
  const rows = [[1, 0, 0, 0, 1, 1, 0, 0, 0, 2, 1000, 0, 0, 0], [2, 0, 0, 0, 1, 1, 0, 0, 0, 2, 1000, 0, 0, 0]];
  const none = 4294967295; // written out: the number of the contract
  const buffer = encodeLimits(rows, [0, 1], { limits: [[75, 100, none], [none, none, none]], calendar: [[500, 900], [1400, 5000]] });
  const { columns } = gridmap.columns.decode(buffer);
  assert.deepEqual([columns.near[0], columns.due[0], columns.twice[0]], [475, 500, none]);
  assert.deepEqual([columns.near[1], columns.due[1], columns.twice[1]], [none, none, none]);
  assert.equal(gridmap.columns.NO_LIMIT, none);
  const { stateAt, nextChangeS, ON_TIME, OVERDUE } = gridmap.lateness;
  assert.equal(stateAt(columns, 1, 4e9), ON_TIME);
  assert.equal(nextChangeS(columns, 1, ON_TIME), Infinity);
  assert.equal(stateAt(columns, 0, 1500), OVERDUE);
  assert.equal(stateAt(columns, 0, 4e9), OVERDUE); // twice its time is beyond the calendar: overdue for as long as it is open
});
