// The page /divide: ask for places, a village, a plan, a publication. Edits stand in 54_divide_edit.js, many villages in 57_divide_many.js.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, languageHeaders, number, setText } = gridmap.dom;

  const page = {
    state: null, // of the village that is open
    overview: null, // the places of the county
    scope: "one", // one village, or many
    draft: null, // what the draft changes; null without one
    draftChosen: null, // code of the village of the draft that was gone to
    faults: [], // places where grids would not tile
    form: null, busy: 0, message: "", isBad: false, show: "today", mode: "pan",
  };
  const listeners = [];
  page.onChange = (listener) => listeners.push(listener);
  // The village or area stands in the URL, so that it can be sent.
  page.keepUrl = (name, code) => {
    const url = new URL(root.location.href);
    for (const one of ["village", "within"]) url.searchParams.delete(one);
    if (code) url.searchParams.set(name, code);
    root.history.replaceState(root.history.state, "", url);
  };
  page.changed = () => {
    for (const listener of listeners) listener(page);
    if (gridmap.divideMap.view) gridmap.divideMap.view.redraw();
  };
  page.say = (message, isBad = false) => {
    page.message = message;
    page.isBad = isBad;
    page.changed();
  };

  // Ask the server; a refusal is thrown with its code and details.
  page.ask = async (path, body, { method = body === undefined ? "GET" : "POST", signal } = {}) => {
    const init = { method, signal, headers: languageHeaders() };
    if (body !== undefined) Object.assign(init, { headers: { ...init.headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });
    let answer;
    try {
      answer = await fetch(path, init);
    } catch (fault) {
      if (fault.name === "AbortError") throw fault;
      throw new Error(text("The server does not answer. Try again in a moment."), { cause: fault });
    }
    const content = await answer.json().catch(() => null);
    if (answer.ok) return content;
    const told = (content && content.error) || {};
    // Of fields the details have a label and a reason; of a plan they are places, which are shown on the map.
    const parts = (told.details || []).filter((one) => one.reason).map(gridmap.actionForm.detailOf);
    const fault = new Error([told.message, ...parts].filter(Boolean).join(" ") || text("The server does not answer. Try again in a moment."));
    throw Object.assign(fault, { status: answer.status, code: told.code || "", details: told.details || [] });
  };

  page.busily = async (work) => {
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
  };
  function describe(fault) {
    const first = (fault.details || [])[0];
    if (fault.code === "label" && first) {
      return text("Not done: grid {code} would fall apart or part one place ({n} addresses, marked red). Move what lies between as well.", { code: first.grid.slice(-3), n: number(first.addresses.length) });
    }
    if (fault.code === "coverage") {
      page.faults = fault.details;
      return text("Nothing was stored: the small grids would not tile the county. {places}", { places: fault.details.slice(0, 3).map(page.faultWords).join(" ") });
    }
    if (fault.status === 409) return text("Not possible now: {reason}", { reason: fault.message });
    return fault.message;
  }
  const FAULTS = {
    overlap: (values) => text("{codes} overlap by {n} m² at {lon}, {lat}.", values),
    gap: (values) => text("Between {codes} {n} m² are in no grid, at {lon}, {lat}.", values),
    parent_not_covered: (values) => text("{n} m² of {codes} are in no grid, at {lon}, {lat}.", values),
  };
  page.faultWords = ({ kind, codes, area_m2: area, lat, lon }) => FAULTS[kind]({ codes: codes.join(", "), n: number(area), lon: lon.toFixed(5), lat: lat.toFixed(5) });

  // ------------------------------------------------------------------ one village
  async function mountMap() {
    const map = await gridmap.divideMap.ready;
    return gridmap.divideMap.view || gridmap.divideMap.mount(map, page.hooks);
  }
  page.load = (query) => page.busily(async () => {
    if (!page.mayLeave()) return null;
    const village = await page.ask(`/api/divide/village?${new URLSearchParams(query)}`);
    page.state = gridmap.divideState.makeState(village);
    page.scope = "one";
    page.keepUrl("village", village.code);
    page.form.begin(village);
    const view = await mountMap();
    view.isOverview = false;
    view.refused.clear();
    view.groups = new Set(page.form.read().barriers);
    page.setMode("pan");
    page.setShow("today");
    view.fit(village.bounds);
    page.say(text("Set the rules and run, or start from today's grids."));
    return village;
  });
  // What was changed by hand is not thrown away without a word.
  page.mayLeave = () => !(page.state && page.state.isUnsaved()) || root.confirm(text("What you changed by hand is lost when you leave this village. Leave?"));

  // Back to the county, to choose another.
  page.close = () => {
    page.state = null;
    page.keepUrl("village", "");
    const { view } = gridmap.divideMap;
    view.isOverview = true;
    page.setMode("pan");
    if (page.overview && page.overview.county) view.fit(page.overview.county.bounds);
    page.say("");
  };

  page.makeBody = (request) => ({ village: page.state.village.code, version: page.state.village.version, ...request });

  page.run = () => page.busily(async () => {
    const { state } = page;
    if (!page.form.check()) return;
    const request = { ...page.form.read(), locked: [...state.locked].filter((code) => state.village.today.grids.some((grid) => grid.code === code)) };
    if (state.isUnsaved() && !root.confirm(text("What you changed by hand is lost when you run again. Run?"))) return;
    const plan = await page.ask("/api/divide/plan", page.makeBody(request));
    if (request.start === "fresh") state.locked.clear();
    state.begin(plan, request);
    gridmap.divideMap.view.refused.clear();
    page.setShow("plan");
    page.say(text("{n} grids. Drag a border, or mark households with the lasso and give them to a grid.", { n: number(plan.grids.length) }));
  });

  page.setShow = (show) => {
    page.show = show;
    gridmap.divideMap.view.show = show;
    if (show !== "plan") page.setMode("pan");
    page.changed();
  };
  page.setMode = (mode) => {
    page.mode = mode;
    if (gridmap.divideMap.view) gridmap.divideMap.view.setMode(mode);
    page.changed();
  };

  // Store the plan in a new generation: published, or kept in the draft beside those of other villages.
  page.publish = ({ validFrom = null, isDraft = false }) => page.busily(async () => {
    const { state } = page;
    const label = state.isEdited() ? [...state.label] : null;
    page.faults = [];
    const done = await page.ask("/api/divide/publish", { ...page.makeBody(state.request), label, valid_from: validFrom, draft_only: isDraft });
    state.markSaved();
    if (!isDraft) {
      await page.load({ code: state.village.code });
      await page.loadPlaces();
      page.published = done;
    }
    await page.loadDraft();
    page.say(isDraft
      ? text("{n} grids of {village} are in the draft. Publish it when all villages are in it.", { n: number(done.grids), village: state.village.name })
      : text("Published: {n} grids, valid from {day}; {m} open incidents were placed anew.", { n: number(done.grids), day: done.valid_from, m: number(done.incidents_placed) }));
    return done;
  });

  // ------------------------------------------------------------------ the county
  page.loadPlaces = () => page.busily(async () => {
    page.overview = gridmap.divideOverview.makeOverview(await page.ask("/api/divide/places"));
    page.form.fill(page.overview);
    await mountMap();
  });
  page.loadDraft = () => page.busily(async () => {
    page.draft = (await page.ask("/api/divide/draft")).draft;
    page.draftGrids.begin(page.draft ? page.draft.generation : null);
    if (!page.draft) page.draftChosen = null;
  });
  page.draftGrids = gridmap.divideDraft.makeDraftGrids({
    read: (generation, villages) => page.ask(`/api/divide/draft/grids?${new URLSearchParams([["generation", generation], ...villages.map((code) => ["village", code])])}`),
    onRead: () => page.changed(),
    onFault: (fault) => (fault.status === 409 ? page.loadDraft() : page.say(fault.message, true)),
  });
  page.draftVillages = () => (page.draft && page.overview ? page.draft.villages.map((one) => page.overview.byCode.get(one.code)).filter(Boolean) : []);
  page.wantDraft = () => {
    const { view } = gridmap.divideMap;
    if (view && view.isOverview) page.draftGrids.want(page.draftVillages(), view.bounds());
  };
  page.onChange(page.wantDraft);
  page.showDraft = (show) => {
    page.draftGrids.show = show;
    page.changed();
  };
  page.villageName = () => (page.scope === "one" && page.state ? `${page.state.village.name} ${page.state.village.code}` : "");
  page.onChange(() => setText(root.document.getElementById("divide-village"), page.villageName()));

  gridmap.dividePage = page;
})(typeof window === "undefined" ? globalThis : window);
