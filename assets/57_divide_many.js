// Many villages on /divide: a division in the background with its progress, what it brought, and the draft: published or discarded.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed } = gridmap.dom;
  const { makeButton } = gridmap.divideTools;
  const page = gridmap.dividePage;
  if (!page) return;

  const ASK_MS = 400;
  const MOST_ROWS = 1200;

  page.job = null; // the last answer of the division that runs or ran
  page.isJobRunning = () => Boolean(page.job && page.job.state === "running");
  const STEPS = {
    reading: () => text("Reading the villages"), dividing: () => text("Dividing"), storing: () => text("Drawing and storing"),
    checking: () => text("Checking that the grids of the county fit"), stored: () => text("Stored"),
  };

  page.startJob = () => page.busily(async () => {
    if (!page.form.check()) return;
    const area = page.form.area();
    page.faults = [];
    page.job = await page.ask("/api/divide/jobs", { ...page.form.read(), area: area.code });
    page.say("");
    watch();
  });
  page.stopJob = () => page.busily(async () => {
    page.job = { ...(await page.ask(`/api/divide/jobs/${page.job.id}`, undefined, { method: "DELETE" })), isStopping: true };
  });
  // A division that another page started, or this one before it was loaded anew.
  page.findJob = () => page.busily(async () => {
    const { job } = await page.ask("/api/divide/jobs");
    if (!job) return;
    page.job = job;
    watch();
  });
  let watching = 0;
  function watch() {
    clearTimeout(watching);
    watching = setTimeout(async () => {
      try {
        const { isStopping } = page.job;
        page.job = { ...(await page.ask(`/api/divide/jobs/${page.job.id}`)), isStopping };
      } catch (fault) {
        // The server forgets what it did when it is started anew; a cut of the line passes by.
        if (fault.status === 404) page.job = { ...page.job, state: "failed", error: fault.message };
      }
      if (page.isJobRunning()) watch();
      else await end();
      page.changed();
    }, ASK_MS);
  }
  async function end() {
    const { job } = page;
    page.faults = job.faults || [];
    if (job.state === "done") await page.loadDraft();
    if (job.state === "failed") page.say(text("Not done: {reason}", { reason: job.error }), true);
    else page.say(job.state === "stopped" ? text("Stopped; nothing was stored.") : text("The villages are in the draft. Look through it, then publish it."));
  }

  page.publishDraft = (validFrom) => page.busily(async () => {
    page.faults = [];
    const done = await page.ask("/api/divide/draft/publish", { generation: page.draft.generation, valid_from: validFrom });
    page.published = done;
    page.job = null;
    if (page.state) await page.close();
    await page.loadPlaces();
    await page.loadDraft();
    page.say(text("Published: generation {name}, valid from {day}; {m} open incidents were placed anew.", { name: done.name, day: done.valid_from, m: number(done.incidents_placed) }));
  });
  page.discardDraft = () => page.busily(async () => {
    const { generation, name, villages } = page.draft;
    if (!root.confirm(text("Discard the draft {name} with its {n} villages? That can't be undone.", { name, n: number(villages.length) }))) return;
    await page.ask(`/api/divide/draft?generation=${generation}`, undefined, { method: "DELETE" });
    page.job = null;
    await page.loadDraft();
    page.say(text("The draft is discarded; today's grids stay."));
  });

  // ------------------------------------------------------------------ the grids of the draft on the map
  const codeWords = (grid) => ({ code: grid.code.slice(-3), n: number(grid.households) });
  // What is under the pointer: the grids of the draft and of today there.
  page.draftWords = (village, [lon, lat]) => {
    const found = village && page.draftGrids.at(village.code, lon, lat);
    if (!found || page.draftGrids.isTooFar) return "";
    const lines = [found.draft && text("Draft {code}: {n} households", codeWords(found.draft)), found.today && text("Today {code}: {n} households", codeWords(found.today))].filter(Boolean);
    return lines.length ? [village.name, ...lines].join("\n") : "";
  };
  const hover = make("div", { id: "divide-hover", class: "divide-hover", hidden: true });
  page.showHover = (words, pixel) => {
    hover.hidden = !words;
    if (!words) return;
    const container = root.document.querySelector(".divide-page .leaflet-container");
    if (!hover.isConnected) container.append(hover);
    setText(hover, words);
    const [x, y] = pixel;
    // Beside the pointer, on the side with room.
    hover.style.left = `${x + 16 + hover.offsetWidth > container.clientWidth ? x - 16 - hover.offsetWidth : x + 16}px`;
    hover.style.top = `${Math.min(y + 12, container.clientHeight - hover.offsetHeight - 8)}px`;
  };
  const hasGrids = () => Boolean(page.draft && page.draft.villages.length);

  // ------------------------------------------------------------------ what it brought
  // One row per village: what the draft has, with what only the division knows. Faults first, then the worst.
  function listVillages() {
    const result = page.job && page.job.result;
    const known = new Map(result ? result.villages.map((one) => [one.code, one]) : []);
    const rows = (page.draft ? page.draft.villages : []).map((one) => ({ fault: "", deviation: null, forced: null, moved: null, ...one, ...pick(known.get(one.code)) }));
    const there = new Set(rows.map((one) => one.code));
    const failed = [...known.values()].filter((one) => one.fault && !there.has(one.code));
    const excess = (one) => (one.deviation === null ? 0 : one.deviation - one.forced);
    return [...failed, ...rows.sort((a, b) => excess(b) - excess(a) || (a.code < b.code ? -1 : 1))];
  }
  const pick = (one) => (one && !one.fault ? { deviation: one.deviation, forced: one.forced, moved: one.moved, households_min: one.households_min, households_max: one.households_max } : {});

  function makeVillageRow(one) {
    const show = () => {
      const place = page.overview && page.overview.byCode.get(one.code);
      if (!place) return;
      page.draftChosen = one.code;
      gridmap.divideMap.view.fit(place.bounds);
      page.changed();
    };
    return make("tr", { on: { click: show } }, make("th", { scope: "row" }, makeButton(one.name, () => {}, { class: "quiet", title: one.code })), make("td"), make("td"), make("td"), make("td"), make("td"));
  }
  function updateVillageRow(element, one) {
    element.classList.toggle("failed", Boolean(one.fault));
    element.classList.toggle("chosen", one.code === page.draftChosen);
    const cells = [...element.children].slice(1);
    const values = one.fault
      ? [number(one.grids_before), one.fault, "", "", ""]
      : [
        `${number(one.grids_before)} → ${number(one.grids)}`, `${number(one.households_min)}–${number(one.households_max)}`,
        one.deviation === null ? "–" : number(one.deviation, 1), one.forced === null ? "–" : number(one.forced, 1), one.moved === null ? "–" : number(one.moved),
      ];
    cells[1].colSpan = one.fault ? 4 : 1;
    cells.forEach((cell, at) => {
      cell.hidden = Boolean(one.fault) && at > 1;
      setText(cell, values[at]);
    });
  }
  function sumUp(villages) {
    const done = villages.filter((one) => !one.fault);
    const sum = (name) => done.reduce((all, one) => all + (one[name] || 0), 0);
    return { villages: done.length, before: sum("grids_before"), grids: sum("grids"), moved: done.some((one) => one.moved !== null) ? sum("moved") : null, failed: villages.length - done.length };
  }

  function makeManySide() {
    const { dialog, open } = gridmap.dividePublish.makePublishDialog("divide-draft");
    const step = make("p", { id: "divide-step", role: "status" });
    const bar = make("progress", { id: "divide-progress", max: 1, "aria-labelledby": "divide-step" });
    const stop = makeButton(text("Stop"), page.stopJob, { id: "divide-stop", class: "second" });
    const running = make("div", { class: "block" }, make("h2", {}, text("Division")), step, bar, stop);
    const told = make("div", { class: "block job-told", role: "alert" });
    const title = make("span");
    const named = make("h2", { id: "divide-draft-name" }, make("i", { class: "swatch", "aria-hidden": "true", style: { background: gridmap.divideOverview.DRAFTED } }), title);
    const summary = make("p", { class: "hint", id: "divide-draft-words" });
    const body = make("tbody");
    const head = [text("Village"), text("Grids"), text("Households"), text("Deviation"), text("Forced"), text("Change grid")];
    const table = make("div", { class: "block grow scroll" }, make("table", { class: "villages" }, make("thead", {}, make("tr", {}, ...head.map((label) => make("th", { scope: "col" }, label)))), body));
    const draftWords = () => {
      const { villages, before, grids, moved, failed } = sumUp(listVillages());
      return [
        text("{k} villages: {n} grids in place of {m}.", { k: number(villages), n: number(grids), m: number(before) }),
        moved === null ? "" : text("{n} households change grid.", { n: number(moved) }),
        failed ? text("{n} villages were left out and keep today's grids.", { n: number(failed) }) : "",
      ].filter(Boolean).join(" ");
    };
    const otherWords = () => (page.draft.other_changes ? text("The draft also changes {n} areas of other levels, which are published along.", { n: number(page.draft.other_changes) }) : "");
    const publish = makeButton(text("Publish the draft …"), () => open({ words: draftWords(), more: otherWords(), firstDay: page.draft.first_day, onConfirm: page.publishDraft }), { id: "divide-draft-publish", class: "main edit" });
    const discard = makeButton(text("Discard"), page.discardDraft, { id: "divide-draft-discard", class: "second edit" });
    const none = make("p", { class: "hint block" }, text("There is no draft. Choose the county or a township, set the rules, and divide: the result is kept as a draft until you publish it."));
    const shows = [["today", text("Today")], ["draft", text("Draft")], ["both", text("Both")]].map(([show, label]) => makeButton(label, () => page.showDraft(show), { "data-draft-show": show }));
    const far = make("p", { class: "hint", id: "divide-draft-far" }, text("Zoom in, or click a village in the table, to see the grids."));
    const onMap = make("div", { class: "switch", role: "group", "aria-label": text("Grids on the map") }, ...shows);
    const draft = make("div", { class: "block" }, named, summary, onMap, far);
    const acts = make("div", { class: "block" }, make("div", { class: "buttons" }, discard, publish), make("p", { class: "hint only-phone" }, text("On a phone plans can be seen, not changed.")));
    const side = make("div", { class: "divide-full divide-many" }, running, told, none, draft, table, acts, dialog);

    page.onChange(() => {
      side.hidden = page.scope !== "many";
      if (side.hidden) return;
      const { job } = page;
      running.hidden = !page.isJobRunning();
      if (!running.hidden) {
        const place = page.overview && page.overview.byCode.get(job.area);
        bar.value = job.share;
        setText(step, `${place ? place.name : job.area}: ${job.isStopping ? text("Stopping …") : (STEPS[job.step] || STEPS.reading)()} ${number(100 * job.share)} %`);
        stop.disabled = Boolean(job.isStopping);
      }
      told.hidden = !page.faults.length;
      keyed(told, page.faults.slice(0, 20), (fault) => `${fault.kind} ${fault.codes} ${fault.lon}`, (fault) => makeButton(page.faultWords(fault), () => gridmap.divideMap.view.goTo(fault.lon, fault.lat, 17), { class: "quiet" }), () => {});
      const villages = listVillages();
      draft.hidden = acts.hidden = !page.draft;
      table.hidden = !villages.length;
      none.hidden = Boolean(page.draft) || page.isJobRunning();
      if (page.draft) {
        setText(title, text("Draft {name}", { name: page.draft.name }));
        onMap.hidden = !hasGrids();
        far.hidden = !hasGrids() || !page.draftGrids.isTooFar;
        for (const button of shows) button.setAttribute("aria-pressed", String(button.dataset.draftShow === page.draftGrids.show));
        setText(summary, [draftWords(), otherWords()].join(" "));
      }
      keyed(body, villages.slice(0, MOST_ROWS), (one) => `${one.code} ${one.fault}`, makeVillageRow, updateVillageRow);
      publish.disabled = discard.disabled = page.busy > 0 || page.isJobRunning();
    });
    return side;
  }

  gridmap.divideMany = { makeManySide };
})(typeof window === "undefined" ? globalThis : window);
