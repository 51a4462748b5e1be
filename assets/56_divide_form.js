// The left side of /divide: what is divided, by which rules, and the hamlets of the village.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, whenPresent } = gridmap.dom;

  // A class that no catalogue knows is called by its own name.
  function groupName(group) {
    const found = text(`barrier:${group}`);
    return found.startsWith("barrier:") ? group : found;
  }

  function makeNumber(id, label, value, low, high, step) {
    const input = make("input", { type: "number", id, value, min: low, max: high, step, required: true, inputmode: "decimal" });
    return [make("label", { for: id, class: "field" }, make("span", {}, label), input), input];
  }
  function makeTick(label, isTicked, onChange) {
    const input = make("input", { type: "checkbox", on: { change: onChange || (() => {}) } });
    input.checked = isTicked;
    return [make("label", { class: "tick" }, input, make("span", {}, label)), input];
  }
  function makeSelect(id, label, onChange) {
    const select = make("select", { id, on: { change: () => onChange(select.value) } });
    return [make("label", { for: id, class: "field wide" }, make("span", {}, label), select), select];
  }
  const option = (value, label) => make("option", { value }, label);

  function mount(page) {
    let barriers = [];
    const [targetField, target] = makeNumber("divide-target", text("Households of a grid"), 100, 10, 1000, 1);
    const [bandField, band] = makeNumber("divide-band", text("From today: nobody moves within ± %"), 5, 0, 90, 1);
    const [wholeField, whole] = makeNumber("divide-whole", text("Keep hamlets whole up to"), 130, 1, 2000, 1);
    const [keepField, keep] = makeTick(text("Keep hamlets whole"), true);
    const [startField, start] = makeSelect("divide-start", text("Start"), () => page.changed());
    start.append(option("fresh", text("Afresh: best borders, new codes")), option("today", text("From today's grids: few people move")), option("as_is", text("Today's grids as they are, by hand")));
    const barrierList = make("div", { class: "ticks" });
    const hamletList = make("ul", { class: "plain hamlets" });
    const facts = make("p", { class: "hint", id: "divide-facts" });

    // ---------------------------------------------------------------- what is divided
    const scopes = [["one", text("One village")], ["many", text("Many villages")]].map(([scope, label]) => make("button", { type: "button", "data-scope": scope, on: { click: () => page.form.setScope(scope) } }, label));
    const [areaField, area] = makeSelect("divide-area", text("County or township"), (code) => page.form.setArea(code));
    const [townshipField, township] = makeSelect("divide-township", text("Township"), () => fillVillages());
    const [villageField, village] = makeSelect("divide-village-choice", text("Village"), (code) => code && page.load({ code }));
    const run = make("button", { type: "button", id: "divide-run", class: "main", on: { click: () => (page.scope === "one" ? page.run() : page.startJob()) } });

    function fillVillages(chosen = "") {
      const { overview } = page;
      const within = overview && overview.byCode.get(township.value);
      const villages = within ? overview.villagesOf(within) : [];
      village.replaceChildren(option("", text("Choose …")), ...villages.map((one) => option(one.code, one.name)));
      village.value = chosen;
      village.disabled = !villages.length;
    }
    function fillBarriers(groups) {
      const ticked = new Map(barriers.map(([group, tick]) => [group, tick.checked]));
      const onTick = () => {
        if (gridmap.divideMap.view) gridmap.divideMap.view.groups = new Set(page.form.read().barriers);
        page.changed();
      };
      // Lanes run between any two courtyards; what people do not cross are rivers and main roads.
      const fields = groups.map((group) => [group, ...makeTick(groupName(group), ticked.has(group) ? ticked.get(group) : !/lane$|:$/.test(group), onTick)]);
      barriers = fields.map(([group, , tick]) => [group, tick]);
      barrierList.replaceChildren(...(fields.length ? fields.map(([, field]) => field) : [make("p", { class: "hint" }, text("No road or river runs through it."))]));
    }
    function sayFacts() {
      const { state, overview, scope } = page;
      if (scope === "many") {
        const chosen = page.form.area();
        const villages = chosen && overview ? overview.villagesOf(chosen) : [];
        const sum = (name) => villages.reduce((all, one) => all + one[name], 0);
        setText(facts, chosen ? text("{k} villages, {n} households; {m} grids today", { k: number(villages.length), n: number(sum("households")), m: number(sum("grids")) }) : text("Choose the county or a township, here or on the map."));
      } else if (state) {
        const { addresses, today } = state.village;
        setText(facts, text("{n} households at {m} addresses; {k} grids today", {
          n: number(addresses.households.reduce((all, one) => all + one, 0)), m: number(addresses.households.length), k: number(today.grids.length),
        }));
      } else setText(facts, text("Choose a village: by name above, from the lists, or on the map."));
    }

    page.form = {
      read: () => ({
        start: start.value, target: Number(target.value), band: Number(band.value) / 100, keep_hamlets: keep.checked,
        keep_whole: Number(whole.value), barriers: barriers.filter(([, tick]) => tick.checked).map(([group]) => group),
      }),
      // A number out of its range is said by the field itself.
      check: () => [targetField, bandField, wholeField].every((field) => field.hidden || field.querySelector("input").reportValidity()),
      area: () => (page.scope === "many" && page.overview ? page.overview.byCode.get(area.value) || null : null),
      // The places of the county are there.
      fill(overview) {
        const { county, townships } = overview;
        const [chosenArea, chosenTownship] = [area.value, township.value];
        area.replaceChildren(option("", text("Choose …")), ...(county ? [option(county.code, text("{name}: the whole county", { name: county.name }))] : []), ...townships.map((one) => option(one.code, one.name)));
        township.replaceChildren(option("", text("Choose …")), ...townships.map((one) => option(one.code, one.name)));
        area.value = chosenArea;
        township.value = chosenTownship;
        if (page.state) page.form.begin(page.state.village);
        else fillVillages();
        if (page.scope === "many") fillBarriers(overview.barriers);
        page.changed();
      },
      setArea(code) {
        area.value = code;
        page.keepUrl("within", code);
        const chosen = page.form.area();
        if (chosen && gridmap.divideMap.view) gridmap.divideMap.view.fit(chosen.bounds);
        page.changed();
      },
      setScope(scope) {
        if (scope === page.scope) return;
        const { view } = gridmap.divideMap;
        page.scope = scope;
        if (scope === "many") {
          if (page.overview) fillBarriers(page.overview.barriers);
          // A thousand villages drawn afresh would move everybody: that is asked for, not the start.
          start.value = "today";
          page.setMode("pan");
        } else if (page.state) page.form.begin(page.state.village);
        if (view) view.isOverview = scope === "many" || !page.state;
        page.keepUrl(...(scope === "many" ? ["within", area.value] : ["village", page.state ? page.state.village.code : ""]));
        const place = scope === "many" ? page.form.area() || (page.overview && page.overview.county) : page.state && page.state.village;
        if (view && place) view.fit(place.bounds);
        page.say("");
      },
      // A village is open.
      begin(opened) {
        fillBarriers([...new Set(opened.barriers.map((one) => one.group))].sort());
        const { households, hamlet } = opened.addresses;
        const sums = opened.hamlets.map(() => 0);
        hamlet.forEach((one, row) => { if (one >= 0) sums[one] += households[row]; });
        const rowsOf = (at) => hamlet.flatMap((one, row) => (one === at ? [row] : []));
        hamletList.replaceChildren(...opened.hamlets.map((name, at) => make(
          "li", {}, make("button", { type: "button", class: "quiet", title: text("Mark its households"), on: { click: () => page.hasPlan() && page.select(rowsOf(at), false) } }, name),
          make("span", {}, text("{n} households", { n: number(sums[at]) })),
        )));
        const found = page.overview && page.overview.byCode.get(opened.code);
        const within = found && page.overview.byId.get(found.parent);
        if (within) township.value = within.code;
        fillVillages(opened.code);
        if (!opened.today.grids.length) start.value = "fresh";
        page.changed();
      },
    };

    const hamletBlock = make("div", { class: "block" }, make("h2", {}, text("Hamlets")), hamletList);
    const update = () => {
      const isMany = page.scope === "many";
      const hasToday = isMany || Boolean(page.state && page.state.village.today.grids.length);
      for (const one of start.options) one.disabled = (one.value !== "fresh" && !hasToday) || (one.value === "as_is" && isMany);
      if (isMany && start.value === "as_is") start.value = "today";
      for (const button of scopes) button.setAttribute("aria-pressed", String(button.dataset.scope === page.scope));
      areaField.hidden = !isMany;
      townshipField.hidden = villageField.hidden = isMany;
      hamletBlock.hidden = isMany || !page.state;
      bandField.hidden = start.value !== "today";
      wholeField.hidden = !keep.checked;
      setText(run, isMany ? text("Divide into the draft") : text("Run"));
      run.classList.toggle("edit", isMany); // on a phone a plan may be looked at
      run.disabled = page.busy > 0 || (isMany ? !page.form.area() || page.isJobRunning() : !page.state);
      sayFacts();
    };
    keep.addEventListener("change", update);
    page.onChange(update);
    whenPresent("divide-form", (place) => place.replaceChildren(
      make("div", { class: "block switch", role: "group", "aria-label": text("What is divided") }, ...scopes),
      make("div", { class: "block" }, areaField, townshipField, villageField, facts),
      make("div", { class: "block" }, make("h2", {}, text("How to divide")), startField, targetField, bandField, keepField, wholeField),
      make("div", { class: "block" }, make("h2", {}, text("Not to be crossed")), barrierList),
      make("div", { class: "block" }, run),
      hamletBlock,
    ));
  }

  gridmap.divideForm = { mount };
})(typeof window === "undefined" ? globalThis : window);
