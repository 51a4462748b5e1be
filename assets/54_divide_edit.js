// Edits of a plan on /divide: by brush, border, lasso, cut; what they change is counted here at once, and drawn by the server on release.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number } = gridmap.dom;
  const page = gridmap.dividePage;
  const borders = gridmap.divideBorders;
  if (!page) return;

  let drawing = null;
  // Draw what the labels say now; what can't be drawn is taken back, in words.
  page.draw = () => {
    const { state } = page;
    if (drawing) drawing.abort();
    const own = (drawing = new AbortController());
    const label = Int32Array.from(state.label);
    gridmap.divideMap.view.refused.clear();
    return page.busily(async () => {
      try {
        const startedMs = performance.now();
        const content = await page.ask("/api/divide/draw", { ...page.makeBody(state.request), label: [...label] }, { signal: own.signal });
        if (own.signal.aborted) return;
        state.setDrawn(content, label);
        page.drawMs = performance.now() - startedMs;
        if (!state.rows().some((row) => row.index === state.grid)) state.grid = -1;
        page.say(held);
      } catch (fault) {
        if (fault.name !== "AbortError") takeBack(fault);
        throw fault;
      } finally {
        held = "";
        if (drawing === own) drawing = null;
      }
    });
  };
  let held = ""; // what is said when the drawing is there
  function takeBack(fault) {
    const { state } = page;
    // Back to what was drawn last: edits that went on meanwhile stand on the same ground.
    while (state.canUndo() && !state.isDrawn()) state.undo();
    state.setLabel(state.drawnLabel);
    const first = fault.details && fault.details[0];
    if (first && first.addresses) gridmap.divideMap.view.refused = new Set(first.addresses);
  }

  // Why rows did not go along.
  function heldWords({ held: stopped, away }) {
    if (away) return text("Small grids do not cross large ones: households stay in their large grid.");
    return stopped ? text("What is locked or pinned stayed where it is.") : "";
  }
  // One edit: remembered, counted, drawn; without a change only words.
  function change(work) {
    const { state } = page;
    state.remember();
    const done = work();
    if (done.changed) {
      held = heldWords(done);
      return page.draw();
    }
    state.forget();
    return page.say(heldWords(done) || text("They are in this grid already."), done.held + done.away > 0);
  }
  const hasPlan = (page.hasPlan = () => Boolean(page.state && page.state.plan && page.show === "plan"));
  const chosenRow = () => (hasPlan() ? page.state.rows().find((row) => row.index === page.state.grid) : null) || null;

  // ------------------------------------------------------------------ grids
  page.choose = (index) => {
    if (!hasPlan()) return;
    page.state.grid = index === page.state.grid ? -1 : index;
    page.changed();
  };
  // The next grid of the table, for the keyboard.
  page.chooseNext = (by) => {
    if (!hasPlan()) return;
    const rows = page.state.rows();
    const at = rows.findIndex((row) => row.index === page.state.grid);
    page.state.grid = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : (at + by + rows.length) % rows.length].index;
    page.changed();
  };
  let shared = { drawn: null, list: [] };
  // The borders of the plan that may move: between two grids of one large grid.
  page.borders = () => {
    const { state } = page;
    if (!hasPlan()) return [];
    if (shared.drawn !== state.drawn) {
      const rows = state.rows().filter((row) => row.grid);
      const found = borders.listBorders(rows.map((row) => row.grid)).map(({ a, b, line }) => ({ a: rows[a].index, b: rows[b].index, line }));
      shared = { drawn: state.drawn, list: found.filter(({ a, b }) => state.cellOf(a) === state.cellOf(b)) };
    }
    return shared.list;
  };
  page.neighbours = (index) => [...new Set(page.borders().flatMap(({ a, b }) => (a === index ? [b] : b === index ? [a] : [])))].sort((a, b) => a - b);

  page.withGrid = (work) => {
    const row = chosenRow();
    if (!row) return page.say(text("Choose a grid first: click it on the map or in the table."), true);
    return work(row);
  };
  page.assign = (grid) => {
    const { state } = page;
    if (!hasPlan()) return undefined;
    if (!state.selected.size) return page.say(text("Mark households first: lasso, or a hamlet of the list."), true);
    const marked = [...state.selected];
    return change(() => {
      const done = state.put(marked, grid);
      if (done.changed) state.selected.clear();
      return done;
    });
  };
  page.giveMarked = () => page.withGrid((row) => page.assign(row.index));
  page.split = () => page.withGrid((row) => {
    const { state } = page;
    const { lon, lat, households } = state.village.addresses;
    const half = borders.halve(state.rowsOf(row.index), lon, lat, households);
    if (!half.length) return page.say(text("This grid has one place only: it can't be split."), true);
    return change(() => state.put(half, state.nextNew()));
  });
  page.merge = (into) => page.withGrid((row) => {
    const { state } = page;
    if (!page.neighbours(row.index).includes(into)) return page.say(text("Only grids that touch, in one large grid, can be merged."), true);
    return change(() => {
      const rows = state.rowsOf(row.index);
      if (state.locked.has(row.code) || rows.some((one) => state.pinned.has(one))) return { changed: 0, held: rows.length, away: 0 };
      const done = state.put(rows, into);
      if (done.changed) state.grid = into;
      return done;
    });
  });
  // Move a border by some households: those of one grid that are nearest to the other go over.
  page.shift = (from, to, some) => {
    const { state } = page;
    const { lon, lat, households } = state.village.addresses;
    const free = state.rowsOf(from).filter((row) => !state.pinned.has(row));
    return change(() => state.put(borders.nearestRows(free, state.rowsOf(to), lon, lat, households, some), to));
  };

  page.select = (rows, isAdded) => {
    const { state } = page;
    if (!isAdded) state.selected.clear();
    for (const row of rows) state.selected.add(row);
    const households = [...state.selected].reduce((sum, row) => sum + state.village.addresses.households[row], 0);
    page.say(state.selected.size ? text("{n} households marked. Click the grid they go to, here or in the table.", { n: number(households) }) : "");
  };
  page.undo = () => hasPlan() && page.state.undo() && page.draw();
  page.redo = () => hasPlan() && page.state.redo() && page.draw();
  page.reset = () => hasPlan() && page.state.reset() && page.draw();
  page.lock = (code) => {
    const { locked } = page.state;
    if (locked.has(code)) locked.delete(code);
    else locked.add(code);
    page.changed();
  };
  page.pin = () => {
    const { state } = page;
    if (!hasPlan()) return undefined;
    if (!state.selected.size) return page.say(text("Mark households first: lasso, or a hamlet of the list."), true);
    const isOn = state.pin(state.selected);
    return page.say(isOn ? text("Pinned: they stay in their grid when borders move, until you run again.") : text("No longer pinned."));
  };

  // ------------------------------------------------------------------ the pointer
  let total = { changed: 0, held: 0, away: 0 };
  const add = (done) => { for (const name of Object.keys(total)) total[name] += done[name]; };
  let bending = null; // {start, sides}: the labels when a border was grabbed, and the rows on either side of it
  const endDrag = () => {
    if (total.changed) {
      held = heldWords(total);
      return page.draw();
    }
    page.state.forget();
    return page.say(heldWords(total) || text("No household lies between: nothing has changed."), total.held + total.away > 0);
  };
  page.hooks = {
    state: () => page.state,
    overview: () => page.overview,
    borders: page.borders,
    marks: () => ({ chosen: page.form.area(), drafted: new Set(page.draft ? page.draft.villages.map((one) => one.code) : []), faults: page.faults, draftGrids: page.draftGrids, draftVillages: page.draftVillages(), draftChosen: page.draftChosen }),
    onMove() {
      const { isTooFar } = page.draftGrids;
      page.wantDraft();
      if (isTooFar !== page.draftGrids.isTooFar) page.changed();
    },
    onHover(place, pixel) {
      const { overview } = page;
      if (!overview) return;
      page.showHover(place && gridmap.divideMap.view.isOverview ? page.draftWords(overview.at(place[0], place[1], "village"), place) : "", pixel);
      const level = page.scope === "one" ? "village" : "township";
      const found = place ? overview.at(place[0], place[1], level) : null;
      if (found === overview.hover) return;
      overview.hover = found;
      gridmap.divideMap.view.redraw();
    },
    onPlace(place) {
      const { overview } = page;
      const found = overview && overview.at(place[0], place[1], page.scope === "one" ? "village" : "township");
      if (!found) return;
      if (page.scope === "one") page.load({ code: found.code });
      else page.form.setArea(found.code);
    },
    onSelect: page.select,
    onChoose: (index) => index >= 0 && page.choose(index),
    onClickGrid(grid, rows, isAdded) {
      if (page.state.selected.size && grid >= 0 && !isAdded) page.assign(grid);
      else page.select(rows, isAdded);
    },
    onBrushStart() {
      total = { changed: 0, held: 0, away: 0 };
      page.state.remember();
    },
    onBrush(rows, grid) {
      const done = page.state.put(rows, grid);
      add(done);
      if (done.changed) page.changed(); // the table counts along while one drags
    },
    onBrushEnd: endDrag,
    onBendStart({ a, b }) {
      const { state } = page;
      const locked = [a, b].map(state.codeOf).find((code) => state.locked.has(code));
      if (locked) {
        page.say(text("Grid {code} is locked: its borders stay.", { code: locked.slice(-3) }), true);
        return false;
      }
      total = { changed: 0, held: 0, away: 0 };
      state.remember();
      bending = { start: Int32Array.from(state.label), sides: [state.rowsOf(a), state.rowsOf(b)], grids: [state.gridOf(a), state.gridOf(b)] };
      return true;
    },
    onBend({ a, b, line }, bent) {
      const { state } = page;
      const { lon, lat } = state.village.addresses;
      const ring = borders.makeRing(line, bent);
      const crossed = bending.sides.map((rows) => rows.filter((row) => borders.isInside(lon[row], lat[row], ring)));
      state.setLabel(bending.start);
      const [one, other] = [state.put(crossed[0], b), state.put(crossed[1], a)];
      total = { changed: one.changed + other.changed, held: one.held + other.held, away: one.away + other.away };
      const [first, second] = borders.bentCompactness(...bending.grids, line, bent);
      page.live = new Map([[a, first], [b, second]]);
      page.changed();
    },
    onBendEnd() {
      bending = page.live = null;
      return endDrag();
    },
    onCut(from, to) {
      const { state } = page;
      const { lon, lat, households } = state.village.addresses;
      const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
      const row = state.rows().find((one) => one.grid && one.grid.polygons.some(([shell]) => borders.isInside(middle[0], middle[1], shell)));
      if (!row) return page.say(text("Draw the cut across one grid."), true);
      const rows = state.rowsOf(row.index);
      const left = borders.leftOf(rows, lon, lat, from, to);
      const right = rows.length - left.length;
      if (!left.length || !right) return page.say(text("All households of the grid lie on one side of the cut."), true);
      const sum = (some) => some.reduce((all, one) => all + households[one], 0);
      // The larger part goes on as the grid.
      const isLeftSmall = 2 * sum(left) <= sum(rows);
      const goes = isLeftSmall ? left : rows.filter((one) => !left.includes(one));
      return change(() => state.put(goes, state.nextNew()));
    },
  };
})(typeof window === "undefined" ? globalThis : window);
