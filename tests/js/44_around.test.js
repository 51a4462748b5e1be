"use strict";
// Orders and cards, and what forms read, without a browser: what each step asks for and sends; instants; points; links to a place.
const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const assets = path.join(__dirname, "..", "..", "assets");
function load() {
  const root = { Intl, Date, Map, Set, JSON, Math, Number, Object, String, URLSearchParams, setTimeout, console };
  root.globalThis = root;
  const context = vm.createContext(root);
  for (const name of ["40_dom.js", "42_form.js", "44_action_form.js", "44_around_form.js", "48_pin.js", "66_desk_place.js"]) {
    vm.runInContext(fs.readFileSync(path.join(assets, name), "utf8"), context, { filename: name });
  }
  context.gridmap.dom.setConfig({ locale: "en", timezone: "Asia/Shanghai", messages: { "list separator": ", ", "status:merged": "Merged" } });
  return context.gridmap;
}
const { aroundForm, actionForm, form, pin, deskPlace } = load();
const plain = (value) => JSON.parse(JSON.stringify(value));

const order = (id, role, status) => ({ id, role, status, version: id + 10, unit_code: `U${id}`, unit_name: `unit ${id}`, steps: [] });
const around = { incident_id: 7, version: 3, steps: [], orders: [order(1, "lead", "acknowledged"), order(2, "assist", "open"), order(3, "assist", "done")], cards: [] };
const card = { id: 5, version: 2, kind: "red", status: "given" };
const sent = (step, row, values, of = around) => {
  const spec = aroundForm.specOf(step, row, of);
  return plain([spec.path(values), spec.body(values)]);
};
const names = (step, row, of = around) => plain(aroundForm.specOf(step, row, of).fields.map((one) => one.name));

test("what each step sends: to its row with the version that was seen, or to the incident", () => {
  const [lead, assistant] = around.orders;
  assert.deepEqual(sent("order", null, {}), ["/api/incidents/7/orders", {}]);
  assert.deepEqual(sent("order_by_hand", null, { orders: [{ unit: "U9" }] }), ["/api/incidents/7/orders", { orders: [{ unit: "U9" }] }]);
  assert.deepEqual(sent("override", null, { reason: "r" }), ["/api/incidents/7/orders/override", { reason: "r" }]);
  assert.deepEqual(sent("acknowledge", assistant, {}), ["/api/orders/2/acknowledge", { expected_version: 12 }]);
  assert.deepEqual(sent("finish", lead, { result: "x", evidence: ["p"] }), ["/api/orders/1/finish", { expected_version: 11, result: "x", evidence: ["p"] }]);
  assert.deepEqual(sent("withdraw", assistant, { reason: "r" }), ["/api/orders/2/withdraw", { expected_version: 12, reason: "r" }]);
  assert.deepEqual(sent("give", null, { kind: "red", reason: "r" }), ["/api/incidents/7/supervision", { kind: "red", reason: "r" }]);
  assert.deepEqual(sent("give", null, { incident: "8", kind: "red", reason: "r" }, null), ["/api/incidents/8/supervision", { kind: "red", reason: "r" }]);
  assert.deepEqual(sent("answer", card, { answer: "a" }), ["/api/supervision/5/answer", { expected_version: 2, answer: "a" }]);
  assert.deepEqual(sent("lift", card, { reason: "r" }), ["/api/supervision/5/lift", { expected_version: 2, reason: "r" }]);
});

test("what each step asks for: a click is enough, or fields; the lead says more, and why it does not wait only where it would", () => {
  const [lead, assistant] = around.orders;
  for (const step of ["order", "acknowledge"]) assert.deepEqual(names(step, assistant), []);
  assert.deepEqual(names("finish", assistant), ["result"]);
  assert.deepEqual(names("finish", lead), ["result", "evidence", "override_reason"]);
  assert.deepEqual(names("finish", lead, { ...around, orders: [lead, around.orders[2]] }), ["result", "evidence"]);
  assert.match(aroundForm.specOf("override", null, around).hint, /unit 2/);
  assert.doesNotMatch(aroundForm.specOf("override", null, around).hint, /unit 3/);
  // A unit whose order runs is not offered again; one that is done is.
  const [{ fields }] = aroundForm.specOf("order_by_hand", null, around).fields;
  const offered = ["U1", "U2", "U3", "U4"].filter((code) => fields[0].only({ code }));
  assert.deepEqual(offered, ["U3", "U4"]);
});

