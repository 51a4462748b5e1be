// Requests for a pause or an extension: who is offered what, in which order they stand, what the panel's form asks and sends.
"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const path = require("node:path");

for (const name of ["40_dom", "44_action_form", "44_requests", "63_desk_records", "67_desk_requests"]) require(path.join(__dirname, `../../assets/${name}.js`));
const { gridmap } = globalThis;
gridmap.dom.setConfig({ locale: "en", timezone: "Asia/Shanghai", messages: {} });
const { stepsFor, order, isOverAt } = gridmap.deskRequests;
const { actionForm, requestForm } = gridmap;

const STATUSES = ["open", "approved", "refused", "withdrawn", "dropped"];
const ROLES = ["reporter", "operator", "dispatcher", "handler", "unit_lead", "verifier", "supervisor", "grid_worker", "township"];
const at = (minutes) => new Date(minutes * 60000).toISOString();

test("a supervisor answers, who asked takes it back, nobody else is offered anything", () => {
  for (const status of STATUSES) {
    for (const role of ROLES) {
      for (const unit_code of ["U1", "U2", null]) {
        const expected = status !== "open" ? [] : role === "supervisor" ? ["approve", "refuse"]
          : ["handler", "unit_lead"].includes(role) && unit_code === "U1" ? ["withdraw"] : [];
        assert.deepEqual(stepsFor({ status, unit_code: "U1" }, { role, unit_code }, false), expected, `${status} ${role} ${unit_code}`);
      }
    }
  }
  assert.deepEqual(stepsFor({ status: "open", unit_code: "U1" }, null, false), []);
  // What is overdue by now can't be approved any more.
  assert.deepEqual(stepsFor({ status: "open", unit_code: "U1" }, { role: "supervisor", unit_code: null }, true), ["refuse"]);
  assert.deepEqual([isOverAt({ due_at: at(5) }, 5 * 60000 - 1), isOverAt({ due_at: at(5) }, 5 * 60000), isOverAt({ due_at: null }, 9e15)], [false, true, false]);
});

test("the most urgent first; what is over after all that is open, the newest first", () => {
  const one = (id, values) => ({ id, status: "open", due_at: at(100), requested_at: at(0), ended_at: null, ...values });
  const all = [
    one(1, { due_at: null }), one(2), one(3, { due_at: at(20) }), one(4, { requested_at: at(-5) }), one(5, { status: "refused", ended_at: at(7), due_at: at(1) }),
    one(6, { status: "approved", ended_at: at(9) }), one(7, { due_at: at(-30) }), one(8, { due_at: null, requested_at: at(-1) }),
  ];
  assert.deepEqual(order(all).map((each) => each.id), [7, 3, 4, 2, 8, 1, 6, 5]);
  assert.deepEqual(order(all.slice().reverse()).map((each) => each.id), [7, 3, 4, 2, 8, 1, 6, 5]);
  assert.equal(all[0].id, 1, "what is sorted is a copy");
});

const step = (name, kind, values = {}) => ({ step: name, kind, needs: { request: kind === "extend" ? ["extension", "reason"] : ["reason"], refuse: ["reason"] }[name] || [], request_id: 7, version: 2, ...values });

test("steps become actions of the panel's form, with the fields that they carry", () => {
  const fields = (name, kind) => {
    const [one] = requestForm.actionsOf([step(name, kind)]);
    assert.equal(one.action, `${name}_${kind}`);
    return actionForm.fieldsOf(one).map((field) => field.name + (field.isNeeded ? "!" : ""));
  };
  assert.deepEqual(fields("request", "pause"), ["reason!"]);
  assert.deepEqual(fields("request", "extend"), ["extension!", "reason!"]);
  assert.deepEqual(fields("approve", "pause"), ["reason"]);
  assert.deepEqual(fields("approve", "extend"), ["extension", "reason"]);
  assert.deepEqual(fields("refuse", "pause"), ["reason!"]);
  assert.deepEqual(fields("withdraw", "extend"), [], "a click is enough");
  assert.deepEqual(requestForm.actionsOf(undefined), []);
  assert.deepEqual(actionForm.listMissing(requestForm.actionsOf([step("request", "extend")])[0], { reason: " " }), ["extension", "reason"]);
  assert.equal(actionForm.isFinal("refuse_pause"), false);
});

test("what is asked for is approved, not done beside the request", () => {
  const actions = ["dispute", "pause", "extend"].map((action) => ({ action, needs: [] }));
  const names = (...steps) => requestForm.merge(actions, steps).map((one) => one.action);
  assert.deepEqual(names(), ["dispute", "pause", "extend"]);
  assert.deepEqual(names(step("approve", "pause"), step("refuse", "pause")), ["dispute", "extend", "approve_pause", "refuse_pause"]);
  assert.deepEqual(names(step("refuse", "extend")), ["dispute", "pause", "extend", "refuse_extend"], "only where it can be approved");
  assert.deepEqual(names(step("request", "pause")), ["dispute", "pause", "extend", "request_pause"]);
});

test("what is sent names the version of the incident, then that of the request", () => {
  const sent = (name, kind, values) => actionForm.requestOf(requestForm.actionsOf([step(name, kind)])[0], { id: 3, version: 9 }, values);
  assert.deepEqual(sent("request", "pause", { reason: " r " }), { path: "/api/incidents/3/requests", body: { kind: "pause", expected_version: 9, reason: "r" } });
  assert.deepEqual(sent("request", "extend", { reason: "r", extension: "1.5" }).body, { kind: "extend", expected_version: 9, reason: "r", extension: "1.5" });
  assert.deepEqual(sent("approve", "pause", {}), { path: "/api/requests/7/approve", body: { expected_version: 2, decision: "" } });
  assert.deepEqual(sent("approve", "extend", { extension: " 1 ", reason: "ok" }).body, { expected_version: 2, decision: "ok", extension: "1" });
  assert.deepEqual(sent("refuse", "extend", { reason: "no" }), { path: "/api/requests/7/refuse", body: { expected_version: 2, reason: "no" } });
  assert.deepEqual(sent("withdraw", "pause", {}), { path: "/api/requests/7/withdraw", body: { expected_version: 2 } });
});
