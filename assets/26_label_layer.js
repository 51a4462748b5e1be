// Names on the map, with a halo, none upon another; and the outlines of what is pointed at and what is selected.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const SIZE_PX = { county: 17, township: 14, village: 12.5, large_grid: 11.5, small_grid: 11, special_grid: 11 };
  const RANK = ["county", "township", "village", "large_grid", "small_grid", "special_grid"];

  // Keep the labels that touch neither one kept before nor an obstacle. `wanted` = [{x, y, width, height, shifts}] with the most important
  // first; `shifts` are the distances [right, down] by which a label may stand off its place, the best first. Obstacles are boxes
  // [l, t, r, b]. A label that `mustStand` takes the place where it covers least of the obstacles when none is free; never another name's.
  function declutter(wanted, obstacles, gapPx) {
    const side = 64;
    const cells = new Map();
    const eachCell = ([left, top, right, bottom], visit) => {
      for (let cx = Math.floor(left / side); cx <= right / side; cx += 1) {
        for (let cy = Math.floor(top / side); cy <= bottom / side; cy += 1) visit(cx * 65536 + cy);
      }
    };
    const take = (box, isName) => eachCell(box, (key) => {
      if (cells.has(key)) cells.get(key).push({ box, isName });
      else cells.set(key, [{ box, isName }]);
    });
    // How much of a box is taken, in square pixels; Infinity when a name stands there.
    const covered = (box) => {
      let area = 0;
      const seen = new Set(); // a box lies in several cells
      eachCell(box, (key) => {
        for (const other of cells.get(key) || []) {
          const wide = Math.min(box[2], other.box[2]) - Math.max(box[0], other.box[0]);
          const high = Math.min(box[3], other.box[3]) - Math.max(box[1], other.box[1]);
          if (wide <= 0 || high <= 0 || seen.has(other.box)) continue;
          seen.add(other.box);
          area += other.isName ? Infinity : wide * high;
        }
      });
      return area;
    };
    for (const box of obstacles) take(box, false);
    const kept = [];
    for (const label of wanted) {
      const [halfWidth, halfHeight] = [label.width / 2 + gapPx, label.height / 2 + gapPx];
      let best = null;
      for (const [right, down] of label.shifts) {
        const [x, y] = [label.x + right, label.y + down];
        const box = [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
        const area = covered(box);
        if (area > 0 && !(label.mustStand && area < Infinity)) continue;
        if (!best || area < best.area) best = { box, area, x, y };
        if (area === 0) break;
      }
      if (!best) continue;
      take(best.box, true);
      kept.push({ ...label, x: best.x, y: best.y });
    }
    return kept;
  }

  const LINE = 1.15; // from line to line, in heights of the font

  // Fold a long name into two lines: at the space next to its middle, or in its middle when it has none, as Chinese names.
  function fold(text) {
    if (text.length <= 6) return [text];
    const middle = text.length / 2;
    const spaces = [...text.matchAll(/ /g)].map((match) => match.index).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    return spaces.length ? [text.slice(0, spaces[0]), text.slice(spaces[0] + 1)] : [text.slice(0, Math.ceil(middle)), text.slice(Math.ceil(middle))];
  }

  // Where a name may stand: on its place; with a donut of this radius there below it, above, at its sides, then further off.
  function listShifts({ width, height, fontPx, mustStand }, radius) {
    if (!radius && !mustStand) return [[0, 0], [0, height], [0, -height]];
    if (!radius) {
      const steps = [0, 1, -1, 2, -2, 3, -3].map((step) => step * height);
      return [0, 0.5, -0.5, 1, -1].flatMap((share) => steps.map((down) => [share * width, down]));
    }
    const down = radius + height / 2 + fontPx * 0.18;
    const side = radius + width / 2 + fontPx * 0.25;
    const slant = width / 2;
    return [[0, down], [0, -down], [side, 0], [-side, 0], [slant, down], [-slant, down], [slant, -down], [-slant, -down],
      [0, down + height], [0, -down - height]];
  }

  // `ground` is the gridmap.GridLayer. highlight = {hover: {id}|null, selected: {kind, id}|null}.
  function makeLabelLayer(store, ground, highlight) {
    function outline(context, id, colour, width) {
      ground.eachTile((tile, left, top, scale) => {
        for (const parts of tile.parts.values()) {
          for (const part of parts) {
            const shape = part.entry.content && ground.isArea(part.entry.layerId) && part.entry.content.byId.get(id);
            if (!shape) continue;
            const unit = (part.sizePx / part.entry.content.extent) * scale;
            context.save();
            context.beginPath();
            const clipLeft = Math.max(0, part.leftPx), clipTop = Math.max(0, part.topPx);
            const clipSize = Math.min(gridmap.tileData.TILE_PX, part.sizePx) * scale;
            context.rect(left + clipLeft * scale, top + clipTop * scale, clipSize, clipSize);
            context.clip();
            context.translate(left + part.leftPx * scale, top + part.topPx * scale);
            context.scale(unit, unit);
            context.lineWidth = width / unit;
            context.strokeStyle = colour;
            context.lineJoin = "round";
            context.stroke(shape.path);
            context.restore();
          }
        }
      });
    }

    function wantedLabels(context, map, size, scale, donutOf) {
      const zoom = gridmap.zoomOf(map);
      const project = gridmap.makeProjector(map).toPoint;
      const wanted = new Map();
      const inView = (x, y) => x > -60 && y > -20 && x < size.x + 60 && y < size.y + 20;
      for (const layer of ground.layersAt(zoom)) {
        const level = layer.source && layer.source.level;
        if (!layer.label || zoom < layer.label.min_zoom || (layer.kind !== "area" && layer.kind !== "jurisdiction")) continue;
        const fontPx = (SIZE_PX[level] || 12) * scale;
        const rank = level ? RANK.indexOf(level) : 9;
        const named = level && layer.label.field === "name" ? store.tree.ids(level).filter((id) => store.tree.label(id)) : [];
        for (const id of named) {
          const [text, lon, lat, [west, , east]] = store.tree.label(id);
          const [x, y] = project(lon, lat);
          const widthPx = project(east, lat)[0] - project(west, lat)[0];
          // A name belongs to a shape that one sees: not larger than the view, not smaller than the name.
          const isKnown = level === "township"; // fifteen that everybody knows: moved or folded, never dropped for a donut
          if (!inView(x, y) || widthPx > size.x * 0.9 || (!isKnown && widthPx < fontPx * text.length * 0.55)) continue;
          const lines = isKnown && widthPx < fontPx * text.length ? fold(text) : [text];
          wanted.set(`${layer.id} ${id}`, { id, lines, x, y, fontPx, rank, weight: widthPx, mustStand: isKnown });
        }
        if (!named.length) fromTiles(wanted, layer, fontPx, rank, inView);
      }
      for (const label of wanted.values()) {
        context.font = fontOf(label);
        label.width = Math.max(...label.lines.map((line) => context.measureText(line).width));
        label.height = label.fontPx * LINE * label.lines.length;
        label.shifts = listShifts(label, donutOf.get(label.id) || 0);
      }
      // The county's own name helps from far away only; among its townships it would name one of them.
      const levels = new Set([...wanted.values()].map((label) => label.rank));
      if (levels.has(RANK.indexOf("township"))) for (const [key, label] of wanted) if (label.rank === 0) wanted.delete(key);
      return [...wanted.values()].sort((a, b) => a.rank - b.rank || b.weight - a.weight);
    }
    // Names that came with the tiles. A shape that is cut by tiles has a part in each: the label stands on the largest.
    function fromTiles(wanted, layer, fontPx, rank, inView) {
      ground.eachTile((tile, left, top, scale) => {
        for (const part of tile.parts.get(layer.id) || []) {
          if (!part.entry.content) continue;
          const unit = (part.sizePx / part.entry.content.extent) * scale;
          for (const shape of part.entry.content.shapes) {
            const text = shape.properties[layer.label.field];
            if (!text || shape.anchor.area <= 0) continue;
            const x = left + part.leftPx * scale + shape.anchor.x * unit;
            const y = top + part.topPx * scale + shape.anchor.y * unit;
            const weight = shape.anchor.area * unit * unit;
            const widthPx = (shape.box[2] - shape.box[0]) * unit;
            if (!inView(x, y) || widthPx < fontPx * text.length * 0.5) continue;
            const key = `${layer.id} ${shape.id}`;
            const other = wanted.get(key);
            if (other && other.weight >= weight) continue;
            wanted.set(key, { id: shape.id, lines: [String(text)], x, y, fontPx, rank, weight });
          }
        }
      });
    }
    const fontOf = (label) => `${label.rank <= 1 ? 600 : 400} ${label.fontPx}px system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif`;

    let drawn = [];
    return {
      drawn: () => drawn,
      // `symbols` = [{x, y, radius, area?}] stand on the map already.
      paint(context, map, size, symbols) {
        const isDark = gridmap.config().theme === "dark";
        const scale = gridmap.textScale();
        if (highlight.hover) outline(context, highlight.hover.id, isDark ? "rgba(255,255,255,0.65)" : "rgba(20,26,34,0.6)", 2 * scale);
        if (highlight.selected && highlight.selected.kind === "area") {
          outline(context, highlight.selected.id, isDark ? "#0b0f14" : "#ffffff", 6 * scale);
          outline(context, highlight.selected.id, isDark ? "#ffd166" : "#1455c4", 3 * scale);
        }
        const donutOf = new Map(symbols.filter((symbol) => symbol.area).map((symbol) => [symbol.area, symbol.radius]));
        const obstacles = symbols.map(({ x, y, radius }) => [x - radius, y - radius, x + radius, y + radius]);
        drawn = declutter(wantedLabels(context, map, size, scale, donutOf), obstacles, scale);
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.lineJoin = "round";
        for (const label of drawn) {
          context.font = fontOf(label);
          context.lineWidth = 3 * scale;
          context.strokeStyle = isDark ? "rgba(10,14,19,0.85)" : "rgba(255,255,255,0.88)";
          const yOf = (index) => label.y + (index - (label.lines.length - 1) / 2) * label.fontPx * LINE;
          label.lines.forEach((line, index) => context.strokeText(line, label.x, yOf(index)));
          context.fillStyle = isDark ? (label.rank <= 1 ? "#e8edf2" : "#bac5d0") : label.rank <= 1 ? "#1f262e" : "#3f4954";
          label.lines.forEach((line, index) => context.fillText(line, label.x, yOf(index)));
        }
      },
    };
  }

  gridmap.labelLayer = { makeLabelLayer, declutter, listShifts, fold };
})(typeof window === "undefined" ? globalThis : window);
