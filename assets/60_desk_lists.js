// The lists of the desk: what stands in each, filter, order, what can be done with the chosen. Pure: no page, no server.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  // Lists of the board by status or lateness. What is closed or waits in a queue the board does not carry: `remote` asks the server.
  const STAGES = {
    to_accept: { statuses: ["reported"] },
    to_dispatch: { statuses: ["accepted"] },
    returned: { statuses: ["returned"] },
    reopened: { statuses: ["reopened"] },
    paused: { statuses: ["paused"] },
    near_due: { states: [1] },
    overdue: { states: [2, 3] },
    to_verify: { remote: { status: "resolved" }, count: "to_verify" },
  };
  const QUEUES = ["item_not_in_list", "not_admitted", "no_unit", "overlapping_jurisdictions", "no_power", "disputed"];
  const PROCEEDINGS = ["call_backs", "calls", "requests", "disputes", "cards", "admissions", "burnt"];

  // What a name in the URL means: {name, kind: "stage" | "queue" | "proceeding", ...}; an unknown one is the first list.
  function readList(name) {
    if (Object.prototype.hasOwnProperty.call(STAGES, name)) return { name, kind: "stage", ...STAGES[name] };
    const queue = /^queue_(.+)$/.exec(name || "");
    if (queue && QUEUES.includes(queue[1])) return { name, kind: "queue", queue: queue[1], remote: { queue: queue[1] } };
    if (PROCEEDINGS.includes(name)) return { name, kind: "proceeding" };
    return { name: "to_accept", kind: "stage", ...STAGES.to_accept };
  }

  const isIn = (list, entry) => (list.statuses ? list.statuses.includes(entry.status) : list.states.includes(entry.late));

  // One line of a list, from a row of the board.
  function entryOfRow(store, row) {
    const columns = store.columns;
    const dueS = columns.due[row] === gridmap.columns.NO_LIMIT ? Infinity : store.dueS(row);
    return {
      id: columns.id[row], area: columns.area[row], unit: columns.unit[row], item: columns.item[row], status: store.statuses[columns.status[row]],
      late: columns.late[row], reportedS: columns.reported[row], dueS,
    };
  }

  const LATENESS = { on_time: 0, near_due: 1, overdue: 2, twice_overdue: 3 };

  // The same from an answer of GET /api/incidents. `find` knows the ids of codes: {unit(code), item(code), township(code)}.
  function entryOfIncident(incident, find) {
    return {
      id: incident.id, area: find.township(incident.township), unit: find.unit(incident.lead_unit && incident.lead_unit.code),
      item: find.item(incident.item_code), status: incident.status, late: LATENESS[incident.lateness] || 0,
      reportedS: Date.parse(incident.reported_at) / 1000, dueS: incident.due_at ? Date.parse(incident.due_at) / 1000 : Infinity,
    };
  }

  // Count the board by list, in one pass: {to_accept: {count, overdue, oldestS}, ...}.
  function countStages(entries) {
    const counts = {};
    const lists = Object.entries(STAGES).filter(([, list]) => !list.remote);
    for (const [name] of lists) counts[name] = { count: 0, overdue: 0, oldestS: Infinity };
    for (const entry of entries) {
      for (const [name, list] of lists) {
        if (!isIn(list, entry)) continue;
        const one = counts[name];
        one.count += 1;
        if (entry.late >= 2) one.overdue += 1;
        if (entry.reportedS < one.oldestS) one.oldestS = entry.reportedS;
      }
    }
    return counts;
  }

  // filter: {township, unit, item}, 0 for all. A unit of -1 is "no unit".
  function passes(entry, filter, isWithin) {
    return (!filter.township || isWithin(entry.area, filter.township))
      && (!filter.unit || (filter.unit === -1 ? entry.unit === 0 : entry.unit === filter.unit))
      && (!filter.item || (filter.item === -1 ? entry.item === 0 : entry.item === filter.item));
  }

  const ORDERS = {
    id: (entry) => entry.id, reported: (entry) => entry.reportedS, due: (entry) => entry.dueS,
    what: (entry, names) => names.item(entry.item), where: (entry, names) => names.place(entry.area), unit: (entry, names) => names.unit(entry.unit),
    status: (entry, names) => names.status(entry.status),
  };

  // Sorted copy; `order` is {by, down}. Ties are in the order of the ids, so that a list does not jump when it is made anew.
  function sort(entries, order, names) {
    const keyOf = ORDERS[order.by] || ORDERS.due;
    const sign = order.down ? -1 : 1;
    const keyed = entries.map((entry) => ({ entry, key: keyOf(entry, names) }));
    const compare = (a, b) => {
      if (typeof a === "string") return a.localeCompare(b, names.locale);
      return a === b ? 0 : a < b ? -1 : 1; // not a - b: Infinity - Infinity is no number
    };
    return keyed.sort((a, b) => sign * compare(a.key, b.key) || a.entry.id - b.entry.id).map((one) => one.entry);
  }

  // What a person of this role may be offered for incidents in these statuses: [{action, needs, count}], what leads onward first.
  // Merging names another incident for each, and calling back has steps of its own: neither is done with many at once.
  const ONWARD = ["accept", "dispatch", "acknowledge", "start", "decide", "resume", "resolve", "verify"];
  const NOT_IN_BULK = ["merge", "call_back"];
  function offers(rules, role, statuses) {
    return rules.filter((rule) => rule.roles.includes(role) && !NOT_IN_BULK.includes(rule.action))
      .map((rule) => ({ action: rule.action, needs: rule.needs, count: statuses.filter((one) => rule.sources.includes(one)).length }))
      .filter((one) => one.count > 0)
      .sort((a, b) => Number(ONWARD.includes(b.action)) - Number(ONWARD.includes(a.action)));
  }

  // The unit that somebody typed: its label, code, name or letter; or a part that only one unit has. null where none or several fit.
  const labelOf = (unit) => `${unit.name} · ${unit.code}`;
  function findUnit(units, typed) {
    const said = typed.trim().toLowerCase();
    if (!said) return null;
    const exact = units.filter((unit) => [labelOf(unit), unit.code, unit.name, unit.short_name, unit.letter].some((one) => one && one.toLowerCase() === said));
    if (exact.length) return exact.length === 1 ? exact[0] : null;
    const part = units.filter((unit) => labelOf(unit).toLowerCase().includes(said));
    return part.length === 1 ? part[0] : null;
  }

  gridmap.deskLists = { STAGES, QUEUES, PROCEEDINGS, readList, isIn, entryOfRow, entryOfIncident, countStages, passes, sort, offers, labelOf, findUnit };
})(typeof window === "undefined" ? globalThis : window);
