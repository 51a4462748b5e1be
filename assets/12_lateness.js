// Lateness is derived from now, never stored by anybody: 0 on time, 1 near due, 2 overdue, 3 twice overdue.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const ON_TIME = 0, NEAR = 1, OVERDUE = 2, TWICE = 3;

  const { NO_LIMIT } = gridmap.columns;

  function stateOf(sinceS, near, due, twice) {
    if (due === NO_LIMIT) return ON_TIME;
    if (sinceS < due) return sinceS < near ? ON_TIME : NEAR;
    return sinceS < twice ? OVERDUE : TWICE;
  }

  // The state of a row at an instant (epoch seconds). Due is the instant at which the limit is used up: reaching it is overdue,
  // as `due_at <= now` is in the database.
  const stateAt = ({ reported, near, due, twice }, row, nowS) => stateOf(nowS - reported[row], near[row], due[row], twice[row]);

  // The instant (epoch seconds) at which the state of a row changes next; Infinity when it will not.
  function nextChangeS({ reported, near, due, twice }, row, state) {
    if (state === TWICE || due[row] === NO_LIMIT) return Infinity;
    return reported[row] + (state === ON_TIME ? near[row] : state === NEAR ? due[row] : twice[row]);
  }

  // Compare the column `late` with the instant. Answers the rows that are to change and the next instant at which one will.
  // A scan of 50,000 rows takes about a millisecond, so there is no queue of thresholds to keep true.
  function reevaluate({ count, late, reported, near, due, twice }, nowS) {
    const changed = [];
    let nextS = Infinity;
    for (let row = 0; row < count; row += 1) {
      const state = stateOf(nowS - reported[row], near[row], due[row], twice[row]);
      if (state !== late[row]) changed.push(row);
      if (state === TWICE || due[row] === NO_LIMIT) continue;
      const at = reported[row] + (state === ON_TIME ? near[row] : state === NEAR ? due[row] : twice[row]);
      if (at < nextS) nextS = at;
    }
    return { changed, nextS };
  }

  gridmap.lateness = { stateAt, nextChangeS, reevaluate, ON_TIME, NEAR, OVERDUE, TWICE };
})(typeof window === "undefined" ? globalThis : window);
