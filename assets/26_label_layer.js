// Names on the map, with a halo, none upon another; and the outlines of what is pointed at and what is selected.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const SIZE_PX = { county: 17, township: 14, village: 12.5, large_grid: 11.5, small_grid: 11, special_grid: 11 };
  const RANK = ["county", "township", "village", "large_grid", "small_grid", "special_grid"];

  // Keep the labels that touch neither one kept before nor an obstacle. `wanted` = [{x, y, width, height, shifts}] with the most important
  // first; `shifts` are the distances by which a label may stand lower or higher, the best first. Obstacles are boxes [l, t, r, b].
  function declutter(wanted, obstacles, gapPx) {
    const side = 64;
    const cells = new Map();
    const eachCell = ([left, top, right, bottom], visit) => {
      for (let cx = Math.floor(left / side); cx <= right / side; cx += 1) {
        for (let cy = Math.floor(top / side); cy <= bottom / side; cy += 1) visit(cx * 65536 + cy);
      }
    };
    const take = (box) => eachCell(box, (key) => {
      if (cells.has(key)) cells.get(key).push(box);
      else cells.set(key, [box]);
    });
    const isFree = (box) => {
      let free = true;
      eachCell(box, (key) => {
        if (free) free = !(cells.get(key) || []).some((other) => other[0] < box[2] && other[2] > box[0] && other[1] < box[3] && other[3] > box[1]);
      });
      return free;
    };
    obstacles.forEach(take);
    const kept = [];
    for (const label of wanted) {
      for (const shift of label.shifts) {
        const [halfWidth, halfHeight] = [label.width / 2 + gapPx, label.height / 2 + gapPx];
        const box = [label.x - halfWidth, label.y + shift - halfHeight, label.x + halfWidth, label.y + shift + halfHeight];
        if (!isFree(box)) continue;
        take(box);
        kept.push({ ...label, y: label.y + shift });
        break;
      }
    }
    return kept;
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
          if (!inView(x, y) || widthPx > size.x * 0.9 || widthPx < fontPx * text.length * 0.55) continue;
          wanted.set(`${layer.id} ${id}`, { id, text, x, y, fontPx, rank, weight: widthPx });
        }
        if (!named.length) fromTiles(wanted, layer, fontPx, rank, inView);
      }
      for (const label of wanted.values()) {
        context.font = fontOf(label);
        label.width = context.measureText(label.text).width;
        label.height = label.fontPx * 1.15;
        const radius = donutOf.get(label.id) || 0; // the name of an area with a donut stands below it, or above
        label.shifts = radius ? [radius + label.fontPx * 0.75, -radius - label.fontPx * 0.75] : [0, label.height, -label.height];
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
            wanted.set(key, { id: shape.id, text: String(text), x, y, fontPx, rank, weight });
          }
        }
      });
    }
    const fontOf = (label) => `${label.rank <= 1 ? 600 : 400} ${label.fontPx}px system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif`;

    return {
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
        const labels = declutter(wantedLabels(context, map, size, scale, donutOf), obstacles, scale);
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.lineJoin = "round";
        for (const label of labels) {
          context.font = fontOf(label);
          context.lineWidth = 3 * scale;
          context.strokeStyle = isDark ? "rgba(10,14,19,0.85)" : "rgba(255,255,255,0.88)";
          context.strokeText(label.text, label.x, label.y);
          context.fillStyle = isDark ? (label.rank <= 1 ? "#e8edf2" : "#bac5d0") : label.rank <= 1 ? "#1f262e" : "#3f4954";
          context.fillText(label.text, label.x, label.y);
        }
      },
    };
  }

  gridmap.labelLayer = { makeLabelLayer, declutter };
})(typeof window === "undefined" ? globalThis : window);