test("every step that the server can name has a form; ordering is two buttons, a card stands with the cards", () => {
  assert.deepEqual(plain(aroundForm.buttonsOf(["order", "override", "give"], false)), ["order", "order_by_hand", "override"]);
  assert.deepEqual(plain(aroundForm.buttonsOf(["order", "override", "give"], true)), ["give"]);
  for (const step of ["order", "acknowledge", "finish", "withdraw", "override", "give", "answer", "lift"]) assert.ok(aroundForm.STEPS[step], step);
});

test("a lost race says what the row is now; any other refusal is the server's", () => {
  const refused = { status: 409, body: { error: { message: "m", details: [] } } };
  assert.deepEqual(plain(actionForm.judge(refused, 2, { version: 3, status: "lifted" }, (now) => `it is ${now.status}`)), { kind: "race", words: "it is lifted", detail: "m" });
  assert.equal(actionForm.judge(refused, 2, { version: 2, status: "given" }, () => "no").kind, "rule");
  assert.equal(actionForm.judge(refused, 2, null, () => "no").kind, "rule");
});

test("reopening what is merged has its own name, everything else keeps its own", () => {
  assert.equal(actionForm.nameOf("reopen", "merged"), "action:unmerge");
  assert.equal(actionForm.nameOf("reopen", "resolved"), "action:reopen");
  assert.equal(actionForm.nameOf("merge", "merged"), "action:merge");
});

test("a time of the day is one of the county, whatever the browser's clocks say, also around a change of the clocks", () => {
  assert.equal(form.readInstant("2026-11-16T09:30", "Asia/Shanghai"), "2026-11-16T01:30:00.000Z");
  assert.equal(form.readInstant("2026-07-01T00:00", "America/New_York"), "2026-07-01T04:00:00.000Z");
  // New York goes back at 2:00 on 1 November 2026.
  assert.equal(form.readInstant("2026-11-01T00:30", "America/New_York"), "2026-11-01T04:30:00.000Z");
  assert.equal(form.readInstant("2026-11-01T03:30", "America/New_York"), "2026-11-01T08:30:00.000Z");
  assert.equal(form.readInstant("", "Asia/Shanghai"), "");
  assert.equal(form.readInstant("x", "Asia/Shanghai"), "");
});

test("typed coordinates: longitude first, any separator; what is no point in degrees is none", () => {
  assert.deepEqual(plain(deskPlace.readLonLat("118.8051, 36.9052")), { lon: 118.8051, lat: 36.9052 });
  assert.deepEqual(plain(deskPlace.readLonLat(" 118.8051，36.9052 ")), { lon: 118.8051, lat: 36.9052 });
  assert.deepEqual(plain(deskPlace.readLonLat("-0.5 -90")), { lon: -0.5, lat: -90 });
  for (const typed of ["", "118.8", "118.8,36.9,1", "36.9, 118.8", "a, b", "181, 0", "NaN, 1", null]) assert.equal(deskPlace.readLonLat(typed), null, String(typed));
});

test("where a point lies: from township to grid, without the county; on a border it says so", () => {
  const areas = [{ level: "county", code: "1", name: "C" }, { level: "township", code: "11", name: "T" }, { level: "village", code: "111", name: "" }];
  assert.equal(deskPlace.sayPlace({ placement: "inside", areas }), "T › 111");
  assert.equal(deskPlace.sayPlace({ placement: "border", areas }), "T › 111 · placement:border");
  assert.equal(deskPlace.sayPlace({ placement: "outside", areas: [] }), "Outside the county");
});

test("the link to a place and back; what is no place is none", () => {
  const href = pin.hrefOf("?list=calls&lang=en", { lon: 118.8051, lat: 36.9052 });
  assert.equal(href, "/?lang=en&z=16&lat=36.905200&lon=118.805100&pin=118.805100,36.905200");
  assert.deepEqual(plain(pin.read(href.slice(1))), { lon: 118.8051, lat: 36.9052 });
  for (const search of ["", "?pin=", "?pin=1", "?pin=200,1", "?pin=1,1,1", "?pin=<b>,1", "?pin=1e9,1"]) assert.equal(pin.read(search), null, search);
});
