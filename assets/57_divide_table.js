// The right side of /divide for one village: totals against today, the chosen grid, all grids with their figures, publication.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed } = gridmap.dom;
  const { colourOf } = gridmap.divideState;
  const { compactness, measure } = gridmap.divideBorders;
  const { makeButton, makeGridTools } = gridmap.divideTools;

  const signed = (value, digits = 0) => `${value > 0 ? "+" : value < 0 ? "−" : "±"}${number(Math.abs(value), digits)}`;

  // ------------------------------------------------------------------ grids
  const compactOf = (page, row) => (page.live && page.live.has(row.index) ? page.live.get(row.index) : row.compactness);
  function makeRow(page, row) {
    const cell = (name) => make("td", { class: name });
    const name = makeButton("", () => page.choose(row.index), { class: "quiet name" });
    const lock = makeButton("", () => page.lock(row.code), { class: "quiet lock edit" });
    const give = makeButton(text("Give"), () => page.assign(row.index), { class: "quiet give edit" });
    return make(
      "tr", {}, make("th", { scope: "row" }, make("i", { class: "swatch", "aria-hidden": "true", style: { background: colourOf(row.index) } }), name),
      cell("households"), cell("target"), cell("mean"), cell("forced"), cell("compact"), make("td", { class: "acts" }, give, lock),
    );
  }
  function updateRow(page, element, row, { target, isPlan }) {
    const { state } = page;
    const name = element.querySelector(".name");
    setText(name, row.code ? row.code.slice(-3) : text("new"));
    name.title = row.code;
    name.disabled = !isPlan;
    name.setAttribute("aria-pressed", String(isPlan && state.grid === row.index));
    element.classList.toggle("chosen", isPlan && state.grid === row.index);
    setText(element.querySelector(".households"), number(row.households));
    setText(element.querySelector(".target"), signed(row.households - target));
    setText(element.querySelector(".mean"), row.mean === null ? "–" : signed(row.households - row.mean, 1));
    setText(element.querySelector(".forced"), row.mean === null || row.forced === null ? "–" : number(row.forced, 1));
    setText(element.querySelector(".compact"), compactOf(page, row).toFixed(2));
    // 80 to 120 % of the target is good, 70 to 130 % bearable; said by a word for who does not see the colour.
    const share = row.households / target;
    const isFar = share < 0.7 || share > 1.3;
    element.classList.toggle("far", isFar);
    element.querySelector(".households").title = isFar ? text("More than 30 % off the target") : "";
    const isLocked = state.locked.has(row.code);
    const lock = element.querySelector(".lock");
    setText(lock, isLocked ? text("Unlock") : text("Lock"));
    lock.setAttribute("aria-pressed", String(isLocked));
    lock.hidden = !row.code;
    const give = element.querySelector(".give");
    give.hidden = !isPlan || !state.selected.size;
    give.setAttribute("aria-label", text("Give the marked households to grid {code}", { code: row.code.slice(-3) }));
  }
  const listToday = (state) => state.todayRows().map((row) => ({ ...row, compactness: compactness(measure(row.grid.polygons)) }));
  const listPlan = (state) => state.rows().map((row) => ({ ...row, compactness: row.grid ? row.grid.compactness : 0 }));

  // ------------------------------------------------------------------ totals
  function sumUp(page, rows) {
    const counts = rows.map((row) => row.households);
    const off = rows.map((row) => (row.mean === null ? 0 : Math.abs(row.households - row.mean)));
    const worst = off.indexOf(Math.max(0, ...off));
    return {
      count: rows.length, low: Math.min(...counts), high: Math.max(...counts), deviation: Math.max(0, ...off), forced: worst >= 0 ? rows[worst].forced : null,
      compact: rows.reduce((sum, row) => sum + compactOf(page, row), 0) / Math.max(1, rows.length),
    };
  }
  function listTotals(page, plan, today, target) {
    const { state } = page;
    const share = (rows) => (rows.length ? `${number((100 * rows.filter((row) => row.households >= 0.8 * target && row.households <= 1.2 * target).length) / rows.length)} %` : "–");
    const [now, then] = [plan && sumUp(page, plan), sumUp(page, today)];
    const of = (figures, write) => (figures && figures.count ? write(figures) : "–");
    const crossings = state.drawn ? state.drawn.total.barrier_crossings : null;
    return [
      [text("Grids"), of(now, (f) => number(f.count)), of(then, (f) => number(f.count))],
      [text("Households, least to most"), of(now, (f) => `${number(f.low)}–${number(f.high)}`), of(then, (f) => `${number(f.low)}–${number(f.high)}`)],
      [text("Largest deviation in its region"), of(now, (f) => number(f.deviation, 1)), of(then, (f) => number(f.deviation, 1))],
      [text("… of it forced"), of(now, (f) => (f.forced === null ? "–" : number(f.forced, 1))), ""],
      [text("Within 80 to 120 %"), plan ? share(plan) : "–", share(today)],
      [text("Households that change grid"), plan ? number(state.moved()) : "–", ""],
      [text("Hamlets in more than one grid"), plan ? number(state.splitHamlets().length) : "–", number(state.splitHamlets(state.village.today.label).length)],
      [text("Compactness"), of(now, (f) => f.compact.toFixed(2)), of(then, (f) => f.compact.toFixed(2))],
      [text("Barriers crossed"), crossings === null ? "–" : number(crossings), ""],
    ];
  }

  // ------------------------------------------------------------------ the side
  function makeVillageSide(page) {
    const { dialog, open } = gridmap.dividePublish.makePublishDialog("divide");
    const body = make("tbody");
    const totals = make("tbody");
    const shows = [["plan", text("Plan")], ["today", text("Today")]].map(([show, label]) => makeButton(label, () => page.setShow(show), { "data-show": show }));
    const head = (...labels) => make("thead", {}, make("tr", {}, ...labels.map(([label, title]) => make("th", { scope: "col", title }, label))));
    const fresh = makeButton(text("Marked households into a new grid"), () => page.assign(page.state.nextNew()), { id: "divide-new", class: "quiet edit" });
    const publish = makeButton(text("Publish …"), () => open({
      words: text("{village}: {n} grids in place of {m}; {k} households change grid.", {
        village: page.state.village.name, n: number(page.state.rows().length), m: number(page.state.village.today.grids.length), k: number(page.state.moved()),
      }),
      firstDay: page.state.village.first_day,
      onConfirm: (validFrom) => page.publish({ validFrom }),
    }), { id: "divide-publish", class: "main edit" });
    const keep = makeButton(text("Into the draft"), () => page.publish({ isDraft: true }), { id: "divide-keep", class: "second edit" });
    const waits = make("p", { class: "hint edit", id: "divide-waits" }, text("There is a draft with other villages: put this plan into it, or publish or discard it first, under Many villages."));
    const empty = make("p", { class: "hint block" }, text("Choose a village: its households, barriers and today's grids appear on the map."));
    const full = make(
      "div", { class: "divide-full" },
      make("div", { class: "block switch", role: "group", "aria-label": text("What is shown") }, ...shows),
      make("div", { class: "block" }, make("table", { class: "totals" }, head([""], [text("Plan")], [text("Today")]), totals)),
      makeGridTools(page),
      make(
        "div", { class: "block grow scroll" },
        make("table", { class: "grids" }, head(
          [text("Grid")], [text("Households")], [text("To target")], [text("To mean"), text("Against the mean of the grids of its region")],
          [text("Forced"), text("The largest deviation in its region is at least this")], [text("Compact"), text("Circle 1, square 0.79")], [""],
        ), body), fresh,
      ),
      make("div", { class: "block" }, waits, make("div", { class: "buttons edit" }, keep, publish), make("p", { class: "hint only-phone" }, text("On a phone plans can be seen, not changed."))),
    );
    const side = make("div", { class: "divide-one" }, empty, full, dialog);
    page.onChange(() => {
      const { state } = page;
      side.hidden = page.scope !== "one";
      empty.hidden = Boolean(state);
      full.hidden = !state;
      if (!state) return;
      const target = (state.request && state.request.target) || page.form.read().target || 100;
      const plan = state.plan ? listPlan(state) : null;
      const today = listToday(state);
      const isPlan = page.hasPlan();
      for (const button of shows) {
        button.setAttribute("aria-pressed", String(button.dataset.show === (isPlan ? "plan" : "today")));
        button.disabled = button.dataset.show === "plan" && !plan;
      }
      keyed(body, isPlan ? plan : today, (row) => `${isPlan ? "p" : "t"}${row.index}:${row.code}`, (row) => makeRow(page, row), (element, row) => updateRow(page, element, row, { target, isPlan }));
      keyed(totals, listTotals(page, plan, today, target), ([name]) => name, ([name]) => make("tr", {}, make("th", { scope: "row" }, name), make("td"), make("td")), (element, [, ...values]) => values.forEach((value, at) => setText(element.children[at + 1], value)));
      fresh.hidden = !isPlan || !state.selected.size;
      waits.hidden = !page.draft || !isPlan;
      publish.disabled = !isPlan || page.busy > 0 || Boolean(page.draft);
      keep.disabled = !isPlan || page.busy > 0;
    });
    return side;
  }

  gridmap.divideTable = { makeVillageSide, signed };
})(typeof window === "undefined" ? globalThis : window);
