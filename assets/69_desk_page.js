// The duty officer's desk at /desk: which list is open, its filter, order and choice; the parts draw from here. The URL keeps the view.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, whenPresent, throttle, config } = gridmap.dom;

  const VIEWS = { calls: "deskCalls", requests: "deskRequests", disputes: "deskDisputes", cards: "deskCards", admissions: "deskAdmissions", call_backs: "deskCallBacks", burnt: "deskBurnt" };
  const TICK_MS = 20000; // how long is left grows without any change

  // The view that a URL asks for: {list, township, unit, item, by, down}; codes stay codes.
  function readUrl(search) {
    const query = new URLSearchParams(search);
    return { list: query.get("list") || "", township: query.get("township") || "", unit: query.get("unit") || "", item: query.get("item") || "", by: query.get("by") || "due", down: query.get("down") === "1" };
  }
  function writeUrl(search, view) {
    const query = new URLSearchParams(search);
    for (const [name, value] of Object.entries({ ...view, by: view.by === "due" ? "" : view.by, down: view.down ? "1" : "" })) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const said = query.toString();
    return said ? `?${said}` : "";
  }

  function makeNames(store) {
    return {
      locale: config().locale,
      item: (id) => (store.items.has(id) ? store.items.get(id).name : ""),
      unit: (id) => (store.units.has(id) ? store.units.get(id).name : ""),
      status: (status) => text(`status:${status}`),
      // Township and village.
      place(area) {
        const found = [];
        for (let at = area; at; at = store.tree.parent(at)) {
          const label = store.tree.label(at);
          if (label && label[0] && store.tree.level(at) !== "county") found.unshift(label[0]);
        }
        return found.join(" · ");
      },
    };
  }

  function makeDesk(store) {
    const { deskLists, deskSelection } = gridmap;
    const feed = gridmap.deskFeed.makeFeed(store);
    const view = readUrl(root.location.search);
    const desk = {
      store, feed, names: makeNames(store), list: deskLists.readList(view.list), order: { by: view.by, down: view.down },
      filter: { township: view.township, unit: view.unit, item: view.item }, entries: [], selection: deskSelection.empty(), stop: null, shown: 0, isActing: false,
    };
    let parts = null; // {nav, table, actions, incident, filters} of the page
    let opened = null; // the proceeding that is open

    const keepUrl = () => root.history.replaceState(root.history.state, "", `${root.location.pathname}${writeUrl(root.location.search, { list: desk.list.name, ...desk.filter, ...desk.order })}`);
    desk.hrefOf = (name) => `/desk${writeUrl(root.location.search, { list: name, ...desk.filter, ...desk.order })}`;
    desk.mapLink = (id) => {
      const lang = new URLSearchParams(root.location.search).get("lang");
      return `/?${new URLSearchParams({ ...(lang ? { lang } : {}), sel: `incident:${id}` })}`;
    };
    desk.titleOf = (list) => (list.kind === "queue" ? text("Queue: {name}", { name: text(`queue:${list.queue}`) }) : text(`list:${list.name}`));
    desk.isFiltered = () => Boolean(desk.filter.township || desk.filter.unit || desk.filter.item);

    // ---------------------------------------------------------------- the list
    const readFilter = () => ({
      township: desk.filter.township ? feed.find.township(desk.filter.township) || -1 : 0,
      unit: desk.filter.unit === "none" ? -1 : desk.filter.unit ? feed.find.unit(desk.filter.unit) || -2 : 0,
      item: desk.filter.item === "none" ? -1 : desk.filter.item ? feed.find.item(desk.filter.item) || -2 : 0,
    });
    function compute() {
      const before = desk.entries.map((one) => one.id);
      const filter = readFilter();
      const found = feed.entries(desk.list).filter((one) => deskLists.passes(one, filter, store.tree.isWithin));
      desk.entries = deskLists.sort(found, desk.order, desk.names);
      const order = desk.entries.map((one) => one.id);
      const kept = deskSelection.keep(desk.selection, order, before);
      desk.selection = kept.state;
      desk.stop = desk.selection.focus !== null ? desk.selection.focus : order.length ? order[0] : null;
      return kept.gone;
    }
    desk.draw = () => {
      if (!parts || !store.header) return;
      parts.nav();
      if (desk.list.kind === "proceeding") {
        if (opened) opened.draw();
        return;
      }
      const gone = compute();
      if (gone && !desk.isActing) parts.actions.note(text("{n} of the chosen left this list: somebody acted on them.", { n: number(gone) }));
      setText(parts.count, number(desk.entries.length));
      parts.table.draw();
      parts.actions.draw();
    };
    desk.choose = (act) => {
      desk.selection = deskSelection.apply(desk.selection, desk.entries.map((one) => one.id), act);
      desk.stop = desk.selection.focus !== null ? desk.selection.focus : desk.stop;
      parts.table.draw();
      parts.actions.draw();
    };
    desk.settle = (results) => {
      desk.selection = deskSelection.settle(desk.selection, results);
      parts.table.draw();
      parts.actions.draw();
    };
    desk.setOrder = (by) => {
      desk.order = { by, down: desk.order.by === by && !desk.order.down };
      keepUrl();
      desk.draw();
    };
    const ruleOf = (action) => feed.rules.find((one) => one.action === action);
    desk.canDo = (id, action) => {
      const entry = desk.entries.find((one) => one.id === id);
      return Boolean(entry && ruleOf(action) && ruleOf(action).sources.includes(entry.status));
    };
    // Give one incident to a unit: into the open form, or by a form for this incident alone.
    desk.giveTo = (id, code) => {
      if (desk.form.offerUnit(code)) return;
      const person = gridmap.actor.current();
      const entry = desk.entries.find((one) => one.id === id);
      if (!person) {
        desk.say(text("Read only until you choose who you are."));
        return;
      }
      const offer = entry && deskLists.offers(feed.rules, person.role, [entry.status]).find((one) => one.action === "dispatch" || one.action === "decide");
      if (!offer) {
        desk.say(text("Now it is {status}: a {role} can't give it to a unit from here.", { status: text(`status:${entry ? entry.status : feed.incidents.get(id)?.status || ""}`), role: text(`role:${person.role}`) }));
        return;
      }
      desk.choose({ kind: "none" });
      desk.choose({ kind: "toggle", id });
      parts.actions.ask(offer);
      desk.form.offerUnit(code);
    };
    // Show an incident on the right; 0 shows none.
    desk.show = (id) => {
      desk.shown = id;
      parts.incident.show(id);
      if (id) desk.showSide();
      else desk.hideSide();
      if (desk.list.kind !== "proceeding") parts.table.draw();
    };
    desk.say = (words) => {
      setText(parts.said, words);
      parts.said.hidden = !words;
      if (words) desk.showSide();
    };
    // On a phone the right side is a sheet: up while it has something to say.
    desk.showSide = () => { parts.page.dataset.sheet = "right"; };
    desk.hideSide = () => { if (!desk.form.isOpen() && !desk.shown) parts.page.dataset.sheet = ""; };
    desk.focusList = () => { if (parts.table) parts.table.focusRow(desk.stop, true); };

    // ---------------------------------------------------------------- reading
    desk.read = () => {
      feed.readCounts();
      if (!feed.rules.length) feed.readRules();
      if (desk.list.kind === "proceeding") {
        if (opened) opened.read();
      } else feed.readList(desk.list, desk.filter.township);
      parts.incident.read();
    };
    desk.open = (name) => {
      desk.list = deskLists.readList(name);
      desk.selection = deskSelection.empty();
      desk.entries = [];
      if (desk.form.isOpen()) desk.form.close();
      desk.say("");
      desk.show(0);
      keepUrl();
      begin();
      desk.read();
      desk.draw();
    };
    function begin() {
      const { main } = parts;
      opened = null;
      const title = make("h2", { class: "desk-title", id: "desk-title", tabindex: -1 }, desk.titleOf(desk.list), " ");
      if (desk.list.kind === "proceeding") {
        const place = make("div", { class: "desk-scroll desk-view" });
        main.replaceChildren(make("div", { class: "desk-head" }, title), place);
        opened = gridmap[VIEWS[desk.list.name]].mount(place, desk);
        return;
      }
      parts.count = make("span", { class: "desk-total" });
      title.append(parts.count);
      const table = make("div", { class: "desk-list" });
      const foot = make("div", { class: "desk-foot" });
      main.replaceChildren(make("div", { class: "desk-head" }, title, makeFilters()), table, foot);
      parts.table = gridmap.deskTable.mount(table, desk);
      parts.actions = gridmap.deskActions.mount(foot, desk);
    }
    function makeFilters() {
      const select = (name, label, options) => {
        const input = make("select", { "data-filter": name, on: { change: () => setFilter(name, input.value) } }, make("option", { value: "" }, text("All")), ...options.map(([value, words]) => make("option", { value }, words)));
        input.value = desk.filter[name];
        return make("label", { class: "field" }, make("span", {}, label), input);
      };
      const byName = (a, b) => a.name.localeCompare(b.name, desk.names.locale);
      const clear = make("button", { type: "button", class: "quiet", on: { click: () => {
        desk.filter = { township: "", unit: "", item: "" };
        for (const one of fields.querySelectorAll("select")) one.value = "";
        filtered();
      } } }, text("Clear"));
      const filtered = () => {
        clear.hidden = !desk.isFiltered();
        keepUrl();
        if (desk.list.remote) feed.readList(desk.list, desk.filter.township);
        desk.draw();
      };
      const setFilter = (name, value) => {
        desk.filter = { ...desk.filter, [name]: value };
        filtered();
      };
      const fields = make("div", { class: "desk-filters" },
        select("township", text("Township"), feed.townships.map((one) => [one.code, one.name])),
        select("unit", text("Unit"), [["none", text("No unit")], ...[...store.units.values()].sort(byName).map((one) => [one.code, one.name])]),
        select("item", text("Item"), [["none", text("Not in the list")], ...[...store.items.values()].sort(byName).map((one) => [one.code, one.name])]), clear);
      clear.hidden = !desk.isFiltered();
      return fields;
    }

    // ---------------------------------------------------------------- start
    desk.start = async (page) => {
      parts = { page, main: root.document.getElementById("desk-main"), table: null, actions: null };
      const side = root.document.getElementById("desk-side");
      parts.said = make("p", { class: "desk-note", role: "status", hidden: true });
      const form = make("div", { class: "desk-form-place" });
      const incident = make("div", { class: "panel desk-incident" });
      side.replaceChildren(parts.said, form, incident);
      desk.form = gridmap.form.mount(form, desk);
      parts.incident = gridmap.deskIncident.mount(incident, desk);
      parts.nav = gridmap.deskNav.mount(root.document.getElementById("desk-nav"), desk);
      await Promise.all([feed.readCounts(), feed.readRules()]);
      begin();
      desk.read();
      const draw = throttle(desk.draw, 250);
      feed.onChange(draw);
      feed.follow(desk.read);
      gridmap.actor.onChange(() => {
        desk.say("");
        desk.draw();
      });
      setInterval(draw, TICK_MS);
      desk.draw();
    };
    return desk;
  }

  function start() {
    const store = gridmap.store;
    gridmap.bar.mount(store);
    whenPresent("desk-language", (link) => link.addEventListener("click", () => {
      const query = new URLSearchParams(root.location.search);
      query.set("lang", link.dataset.lang);
      link.href = `/desk?${query}`;
    }));
    store.ready.then(() => whenPresent("desk-side", () => {
      gridmap.bar.name(store);
      gridmap.desk = makeDesk(store);
      gridmap.desk.start(root.document.getElementById("desk-page"));
    }));
  }

  gridmap.deskPage = { readUrl, writeUrl, makeNames };
  if (root.document && root.document.getElementById("gridmap-config") && config().page === "desk") start();
})(typeof window === "undefined" ? globalThis : window);
