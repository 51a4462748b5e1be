"use strict";
// What stands round the map, without a browser: orders, words, colours, figures, and the view in the URL.
const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const assets = path.join(__dirname, "..", "..", "assets");
function load() {
  const root = { URLSearchParams, Intl, Date, Map, Set, WeakMap, setTimeout, clearTimeout, setInterval, console };
  root.globalThis = root;
  const context = vm.createContext(root);
  for (const name of fs.readdirSync(assets).filter((one) => /^(13_burnt|4\d_.*)\.js$/.test(one)).sort()) {
    vm.runInContext(fs.readFileSync(path.join(assets, name), "utf8"), context, { filename: name });
  }
  context.gridmap.dom.setConfig({ locale: "en", language: "en", timezone: "Asia/Shanghai", messages: { "{n} min": "{n} MIN" }, layers: [], page: "map" });
  return context.gridmap;
}
const gridmap = load();
const plain = (value) => JSON.parse(JSON.stringify(value));

test("messages are translated, filled, and pass through when unknown", () => {
  assert.equal(gridmap.dom.text("{n} min", { n: 5 }), "5 MIN");
  assert.equal(gridmap.dom.text("unknown {n} {m}", { n: 5 }), "unknown 5 {m}");
  assert.equal(gridmap.dom.text("toString"), "toString"); // not what objects inherit
});

test("working time in words", () => {
  assert.equal(gridmap.dom.workingTime(0), "1 MIN");
  assert.equal(gridmap.dom.workingTime(3599), "59 MIN");
  assert.equal(gridmap.dom.workingTime(3600), "1 working hours");
  assert.equal(gridmap.dom.workingTime(86399), "23 working hours");
  assert.equal(gridmap.dom.workingTime(86400 * 2.59), "2.5 working days");
  assert.equal(gridmap.dom.workingTime(86400 * 31.9), "31 working days");
  // Office hours of 7.5 hours: what takes longer is days of that length.
  assert.equal(gridmap.dom.workingTime(26999, 27000), "7 working hours");
  assert.equal(gridmap.dom.workingTime(27000 * 2.59, 27000), "2.5 working days");
});

test("times are the county's, whatever the browser's zone", () => {
  assert.equal(gridmap.dom.timeOfDay(Date.UTC(2026, 10, 23, 7, 5)), "15:05");
  assert.equal(gridmap.dom.timeOfDay(Date.UTC(2026, 10, 23, 16, 0)), "00:00");
});

test("legend by who burnt the time: the most hours after due first, with what is held now beside; also of units that hold nothing", () => {
  const units = new Map([[1, { id: 1, name: "one", short_name: "1", letter: "A" }], [2, { id: 2, name: "two", short_name: "", letter: "B" }]]);
  const figures = { burnt: { days: 30, units: [[1, 50, 2], [2, 40, 9], [0, 60, 2]] } };
  const rows = gridmap.legend.orderBurnt(units, figures, [{ unit: 1, overdue: 7, open: 8 }]);
  assert.deepEqual(plain(rows).map((row) => [row.unit, row.name, row.overdueH, row.workingH, row.overdue]), [[2, "two", 9, 40, 0], [0, "", 2, 60, 0], [1, "1", 2, 50, 7]]);
  assert.deepEqual(plain(gridmap.legend.orderBurnt(units, {}, [])), []);
});

test("the view keeps what the list of units shows", () => {
  assert.equal(gridmap.filter.readView("?rank=burnt&measure=burnt").rank, "burnt");
  assert.equal(gridmap.filter.readView("?rank=burnt&measure=burnt").measure, "burnt");
  assert.equal(gridmap.filter.readView("?rank=nonsense").rank, "");
});

test("legend: most overdue first, then most overdue time, then most open; stable among equals", () => {
  const units = new Map([[1, { letter: "A", name: "a", short_name: "a" }], [2, { letter: "B", name: "b", short_name: "" }]]);
  const counts = [
    { unit: 3, overdue: 0, overdueS: 0, open: 9 }, { unit: 2, overdue: 4, overdueS: 10, open: 5 },
    { unit: 1, overdue: 4, overdueS: 20, open: 4 }, { unit: 0, overdue: 0, overdueS: 0, open: 9 },
  ];
  const rows = gridmap.legend.orderUnits(units, counts);
  assert.deepEqual(plain(rows.map((row) => row.unit)), [1, 2, 0, 3]);
  assert.deepEqual(plain(rows.map((row) => row.letter)), ["A", "B", "–", "–"]);
  assert.equal(rows[1].name, "b");
});

