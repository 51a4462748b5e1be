// Paints the map of /divide: a village with outline, barriers, today's grids dashed, the plan's grids filled, households as dots.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  if (!root.L) return;
  const { number } = gridmap.dom;
  const { colourOf } = gridmap.divideState;

  // On a screen of 4K text, lines and dots are as large as what stands round the map.
  const scale = () => (root.innerWidth >= 2600 ? 1.6 : 1);

  function trace(context, project, polygons) {
    context.beginPath();
    for (const polygon of polygons) for (const ring of polygon) {
      line(context, project, ring);
      context.closePath();
    }
  }
  function line(context, project, places) {
    places.forEach(([lon, lat], at) => {
      if (at) context.lineTo(project.toX(lon), project.toY(lat));
      else context.moveTo(project.toX(lon), project.toY(lat));
    });
  }
  function stroke(context, colour, width, dash) {
    context.setLineDash(dash ? dash.map((one) => one * scale()) : []);
    context.strokeStyle = colour;
    context.lineWidth = width * scale();
    context.stroke();
    context.setLineDash([]);
  }
  function words(context, text, x, y, { size = 13, weight = 600, colour = "#1b222b" } = {}) {
    context.font = `${weight} ${size * scale()}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 4 * scale();
    context.strokeStyle = "rgba(255, 255, 255, 0.95)";
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  function paintGrid(context, project, grid, colour, { isLocked, isChosen }) {
    if (!grid) return;
    trace(context, project, grid.polygons);
    context.globalAlpha = isChosen ? 0.38 : 0.2;
    context.fillStyle = colour;
    context.fill("evenodd");
    context.globalAlpha = 1;
    stroke(context, colour, isLocked || isChosen ? 4 : 2);
  }
  function paintBarrier(context, project, { group, lines }, isTicked) {
    const isRiver = group.startsWith("river");
    for (const one of lines) {
      context.beginPath();
      line(context, project, one);
      if (isTicked) stroke(context, isRiver ? "#2878b5" : "#8a5a2b", 4.5);
      else stroke(context, isRiver ? "rgba(80, 150, 200, 0.6)" : "rgba(150, 140, 120, 0.5)", 1.6);
    }
  }

  let edges = { village: null, list: [] };
  // The borders between today's grids, each once: drawn from both sides the dashes would fill each other's gaps.
  function todayBorders(village) {
    if (edges.village !== village) edges = { village, list: gridmap.divideBorders.listBorders(village.today.grids).map((border) => border.line) };
    return edges.list;
  }

  function paintDots(context, project, state, { isPlan, zoom, refused }) {
    const { lon, lat, households } = state.village.addresses;
    const label = isPlan ? state.label : state.village.today.label;
    const zoomed = Math.max(0.55, Math.min(1.7, 2 ** ((zoom - 16.5) / 2))) * scale();
    for (let row = 0; row < lon.length; row += 1) {
      const [x, y] = [project.toX(lon[row]), project.toY(lat[row])];
      const radius = Math.min(15, 2.1 * Math.sqrt(households[row] + 1)) * zoomed;
      context.beginPath();
      // A pinned household is a square: that it stays is not said by colour alone.
      if (isPlan && state.pinned.has(row)) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
      else context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = label[row] >= 0 ? colourOf(label[row]) : "#9aa3ad";
      context.fill();
      if (state.selected.has(row) || refused.has(row)) stroke(context, refused.has(row) ? "#a3221b" : "#000000", 2.2);
      else stroke(context, "rgba(255, 255, 255, 0.85)", 0.8);
    }
  }
  function paintNames(context, project, state) {
    const { lon, lat } = state.village.addresses;
    const sums = new Map();
    state.label.forEach((grid, row) => {
      const sum = sums.get(grid) || [0, 0, 0];
      sums.set(grid, [sum[0] + project.toX(lon[row]), sum[1] + project.toY(lat[row]), sum[2] + 1]);
    });
    for (const row of state.rows()) {
      const [x, y, count] = sums.get(row.index) || [0, 0, 0];
      const lock = state.locked.has(row.code) ? " ■" : "";
      if (count) words(context, `${row.code ? row.code.slice(-3) : "+"} · ${number(row.households)}${lock}`, x / count, y / count);
    }
  }

  // The whole village. `view`: show, groups, refused; zoom of the map.
  function paintVillage(context, project, state, view, zoom) {
    const { village } = state;
    context.lineJoin = "round";
    trace(context, project, village.outline);
    context.fillStyle = "#ffffff";
    context.fill();
    const isPlan = view.show === "plan" && state.plan !== null;
    const isLocked = (code) => state.locked.has(code);
    if (isPlan) for (const row of state.rows()) paintGrid(context, project, row.grid, colourOf(row.index), { isLocked: isLocked(row.code), isChosen: state.grid === row.index });
    else village.today.grids.forEach((grid, index) => paintGrid(context, project, grid, colourOf(index), { isLocked: isLocked(grid.code), isChosen: false }));
    for (const barrier of village.barriers) paintBarrier(context, project, barrier, view.groups.has(barrier.group));
    if (isPlan) {
      context.beginPath();
      for (const border of todayBorders(village)) line(context, project, border);
      stroke(context, "rgba(30, 38, 48, 0.7)", 1.3, [5, 4]);
    }
    if (village.cells.length > 1) for (const cell of village.cells) {
      trace(context, project, cell.polygons);
      stroke(context, "#1b222b", 1.6);
    }
    trace(context, project, village.outline);
    stroke(context, "#1b222b", 2.4);
    paintDots(context, project, state, { isPlan, zoom, refused: view.refused });
    if (isPlan) paintNames(context, project, state);
  }

  gridmap.dividePaint = { scale, trace, line, stroke, words, paintVillage };
})(typeof window === "undefined" ? globalThis : window);
