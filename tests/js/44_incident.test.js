"use strict";
// The page of an incident without a browser: the bar of its life, its clocks, and what its actions carry and send.
const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const assets = path.join(__dirname, "..", "..", "assets");
function load() {
  const root = { Intl, Date, Map, Set, JSON, Math, Number, setTimeout, console };
  root.globalThis = root;
  const context = vm.createContext(root);
  for (const name of ["11_clock.js", "40_dom.js", "44_life.js", "44_action_form.js"]) {
    vm.runInContext(fs.readFileSync(path.join(assets, name), "utf8"), context, { filename: name });
  }
  context.gridmap.dom.setConfig({ locale: "en", timezone: "UTC", messages: { "status:accepted": "Accepted" } });
  return context.gridmap;
}
const { life, actionForm, clock } = load();
const plain = (value) => JSON.parse(JSON.stringify(value));
const near = (found, wanted) => assert.ok(Math.abs(found - wanted) < 1e-6, `${found} is not ${wanted}`);

// Working: 0 to 100, 200 to 300, 400 to 500.
const { workingBetween } = clock.makeCalendar([[0, 100], [200, 300], [400, 500]], 100);
const piece = (kind, from, to, working, over, letter = "A", isCentre = false) => ({ kind, from, to, working, over, letter, isCentre });
const lifeOf = (pieces, due, more = {}) => ({ isOpen: true, isPlain: false, due, twice: null, pieces, ...more });
const spans = (laid) => plain(laid.segments.map(({ piece: one, left, width, isOver }) => [one.letter, one.kind, isOver, Math.round(left * 100) / 100, Math.round(width * 100) / 100]));

test("the bar: working time only, the last piece grows, what is left up to the due time stays empty", () => {
  const laid = life.layOut(lifeOf([piece("held", 0, 50, 50, 0, "C", true), piece("held", 50, null, 0, 0)], 300), 250, workingBetween);
  // 50 by the centre, then 50 + 50 by A; due at 200 of working time.
  assert.deepEqual(spans(laid), [["C", "held", false, 0, 25], ["A", "held", false, 25, 50]]);
  near(laid.now, 75);
  near(laid.due, 100);
  assert.equal(laid.isLate, false);
});

test("the bar: what was burnt after the due time is told apart, for pieces that ended by the ledger, for the last one live", () => {
  const laid = life.layOut(lifeOf([piece("held", 0, 250, 150, 50, "A"), piece("held", 250, null, 0, 0, "B")], 200), 300, workingBetween);
  assert.deepEqual(spans(laid), [["A", "held", false, 0, 50], ["A", "held", true, 50, 25], ["B", "held", true, 75, 25]]);
  near(laid.due, 50);
  assert.equal(laid.isLate, true);
});

test("the bar: a running piece is cut at the due time", () => {
  const laid = life.layOut(lifeOf([piece("held", 0, null, 0, 0)], 50), 100, workingBetween);
  assert.deepEqual(spans(laid), [["A", "held", false, 0, 50], ["A", "held", true, 50, 50]]);
});

test("the bar: paused and closed time is never overdue, whatever the due time", () => {
  const laid = life.layOut(lifeOf([piece("held", 0, 50, 50, 0), piece("paused", 50, null, 0, 0)], null), 100, workingBetween);
  assert.deepEqual(spans(laid), [["A", "held", false, 0, 50], ["A", "paused", false, 50, 50]]);
  assert.equal(laid.due, null);
});

test("the bar: where no working time has passed, plain time is drawn; so for calendar days", () => {
  const night = life.layOut(lifeOf([piece("held", 100, 120, 0, 0, "C"), piece("held", 120, null, 0, 0)], null), 140, workingBetween);
  assert.deepEqual(spans(night), [["C", "held", false, 0, 50], ["A", "held", false, 50, 50]]);
  const days = life.layOut(lifeOf([piece("held", 0, null, 0, 0)], 400, { isPlain: true }), 200, workingBetween);
  assert.deepEqual(spans(days), [["A", "held", false, 0, 50]]);
  near(days.due, 100);
});

