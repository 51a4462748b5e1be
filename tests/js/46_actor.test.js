"use strict";
// The acting person, without a browser: what is kept, who is found, what a request carries.
const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const assets = path.join(__dirname, "..", "..", "assets");
const plain = (value) => JSON.parse(JSON.stringify(value));
const PEOPLE = [
  { code: "ZX-PD1", role: "dispatcher", unit_code: null, unit_name: null, area_code: "" },
  { code: "ZF-BL1", role: "handler", unit_code: "U-ENF", unit_name: "执法局", area_code: "" },
  { code: "T1-WG1", role: "grid_worker", unit_code: "U-T01", unit_name: "一镇", area_code: "370783001" },
  { code: "ZF-BL2", role: "handler", unit_code: "U-ENF", unit_name: "执法局", area_code: "" },
];

// `kept`: what the browser's store holds; `answers`: path -> {status, body}, anything else can't be reached.
function load({ kept = null, answers = {} } = {}) {
  const held = new Map(kept === null ? [] : [["gridmap.actor", kept]]);
  const sent = [];
  const root = { Intl, Date, Map, Set, JSON, Promise, encodeURIComponent, setTimeout, clearTimeout, console };
  root.localStorage = { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => held.set(key, value), removeItem: (key) => held.delete(key) };
  root.fetch = async (where, options) => {
    sent.push({ where, ...options });
    if (!answers[where]) throw new TypeError("no network");
    return { status: answers[where].status, json: async () => answers[where].body };
  };
  root.globalThis = root;
  const context = vm.createContext(root);
  for (const name of ["40_dom.js", "46_actor.js"]) vm.runInContext(fs.readFileSync(path.join(assets, name), "utf8"), context, { filename: name });
  context.gridmap.dom.setConfig({ locale: "en", messages: { "role:dispatcher": "Dispatcher", "role:handler": "Handler" }, timezone: "UTC" });
  return { actor: context.gridmap.actor, held, sent };
}

test("only a person is read from what is kept", () => {
  const { actor } = load();
  assert.deepEqual(plain(actor.read(JSON.stringify(PEOPLE[0]))), PEOPLE[0]);
  for (const bad of [null, "", "{", "null", "7", "[]", '{"code": ""}', '{"code": 5, "role": "x"}', '{"code": "x"}']) assert.equal(actor.read(bad), null, bad);
  assert.equal(load({ kept: "{broken" }).actor.current(), null);
  assert.equal(load({ kept: JSON.stringify(PEOPLE[1]) }).actor.current().code, "ZF-BL1");
});

test("every typed word has to be found, in role, unit, area or code", () => {
  const { actor } = load();
  const codes = (typed) => plain(actor.match(PEOPLE, typed).map((one) => one.code));
  assert.deepEqual(codes(""), PEOPLE.map((one) => one.code));
  assert.deepEqual(codes("handler"), ["ZF-BL1", "ZF-BL2"]);
  assert.deepEqual(codes("执法 bl2"), ["ZF-BL2"]);
  assert.deepEqual(codes("370783001"), ["T1-WG1"]);
  assert.deepEqual(codes("command pd"), ["ZX-PD1"]);
  assert.deepEqual(codes("handler t1"), []);
});

test("a short name finds too, and the desk of the command centre comes first whatever its code", () => {
  const { actor } = load();
  const people = [...PEOPLE.slice(1), { code: "ZX-JB1", role: "operator", unit_code: "U-ZX", unit_name: "指挥中心", unit_short_name: "中心", area_code: "" }];
  assert.deepEqual(plain(actor.deskFirst(people).map((one) => one.code)), ["ZX-JB1", "ZF-BL1", "T1-WG1", "ZF-BL2"]);
  assert.deepEqual(plain(actor.match([{ ...PEOPLE[1], unit_name: "综合行政局", unit_short_name: "执法" }], "执法").map((one) => one.code)), ["ZF-BL1"]);
});

test("one group for each unit, in the order of the list", () => {
  const groups = plain(load().actor.group(PEOPLE));
  assert.deepEqual(groups.map((one) => [one.unit, one.people.length]), [["Command centre", 1], ["执法局", 2], ["一镇", 1]]);
});

test("a header holds ASCII only; nobody sends none", () => {
  const { actor } = load();
  assert.deepEqual(plain(actor.headersOf({ code: "值班员" })), { "X-Gridmap-Actor": "%E5%80%BC%E7%8F%AD%E5%91%98" });
  assert.deepEqual(plain(actor.headersOf(null)), {});
});

test("a choice is kept, told once, and sent with every write", async () => {
  const { actor, held, sent } = load({ answers: { "/api/x": { status: 403, body: { error: { message: "no" } } } } });
  const told = [];
  const end = actor.onChange((person) => told.push(person && person.code));
  actor.choose(PEOPLE[0]);
  actor.choose(PEOPLE[0]);
  assert.deepEqual(told, ["ZX-PD1"]);
  assert.equal(JSON.parse(held.get("gridmap.actor")).code, "ZX-PD1");
  const refused = await actor.post("/api/x", { a: 1 });
  assert.deepEqual([refused.status, refused.body.error.message], [403, "no"]);
  assert.deepEqual([sent[0].method, sent[0].headers["X-Gridmap-Actor"], sent[0].body], ["POST", "ZX-PD1", '{"a":1}']);
  // The server answers in the language of the page, not in that of the browser.
  assert.equal(sent[0].headers["Accept-Language"], "en");
  assert.deepEqual(plain(await actor.post("/api/gone", {})), { status: 0, body: null });
  end();
  actor.choose(null);
  assert.deepEqual(told, ["ZX-PD1"]);
  assert.equal(held.has("gridmap.actor"), false);
});

test("who is not active any more acts no more, but an answer that fails takes nothing away", async () => {
  const kept = JSON.stringify({ ...PEOPLE[0], code: "GONE" });
  const gone = load({ kept, answers: { "/api/staff": { status: 200, body: { actor: null, staff: PEOPLE } } } });
  await gone.actor.load();
  assert.equal(gone.actor.current(), null);
  const away = load({ kept });
  assert.equal(await away.actor.load(), null);
  assert.equal(away.actor.current().code, "GONE");
  await away.actor.load();
  assert.equal(away.sent.length, 2, "asked again");
});

test("who a login names can't be changed, and our own header is not sent to ask", async () => {
  const { actor, sent } = load({
    kept: JSON.stringify(PEOPLE[0]), answers: { "/api/staff": { status: 200, body: { actor: "ZF-BL1", staff: PEOPLE } } },
  });
  await actor.load();
  assert.equal(actor.current().code, "ZF-BL1");
  actor.choose(PEOPLE[0]);
  assert.equal(actor.current().code, "ZF-BL1");
  assert.equal(sent[0].headers, undefined);
});
