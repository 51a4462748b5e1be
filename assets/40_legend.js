// The legend: responsible units by overdue, with colour, letter and counts; a click filters.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed } = gridmap.dom;

  // Rows in the order shown: those with the most overdue first, then the most open; units with nothing open last and left out.
  function orderUnits(units, counts) {
    const rows = counts.map((one) => {
      const unit = units.get(one.unit);
      return { ...one, name: unit ? unit.short_name || unit.name : "", fullName: unit ? unit.name : "", letter: unit ? unit.letter : "–" };
    });
    return rows.sort((a, b) => b.overdue - a.overdue || b.overdueS - a.overdueS || b.open - a.open || a.unit - b.unit);
  }

  // A letter on its unit's colour: black or white, whichever contrasts more (WCAG relative luminance).
  function inkOn(colour) {
    const match = /^#([0-9a-f]{6})$/i.exec(colour || "");
    if (!match) return "#ffffff";
    const value = parseInt(match[1], 16);
    const linear = [value >> 16, (value >> 8) & 255, value & 255].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#000000" : "#ffffff";
  }

  function makeBadge(letter) {
    return make("span", { class: "badge", "aria-hidden": "true" }, letter);
  }

  function paintBadge(badge, store, unitId) {
    const colour = store.colourOf(unitId);
    if (badge.dataset.colour === colour) return;
    badge.dataset.colour = colour;
    badge.style.backgroundColor = colour;
    badge.style.color = inkOn(colour);
  }

  function mount(container, store) {
    function toggle(unitId) {
      const chosen = new Set(store.filter.units || []);
      if (chosen.has(unitId)) chosen.delete(unitId);
      else chosen.add(unitId);
      store.setFilter({ units: chosen.size ? chosen : null });
    }
    function makeRow(row) {
      const button = make("button", { type: "button", class: "unit", "data-unit": row.unit, on: { click: () => toggle(row.unit) } },
        makeBadge(row.letter), make("span", { class: "unit-name" }), make("span", { class: "unit-bar" }, make("i")),
        make("span", { class: "unit-overdue" }), make("span", { class: "unit-twice" }), make("span", { class: "unit-open" }));
      return button;
    }
    return function update(counts) {
      const rows = orderUnits(store.units, counts);
      const most = Math.max(1, ...rows.map((row) => row.overdue));
      const chosen = store.filter.units;
      if (!container.gridmapHead) {
        container.gridmapHead = make("div", { class: "unit-head", "aria-hidden": "true" },
          make("span", {}, text("Unit")), make("span", {}, text("Overdue in all")), make("span", {}, text("incl. twice")), make("span", {}, text("Open")));
        container.before(container.gridmapHead);
      }
      keyed(container, rows, (row) => row.unit, makeRow, (element, row) => {
        const [badge, name, bar, overdue, twice, open] = element.children;
        paintBadge(badge, store, row.unit);
        setText(name, row.name || text("No unit"));
        element.title = row.fullName || text("No unit in the list answers for these");
        bar.firstChild.style.width = `${(100 * row.overdue) / most}%`;
        bar.firstChild.style.backgroundColor = store.colourOf(row.unit);
        setText(overdue, number(row.overdue));
        setText(twice, row.twice ? number(row.twice) : "·");
        setText(open, number(row.open));
        const isOn = !chosen || chosen.has(row.unit);
        element.setAttribute("aria-pressed", chosen ? String(isOn) : "false");
        element.classList.toggle("off", !isOn);
        element.classList.toggle("none", row.overdue === 0);
        element.setAttribute("aria-label", text("{name}: {overdue} overdue, {twice} twice overdue, {open} open",
          { name: row.fullName || text("No unit"), overdue: row.overdue, twice: row.twice, open: row.open }));
      });
      container.classList.toggle("empty", rows.length === 0);
      if (rows.length === 0) container.dataset.empty = text("Nothing is open under this filter. Clear a filter to see more.");
    };
  }

  gridmap.legend = { mount, orderUnits, inkOn, makeBadge, paintBadge };
})(typeof window === "undefined" ? globalThis : window);
