// Loads the scripts of assets/ afresh, as a page without a map would, and makes snapshots to feed them.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const ASSETS = path.join(__dirname, "..", "..", "assets");

// In this context and not in one of node:vm: there every look-up of a global (Math) goes through an interceptor, ten times slower than in a page.
function loadEngine({ theme = "light" } = {}) {
  const before = globalThis.gridmap;
  delete globalThis.gridmap;
  const scripts = fs.readdirSync(ASSETS).filter((name) => /^[12]\d_.*\.js$/.test(name)).sort();
  for (const name of scripts) vm.runInThisContext(fs.readFileSync(path.join(ASSETS, name), "utf8"), { filename: path.join(ASSETS, name) });
  const { gridmap } = globalThis;
  globalThis.gridmap = before;
  const config = { language: "en", theme, page: "map", layers: [], messages: {}, tileVersion: "1", build: "b1" };
  gridmap.config = () => config;
  return { gridmap };
}

// The columns of the contract, written down a second time on purpose: [name, bytes, delta].
const CONTRACT = [
  ["id", 4, true], ["area", 4], ["x", 4], ["y", 4], ["unit", 2], ["item", 2], ["status", 1], ["channel", 1], ["placement", 1], ["flags", 1],
  ["reported", 4, true], ["near", 4], ["due", 4], ["twice", 4],
];

// Encode rows (arrays in the order of the contract) as the server does.
function encodeSnapshot(rows, header = {}) {
  const sorted = [...rows].sort((a, b) => a[0] - b[0]);
  const body = [];
  CONTRACT.forEach(([, bytes, delta], column) => {
    const modulo = 2n ** BigInt(8 * bytes);
    let previous = 0n;
    const values = sorted.map((row) => {
      const value = ((BigInt(row[column]) % modulo) + modulo) % modulo;
      const coded = delta ? (value - previous + modulo) % modulo : value;
      previous = value;
      return coded;
    });
    for (let plane = 0; plane < bytes; plane += 1) for (const value of values) body.push(Number((value >> BigInt(8 * plane)) & 255n));
  });
  const full = {
    epoch: "e1", revision: 10, now_ms: 1_700_000_000_000, generation: 1, count: sorted.length,
    columns: CONTRACT.map(([name, bytes, delta]) => ({ name, bytes, delta: Boolean(delta) })),
    units: [], items: [], statuses: ["reported"], channels: ["hotline"], placements: ["inside", "border", "outside", "imprecise"],
    calendar: [[1_600_000_000, 1_800_000_000]], figures: {}, ...header,
  };
  let text = Buffer.from(JSON.stringify(full), "utf8");
  const padding = (8 - ((8 + text.length) % 8)) % 8;
  text = Buffer.concat([text, Buffer.alloc(padding, 0x20)]);
  const head = Buffer.alloc(8);
  head.write("GMB1", 0, "latin1");
  head.writeUInt32LE(text.length, 4);
  const all = Buffer.concat([head, text, Buffer.from(body)]);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length);
}

// A repeatable stream of numbers in [0, 1): mulberry32.
function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

module.exports = { loadEngine, encodeSnapshot, makeRandom, CONTRACT };
