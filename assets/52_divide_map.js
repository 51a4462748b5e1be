// The pointer on the map of /divide: choose a place, drag a border, lasso, brush, cut a grid. What is drawn stands in 51_divide_paint.js.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  if (!root.L) return;
  const { isInside, findNearest, bend } = gridmap.divideBorders;
  const { colourOf } = gridmap.divideState;
  const { scale, stroke, line, paintVillage } = gridmap.dividePaint;

  // The brush reaches over a lane to the next row of courtyards.
  const BRUSH_M = 24, BRUSH_PX = [15, 60], GRAB_PX = 12, CLICK_PX = 5;

  let resolveMap = null;
  const ready = new Promise((resolve) => { resolveMap = resolve; });

  const divideMap = { ready, view: null };
  // For the LayerGroup of the page.
  divideMap.add = (event, context) => resolveMap((context && context.map) || event.target._map);

  // `hooks`: state(), overview(), marks(), borders(), onPlace(place), onHover(place, pixel), onMove(), onSelect(rows, isAdded), onClickGrid(index, rows, isAdded),
  // onBrushStart(), onBrush(rows, index), onBrushEnd(), onBendStart(border), onBend(border, bent), onBendEnd(), onCut(from, to).
  divideMap.mount = (map, hooks) => {
    const view = { mode: "pan", show: "today", groups: new Set(), refused: new Set(), isOverview: true };
    let pointer = null; // pixels of the container
    let lasso = null; // corners in pixels
    let brush = null; // the grid that is being painted
    let grabbed = null; // {border, at, point, bent} of the border that is being dragged
    let cut = null; // [from, to] in degrees
    let pressed = null; // where the button went down, to tell a click from a drag of the map
    const canvas = new gridmap.ViewportCanvas({ pane: "gridmap-divide", zIndex: 450, paint });
    map.addLayer(canvas);
    view.redraw = () => canvas.redraw();
    function brushPx() {
      const metresPerPx = (40075017 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom());
      return Math.min(BRUSH_PX[1], Math.max(BRUSH_PX[0], BRUSH_M / metresPerPx));
    }
    view.fit = ([west, south, east, north]) => map.fitBounds([[south, west], [north, east]], { padding: [36, 36], animate: false });
    view.bounds = () => {
      const found = map.getBounds();
      return [found.getWest(), found.getSouth(), found.getEast(), found.getNorth()];
    };
    map.on("moveend", () => hooks.onMove());
    view.goTo = (lon, lat, zoom) => map.setView([lat, lon], zoom, { animate: false });
    view.setMode = (mode) => {
      view.mode = mode;
      if (mode === "pan") map.dragging.enable();
      else map.dragging.disable();
      map.getContainer().dataset.mode = mode;
      canvas.redraw();
    };

    function paint(context) {
      const project = gridmap.makeProjector(map);
      const [state, overview] = [hooks.state(), hooks.overview()];
      if (view.isOverview || !state) {
        if (overview) overview.paint(context, project, map.getZoom(), hooks.marks());
        return;
      }
      paintVillage(context, project, state, view, map.getZoom());
      paintPointer(context, project);
    }
    function paintPointer(context, project) {
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
      const near = grabbed || (view.mode === "border" && pointer ? nearestBorder(pointer) : null);
      if (near) {
        context.beginPath();
        line(context, project, near.bent || near.border.line);
        stroke(context, "#ffffff", 7);
        stroke(context, "#17549c", 4);
        const [x, y] = near.to ? project.toPoint(...near.to) : project.toPoint(...near.point);
        context.beginPath();
        context.arc(x, y, 7 * scale(), 0, 2 * Math.PI);
        context.fillStyle = "#17549c";
        context.fill();
        stroke(context, "#ffffff", 2);
      }
      if (cut) {
        context.beginPath();
        line(context, project, cut);
        stroke(context, "#a3221b", 3, [8, 5]);
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
    function nearestBorder(here) {
      const project = gridmap.makeProjector(map);
      return findNearest(hooks.borders(), ([lon, lat]) => project.toPoint(lon, lat), here, GRAB_PX * scale());
    }
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
    const isPlanShown = () => !view.isOverview && view.show === "plan" && hooks.state() && hooks.state().plan;
    const isOurs = (event) => event.button === 0 && !event.target.closest(".leaflet-control");
    const isEditing = (event) => view.mode !== "pan" && isPlanShown() && isOurs(event) && event.pointerType !== "touch";
    const begin = {
      lasso(here) { lasso = [here]; },
      brush(here) {
        const [first] = near(here, brushPx());
        const grid = view.gridAt(here);
        // On a household near a border it is the ground that counts: one drags a grid over its neighbour's households.
        brush = grid >= 0 ? grid : first === undefined ? null : hooks.state().label[first];
        if (brush !== null) hooks.onBrushStart();
      },
      border(here) {
        const found = nearestBorder(here);
        if (found && hooks.onBendStart(found.border)) grabbed = { ...found, bent: found.border.line };
      },
      cut(here) { cut = [toLonLat(here), toLonLat(here)]; },
    };
    container.addEventListener("pointerdown", (event) => {
      pressed = isOurs(event) ? place(event) : null;
      if (!isEditing(event)) return;
      event.preventDefault();
      container.setPointerCapture(event.pointerId);
      begin[view.mode](place(event));
      canvas.redraw();
    });
    container.addEventListener("pointermove", (event) => {
      const before = pointer;
      pointer = place(event);
      if (lasso) lasso.push(pointer);
      else if (grabbed) {
        grabbed.to = toLonLat(pointer);
        grabbed.bent = bend(grabbed.border.line, grabbed.at, grabbed.point, grabbed.to);
        hooks.onBend(grabbed.border, grabbed.bent);
      } else if (cut) cut[1] = toLonLat(pointer);
      else if (brush !== null) hooks.onBrush(between(before || pointer, pointer), brush);
      else if (!isPlanShown() && !pressed) hooks.onHover(event.target.closest(".leaflet-control") ? null : toLonLat(pointer), pointer);
      if (view.mode !== "pan") canvas.redraw();
    });
    // A quick hand leaves wide gaps between two events: what lies between is painted too.
    function between([fromX, fromY], [toX, toY]) {
      const steps = Math.max(1, Math.ceil(Math.hypot(toX - fromX, toY - fromY) / (brushPx() / 2)));
      const rows = new Set();
      for (let step = 1; step <= steps; step += 1) {
        const share = step / steps;
        for (const row of near([fromX + (toX - fromX) * share, fromY + (toY - fromY) * share], brushPx())) rows.add(row);
      }
      return rows;
    }
    const isClick = (corners) => [0, 1].every((axis) => Math.max(...corners.map((one) => one[axis])) - Math.min(...corners.map((one) => one[axis])) < CLICK_PX);
    const end = (event) => {
      const [down, here] = [pressed, place(event)];
      pressed = null;
      if (lasso) {
        const corners = lasso;
        lasso = null;
        if (isClick(corners)) hooks.onClickGrid(view.gridAt(corners[0]), near(corners[0], 9), event.shiftKey);
        else hooks.onSelect(hooks.state().inside(corners.map(toLonLat)), event.shiftKey);
      } else if (brush !== null) {
        brush = null;
        hooks.onBrushEnd();
      } else if (grabbed) {
        grabbed = null;
        hooks.onBendEnd();
      } else if (cut) {
        const [from, to] = cut;
        cut = null;
        if (down && isClick([down, here])) hooks.onChoose(view.gridAt(here));
        else hooks.onCut(from, to);
      } else if (down && isClick([down, here]) && event.type === "pointerup") {
        if (isPlanShown()) hooks.onChoose(view.gridAt(here));
        else if (view.isOverview) hooks.onPlace(toLonLat(here));
      }
      canvas.redraw();
    };
    container.addEventListener("pointerup", end);
    container.addEventListener("pointercancel", end);
    container.addEventListener("pointerleave", () => {
      pointer = null;
      hooks.onHover(null);
      canvas.redraw();
    });
    divideMap.view = view;
    return view;
  };

  gridmap.divideMap = divideMap;
})(typeof window === "undefined" ? globalThis : window);
