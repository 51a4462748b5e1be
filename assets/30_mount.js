// The event handlers that Dash names: dl.LayerGroup(id="layer-small_grid", eventHandlers={"add": {"variable": "gridmap.mount.small_grid"}}).
// A group that is ticked hands its layer to the one engine of its map; un-ticking takes it back.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  if (!root.L) return;

  const REFRESH_MS = 10000;
  const FLASHES_AT_ONCE = 40;
  const engines = new WeakMap(); // by Leaflet map
  let current = null; // the engine of the map on this page
  const painting = gridmap.colour.makePainting(gridmap.store);

  function makeEngine(map) {
    const store = gridmap.store;
    const highlight = { hover: null, selected: null };
    const canvas = new gridmap.ViewportCanvas({ pane: "gridmap-live", zIndex: 450, paint });
    const ground = new gridmap.GridLayer({
      painting,
      cache: gridmap.tileData.makeTileCache({ version: gridmap.config().tileVersion }),
      onPaint: () => canvas.redraw(), // names come with the tiles
    });
    const points = gridmap.pointLayer.makePointLayer(store);
    const donuts = gridmap.donutLayer.makeDonutLayer(store);
    const labels = gridmap.labelLayer.makeLabelLayer(store, ground, highlight);
    const engine = { map, ground, points, donuts, labels, highlight, canvas, incidents: 0, paintedVersion: -1, paintMs: 0 };

    function paint(context, on, size) {
      const startMs = performance.now();
      engine.paintedVersion = store.version;
      for (const layer of [donuts, points]) if (engine.incidents) layer.place(on, size);
      const symbols = engine.incidents ? [...donuts.drawn(), ...points.drawn()] : [];
      labels.paint(context, on, size, symbols);
      for (const layer of [donuts, points]) if (engine.incidents) layer.paint(context);
      markSelected(context, on);
      engine.paintMs = performance.now() - startMs;
    }
    // A ring round the incident that the panel speaks of.
    function markSelected(context, on) {
      const { selected } = highlight;
      const row = selected && selected.kind === "incident" ? store.columns.row(selected.id) : -1;
      if (row < 0 || store.columns.x[row] === gridmap.columns.NO_POINT) return;
      const [x, y] = gridmap.makeProjector(on).toPoint(store.columns.x[row] / 1e5, store.columns.y[row] / 1e5);
      const scale = gridmap.textScale();
      const isDark = gridmap.config().theme === "dark";
      for (const [width, colour] of [[6, isDark ? "#0b0f14" : "#ffffff"], [3, isDark ? "#ffd166" : "#1455c4"]]) {
        context.beginPath();
        context.arc(x, y, 15 * scale, 0, 2 * Math.PI);
        context.lineWidth = width * scale;
        context.strokeStyle = colour;
        context.stroke();
      }
    }
    map.addLayer(canvas);

    engine.add = (layer) => {
      if (layer.kind === "incident") {
        engine.incidents += 1;
        canvas.redraw();
        return;
      }
      ground.show(layer);
      if (!map.hasLayer(ground)) map.addLayer(ground);
      engine.repaint(null);
    };
    engine.remove = (layer) => {
      if (layer.kind === "incident") engine.incidents -= 1;
      else ground.hide(layer);
      if (ground.isEmpty() && map.hasLayer(ground)) map.removeLayer(ground);
      canvas.redraw();
    };
    // Paint what changed: `areas` a Set of ids, or null for everything.
    engine.repaint = (areas) => {
      if (areas === null) {
        painting.resetBreaks();
        for (const name of store.tree.levels) painting.repaint(store.tree.ids(name));
        ground.recolour(null);
      } else {
        const changed = painting.repaint(areas);
        if (changed.size) ground.recolour(changed);
      }
      canvas.redraw();
    };
    // Which unit is worst can change by the passing of time alone.
    engine.refresh = () => {
      const layer = ground.fillLayerAt(gridmap.zoomOf(map));
      if (layer && map.hasLayer(ground)) engine.repaint(new Set(store.tree.ids(layer.source.level)));
    };
    map.on("zoomend", engine.refresh);
    const refreshTimer = setInterval(engine.refresh, REFRESH_MS);
    engine.isDrawn = () => ground.isDrawn() && canvas.isPainted() && engine.paintedVersion === store.version && store.header !== null;

    // Flash what is newly overdue and in view, once. Hundreds at a time are an import, not news.
    function flashNew(crossed) {
      const { columns } = store;
      const news = crossed.filter((row) => columns.late[row] >= 2 && columns.x[row] !== gridmap.columns.NO_POINT && store.passes(row));
      if (news.length > FLASHES_AT_ONCE) return;
      const view = map.getBounds();
      for (const row of news) {
        const [lon, lat] = [columns.x[row] / 1e5, columns.y[row] / 1e5];
        if (view.contains([lat, lon])) gridmap.pointLayer.flash(map, "gridmap-live", lon, lat, store.colourOf(columns.unit[row]));
      }
    }
    const stop = [
      store.on("change", ({ areas, crossed, all }) => {
        engine.repaint(all ? null : areas);
        if (all || !engine.incidents) return;
        flashNew(crossed);
      }),
      store.on("measure", () => engine.repaint(null)),
      store.on("burnt", () => { if (painting.measure === "burnt_by_unit") engine.repaint(null); }),
      store.on("select", ({ kind, id }) => {
        highlight.selected = kind === "area" || kind === "incident" ? { kind, id } : null;
        canvas.redraw();
      }),
    ];
    map.on("unload", () => {
      for (const off of stop) off();
      clearInterval(refreshTimer);
      if (current === engine) current = null;
    });
    listen(engine);
    return engine;
  }

  // ------------------------------------------------------------------ pointer
  function hitAt(engine, point) {
    if (engine.incidents) {
      const incident = engine.points.hit(point);
      if (incident) return { kind: incident.count === 1 ? "incident" : "cluster", ...incident };
      const donut = engine.donuts.hit(point);
      if (donut) return { kind: "area", id: donut.area };
    }
    const area = engine.map.hasLayer(engine.ground) ? engine.ground.areaAt(point) : null;
    return area ? { kind: "area", id: area.id, name: area.name } : null;
  }
  function listen(engine) {
    const { map } = engine;
    map.on("click", (event) => {
      const hit = hitAt(engine, event.containerPoint);
      if (!hit) return;
      if (hit.kind === "incident") gridmap.mount.select({ kind: "incident", id: hit.ids[0] });
      else if (hit.kind === "area") gridmap.mount.select({ kind: "area", id: hit.id });
      else if (!hit.isStack && map.getZoom() < Math.min(17, map.getMaxZoom())) map.setView(map.containerPointToLatLng([hit.x, hit.y]), map.getZoom() + 2);
      else gridmap.mount.select({ kind: "incidents", id: hit.ids[0], ids: hit.ids, count: hit.count }); // they lie upon each other: a list
    });
    let frame = null;
    let last = null;
    map.on("mousemove", (event) => {
      last = event.containerPoint;
      if (frame !== null) return;
      frame = requestAnimationFrame(() => {
        frame = null;
        const hit = last && hitAt(engine, last);
        map.getContainer().style.cursor = hit ? "pointer" : "";
        const hover = hit && hit.kind === "area" ? hit : null;
        const isSame = (hover && hover.id) === (engine.highlight.hover && engine.highlight.hover.id);
        if (hover || !isSame) gridmap.store.emit("hover", hover && { ...hover, point: last });
        if (isSame) return;
        engine.highlight.hover = hover;
        engine.canvas.redraw();
      });
    });
    map.on("mouseout", () => {
      last = null;
      if (!engine.highlight.hover) return;
      engine.highlight.hover = null;
      engine.canvas.redraw();
      gridmap.store.emit("hover", null);
    });
  }

  // ------------------------------------------------------------------ what Dash and the page call
  function addLayer(layer, event, context) {
    const group = event.target;
    const map = (context && context.map) || group._map;
    if (!engines.has(map)) {
      engines.set(map, makeEngine(map));
      current = engines.get(map);
      gridmap.store.emit("map", map); // the place to set the view: no tile has been asked for yet
    }
    current = engines.get(map);
    const engine = current;
    engine.add(layer);
    group.once("remove", () => engine.remove(layer));
  }
  function findLayer(id) {
    const layer = gridmap.config().layers.find((one) => one.id === id);
    if (!layer) throw new Error(`gridmap.mount: no layer file "${id}"; there are: ${gridmap.config().layers.map((one) => one.id).join(", ")}`);
    return layer;
  }

  gridmap.mount = {
    // For a LayerGroup whose id is "layer-<layer>".
    add(event, context) {
      const id = String((context && context.id) || event.target.options.id || "").replace(/^layer-/, "");
      addLayer(findLayer(id), event, context);
    },
    // Announce a selection: {kind: "area" | "incident" | "incidents", id, ids?}. The panel tells Dash.
    select(selection) {
      gridmap.store.emit("select", selection);
    },
    setMeasure(measure) {
      if (!gridmap.colour.MEASURES.includes(measure)) throw new Error(`gridmap.mount: no measure "${measure}"; there are: ${gridmap.colour.MEASURES.join(", ")}`);
      painting.measure = measure;
      gridmap.store.emit("measure", measure);
    },
    measure: () => painting.measure,
    painting,
    // Show a box [w, s, e, n], or the box of an area of the tree.
    flyTo(bounds) {
      if (current) current.map.fitBounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]], { animate: false, padding: [24, 24] });
    },
    map: () => current && current.map,
  };
  for (const layer of gridmap.config().layers) gridmap.mount[layer.id] = (event, context) => addLayer(layer, event, context);

  // ------------------------------------------------------------------ for browser tests
  const PATTERNS = ["none", "plain", "outline", "filled", "hatched"];
  gridmap.debug = {
    // {colour, pattern} that an area is to have; pixelAt reads what the screen truly shows there.
    colourAt: (id) => ({ colour: painting.colour(id), pattern: PATTERNS[painting.pattern(id)] }),
    pixelAt: (lon, lat) => current && current.ground.pixelAt(current.map.latLngToContainerPoint([lat, lon])),
    // [on time, near due, overdue, twice overdue] under the filter.
    stateCounts() {
      const counts = [0, 0, 0, 0];
      const { store } = gridmap;
      for (let row = 0; row < store.columns.count; row += 1) if (store.passes(row)) counts[store.columns.late[row]] += 1;
      return counts;
    },
    isDrawn: () => current !== null && current.isDrawn(),
    // Resolves true when the tiles in view and the points are painted; false after timeoutMs.
    drawn: (timeoutMs = 20000) => new Promise((resolve) => {
      const endMs = performance.now() + timeoutMs;
      (function look() {
        if (gridmap.debug.isDrawn()) resolve(true);
        else if (performance.now() > endMs) resolve(false);
        else requestAnimationFrame(look);
      })();
    }),
    engine: () => current,
  };

  if (document.getElementById("gridmap-config") && gridmap.config().page !== "divide") gridmap.live.current = gridmap.live.start(); // an edit must not be lost to a reload
})(typeof window === "undefined" ? globalThis : window);