test("the bar: segments follow each other without gap and never leave the line, for many lives", () => {
  let seed = 7;
  const random = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647; };
  for (let round = 0; round < 300; round += 1) {
    const pieces = [];
    let at = Math.floor(random() * 200);
    const due = random() < 0.2 ? null : Math.floor(random() * 500);
    for (let index = 0, count = 1 + Math.floor(random() * 5); index < count; index += 1) {
      const to = index === count - 1 && random() < 0.6 ? null : at + Math.floor(random() * 120);
      const working = to === null ? 0 : workingBetween(at, to);
      pieces.push(piece(["held", "held", "paused", "closed"][Math.floor(random() * 4)], at, to, working, working * random()));
      at = to === null ? at : to;
    }
    const laid = life.layOut(lifeOf(pieces, due), at + Math.floor(random() * 150), workingBetween);
    let left = 0;
    for (const one of laid.segments) {
      near(one.left, left);
      assert.ok(one.width > 0);
      left += one.width;
    }
    near(left, laid.segments.length ? laid.now : 0);
    assert.ok(laid.now <= 100.000001 && (laid.due === null || (laid.due >= 0 && laid.due <= 100.000001)));
  }
});

test("left and over are symmetrical, and reaching the due time is over", () => {
  assert.deepEqual(plain(life.leftAt(300, 50, workingBetween)), { isOver: false, seconds: 150 });
  assert.deepEqual(plain(life.leftAt(50, 300, workingBetween)), { isOver: true, seconds: 150 });
  assert.deepEqual(plain(life.leftAt(50, 50, workingBetween)), { isOver: true, seconds: 0 });
});

test("what an action carries becomes its fields, needed and optional", () => {
  const names = (action, needs) => plain(actionForm.fieldsOf({ action, needs }).map((field) => `${field.name}${field.isNeeded ? "!" : ""}`));
  assert.deepEqual(names("accept", []), []);
  assert.deepEqual(names("acknowledge", []), []);
  assert.deepEqual(names("return", ["reason"]), ["reason!"]);
  assert.deepEqual(names("dispatch", []), ["unit_code", "reason"]);
  assert.deepEqual(names("dispatch", ["unit_code"]), ["unit_code!", "reason"]);
  assert.deepEqual(names("decide", ["reason", "unit_code"]), ["unit_code!", "reason!", "is_precedent"]);
  assert.deepEqual(names("resolve", ["evidence"]), ["evidence!", "reason"]);
  assert.deepEqual(names("extend", ["reason", "extension"]), ["extension!", "reason!"]);
  assert.deepEqual(names("merge", ["other_incident_id"]), ["other_incident_id!", "reason"]);
  assert.deepEqual(names("call_back", ["satisfied"]), ["result!", "reason"]);
});

test("what is missing: blanks count as nothing, an unsatisfied reporter needs words", () => {
  const missing = (action, needs, values) => plain(actionForm.listMissing({ action, needs }, values));
  assert.deepEqual(missing("return", ["reason"], { reason: "  " }), ["reason"]);
  assert.deepEqual(missing("return", ["reason"], { reason: "x" }), []);
  assert.deepEqual(missing("resolve", ["evidence"], { evidence: " \n " }), ["evidence"]);
  assert.deepEqual(missing("call_back", ["satisfied"], {}), ["result"]);
  assert.deepEqual(missing("call_back", ["satisfied"], { result: "dissatisfied" }), ["reason"]);
  assert.deepEqual(missing("call_back", ["satisfied"], { result: "unreached" }), []);
  assert.deepEqual(missing("accept", [], {}), []);
});

test("what is carried for many is what is carried for one, and a note may go with anything", () => {
  const carried = (action, needs, values) => plain(actionForm.carriedOf({ action, needs }, values));
  assert.deepEqual(carried("accept", [], { reason: " n " }), { reason: "n" });
  assert.deepEqual(carried("accept", [], { unit_code: "U", evidence: "a" }), {}, "what the action has no field for is not sent");
  assert.deepEqual(carried("resolve", ["evidence"], { evidence: "a\n\n b ", reason: "r" }), { reason: "r", evidence: ["a", "b"] });
});

test("only what can't be undone asks twice", () => {
  const all = ["accept", "reject", "dispatch", "acknowledge", "start", "return", "dispute", "decide", "pause", "resume", "extend", "resolve", "send_back", "verify", "call_back", "reopen", "merge"];
  assert.deepEqual(all.filter(actionForm.isFinal), ["reject"]);
});

