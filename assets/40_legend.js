// The legend: responsible units by overdue, with colour, letter and counts; a click filters.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed } = gridmap.dom;

  function nameUnits(units, rows) {
    return rows.map((one) => {
      const unit = units.get(one.unit);
      return { ...one, name: unit ? unit.short_name || unit.name : "", fullName: unit ? unit.name : "", letter: unit ? unit.letter : "–" };
    });
  }

  // Rows in the order shown: those with the most overdue first, then the most open; units with nothing open last and left out.
  function orderUnits(units, counts) {
    return nameUnits(units, counts).sort((a, b) => b.overdue - a.overdue || b.overdueS - a.overdueS || b.open - a.open || a.unit - b.unit);
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

  // Rows by who burnt the time: the most hours after the due time first, then the most hours.
  function orderBurnt(units, figures, counts) {
    const held = new Map(counts.map((one) => [one.unit, one]));
    const rows = [...gridmap.burnt.unitsOf(figures)].map(([unit, { workingH, overdueH }]) => ({ unit, workingH, overdueH, overdue: (held.get(unit) || { overdue: 0 }).overdue }));
    return nameUnits(units, rows).sort((a, b) => b.overdueH - a.overdueH || b.workingH - a.workingH || a.unit - b.unit);
  }

  function makeSwitch(container, choose) {
    const choices = [["", text("Overdue (held now)"), text("What is overdue now, by the unit that holds it")],
      ["burnt", text("Overdue time (who burnt it)"), text("Working hours of the last 30 days, by the unit in whose hands they passed")]];
    const buttons = choices.map(([rank, name, meaning]) => make("button", { type: "button", role: "radio", title: meaning, "data-rank": rank, on: {
      click: () => choose(rank),
      keydown: (event) => {
        if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
        event.preventDefault();
        const other = buttons.find((button) => button.dataset.rank !== rank);
        choose(other.dataset.rank);
        other.focus();
      },
    } }, name));
    const element = make("div", { class: "rank", role: "radiogroup", "aria-label": text("What the list shows") }, ...buttons);
    container.before(element);
    return (rank) => {
      for (const button of buttons) {
        const isOn = button.dataset.rank === rank;
        button.setAttribute("aria-checked", String(isOn));
        button.tabIndex = isOn ? 0 : -1;
      }
    };
  }

  const hours = (value) => number(Math.round(value));

  function mount(container, store, { rank = () => "", setRank = null } = {}) {
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
    const markSwitch = setRank ? makeSwitch(container, setRank) : null;
    const head = make("div", { class: "unit-head" }, make("span"), make("span"), make("span"), make("span"));
    container.before(head);
    const held = (counts) => orderUnits(store.units, counts).map((row) => ({
      ...row, bar: row.overdue, shown: [number(row.overdue), row.twice ? number(row.twice) : "·", number(row.open)],
      said: text("{name}: {overdue} overdue, {twice} twice overdue, {open} open",
        { name: row.fullName || text("No unit"), overdue: row.overdue, twice: row.twice, open: row.open }),
    }));
    const burnt = (counts) => orderBurnt(store.units, store.figures, counts).map((row) => ({
      ...row, bar: row.overdueH, shown: [hours(row.overdueH), hours(row.workingH), number(row.overdue)],
      said: text("{name}: {overdue} working hours after the due time of {hours} in 30 days; {n} overdue now",
        { name: row.fullName || text("Command centre"), overdue: hours(row.overdueH), hours: hours(row.workingH), n: row.overdue }),
    }));
    const columns = {
      "": [[text("Unit"), ""], [text("Overdue in all"), ""], [text("incl. twice"), ""], [text("Open"), ""]],
      burnt: [[text("Unit"), ""], [text("after due, h"), text("Working hours of 30 days after the due times, in the hands of this unit")],
        [text("in all, h"), text("Working hours of 30 days in the hands of this unit")], [text("Overdue now"), text("Held by this unit now")]],
    };
    return function update(counts) {
      const shown = rank();
      if (markSwitch) markSwitch(shown);
      container.parentElement.classList.toggle("by-burnt", shown === "burnt");
      columns[shown].forEach(([name, meaning], index) => {
        setText(head.children[index], name);
        head.children[index].title = meaning;
      });
      const rows = shown === "burnt" ? burnt(counts) : held(counts);
      const most = Math.max(1, ...rows.map((row) => row.bar));
      const chosen = store.filter.units;
      const nameless = shown === "burnt" ? text("Command centre") : text("unit:none");
      keyed(container, rows, (row) => row.unit, makeRow, (element, row) => {
        const [badge, name, bar, ...figures] = element.children;
        paintBadge(badge, store, row.unit);
        setText(name, row.name || nameless);
        element.title = row.fullName || (shown === "burnt" ? nameless : text("No unit in the list answers for these"));
        bar.firstChild.style.width = `${(100 * row.bar) / most}%`;
        bar.firstChild.style.backgroundColor = store.colourOf(row.unit);
        figures.forEach((figure, index) => setText(figure, row.shown[index]));
        const isOn = !chosen || chosen.has(row.unit);
        element.setAttribute("aria-pressed", chosen ? String(isOn) : "false");
        element.classList.toggle("off", !isOn);
        element.classList.toggle("none", row.bar === 0);
        element.setAttribute("aria-label", row.said);
      });
      container.classList.toggle("empty", rows.length === 0);
      if (rows.length === 0) {
        container.dataset.empty = shown === "burnt" ? text("Who burnt the time is counted once a minute. A moment, please.")
          : text("Nothing is open under this filter. Clear a filter to see more.");
      }
    };
  }

  gridmap.legend = { mount, orderUnits, orderBurnt, inkOn, makeBadge, paintBadge };
})(typeof window === "undefined" ? globalThis : window);
