// A field of a form: a point, chosen on a small map (a click sets it, the marker can be dragged), or typed with its datum. Below it stands
// which township, village and grid it lies in, as the server says.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, setText } = gridmap.dom;

  const DATUMS = ["cgcs2000", "wgs84", "gcj02", "bd09"];
  const CLOSE_ZOOM = 16;
  const TYPED_MS = 400;
  const LEVELS = ["township", "village", "large_grid", "small_grid", "special_grid"];

  // "118.8051, 36.9052", in this order and with any separator -> {lon, lat}; null where it is no point in degrees.
  function readLonLat(typed) {
    const parts = String(typed || "").trim().split(/[\s,，;；]+/).filter(Boolean).map(Number);
    if (parts.length !== 2 || !parts.every(Number.isFinite)) return null;
    const [lon, lat] = parts;
    return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
  }

  // Where a point lies, in words, from the answer of the server.
  function sayPlace(located) {
    const names = located.areas.filter((one) => LEVELS.includes(one.level)).map((one) => one.name || one.code);
    if (!names.length) return text("Outside the county");
    return located.placement === "border" ? `${names.join(" › ")} · ${text("placement:border")}` : names.join(" › ");
  }

  let cache = null; // of tiles, one for all maps of forms
  const PLAIN = { pattern: () => 0, colour: () => "" }; // borders and names only: what is overdue is not asked here

  function makeMap(element, store, onPick) {
    const { L } = root;
    const map = L.map(element, { zoomAnimation: false, fadeAnimation: false, attributionControl: false, minZoom: 7, maxZoom: 19, zoomSnap: 0.25, zoomControl: false });
    L.control.zoom({ position: "topright", zoomInTitle: text("Zoom in"), zoomOutTitle: text("Zoom out") }).addTo(map);
    cache = cache || gridmap.tileData.makeTileCache({ version: gridmap.config().tileVersion });
    const highlight = { hover: null, selected: null };
    let canvas = null;
    const ground = new gridmap.GridLayer({ painting: PLAIN, cache, onPaint: () => canvas && canvas.redraw() });
    const labels = gridmap.labelLayer.makeLabelLayer(store, ground, highlight);
    canvas = new gridmap.ViewportCanvas({ pane: "gridmap-place", zIndex: 450, paint: (context, on, size) => labels.paint(context, on, size, []) });
    const fit = ([west, south, east, north]) => map.fitBounds([[south, west], [north, east]], { padding: [6, 6], animate: false });
    fit(gridmap.config().bounds);
    for (const layer of gridmap.config().layers) if (layer.kind !== "incident" && layer.kind !== "jurisdiction" && layer.visible) ground.show(layer);
    map.addLayer(ground);
    map.addLayer(canvas);
    map.on("click", (event) => onPick(event.latlng));
    let marker = null;
    // The form grows into its place after the map was made.
    const watch = new root.ResizeObserver(() => map.invalidateSize({ pan: false }));
    watch.observe(element);
    return {
      map, fit,
      mark(point) {
        if (!point) {
          if (marker) marker.remove();
          marker = null;
          return;
        }
        if (!marker) {
          marker = L.marker([point.lat, point.lon], {
            draggable: true, autoPan: true, keyboard: false, title: text("Drag it to another place"), icon: L.divIcon({ className: "place-pin", iconSize: [28, 36], iconAnchor: [14, 35] }),
          }).addTo(map);
          marker.on("dragend", () => onPick(marker.getLatLng()));
        } else marker.setLatLng([point.lat, point.lon]);
        if (!map.getBounds().contains([point.lat, point.lon])) map.setView([point.lat, point.lon], Math.max(map.getZoom(), CLOSE_ZOOM), { animate: false });
      },
      show: (point) => map.setView([point.lat, point.lon], Math.max(map.getZoom(), CLOSE_ZOOM), { animate: false }),
      end() {
        watch.disconnect();
        map.remove();
      },
    };
  }

  // spec: onLocate(located) -> a remark or "", when it is known where a point lies. The value is {lon, lat, datum} as chosen or typed; `fit(bounds)` shows a part
  // of the county as long as no point is chosen.
  function makeField(spec, host) {
    const place = make("div", { class: "place-map", role: "application", "aria-label": text("Map: a click sets the point") });
    const said = make("p", { class: "place-said", role: "status" }, text("Click on the map, or type the coordinates."));
    const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", placeholder: text("Longitude, latitude") });
    const datum = make("select", { "aria-label": text("Datum"), name: "datum" }, ...DATUMS.map((one) => make("option", { value: one }, text(`datum:${one}`))));
    const clear = make("button", { type: "button", class: "quiet", hidden: true, on: { click: () => set(null) } }, text("No point"));
    const middle = make("button", { type: "button", class: "quiet", on: { click: () => pick(view.map.getCenter()) } }, text("Take the middle of the map"));
    let value = null;
    let asked = 0;
    let timer = 0;
    let view = null;

    function pick({ lng, lat }) {
      datum.value = "cgcs2000";
      const point = { lon: Math.round(lng * 1e6) / 1e6, lat: Math.round(lat * 1e6) / 1e6 };
      input.value = `${point.lon}, ${point.lat}`;
      view.mark(point);
      set({ ...point, datum: "cgcs2000" });
    }
    async function set(next) {
      clearTimeout(timer);
      value = next;
      asked += 1;
      const mine = asked;
      clear.hidden = !next;
      said.classList.remove("finding");
      if (!next) {
        input.value = "";
        if (view) view.mark(null);
        setText(said, text("Click on the map, or type the coordinates."));
        return;
      }
      setText(said, "…");
      const { status, body } = await gridmap.actor.get(`/api/locate?${new URLSearchParams(next)}`);
      if (mine !== asked) return;
      if (status !== 200) {
        setText(said, gridmap.deskFeed.describeFault({ status, body }));
        said.classList.add("finding");
        return;
      }
      const remark = spec.onLocate ? spec.onLocate(body) : "";
      setText(said, [sayPlace(body), remark].filter(Boolean).join(" · "));
      said.classList.toggle("finding", Boolean(remark) || !body.areas.length);
      if (input.dataset.typed && view) view.mark(body); // typed: where it truly lies
      delete input.dataset.typed;
    }
    function typed() {
      input.dataset.typed = "1";
      const point = readLonLat(input.value);
      clearTimeout(timer);
      if (point) timer = setTimeout(() => set({ ...point, datum: datum.value }), TYPED_MS);
      else {
        value = null;
        asked += 1;
      }
    }
    input.addEventListener("input", typed);
    datum.addEventListener("change", typed);
    // Leaflet measures its place: it has to be on the page by then.
    requestAnimationFrame(() => {
      if (place.isConnected) view = makeMap(place, host.store, pick);
    });
    return {
      input, before: [place, said], extra: [make("div", { class: "place-typed" }, datum, middle, clear)],
      fit: (bounds) => { if (view && !value && bounds) view.fit(bounds); },
      read: () => value || (readLonLat(input.value) ? { ...readLonLat(input.value), datum: datum.value } : undefined),
      isEmpty: () => !input.value.trim(),
      check: () => (!input.value.trim() || readLonLat(input.value) ? "" : text("That is no point: give the longitude and the latitude in degrees, such as 118.8051, 36.9052.")),
      end: () => { if (view) view.end(); },
    };
  }

  gridmap.form.KINDS.place = makeField;
  gridmap.deskPlace = { readLonLat, sayPlace };
})(typeof window === "undefined" ? globalThis : window);
