// Who burnt the time: by unit from the figures of the live channel, by area and unit from /api/board/burnt, which is fetched only while
// the map is coloured by it. Who holds what is overdue now is the board's; this is whose hands the time went through.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const NOTHING = { workingH: 0, overdueH: 0 };

  // Units as a Map id -> {workingH, overdueH}; made once for each figures.
  const made = new WeakMap();
  function unitsOf(figures) {
    const burnt = figures && figures.burnt;
    if (!burnt) return new Map();
    if (!made.has(burnt)) made.set(burnt, new Map(burnt.units.map(([unit, workingH, overdueH]) => [unit, { workingH, overdueH }])));
    return made.get(burnt);
  }
  const unitOf = (figures, unit) => unitsOf(figures).get(unit) || NOTHING;

  // Add up [[area, unit, hours], ...] along the tree: who burnt most in each area, {unit, hours} by area id.
  function worstByArea(rows, tree) {
    const byArea = new Map();
    for (const [finest, unit, hours] of rows) {
      for (let area = finest; area; area = tree.parent(area)) {
        let units = byArea.get(area);
        if (!units) byArea.set(area, (units = new Map()));
        units.set(unit, (units.get(unit) || 0) + hours);
      }
    }
    const worst = new Map();
    for (const [area, units] of byArea) {
      let found = { unit: 0, hours: -1 };
      for (const [unit, hours] of units) {
        if (hours > found.hours + 1e-6 || (Math.abs(hours - found.hours) <= 1e-6 && unit < found.unit)) found = { unit, hours };
      }
      worst.set(area, found);
    }
    return worst;
  }

  gridmap.burnt = { unitsOf, unitOf, worstByArea };
})(typeof window === "undefined" ? globalThis : window);
