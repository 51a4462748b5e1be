"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine, encodeSnapshot } = require("./engine.js");

const TREE = { id: [1], parent: [0], level: [0], households: [10], levels: ["county"], label: {} };
const NOW_MS = 1_700_000_000_000;
const row = (id) => [id, 1, 0, 0, 7, 1, 0, 0, 0, 0, 1_699_999_000, 75, 100, 200];

// A world of its own: time that the test moves, sockets that the test answers, a server whose board the test sets.
function makeWorld({ build = "b1", atQuietMoment = false } = {}) {
  const { gridmap } = loadEngine();
  const world = { ms: 0, timers: [], sockets: [], fetched: [], reloads: 0, board: { rows: [row(1)], header: {} }, fails: 0, connection: null };
  const later = (run, delayMs) => world.timers[world.timers.push({ run, at: world.ms + delayMs }) - 1];
  const forget = (timer) => { world.timers = world.timers.filter((other) => other !== timer); };
  const clock = gridmap.clock.makeClock({ monotonicMs: () => world.ms, wallMs: () => world.ms });
  world.store = gridmap.makeStore({ clock, schedule: later, unschedule: forget });
  world.store.on("connection", (connection) => { world.connection = connection; });
  world.live = gridmap.live.makeLive(world.store, {
    url: "ws://h/ws/live", build, atQuietMoment, random: () => 0.5, nowMs: () => world.ms, later, forget,
    reload: () => { world.reloads += 1; },
    openSocket: (url) => world.sockets[world.sockets.push({ url, close() { this.closed = true; } }) - 1],
    fetcher: async (url) => {
      world.fetched.push(url);
      if (world.fails > 0) {
        world.fails -= 1;
        return { ok: false, status: 502 };
      }
      if (url.startsWith("/api/tree")) return { ok: true, json: async () => TREE };
      const snapshot = encodeSnapshot(world.board.rows, { now_ms: NOW_MS + world.ms, ...world.board.header });
      return { ok: true, arrayBuffer: async () => snapshot };
    },
  });
  world.pass = async (ms) => {
    const end = world.ms + ms;
    while (world.ms < end) {
      world.ms = Math.min(end, world.ms + 250);
      if (world.ms % 1000 === 0) world.live.watch();
      for (const timer of world.timers.filter((one) => one.at <= world.ms)) {
        forget(timer);
        timer.run();
      }
      await world.settle();
    }
  };
  world.settle = async () => { for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve)); };
  world.socket = () => world.sockets[world.sockets.length - 1];
  world.say = async (message) => {
    world.socket().onmessage({ data: typeof message === "string" ? message : JSON.stringify({ now_ms: NOW_MS + world.ms, ...message }) });
    await world.settle();
  };
  world.hello = (extra = {}) => world.say({ k: "hello", epoch: "e1", build: "b1", revision: 10, snapshot: true, ...extra });
  world.live.connect();
  return world;
}

test("hello, snapshot, tree, deltas", async () => {
  const world = makeWorld();
  assert.equal(world.socket().url, "ws://h/ws/live?epoch=&revision=0");
  await world.hello();
  assert.deepEqual(world.fetched, ["/api/board", "/api/tree?generation=1"]);
  assert.equal(world.store.columns.count, 1);
  await world.say({ k: "d", r: 11, rows: [row(2)], gone: [1] });
  assert.equal(world.store.columns.count, 1);
  assert.equal(world.store.columns.row(2), 0);
  assert.equal(world.connection.state, "live");
});

test("deltas that come while the snapshot is under way are kept, those it holds already are dropped", async () => {
  const world = makeWorld();
  world.socket().onmessage({ data: JSON.stringify({ k: "hello", epoch: "e1", build: "b1", revision: 10, snapshot: true, now_ms: NOW_MS }) });
  world.socket().onmessage({ data: JSON.stringify({ k: "d", r: 10, rows: [], gone: [1], now_ms: NOW_MS }) });
  world.socket().onmessage({ data: JSON.stringify({ k: "d", r: 11, rows: [row(5)], gone: [], now_ms: NOW_MS }) });
  await world.settle();
  assert.deepEqual([world.store.columns.row(1), world.store.columns.row(5)], [0, 1]);
  await world.say({ k: "d", r: 11, rows: [], gone: [5] });
  assert.equal(world.store.columns.count, 2, "a revision told twice is dropped");
});

