// The server's clock in the browser, and working time by the calendar of the snapshot.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const JUMP_MS = 2000;

  // A clock that is set by the server's `now_ms` and runs on the monotonic clock in between, so that nobody's wrong or
  // corrected PC clock moves an incident over its due time. `monotonicMs` and `wallMs` are there for tests.
  function makeClock({ monotonicMs = () => performance.now(), wallMs = () => Date.now() } = {}) {
    let offsetMs = wallMs() - monotonicMs();
    let isSet = false;
    let lastGapMs = wallMs() - monotonicMs();
    return {
      nowMs: () => monotonicMs() + offsetMs,
      isSet: () => isSet,
      // A message is never early, only late, so a sample ahead of us is the better one and counts for more.
      // Answers true if the clock jumped.
      sync(serverNowMs) {
        const differenceMs = serverNowMs - (monotonicMs() + offsetMs);
        const jumped = !isSet || Math.abs(differenceMs) > JUMP_MS;
        offsetMs += jumped ? differenceMs : differenceMs * (differenceMs > 0 ? 0.5 : 0.05);
        isSet = true;
        return jumped;
      },
      // The monotonic clock stands still while a laptop sleeps: take the time slept from the wall clock until the next
      // heartbeat says better. Answers true if there was a jump.
      wake() {
        const gapMs = wallMs() - monotonicMs();
        const sleptMs = gapMs - lastGapMs;
        lastGapMs = gapMs;
        if (sleptMs > JUMP_MS) offsetMs += sleptMs;
        return Math.abs(sleptMs) > JUMP_MS;
      },
    };
  }

  // Working time over half-open intervals [[start_s, end_s], ...], sorted and disjoint. Outside the known years every day
  // counts as a day off: the snapshot reaches one year back and one ahead. `dayS` is the working time of one working day.
  function makeCalendar(intervals, dayS = 86400) {
    const count = intervals.length;
    const start = new Float64Array(count);
    const end = new Float64Array(count);
    const before = new Float64Array(count);
    let total = 0;
    for (let index = 0; index < count; index += 1) {
      start[index] = intervals[index][0];
      end[index] = intervals[index][1];
      if (end[index] <= start[index] || (index > 0 && start[index] < end[index - 1])) {
        throw new Error(`calendar: interval ${index} is empty, not in order or overlaps the one before`);
      }
      before[index] = total;
      total += end[index] - start[index];
    }
    // Working seconds from the start of the calendar to the instant (epoch seconds).
    function workingAt(instantS) {
      let low = 0;
      let high = count; // first interval that starts after the instant
      while (low < high) {
        const middle = (low + high) >> 1;
        if (start[middle] <= instantS) low = middle + 1;
        else high = middle;
      }
      if (low === 0) return 0;
      const index = low - 1;
      return before[index] + Math.min(instantS, end[index]) - start[index];
    }
    return { dayS, workingAt, workingBetween: (fromS, toS) => workingAt(toS) - workingAt(fromS) };
  }

  gridmap.clock = { makeClock, makeCalendar };
})(typeof window === "undefined" ? globalThis : window);
