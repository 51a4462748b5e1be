"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine, encodeSnapshot, makeRandom } = require("./engine.js");

// county 1 > townships 2, 3 > villages 4, 5 (in 2), 6 (in 3)
const TREE = {
  generation: 1, id: [1, 2, 3, 4, 5, 6], parent: [0, 1, 1, 2, 2, 3], level: [0, 1, 1, 2, 2, 2], households: [1000, 600, 400, 300, 300, 400],
  levels: ["county", "township", "village"], label: { 2: ["East", 118.7, 36.8, [118, 36, 119, 37]] },
};
const NOW_S = 1_700_000_000;
const UNITS = [7, 8, 9].map((id) => ({ id, code: `U${id}`, letter: "ABC"[id - 7], name: `unit ${id}`, colour: `#0000${id}0` }));

// [id, area, x, y, unit, item, status, channel, placement, flags, reported, near, due, twice]
function incident(id, { area = 4, unit = 7, ageS = 0, due = 1000, placement = 0, item = 1, status = 0, x = 11_870_000 } = {}) {
  return [id, area, x, 3_680_000, unit, item, status, 0, placement, 0, NOW_S - ageS, Math.floor(due * 0.75), due, due * 2];
}

function makeWorld(rows, header = {}) {
  const { gridmap } = loadEngine();
  const time = { ms: 0 };
  const timers = [];
  const clock = gridmap.clock.makeClock({ monotonicMs: () => time.ms, wallMs: () => time.ms });
  const store = gridmap.makeStore({
    clock,
    schedule: (run, delayMs) => timers[timers.push({ run, at: time.ms + delayMs }) - 1],
    unschedule: (timer) => timers.splice(timers.indexOf(timer), 1),
  });
  // Let time pass, running what is due in order.
  function pass(ms) {
    const end = time.ms + ms;
    for (;;) {
      const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      timers.splice(timers.indexOf(next), 1);
      time.ms = Math.max(time.ms, next.at);
      next.run();
    }
    time.ms = end;
  }
  const changes = [];
  store.on("change", (change) => changes.push({ ...change, atMs: time.ms }));
  store.load(gridmap.columns.decode(encodeSnapshot(rows, { now_ms: NOW_S * 1000, units: UNITS, ...header })), TREE);
  return { gridmap, store, pass, changes, time };
}

// The same figures, counted afresh from the rows: the oracle of the counters kept while rows change.
function countAfresh(store, area) {
  const figures = { open: 0, near: 0, overdue: 0, twice: 0, overdueS: 0 };
  for (let row = 0; row < store.columns.count; row += 1) {
    if (!store.passes(row) || !(area === 0 || store.tree.isWithin(store.columns.area[row], area))) continue;
    const overS = store.nowMs() / 1000 - store.columns.reported[row] - store.columns.due[row];
    figures.open += 1;
    if (overS < 0) figures.near += store.nowMs() / 1000 - store.columns.reported[row] >= store.columns.near[row] ? 1 : 0;
    else {
      figures.overdue += 1;
      figures.overdueS += overS;
      if (store.nowMs() / 1000 - store.columns.reported[row] >= store.columns.twice[row]) figures.twice += 1;
    }
  }
  return figures;
}
function assertTrue(store) {
  for (let area = 0; area <= 6; area += 1) {
    const told = store.areaFigures(area);
    for (const [name, value] of Object.entries(countAfresh(store, area))) {
      assert.ok(Math.abs(told[name] - value) < 0.001, `area ${area} ${name}: ${told[name]} instead of ${value}`);
    }
  }
}

test("rows count for their area and all areas above it", () => {
  const { store } = makeWorld([incident(1), incident(2, { ageS: 1500 }), incident(3, { area: 6, ageS: 5000 }), incident(4, { area: 0 }), incident(5, { area: 3, ageS: 800 })]);
  assert.equal(store.areaFigures(1).open, 4);
  assert.equal(store.areaFigures(0).open, 5);
  assert.deepEqual([store.areaFigures(3).overdue, store.areaFigures(3).twice, store.areaFigures(3).near], [1, 1, 1]);
  assert.equal(store.areaFigures(4).overdueS, 500);
  assertTrue(store);
  assert.deepEqual([...store.byArea("township").keys()], [2, 3]);
  assert.equal(store.byArea("village").get(6).byUnit.get(7).overdue, 1);
});

test("the worst unit is the one with the most overdue hours, not with the most items", () => {
  const { store } = makeWorld([incident(1, { unit: 7, ageS: 1100 }), incident(2, { unit: 7, ageS: 1100 }), incident(3, { unit: 8, ageS: 1900 })]);
  assert.equal(store.areaFigures(4).worstUnit, 8);
});

