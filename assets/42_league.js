// The wall's league of units by overdue, and the lists of single incidents (wall and map). No text typed by people: item and place only.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed, workingTime, timeOfDay, dayAndTime } = gridmap.dom;

  const MOST_UNITS = 12;

  // Beside who holds what is overdue now stands who burnt the time after the due times.
  function mountLeague(container, store) {
    const head = make("div", { class: "league-head" }, make("span", {}, text("Burnt in 30 days, working hours after due")), make("span", {}, text("Held now")));
    container.before(head);
    return function update() {
      head.hidden = !store.figures.burnt;
      const shown = store.summary().units.filter((one) => one.overdue > 0).slice(0, MOST_UNITS);
      const most = Math.max(1, ...shown.map((one) => one.overdue));
      const makeRow = () => make("div", { class: "league-row" }, gridmap.legend.makeBadge(""), make("span", { class: "league-name" }),
        make("span", { class: "league-bar" }, make("i"), make("b")), make("span", { class: "league-count" }), make("span", { class: "league-oldest" }), make("span", { class: "league-burnt" }));
      keyed(container, shown, (one) => one.unit, makeRow, (element, one) => {
        const [badge, name, bar, count, oldest, burnt] = element.children;
        const unit = store.units.get(one.unit);
        const colour = store.colourOf(one.unit);
        setText(badge, unit ? unit.letter : "–");
        gridmap.legend.paintBadge(badge, store, one.unit);
        setText(name, unit ? unit.short_name || unit.name : text("unit:none"));
        bar.children[0].style.width = `${(100 * one.overdue) / most}%`;
        bar.children[0].style.backgroundColor = colour;
        // The part that is twice overdue carries a hatch, as on the map.
        bar.children[1].style.width = `${(100 * one.twice) / most}%`;
        setText(count, number(one.overdue));
        setText(burnt, store.figures.burnt && one.unit !== 0 ? number(Math.round(gridmap.burnt.unitOf(store.figures, one.unit).overdueH)) : "");
        setText(oldest, text("oldest {time}", { time: workingTime(Math.max(0, oldestOverS(store, one)), dayOf(store)) }));
      });
      container.classList.toggle("empty", shown.length === 0);
      container.dataset.empty = text("Nothing is overdue.");
    };
  }

  const dayOf = (store) => (store.calendar ? store.calendar.dayS : undefined);

  // Working seconds since the oldest due time of a unit.
  function oldestOverS(store, one) {
    return store.calendar ? store.calendar.workingBetween(one.oldestDueS, store.nowMs() / 1000) : 0;
  }

  // A list of incidents. `find(store, length)` answers [{row, id}]; `isNewest` shows the time of crossing and `isReported` that of
  // the report, instead of how long over.
  function mountRows(container, store, { length, find, isNewest = false, isReported = false, isClickable = true, onFresh = null }) {
    let known = null;
    const makeRow = (one) => make(isClickable ? "button" : "div", { class: "row", ...(isClickable ? { type: "button", "data-select": `incident:${one.id}` } : {}) },
      gridmap.legend.makeBadge(""), make("span", { class: "row-what" }), make("span", { class: "row-where" }), make("span", { class: "row-late" }));
    return function update() {
      const shown = find(store, length);
      const columns = store.columns;
      keyed(container, shown, (one) => one.id, makeRow, (element, one) => {
        const [badge, what, where, late] = element.children;
        const unit = store.units.get(columns.unit[one.row]);
        const item = store.items.get(columns.item[one.row]);
        setText(badge, unit ? unit.letter : "–");
        gridmap.legend.paintBadge(badge, store, columns.unit[one.row]);
        setText(what, item ? item.name : text("Not in the list"));
        setText(where, gridmap.facets.placeName(store, columns.area[one.row]) || text("In no grid"));
        setText(late, isReported ? dayAndTime(columns.reported[one.row] * 1000) : isNewest ? timeOfDay(store.dueS(one.row) * 1000) : workingTime(store.overdueS(one.row), dayOf(store)));
        element.classList.toggle("twice", columns.late[one.row] === 3);
        if (known && onFresh && !known.has(one.id)) onFresh(element, one);
      });
      known = new Set(shown.map((one) => one.id));
      container.classList.toggle("empty", shown.length === 0);
      container.dataset.empty = isReported ? text("Nothing open here.") : text("Nothing is overdue.");
    };
  }

  gridmap.league = { mountLeague, mountRows };
})(typeof window === "undefined" ? globalThis : window);
