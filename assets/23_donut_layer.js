// Far away: a small donut of units on each township, later each village, sized by the number of overdue items; no carpet of bubbles.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const VILLAGE_ZOOM = 11; // townships below, villages from here until the points take over

  const SMALLEST_PX = 8.5; // of a ring with a number in it

  const CROWD = 250; // donuts of villages in view; with more the townships speak

  const radiusPx = (overdue) => Math.min(34, 9 + 2.2 * Math.sqrt(overdue));

  // Slices of a donut: the units with their own colour by overdue count, then the others as one. [{unit (0 = others), overdue, from, to}],
  // angles in radians clockwise from the top.
  function slices(byUnit, isOther) {
    const own = [];
    let others = 0;
    let total = 0;
    for (const [unit, { overdue }] of byUnit) {
      if (!overdue) continue;
      total += overdue;
      if (isOther(unit)) others += overdue;
      else own.push({ unit, overdue });
    }
    own.sort((a, b) => b.overdue - a.overdue || a.unit - b.unit);
    if (others) own.push({ unit: 0, overdue: others });
    let angle = -Math.PI / 2;
    for (const slice of own) {
      slice.from = angle;
      angle += (slice.overdue / total) * 2 * Math.PI;
      slice.to = angle;
    }
    return own;
  }

  function drawDonut(context, x, y, radius, parts, count, colourOf, scale) {
    const isDark = gridmap.config().theme === "dark";
    const paper = isDark ? "#10161d" : "#ffffff";
    context.fillStyle = paper;
    context.beginPath();
    context.arc(x, y, radius + 1.5 * scale, 0, 2 * Math.PI);
    context.fill();
    const inner = radius * 0.6;
    for (const part of parts) {
      context.beginPath();
      context.arc(x, y, radius, part.from, part.to);
      context.arc(x, y, inner, part.to, part.from, true);
      context.closePath();
      context.fillStyle = colourOf(part.unit);
      context.fill();
      if (parts.length > 1) {
        context.strokeStyle = paper;
        context.lineWidth = scale;
        context.stroke();
      }
    }
    context.fillStyle = isDark ? "#f0f3f6" : "#1d232a";
    const text = String(count);
    const fontPx = Math.max(10 * scale, Math.min(15 * scale, (inner * 2) / (text.length * 0.62 + 0.25)));
    context.font = `600 ${fontPx}px system-ui, "Noto Sans CJK SC", sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    if (fontPx * text.length * 0.58 > inner * 2) {
      context.strokeStyle = paper; // the number is wider than the hole: keep it legible over the ring
      context.lineWidth = 3 * scale;
      context.lineJoin = "round";
      context.strokeText(text, x, y + 0.5);
    }
    context.fillText(text, x, y + 0.5);
  }

  function makeDonutLayer(store, { maxZoom = gridmap.pointLayer.MIN_ZOOM - 1 } = {}) {
    let drawn = [];
    const levelAt = (zoom) => (zoom > maxZoom ? "" : zoom < VILLAGE_ZOOM ? "township" : "village");
    function find(level, { toPoint }, size) {
      const found = [];
      for (const area of store.tree.ids(level)) {
        const label = store.tree.label(area);
        if (!label) continue;
        const [x, y] = toPoint(label[1], label[2]);
        if (x < -40 || y < -40 || x > size.x + 40 || y > size.y + 40) continue;
        const figures = store.areaFigures(area, { withUnits: true });
        if (figures.overdue === 0 && level !== "township") continue;
        found.push({ area, x, y, radius: figures.overdue ? layer.radius(figures.overdue, level) : 3 * gridmap.textScale(), figures, level });
      }
      return found;
    }
    const layer = {
      levelAt,
      radius: (overdue, level) => gridmap.textScale() ** 0.75 // on the wall the rings grow less than the text
        * (level !== "village" ? radiusPx(overdue) : overdue === 1 ? SMALLEST_PX - 3 : Math.max(SMALLEST_PX, radiusPx(overdue) * 0.72)),
      // Find the areas in view; names keep clear of their donuts.
      place(map, size) {
        drawn = [];
        const level = levelAt(gridmap.zoomOf(map));
        if (!level) return;
        const projector = gridmap.makeProjector(map);
        drawn = find(level, projector, size);
        if (drawn.length > CROWD && level === "village") drawn = find("township", projector, size);
        drawn.sort((a, b) => a.figures.overdue - b.figures.overdue); // the worst on top
      },
      paint(context) {
        const scale = gridmap.textScale();
        for (const { x, y, radius, figures, level } of drawn) {
          // In a village one item is a disc: a ring round a "1" says no more, and hundreds of them hide the map.
          if (figures.overdue === 1 && level === "village") {
            gridmap.pointLayer.drawSymbol(context, x, y, radius, figures.twice ? 3 : 2, store.colourOf(figures.worstUnit), "", scale);
          } else if (figures.overdue) drawDonut(context, x, y, radius, slices(figures.byUnit, store.isOther), figures.overdue, store.colourOf, scale);
          else {
            context.fillStyle = gridmap.colour.theme().onTime;
            context.beginPath();
            context.arc(x, y, radius, 0, 2 * Math.PI);
            context.fill();
          }
        }
      },
      hit(point) {
        for (let index = drawn.length - 1; index >= 0; index -= 1) {
          const { x, y, radius, area } = drawn[index];
          if ((x - point.x) ** 2 + (y - point.y) ** 2 <= radius * radius) return { area };
        }
        return null;
      },
      drawn: () => drawn,
    };
    return layer;
  }

  gridmap.donutLayer = { makeDonutLayer, slices, radiusPx };
})(typeof window === "undefined" ? globalThis : window);
