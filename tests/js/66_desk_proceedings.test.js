// The proceedings of the desk: which steps are offered, clocks in words, what is sent, bars of burnt time.
"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const path = require("node:path");

for (const name of ["40_dom", "44_action_form", "60_desk_lists", "60_desk_selection", "63_desk_records", "65_desk_actions", "66_desk_calls", "67_desk_disputes", "67_desk_admissions", "67_desk_call_backs", "68_desk_burnt", "69_desk_page"]) {
  require(path.join(__dirname, `../../assets/${name}.js`));
}
const { gridmap } = globalThis;
gridmap.dom.setConfig({ locale: "en", timezone: "Asia/Shanghai", messages: {} });

const CALL = { id: 1, township_code: "T1", status: "called", units: [] };
const answer = (unit_code, values = {}) => ({ unit_code, responded_at: null, arrived_at: null, rating: null, ...values });

test("a call's steps go to those of the table, and to nobody else", () => {
  const { stepsFor } = gridmap.deskCalls;
  const person = (role, values = {}) => ({ role, unit_code: null, area_code: "", ...values });
  assert.deepEqual(stepsFor(CALL, null).call, []);
  assert.deepEqual(stepsFor(CALL, person("dispatcher")).call, ["accept", "refuse"]);
  assert.deepEqual(stepsFor(CALL, person("operator")).call, []);
  assert.deepEqual(stepsFor(CALL, person("township", { area_code: "T1" })).call, ["withdraw"]);
  assert.deepEqual(stepsFor(CALL, person("township", { area_code: "T2" })).call, []);
  const judged = { ...CALL, status: "judged", units: [answer("U1"), answer("U2", { responded_at: "x" })] };
  assert.deepEqual(stepsFor(judged, person("dispatcher")).call, ["units", "close"]);
  const steps = (role, unit_code) => ["U1", "U2"].map((code) => stepsFor(judged, person(role, { unit_code, area_code: role === "township" ? "T1" : "" })).unit(code));
  assert.deepEqual(steps("handler", "U1"), [["respond", "arrive"], []]);
  assert.deepEqual(steps("unit_lead", "U2"), [[], ["arrive"]]);
  assert.deepEqual(steps("township", "U9"), [["arrive"], ["arrive"]]);
  assert.deepEqual(steps("dispatcher", null), [[], []]);
  const closed = { ...judged, status: "closed", units: [answer("U1", { rating: 4 }), answer("U2")] };
  assert.deepEqual(["U1", "U2"].map((code) => stepsFor(closed, person("township", { area_code: "T1" })).unit(code)), [[], ["rate"]]);
});

test("an admission's steps", () => {
  const { stepsFor } = gridmap.deskAdmissions;
  assert.deepEqual(stepsFor("requested", "verifier"), ["review", "refuse"]);
  assert.deepEqual(stepsFor("reviewed_twice", "dispatcher"), ["refuse"]);
  assert.deepEqual(stepsFor("reviewed_twice", "supervisor"), ["approve", "refuse"]);
  for (const [status, role] of [["requested", "handler"], ["approved", "supervisor"], ["refused", "supervisor"]]) assert.deepEqual(stepsFor(status, role), []);
});

test("a clock says what is left, over, or when it was done", () => {
  const { describeClock } = gridmap.deskRecords;
  const at = (minutes) => new Date(minutes * 60000).toISOString();
  assert.deepEqual(describeClock({ by: at(40) }, 10 * 60000), { words: "30 min left", isLate: false });
  assert.deepEqual(describeClock({ by: at(10) }, 135 * 60000), { words: "2 h 5 min over", isLate: true });
  assert.equal(describeClock({ by: at(10) }, 10 * 60000).isLate, true, "reaching the limit is late, as for the server");
  assert.equal(describeClock({ by: at(10 + 60 * 24 * 3) }, 10 * 60000).words, "3 days left");
  assert.deepEqual(describeClock({ by: at(10), doneAt: at(20), isLate: true }, 0).isLate, true);
  assert.deepEqual(describeClock({ by: null }, 0), { words: "–", isLate: false });
});

test("a panel as typed", () => {
  const word = (seat) => ({ centre: "Centre", staffing_office: "Staffing office", justice: "Justice" })[seat];
  assert.deepEqual(gridmap.deskDisputes.readPanel("Centre、Justice，  Wang, ", word), ["centre", "justice", "Wang"]);
  assert.deepEqual(gridmap.deskDisputes.readPanel(" ; ", word), []);
});

test("the form asks for what an action needs, and requires exactly that", () => {
  const fields = (action, needs) => gridmap.deskActions.fieldsOf({ action, needs }).map((one) => [one.name, Boolean(one.required)]);
  assert.deepEqual(fields("accept", []), [["reason", false]]);
  assert.deepEqual(fields("dispatch", []), [["unit_code", false], ["reason", false]]);
  assert.deepEqual(fields("decide", ["reason", "unit_code"]), [["unit_code", true], ["reason", true]]);
  assert.deepEqual(fields("extend", ["extension", "reason"]), [["extension", true], ["reason", true]]);
  assert.deepEqual(fields("resolve", ["evidence"]), [["evidence", true], ["reason", false]]);
});

test("burnt time: the most first, ties by name; bars add up", () => {
  const { order, makeBars } = gridmap.deskBurnt;
  const unit = (unit_name, working_s, overdue_s) => ({ unit_name, unit_code: unit_name, working_s, overdue_s });
  const units = [unit("b", 7200, 3600), unit("a", 7200, 3600), unit("c", 36000, 0)];
  assert.deepEqual(order(units, "overdue_s", "en").map((one) => one.unit_name), ["a", "b", "c"]);
  assert.deepEqual(order(units, "working_s", "en").map((one) => one.unit_name), ["c", "a", "b"]);
  const { bars, longest } = makeBars(units, 2);
  assert.deepEqual(bars.map((bar) => [bar.inTime, bar.over]), [[1, 1], [1, 1]]);
  assert.equal(longest, 2);
  assert.equal(makeBars([]).longest, 0);
});

test("the URL keeps the view, and what else stands in it", () => {
  const { readUrl, writeUrl } = gridmap.deskPage;
  const view = { list: "overdue", township: "T1", unit: "none", item: "", by: "id", down: true };
  const search = writeUrl("?lang=en&item=A", view);
  assert.deepEqual(readUrl(search), view);
  assert.equal(new URLSearchParams(search).get("lang"), "en");
  assert.equal(new URLSearchParams(search).has("item"), false);
  assert.equal(writeUrl("", { ...view, list: "", township: "", unit: "", by: "due", down: false }), "");
});
