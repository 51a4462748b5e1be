// Incidents close by: one symbol each, or a cluster in the colour of its worst member with its count. Painted from the columns, no object
// per incident.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const MIN_ZOOM = 12; // below, the donuts speak
  const LETTER_ZOOM = 16; // from here on the letter code of the unit stands in the symbol
  const FLASH_MS = 1500;
  const CROWD = 450; // symbols in view
  const LISTED = 200; // of a cluster's members
  const STACK_E5 = 2; // 1e-5 degree: about two metres, one building's door

  // Side of a cluster's cell in CSS pixels by zoom: from 16 on just what lies upon each other.
  const cellPx = (zoom) => (zoom >= 16 ? 16 : zoom >= 15 ? 32 : zoom >= 14 ? 44 : 58);

  // Gather the rows that pass into cells of the world's pixel grid (so that panning does not regroup them).
  // `projector` has toX(lon) and toY(lat) in pixels of the view; `passes` may be null; `origin` is the view's corner in world pixels. Answers
  // [{x, y, count, worst (a row), state, rows (the first LISTED)}]; x, y are the middle of the members.
  // Worse is the higher state, then the earlier due time: the one that is over for longest.
  function gather(columns, passes, { toX, toY }, size, origin, side) {
    const cells = new Map();
    const margin = side;
    const wide = Math.ceil((size.x + 4 * side) / side) + 2;
    const firstX = Math.floor((origin.x - margin) / side);
    const firstY = Math.floor((origin.y - margin) / side);
    const { count, x: xs, y: ys, late, reported, due } = columns;
    for (let row = 0; row < count; row += 1) {
      if (xs[row] === gridmap.columns.NO_POINT || (passes && !passes(row))) continue;
      const x = toX(xs[row] / 1e5);
      if (x < -margin || x > size.x + margin) continue;
      const y = toY(ys[row] / 1e5);
      if (y < -margin || y > size.y + margin) continue;
      const key = Math.floor((x + origin.x) / side) - firstX + (Math.floor((y + origin.y) / side) - firstY) * wide;
      const state = late[row];
      let cell = cells.get(key);
      if (!cell) cells.set(key, (cell = { x: 0, y: 0, count: 0, worst: row, state, rows: [] }));
      cell.count += 1;
      cell.x += (x - cell.x) / cell.count;
      cell.y += (y - cell.y) / cell.count;
      if (cell.rows.length < LISTED) cell.rows.push(row);
      if (state > cell.state || (state === cell.state && reported[row] + due[row] < reported[cell.worst] + due[cell.worst])) {
        cell.worst = row;
        cell.state = state;
      }
    }
    return [...cells.values()].sort((a, b) => a.state - b.state); // the worst on top
  }

  // Draw one symbol: on time a small grey dot, near due a ring, overdue a disc, twice overdue a hatched disc; with text where there is room.
  function drawSymbol(context, x, y, radius, state, colour, text, scale) {
    const { theme } = gridmap.colour;
    const isDark = gridmap.config().theme === "dark";
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = 1.2 * scale;
    if (state === 0) {
      context.fillStyle = isDark ? "#222a33" : "#ffffff";
      context.fill();
      context.strokeStyle = theme().onTime;
      context.lineWidth = 1.6 * scale;
      context.stroke();
    } else if (state === 1) {
      context.fillStyle = isDark ? "#141a21" : "#ffffff";
      context.fill();
      context.lineWidth = 2.6 * scale;
      context.strokeStyle = colour;
      context.stroke();
    } else {
      context.fillStyle = state === 3 ? gridmap.hatch.makeHatch(colour, theme().stripe, 1) : colour;
      context.fill();
      context.strokeStyle = isDark ? "#0b0f14" : "#ffffff";
      context.stroke();
    }
    if (!text) return;
    const fontPx = Math.min(radius * 1.05, 11 * scale + radius * 0.2, (radius * 1.7) / (text.length * 0.62));
    context.font = `600 ${fontPx}px system-ui, "Noto Sans CJK SC", sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    if (state >= 2) {
      context.lineWidth = 3 * scale; // a halo in the colour of the disc keeps the digits clear of the hatch
      context.strokeStyle = colour;
      context.strokeText(text, x, y + 0.5);
      context.fillStyle = inkOn(colour);
    } else context.fillStyle = isDark ? "#e6ebf0" : "#20262d";
    context.fillText(text, x, y + 0.5);
  }

  // Black or white, whichever has more contrast on the colour (relative luminance of WCAG 2.2).
  function inkOn(colour) {
    const linear = [1, 3, 5].map((at) => {
      const part = parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    return luminance > 0.179 ? "#111418" : "#ffffff";
  }

  // The layer on a gridmap.ViewportCanvas: {place(map, size), paint(context), hit(point), drawn()}.
  function makePointLayer(store, { minZoom = MIN_ZOOM } = {}) {
    let drawn = [];
    const layer = {
      // Gather what is in view; names keep clear of it.
      place(map, size) {
        drawn = [];
        const zoom = gridmap.zoomOf(map);
        if (zoom < minZoom) return;
        const scale = gridmap.textScale();
        const passes = store.isFiltered() ? store.passes : null;
        const projector = gridmap.makeProjector(map);
        // Coarser cells when there is much: a carpet of bubbles tells nothing.
        for (let side = cellPx(zoom) * scale; ; side *= 1.6) {
          drawn = gather(store.columns, passes, projector, size, map.getPixelBounds().min, side);
          if (drawn.length <= CROWD || zoom >= LETTER_ZOOM || side > 100 * scale) break;
        }
        for (const cell of drawn) {
          const unit = store.columns.unit[cell.worst];
          const isOne = cell.count === 1;
          cell.colour = store.colourOf(unit);
          cell.text = isOne ? (zoom >= LETTER_ZOOM && store.units.has(unit) ? store.units.get(unit).letter : "") : String(cell.count);
          if (isOne) cell.radius = scale * (cell.text ? 11 : cell.state >= 2 ? 6.5 : cell.state === 1 ? 5 : 4);
          else cell.radius = scale * (cell.state >= 2 ? Math.min(22, 9 + 2.4 * Math.log2(cell.count)) : Math.min(16, 8 + 1.4 * Math.log2(cell.count)));
        }
      },
      paint(context) {
        const scale = gridmap.textScale();
        for (const { x, y, radius, state, colour, text } of drawn) drawSymbol(context, x, y, radius, state, colour, text, scale);
      },
      // What stands at a point of the view: {ids, count, x, y, isStack} or null; the one on top first. A stack lies on one point: no zoom
      // takes it apart.
      hit(point) {
        for (let index = drawn.length - 1; index >= 0; index -= 1) {
          const cell = drawn[index];
          const reach = Math.max(cell.radius, 8);
          if ((cell.x - point.x) ** 2 + (cell.y - point.y) ** 2 > reach * reach) continue;
          const { x, y, id } = store.columns;
          const isStack = cell.rows.every((row) => Math.abs(x[row] - x[cell.rows[0]]) <= STACK_E5 && Math.abs(y[row] - y[cell.rows[0]]) <= STACK_E5);
          return { ids: cell.rows.map((row) => id[row]), count: cell.count, x: cell.x, y: cell.y, isStack };
        }
        return null;
      },
      drawn: () => drawn,
    };
    return layer;
  }

  // A soft ring where an item has just become overdue, once. An element with a Web Animation: no repainting of the canvas.
  function flash(map, pane, lon, lat, colour) {
    if (root.matchMedia && root.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const ring = document.createElement("div");
    const scale = gridmap.textScale();
    const px = 26 * scale;
    ring.className = "gridmap-flash";
    ring.style.cssText = `position:absolute;width:${px}px;height:${px}px;margin:${-px / 2}px 0 0 ${-px / 2}px;border-radius:50%;`
      + `border:${3 * scale}px solid ${colour};box-sizing:border-box;pointer-events:none`;
    map.getPane(pane).appendChild(ring);
    root.L.DomUtil.setPosition(ring, map.latLngToLayerPoint([lat, lon]));
    const { transform } = ring.style;
    const animation = ring.animate(
      [{ transform: `${transform} scale(0.5)`, opacity: 0.95 }, { transform: `${transform} scale(2.6)`, opacity: 0 }],
      { duration: FLASH_MS, easing: "ease-out" },
    );
    animation.onfinish = animation.oncancel = () => ring.remove();
  }

  gridmap.pointLayer = { makePointLayer, gather, drawSymbol, inkOn, flash, cellPx, MIN_ZOOM };
})(typeof window === "undefined" ? globalThis : window);
