// The state of an edit of a division: which grid each household is in, what was undone, what is locked. Pure: no map, no page, no server.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

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
      selected: new Set(), // rows
    };
    let undos = [];
    let redos = [];

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
      state.label = Int32Array.from(plan.label);
      state.selected.clear();
      undos = [];
      redos = [];
    };
    state.isEdited = () => state.plan !== null && state.label.some((grid, row) => grid !== state.plan.label[row]);
    state.canUndo = () => undos.length > 0;
    state.canRedo = () => redos.length > 0;

    // Remember what is before a change that goes on for a while (a brush), so that one undo takes it all back.
    state.remember = () => {
      undos.push(Int32Array.from(state.label));
      if (undos.length > MOST_UNDO) undos.shift();
      redos = [];
    };
    state.forget = () => undos.pop();
    state.undo = () => {
      if (!undos.length) return false;
      redos.push(state.label);
      state.label = undos.pop();
      return true;
    };
    state.redo = () => {
      if (!redos.length) return false;
      undos.push(state.label);
      state.label = redos.pop();
      return true;
    };
    state.reset = () => {
      if (!state.isEdited()) return false;
      state.remember();
      state.label = Int32Array.from(state.plan.label);
      return true;
    };

    // Put rows into a grid; gives how many rows changed and how many a lock has held back.
    state.put = (rows, grid) => {
      let changed = 0;
      let held = 0;
      const isLocked = (index) => index >= 0 && state.locked.has(state.codeOf(index));
      for (const given of rows) {
        if (state.label[given] < 0 || state.label[given] === grid) continue;
        if (isLocked(state.label[given]) || isLocked(grid)) {
          held += 1;
          continue;
        }
        for (const row of partnersOf(given)) {
          if (state.label[row] === grid || state.label[row] < 0) continue;
          state.label[row] = grid;
          changed += 1;
        }
      }
      return { changed, held };
    };

    state.nextNew = () => {
      let next = state.plan.grids.length;
      for (const grid of state.label) if (grid >= next) next = grid + 1;
      return next;
    };

    // The drawn polygon of each grid: a drawing has its own order, and new grids get their codes there.
    function pair() {
      const paired = new Map();
      state.drawn.label.forEach((there, row) => {
        if (there >= 0 && state.drawnLabel) paired.set(state.drawnLabel[row], there);
      });
      return paired;
    }
    state.setDrawn = (drawn, label) => {
      state.drawn = drawn;
      state.drawnLabel = label;
      state.pairs = pair();
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

    // What the table shows, at once and without the server: grids by index with their households.
    state.rows = () => {
      const sums = new Map();
      state.plan.grids.forEach((grid, index) => sums.set(index, 0));
      for (let row = 0; row < count; row += 1) {
        const grid = state.label[row];
        if (grid >= 0) sums.set(grid, (sums.get(grid) || 0) + households[row]);
      }
      const cellOf = (index) => (state.plan.grids[index] ? state.plan.grids[index].cell : (state.gridOf(index) || { cell: 0 }).cell);
      const rows = [...sums].map(([index, sum]) => ({ index, code: state.codeOf(index), households: sum, cell: cellOf(index), grid: state.gridOf(index) }));
      const kept = rows.filter((one) => one.households > 0 || (one.grid && one.index < state.plan.grids.length && state.plan.grids[one.index].households === 0));
      const means = new Map();
      for (const one of kept) {
        const mean = means.get(one.cell) || { sum: 0, count: 0 };
        means.set(one.cell, { sum: mean.sum + one.households, count: mean.count + 1 });
      }
      for (const one of kept) one.mean = means.get(one.cell).sum / means.get(one.cell).count;
      return kept.sort((a, b) => a.index - b.index);
    };

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

  function isInside(x, y, corners) {
    let inside = false;
    for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
      const [xi, yi] = corners[i];
      const [xj, yj] = corners[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  }

  // Distinct colours, neighbours in the list far apart; they say nothing but "another grid".
  const COLOURS = ["#2f7ed8", "#e08214", "#3aa655", "#b5479c", "#7a5cc9", "#c2a100", "#15a3a8", "#d1495b", "#6b8e23", "#8c564b", "#4c6fff", "#e377c2", "#2b8a6b", "#a05d00"];
  const colourOf = (index) => COLOURS[index % COLOURS.length];

  gridmap.divideState = { makeState, isInside, colourOf };
})(typeof window === "undefined" ? globalThis : window);