test("what is sent names the version that was seen, and nothing that was left empty", () => {
  const incident = { id: 7, version: 3, dispute: 0, disputeVersion: 0 };
  const request = (action, needs, values, of = incident) => plain(actionForm.requestOf({ action, needs }, of, values));
  assert.deepEqual(request("accept", [], {}), { path: "/api/incidents/7/transitions", body: { action: "accept", expected_version: 3 } });
  assert.deepEqual(request("dispatch", [], { unit_code: "", reason: " " }).body, { action: "dispatch", expected_version: 3 });
  assert.deepEqual(request("dispatch", ["unit_code"], { unit_code: "U-1", reason: " why " }).body, { action: "dispatch", expected_version: 3, reason: "why", unit_code: "U-1" });
  assert.deepEqual(request("resolve", ["evidence"], { evidence: " a \n\nb" }).body, { action: "resolve", expected_version: 3, evidence: ["a", "b"] });
  assert.deepEqual(request("extend", ["reason", "extension"], { extension: "1.5", reason: "r" }).body, { action: "extend", expected_version: 3, reason: "r", extension: "1.5" });
  assert.deepEqual(request("merge", ["other_incident_id"], { other_incident_id: "12" }).body, { action: "merge", expected_version: 3, other_incident_id: 12 });
  assert.deepEqual(request("call_back", ["satisfied"], { result: "unreached" }), { path: "/api/incidents/7/callbacks", body: { expected_version: 3, is_reached: false, note: "" } });
  assert.deepEqual(request("call_back", ["satisfied"], { result: "dissatisfied", reason: "n" }).body, { expected_version: 3, is_reached: true, is_satisfied: false, note: "n" });
  // A dispute has a version of its own.
  assert.deepEqual(request("decide", ["unit_code", "reason"], { unit_code: "U", reason: "r", is_precedent: true }, { ...incident, dispute: 5, disputeVersion: 2 }),
    { path: "/api/disputes/5/decide", body: { expected_version: 2, unit: "U", reason: "r", is_precedent: true } });
});

test("what an answer means", () => {
  const error = (message) => ({ error: { message, details: [{ field: "reason", reason: "too long" }] } });
  assert.deepEqual(plain(actionForm.judge({ status: 201, body: {} }, 3, null)), { isDone: true });
  const race = actionForm.judge({ status: 409, body: error("m") }, 3, { version: 4, status: "accepted", lead_unit: { name: "U" } });
  // By whom and when, the server knows.
  assert.deepEqual([race.kind, race.detail], ["race", "m reason: too long"]);
  assert.match(race.words, /“Accepted” now, lead U/);
  assert.equal(actionForm.judge({ status: 409, body: error("m") }, 3, { version: 3, status: "accepted", lead_unit: null }).kind, "rule");
  const refused = plain(actionForm.judge({ status: 403, body: error("not you.") }, 3, null));
  assert.deepEqual([refused.kind, refused.detail], ["refused", "not you. reason: too long"]);
  assert.equal(actionForm.judge({ status: 422, body: error("m") }, 3, null).kind, "input");
  assert.equal(actionForm.detailOf({ field: "body.reason", label: "Reason", reason: "is too long" }), "Reason: is too long");
  for (const status of [0, 500, 503]) assert.equal(actionForm.judge({ status, body: null }, 3, null).kind, "away");
});

test("units are found by name, letter and code; nothing typed finds none", () => {
  const units = [
    { code: "U-ENF-T", name: "城区执法中队", short_name: "", letter: "ZF1" }, { code: "U-ENF", name: "执法局", short_name: "执法", letter: "ZF" },
    { code: "U-POL", name: "公安局", short_name: "公安", letter: "GA" },
  ];
  const codes = (typed) => plain(actionForm.matchUnits(units, typed).map((unit) => unit.code));
  assert.deepEqual(codes(""), []);
  assert.deepEqual(codes("执法"), ["U-ENF", "U-ENF-T"]);
  assert.deepEqual(codes("zf"), ["U-ENF", "U-ENF-T"]);
  assert.deepEqual(codes("公安 u-pol"), ["U-POL"]);
  assert.deepEqual(codes("nothing"), []);
});
