// The Leaflet map seen from outside the engine: move it, know when it was moved, choose the measure of the fill.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const CLOSE_ZOOM = 16;

  const map = () => (gridmap.mount && gridmap.mount.map && gridmap.mount.map()) || null;

  // On a phone a sheet covers the lower part of the map: what is shown belongs above it.
  const SHEET_SHARE = 0.62;
  const MARGIN_PX = 24;
  const COUNTY_MARGIN_PX = 14; // the county is known by its shape: nothing but air round it
  let isFitting = false;
  let fitted = null; // {zoom, centre} of the county view, while it is what the map shows
  function coveredPx(leaflet) {
    return root.matchMedia && root.matchMedia("(max-width: 820px)").matches ? leaflet.getSize().y * SHEET_SHARE : 0;
  }

  // Show [west, south, east, north] in degrees.
  function show(bounds) {
    const leaflet = map();
    if (!leaflet || !bounds || bounds.length !== 4 || bounds.some((value) => !Number.isFinite(value))) return;
    const [west, south, east, north] = bounds;
    leaflet.fitBounds([[south, west], [north, east]], {
      paddingTopLeft: [MARGIN_PX, MARGIN_PX], paddingBottomRight: [MARGIN_PX, MARGIN_PX + coveredPx(leaflet)], maxZoom: 17, animate: false,
    });
  }

  // Show the whole county [west, south, east, north], as large as it fits.
  function showCounty(leaflet, bounds) {
    const [west, south, east, north] = bounds;
    isFitting = true; // Leaflet tells of the move before it has ended
    leaflet.fitBounds([[south, west], [north, east]], { padding: [COUNTY_MARGIN_PX, COUNTY_MARGIN_PX], animate: false });
    isFitting = false;
    fitted = { zoom: leaflet.getZoom(), centre: leaflet.getCenter() };
  }
  // Whether the map still shows the county as showCounty left it.
  const isCounty = (leaflet) => isFitting || (fitted !== null && Math.abs(fitted.zoom - leaflet.getZoom()) < 1e-6
    && leaflet.latLngToContainerPoint(fitted.centre).distanceTo(leaflet.getSize().divideBy(2)) < 3);

  // The first view: `place` {zoom, lat, lon} of the URL, or the county. Set before any tile is asked for, so that none is asked for in vain.
  function setFirst(leaflet, place, bounds) {
    if (place) leaflet.setView([place.lat, place.lon], place.zoom, { animate: false });
    else showCounty(leaflet, bounds);
    // A window that changes its size keeps the county in view, unless somebody has moved the map.
    let wasCounty = !place;
    leaflet.on("moveend", () => { wasCounty = isCounty(leaflet); });
    leaflet.on("resize", () => { if (wasCounty) showCounty(leaflet, bounds); });
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
    if (measure === "burnt") followBurnt();
  }

  const BURNT_MS = 60000; // the server counts it anew so often
  const BURNT_RETRY_MS = 5000;
  let burntTimer = null;
  // Fetch who burnt the time by area, as long as the map is coloured by it.
  async function followBurnt() {
    clearTimeout(burntTimer);
    if (gridmap.mount.measure() !== "burnt_by_unit") return;
    let waitMs = BURNT_MS;
    try {
      const answer = await fetch("/api/board/burnt", { cache: "no-cache" });
      if (!answer.ok) throw new Error(`GET /api/board/burnt answered ${answer.status}`);
      gridmap.store.setBurntAreas((await answer.json()).areas);
    } catch (error) {
      waitMs = BURNT_RETRY_MS; // just started, or a network that is away: what is on show stays
    }
    clearTimeout(burntTimer);
    burntTimer = setTimeout(followBurnt, waitMs);
  }

  // The level whose areas are filled at the zoom in view, as the layer files say; "" when none is.
  function filledLevel(layers, zoom) {
    const found = layers.find((layer) => layer.kind === "area" && layer.fill === "overdue" && zoom >= layer.min_zoom
      && layer.fill_zoom && zoom >= layer.fill_zoom[0] && zoom <= layer.fill_zoom[1]);
    return found ? found.source.level : "";
  }

  const MOST_UNITS = 5;

  // What lies under the pointer, beside it: name, open, overdue, and the overdue by unit.
  function mountHint(element, store) {
    const { text, number, make } = gridmap.dom;
    let shown = 0;
    function fill(id, tileName) {
      const figures = store.areaFigures(id, { withUnits: true });
      const level = text(`level:${store.tree.level(id)}`);
      const place = gridmap.facets.placeName(store, id);
      const name = store.tree.label(id) ? place : [tileName || place, level].filter(Boolean).join(" · ");
      const units = [...figures.byUnit].filter(([, one]) => one.overdue > 0).sort((a, b) => b[1].overdue - a[1].overdue || a[0] - b[0]);
      const line = ([unitId, one]) => {
        const unit = store.units.get(unitId);
        const badge = gridmap.legend.makeBadge(unit ? unit.letter : "–");
        gridmap.legend.paintBadge(badge, store, unitId);
        return make("li", {}, badge, make("span", {}, unit ? unit.short_name || unit.name : text("unit:none")), make("b", {}, number(one.overdue)));
      };
      const more = units.length - MOST_UNITS;
      element.replaceChildren(
        make("strong", {}, name),
        make("div", {}, text("{overdue} overdue, {open} open, {households} households",
          { overdue: number(figures.overdue), open: number(figures.open), households: number(store.tree.households(id)) })),
        make("ul", {}, ...units.slice(0, MOST_UNITS).map(line), more > 0 ? make("li", {}, text("and {n} more units", { n: number(more) })) : null),
      );
    }
    // Beside the pointer, on the side where there is room.
    function move(point) {
      const leaflet = map();
      if (!leaflet || !point) return;
      const size = leaflet.getSize();
      const [wide, high] = [element.offsetWidth, element.offsetHeight];
      const left = point.x + 18 + wide > size.x ? point.x - 14 - wide : point.x + 18;
      const top = Math.min(point.y + 14, size.y - high - 6);
      element.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
    }
    store.on("hover", (hover) => {
      if (!hover) {
        shown = 0;
        element.replaceChildren();
        return;
      }
      if (hover.id !== shown) fill(hover.id, hover.name);
      shown = hover.id;
      move(hover.point);
    });
    store.on("change", ({ areas, all }) => { if (shown && (all || areas.has(shown))) fill(shown, ""); });
  }

  gridmap.view = { map, show, showCounty, isCounty, setFirst, showIncident, setMeasure, filledLevel, mountHint };
})(typeof window === "undefined" ? globalThis : window);