test("overdue time is working time", () => {
  // Of the 500 seconds past due only 100 are in the calendar.
  const { store } = makeWorld([incident(1, { ageS: 1500 })], { calendar: [[NOW_S - 10_000, NOW_S - 500], [NOW_S - 100, NOW_S + 9999]] });
  assert.equal(store.areaFigures(4).overdueS, 100);
  assert.equal(store.overdueS(0), 100);
});

test("an item turns by itself at its due time, and says so", () => {
  const { store, pass, changes } = makeWorld([incident(1, { ageS: 990 })]);
  assert.equal(store.state(0), 1);
  pass(9_000);
  assert.equal(store.state(0), 1);
  pass(1_100);
  assert.equal(store.state(0), 2);
  const told = changes[changes.length - 1];
  assert.deepEqual([...told.crossed], [0]);
  assert.deepEqual([...told.areas].sort(), [1, 2, 4]);
  assert.ok(told.atMs >= 10_000 && told.atMs < 10_050, `told at ${told.atMs} ms`);
  assert.equal(store.areaFigures(2).overdue, 1);
  pass(1_000_000);
  assert.equal(store.state(0), 3);
});

test("a clock that jumps is followed within the recheck", () => {
  const { store, pass } = makeWorld([incident(1)]);
  store.clock.sync(NOW_S * 1000 + 3_000_000);
  pass(5_100);
  assert.equal(store.state(0), 3);
});

test("counters stay true under a stream of changes, filters and time", () => {
  const random = makeRandom(11);
  const pick = (below) => Math.floor(random() * below);
  const some = (id) => incident(id, { area: pick(7), unit: 7 + pick(3), ageS: pick(3000), due: 400 + pick(1200), placement: pick(4), item: pick(5), status: pick(3) });
  const { store, pass } = makeWorld(Array.from({ length: 80 }, (_, index) => some(index + 1)));
  for (let step = 0; step < 400; step += 1) {
    store.apply({ rows: Array.from({ length: pick(4) }, () => some(pick(150) + 1)), gone: [pick(150) + 1] });
    if (step % 7 === 0) pass(pick(60_000));
    if (step % 50 === 0) {
      store.setFilter({
        units: random() < 0.5 ? new Set([7, 8]) : null, states: random() < 0.3 ? new Set([2, 3]) : null, items: random() < 0.3 ? new Set([1, 2]) : null,
        area: random() < 0.3 ? 2 : 0, sinceS: random() < 0.2 ? NOW_S - 2000 : 0,
      });
    }
    if (step % 20 === 0) assertTrue(store);
  }
  assertTrue(store);
});

test("the summary is sorted by overdue and leaves out one part of the filter on demand", () => {
  const { store } = makeWorld([
    incident(1, { unit: 7, ageS: 1500 }), incident(2, { unit: 8, ageS: 1500 }), incident(3, { unit: 8, ageS: 90_000 + 1000 }), incident(4, { unit: 9 }),
    incident(5, { unit: 9, area: 0, placement: 2 }), incident(6, { unit: 9, area: 2, placement: 3 }),
  ]);
  const summary = store.summary();
  assert.equal(summary.units.map((one) => `${one.unit}: ${one.overdue} of ${one.open}`).join(), "8: 2 of 2,7: 1 of 1,9: 0 of 3");
  assert.equal(summary.total.overdue, 3);
  assert.equal(summary.total.oldestDueS, NOW_S - 90_000);
  assert.deepEqual([...summary.ages.map((age) => age.count)], [2, 1, 0, 0, 0]);
  assert.deepEqual([summary.onMap, summary.notOnMap.length], [4, 2]);
  store.setFilter({ units: new Set([7]) });
  assert.deepEqual([...store.summary().units.map((one) => one.unit)], [7]);
  assert.deepEqual([...store.summary({ ignore: "units" }).units.map((one) => one.unit)], [8, 7, 9]);
});

test("changes are told at most every 100 ms, the first at once", () => {
  const { store, pass, changes } = makeWorld([incident(1)]);
  pass(1000);
  const before = changes.length;
  store.apply({ rows: [incident(2)] });
  assert.equal(changes.length, before + 1);
  for (let id = 3; id < 20; id += 1) store.apply({ rows: [incident(id)] });
  assert.equal(changes.length, before + 1);
  pass(100);
  assert.equal(changes.length, before + 2);
  assert.equal(changes[changes.length - 1].rows.length, 17);
});

test("a listener that throws does not stop the others", (t) => {
  t.mock.method(console, "error", () => {});
  const { store, pass } = makeWorld([]);
  pass(1000);
  let heard = 0;
  store.on("change", () => { throw new Error("broken panel"); });
  store.on("change", () => { heard += 1; });
  store.apply({ rows: [incident(1)] });
  assert.equal(heard, 1);
});

