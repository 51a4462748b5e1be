// The map of the page /divide: outline, barriers, today's grids dashed, the plan's grids filled, households as dots; lasso and brush.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { number } = gridmap.dom;

  // The brush reaches over a lane to the next row of courtyards.
  const BRUSH_M = 24, BRUSH_PX = [15, 60];
  const { colourOf, isInside } = gridmap.divideState;

  let resolveMap = null;
  const ready = new Promise((resolve) => { resolveMap = resolve; });

  const divideMap = { ready, view: null };
  // For the LayerGroup of the page.
  divideMap.add = (event, context) => resolveMap((context && context.map) || event.target._map);

  // `hooks`: state(), onSelect(rows, isAdded), onClickGrid(index), onBrush(rows, index) while it goes on, onBrushEnd().
  divideMap.mount = (map, hooks) => {
    const view = { mode: "pan", show: "plan", groups: new Set(), refused: new Set() };
    let lasso = null; // corners in container pixels
    let brush = null; // the grid that is being painted
    let pointer = null;
    let edges = { village: null, list: [] };
    const canvas = new gridmap.ViewportCanvas({ pane: "gridmap-divide", zIndex: 450, paint });
    map.addLayer(canvas);
    view.redraw = () => canvas.redraw();
    function brushPx() {
      const metresPerPx = (40075017 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom());
      return Math.min(BRUSH_PX[1], Math.max(BRUSH_PX[0], BRUSH_M / metresPerPx));
    }
    view.fit = () => {
      const { bounds } = hooks.state().village;
      map.fitBounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]], { padding: [36, 36], animate: false });
    };
    view.setMode = (mode) => {
      view.mode = mode;
      if (mode === "pan") map.dragging.enable();
      else map.dragging.disable();
      map.getContainer().dataset.mode = mode;
      canvas.redraw();
    };

    // ---------------------------------------------------------------- painting
    function trace(context, project, polygons) {
      context.beginPath();
      for (const polygon of polygons) for (const ring of polygon) {
        ring.forEach(([lon, lat], at) => {
          if (at) context.lineTo(project.toX(lon), project.toY(lat));
          else context.moveTo(project.toX(lon), project.toY(lat));
        });
        context.closePath();
      }
    }
    function stroke(context, colour, width, dash) {
      context.setLineDash(dash || []);
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
      context.setLineDash([]);
    }
    function paint(context, on) {
      const state = hooks.state();
      if (!state) return;
      const project = gridmap.makeProjector(on);
      const { village } = state;
      context.lineJoin = "round";
      trace(context, project, village.outline);
      context.fillStyle = "#ffffff";
      context.fill();
      const isPlan = view.show === "plan" && state.plan;
      if (isPlan) for (const row of state.rows()) paintGrid(context, project, row.grid, colourOf(row.index), state.locked.has(row.code));
      else village.today.grids.forEach((grid, index) => paintGrid(context, project, grid, colourOf(index), state.locked.has(grid.code)));
      for (const barrier of village.barriers) paintBarrier(context, project, barrier);
      if (isPlan) {
        context.beginPath();
        for (const [a, b] of todayEdges(village)) {
          context.moveTo(project.toX(a[0]), project.toY(a[1]));
          context.lineTo(project.toX(b[0]), project.toY(b[1]));
        }
        stroke(context, "rgba(30, 38, 48, 0.7)", 1.3, [5, 4]);
      }
      if (village.cells.length > 1) for (const cell of village.cells) {
        trace(context, project, cell.polygons);
        stroke(context, "#1b222b", 1.6);
      }
      trace(context, project, village.outline);
      stroke(context, "#1b222b", 2.4);
      paintDots(context, project, state, isPlan);
      if (isPlan) for (const row of state.rows()) paintLabel(context, project, row, state);
      paintPointer(context);
    }
    // The borders between today's grids, each once: drawn from both sides the dashes would fill each other's gaps.
    function todayEdges(village) {
      if (edges.village === village) return edges.list;
      const seen = new Map();
      for (const grid of village.today.grids) for (const polygon of grid.polygons) for (const ring of polygon) {
        for (let at = 1; at < ring.length; at += 1) {
          const [a, b] = [String(ring[at - 1]), String(ring[at])];
          const key = a < b ? `${a} ${b}` : `${b} ${a}`;
          seen.set(key, { edge: [ring[at - 1], ring[at]], count: (seen.get(key) || { count: 0 }).count + 1 });
        }
      }
      edges = { village, list: [...seen.values()].filter((one) => one.count > 1).map((one) => one.edge) };
      return edges.list;
    }
    function paintGrid(context, project, grid, colour, isLocked) {
      if (!grid) return;
      trace(context, project, grid.polygons);
      context.globalAlpha = 0.2;
      context.fillStyle = colour;
      context.fill("evenodd");
      context.globalAlpha = 1;
      stroke(context, colour, isLocked ? 4 : 2);
    }
    function paintBarrier(context, project, { group, lines }) {
      const isRiver = group.startsWith("river");
      const isTicked = view.groups.has(group);
      for (const line of lines) {
        context.beginPath();
        line.forEach(([lon, lat], at) => (at ? context.lineTo(project.toX(lon), project.toY(lat)) : context.moveTo(project.toX(lon), project.toY(lat))));
        if (isTicked) stroke(context, isRiver ? "#2878b5" : "#8a5a2b", 4.5);
        else stroke(context, isRiver ? "rgba(80, 150, 200, 0.6)" : "rgba(150, 140, 120, 0.5)", 1.6);
      }
    }
    function paintDots(context, project, state, isPlan) {
      const { lon, lat, households } = state.village.addresses;
      const label = isPlan ? state.label : state.village.today.label;
      const zoomed = Math.max(0.55, Math.min(1.7, 2 ** ((map.getZoom() - 16.5) / 2)));
      for (let row = 0; row < lon.length; row += 1) {
        const [x, y] = [project.toX(lon[row]), project.toY(lat[row])];
        const radius = Math.min(15, 2.1 * Math.sqrt(households[row] + 1)) * zoomed;
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.fillStyle = label[row] >= 0 ? colourOf(label[row]) : "#9aa3ad";
        context.fill();
        if (state.selected.has(row) || view.refused.has(row)) stroke(context, view.refused.has(row) ? "#a3221b" : "#000000", 2.2);
        else stroke(context, "rgba(255, 255, 255, 0.85)", 0.8);
      }
    }
    function paintLabel(context, project, row, state) {
      const { lon, lat } = state.village.addresses;
      let x = 0, y = 0, count = 0;
      for (let at = 0; at < lon.length; at += 1) if (state.label[at] === row.index) {
        x += project.toX(lon[at]);
        y += project.toY(lat[at]);
        count += 1;
      }
      if (!count) return;
      const words = `${row.code ? row.code.slice(-3) : "+"} · ${number(row.households)}`;
      context.font = "600 13px sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineWidth = 4;
      context.strokeStyle = "rgba(255, 255, 255, 0.95)";
      context.strokeText(words, x / count, y / count);
      context.fillStyle = "#1b222b";
      context.fillText(words, x / count, y / count);
    }
    function paintPointer(context) {
      if (lasso && lasso.length > 1) {
        context.beginPath();
        lasso.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
        context.closePath();
        context.fillStyle = "rgba(23, 84, 156, 0.12)";
        context.fill();
        stroke(context, "#17549c", 1.6, [5, 4]);
      }
      if (view.mode === "brush" && pointer) {
        context.beginPath();
        context.arc(pointer[0], pointer[1], brushPx(), 0, 2 * Math.PI);
        stroke(context, brush === null ? "#55606d" : colourOf(brush), 2);
      }
    }

    // ---------------------------------------------------------------- pointer
    const container = map.getContainer();
    const place = (event) => {
      const box = container.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const toLonLat = ([x, y]) => {
      const found = map.containerPointToLatLng([x, y]);
      return [found.lng, found.lat];
    };
    // The grid of the plan under a place of the view.
    view.gridAt = (point) => {
      const state = hooks.state();
      if (!state || !state.plan) return -1;
      const [lon, lat] = toLonLat(point);
      for (const row of state.rows()) {
        if (!row.grid) continue;
        for (const [shell, ...holes] of row.grid.polygons) {
          if (isInside(lon, lat, shell) && !holes.some((hole) => isInside(lon, lat, hole))) return row.index;
        }
      }
      return -1;
    };
    function near([px, py], reach) {
      const { lon, lat } = hooks.state().village.addresses;
      const project = gridmap.makeProjector(map);
      const rows = [];
      for (let row = 0; row < lon.length; row += 1) {
        if (Math.hypot(project.toX(lon[row]) - px, project.toY(lat[row]) - py) <= reach) rows.push(row);
      }
      return rows;
    }
    const isEditing = (event) => view.mode !== "pan" && view.show === "plan" && event.button === 0 && hooks.state() && hooks.state().plan
      && !event.target.closest(".leaflet-control") && event.pointerType !== "touch";
    container.addEventListener("pointerdown", (event) => {
      if (!isEditing(event)) return;
      event.preventDefault();
      container.setPointerCapture(event.pointerId);
      const here = place(event);
      if (view.mode === "lasso") lasso = [here];
      else {
        const [first] = near(here, brushPx());
        const grid = view.gridAt(here);
        // On a household near a border it is the ground that counts: one drags a grid over its neighbour's households.
        brush = grid >= 0 ? grid : first === undefined ? null : hooks.state().label[first];
        if (brush !== null) hooks.onBrushStart(brush);
      }
      canvas.redraw();
    });
    container.addEventListener("pointermove", (event) => {
      const before = pointer;
      pointer = place(event);
      if (lasso) lasso.push(pointer);
      else if (brush !== null) {
        // A quick hand leaves wide gaps between two events: what lies between is painted too.
        const [fromX, fromY] = before || pointer;
        const steps = Math.max(1, Math.ceil(Math.hypot(pointer[0] - fromX, pointer[1] - fromY) / (brushPx() / 2)));
        const rows = new Set();
        for (let step = 1; step <= steps; step += 1) {
          const share = step / steps;
          for (const row of near([fromX + (pointer[0] - fromX) * share, fromY + (pointer[1] - fromY) * share], brushPx())) rows.add(row);
        }
        hooks.onBrush(rows, brush);
      }
      if (lasso || view.mode === "brush") canvas.redraw();
    });
    const end = (event) => {
      if (lasso) {
        const corners = lasso;
        lasso = null;
        const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
        const isClick = Math.max(...xs) - Math.min(...xs) < 5 && Math.max(...ys) - Math.min(...ys) < 5;
        if (isClick) hooks.onClickGrid(view.gridAt(corners[0]), near(corners[0], 9), event.shiftKey);
        else hooks.onSelect(hooks.state().inside(corners.map(toLonLat)), event.shiftKey);
      }
      if (brush !== null) {
        brush = null;
        hooks.onBrushEnd();
      }
      canvas.redraw();
    };
    container.addEventListener("pointerup", end);
    container.addEventListener("pointercancel", end);
    container.addEventListener("pointerleave", () => {
      pointer = null;
      canvas.redraw();
    });
    divideMap.view = view;
    return view;
  };

  gridmap.divideMap = divideMap;
})(typeof window === "undefined" ? globalThis : window);
