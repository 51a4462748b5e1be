// Which units have their own colour: with up to 12 in view all of them, else the 11 with the most overdue; the rest are "others".
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const OWN = 11;
  const HELD_MS = 60000; // the ranking is held this long, so that a colour does not flicker with the counts

  // `eachUnit(visit)` calls visit({unit, overdue, overdueS}) for the units in view; `onChange()` is called when a held ranking changed.
  function makeRanking({ nowMs, eachUnit, onChange }) {
    let own = null; // Set of units
    let everyUnit = false;
    let madeMs = -Infinity;

    function rank() {
      const units = [];
      eachUnit((unit) => units.push(unit));
      units.sort((a, b) => b.overdue - a.overdue || b.overdueS - a.overdueS || a.unit - b.unit);
      const before = own;
      const hadEvery = everyUnit;
      everyUnit = units.length <= OWN + 1;
      own = new Set((everyUnit ? units : units.slice(0, OWN)).map(({ unit }) => unit));
      madeMs = nowMs();
      if (before && !(hadEvery && everyUnit) && [...own].some((unit) => !before.has(unit))) onChange();
    }
    return {
      has(unit) {
        if (own === null || nowMs() - madeMs >= HELD_MS) rank();
        return everyUnit || own.has(unit);
      },
      reset() { own = null; },
    };
  }

  gridmap.ranking = { makeRanking };
})(typeof window === "undefined" ? globalThis : window);
