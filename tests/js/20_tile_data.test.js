"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine } = require("./engine.js");

const { gridmap } = loadEngine();
const CASES = require("./fixtures/tiles.json");
const bytesOf = (name) => new Uint8Array(Buffer.from(CASES.find((one) => one.tile === name).hex, "hex"));
const { cover, tileZoomOf, makeContent, makeTileCache, TILE_PX } = gridmap.tileData;

class FakePath {
  constructor() { this.calls = []; }
  moveTo(x, y) { this.calls.push(["M", x, y]); }
  lineTo(x, y) { this.calls.push(["L", x, y]); }
  closePath() { this.calls.push(["Z"]); }
  addPath(other) { this.calls.push(...other.calls); }
}

test("the vector tiles of a screen tile fill it exactly, at any zoom", () => {
  for (const coords of [{ x: 0, y: 0, z: 1 }, { x: 421, y: 199, z: 11 }, { x: 6744, y: 3187, z: 15 }]) {
    for (let tileZoom = Math.max(0, coords.z - 6); tileZoom <= coords.z + 2; tileZoom += 1) {
      const parts = cover(coords, tileZoom);
      let filled = 0;
      for (const part of parts) {
        // Longitude of the west edge, by the definition of the tile scheme and by the place on the screen.
        const west = part.x / 2 ** part.z;
        const screenWest = (coords.x * TILE_PX + part.leftPx) / (256 * 2 ** coords.z);
        assert.ok(Math.abs(west - screenWest) < 1e-12, `${coords.z} ${tileZoom}`);
        const across = Math.min(TILE_PX, part.leftPx + part.sizePx) - Math.max(0, part.leftPx);
        const down = Math.min(TILE_PX, part.topPx + part.sizePx) - Math.max(0, part.topPx);
        assert.ok(across > 0 && down > 0);
        filled += across * down;
      }
      assert.equal(filled, TILE_PX * TILE_PX);
    }
  }
});

test("tiles outside the world are not asked for", () => {
  assert.deepEqual(cover({ x: -1, y: 0, z: 3 }, 2), []);
  assert.deepEqual(cover({ x: 4, y: 1, z: 3 }, 2), []);
  assert.equal(cover({ x: 3, y: 3, z: 3 }, 2).length, 1);
});

test("the zoom asked for is served, and carries labels where labels are shown", () => {
  const layer = { min_zoom: 12, tile_max_zoom: 15, label: { min_zoom: 15 } };
  assert.deepEqual([12, 13, 14, 15, 16, 22].map((zoom) => tileZoomOf(layer, zoom)), [12, 12, 13, 14, 15, 15]);
  assert.deepEqual([5, 10].map((zoom) => tileZoomOf({ min_zoom: 2, label: null }, zoom)), [4, 9]);
});

test("a shape knows its box and the middle of its largest ring", () => {
  const content = makeContent(bytesOf("polygon"), FakePath);
  const shape = content.byId.get(1);
  assert.deepEqual(shape.box, [0, 0, 4096, 4096]);
  assert.deepEqual([shape.anchor.x, shape.anchor.y, shape.anchor.area], [2048, 2048, 2 * 4096 * 4096]);
  const parts = makeContent(bytesOf("holes"), FakePath).byId.get(300);
  assert.ok(Math.abs(parts.anchor.x - 1100) < 1 && Math.abs(parts.anchor.y - 1103.3) < 1);
});

test("outlines hold all shapes of a class; points are left out", () => {
  const content = makeContent(bytesOf("holes"), FakePath);
  assert.deepEqual([...content.outlines.keys()], [""]);
  assert.equal(content.outlines.get("").calls.length, content.shapes.reduce((sum, shape) => sum + shape.path.calls.length, 0));
  assert.equal(makeContent(bytesOf("points"), FakePath).shapes.length, 0);
});

// A server that the test answers, and time that it moves.
function makeWorld() {
  const world = { asked: [], timers: [], aborted: 0 };
  world.cache = makeTileCache({
    version: "v 1", Path: FakePath, later: (run, delayMs) => world.timers.push({ run, delayMs }),
    fetcher: (url, { signal }) => new Promise((resolve, reject) => {
      world.asked.push({ url, answer: resolve, fail: reject });
      signal.addEventListener("abort", () => { world.aborted += 1; reject(new Error("aborted")); });
    }),
  });
  world.settle = () => new Promise((resolve) => setImmediate(resolve));
  world.user = () => ({ told: 0, onTile() { this.told += 1; } });
  return world;
}
const tileAnswer = { ok: true, status: 200, arrayBuffer: async () => bytesOf("polygon").buffer };
const PLACE = { z: 3, x: 1, y: 2 };

test("two screen tiles share one request", async () => {
  const world = makeWorld();
  const [one, two] = [world.user(), world.user()];
  const entry = world.cache.use("village", PLACE, one);
  assert.equal(world.cache.use("village", PLACE, two), entry);
  assert.deepEqual(world.asked.map((ask) => ask.url), ["/tiles/village/3/1/2.mvt?v=v%201"]);
  world.asked[0].answer(tileAnswer);
  await world.settle();
  assert.deepEqual([one.told, two.told, entry.content.shapes.length], [1, 1, 1]);
});

test("failed and malformed tiles are tried again, ever slower, until they come; the layer does not freeze", async () => {
  const world = makeWorld();
  const user = world.user();
  const entry = world.cache.use("village", PLACE, user);
  const html = { ok: true, status: 200, arrayBuffer: async () => new TextEncoder().encode("<!DOCTYPE html>").buffer };
  const answers = [{ ok: false, status: 502 }, html, ...Array.from({ length: 10 }, () => ({ ok: false, status: 503 }))];
  for (const answer of answers) {
    world.asked[world.asked.length - 1].answer(answer);
    await world.settle();
    await world.settle();
    assert.ok(entry.failed && entry.content === null);
    world.timers.pop().run();
  }
  assert.equal(world.asked.length, answers.length + 1);
  world.asked[world.asked.length - 1].answer(tileAnswer);
  await world.settle();
  await world.settle();
  assert.ok(!entry.failed && entry.content);
  assert.equal(world.timers.length, 0);
});

test("204 and 404 are an empty tile, not a fault", async () => {
  for (const status of [204, 404]) {
    const world = makeWorld();
    const entry = world.cache.use("village", PLACE, world.user());
    world.asked[0].answer({ ok: status < 300, status });
    await world.settle();
    assert.equal(entry.content.shapes.length, 0);
    assert.equal(world.timers.length, 0);
  }
});

test("a tile that leaves the screen aborts its request; asked for again it is fetched again", async () => {
  const world = makeWorld();
  const user = world.user();
  world.cache.release(world.cache.use("village", PLACE, user), user);
  await world.settle();
  assert.deepEqual([world.aborted, world.cache.size(), world.timers.length], [1, 0, 0]);
  world.cache.use("village", PLACE, user);
  await world.settle();
  assert.equal(world.asked.length, 2);
  assert.equal(world.cache.size(), 1);
});

test("what nobody shows any longer is kept within bounds", async () => {
  const world = makeWorld();
  for (let x = 0; x < 200; x += 1) {
    const user = world.user();
    const entry = world.cache.use("village", { z: 9, x, y: 0 }, user);
    world.asked[x].answer(tileAnswer);
    await world.settle();
    world.cache.release(entry, user);
  }
  assert.ok(world.cache.size() <= 48);
});
