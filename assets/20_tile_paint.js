// Painting of one screen tile from decoded vector tiles: plain ground, the fill that tells what is overdue, lines.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const OUTLINE_PX = 3.5; // near due: a band of the unit's colour inside the border
  const AS_SAID = { width: 1, min_zoom: 0 }; // a class that the layer file does not name

  // Paint in the units of a vector tile: paint(CSS pixels per unit). A tile that covers a part of the screen tile only is clipped to its own
  // square, else the edges at which its shapes were cut would show inside its neighbours.
  function within(context, part, ratio, paint) {
    const scale = part.sizePx / part.entry.content.extent;
    context.save();
    if (part.sizePx < gridmap.tileData.TILE_PX) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.beginPath();
      // Whole device pixels: a clip through the middle of one would leave a seam.
      const [left, top] = [Math.round(part.leftPx * ratio), Math.round(part.topPx * ratio)];
      context.rect(left, top, Math.round((part.leftPx + part.sizePx) * ratio) - left, Math.round((part.topPx + part.sizePx) * ratio) - top);
      context.clip();
    }
    context.setTransform(scale * ratio, 0, 0, scale * ratio, part.leftPx * ratio, part.topPx * ratio);
    paint(scale);
    context.restore();
  }

  function paintPlain(context, part, colour, ratio) {
    within(context, part, ratio, () => {
      context.fillStyle = colour;
      for (const shape of part.entry.content.shapes) if (shape.type === gridmap.mvt.POLYGON) context.fill(shape.path, "evenodd");
    });
  }

  // A power of two, so that stripes still meet at the edges of the tiles.
  const stripeScale = () => 2 ** Math.round(Math.log2(gridmap.screenScale()));

  // Fills are opaque on a canvas of their own; the canvas is see-through by CSS. So painting a shape again in place never flickers and
  // never gets darker. `ratio`: device pixels per CSS pixel; `box` (CSS pixels, or null) limits the work to what changed; `corner`: the tile's
  // corner in device pixels of the world.
  function paintFill(context, part, painting, { ratio, box, corner }) {
    within(context, part, ratio, (scale) => paintFills(context, part, painting, { ratio, box, corner, scale }));
  }
  function paintFills(context, part, painting, { ratio, box, corner, scale }) {
    const { PLAIN, OUTLINE, FILLED, HATCHED } = gridmap.colour;
    const { grey, stripe } = gridmap.colour.theme();
    for (const shape of part.entry.content.shapes) {
      const pattern = painting.pattern(shape.id);
      if (!pattern || shape.type !== gridmap.mvt.POLYGON) continue;
      if (box && !meets(boxOf(shape, part), box)) continue;
      const colour = painting.colour(shape.id);
      if (pattern === PLAIN || pattern === FILLED) {
        context.fillStyle = colour;
        context.fill(shape.path, "evenodd");
      } else if (pattern === HATCHED) {
        context.save();
        context.clip(shape.path, "evenodd");
        // Stripes in device pixels, counted from the corner of the world: no seam from tile to tile, at no zoom.
        const stepPx = gridmap.hatch.STEP_PX * gridmap.pixelRatio() * stripeScale();
        const [shiftX, shiftY] = [corner[0] % stepPx, corner[1] % stepPx];
        context.setTransform(1, 0, 0, 1, -shiftX, -shiftY);
        context.fillStyle = gridmap.hatch.makeHatch(colour, stripe, stepPx / gridmap.hatch.STEP_PX);
        const [left, top, right, bottom] = boxOf(shape, part).map((value) => value * ratio);
        context.fillRect(left + shiftX - 1, top + shiftY - 1, right - left + 2, bottom - top + 2);
        context.restore();
      } else if (pattern === OUTLINE) {
        context.save();
        context.fillStyle = grey;
        context.fill(shape.path, "evenodd");
        context.clip(shape.path, "evenodd");
        context.strokeStyle = colour;
        context.lineWidth = (OUTLINE_PX * 2 * gridmap.screenScale()) / scale;
        context.stroke(shape.path);
        context.restore();
      }
    }
  }

  function paintLines(context, part, layer, style, zoom, ratio) {
    const isFeature = layer.kind === "feature";
    // Fine lines start fine, so that a whole county of them stays quiet; roads and rivers widen when one comes close.
    const zoomFactor = isFeature ? Math.min(3, 2 ** Math.max(0, (zoom - 14) / 2)) : zoom <= layer.min_zoom + 1 ? 0.7 : 1;
    within(context, part, ratio, (scale) => {
      context.strokeStyle = style.line;
      context.lineJoin = "round";
      context.setLineDash((style.dash || []).map((value) => (value * gridmap.screenScale()) / scale));
      for (const [name, path] of part.entry.content.outlines) {
        const { width, min_zoom: minZoom } = (layer.classes && layer.classes[name]) || AS_SAID;
        if (zoom < minZoom) continue;
        // As wide as the layer file says also when Leaflet shows the tile larger or smaller, between two whole zooms.
        context.lineWidth = (style.line_width * zoomFactor * width * gridmap.screenScale() * gridmap.pixelRatio()) / (scale * ratio);
        context.stroke(path);
      }
    });
  }

  // Box of a shape on the screen tile in CSS pixels: [left, top, right, bottom].
  function boxOf(shape, part) {
    const scale = part.sizePx / part.entry.content.extent;
    const [left, top, right, bottom] = shape.box;
    return [left * scale + part.leftPx, top * scale + part.topPx, right * scale + part.leftPx, bottom * scale + part.topPx];
  }
  const meets = (a, b) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

  gridmap.tilePaint = { paintPlain, paintFill, paintLines, boxOf, meets, within };
})(typeof window === "undefined" ? globalThis : window);
