// The left side of /divide: by which rules a village is divided, and its hamlets.
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
    const input = make("input", { type: "number", id, value, min: low, max: high, step, inputmode: "decimal" });
    return [make("label", { for: id, class: "field" }, make("span", {}, label), input), input];
  }
  function makeTick(label, isTicked, onChange) {
    const input = make("input", { type: "checkbox", on: { change: onChange || (() => {}) } });
    input.checked = isTicked;
    return [make("label", { class: "tick" }, input, make("span", {}, label)), input];
  }

  function mount(page) {
    let barriers = [];
    const [targetField, target] = makeNumber("divide-target", text("Households of a grid"), 100, 10, 1000, 1);
    const [bandField, band] = makeNumber("divide-band", text("From today: nobody moves within ± %"), 5, 0, 90, 1);
    const [wholeField, whole] = makeNumber("divide-whole", text("Keep hamlets whole up to"), 130, 1, 2000, 1);
    const [keepField, keep] = makeTick(text("Keep hamlets whole"), true);
    const start = make(
      "select", { id: "divide-start" },
      make("option", { value: "fresh" }, text("Afresh: best borders, new codes")),
      make("option", { value: "today" }, text("From today's grids: few people move")),
      make("option", { value: "as_is" }, text("Today's grids as they are, by hand")),
    );
    const barrierList = make("div", { class: "ticks" });
    const hamletList = make("ul", { class: "plain hamlets" });
    const run = make("button", { type: "button", id: "divide-run", class: "main", on: { click: () => page.run() } }, text("Run"));
    const facts = make("p", { class: "hint", id: "divide-facts" });
    const update = () => {
      const { state } = page;
      run.disabled = !state || page.busy > 0;
      bandField.hidden = start.value !== "today";
      wholeField.hidden = !keep.checked;
    };
    start.addEventListener("change", update);
    keep.addEventListener("change", update);

    page.form = {
      read: () => ({
        start: start.value, target: Number(target.value) || 100, band: (Number(band.value) || 0) / 100, keep_hamlets: keep.checked,
        keep_whole: Number(whole.value) || 130, barriers: barriers.filter(([, tick]) => tick.checked).map(([group]) => group),
      }),
      begin(village) {
        const groups = [...new Set(village.barriers.map((one) => one.group))].sort();
        const onTick = () => {
          gridmap.divideMap.view.groups = new Set(page.form.read().barriers);
          page.changed();
        };
        // Lanes run between any two courtyards; what people do not cross are rivers and main roads.
        const fields = groups.map((group) => [group, ...makeTick(groupName(group), !/lane$|:$/.test(group), onTick)]);
        barriers = fields.map(([group, , tick]) => [group, tick]);
        barrierList.replaceChildren(...(fields.length ? fields.map(([, field]) => field) : [make("p", { class: "hint" }, text("No road or river runs through it."))]));
        const { households, hamlet } = village.addresses;
        const sums = village.hamlets.map(() => 0);
        hamlet.forEach((one, row) => { if (one >= 0) sums[one] += households[row]; });
        const rowsOf = (at) => hamlet.flatMap((one, row) => (one === at ? [row] : []));
        hamletList.replaceChildren(...village.hamlets.map((name, at) => make(
          "li", {}, make("button", { type: "button", class: "quiet", title: text("Mark its households"), on: { click: () => page.state.plan && page.select(rowsOf(at), false) } }, name),
          make("span", {}, text("{n} households", { n: number(sums[at]) })),
        )));
        setText(facts, text("{n} households at {m} addresses; {k} grids today", {
          n: number(households.reduce((sum, one) => sum + one, 0)), m: number(households.length), k: number(village.today.grids.length),
        }));
        if (!village.today.grids.length) start.value = "fresh";
        for (const option of start.options) option.disabled = option.value !== "fresh" && !village.today.grids.length;
        update();
      },
    };
    page.onChange(update);
    update();
    whenPresent("divide-form", (place) => place.replaceChildren(
      make("div", { class: "block" }, make("h2", {}, text("The village")), facts),
      make(
        "div", { class: "block" }, make("h2", {}, text("How to divide")), targetField,
        make("label", { for: "divide-start", class: "field wide" }, make("span", {}, text("Start")), start), bandField, keepField, wholeField,
      ),
      make("div", { class: "block" }, make("h2", {}, text("Not to be crossed")), barrierList),
      make("div", { class: "block" }, run),
      make("div", { class: "block" }, make("h2", {}, text("Hamlets")), hamletList),
    ));
  }

  gridmap.divideForm = { mount };
})(typeof window === "undefined" ? globalThis : window);
