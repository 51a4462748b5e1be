// Starts what stands round the map, on the page that is asked for.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, whenPresent, throttle, config } = gridmap.dom;

  const PAUSE_MS = 500;

  // On a phone: raise one of the two sheets over the map ("left", "right") or lower both ("map").
  function raise(sheet) {
    const page = root.document.getElementById("map-page");
    if (!page) return;
    page.dataset.sheet = sheet;
    for (const button of root.document.querySelectorAll("#tabs [data-sheet]")) {
      button.setAttribute("aria-pressed", String(button.dataset.sheet === sheet));
    }
  }

  function mountOnMap(container, store) {
    const button = make("button", { type: "button", class: "quiet on-map-button", on: { click: () => gridmap.panel.openNotOnMap(store) } });
    container.replaceChildren(button);
    return () => {
      const { onMap, notOnMap } = store.summary();
      setText(button, text("On the map {n} of {m}", { n: number(onMap), m: number(onMap + notOnMap.length) }));
      button.disabled = notOnMap.length === 0;
      button.title = notOnMap.length ? text("Show the {n} that are not", { n: number(notOnMap.length) }) : "";
    };
  }

  function mountDownload(menu) {
    const formats = [["xlsx", "Excel"], ["csv", "CSV"], ["gpkg", "GeoPackage (QGIS)"], ["geojson", "GeoJSON"]];
    const links = formats.map(([format, name]) => make("a", { href: "#", download: "", "data-format": format }, name));
    menu.replaceChildren(make("p", { class: "hint" }, text("The incidents that the filter shows, as a file:")), ...links);
    const details = menu.closest("details");
    details.addEventListener("toggle", () => {
      for (const link of links) link.href = `/api/export/incident?${gridmap.filter.exportQuery(link.dataset.format)}`;
    });
    menu.addEventListener("click", (event) => { if (event.target.tagName === "A") details.open = false; });
  }

  function startMap(store) {
    const updates = [];
    const refresh = throttle(() => updates.forEach((update) => update()), PAUSE_MS);
    const view = gridmap.filter.start(store, refresh);
    const add = (id, mountOne) => whenPresent(id, (element) => {
      updates.push(mountOne(element));
      refresh();
    });
    add("legend", (element) => {
      const update = gridmap.legend.mount(element, store, gridmap.filter);
      return () => update(gridmap.facets.count(store).units);
    });
    add("states", (element) => gridmap.filter.mountStates(element, store));
    add("measures", (element) => gridmap.filter.mountMeasures(element));
    add("filters", (element) => gridmap.filter.mountSelects(element, store));
    add("on-map", (element) => mountOnMap(element, store));
    add("newest", (element) => gridmap.league.mountRows(element, store, { length: 5, find: gridmap.facets.newest, isNewest: true }));
    add("longest", (element) => gridmap.league.mountRows(element, store, { length: 8, find: gridmap.facets.longest }));
    whenPresent("map-hint", (element) => gridmap.view.mountHint(element, store));
    whenPresent("download-menu", mountDownload);
    whenPresent("language-link", (link) => link.addEventListener("click", () => gridmap.filter.keepLinks(root.location.search)));
    whenPresent("legend-all", (button) => button.addEventListener("click", () => store.setFilter({ units: null })));
    whenPresent("filter-clear", (button) => button.addEventListener("click", () => gridmap.filter.clear()));
    whenPresent("tabs", (tabs) => {
      tabs.addEventListener("click", (event) => { if (event.target.dataset.sheet) raise(event.target.dataset.sheet); });
      raise("map");
    });
    // The chart comes after the map: at most once a second, and the first time when the page has come to rest.
    whenPresent("chart-place", () => setTimeout(() => {
      updates.push(throttle(gridmap.chart.mount(store), 1000));
      refresh();
    }, 1500));
    store.on("change", refresh);
    store.on("figures", refresh);
    store.on("filter", () => {
      refresh();
      gridmap.filter.keep();
    });
    setInterval(refresh, 30000); // "how long over" grows without any change
    if (view.measure !== gridmap.filter.MEASURES[0]) gridmap.view.setMeasure(view.measure);
    const selected = gridmap.panel.parse(view.select);
    whenMap((map) => {
      if (!view.place && selected && selected.kind === "incident") gridmap.view.showIncident(store, selected.id);
      if (selected) whenPresent("panel", () => gridmap.panel.select(selected));
      gridmap.pin.mount(map);
      map.on("moveend", () => {
        if (!gridmap.view.isCounty(map)) gridmap.filter.noteMove();
        refresh();
      });
    });
    gridmap.filter.keep();
  }

  function whenMap(use) {
    const map = gridmap.view.map();
    if (map) use(map);
    else setTimeout(() => whenMap(use), 50);
  }

  function start() {
    const store = gridmap.store;
    if (config().page === "divide" || config().page === "desk") return; // they have their own: 53_divide_page.js, 69_desk_page.js
    const isMap = config().page === "map";
    store.on("map", (map) => gridmap.view.setFirst(map, isMap ? gridmap.filter.readView(root.location.search).place : null, config().bounds));
    gridmap.bar.mount(store);
    if (isMap) {
      gridmap.panel.mount(store);
      gridmap.search.mount();
    }
    store.ready.then(() => {
      whenPresent("county-name", () => gridmap.bar.name(store));
      if (isMap) startMap(store);
      else whenMap(() => gridmap.wall.mount(store));
    });
  }

  gridmap.page = { start, raise };
  if (root.document && root.document.getElementById("gridmap-config")) start();
})(typeof window === "undefined" ? globalThis : window);
