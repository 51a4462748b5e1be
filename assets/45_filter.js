// The filter: lateness chips, the measure of the fill, selects; and the state of the view in the URL, so that it can be sent.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed, throttle, config } = gridmap.dom;
  const { isDay, dayStartS, nextDay } = gridmap.choice;

  const STATES = ["on_time", "near", "overdue", "twice"];
  const PERIODS_D = [1, 7, 30];
  const MEASURES = ["overdue", "open", "hours", "burnt"];
  const RATES = new Set(["open", "hours"]);
  const KEEP_MS = 400;
  const CLOSED = new Set(["resolved", "verified", "called_back", "merged", "rejected"]); // never on the board

  let current = null; // {store, measure, period, from, to, itemClasses, isMoved, refresh}

  // ---------------------------------------------------------------- the URL
  // Read the view from the query part of a URL. Codes and words, not ids: ids differ between databases.
  function readView(search) {
    const query = new URLSearchParams(search);
    const list = (name) => (query.get(name) || "").split(",").filter(Boolean);
    const figure = (name) => (query.get(name) === null || Number.isNaN(Number(query.get(name))) ? null : Number(query.get(name)));
    const measure = query.get("measure");
    const place = { zoom: figure("z"), lat: figure("lat"), lon: figure("lon") };
    const isOnEarth = !Object.values(place).includes(null) && place.zoom >= 0 && place.zoom <= 22 && Math.abs(place.lat) <= 85 && Math.abs(place.lon) <= 180;
    const day = (name) => (isDay(query.get(name)) ? query.get(name) : "");
    return {
      units: list("unit"), states: list("state").filter((name) => STATES.includes(name)), statuses: list("status"),
      channels: list("channel"), itemClasses: query.getAll("class").filter(Boolean), period: PERIODS_D.includes(figure("days")) ? figure("days") : 0,
      from: day("from"), to: day("to"),
      measure: MEASURES.includes(measure) ? measure : MEASURES[0], rank: query.get("rank") === "burnt" ? "burnt" : "", place: isOnEarth ? place : null, select: query.get("sel") || "",
    };
  }

  // Write the view into a query part, keeping what is not ours (lang and whatever else).
  function writeView(search, view) {
    const query = new URLSearchParams(search);
    const put = (name, value) => (value ? query.set(name, value) : query.delete(name));
    put("unit", view.units.join(","));
    put("state", view.states.join(","));
    put("status", view.statuses.join(","));
    put("channel", view.channels.join(","));
    if (query.getAll("class").join() !== view.itemClasses.join()) {
      query.delete("class"); // written anew only when it changed: the address of a view stays the same
      for (const name of view.itemClasses) query.append("class", name);
    }
    put("from", view.from);
    put("to", view.to);
    put("days", view.period ? String(view.period) : "");
    put("measure", view.measure === MEASURES[0] ? "" : view.measure);
    put("rank", view.rank);
    put("sel", view.select);
    if (view.place) {
      put("z", String(view.place.zoom));
      put("lat", view.place.lat.toFixed(5));
      put("lon", view.place.lon.toFixed(5));
    }
    const written = query.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
    return written ? `?${written}` : "";
  }

  const indices = (names, all) => new Set(names.map((name) => all.indexOf(name)).filter((index) => index >= 0));

  // The store's filter of a view.
  function makeFilter(store, view) {
    const some = (set) => (set.size ? set : null);
    const units = new Set([...store.units.values()].filter((unit) => view.units.includes(unit.code)).map((unit) => unit.id));
    const items = new Set([...store.items.values()].filter((item) => view.itemClasses.includes(item.class_name)).map((item) => item.id));
    const { timezone } = config();
    return {
      units: some(units), states: some(indices(view.states, STATES)), statuses: some(indices(view.statuses, store.statuses)),
      channels: some(indices(view.channels, store.channels)), items: some(items),
      sinceS: view.period ? Math.floor(store.nowMs() / 1000 - view.period * 86400) : view.from ? dayStartS(view.from, timezone) : 0,
      untilS: view.to && !view.period ? dayStartS(nextDay(view.to), timezone) : 0,
    };
  }

  // The view of what is on the screen now.
  function currentView() {
    const { store } = current;
    const names = (set, all) => (set ? [...set].sort((a, b) => a - b).map((index) => all[index]) : []);
    const map = gridmap.view.map();
    const chosen = gridmap.panel.selected();
    const units = store.filter.units ? [...store.filter.units].map((id) => (store.units.get(id) || {}).code).filter(Boolean) : [];
    const place = map && current.isMoved ? { zoom: Math.round(map.getZoom() * 100) / 100, lat: map.getCenter().lat, lon: map.getCenter().lng } : null;
    return {
      units, states: names(store.filter.states, STATES), statuses: names(store.filter.statuses, store.statuses),
      channels: names(store.filter.channels, store.channels), itemClasses: current.itemClasses, period: current.period, from: current.from, to: current.to,
      measure: current.measure, rank: current.rank, place, select: chosen ? `${chosen.kind}:${chosen.id}` : "",
    };
  }

  const keep = throttle(() => {
    if (!current) return;
    const search = writeView(root.location.search, currentView());
    if (search !== root.location.search) root.history.replaceState(root.history.state, "", root.location.pathname + search + root.location.hash);
    keepLinks(search);
  }, KEEP_MS);

  // The links to the other language and to the wall carry the view along.
  function keepLinks(search) {
    const language = root.document.getElementById("language-link");
    if (language) {
      const query = new URLSearchParams(search);
      query.set("lang", language.dataset.lang);
      language.href = `?${query.toString().replace(/%2C/g, ",").replace(/%3A/g, ":")}`;
    }
    const wall = root.document.getElementById("wall-link");
    const lang = new URLSearchParams(search).get("lang");
    if (wall) wall.href = lang ? `/wall?lang=${encodeURIComponent(lang)}` : "/wall";
  }

  // ---------------------------------------------------------------- the controls
  // The chips part the open incidents in four; "overdue" in the legend and the league includes those twice overdue. So the chips do not
  // bear that word alone, and the sum stands below them.
  const stateNames = () => [text("On time"), text("Near due"), text("Overdue, not twice"), text("Twice overdue")];

  const stateMeanings = () => [text("Less than 75 % of the time used"), text("75 % of the time used or more"),
    text("Past due, less than twice its time"), text("Twice its time used or more")];

  function mountStates(container, store, { isClickable = true } = {}) {
    const names = stateNames();
    const meanings = stateMeanings();
    function toggle(state) {
      const chosen = new Set(store.filter.states || []);
      if (chosen.has(state)) chosen.delete(state);
      else chosen.add(state);
      store.setFilter({ states: chosen.size ? chosen : null });
    }
    const sum = isClickable ? make("p", { class: "overdue-sum" }) : null;
    if (sum) container.after(sum);
    return function update() {
      const { states } = gridmap.facets.count(store);
      container.classList.toggle("wide", Math.max(...states) >= 10000);
      setText(sum, text("Overdue in all: {n}, of which twice overdue: {m}", { n: number(states[2] + states[3]), m: number(states[3]) }));
      keyed(container, states.map((count, state) => ({ count, state })).reverse(), (one) => one.state,
        (one) => make(isClickable ? "button" : "div", { class: `state state-${STATES[one.state]}`, title: meanings[one.state], ...(isClickable ? { type: "button", on: { click: () => toggle(one.state) } } : {}) },
          make("i", { "aria-hidden": "true" }), make("b"), make("span", {}, names[one.state])),
        (element, one) => {
          setText(element.children[1], number(one.count));
          const chosen = store.filter.states;
          if (isClickable) element.setAttribute("aria-pressed", String(Boolean(chosen && chosen.has(one.state))));
          element.classList.toggle("off", Boolean(chosen && !chosen.has(one.state)));
        });
    };
  }

  function mountMeasures(container) {
    const names = [text("Overdue, by unit"), text("Open per 100 households"), text("Overdue hours per 100 households"),
      text("Overdue hours burnt, by unit")];
    const meanings = [text("Colour: the unit that holds the most overdue hours now"), names[1], names[2],
      text("Colour: the unit in whose hands most working hours after the due time passed, in 30 days")];
    const buttons = MEASURES.map((measure, index) => make("button", {
      type: "button", role: "radio", "data-measure": measure, title: meanings[index], on: {
        click: () => setMeasure(measure),
        keydown: (event) => {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          if (!step) return;
          event.preventDefault();
          const next = (index + step + MEASURES.length) % MEASURES.length;
          setMeasure(MEASURES[next]);
          buttons[next].focus();
        },
      },
    }, names[index]));
    const ramp = make("div", { class: "ramp" });
    container.replaceChildren(...buttons, ramp);
    return function update() {
      paintRamp(ramp);
      for (const button of buttons) {
        const isOn = button.dataset.measure === current.measure;
        button.setAttribute("aria-checked", String(isOn));
        button.tabIndex = isOn ? 0 : -1;
      }
    };
  }

  // The classes of a rate, for the level that is filled at this zoom; the other measure's legend is the list of units.
  function paintRamp(ramp) {
    const map = gridmap.view.map();
    const level = map ? gridmap.view.filledLevel(gridmap.config().layers, Math.round(map.getZoom())) : "";
    ramp.hidden = !RATES.has(current.measure) || !level;
    if (ramp.hidden) return;
    const classes = gridmap.mount.painting.classes(level);
    ramp.replaceChildren(...classes.map((one) =>
      make("div", {}, make("i", { style: { "background-color": one.colour } }), one.to === Infinity ? `≥ ${number(one.from, 1)}` : `< ${number(one.to, 1)}`)));
  }

  function setMeasure(measure) {
    current.measure = measure;
    gridmap.view.setMeasure(measure);
    current.refresh();
    keep();
  }

  // What the list of units shows: "" who holds what is overdue now, "burnt" who burnt the time.
  const rank = () => current.rank;
  function setRank(chosen) {
    current.rank = chosen;
    current.refresh();
    keep();
  }

  function mountSelects(container, store) {
    const { makeChoice, makePeriod } = gridmap.choice;
    const classes = [...new Set([...store.items.values()].map((item) => item.class_name))].sort((a, b) => a.localeCompare(b, "zh"));
    const some = (part, all) => (values) => store.setFilter({ [part]: values.length ? indices(values, all) : null });
    const itemClass = makeChoice(text("Kind of matter"), classes.map((name) => [name, name]), (values) => {
      current.itemClasses = values;
      store.setFilter({ items: makeFilter(store, currentView()).items });
    });
    const named = (names, family) => names.filter((name) => name && !CLOSED.has(name)).map((name) => [name, text(`${family}:${name}`)]);
    const status = makeChoice(text("Status"), named(store.statuses, "status"), some("statuses", store.statuses));
    const channel = makeChoice(text("Channel"), named(store.channels, "channel"), some("channels", store.channels));
    const period = makePeriod(text("Reported in"), PERIODS_D, (chosen) => {
      Object.assign(current, chosen);
      const { sinceS, untilS } = makeFilter(store, currentView());
      store.setFilter({ sinceS, untilS });
    });
    container.replaceChildren(itemClass.field, status.field, channel.field, period.field, period.dates);
    return function update() {
      const view = currentView();
      itemClass.set(view.itemClasses);
      status.set(view.statuses);
      channel.set(view.channels);
      period.set({ ...view, isCleared: current.isCleared });
      current.isCleared = false;
    };
  }

  function clear() {
    Object.assign(current, { itemClasses: [], period: 0, from: "", to: "", isCleared: true });
    current.store.setFilter({ units: null, items: null, statuses: null, channels: null, states: null, area: 0, sinceS: 0, untilS: 0 });
  }

  // Start from the URL. `refresh` redraws the controls.
  function start(store, refresh) {
    const view = readView(root.location.search);
    current = { store, measure: view.measure, rank: view.rank, period: view.period, from: view.from, to: view.to, itemClasses: view.itemClasses, isMoved: Boolean(view.place), refresh };
    const filter = makeFilter(store, view);
    if (Object.values(filter).some(Boolean)) store.setFilter(filter);
    return view;
  }

  function noteMove() {
    if (current) current.isMoved = true;
    keep();
  }

  // The link for the file of what is shown: the same filter, in the words of the export.
  function exportQuery(format) {
    const view = currentView();
    const query = new URLSearchParams({ format });
    const language = gridmap.config().language;
    for (const code of view.units) query.append("unit", code);
    for (const name of view.states) query.append("lateness", { near: "near_due", twice: "twice_overdue" }[name] || name);
    for (const name of view.statuses) query.append("status", name);
    for (const name of view.channels) query.append("channel", name);
    for (const name of view.itemClasses) query.append("class", name);
    if (current.store.filter.sinceS) query.append("since", new Date(current.store.filter.sinceS * 1000).toISOString());
    if (current.store.filter.untilS) query.append("until", new Date(current.store.filter.untilS * 1000).toISOString());
    query.set("language", language);
    return query.toString();
  }

  gridmap.filter = { readView, writeView, makeFilter, currentView, keep, keepLinks, start, noteMove, mountStates, mountMeasures, mountSelects, clear, exportQuery, setMeasure, rank, setRank, STATES, MEASURES };
})(typeof window === "undefined" ? globalThis : window);