function contrast(a, b) {
  const luminance = (colour) => {
    const [r, g, bl] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test("a letter on any colour reaches the contrast of WCAG AA", () => {
  for (let value = 0; value < 0xffffff; value += 0x0a1b2d) {
    const colour = `#${value.toString(16).padStart(6, "0")}`;
    assert.ok(contrast(colour, gridmap.legend.inkOn(colour)) >= 4.5, colour);
  }
});

test("chart: units in order, ages stacked, one bar per unit, the oldest in the unit's own colour", () => {
  const ages = [{ fromD: 0, toD: 1, count: 2, byUnit: new Map([[1, 2]]) }, { fromD: 1, toD: Infinity, count: 4, byUnit: new Map([[1, 1], [2, 3]]) }];
  const summary = { ages, units: [{ unit: 1, overdue: 3 }, { unit: 2, overdue: 3 }, { unit: 5, overdue: 0 }] };
  const units = new Map([[1, { short_name: "one", letter: "A" }], [2, { short_name: "two", letter: "B" }]]);
  const { data, layout } = gridmap.chart.makeFigure(summary, units, (id) => (id === 1 ? "#ff0000" : "#0000ff"));
  assert.deepEqual(plain(data.map((trace) => trace.y)), [["two  B", "one  A"], ["two  B", "one  A"]]);
  assert.deepEqual(plain(data.map((trace) => trace.x)), [[0, 2], [3, 1]]);
  assert.deepEqual(plain(data[1].marker.color), ["rgb(0,0,255)", "rgb(255,0,0)"]);
  assert.equal(data.reduce((sum, trace) => sum + trace.x.reduce((a, b) => a + b, 0), 0), 6);
  assert.equal(layout.annotations.length, 0);
  assert.equal(gridmap.chart.makeFigure({ ages, units: [] }, units, String).layout.annotations.length, 1);
});

test("view in the URL: what is written is read back, and other parts stay", () => {
  const view = {
    units: ["U-1", "U-2"], states: ["overdue", "twice"], statuses: ["handling"], channels: ["hotline"], itemClasses: ["a&b=c", "d,e"],
    period: 7, from: "", to: "", measure: "hours", rank: "burnt", place: { zoom: 13.5, lat: 36.91, lon: 118.82 }, select: "incident:12",
  };
  const written = gridmap.filter.writeView("?lang=en&tour=0", view);
  assert.match(written, /lang=en/);
  assert.match(written, /tour=0/);
  assert.deepEqual(plain(gridmap.filter.readView(written)), view);
  const empty = { units: [], states: [], statuses: [], channels: [], itemClasses: [], period: 0, from: "", to: "", measure: "overdue", rank: "", place: null, select: "" };
  assert.equal(gridmap.filter.writeView("", empty), "");
  assert.deepEqual(plain(gridmap.filter.readView("")), empty);
  assert.match(gridmap.filter.writeView(written, empty), /lang=en/);
  assert.deepEqual(plain(gridmap.filter.readView(gridmap.filter.writeView(written, empty))).units, []);
});

test("view in the URL: nonsense selects nothing", () => {
  const view = gridmap.filter.readView("?state=late,overdue&measure=x&days=99&z=a&lat=1&lon=2&sel=<script>");
  assert.deepEqual(plain(view.states), ["overdue"]);
  assert.equal(view.measure, "overdue");
  assert.equal(view.period, 0);
  assert.equal(view.place, null);
  assert.equal(gridmap.panel.parse(view.select), null);
});

test("selection is a kind and a number, nothing else", () => {
  assert.deepEqual(plain(gridmap.panel.parse("incident:12")), { kind: "incident", id: 12 });
  for (const bad of ["incident:", "x:1", "area:1;", "area:-1", "", null, "area:1e3"]) assert.equal(gridmap.panel.parse(bad), null);
});

test("filter of a view: codes become ids, words become indices, unknown ones filter nothing", () => {
  const store = {
    units: new Map([[7, { id: 7, code: "U-1" }]]), items: new Map([[3, { id: 3, class_name: "dogs" }], [4, { id: 4, class_name: "noise" }]]),
    statuses: ["reported", "handling"], channels: ["hotline"], nowMs: () => 1e12,
  };
  const view = { ...gridmap.filter.readView("?unit=U-1,U-9&state=twice&status=handling&days=1"), itemClasses: ["dogs"] };
  const filter = gridmap.filter.makeFilter(store, view);
  assert.deepEqual([...filter.units], [7]);
  assert.deepEqual([...filter.states], [3]);
  assert.deepEqual([...filter.statuses], [1]);
  assert.deepEqual([...filter.items], [3]);
  assert.equal(filter.channels, null);
  assert.equal(filter.sinceS, 1e9 - 86400);
});

test("wall figures: shares against their own whole, none without a whole, and 99.96 % is not 100 %", () => {
  const shown = gridmap.wall.listFigures({ reported_today: 10, accepted_today: 9, dispatched_today: 4, dispatched_in_time: 4, resolved_today: 0, resolved_in_time: 0, same_day: 8 });
  assert.deepEqual(plain(shown.map((one) => one.share)), [null, null, 0.9, 1, null, 0.8]);
  assert.deepEqual(plain(shown.map((one) => one.target)), [null, null, 1, 1, 1, 0.85]);
  assert.equal(gridmap.wall.percent(0.9996), "99.9%");
  assert.equal(gridmap.wall.percent(1), "100%");
  assert.equal(gridmap.wall.percent(null), "–");
  assert.deepEqual(plain(gridmap.wall.listFigures({}).map((one) => one.share)), [null, null, null, null, null, null]);
});

test("tour: the county, then townships with something overdue, most first", () => {
  const byArea = () => new Map([[5, { overdue: 1 }], [6, { overdue: 0 }], [7, { overdue: 9 }]]);
  assert.deepEqual(plain(gridmap.wall.listStops({ byArea }).map((stop) => stop.area)), [0, 7, 5]);
});

test("connection in words", () => {
  assert.deepEqual(plain(gridmap.bar.describe({ state: "live", ageMs: 100 })), { state: "live", words: "Live" });
  assert.equal(gridmap.bar.describe({ state: "live", ageMs: 4000 }, true).words, "Live · data 4 s old");
  assert.equal(gridmap.bar.describe({ state: "stale", ageMs: 20000 }).words, "Data 20 s old");
  assert.equal(gridmap.bar.describe({ state: "lost", ageMs: 300000 }).words, "No connection; data 5 MIN old");
  assert.equal(gridmap.bar.describe({ state: "lost", ageMs: Infinity }).words, "Connecting …");
});

test("search results by arrow keys go round", () => {
  assert.equal(gridmap.search.step(-1, 1, 3), 0);
  assert.equal(gridmap.search.step(-1, -1, 3), 2);
  assert.equal(gridmap.search.step(2, 1, 3), 0);
  assert.equal(gridmap.search.step(0, 1, 0), -1);
});

test("the level that is filled follows the layer files", () => {
  const layer = (level, fill_zoom, min_zoom = 0) => ({ kind: "area", fill: "overdue", source: { level }, fill_zoom, min_zoom });
  const layers = [layer("township", [6, 10]), layer("village", [11, 12]), { kind: "feature" }];
  assert.equal(gridmap.view.filledLevel(layers, 10), "township");
  assert.equal(gridmap.view.filledLevel(layers, 11), "village");
  assert.equal(gridmap.view.filledLevel(layers, 13), "");
});

test("the k lowest rows, in order", () => {
  const columns = { count: 50, id: [...Array(50).keys()].map((n) => n + 100) };
  const key = (row) => (row * 37) % 50;
  const found = gridmap.facets.lowest({ columns }, 4, (row) => row % 2 === 0, key);
  const truth = [...Array(50).keys()].filter((row) => row % 2 === 0).sort((a, b) => key(a) - key(b)).slice(0, 4);
  assert.deepEqual(plain(found.map((one) => one.row)), truth);
  assert.equal(found[0].id, columns.id[truth[0]]);
});
