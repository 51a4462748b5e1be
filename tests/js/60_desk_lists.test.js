// The lists of the desk: what stands in each, filter, order, offers, units as typed; against lists written out by hand.
"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const path = require("node:path");

globalThis.gridmap = { columns: { NO_LIMIT: 0xffffffff } };
require(path.join(__dirname, "../../assets/60_desk_lists.js"));
const { STAGES, QUEUES, PROCEEDINGS, readList, isIn, entryOfRow, entryOfIncident, countStages, passes, sort, offers, findUnit, labelOf } = globalThis.gridmap.deskLists;

const entry = (id, values = {}) => ({ id, area: 1, unit: 1, item: 1, status: "reported", late: 0, reportedS: 1000 + id, dueS: 2000 + id, ...values });
const names = { locale: "en", item: (id) => ["", "b", "a"][id], unit: (id) => ["", "x", "y"][id], place: (id) => `p${id}`, status: (one) => one };

test("a name of the URL is a list, whatever stands there", () => {
  assert.equal(readList("overdue").kind, "stage");
  assert.deepEqual(readList("queue_no_unit"), { name: "queue_no_unit", kind: "queue", queue: "no_unit", remote: { queue: "no_unit" } });
  assert.equal(readList("calls").kind, "proceeding");
  for (const bad of ["", null, "queue_x", "constructor", "__proto__", "queue_"]) assert.equal(readList(bad).name, "to_accept", String(bad));
  const all = [...Object.keys(STAGES), ...QUEUES.map((queue) => `queue_${queue}`), ...PROCEEDINGS];
  assert.deepEqual(all.map((name) => readList(name).name), all);
});

test("a row of the board and an answer of the server make the same entry", () => {
  const columns = { id: [7], area: [3], unit: [2], item: [1], status: [1], late: [2], reported: [100], due: [50] };
  const store = { columns, statuses: ["reported", "accepted"], dueS: () => 150 };
  const expected = { id: 7, area: 3, unit: 2, item: 1, status: "accepted", late: 2, reportedS: 100, dueS: 150 };
  assert.deepEqual(entryOfRow(store, 0), expected);
  const incident = {
    id: 7, township: "T", lead_unit: { code: "U" }, item_code: "I", status: "accepted", lateness: "overdue", reported_at: "1970-01-01T00:01:40Z", due_at: "1970-01-01T00:02:30Z",
  };
  const find = { township: (code) => (code === "T" ? 3 : 0), unit: (code) => (code === "U" ? 2 : 0), item: (code) => (code === "I" ? 1 : 0) };
  assert.deepEqual(entryOfIncident(incident, find), expected);
  const bare = entryOfIncident({ ...incident, lead_unit: null, item_code: null, township: null, due_at: null }, find);
  assert.deepEqual([bare.unit, bare.item, bare.area, bare.dueS], [0, 0, 0, Infinity]);
  columns.due[0] = 0xffffffff;
  assert.equal(entryOfRow(store, 0).dueS, Infinity);
});

test("counts are those of the lists themselves", () => {
  const statuses = ["reported", "accepted", "returned", "reopened", "paused", "handling"];
  const entries = Array.from({ length: 60 }, (_, at) => entry(at + 1, { status: statuses[at % 6], late: at % 4 }));
  const counts = countStages(entries);
  for (const [name, list] of Object.entries(STAGES)) {
    if (list.remote) {
      assert.equal(name in counts, false);
      continue;
    }
    const inside = entries.filter((one) => isIn(list, one));
    assert.ok(inside.length > 0 && inside.length < entries.length, name);
    assert.deepEqual(counts[name], { count: inside.length, overdue: inside.filter((one) => one.late > 1).length, oldestS: Math.min(...inside.map((one) => one.reportedS)) });
  }
  assert.deepEqual(countStages([]).overdue, { count: 0, overdue: 0, oldestS: Infinity });
});

