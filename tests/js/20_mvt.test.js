"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const { loadEngine, makeRandom } = require("./engine.js");

const { gridmap } = loadEngine();
const CASES = require("./fixtures/tiles.json");
const bytesOf = (hex) => new Uint8Array(Buffer.from(hex, "hex"));

// The walk of a feature as rings or lines of points; closed rings repeat their first point, as GeoJSON does.
function readParts(tile, feature) {
  const parts = [];
  gridmap.mvt.walk(tile, feature, {
    moveTo: (x, y) => parts.push([[x, y]]),
    lineTo: (x, y) => parts[parts.length - 1].push([x, y]),
    closePath: () => parts[parts.length - 1].push(parts[parts.length - 1][0]),
  });
  return parts;
}
function truthParts({ type, coordinates }) {
  if (type === "Point") return [[coordinates]];
  if (type === "MultiPoint") return coordinates.map((point) => [point]);
  if (type === "LineString") return [coordinates];
  return type === "MultiPolygon" ? coordinates.flat() : coordinates;
}
// A ring may begin at any of its points.
function turned(ring) {
  const open = ring.slice(0, -1);
  const start = open.findIndex((point) => JSON.stringify(point) === JSON.stringify([...open].sort((a, b) => a[0] - b[0] || a[1] - b[1])[0]));
  return [...open.slice(start), ...open.slice(0, start)];
}

for (const { tile: name, hex, features } of CASES) {
  test(`tile "${name}" of PostGIS reads as PostGIS describes it`, () => {
    const tile = gridmap.mvt.decode(bytesOf(hex));
    const found = tile.layers.flatMap((layer) => layer.features).sort((a, b) => a.id - b.id);
    assert.deepEqual(found.map((feature) => feature.id), features.map((feature) => feature.id));
    if (features.length) assert.equal(tile.layers[0].name, name);
    features.forEach((truth, index) => {
      const { tile: layerName, ...properties } = found[index].properties;
      assert.equal(layerName, name);
      assert.deepEqual(properties, truth.properties);
      const isRing = truth.geometry.type.includes("Polygon");
      const shape = (parts) => (isRing ? parts.map(turned) : parts);
      assert.deepEqual(shape(readParts(tile, found[index])), shape(truthParts(truth.geometry)));
    });
  });
}

test("there are polygons with holes, many parts, lines and points among the tiles", () => {
  const types = new Set(CASES.flatMap((one) => one.features.map((feature) => feature.geometry.type)));
  for (const type of ["Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point", "MultiPoint"]) assert.ok(types.has(type), type);
});

function readAll(bytes) {
  const tile = gridmap.mvt.decode(bytes);
  for (const layer of tile.layers) for (const feature of layer.features) readParts(tile, feature);
}

test("a tile cut short anywhere ends in an error or in fewer layers, never in a loop", () => {
  let refused = 0;
  for (const { hex } of CASES) {
    const bytes = bytesOf(hex);
    for (let length = 1; length < bytes.length; length += 1) {
      assert.throws(() => readAll(bytes.subarray(0, length)), /vector tile/);
      refused += 1;
    }
  }
  assert.ok(refused > 500);
});

test("random damage is read or refused in a moment", () => {
  const random = makeRandom(42);
  const start = performance.now();
  for (let round = 0; round < 4000; round += 1) {
    const bytes = bytesOf(CASES[1 + (round % (CASES.length - 1))].hex);
    for (let hit = 0; hit < 1 + random() * 4; hit += 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    try {
      readAll(bytes);
    } catch (error) {
      assert.ok(error instanceof Error);
    }
  }
  assert.ok(performance.now() - start < 5000);
});

test("named faults: HTML, a huge count, a ring closed a million times, a number without end", () => {
  assert.throws(() => readAll(new TextEncoder().encode("<!DOCTYPE html><html></html>")), /vector tile/);
  const tileOf = (geometry) => {
    const feature = [0x18, 3, 0x22, geometry.length, ...geometry];
    const layer = [0x0a, 1, 0x61, 0x12, feature.length, ...feature, 0x28, 0x80, 0x20, 0x78, 2];
    return new Uint8Array([0x1a, layer.length, ...layer]);
  };
  readAll(tileOf([9, 2, 2, 18, 4, 0, 0, 4, 15]));
  assert.throws(() => readAll(tileOf([0xf9, 0xff, 0xff, 0xff, 0x0f, 2, 2])), /cut short/);
  assert.throws(() => readAll(tileOf([9, 2, 2, 0xff, 0xff, 0xff, 0xff, 0x0f])), /closes its ring/);
  assert.throws(() => readAll(tileOf([9, 2, 2, 13])), /unknown command 5/);
  assert.throws(() => readAll(tileOf([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1])), /too long/);
});

test("lineTo before any moveTo does not break the walk", () => {
  const calls = [];
  const bytes = new Uint8Array([10, 2, 4]);
  gridmap.mvt.walk({ bytes }, { id: 1, start: 0, end: 3 }, { moveTo() {}, lineTo: (x, y) => calls.push([x, y]), closePath() {} });
  assert.deepEqual(calls, [[1, 2]]);
});
