// Counts by area and unit, kept while rows change; and the summary by unit and age that the legend, the league and the chart show.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  // Age of an overdue item in working seconds past due; a working day is 86,400 of them.
  const AGE_EDGES_D = [0, 1, 3, 5, 10, Infinity];

  // Counters per (area, unit) in typed arrays: found by a hash table, listed by area as a chain of slots. Adding or taking away one row
  // on its five or six levels is a few steps, and 4,000 grids cost no objects. Area 0 holds everything, on the map or not.
  // Overdue seconds need no tick: n overdue items at working instant w are over by n * w - sum of the working instants of their due times.
  function makeTally() {
    let slots = 0; // slot 0 means "none"
    let head = new Int32Array(1024);
    let next, areaOf, unitOf, count, dueWork, hash, mask;

    function grow(capacity) {
      const copy = (Type, old, width) => {
        const grown = new Type(capacity * width);
        if (old) grown.set(old);
        return grown;
      };
      next = copy(Int32Array, next, 1);
      areaOf = copy(Uint32Array, areaOf, 1);
      unitOf = copy(Uint16Array, unitOf, 1);
      count = copy(Uint32Array, count, 4); // by state
      dueWork = copy(Float64Array, dueWork, 1); // of overdue and twice overdue items
      hash = new Int32Array(capacity * 2);
      mask = capacity * 2 - 1;
      for (let slot = 1; slot <= slots; slot += 1) hash[probe(areaOf[slot], unitOf[slot])] = slot;
    }
    // Position in the hash table of a pair, or of the free place where it belongs.
    function probe(area, unit) {
      let at = Math.imul(area ^ (unit << 16) ^ (unit >>> 3), 0x85ebca6b); // mixing steps of MurmurHash3
      at = Math.imul(at ^ (at >>> 13), 0xc2b2ae35);
      at = (at ^ (at >>> 16)) & mask;
      for (let slot = hash[at]; slot !== 0 && (areaOf[slot] !== area || unitOf[slot] !== unit); slot = hash[at]) at = (at + 1) & mask;
      return at;
    }
    grow(4096);

    function slotOf(area, unit) {
      const found = hash[probe(area, unit)];
      if (found !== 0) return found;
      if (slots + 2 >= next.length) grow(next.length * 2);
      if (area >= head.length) {
        const grown = new Int32Array(Math.max(area + 1, head.length * 2));
        grown.set(head);
        head = grown;
      }
      slots += 1;
      areaOf[slots] = area;
      unitOf[slots] = unit;
      next[slots] = head[area];
      head[area] = slots;
      hash[probe(area, unit)] = slots;
      return slots;
    }

    return {
      // Back to zero. The pairs stay known: those that occur once occur again, and finding them anew is most of the work.
      clear() {
        count.fill(0);
        dueWork.fill(0);
      },
      // Add (sign 1) or take away (sign -1) one item at one area.
      add(area, unit, state, dueWorkS, sign) {
        const slot = slotOf(area, unit);
        count[slot * 4 + state] += sign;
        if (state >= 2) dueWork[slot] += sign * dueWorkS;
      },
      // Call visit(unit, on time, near, overdue incl. twice, twice, overdue seconds) for each unit with open items in the area.
      each(area, workNowS, visit) {
        if (area >= head.length) return;
        for (let slot = head[area]; slot !== 0; slot = next[slot]) {
          const at = slot * 4;
          const overdue = count[at + 2] + count[at + 3];
          if (count[at] + count[at + 1] + overdue === 0) continue;
          visit(unitOf[slot], count[at], count[at + 1], overdue, count[at + 3], Math.max(0, overdue * workNowS - dueWork[slot]));
        }
      },
    };
  }

  // What one area looks like: {open, near, overdue, twice, overdueS, worstUnit, worstTwice, nearUnit, byUnit}. The worst unit is the
  // one with the most overdue working seconds; of equals the one with more items, then the lower id, so that it does not flicker.
  function areaFigures(tally, area, workNowS, withUnits) {
    const figures = { open: 0, near: 0, overdue: 0, twice: 0, overdueS: 0, worstUnit: 0, worstTwice: 0, worstOverdue: 0, nearUnit: 0, byUnit: null };
    if (withUnits) figures.byUnit = new Map();
    let worstS = -1;
    let mostNear = 0;
    tally.each(area, workNowS, (unitId, onTime, near, overdue, twice, overdueS) => {
      figures.open += onTime + near + overdue;
      figures.near += near;
      figures.overdue += overdue;
      figures.twice += twice;
      figures.overdueS += overdueS;
      const isWorse = overdueS > worstS + 0.5 || (Math.abs(overdueS - worstS) <= 0.5
        && (overdue > figures.worstOverdue || (overdue === figures.worstOverdue && unitId < figures.worstUnit)));
      if (overdue > 0 && isWorse) {
        worstS = overdueS;
        figures.worstUnit = unitId;
        figures.worstOverdue = overdue;
        figures.worstTwice = twice;
      }
      if (near > mostNear || (near === mostNear && near > 0 && unitId < figures.nearUnit)) {
        mostNear = near;
        figures.nearUnit = unitId;
      }
      if (withUnits) figures.byUnit.set(unitId, { open: onTime + near + overdue, near, overdue, twice, overdueS });
    });
    return figures;
  }

  // One pass over the board. `passes(row)` is the filter. Times are epoch seconds, overdueS working seconds.
  // ages[i] = {fromD, toD, count, byUnit: Map unit -> count} for overdue items, by working days of dayS seconds past due.
  function summarise(columns, passes, workNowS, dayS = 86400) {
    const byUnit = new Map();
    const total = { open: 0, onTime: 0, near: 0, overdue: 0, twice: 0, overdueS: 0, oldestDueS: 0 };
    const ages = [];
    for (let index = 0; index + 1 < AGE_EDGES_D.length; index += 1) {
      ages.push({ fromD: AGE_EDGES_D[index], toD: AGE_EDGES_D[index + 1], count: 0, byUnit: new Map() });
    }
    const notOnMap = [];
    let onMap = 0;
    const { count, unit: unitOf, late, dueWork, reported, due, placement, x } = columns;
    const { NO_POINT } = gridmap.columns;
    for (let row = 0; row < count; row += 1) {
      if (!passes(row)) continue;
      const unitId = unitOf[row];
      let one = byUnit.get(unitId);
      if (!one) byUnit.set(unitId, (one = { unit: unitId, open: 0, onTime: 0, near: 0, overdue: 0, twice: 0, overdueS: 0, oldestDueS: 0 }));
      const state = late[row];
      one.open += 1;
      if (state === 0) one.onTime += 1;
      else if (state === 1) one.near += 1;
      else {
        const overS = Math.max(0, workNowS - dueWork[row]);
        const dueS = reported[row] + due[row];
        one.overdue += 1;
        one.overdueS += overS;
        if (state === 3) one.twice += 1;
        if (one.oldestDueS === 0 || dueS < one.oldestDueS) one.oldestDueS = dueS;
        let age = 0;
        while (overS >= ages[age].toD * dayS) age += 1;
        ages[age].count += 1;
        ages[age].byUnit.set(unitId, (ages[age].byUnit.get(unitId) || 0) + 1);
      }
      // inside or border of a grid, with a point: on the map; else counted in sight as not on it.
      if (placement[row] <= 1 && x[row] !== NO_POINT) onMap += 1;
      else notOnMap.push(row);
    }
    for (const one of byUnit.values()) {
      for (const name of ["open", "onTime", "near", "overdue", "twice", "overdueS"]) total[name] += one[name];
      if (one.oldestDueS && (total.oldestDueS === 0 || one.oldestDueS < total.oldestDueS)) total.oldestDueS = one.oldestDueS;
    }
    const units = [...byUnit.values()].sort((a, b) => b.overdue - a.overdue || b.overdueS - a.overdueS || b.open - a.open || a.unit - b.unit);
    return { units, total, ages, onMap, notOnMap };
  }

  gridmap.summary = { makeTally, areaFigures, summarise, AGE_EDGES_D };
})(typeof window === "undefined" ? globalThis : window);