test("the filter cuts by township, unit and item, and by none of them", () => {
  const isWithin = (area, within) => area === within || (within === 10 && area < 10);
  const none = { township: 0, unit: 0, item: 0 };
  assert.equal(passes(entry(1), none, isWithin), true);
  assert.equal(passes(entry(1, { area: 4 }), { ...none, township: 10 }, isWithin), true);
  assert.equal(passes(entry(1, { area: 11 }), { ...none, township: 10 }, isWithin), false);
  assert.equal(passes(entry(1, { unit: 2 }), { ...none, unit: 2 }, isWithin), true);
  assert.equal(passes(entry(1, { unit: 2 }), { ...none, unit: -1 }, isWithin), false);
  assert.equal(passes(entry(1, { unit: 0 }), { ...none, unit: -1 }, isWithin), true);
  assert.equal(passes(entry(1, { item: 0 }), { ...none, item: -1 }, isWithin), true);
  assert.equal(passes(entry(1, { item: 3, unit: 2 }), { township: 0, unit: 2, item: 4 }, isWithin), false);
  // A code that nobody knows shows nothing, not everything.
  assert.equal(passes(entry(1), { ...none, unit: -2 }, isWithin), false);
});

test("order by each column both ways; ties by id; what has no limit is due last", () => {
  const entries = [entry(3, { dueS: Infinity, item: 2 }), entry(1, { dueS: 50 }), entry(2, { dueS: Infinity }), entry(4, { dueS: 50, unit: 2 })];
  const ids = (by, down) => sort(entries, { by, down }, names).map((one) => one.id);
  assert.deepEqual(ids("due", false), [1, 4, 2, 3]);
  assert.deepEqual(ids("due", true), [2, 3, 1, 4]);
  assert.deepEqual(ids("id", true), [4, 3, 2, 1]);
  assert.deepEqual(ids("what", false), [3, 1, 2, 4]);
  assert.deepEqual(ids("unit", true), [4, 1, 2, 3]);
  assert.deepEqual(ids("no such column", false), ids("due", false));
  assert.deepEqual(entries.map((one) => one.id), [3, 1, 2, 4], "what is sorted is a copy");
});

test("only what the role may do from a status of the chosen is offered, onward steps first", () => {
  const rules = [
    { action: "reject", sources: ["reported", "accepted"], roles: ["dispatcher"], needs: ["reason"] },
    { action: "dispatch", sources: ["accepted"], roles: ["dispatcher"], needs: [] },
    { action: "verify", sources: ["resolved"], roles: ["verifier"], needs: [] },
    { action: "merge", sources: ["accepted"], roles: ["dispatcher"], needs: ["other_incident_id"] },
  ];
  assert.deepEqual(offers(rules, "dispatcher", ["accepted", "reported", "accepted"]), [
    { action: "dispatch", needs: [], count: 2 }, { action: "reject", needs: ["reason"], count: 3 },
  ]);
  assert.deepEqual(offers(rules, "dispatcher", ["resolved"]), []);
  assert.deepEqual(offers(rules, "verifier", ["resolved"]).map((one) => one.action), ["verify"]);
  assert.deepEqual(offers(rules, "handler", ["accepted"]), []);
  assert.deepEqual(offers(rules, "dispatcher", []), []);
});

test("a unit is found by label, code, name, letter or a part that only it has", () => {
  const units = [{ code: "U1", name: "County police", short_name: "Police", letter: "PO" }, { code: "U2", name: "County water", short_name: "Water", letter: "WA" }, { code: "U3", name: "County water two", short_name: "Water", letter: "WB" }];
  const code = (typed) => { const found = findUnit(units, typed); return found && found.code; };
  for (const typed of [labelOf(units[0]), "u1", "County police", "police", " PO ", "ice"]) assert.equal(code(typed), "U1", typed);
  assert.equal(code("County water"), "U2", "a whole name comes before a part of another");
  for (const typed of ["", "  ", "County", "Water", "nobody"]) assert.equal(code(typed), null, typed);
});
