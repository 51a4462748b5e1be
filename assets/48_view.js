// The Leaflet map seen from outside the engine: move it, know when it was moved, choose the measure of the fill.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const CLOSE_ZOOM = 16;

  const map = () => (gridmap.mount && gridmap.mount.map && gridmap.mount.map()) || null;

  // On a phone a sheet covers the lower part of the map: what is shown belongs above it.
  const SHEET_SHARE = 0.62;
  function coveredPx(leaflet) {
    return root.matchMedia && root.matchMedia("(max-width: 820px)").matches ? leaflet.getSize().y * SHEET_SHARE : 0;
  }

  // Show [west, south, east, north] in degrees.
  function show(bounds) {
    const leaflet = map();
    if (!leaflet || !bounds || bounds.length !== 4 || bounds.some((value) => !Number.isFinite(value))) return;
    const [west, south, east, north] = bounds;
    leaflet.fitBounds([[south, west], [north, east]], {
      paddingTopLeft: [24, 24], paddingBottomRight: [24, 24 + coveredPx(leaflet)], maxZoom: 17, animate: false,
    });
  }

  function showIncident(store, id) {
    const leaflet = map();
    const row = store.columns.row(id);
    if (!leaflet || row < 0) return;
    const lon = store.columns.x[row] / 1e5;
    const lat = store.columns.y[row] / 1e5;
    if (Math.abs(lon) > 180 || Math.abs(lat) > 90) return; // no point
    leaflet.setView([lat, lon], Math.max(leaflet.getZoom(), CLOSE_ZOOM), { animate: false });
    leaflet.panBy([0, coveredPx(leaflet) / 2], { animate: false });
  }

  // The URL's words for the engine's measures, in its order.
  function setMeasure(measure) {
    const index = gridmap.filter.MEASURES.indexOf(measure);
    if (index >= 0) gridmap.mount.setMeasure(gridmap.colour.MEASURES[index]);
  }

  // The level whose areas are filled at the zoom in view, as the layer files say; "" when none is.
  function filledLevel(layers, zoom) {
    const found = layers.find((layer) => layer.kind === "area" && layer.fill === "overdue" && zoom >= layer.min_zoom
      && layer.fill_zoom && zoom >= layer.fill_zoom[0] && zoom <= layer.fill_zoom[1]);
    return found ? found.source.level : "";
  }

  // The name and the counts of the area under the pointer.
  function mountHint(element, store) {
    const { text, number, setText } = gridmap.dom;
    store.on("hover", (hover) => {
      if (!hover) {
        setText(element, "");
        return;
      }
      const figures = store.areaFigures(hover.id);
      const level = text(`level:${store.tree.level(hover.id)}`);
      const name = [gridmap.facets.placeName(store, hover.id), store.tree.label(hover.id) ? "" : level].filter(Boolean).join(" · ");
      setText(element, text("{name}: {overdue} overdue, {open} open, {households} households",
        { name, overdue: number(figures.overdue), open: number(figures.open), households: number(store.tree.households(hover.id)) }));
    });
  }

  gridmap.view = { map, show, showIncident, setMeasure, filledLevel, mountHint };
})(typeof window === "undefined" ? globalThis : window);
