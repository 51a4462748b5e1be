// Selection: what is clicked on the map, in a list or in the panel opens its page at the side, and stays in the URL.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, setText, keyed, whenPresent, throttle } = gridmap.dom;

  const REFRESH_MS = 2000;
  const MOST_LISTED = 200;
  let selected = null;
  let asked = 0;

  // "incident:123" or "area:45" -> {kind, id}; anything else null.
  function parse(value) {
    const match = /^(incident|area|unit):(\d{1,18})$/.exec(value || "");
    return match ? { kind: match[1], id: Number(match[2]) } : null;
  }

  // Read the page of the selection anew: `asked` makes the request a change.
  function ask() {
    asked += 1;
    root.dash_clientside.set_props("selection", { data: selected ? { ...selected, asked } : null });
  }

  function show(name) {
    for (const id of ["panel", "list-panel", "start-panel"]) {
      const element = root.document.getElementById(id);
      if (element) element.hidden = id !== name;
    }
  }

  // Select {kind, id}, or nothing; the map marks it, the server's side makes its page, `follow` shows it.
  const select = (what) => gridmap.mount.select(what || { kind: "", id: 0 });

  function follow(store, what) {
    if (what.kind === "incidents") {
      openList(store, text("{n} incidents here", { n: gridmap.dom.number(what.count || what.ids.length) }), "", what.ids.map((id) => store.columns.row(id)).filter((row) => row >= 0));
      return;
    }
    const isSame = selected && selected.kind === what.kind && selected.id === what.id;
    selected = what.kind === "area" || what.kind === "incident" ? { kind: what.kind, id: what.id } : null;
    // The page of the one before must not be taken for this one's while it loads.
    const body = root.document.getElementById("panel-body");
    if (body) body.classList.toggle("waiting", Boolean(selected) && !isSame);
    show(selected ? "panel" : "start-panel");
    if (selected) gridmap.page.raise("right");
    const panel = root.document.getElementById("panel");
    if (panel && !isSame) panel.scrollTop = 0;
    ask();
    gridmap.filter.keep();
  }

  // A list of incidents at the side.
  function openList(store, title, hint, rows) {
    const panel = root.document.getElementById("list-panel");
    if (!panel) return;
    const list = make("div", { class: "rows", tabindex: "-1" });
    panel.replaceChildren(...[
      make("button", { type: "button", class: "close", "aria-label": text("Close"), on: { click: () => select(null) } }, "×"),
      make("h2", {}, title), hint ? make("p", { class: "hint" }, hint) : null, list].filter(Boolean));
    keyed(list, rows.slice(0, MOST_LISTED).map((row) => ({ row, id: store.columns.id[row] })), (one) => one.id,
      (one) => make("button", { type: "button", class: "row", "data-select": `incident:${one.id}` },
        gridmap.legend.makeBadge(""), make("span", { class: "row-what" }), make("span", { class: "row-where" }), make("span", { class: "row-late" })),
      (element, one) => {
        const [badge, what, where, why] = element.children;
        const unit = store.units.get(store.columns.unit[one.row]);
        const item = store.items.get(store.columns.item[one.row]);
        setText(badge, unit ? unit.letter : "–");
        gridmap.legend.paintBadge(badge, store, store.columns.unit[one.row]);
        setText(what, item ? item.name : text("Not in the list"));
        setText(where, gridmap.facets.placeName(store, store.columns.area[one.row]) || text("In no grid"));
        setText(why, text(`placement:${store.placements[store.columns.placement[one.row]]}`));
      });
    if (rows.length > MOST_LISTED) list.append(make("p", { class: "hint" }, text("The first {n} of {m}.", { n: MOST_LISTED, m: rows.length })));
    selected = null;
    show("list-panel");
    gridmap.page.raise("right");
    list.focus({ preventScroll: true });
  }

  // Incidents that the map can't show: in no grid, or known only roughly.
  function openNotOnMap(store) {
    openList(store, text("Not on the map"),
      text("In no grid, or known only to a village, a township or the county. Each still counts where it may."), store.summary().notOnMap);
  }

  // What the server's page leaves to the browser: colours of units as on the map, and working time left or over by the server's clock.
  function finish(store, body) {
    const byLetter = new Map([...store.units.values()].map((unit) => [unit.letter, unit.id]));
    for (const badge of body.querySelectorAll(".badge[data-letter]")) {
      gridmap.legend.paintBadge(badge, store, byLetter.get(badge.dataset.letter) || 0);
    }
    for (const place of body.querySelectorAll("[data-latest]")) {
      const area = Number(place.dataset.latest);
      const find = (one, length) => gridmap.facets.lowest(one, length, (row) => one.tree.isWithin(one.columns.area[row], area),
        (row) => -one.columns.reported[row]);
      place.gridmapUpdate = place.gridmapUpdate || gridmap.league.mountRows(place, store, { length: 6, find, isReported: true });
      place.gridmapUpdate();
    }
    gridmap.life.update(store, body);
  }

  function mount(store) {
    // One listener for everything that opens a page: map, lists, search results, links inside a page.
    root.document.addEventListener("click", (event) => {
      const target = event.target.closest ? event.target.closest("[data-select]") : null;
      if (!target) return;
      event.preventDefault();
      const what = parse(target.dataset.select);
      if (!what) return;
      const bounds = target.dataset.bounds;
      if (bounds) gridmap.view.show(bounds.split(",").map(Number));
      else if (what.kind === "incident") gridmap.view.showIncident(store, what.id);
      if (what.kind === "unit") {
        store.setFilter({ units: new Set([what.id]) });
        gridmap.page.raise("left");
      } else select(what);
      gridmap.search.close();
    });
    store.on("select", (what) => follow(store, what));
    whenPresent("panel-close", (button) => button.addEventListener("click", () => select(null)));
    whenPresent("panel-body", (body) => {
      new root.MutationObserver(() => {
        body.classList.remove("waiting");
        finish(store, body);
      }).observe(body, { childList: true });
      setInterval(() => finish(store, body), 1000);
      gridmap.actions.mount(body);
      gridmap.around.mountPanel(body, store);
    });
    const refresh = throttle(() => { if (selected) ask(); }, REFRESH_MS);
    store.on("change", (change) => {
      if (!selected) return;
      const isHere = selected.kind === "incident" ? (change.ids || []).includes(selected.id) : change.areas && change.areas.has(selected.id);
      if (isHere) refresh();
    });
  }

  gridmap.panel = { mount, select, reload: ask, parse, openNotOnMap, selected: () => selected };
})(typeof window === "undefined" ? globalThis : window);