test("with 14 units in view 11 have their colour and keep it while counts change", () => {
  const units = Array.from({ length: 14 }, (_, index) => ({ id: index + 1, letter: "X", name: "u", colour: `#${String(index + 10).repeat(3)}` }));
  const rows = units.flatMap((unit) => Array.from({ length: unit.id }, (_, n) => incident(unit.id * 100 + n, { unit: unit.id, ageS: 1500 })));
  const { store, pass } = makeWorld(rows, { units });
  const own = units.filter((unit) => !store.isOther(unit.id)).map((unit) => unit.id);
  assert.deepEqual(own, [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  assert.equal(store.colourOf(14), units[13].colour);
  assert.equal(store.colourOf(1), store.colourOf(2));
  pass(1000);
  store.apply({ rows: Array.from({ length: 20 }, (_, n) => incident(5000 + n, { unit: 1, ageS: 1500 })) });
  assert.ok(store.isOther(1), "the ranking is held for a minute");
  pass(61_000);
  assert.ok(!store.isOther(1));
  store.setFilter({ units: new Set([2, 3]) });
  assert.ok(!store.isOther(2) && !store.isOther(3), "with few units in view each has its own");
});

test("a tree with a circle is refused instead of walked for ever", () => {
  const { gridmap } = loadEngine();
  assert.throws(() => gridmap.tree.makeTree({ id: [1, 2], parent: [2, 1], level: [0, 0], levels: ["county"] }), /area 1/);
});

// 11, 4, 0.6 and 0.6 ms on an idle core; the limits leave room for a busy machine.
test("50,000 rows are counted, summed and looked through in a moment", () => {
  const { gridmap } = loadEngine();
  const random = makeRandom(5);
  const pick = (below) => Math.floor(random() * below);
  const ids = [], parents = [], levels = [];
  for (let index = 0; index < 6088; index += 1) {
    const level = index < 1 ? 0 : index < 15 ? 1 : index < 889 ? 2 : index < 2173 ? 3 : 4;
    ids.push(index + 1);
    levels.push(level);
    parents.push(level === 0 ? 0 : level === 1 ? 1 : level === 2 ? 2 + pick(14) : level === 3 ? 16 + pick(874) : 890 + pick(1284));
  }
  const tree = { id: ids, parent: parents, level: levels, households: ids.map(() => 100), levels: ["county", "township", "village", "large_grid", "small_grid"], label: {} };
  const units = Array.from({ length: 60 }, (_, index) => ({ id: index + 1, letter: "X", name: "u", colour: "#123456" }));
  const rows = Array.from({ length: 50_000 }, (_, index) => incident(index + 1, { area: 2174 + pick(3900), unit: 1 + pick(60), ageS: pick(900_000), due: 259_200 }));
  const calendar = Array.from({ length: 100 }, (_, index) => [NOW_S - 604_800 * (60 - index), NOW_S - 604_800 * (60 - index) + 432_000]);
  const store = gridmap.makeStore({ clock: gridmap.clock.makeClock(), schedule: () => 0, unschedule: () => {} });
  store.load(gridmap.columns.decode(encodeSnapshot(rows, { now_ms: NOW_S * 1000, units, calendar })), tree);
  const best = (run) => {
    let ms = Infinity;
    for (let round = 0; round < 9; round += 1) {
      const start = performance.now();
      run();
      ms = Math.min(ms, performance.now() - start);
    }
    return ms;
  };
  const counting = best(() => store.setFilter({ sinceS: 1 }));
  const summing = best(() => { store.apply({ rows: [rows[1]] }); store.summary(); });
  const looking = best(() => store.reevaluate());
  const one = best(() => store.apply({ rows: [rows[25_000]] }));
  console.log(`50,000 rows: count ${counting.toFixed(1)} ms, summary ${summing.toFixed(1)} ms, look for crossings ${looking.toFixed(2)} ms, one row ${one.toFixed(2)} ms`);
  assert.ok(counting < 250 && summing < 150, `${counting} ms, ${summing} ms`);
  assert.ok(looking < 40 && one < 40);
});

test("days past due are working days of the county's office hours", () => {
  // 7.5 working hours a day: what is 30,000 working seconds over is a day and more.
  const rows = [incident(1, { ageS: 31_000 }), incident(2, { ageS: 21_000 })];
  const calendar = [[NOW_S - 100_000, NOW_S + 100_000]];
  const count = (header) => [...makeWorld(rows, { calendar, ...header }).store.summary().ages.map((age) => age.count)];
  assert.deepEqual(count({ working_day_s: 27_000 }), [1, 1, 0, 0, 0]);
  assert.deepEqual(count({ working_day_s: 86_400 }), [2, 0, 0, 0, 0]);
});
