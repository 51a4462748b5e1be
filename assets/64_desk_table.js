// A list of incidents on the desk: rows that keep focus, choice and scroll while the board moves under them.
// Keys: arrows, Home, End, Space (choose), Shift with arrows or click (a range), Ctrl+A (all in the list), Escape (none), Enter (open).
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed, dayAndTime, workingTime } = gridmap.dom;

  const DRAWN = 200; // rows; more are drawn when asked for
  const STATES = ["on_time", "near", "overdue", "twice"];
  const HEADS = ["id", "what", "where", "unit", "status", "reported", "due"];

  // How long a line has left, or is over: {words, late}.
  function describeDue(store, entry) {
    if (!Number.isFinite(entry.dueS)) return text("No limit");
    const nowS = store.nowMs() / 1000;
    const dayS = store.calendar ? store.calendar.dayS : undefined;
    const working = store.calendar ? store.calendar.workingBetween(Math.min(nowS, entry.dueS), Math.max(nowS, entry.dueS)) : Math.abs(nowS - entry.dueS);
    return entry.dueS <= nowS ? text("{time} over", { time: workingTime(working, dayS) }) : text("{time} left", { time: workingTime(working, dayS) });
  }

  function mount(place, desk) {
    const { feed, store } = desk;
    let most = DRAWN;
    const body = make("tbody");
    const heads = HEADS.map((by) => {
      const button = make("button", { type: "button", class: "quiet", on: { click: () => desk.setOrder(by) } }, headText(by));
      return { by, cell: make("th", { scope: "col", class: `c-${by}` }, button) };
    });
    const all = make("input", { type: "checkbox", "aria-label": text("Choose all of this list"), on: { change: () => desk.choose({ kind: all.checked ? "all" : "none" }) } });
    const table = make("table", { class: "desk-table", role: "grid", "aria-multiselectable": "true" },
      make("thead", {}, make("tr", {}, make("th", { class: "c-tick" }, all), ...heads.map((one) => one.cell))), body);
    const more = make("button", { type: "button", class: "second", hidden: true, on: { click: () => { most += DRAWN; desk.draw(); } } });
    const said = make("p", { class: "desk-empty", hidden: true });
    const scroll = make("div", { class: "desk-scroll" }, table, said, more);
    place.replaceChildren(scroll);

    function headText(by) {
      if (by === "id") return text("Number");
      if (by === "what") return text("Matter");
      if (by === "where") return text("Place");
      if (by === "unit") return text("Unit");
      if (by === "status") return text("Status");
      return by === "reported" ? text("Reported") : text("Time left");
    }

    function makeRow(entry) {
      const badge = gridmap.legend.makeBadge("");
      return make("tr", { "data-id": entry.id, role: "row", tabindex: -1 },
        make("td", { class: "c-tick" }, make("span", { class: "tick-box", "aria-hidden": "true" })), make("td", { class: "c-id" }),
        make("td", { class: "c-what" }, make("span", { class: "what" }), make("small", {}), make("span", { class: "desk-told" })),
        make("td", { class: "c-where" }), make("td", { class: "c-unit" }, badge, make("span", {})),
        make("td", { class: "c-status" }), make("td", { class: "c-reported" }), make("td", { class: "c-due" }, make("span", { class: "state" }, make("i", { "aria-hidden": "true" })), make("span", {})));
    }
    function fillRow(element, entry) {
      const [, id, what, where, unit, status, reported, due] = element.children;
      const incident = feed.incidents.get(entry.id);
      const { selection } = desk;
      setText(id, String(entry.id));
      const item = desk.names.item(entry.item) || text("Not in the list");
      setText(what.children[0], (incident && incident.title) || item);
      setText(what.children[1], incident && incident.title && incident.title !== item ? item : "");
      const told = selection.told.get(entry.id);
      setText(what.children[2], told ? told.words : "");
      what.children[2].className = told && !told.ok ? "desk-told bad" : "desk-told";
      setText(where, desk.names.place(entry.area) || text("In no grid"));
      where.title = (incident && incident.address) || "";
      const known = store.units.get(entry.unit);
      setText(unit.children[0], known ? known.letter : "–");
      gridmap.legend.paintBadge(unit.children[0], store, entry.unit);
      setText(unit.children[1], known ? known.short_name || known.name : text("No unit"));
      setText(status, desk.names.status(entry.status));
      setText(reported, dayAndTime(entry.reportedS * 1000));
      due.children[0].className = `state state-${STATES[entry.late]}`;
      setText(due.children[1], describeDue(store, entry));
      due.classList.toggle("late", entry.late >= 2);
      const isChosen = selection.chosen.has(entry.id);
      element.setAttribute("aria-selected", String(isChosen));
      element.tabIndex = desk.stop === entry.id ? 0 : -1;
      element.classList.toggle("shown", desk.shown === entry.id);
    }

    function draw() {
      const { entries, list } = desk;
      const state = feed.state(list);
      const hadFocus = body.contains(root.document.activeElement);
      const drawn = entries.slice(0, most);
      keyed(body, drawn, (entry) => entry.id, makeRow, fillRow);
      // The row with the focus left the list: the one in its place takes it over, and nothing scrolls.
      if (hadFocus && !body.contains(root.document.activeElement)) focusRow(desk.stop, true);
      const rest = entries.length - drawn.length;
      more.hidden = rest <= 0;
      setText(more, text("Show {n} more", { n: number(Math.min(rest, DRAWN)) }));
      const words = state.fault || (state.isLoading || !store.header ? text("Loading …") : entries.length ? "" : desk.isFiltered() ? text("Nothing here with this filter. Clear it to see the rest.") : text(`empty:${list.kind === "queue" ? "queue" : list.name}`));
      setText(said, words || (state.isCut ? text("Only the first {n} are read: choose a township.", { n: number(1000) }) : ""));
      said.hidden = !said.textContent;
      said.classList.toggle("finding", Boolean(state.fault));
      table.hidden = !entries.length;
      table.setAttribute("aria-rowcount", String(entries.length + 1));
      table.setAttribute("aria-label", desk.titleOf(list));
      for (const { by, cell } of heads) cell.setAttribute("aria-sort", desk.order.by === by ? (desk.order.down ? "descending" : "ascending") : "none");
      all.checked = entries.length > 0 && desk.selection.chosen.size === entries.length;
      all.indeterminate = desk.selection.chosen.size > 0 && !all.checked;
      feed.want(drawn.map((entry) => entry.id));
    }

    const rowOf = (id) => (body.gridmapRows ? body.gridmapRows.get(id) : null) || null;
    function focusRow(id, isStill = false) {
      const row = rowOf(id);
      if (!row) return;
      row.focus({ preventScroll: true });
      if (!isStill) row.scrollIntoView({ block: "nearest" });
    }

    body.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      if (!row) return;
      const id = Number(row.dataset.id);
      if (event.shiftKey) {
        root.getSelection().removeAllRanges();
        desk.choose({ kind: "range", id });
      } else if (event.ctrlKey || event.metaKey || event.target.closest(".c-tick")) desk.choose({ kind: "toggle", id });
      else {
        desk.choose({ kind: "focus", id });
        desk.show(id);
      }
      focusRow(id, true);
    });
    body.addEventListener("mousedown", (event) => { if (event.shiftKey) event.preventDefault(); });
    const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -Infinity, End: Infinity };
    body.addEventListener("keydown", (event) => {
      const row = event.target.closest("tr");
      if (!row || event.altKey) return;
      const id = Number(row.dataset.id);
      if (event.key in STEPS) {
        const drawnOrder = Math.min(most, desk.entries.length);
        const at = desk.entries.findIndex((one) => one.id === id);
        const to = Math.max(0, Math.min(drawnOrder - 1, at + STEPS[event.key]));
        if (desk.selection.focus !== id) desk.choose({ kind: "focus", id });
        desk.choose({ kind: "step", by: to - at, isExtending: event.shiftKey });
        focusRow(desk.selection.focus);
      } else if (event.key === " ") desk.choose({ kind: event.shiftKey ? "range" : "toggle", id });
      else if (event.key === "Enter") desk.show(id);
      else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") desk.choose({ kind: "all" });
      else if (event.key === "Escape" && desk.selection.chosen.size) desk.choose({ kind: "none" });
      else return;
      event.preventDefault();
    });
    body.addEventListener("focusin", (event) => {
      const row = event.target.closest("tr");
      if (row && desk.selection.focus !== Number(row.dataset.id)) desk.choose({ kind: "focus", id: Number(row.dataset.id) });
    });
    return {
      draw, focusRow,
      begin() {
        most = DRAWN;
        scroll.scrollTop = 0;
      },
    };
  }

  gridmap.deskTable = { mount, describeDue };
})(typeof window === "undefined" ? globalThis : window);
