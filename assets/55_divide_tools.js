// The tools of /divide: the bar over the map, and what can be done to the chosen grid.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, whenPresent } = gridmap.dom;
  const { colourOf } = gridmap.divideState;

  function makeButton(label, onClick, attributes) {
    return make("button", { type: "button", ...attributes, on: { click: onClick } }, label);
  }
  // A button that says its key.
  const keyed = (label, key, onClick, attributes) => makeButton(label, onClick, { title: `${label} (${key})`, "aria-keyshortcuts": key.replace("Ctrl", "Control"), ...attributes });

  function mountBar(place, page) {
    const modes = [["pan", text("Move the map"), "V"], ["border", text("Drag a border"), "D"], ["brush", text("Brush"), "B"], ["lasso", text("Lasso"), "L"], ["cut", text("Cut"), "C"]];
    const buttons = modes.map(([mode, label, key]) => keyed(label, key, () => page.setMode(mode), { "data-mode": mode }));
    const undo = keyed(text("Undo"), "Ctrl+Z", page.undo, { id: "divide-undo" });
    const redo = keyed(text("Redo"), "Ctrl+Y", page.redo, { id: "divide-redo" });
    const reset = makeButton(text("Reset"), page.reset, { id: "divide-reset" });
    const pin = keyed(text("Pin the marked"), "P", page.pin, { id: "divide-pin" });
    const back = makeButton(text("Whole county"), () => page.mayLeave() && page.close(), { id: "divide-back" });
    const edits = [make("div", { class: "group edit" }, ...buttons), make("div", { class: "group edit" }, undo, redo, reset), make("div", { class: "group edit" }, pin)];
    const leave = make("div", { class: "group" }, back);
    place.replaceChildren(leave, ...edits);
    page.onChange(() => {
      const { state } = page;
      const isPlan = page.hasPlan();
      place.hidden = !state || page.scope !== "one";
      for (const group of edits) group.hidden = !(state && state.plan);
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(page.mode === button.dataset.mode));
        button.disabled = !isPlan;
      }
      undo.disabled = !isPlan || !state.canUndo();
      redo.disabled = !isPlan || !state.canRedo();
      reset.disabled = !isPlan || !state.isEdited();
      pin.disabled = !isPlan || !state.selected.size;
      setText(pin, isPlan && state.selected.size && [...state.selected].every((row) => state.pinned.has(row)) ? text("Unpin the marked") : text("Pin the marked"));
    });
  }

  // What can be done to the chosen grid; the same by key.
  function makeGridTools(page) {
    const name = make("b");
    const swatch = make("i", { class: "swatch", "aria-hidden": "true" });
    const select = make("select", { id: "divide-neighbour", "aria-label": text("Neighbour") });
    const neighbour = () => (select.value === "" ? -1 : Number(select.value));
    const row = () => page.state.rows().find((one) => one.index === page.state.grid);
    const lock = keyed(text("Lock"), "K", () => page.lock(row().code), { class: "small", id: "divide-lock" });
    const split = keyed(text("Split in two"), "S", page.split, { class: "small", id: "divide-split" });
    const give = keyed(text("Give marked"), "G", page.giveMarked, { class: "small", id: "divide-give" });
    const merge = keyed(text("Merge"), "M", () => page.merge(neighbour()), { class: "small", id: "divide-merge" });
    const take = keyed(text("Take {n}", { n: page.SOME }), "+", () => page.shift(neighbour(), page.state.grid, page.SOME), { class: "small", id: "divide-take" });
    const hand = keyed(text("Hand over {n}", { n: page.SOME }), "-", () => page.shift(page.state.grid, neighbour(), page.SOME), { class: "small", id: "divide-hand" });
    const none = make("p", { class: "hint" }, text("Click a grid on the map or in the table, or press [ and ], to lock, split, merge or shift its borders."));
    const some = make(
      "div", { class: "grid-tools" }, make("div", { class: "tool-line" }, swatch, name, lock, split, give),
      make("div", { class: "tool-line" }, make("span", {}, text("Neighbour")), select, merge, take, hand),
    );
    page.tools = { neighbour };
    page.onChange(() => {
      const { state } = page;
      const chosen = page.hasPlan() ? row() : null;
      none.hidden = Boolean(chosen) || !page.hasPlan();
      some.hidden = !chosen;
      if (!chosen) return;
      swatch.style.background = colourOf(chosen.index);
      setText(name, text("{code}: {n} households", { code: chosen.code ? chosen.code.slice(-3) : text("new"), n: number(chosen.households) }));
      const beside = page.neighbours(chosen.index);
      const wanted = beside.map(String).join();
      if (select.dataset.of !== `${chosen.index}:${wanted}`) {
        const before = select.value;
        select.replaceChildren(...beside.map((index) => make("option", { value: index }, state.codeOf(index).slice(-3) || text("new"))));
        if (beside.includes(Number(before)) && before !== "") select.value = before;
        select.dataset.of = `${chosen.index}:${wanted}`;
      }
      const isLocked = state.locked.has(chosen.code);
      setText(lock, isLocked ? text("Unlock") : text("Lock"));
      lock.disabled = !chosen.code;
      for (const button of [split, give]) button.disabled = isLocked;
      give.disabled = isLocked || !state.selected.size;
      for (const button of [merge, take, hand]) button.disabled = isLocked || !beside.length;
      select.disabled = !beside.length;
    });
    return make("div", { class: "block edit" }, none, some);
  }

  function mountHint(element, page) {
    page.onChange(() => {
      setText(element, page.busy ? text("Working …") : page.message);
      element.classList.toggle("bad", !page.busy && page.isBad);
      element.hidden = !page.busy && !page.message;
    });
  }

  function mount(page) {
    whenPresent("divide-tools", (place) => { mountBar(place, page); page.changed(); });
    whenPresent("divide-hint", (element) => { mountHint(element, page); page.changed(); });
  }

  gridmap.divideTools = { mount, makeGridTools, makeButton };
})(typeof window === "undefined" ? globalThis : window);
