// The ground of the map: all area and feature layers as one L.GridLayer on vector tiles, recoloured in place.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  if (!root.L) return;

  const { TILE_PX } = gridmap.tileData;
  const FILL_OPACITY = { light: 0.62, dark: 0.78 };
  const PATIENCE_MS = 1500; // a tile whose last part is late is shown without it
  const LEVELS = ["county", "township", "village", "large_grid", "small_grid", "special_grid"];

  const isAt = (range, zoom) => zoom >= range[0] && zoom <= range[1];

  // Options: cache (gridmap.tileData.makeTileCache), painting (gridmap.colour.makePainting), onPaint() after tiles changed.
  gridmap.GridLayer = root.L.GridLayer.extend({
    options: { tileSize: TILE_PX, keepBuffer: 1, updateWhenIdle: false, updateWhenZooming: false, zIndex: 5, className: "gridmap-ground" },

    initialize(options) {
      root.L.setOptions(this, options);
      this._layers = []; // layer files that are ticked, in drawing order
      this._live = new Set(); // screen tiles
      this._frame = null;
      this.on("tileunload", (event) => this._unload(event.tile.gridmapTile));
    },

    // ---------------------------------------------------------------- which layers are shown
    show(layer) {
      if (this._layers.some((other) => other.id === layer.id)) return;
      this._layers = [...this._layers, layer].sort((a, b) => a.order - b.order);
      for (const tile of this._live) this._request(tile);
      this._paintSoon();
    },
    hide(layer) {
      this._layers = this._layers.filter((other) => other.id !== layer.id);
      for (const tile of this._live) {
        for (const part of tile.parts.get(layer.id) || []) this.options.cache.release(part.entry, tile);
        tile.parts.delete(layer.id);
        tile.isDirty = true;
      }
      this._paintSoon();
    },
    // Between two whole zooms the tiles are those of the nearer one, but the layers those of the lower: at 10.5 it is still the townships
    // that are filled. So a step of half a zoom can change what the same tiles show.
    getEvents() {
      const events = root.L.GridLayer.prototype.getEvents.call(this);
      const inherited = events.zoomend;
      events.zoomend = (event) => {
        if (inherited) inherited.call(this, event);
        const zoom = gridmap.zoomOf(this._map);
        const ratio = this._ratioNow();
        for (const tile of this._live) {
          if (tile.coords.z !== this._tileZoom || (tile.zoom === zoom && tile.ratio === ratio)) continue;
          tile.zoom = zoom;
          tile.ratio = ratio;
          this._request(tile);
          tile.isDirty = true;
        }
        this._paintSoon();
      };
      return events;
    },
    // Device pixels per pixel of a tile. Between two whole zooms Leaflet shows the tiles larger or smaller: painted in as many pixels as they
    // will take, lines and stripes stay as sharp as at a whole zoom.
    _ratioNow() {
      const zoom = this._map.getZoom();
      return gridmap.pixelRatio() * this._map.getZoomScale(zoom, Math.round(zoom));
    },
    isEmpty() { return this._layers.length === 0; },
    // Ids of areas, jurisdictions and features are counted apart: an area's id means an area in area layers only.
    isArea(layerId) { return this._layers.some((layer) => layer.id === layerId && layer.kind === "area"); },
    layersAt(zoom) { return this._layers.filter((layer) => isAt([layer.min_zoom, layer.max_zoom], zoom)); },
    // The one layer whose inside tells what is overdue at a zoom: the finest of those whose file says so.
    fillLayerAt(zoom) {
      const rank = (layer) => LEVELS.indexOf(layer.source && layer.source.level);
      const wanted = this.layersAt(zoom).filter((layer) => layer.kind === "area" && layer.fill === "overdue"
        && isAt(layer.fill_zoom || [layer.min_zoom, layer.max_zoom], zoom));
      return wanted.sort((a, b) => rank(b) - rank(a))[0] || null;
    },

    // ---------------------------------------------------------------- tiles
    createTile(coords, done) {
      const element = document.createElement("div");
      const tile = { coords, zoom: gridmap.zoomOf(this._map), ratio: this._ratioNow(), element, parts: new Map(), canvases: {}, isDirty: false, isRenewed: false, isShown: false, done, onTile: null };
      tile.onTile = (entry) => {
        if (entry.content) tile.isDirty = true;
        this._paintSoon();
      };
      element.gridmapTile = tile;
      this._live.add(tile);
      this._request(tile);
      tile.timer = setTimeout(() => this._reveal(tile), PATIENCE_MS);
      this._paintSoon();
      return element;
    },
    _request(tile) {
      for (const layer of this.layersAt(tile.zoom)) {
        const tileZoom = gridmap.tileData.tileZoomOf(layer, tile.zoom);
        const before = tile.parts.get(layer.id);
        if (before && (!before.length || before[0].z === tileZoom)) continue;
        const parts = gridmap.tileData.cover(tile.coords, tileZoom);
        for (const part of parts) part.entry = this.options.cache.use(layer.id, part, tile);
        tile.parts.set(layer.id, parts);
        tile.isDirty = true;
        if (!before) continue;
        // The same screen tile at a deeper zoom: finer parts carry names and lanes. What is painted stays until they have come.
        tile.isRenewed = true;
        for (const part of before) this.options.cache.release(part.entry, tile);
      }
    },
    _unload(tile) {
      clearTimeout(tile.timer);
      this._live.delete(tile);
      for (const parts of tile.parts.values()) for (const part of parts) this.options.cache.release(part.entry, tile);
      tile.parts.clear();
      for (const canvas of Object.values(tile.canvases)) canvas.width = canvas.height = 0; // frees the memory now
    },
    _reveal(tile) {
      if (!tile.isShown) tile.done(null, tile.element);
      tile.isShown = true;
    },
    // Every part is there, or has failed once: the screen does not wait for its next try.
    _isSettled(tile) {
      for (const parts of tile.parts.values()) for (const { entry } of parts) if (!entry.content && !entry.failed) return false;
      return true;
    },
    isDrawn() {
      for (const tile of this._live) {
        if (tile.isDirty) return false;
        for (const parts of tile.parts.values()) for (const { entry } of parts) if (!entry.content) return false;
      }
      return this._live.size > 0 && this._frame === null;
    },

    // ---------------------------------------------------------------- painting
    _paintSoon() {
      if (this._frame === null) this._frame = requestAnimationFrame(() => this._paintDirty());
    },
    _paintDirty() {
      this._frame = null;
      if (!this._map) return;
      for (const tile of this._live) {
        const isSettled = this._isSettled(tile);
        // Before it is shown a tile is painted once, when all is there; afterwards as parts come.
        if (tile.isDirty && (isSettled || (tile.isShown && !tile.isRenewed))) this._paint(tile);
        if (isSettled) this._reveal(tile);
      }
      if (this.options.onPaint) this.options.onPaint();
    },
    // Where the edges of a tile come to lie, snapped to whole device pixels: an edge through the middle of one is a seam, as both neighbours
    // cover it in part only. {leftPx, topPx, wide, high} in device pixels, relative to the tile's own corner in the first two.
    _frameOf(tile) {
      const { x, y } = root.L.DomUtil.getPosition(tile.element) || { x: 0, y: 0 };
      const snap = (at) => [Math.round(at * tile.ratio), Math.round((at + TILE_PX) * tile.ratio)];
      const [[left, right], [top, bottom]] = [snap(x), snap(y)];
      return { leftPx: left - x * tile.ratio, topPx: top - y * tile.ratio, wide: right - left, high: bottom - top };
    },
    _context(tile, name) {
      const frame = this._frameOf(tile);
      let canvas = tile.canvases[name];
      if (!canvas) {
        canvas = tile.canvases[name] = document.createElement("canvas");
        canvas.className = `gridmap-${name}`;
        canvas.style.cssText = `position:absolute;z-index:${{ ground: 1, fill: 2, line: 3 }[name]}`;
        if (name === "fill") canvas.style.opacity = FILL_OPACITY[gridmap.config().theme] || FILL_OPACITY.light;
        tile.element.appendChild(canvas);
      }
      if (canvas.width !== frame.wide) canvas.width = frame.wide;
      if (canvas.height !== frame.high) canvas.height = frame.high;
      if (canvas.gridmapRatio !== tile.ratio) {
        canvas.gridmapRatio = tile.ratio;
        const { style } = canvas;
        [style.left, style.top, style.width, style.height] = [frame.leftPx, frame.topPx, frame.wide, frame.high].map((px) => `${px / tile.ratio}px`);
      }
      const context = canvas.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      return context;
    },
    _paint(tile) {
      tile.isDirty = tile.isRenewed = false;
      const { zoom, ratio } = tile;
      for (const name of ["ground", "line"]) {
        if (tile.canvases[name]) this._context(tile, name).clearRect(0, 0, TILE_PX * ratio + 1, TILE_PX * ratio + 1);
      }
      for (const layer of this.layersAt(zoom)) {
        const style = gridmap.config().theme === "dark" ? layer.style_dark || layer.style : layer.style;
        for (const part of tile.parts.get(layer.id) || []) {
          if (!part.entry.content || !part.entry.content.shapes.length) continue;
          if (layer.fill === "plain" && style.fill_colour) {
            gridmap.tilePaint.paintPlain(this._context(tile, "ground"), part, style.fill_colour, ratio);
          }
          if (style.line && style.line_width) gridmap.tilePaint.paintLines(this._context(tile, "line"), part, layer, style, zoom, ratio);
        }
      }
      this._paintFill(tile, null);
    },
    _paintFill(tile, box) {
      const { ratio } = tile;
      const layer = this.fillLayerAt(tile.zoom);
      const parts = (layer && tile.parts.get(layer.id)) || [];
      if (!parts.length && !tile.canvases.fill) return;
      const context = this._context(tile, "fill");
      context.save();
      if (box) {
        // Whole device pixels: half a pixel of clip would leave a fringe of the old colour.
        const [left, top] = [Math.floor(box[0] * ratio) - 1, Math.floor(box[1] * ratio) - 1];
        const [right, bottom] = [Math.ceil(box[2] * ratio) + 1, Math.ceil(box[3] * ratio) + 1];
        context.beginPath();
        context.rect(left, top, right - left, bottom - top);
        context.clip();
        context.clearRect(left, top, right - left, bottom - top);
      } else context.clearRect(0, 0, TILE_PX * ratio + 1, TILE_PX * ratio + 1);
      const corner = [tile.coords.x * TILE_PX * ratio, tile.coords.y * TILE_PX * ratio];
      for (const part of parts) if (part.entry.content) gridmap.tilePaint.paintFill(context, part, this.options.painting, { ratio, box, corner });
      context.restore();
    },

    // Paint anew what these areas (a Set of ids) cover; null: everything. No fetch, no flicker.
    recolour(ids) {
      for (const tile of this._live) {
        if (tile.isDirty) continue; // will be painted as a whole anyway
        if (ids === null) {
          this._paintFill(tile, null);
          continue;
        }
        const layer = this.fillLayerAt(tile.zoom);
        const box = [Infinity, Infinity, -Infinity, -Infinity];
        let found = 0;
        for (const part of (layer && tile.parts.get(layer.id)) || []) {
          if (!part.entry.content) continue;
          for (const id of ids) {
            const shape = part.entry.content.byId.get(id);
            if (!shape) continue;
            found += 1;
            const [left, top, right, bottom] = gridmap.tilePaint.boxOf(shape, part);
            if (left < box[0]) box[0] = left;
            if (top < box[1]) box[1] = top;
            if (right > box[2]) box[2] = right;
            if (bottom > box[3]) box[3] = bottom;
          }
        }
        if (found) this._paintFill(tile, box);
      }
    },

    // ---------------------------------------------------------------- questions
    // Call visit(tile, part, shape, originX, originY, scale) for shapes of a layer on the screen; the origin is the tile's in the view.
    eachTile(visit) {
      const map = this._map;
      const scale = map.getZoomScale(map.getZoom(), Math.round(map.getZoom()));
      const min = map.getPixelBounds().min;
      for (const tile of this._live) {
        if (tile.coords.z !== this._tileZoom) continue;
        visit(tile, tile.coords.x * TILE_PX * scale - min.x, tile.coords.y * TILE_PX * scale - min.y, scale);
      }
    },
    // The finest area at a point of the view that is on show: {layer, id, name: when the tile carries it} or null.
    areaAt(point) {
      let best = null;
      let bestRank = -1;
      const context = this._probe || (this._probe = document.createElement("canvas").getContext("2d"));
      this.eachTile((tile, left, top, scale) => {
        const [x, y] = [(point.x - left) / scale, (point.y - top) / scale];
        if (x < 0 || y < 0 || x >= TILE_PX || y >= TILE_PX) return;
        for (const layer of this.layersAt(tile.zoom)) {
          const rank = LEVELS.indexOf(layer.source && layer.source.level);
          if (layer.kind !== "area" || rank <= bestRank) continue;
          for (const part of tile.parts.get(layer.id) || []) {
            if (!part.entry.content) continue;
            const unit = part.entry.content.extent / part.sizePx;
            const [tileX, tileY] = [(x - part.leftPx) * unit, (y - part.topPx) * unit];
            for (const shape of part.entry.content.shapes) {
              const [west, north, east, south] = shape.box;
              if (tileX < west || tileX > east || tileY < north || tileY > south) continue;
              if (!context.isPointInPath(shape.path, tileX, tileY, "evenodd")) continue;
              best = { layer, id: shape.id, name: layer.label ? String(shape.properties[layer.label.field] || "") : "" };
              bestRank = rank;
            }
          }
        }
      });
      return best;
    },
    // The pixel of the fill at a point of the view, [r, g, b, a]: what is truly painted, for tests.
    pixelAt(point) {
      let pixel = null;
      this.eachTile((tile, left, top, scale) => {
        const [x, y] = [(point.x - left) / scale, (point.y - top) / scale];
        if (x < 0 || y < 0 || x >= TILE_PX || y >= TILE_PX || !tile.canvases.fill) return;
        // By way of a canvas of one pixel: reading from the tile itself would make the browser keep it where it paints slowly.
        const probe = document.createElement("canvas");
        probe.width = probe.height = 1;
        const context = probe.getContext("2d", { willReadFrequently: true });
        context.drawImage(tile.canvases.fill, Math.floor(x * tile.ratio), Math.floor(y * tile.ratio), 1, 1, 0, 0, 1, 1);
        pixel = [...context.getImageData(0, 0, 1, 1).data];
      });
      return pixel;
    },
  });
})(typeof window === "undefined" ? globalThis : window);