test("a reconnect within the ring asks from its revision and fetches nothing", async () => {
  const world = makeWorld();
  await world.hello();
  await world.say({ k: "d", r: 12, rows: [row(2)], gone: [] });
  world.socket().onclose();
  await world.pass(1000);
  assert.equal(world.sockets.length, 2);
  assert.equal(world.socket().url, "ws://h/ws/live?epoch=e1&revision=12");
  await world.hello({ snapshot: false });
  assert.equal(world.fetched.length, 2);
  await world.say({ k: "d", r: 13, rows: [row(3)], gone: [] });
  assert.equal(world.store.columns.count, 3);
});

test("a restarted server: new epoch, new snapshot, its low revisions count again", async () => {
  const world = makeWorld();
  await world.hello();
  await world.say({ k: "d", r: 500, rows: [row(2)], gone: [] });
  world.socket().onclose();
  await world.pass(1000);
  world.board = { rows: [row(8), row(9)], header: { epoch: "e2", revision: 0 } };
  await world.hello({ epoch: "e2", revision: 0, snapshot: false });
  assert.equal(world.store.columns.count, 2);
  await world.say({ k: "d", r: 1, rows: [row(10)], gone: [] });
  assert.equal(world.store.columns.count, 3);
});

test("silence for 15 s drops the line without waiting for its close, and stale turns to lost", async () => {
  const world = makeWorld();
  await world.hello();
  await world.pass(14_000);
  assert.equal(world.sockets.length, 1);
  await world.pass(4_000);
  assert.ok(world.sockets[0].closed);
  assert.ok(world.sockets.length >= 2);
  assert.equal(world.connection.state, "stale");
  await world.pass(45_000);
  assert.equal(world.connection.state, "lost");
  await world.hello({ snapshot: false });
  assert.equal(world.connection.state, "live");
  world.sockets[0].onmessage({ data: JSON.stringify({ k: "d", r: 99, rows: [row(77)], gone: [] }) });
  assert.equal(world.store.columns.row(77), -1, "the old line is not listened to");
});

test("heartbeats keep it live; a feed that stopped behind the server makes it stale", async () => {
  const world = makeWorld();
  await world.hello();
  for (let beat = 0; beat < 10; beat += 1) {
    await world.pass(5000);
    await world.say({ k: "hb", feed_age_ms: 200 });
  }
  assert.equal(world.sockets.length, 1);
  assert.equal(world.connection.state, "live");
  await world.say({ k: "hb", feed_age_ms: 20_000 });
  assert.equal(world.connection.state, "stale");
  await world.say({ k: "hb", feed_age_ms: 70_000 });
  assert.equal(world.connection.state, "lost");
});

test("it tries for ever, never more than 10 s apart", async () => {
  const { gridmap } = loadEngine();
  for (const random of [() => 0, () => 1]) for (let attempt = 0; attempt < 100; attempt += 1) assert.ok(gridmap.live.backoffMs(attempt, random) <= 10_000);
  const world = makeWorld();
  let before = 0;
  for (let minute = 0; minute < 60; minute += 1) {
    if (!world.socket().closed) world.socket().onclose();
    await world.pass(10_250);
    assert.ok(world.sockets.length > before, `try ${minute}`);
    before = world.sockets.length;
  }
});

test("a snapshot that fails is asked for again until it comes", async () => {
  const world = makeWorld();
  world.fails = 3;
  for (let round = 0; round < 4; round += 1) {
    await world.hello();
    await world.pass(10_000);
  }
  assert.equal(world.store.columns.count, 1);
});

test("a frame that is no JSON starts anew", async () => {
  const world = makeWorld();
  await world.hello();
  await world.say("<html>");
  await world.pass(1000);
  assert.equal(world.sockets.length, 2);
});

test("a new build reloads once, 1 to 5 s later; the wall waits until nothing is newly overdue", async () => {
  const page = makeWorld();
  await page.hello({ build: "b2" });
  assert.equal(page.reloads, 0);
  await page.pass(60_000);
  assert.equal(page.reloads, 1);

  const wall = makeWorld({ atQuietMoment: true });
  await wall.hello();
  await wall.say({ k: "reload" });
  await wall.say({ k: "d", r: 11, rows: [row(40)], gone: [] }); // overdue when it comes
  await wall.pass(6_000);
  assert.equal(wall.reloads, 0);
  await wall.pass(10_000);
  assert.equal(wall.reloads, 1);
});

test("the history of Dash is trimmed, and a Dash without one is no error", () => {
  const { gridmap } = loadEngine();
  gridmap.live.trimDashHistory();
  const history = { past: Array.from({ length: 51 }) };
  globalThis.dash_stores = [{ getState: () => ({ history }) }];
  gridmap.live.trimDashHistory();
  assert.equal(history.past.length, 0);
  delete globalThis.dash_stores;
});
