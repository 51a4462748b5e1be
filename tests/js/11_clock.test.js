"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine, makeRandom } = require("./engine.js");

const { gridmap } = loadEngine();

function makeFakeClock() {
  const time = { monotonic: 1000, wall: 5_000_000 };
  return { time, clock: gridmap.clock.makeClock({ monotonicMs: () => time.monotonic, wallMs: () => time.wall }) };
}

test("the first message sets the clock, whatever the PC says", () => {
  const { clock, time } = makeFakeClock();
  assert.equal(clock.sync(1_700_000_000_000), true);
  time.monotonic += 250;
  assert.equal(clock.nowMs(), 1_700_000_000_250);
});

test("late messages hardly move it, earlier ones do, a jump is taken at once", () => {
  const { clock } = makeFakeClock();
  clock.sync(100_000);
  assert.equal(clock.sync(99_000), false);
  assert.equal(clock.nowMs(), 99_950);
  assert.equal(clock.sync(100_150), false);
  assert.equal(clock.nowMs(), 100_050);
  assert.equal(clock.sync(700_000), true);
  assert.equal(clock.nowMs(), 700_000);
  assert.equal(clock.sync(100), true);
  assert.equal(clock.nowMs(), 100);
});

test("a message delayed now and then does not drag the clock behind", () => {
  const random = makeRandom(3);
  const { clock, time } = makeFakeClock();
  clock.sync(1_000_000);
  for (let step = 0; step < 500; step += 1) {
    time.monotonic += 250;
    clock.sync(1_000_000 + (time.monotonic - 1000) - random() * 40);
  }
  const errorMs = clock.nowMs() - (1_000_000 + time.monotonic - 1000);
  assert.ok(errorMs <= 0 && errorMs > -15, `${errorMs} ms`);
});

test("time slept is taken from the wall clock; a wall clock set back is not", () => {
  const { clock, time } = makeFakeClock();
  clock.sync(1_000_000);
  time.monotonic += 100;
  time.wall += 100 + 3_600_000;
  assert.equal(clock.wake(), true);
  assert.equal(clock.nowMs(), 1_000_100 + 3_600_000);
  assert.equal(clock.wake(), false);
  time.wall -= 7_200_000;
  assert.equal(clock.wake(), true);
  assert.equal(clock.nowMs(), 1_000_100 + 3_600_000);
});

test("working time equals a count second by second", () => {
  const intervals = [[10, 20], [25, 26], [30, 60], [90, 100]];
  const calendar = gridmap.clock.makeCalendar(intervals);
  const isWorking = (second) => intervals.some(([from, to]) => second >= from && second < to);
  for (let from = 0; from < 110; from += 3) {
    let counted = 0;
    for (let to = from; to < 115; to += 1) {
      assert.equal(calendar.workingBetween(from, to), counted, `${from} .. ${to}`);
      if (isWorking(to)) counted += 1;
    }
  }
});

test("office hours: working seconds leave out noon, nights and weekends, and a day has its own length", () => {
  const dayS = 27000;
  const monday = Date.UTC(2026, 10, 23) / 1000 - 8 * 3600; // midnight in the county
  const intervals = [];
  for (const day of [0, 1, 2, 3, 4, 7]) {
    const midnight = monday + day * 86400;
    intervals.push([midnight + 8.5 * 3600, midnight + 12 * 3600], [midnight + 13.5 * 3600, midnight + 17.5 * 3600]);
  }
  const calendar = gridmap.clock.makeCalendar(intervals, dayS);
  const at = (day, hour) => monday + day * 86400 + hour * 3600;
  assert.equal(calendar.dayS, dayS);
  assert.equal(calendar.workingBetween(at(0, 0), at(1, 0)), dayS);
  assert.equal(calendar.workingBetween(at(0, 11), at(0, 14)), 1.5 * 3600);
  assert.equal(calendar.workingBetween(at(0, 15), at(3, 15)), 3 * dayS);
  // Friday evening to Monday morning is no time at all.
  assert.equal(calendar.workingBetween(at(4, 17.5), at(7, 8.5)), 0);
  assert.equal(calendar.workingBetween(at(4, 17), at(7, 9)), 3600);
  assert.equal(gridmap.clock.makeCalendar(intervals).dayS, 86400);
});

test("a calendar that is out of order is refused, an empty one has no working time", () => {
  assert.throws(() => gridmap.clock.makeCalendar([[10, 20], [15, 30]]), /interval 1/);
  assert.throws(() => gridmap.clock.makeCalendar([[10, 10]]), /interval 0/);
  assert.equal(gridmap.clock.makeCalendar([]).workingAt(1e9), 0);
});
