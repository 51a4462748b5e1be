// A canvas that covers the view of a Leaflet map: one for all that stands on the tiles (outlines, names, donuts, points) instead of one per
// layer, which at 3840 x 2160 would be 33 MB each.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  if (!root.L) return; // the pure parts are tested without a map

  gridmap.pixelRatio = () => Math.min(root.devicePixelRatio || 1, 2);

  // A wall of 2160 lines is the wall of 1080 lines in finer pixels: the same layers at a zoom more, lines and stripes twice as wide.
  gridmap.screenScale = () => (gridmap.config().page === "wall" ? Math.max(1, root.innerHeight / 1080) : 1);

  // The zoom that decides what is shown: between two whole zooms the lower.
  gridmap.zoomOf = (map) => Math.floor(map.getZoom() - Math.log2(gridmap.screenScale()) + 0.001);

  // Text and symbols grow with the wall: the smallest text is 1.6 % of the height, readable from 5 m.
  gridmap.textScale = () => (gridmap.config().page === "wall" ? Math.max(1, (root.innerHeight * 0.016) / 11) : 1);

  // Options: pane, zIndex, paint(context, map, size) in CSS pixels of the view.
  gridmap.ViewportCanvas = root.L.Layer.extend({
    initialize(options) {
      root.L.setOptions(this, options);
      this._frame = null;
    },
    isPainted() {
      return this._frame === null;
    },
    onAdd(map) {
      if (!map.getPane(this.options.pane)) {
        const pane = map.createPane(this.options.pane);
        pane.style.zIndex = this.options.zIndex;
        pane.style.pointerEvents = "none";
      }
      this._canvas = root.L.DomUtil.create("canvas", "gridmap-viewport leaflet-zoom-hide", map.getPane(this.options.pane));
      this._canvas.setAttribute("aria-hidden", "true");
      this.redraw();
    },
    onRemove() {
      if (this._frame !== null) cancelAnimationFrame(this._frame);
      this._frame = null;
      this._canvas.width = this._canvas.height = 0; // frees the memory now, not when the collector comes by
      this._canvas.remove();
      this._canvas = null;
    },
    getEvents() {
      return { move: this.redraw, moveend: this.redraw, zoom: this.redraw, viewreset: this.redraw, resize: this.redraw };
    },
    // Paint in the next frame; many calls cost one painting.
    redraw() {
      if (this._canvas && this._frame === null) this._frame = requestAnimationFrame(() => this._paint());
    },
    _paint() {
      this._frame = null;
      const map = this._map;
      if (!map || !map._loaded) return;
      const size = map.getSize();
      const ratio = gridmap.pixelRatio();
      const canvas = this._canvas;
      const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
        canvas.style.width = `${size.x}px`;
        canvas.style.height = `${size.y}px`;
      }
      root.L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      const context = canvas.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, width, height);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.options.paint(context, map, size);
    },
  });

  // Web Mercator to CSS pixels of the view: toX(lon), toY(lat) without an object per point, and both at once.
  gridmap.makeProjector = function (map) {
    const worldPx = 256 * 2 ** map.getZoom();
    const min = map.getPixelBounds().min;
    const toX = (lon) => (lon / 360 + 0.5) * worldPx - min.x;
    const toY = (lat) => {
      const sine = Math.sin((lat * Math.PI) / 180);
      return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * worldPx - min.y;
    };
    return { toX, toY, toPoint: (lon, lat) => [toX(lon), toY(lat)] };
  };
})(typeof window === "undefined" ? globalThis : window);
