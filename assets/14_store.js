// The one store of a page: the board, the tree of areas, the filter, and what follows from them at the server's clock.
// Everything that stands round the map asks here and listens here; nothing else keeps a copy.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const EMIT_MS = 100; // at most one "change" per this time
  const RECHECK_MS = 5000; // a cheap look even when no threshold is known: sleeping laptops, changed clocks
  const OTHERS = { light: "#908b87", dark: "#958984" }; // far from every unit, also for a deuteranope

  const EMPTY_FILTER = { units: null, items: null, statuses: null, channels: null, states: null, area: 0, sinceS: 0, untilS: 0 };

  const isEmpty = (filter) => !(filter.units || filter.items || filter.statuses || filter.channels || filter.states || filter.area
    || filter.sinceS || filter.untilS);

  function makeStore({ clock = gridmap.clock.makeClock(), schedule = setTimeout, unschedule = clearTimeout } = {}) {
    const listeners = new Map();
    let calendar = gridmap.clock.makeCalendar([]);
    let tally = gridmap.summary.makeTally();
    let filter = { ...EMPTY_FILTER };
    let summaries = new Map();
    let version = 0;
    let wakeTimer = null;
    let emitTimer = null;
    let emittedAtMs = -Infinity;
    let pending = noChanges();
    let tellReady;

    const store = {
      ready: new Promise((resolve) => { tellReady = resolve; }),
      header: null, epoch: "", revision: 0, generation: 0,
      columns: prepare(gridmap.columns.makeTable()),
      units: new Map(), items: new Map(), statuses: [], channels: [], placements: [],
      tree: gridmap.tree.makeTree(null),
      figures: {},
      burntAreas: new Map(), // who burnt most in each area, while the map is coloured by it
      connection: { state: "live", ageMs: 0, feedAgeMs: 0, connected: false },
      get filter() { return filter; },
      get version() { return version; },
      clock,
    };

    function noChanges() {
      return { ids: new Set(), areas: new Set(), units: new Set(), crossed: new Set(), all: false };
    }

    // ------------------------------------------------------------------ listeners
    store.on = (name, listener) => {
      if (!listeners.has(name)) listeners.set(name, new Set());
      listeners.get(name).add(listener);
      return () => listeners.get(name).delete(listener);
    };
    store.emit = (name, detail) => {
      for (const listener of [...(listeners.get(name) || [])]) {
        try {
          listener(detail);
        } catch (error) {
          console.error(`gridmap: a listener of "${name}" failed`, error); // one broken panel must not stop the map
        }
      }
    };

    // Tell the changes: the first after a quiet time at once, then at most every EMIT_MS.
    function announce() {
      version += 1;
      summaries = new Map();
      if (emitTimer !== null) return;
      const waitMs = Math.max(0, emittedAtMs + EMIT_MS - clock.nowMs());
      if (waitMs === 0) tell();
      else emitTimer = schedule(tell, Math.min(waitMs, EMIT_MS));
    }
    function tell() {
      emitTimer = null;
      emittedAtMs = clock.nowMs();
      const told = pending;
      pending = noChanges();
      const rowsOf = (ids) => [...ids].map((id) => store.columns.row(id)).filter((row) => row >= 0);
      store.emit("change", {
        rows: rowsOf(told.ids), ids: [...told.ids], areas: told.areas, units: told.units, crossed: rowsOf(told.crossed), all: told.all,
      });
    }

    // ------------------------------------------------------------------ counting
    function prepare(columns) {
      columns.addColumn("late", Uint8Array); // state of the row, 0..3
      columns.addColumn("counted", Uint8Array); // 1 when the row is in the tally
      columns.addColumn("dueWork", Float64Array); // working instant of the due time
      return columns;
    }
    const nowS = () => clock.nowMs() / 1000;
    const workNowS = () => calendar.workingAt(nowS());

    function count(row, sign) {
      const columns = store.columns;
      if (sign < 0 && !columns.counted[row]) return;
      if (sign > 0 && !store.passes(row)) return;
      columns.counted[row] = sign > 0 ? 1 : 0;
      const unit = columns.unit[row], state = columns.late[row], dueWork = columns.dueWork[row];
      tally.add(0, unit, state, dueWork, sign);
      for (let area = columns.area[row]; area !== 0; area = store.tree.parent(area)) tally.add(area, unit, state, dueWork, sign);
    }
    function countAll() {
      tally.clear();
      store.columns.counted.fill(0);
      const { count: rows, area: areas, unit: units, late, dueWork, counted } = store.columns;
      const { tree } = store;
      const all = isEmpty(filter);
      for (let row = 0; row < rows; row += 1) {
        if (!all && !store.passes(row)) continue;
        counted[row] = 1;
        const unit = units[row], state = late[row], work = dueWork[row];
        tally.add(0, unit, state, work, 1);
        for (let area = areas[row]; area !== 0; area = tree.parent(area)) tally.add(area, unit, state, work, 1);
      }
    }
    function note(row) {
      const columns = store.columns;
      pending.ids.add(columns.id[row]);
      pending.units.add(columns.unit[row]);
      for (let area = columns.area[row]; area !== 0; area = store.tree.parent(area)) pending.areas.add(area);
    }
    function derive(row) {
      const columns = store.columns;
      columns.late[row] = gridmap.lateness.stateAt(columns, row, nowS());
      columns.dueWork[row] = calendar.workingAt(columns.reported[row] + columns.due[row]);
    }

    // Bring every row to the present and sleep until the next one changes.
    store.reevaluate = () => {
      const columns = store.columns;
      const { changed, nextS } = gridmap.lateness.reevaluate(columns, nowS());
      for (const row of changed) {
        count(row, -1);
        columns.late[row] = gridmap.lateness.stateAt(columns, row, nowS());
        count(row, 1);
        note(row);
        pending.crossed.add(columns.id[row]);
      }
      if (changed.length) announce();
      sleepUntil(nextS);
    };
    function sleepUntil(nextS) {
      if (wakeTimer !== null) unschedule(wakeTimer);
      const waitMs = Math.min(Math.max(nextS * 1000 - clock.nowMs() + 1, 20), RECHECK_MS);
      wakeTimer = schedule(() => {
        wakeTimer = null;
        clock.wake();
        store.reevaluate();
      }, waitMs);
    }

    // ------------------------------------------------------------------ what comes in
    // Take a decoded snapshot ({header, columns} of gridmap.columns.decode) and the tree of its generation.
    store.load = ({ header, columns }, treeData) => {
      if (!clock.isSet()) clock.sync(header.now_ms); // a cached snapshot is older than what the live channel said
      store.header = header;
      store.epoch = header.epoch;
      store.revision = header.revision;
      store.generation = header.generation;
      store.columns = prepare(columns);
      store.units = new Map(header.units.map((unit) => [unit.id, unit]));
      store.items = new Map(header.items.map((item) => [item.id, item]));
      store.statuses = header.statuses;
      store.channels = header.channels;
      store.placements = header.placements;
      calendar = gridmap.clock.makeCalendar(header.calendar || [], header.working_day_s);
      store.calendar = calendar;
      if (treeData) store.tree = gridmap.tree.makeTree(treeData);
      store.figures = header.figures || {};
      for (let row = 0; row < columns.count; row += 1) derive(row);
      ranking.reset();
      tally = gridmap.summary.makeTally(); // another generation has other areas
      countAll();
      pending.all = true;
      announce();
      store.emit("figures", store.figures);
      store.reevaluate();
      tellReady(store);
    };

    // Apply one delta of the live channel: rows as arrays in the order of the contract, ids that are gone.
    store.apply = ({ rows = [], gone = [] }) => {
      let columns = store.columns;
      for (const values of rows) {
        const old = columns.row(values[0]);
        if (old >= 0) {
          count(old, -1);
          note(old);
        }
        const wasLate = old >= 0 ? columns.late[old] : 0;
        const row = columns.upsert(values);
        columns.counted[row] = 0;
        derive(row);
        count(row, 1);
        note(row);
        if (columns.late[row] > wasLate) pending.crossed.add(values[0]);
      }
      for (const id of gone) {
        const row = columns.row(id);
        if (row < 0) continue;
        count(row, -1);
        note(row);
        columns.remove(id);
      }
      if (rows.length || gone.length) {
        announce();
        store.reevaluate();
      }
    };
    store.setFigures = (figures) => {
      store.figures = figures;
      store.emit("figures", figures);
    };
    // Rows of /api/board/burnt: [[area, unit, hours], ...].
    store.setBurntAreas = (rows) => {
      store.burntAreas = gridmap.burnt.worstByArea(rows, store.tree);
      store.emit("burnt");
    };
    store.setConnection = (connection) => {
      store.connection = connection;
      store.emit("connection", connection);
    };

    // ------------------------------------------------------------------ questions
    store.nowMs = () => clock.nowMs();
    store.state = (row) => store.columns.late[row];
    // Working seconds past due of a row; 0 while it is not overdue.
    store.overdueS = (row) => (store.columns.late[row] >= 2 ? Math.max(0, workNowS() - store.columns.dueWork[row]) : 0);
    store.dueS = (row) => store.columns.reported[row] + store.columns.due[row];

    function passesBut(row, ignore) {
      const columns = store.columns, f = filter;
      return !(
        (f.units && ignore !== "units" && !f.units.has(columns.unit[row])) || (f.items && ignore !== "items" && !f.items.has(columns.item[row]))
        || (f.statuses && ignore !== "statuses" && !f.statuses.has(columns.status[row]))
        || (f.channels && ignore !== "channels" && !f.channels.has(columns.channel[row]))
        || (f.states && ignore !== "states" && !f.states.has(columns.late[row]))
        || (f.sinceS && columns.reported[row] < f.sinceS) || (f.untilS && columns.reported[row] >= f.untilS)
        || (f.area && ignore !== "area" && !store.tree.isWithin(columns.area[row], f.area))
      );
    }
    store.passes = (row) => passesBut(row, "");
    store.isFiltered = () => !isEmpty(filter);
    // Set the parts of the filter that are named; the others stay. statuses, channels and states hold indices of the header's lists.
    store.setFilter = (parts) => {
      filter = { ...filter, ...parts };
      ranking.reset();
      countAll();
      pending.all = true;
      version += 1;
      summaries = new Map();
      store.emit("filter", filter);
      announce();
    };

    // The summary under the filter; {ignore: "units"} leaves one part of the filter out, so that a legend can still list what it hides.
    store.summary = ({ ignore = "" } = {}) => {
      const cached = summaries.get(ignore);
      if (cached && clock.nowMs() - cached.madeMs < 10000) return cached.value;
      const value = gridmap.summary.summarise(store.columns, isEmpty(filter) ? () => true : (row) => passesBut(row, ignore), workNowS(), calendar.dayS);
      summaries.set(ignore, { value, madeMs: clock.nowMs() });
      return value;
    };
    store.areaFigures = (area, { withUnits = false } = {}) => gridmap.summary.areaFigures(tally, area, workNowS(), withUnits);
    store.byArea = (level) => {
      const figures = new Map();
      for (const area of store.tree.ids(level)) {
        const one = store.areaFigures(area, { withUnits: true });
        if (one.open) figures.set(area, one);
      }
      return figures;
    };

    // ------------------------------------------------------------------ colours of units
    const ranking = gridmap.ranking.makeRanking({
      nowMs: () => clock.nowMs(),
      eachUnit: (visit) => tally.each(0, workNowS(), (unit, onTime, near, overdue, twice, overdueS) => visit({ unit, overdue, overdueS })),
      onChange() {
        pending.all = true;
        schedule(announce, 0);
      },
    });
    store.isOther = (unit) => unit === 0 || !store.units.has(unit) || !ranking.has(unit);
    store.colourOf = (unit) => (store.isOther(unit) ? OTHERS[gridmap.config().theme] || OTHERS.light : store.units.get(unit).colour);

    return store;
  }

  gridmap.makeStore = makeStore;
  gridmap.store = makeStore();
})(typeof window === "undefined" ? globalThis : window);
