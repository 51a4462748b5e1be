// The page /divide: ask for a village, a plan, a drawing, a publication; the form and the table stand in 53 and 54.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, setText, whenPresent } = gridmap.dom;

  const page = { state: null, form: null, busy: 0, message: "", isBad: false, show: "plan", mode: "pan" };
  const listeners = [];
  page.onChange = (listener) => listeners.push(listener);
  // The village stands in the URL, so that it can be sent.
  function keepUrl() {
    const url = new URL(root.location.href);
    url.searchParams.set("village", page.state.village.code);
    root.history.replaceState(root.history.state, "", url);
  }
  page.changed = () => {
    for (const listener of listeners) listener(page);
    if (gridmap.divideMap.view) gridmap.divideMap.view.redraw();
  };
  page.say = (message, isBad = false) => {
    page.message = message;
    page.isBad = isBad;
    page.changed();
  };

  async function ask(path, body, method) {
    const init = body === undefined ? {} : { method: method || "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(path, init);
    const content = await answer.json().catch(() => null);
    if (answer.ok) return content;
    const fault = new Error((content && content.error && content.error.message) || text("The server does not answer. Try again in a moment."));
    fault.status = answer.status;
    fault.code = content && content.error ? content.error.code : "";
    fault.details = (content && content.error && content.error.details) || [];
    throw fault;
  }
  page.ask = ask;

  async function busy(work) {
    page.busy += 1;
    page.changed();
    try {
      return await work();
    } catch (fault) {
      if (fault.name !== "AbortError") page.say(describe(fault), true);
      return null;
    } finally {
      page.busy -= 1;
      page.changed();
    }
  }
  function describe(fault) {
    if (fault.code === "label" && fault.details[0]) {
      const rows = fault.details[0].addresses.length;
      return text("Not done: grid {code} would fall apart or part one place ({n} addresses, marked red). Move what lies between as well.", { code: fault.details[0].grid.slice(-3), n: number(rows) });
    }
    if (fault.status === 409) return text("Not possible now: {reason}", { reason: fault.message });
    return fault.message;
  }

  page.load = (query) => busy(async () => {
    const village = await ask(`/api/divide/village?${new URLSearchParams(query)}`);
    page.state = gridmap.divideState.makeState(village);
    page.show = "today";
    keepUrl();
    setText(root.document.getElementById("divide-village"), `${village.name} ${village.code}`);
    page.form.begin(village);
    const map = await gridmap.divideMap.ready;
    const view = gridmap.divideMap.view || gridmap.divideMap.mount(map, hooks);
    view.show = "today";
    view.groups = new Set(page.form.read().barriers);
    view.refused.clear();
    view.fit();
    page.say(text("Set the rules and run, or start from today's grids."));
    return village;
  });

  function makeBody(request) {
    return { village: page.state.village.code, version: page.state.village.version, ...request };
  }

  page.run = () => busy(async () => {
    const { state } = page;
    const request = { ...page.form.read(), locked: [...state.locked].filter((code) => state.village.today.grids.some((grid) => grid.code === code)) };
    if (state.isEdited() && !root.confirm(text("What you changed by hand is lost when you run again. Run?"))) return;
    const plan = await ask("/api/divide/plan", makeBody(request));
    if (request.start === "fresh") state.locked.clear();
    state.begin(plan, request);
    gridmap.divideMap.view.refused.clear();
    page.setShow("plan");
    page.say(text("{n} grids. Drag a border with the brush, or mark households with the lasso and give them to a grid.", { n: number(plan.grids.length) }));
  });

  page.setShow = (show) => {
    page.show = show;
    gridmap.divideMap.view.show = show;
    page.changed();
  };
  page.setMode = (mode) => {
    page.mode = mode;
    if (gridmap.divideMap.view) gridmap.divideMap.view.setMode(mode);
    page.changed();
  };

  // ------------------------------------------------------------------ edits
  let drawing = null;
  // Draw what the labels say now; what can't be drawn is taken back, in words.
  page.draw = () => {
    const { state } = page;
    if (drawing) drawing.abort();
    const own = (drawing = new AbortController());
    const label = Int32Array.from(state.label);
    gridmap.divideMap.view.refused.clear();
    return busy(async () => {
      try {
        const startedMs = performance.now();
        const answer = await fetch("/api/divide/draw", {
          method: "POST", headers: { "Content-Type": "application/json" }, signal: own.signal,
          body: JSON.stringify({ ...makeBody(state.request), label: [...label] }),
        });
        const content = await answer.json();
        if (own.signal.aborted) return;
        if (!answer.ok) throw Object.assign(new Error(content.error.message), { status: answer.status, code: content.error.code, details: content.error.details || [] });
        state.setDrawn(content, label);
        page.drawMs = performance.now() - startedMs;
        page.say("");
      } catch (fault) {
        if (fault.name === "AbortError") return;
        takeBack(fault);
        throw fault;
      } finally {
        if (drawing === own) drawing = null;
      }
    });
  };
  function takeBack(fault) {
    const { state } = page;
    // Back to what was drawn last: edits that went on meanwhile stand on the same ground.
    while (state.canUndo() && !same(state.label, state.drawnLabel)) state.undo();
    state.label = Int32Array.from(state.drawnLabel);
    const first = fault.details && fault.details[0];
    if (first && first.addresses) gridmap.divideMap.view.refused = new Set(first.addresses);
  }
  const same = (a, b) => a.length === b.length && a.every((value, at) => value === b[at]);

  page.assign = (grid) => {
    const { state } = page;
    if (!state.selected.size) return page.say(text("Mark households first: lasso, or a hamlet of the list."), true);
    state.remember();
    const { changed, held } = state.put(state.selected, grid);
    if (!changed) {
      state.forget();
      return page.say(held ? text("The grid is locked.") : text("They are in this grid already."), held > 0);
    }
    state.selected.clear();
    return page.draw();
  };
  page.select = (rows, isAdded) => {
    const { state } = page;
    if (!isAdded) state.selected.clear();
    for (const row of rows) state.selected.add(row);
    const households = [...state.selected].reduce((sum, row) => sum + state.village.addresses.households[row], 0);
    page.say(state.selected.size ? text("{n} households marked. Click the grid they go to, here or in the table.", { n: number(households) }) : "");
  };
  page.undo = () => page.state && page.state.plan && page.state.undo() && page.draw();
  page.redo = () => page.state && page.state.plan && page.state.redo() && page.draw();
  page.reset = () => page.state && page.state.plan && page.state.reset() && page.draw();
  page.lock = (code) => {
    const { locked } = page.state;
    if (locked.has(code)) locked.delete(code);
    else locked.add(code);
    page.changed();
  };

  let brushed = false;
  let heldBack = false;
  const hooks = {
    state: () => page.state,
    onSelect: page.select,
    onClickGrid(grid, rows, isAdded) {
      if (page.state.selected.size && grid >= 0 && !isAdded) page.assign(grid);
      else page.select(rows, isAdded);
    },
    onBrushStart() {
      brushed = heldBack = false;
      page.state.remember();
    },
    onBrush(rows, grid) {
      const { changed, held } = page.state.put(rows, grid);
      brushed = brushed || changed > 0;
      heldBack = heldBack || held > 0;
      if (changed) page.changed(); // the table counts along while one drags
    },
    onBrushEnd() {
      if (brushed) page.draw();
      else {
        page.state.forget();
        if (heldBack) page.say(text("The grid is locked."), true);
      }
    },
  };

  page.publish = (validFrom) => busy(async () => {
    const { state } = page;
    const label = state.isEdited() ? [...state.label] : null;
    const done = await ask("/api/divide/publish", { ...makeBody(state.request), label, valid_from: validFrom });
    await page.load({ code: state.village.code });
    page.published = done;
    page.say(text("Published: {n} grids, valid from {day}; {m} open incidents were placed anew.", { n: number(done.grids), day: done.valid_from, m: number(done.incidents_placed) }));
    return done;
  });

  // ------------------------------------------------------------------ keyboard, search, start
  const KEYS = { v: "pan", l: "lasso", b: "brush" };
  function onKey(event) {
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName || "") || !page.state || root.document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
      event.preventDefault();
      if (key === "y" || event.shiftKey) page.redo();
      else page.undo();
    } else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (KEYS[key] && page.state.plan) page.setMode(KEYS[key]);
    else if (key === "escape") page.select([], false);
  }

  function start() {
    gridmap.search.mount();
    gridmap.divideForm.mount(page);
    gridmap.divideTable.mount(page);
    root.document.addEventListener("keydown", onKey);
    root.document.addEventListener("click", (event) => {
      const result = event.target.closest ? event.target.closest("#search-results [data-select]") : null;
      if (!result) return;
      event.preventDefault();
      const [kind, id] = result.dataset.select.split(":");
      if (kind === "area") page.load({ area: id });
      else page.say(text("Choose a village, or a grid of one."), true);
    });
    whenPresent("divide-language", (link) => link.addEventListener("click", () => {
      const url = new URL(root.location.href);
      url.searchParams.set("lang", link.dataset.lang);
      link.href = url.href;
    }));
    root.addEventListener("beforeunload", (event) => {
      if (page.state && page.state.isEdited()) event.preventDefault();
    });
    const code = new URLSearchParams(root.location.search).get("village");
    if (code) whenPresent("divide-result", () => page.load({ code }));
    page.changed();
  }

  gridmap.dividePage = page;
  page.start = start; // called by the last of these scripts
})(typeof window === "undefined" ? globalThis : window);
