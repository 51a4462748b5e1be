// The state of an edit of a division: which grid each household is in, what was undone, what is locked or pinned. Pure: no map, no page, no server.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { isInside } = gridmap.divideBorders;

  const MOST_UNDO = 300;

  // `village` is the answer of /api/divide/village. A grid is known by its index in the plan that the edit began with; new ones go on from there.
  function makeState(village) {
    const { lon, lat, households, hamlet } = village.addresses;
    const count = households.length;
    const state = {
      village,
      plan: null, // the answer of /api/divide/plan that the edit began with
      drawn: null, // the last answer: of the plan, or of a drawing of it
      drawnLabel: null, // the labels that it drew
      pairs: null, // for each index the place in the last answer
      request: null, // by which rules the plan was made
      label: new Int32Array(count).fill(-1),
      locked: new Set(), // codes
      pinned: new Set(), // rows that stay in their grid
      selected: new Set(), // rows
      grid: -1, // the index of the grid that the tools work on
    };
    let undos = [];
    let redos = [];
    let saved = null;
    let cached = null; // the rows of the table, until a label changes

    // Addresses at one place go together: no border can part them.
    const partners = new Map();
    for (let row = 0; row < count; row += 1) {
      const key = `${lon[row].toFixed(6)},${lat[row].toFixed(6)}`;
      if (partners.has(key)) partners.get(key).push(row);
      else partners.set(key, [row]);
    }
    const partnersOf = (row) => partners.get(`${lon[row].toFixed(6)},${lat[row].toFixed(6)}`);

    state.begin = (plan, request) => {
      state.plan = plan;
      state.setDrawn(plan, Int32Array.from(plan.label));
      state.request = request;
      state.setLabel(plan.label);
      state.selected.clear();
      state.pinned.clear();
      state.grid = -1;
      saved = null;
      undos = [];
      redos = [];
    };
    state.setLabel = (label) => {
      state.label = Int32Array.from(label);
      cached = null;
    };
    state.isEdited = () => state.plan !== null && state.label.some((grid, row) => grid !== state.plan.label[row]);
    // What is in the draft is not lost by leaving.
    state.markSaved = () => { saved = Int32Array.from(state.label); };
    state.isUnsaved = () => state.isEdited() && !(saved && state.label.every((grid, row) => grid === saved[row]));
    state.isDrawn = () => state.drawnLabel !== null && state.label.every((grid, row) => grid === state.drawnLabel[row]);
    state.canUndo = () => undos.length > 0;
    state.canRedo = () => redos.length > 0;

    // Remember what is before a change that goes on for a while (a brush), so that one undo takes it all back.
    state.remember = () => {
      undos.push(Int32Array.from(state.label));
      if (undos.length > MOST_UNDO) undos.shift();
      redos = [];
    };
    state.forget = () => undos.pop();
    function step(from, to) {
      if (!from.length) return false;
      to.push(state.label);
      state.setLabel(from.pop());
      return true;
    }
    state.undo = () => step(undos, redos);
    state.redo = () => step(redos, undos);
    state.reset = () => {
      if (!state.isEdited()) return false;
      state.remember();
      state.setLabel(state.plan.label);
      return true;
    };

    // Put rows into a grid; gives how many rows changed, how many a lock or a pin has held back, how many are of another large grid.
    state.put = (rows, grid) => {
      const done = { changed: 0, held: 0, away: 0 };
      const isLocked = (index) => index >= 0 && state.locked.has(state.codeOf(index));
      for (const given of rows) {
        if (state.label[given] < 0 || state.label[given] === grid) continue;
        const own = partnersOf(given);
        if (isLocked(state.label[given]) || isLocked(grid) || own.some((row) => state.pinned.has(row))) {
          done.held += 1;
          continue;
        }
        if (state.cellOf(state.label[given]) !== state.cellOf(grid, given)) {
          done.away += 1;
          continue;
        }
        for (const row of own) {
          if (state.label[row] === grid || state.label[row] < 0) continue;
          state.label[row] = grid;
          done.changed += 1;
        }
      }
      if (done.changed) cached = null;
      return done;
    };
    // Pin rows, with all at their places, or let them go when all are pinned; gives whether they are pinned now.
    state.pin = (rows) => {
      const every = [...rows].flatMap(partnersOf);
      const isOn = !every.every((row) => state.pinned.has(row));
      for (const row of every) {
        if (isOn) state.pinned.add(row);
        else state.pinned.delete(row);
      }
      return isOn;
    };

    state.nextNew = () => {
      let next = state.plan.grids.length;
      for (const grid of state.label) if (grid >= next) next = grid + 1;
      return next;
    };

    // The drawn polygon of each grid: a drawing has its own order, and new grids get their codes there.
    state.setDrawn = (drawn, label) => {
      state.drawn = drawn;
      state.drawnLabel = label;
      cached = null;
      state.pairs = new Map();
      drawn.label.forEach((there, row) => { if (there >= 0) state.pairs.set(label[row], there); });
      const byCode = new Map(drawn.grids.map((grid, index) => [grid.code, index]));
      state.plan.grids.forEach((grid, index) => {
        if (!state.pairs.has(index) && byCode.has(grid.code)) state.pairs.set(index, byCode.get(grid.code));
      });
    };
    state.gridOf = (index) => {
      const there = state.pairs ? state.pairs.get(index) : undefined;
      return there === undefined ? null : state.drawn.grids[there];
    };
    state.codeOf = (index) => {
      if (state.plan && index < state.plan.grids.length) return state.plan.grids[index].code;
      const grid = state.gridOf(index);
      return grid ? grid.code : "";
    };
    // The large grid of a grid; one that is just being made lies where its first household does.
    state.cellOf = (index, row = -1) => {
      if (state.plan.grids[index]) return state.plan.grids[index].cell;
      const first = state.label.indexOf(index);
      const where = first >= 0 ? first : row;
      return where >= 0 ? state.plan.grids[state.plan.label[where]].cell : (state.gridOf(index) || { cell: 0 }).cell;
    };
    state.rowsOf = (index) => {
      const rows = [];
      state.label.forEach((grid, row) => { if (grid === index) rows.push(row); });
      return rows;
    };

    // What the table shows, at once and without the server: grids by index with their households, the mean and bound of their region.
    state.rows = () => {
      if (!cached) cached = countRows();
      return cached;
    };
    // The region that most households of a grid lie in; -1 where nobody lives. Before a plan the village is one region.
    function findRegions(label) {
      const lies = new Map(); // of each grid the households by region
      const regions = (state.plan && state.plan.region) || [];
      for (let row = 0; row < count; row += 1) {
        if (label[row] < 0) continue;
        if (!lies.has(label[row])) lies.set(label[row], new Map());
        const own = lies.get(label[row]);
        own.set(regions[row] || 0, (own.get(regions[row] || 0) || 0) + households[row]);
      }
      return (index) => {
        let [best, most] = [-1, 0];
        for (const [region, sum] of lies.get(index) || []) if (sum > most || (sum === most && sum > 0 && region < best)) [best, most] = [region, sum];
        return best;
      };
    }
    // Give each row the mean of the grids of its region; null where nobody lives.
    function setMeans(rows) {
      const means = new Map();
      for (const one of rows) {
        const mean = means.get(one.region) || { sum: 0, count: 0 };
        means.set(one.region, { sum: mean.sum + one.households, count: mean.count + 1 });
      }
      for (const one of rows) one.mean = one.region < 0 ? null : means.get(one.region).sum / means.get(one.region).count;
    }
    // The same of today's grids, beside the regions of the plan when there is one.
    state.todayRows = () => {
      const regionOf = findRegions(village.today.label);
      const rows = village.today.grids.map((grid, index) => ({ index, code: grid.code, households: grid.households, region: regionOf(index), forced: null, grid }));
      setMeans(rows);
      return rows;
    };
    function countRows() {
      const sums = new Map();
      state.plan.grids.forEach((grid, index) => sums.set(index, 0));
      const regionOf = findRegions(state.label);
      for (let row = 0; row < count; row += 1) {
        const grid = state.label[row];
        if (grid >= 0) sums.set(grid, (sums.get(grid) || 0) + households[row]);
      }
      const rows = [...sums].map(([index, sum]) => {
        const grid = state.gridOf(index);
        return { index, code: state.codeOf(index), households: sum, region: regionOf(index), grid, forced: grid ? grid.forced : null };
      });
      const kept = rows.filter((one) => one.households > 0 || (one.grid && one.index < state.plan.grids.length && state.plan.grids[one.index].households === 0));
      setMeans(kept);
      return kept.sort((a, b) => a.index - b.index);
    }
    // How far a grid is from the mean of its region; one where nobody lives is in none.
    state.offMean = (row) => (row.mean === null ? 0 : row.households - row.mean);

    // Households that change grid against today: their grid of today is not the one that theirs goes on from.
    state.moved = () => {
      const today = village.today.label;
      let moved = 0;
      for (let row = 0; row < count; row += 1) {
        const grid = state.label[row];
        if (grid < 0 || today[row] < 0) continue;
        const before = state.plan.grids[grid] ? state.plan.grids[grid].match : -1;
        if (before !== today[row]) moved += households[row];
      }
      return moved;
    };

    // Hamlets in more than one grid.
    state.splitHamlets = (label = state.label) => {
      const grids = village.hamlets.map(() => new Set());
      hamlet.forEach((number, row) => { if (number >= 0 && label[row] >= 0) grids[number].add(label[row]); });
      return village.hamlets.filter((_, number) => grids[number].size > 1);
    };

    // Rows inside a polygon of [lon, lat] corners.
    state.inside = (corners) => {
      const rows = [];
      for (let row = 0; row < count; row += 1) {
        if (state.label[row] >= 0 && isInside(lon[row], lat[row], corners)) rows.push(row);
      }
      return rows;
    };
    return state;
  }

  // Distinct colours, neighbours in the list far apart; they say nothing but "another grid".
  const COLOURS = ["#2f7ed8", "#e08214", "#3aa655", "#b5479c", "#7a5cc9", "#c2a100", "#15a3a8", "#d1495b", "#6b8e23", "#8c564b", "#4c6fff", "#e377c2", "#2b8a6b", "#a05d00"];
  const colourOf = (index) => COLOURS[index % COLOURS.length];

  gridmap.divideState = { makeState, isInside, colourOf };
})(typeof window === "undefined" ? globalThis : window);
