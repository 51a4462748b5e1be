// The wall: figures against targets, the last 24 hours, the frame that tells stale data, the tour.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, whenPresent, throttle, timeOfDay } = gridmap.dom;

  const STOP_MS = 20000; // one stop of the tour
  const FLASH_MS = 1600;
  const FULL_SHARE = 1, SAME_DAY_SHARE = 0.85; // the targets that are published

  // The figures of the top line: {name, value, of, share, target}; share null when there is nothing to share.
  function listFigures(figures) {
    const share = (part, whole) => (whole > 0 && Number.isFinite(part) ? Math.min(1, part / whole) : null);
    const reported = figures.reported_today || 0;
    const resolved = figures.resolved_today || 0;
    return [
      { name: text("Reported today"), value: reported, share: null, target: null },
      { name: text("Resolved today"), value: resolved, share: null, target: null },
      { name: text("Accepted"), value: figures.accepted_today || 0, share: share(figures.accepted_today || 0, reported), target: FULL_SHARE },
      { name: text("Dispatched in time"), value: null, share: share(figures.dispatched_in_time, figures.dispatched_today), target: FULL_SHARE },
      { name: text("Resolved in time"), value: null, share: share(figures.resolved_in_time, resolved), target: FULL_SHARE },
      { name: text("Same day"), value: null, share: share(figures.same_day, reported), target: SAME_DAY_SHARE },
    ];
  }

  function percent(share) {
    // 99.6 % is not 100 %: round down, so that a target is only met when it is.
    return share === null ? "–" : `${number(Math.floor(share * 1000) / 10, 1)}%`;
  }

  function mountFigures(container, store) {
    return function update() {
      const shown = listFigures(store.figures || {});
      gridmap.dom.keyed(container, shown, (one) => one.name,
        () => make("div", { class: "figure" }, make("span", { class: "figure-name" }), make("span", { class: "figure-value" }), make("span", { class: "figure-target" })),
        (element, one) => {
          const [name, value, target] = element.children;
          setText(name, one.name);
          setText(value, one.target === null ? number(one.value) : percent(one.share));
          setText(target, one.target === null ? "" : text("target {n}%", { n: Math.round(one.target * 100) }));
          element.classList.toggle("met", one.target !== null && one.share !== null && one.share >= one.target);
          element.classList.toggle("missed", one.target !== null && one.share !== null && one.share < one.target);
        });
    };
  }

  // Two bars for each hour: reported and resolved.
  function mountHours(container, store) {
    return function update() {
      const hours = (store.figures && store.figures.by_hour) || [];
      const most = Math.max(1, ...hours.map((hour) => Math.max(hour[1], hour[2])));
      gridmap.dom.keyed(container, hours, (hour) => hour[0],
        () => make("div", { class: "hour" }, make("span", { class: "hour-bars" }, make("i", { class: "in" }), make("i", { class: "out" })), make("span", { class: "hour-name" })),
        (element, hour) => {
          const [bars, name] = element.children;
          bars.children[0].style.height = `${(100 * hour[1]) / most}%`;
          bars.children[1].style.height = `${(100 * hour[2]) / most}%`;
          const clock = timeOfDay(hour[0] * 1000).slice(0, 2);
          setText(name, Number(clock) % 3 === 0 ? clock : "");
        });
    };
  }

  // Today's cards by kind, and what waits in the queues for the command centre.
  function mountCards(container, store) {
    return function update() {
      const { yellow, red, black, queued } = store.figures || {};
      container.hidden = queued === undefined;
      if (container.hidden) return;
      const shown = [["yellow", text("today:yellow"), yellow], ["red", text("today:red"), red], ["black", text("today:black"), black], ["queued", text("In queues"), queued]];
      gridmap.dom.keyed(container, shown, (one) => one[0],
        ([kind]) => make("div", { class: `card card-${kind}` }, make("i", { "aria-hidden": "true" }), make("b"), make("span")),
        (element, [, name, count]) => {
          setText(element.children[1], number(count));
          setText(element.children[2], name);
        });
    };
  }

  // The stops of the tour: the county, then each township with something overdue, the most first.
  function listStops(store) {
    const stops = [{ area: 0, overdue: 0 }];
    const townships = [];
    for (const [area, figures] of store.byArea("township")) if (figures.overdue > 0) townships.push({ area, overdue: figures.overdue });
    townships.sort((a, b) => b.overdue - a.overdue || a.area - b.area);
    return stops.concat(townships);
  }

  function mountTour(store, caption) {
    let stops = [];
    let at = -1;
    function next() {
      const map = gridmap.view.map();
      if (!map) return;
      at += 1;
      if (at >= stops.length) {
        stops = listStops(store);
        at = 0;
      }
      const stop = stops[at];
      const label = stop.area ? store.tree.label(stop.area) : null;
      if (stop.area && !label) return;
      if (label) gridmap.view.show(label[3]);
      else gridmap.view.showCounty(map, gridmap.config().bounds);
      setText(caption, label ? text("{name}: {n} overdue", { name: label[0], n: number(stop.overdue) }) : "");
    }
    next();
    return setInterval(next, STOP_MS);
  }

  function mount(store) {
    const updates = [];
    whenPresent("figures", (element) => updates.push(mountFigures(element, store)));
    whenPresent("hours", (element) => updates.push(mountHours(element, store)));
    whenPresent("league", (element) => updates.push(gridmap.league.mountLeague(element, store)));
    const flash = (element) => {
      element.classList.add("flash");
      setTimeout(() => element.classList.remove("flash"), FLASH_MS);
    };
    whenPresent("newest", (element) => updates.push(gridmap.league.mountRows(element, store,
      { length: 9, find: gridmap.facets.newest, isNewest: true, isClickable: false, onFresh: flash })));
    whenPresent("longest", (element) => updates.push(gridmap.league.mountRows(element, store,
      { length: 7, find: gridmap.facets.longest, isClickable: false })));
    whenPresent("wall-cards", (element) => updates.push(mountCards(element, store)));
    whenPresent("wall-states", (element) => updates.push(gridmap.filter.mountStates(element, store, { isClickable: false })));
    const update = throttle(() => updates.forEach((one) => one()), 500);
    store.on("change", update);
    store.on("figures", update);
    setInterval(update, 30000); // "how long over" grows without any change
    update();
    if (new URLSearchParams(root.location.search).get("tour") !== "0") {
      whenPresent("tour-caption", (caption) => mountTour(store, caption));
    }
  }

  gridmap.wall = { mount, listFigures, percent, listStops };
})(typeof window === "undefined" ? globalThis : window);
