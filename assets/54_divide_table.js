// The right side of /divide: grids with their figures, totals against today, publication; and the tools over the map.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed, whenPresent } = gridmap.dom;
  const { colourOf } = gridmap.divideState;

  const signed = (value, digits = 0) => `${value > 0 ? "+" : value < 0 ? "−" : "±"}${number(Math.abs(value), digits)}`;

  function makeButton(label, onClick, attributes) {
    return make("button", { type: "button", ...attributes, on: { click: onClick } }, label);
  }

  // ------------------------------------------------------------------ tools
  function mountTools(place, page) {
    const modes = [["pan", text("Move the map"), "V"], ["lasso", text("Lasso"), "L"], ["brush", text("Brush"), "B"]];
    const buttons = modes.map(([mode, label, key]) => makeButton(label, () => page.setMode(mode), { "data-mode": mode, title: `${label} (${key})`, "aria-keyshortcuts": key }));
    const undo = makeButton(text("Undo"), page.undo, { id: "divide-undo", title: "Ctrl+Z", "aria-keyshortcuts": "Control+Z" });
    const redo = makeButton(text("Redo"), page.redo, { id: "divide-redo", title: "Ctrl+Y", "aria-keyshortcuts": "Control+Y" });
    const reset = makeButton(text("Reset"), page.reset, { id: "divide-reset" });
    place.replaceChildren(make("div", { class: "group edit" }, ...buttons), make("div", { class: "group edit" }, undo, redo, reset));
    page.onChange(() => {
      const { state } = page;
      const isPlan = Boolean(state && state.plan) && page.show === "plan";
      place.hidden = !state;
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(page.mode === button.dataset.mode));
        button.disabled = !isPlan;
      }
      undo.disabled = !isPlan || !state.canUndo();
      redo.disabled = !isPlan || !state.canRedo();
      reset.disabled = !isPlan || !state.isEdited();
    });
  }

  // ------------------------------------------------------------------ table
  function makeRow(page, row) {
    const cell = (name) => make("td", { class: name });
    const lock = makeButton("", () => page.lock(row.code), { class: "quiet lock" });
    const give = makeButton(text("Give"), () => page.assign(row.index), { class: "quiet give edit" });
    return make(
      "tr", {}, make("th", { scope: "row" }, make("i", { class: "swatch", "aria-hidden": "true", style: { background: colourOf(row.index) } }), make("span")),
      cell("households"), cell("target"), cell("mean"), make("td", { class: "acts" }, give, lock),
    );
  }
  function updateRow(page, element, row, { target, isPlan }) {
    const off = row.households - target;
    setText(element.querySelector("th span"), row.code ? row.code.slice(-3) : text("new"));
    element.querySelector("th").title = row.code;
    setText(element.querySelector(".households"), number(row.households));
    setText(element.querySelector(".target"), signed(off));
    setText(element.querySelector(".mean"), signed(row.households - row.mean, 1));
    // 80 to 120 % of the target is good, 70 to 130 % bearable; said by a word for who does not see the colour.
    const share = row.households / target;
    const isFar = share < 0.7 || share > 1.3;
    element.classList.toggle("far", isFar);
    element.querySelector(".households").title = isFar ? text("More than 30 % off the target") : "";
    const isLocked = page.state.locked.has(row.code);
    const lock = element.querySelector(".lock");
    setText(lock, isLocked ? text("Unlock") : text("Lock"));
    lock.setAttribute("aria-pressed", String(isLocked));
    lock.hidden = !row.code;
    const give = element.querySelector(".give");
    give.hidden = !isPlan || !page.state.selected.size;
    give.setAttribute("aria-label", text("Give the marked households to grid {code}", { code: row.code.slice(-3) }));
  }
  function listToday(state) {
    const { grids } = state.village.today;
    const mean = grids.reduce((sum, one) => sum + one.households, 0) / Math.max(1, grids.length);
    return grids.map((grid, index) => ({ index, code: grid.code, households: grid.households, mean, grid }));
  }

  // ------------------------------------------------------------------ totals
  function sumUp(rows) {
    const counts = rows.map((row) => row.households);
    return {
      count: rows.length, low: Math.min(...counts), high: Math.max(...counts), mean: counts.reduce((a, b) => a + b, 0) / Math.max(1, counts.length),
      deviation: Math.max(0, ...rows.map((row) => Math.abs(row.households - row.mean))),
      good: rows.length ? counts.length : 0,
    };
  }
  function listTotals(page, plan, today, target) {
    const { state } = page;
    const share = (rows) => (rows.length ? `${number((100 * rows.filter((row) => row.households >= 0.8 * target && row.households <= 1.2 * target).length) / rows.length)} %` : "–");
    const [now, then] = [plan && sumUp(plan), sumUp(today)];
    const of = (figures, write) => (figures && figures.count ? write(figures) : "–");
    const total = state.drawn ? state.drawn.total : null;
    const forced = plan ? Math.max(0, ...state.plan.grids.map((grid) => grid.forced)) : 0;
    return [
      [text("Grids"), of(now, (f) => number(f.count)), of(then, (f) => number(f.count))],
      [text("Households, least to most"), of(now, (f) => `${number(f.low)}–${number(f.high)}`), of(then, (f) => `${number(f.low)}–${number(f.high)}`)],
      [text("Largest deviation from the mean"), of(now, (f) => number(f.deviation, 1)), of(then, (f) => number(f.deviation, 1))],
      [text("… of it forced"), plan ? number(forced, 1) : "–", ""],
      [text("Within 80 to 120 %"), plan ? share(plan) : "–", share(today)],
      [text("Households that change grid"), plan ? number(state.moved()) : "–", ""],
      [text("Hamlets in more than one grid"), plan ? number(state.splitHamlets().length) : "–", number(state.splitHamlets(state.village.today.label).length)],
      [text("Compactness"), total ? number(total.compactness_mean, 2) : "–", ""],
      [text("Barriers crossed"), total ? number(total.barrier_crossings) : "–", ""],
    ];
  }

  // ------------------------------------------------------------------ publication
  function makeDialog(page) {
    const day = make("input", { type: "date", id: "divide-day", required: true });
    const words = make("p");
    const confirm = makeButton(text("Publish, can't be undone"), () => {
      if (!day.reportValidity()) return;
      dialog.close();
      page.publish(day.value);
    }, { class: "main", id: "divide-confirm" });
    const dialog = make(
      "dialog", { class: "divide-dialog", "aria-labelledby": "divide-dialog-title" },
      make("h2", { id: "divide-dialog-title" }, text("Publish a new generation of boundaries")), words,
      make("p", { class: "hint" }, text("Open incidents are placed in the new grids; their history keeps the grid that they had. Closed ones keep theirs.")),
      make("label", { for: "divide-day", class: "field wide" }, make("span", {}, text("Valid from")), day),
      make("div", { class: "buttons" }, makeButton(text("Cancel"), () => dialog.close(), { class: "quiet" }), confirm),
    );
    return {
      dialog,
      open() {
        const { state } = page;
        day.min = state.village.first_day;
        day.value = state.village.first_day;
        setText(words, text("{village}: {n} grids in place of {m}; {k} households change grid.", {
          village: state.village.name, n: number(state.rows().length), m: number(state.village.today.grids.length), k: number(state.moved()),
        }));
        dialog.showModal();
      },
    };
  }

  function mountResult(place, page) {
    const { dialog, open } = makeDialog(page);
    const body = make("tbody");
    const totals = make("tbody");
    const shows = [["plan", text("Plan")], ["today", text("Today")]].map(([show, label]) => makeButton(label, () => page.setShow(show), { "data-show": show }));
    const head = (...labels) => make("thead", {}, make("tr", {}, ...labels.map((label) => make("th", { scope: "col" }, label))));
    const fresh = makeButton(text("Marked households into a new grid"), () => page.assign(page.state.nextNew()), { id: "divide-new", class: "quiet edit" });
    const publish = makeButton(text("Publish …"), open, { id: "divide-publish", class: "main edit" });
    const empty = make("p", { class: "hint block" }, text("Choose a village above: its households, barriers and today's grids appear on the map."));
    const full = make(
      "div", { class: "divide-full" },
      make("div", { class: "block switch", role: "group", "aria-label": text("What is shown") }, ...shows),
      make("div", { class: "block" }, make("table", { class: "totals" }, head("", text("Plan"), text("Today")), totals)),
      make(
        "div", { class: "block grow scroll" },
        make("table", { class: "grids" }, head(text("Grid"), text("Households"), text("To target"), text("To mean"), ""), body), fresh,
      ),
      make("div", { class: "block" }, publish, make("p", { class: "hint only-phone" }, text("On a phone plans can be seen, not changed."))),
    );
    place.replaceChildren(empty, full, dialog);
    page.onChange(() => {
      const { state } = page;
      empty.hidden = Boolean(state);
      full.hidden = !state;
      if (!state) return;
      const target = (state.request && state.request.target) || page.form.read().target;
      const plan = state.plan ? state.rows() : null;
      const today = listToday(state);
      const isPlan = page.show === "plan" && plan !== null;
      for (const button of shows) {
        button.setAttribute("aria-pressed", String(button.dataset.show === (isPlan ? "plan" : "today")));
        button.disabled = button.dataset.show === "plan" && !plan;
      }
      keyed(body, isPlan ? plan : today, (row) => `${isPlan ? "p" : "t"}${row.index}:${row.code}`, (row) => makeRow(page, row), (element, row) => updateRow(page, element, row, { target, isPlan }));
      totals.replaceChildren(...listTotals(page, plan, today, target).map(([name, ...values]) => make("tr", {}, make("th", { scope: "row" }, name), ...values.map((value) => make("td", {}, value)))));
      fresh.hidden = !isPlan || !state.selected.size;
      publish.disabled = !isPlan || page.busy > 0;
    });
    page.changed();
  }

  function mountHint(element, page) {
    page.onChange(() => {
      setText(element, page.busy ? text("Working …") : page.message);
      element.classList.toggle("bad", !page.busy && page.isBad);
      element.hidden = !page.busy && !page.message;
    });
    page.changed();
  }

  function mount(page) {
    whenPresent("divide-tools", (place) => mountTools(place, page));
    whenPresent("divide-result", (place) => mountResult(place, page));
    whenPresent("divide-hint", (element) => mountHint(element, page));
  }

  gridmap.divideTable = { mount };
  if (root.document && root.document.getElementById("gridmap-config") && gridmap.config().page === "divide") gridmap.dividePage.start();
})(typeof window === "undefined" ? globalThis : window);
