// Which rows of a list are chosen, and what became of them. Pure: every function answers a new state.
//   {chosen: Set of ids, anchor: id or null, focus: id or null, told: Map of id -> {ok, words}}
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const empty = () => ({ chosen: new Set(), anchor: null, focus: null, told: new Map() });

  // `order`: the ids as they stand in the list. `act` is what the keyboard or the mouse asks for:
  //   {kind: "toggle", id}       one row, which becomes the anchor
  //   {kind: "range", id}        from the anchor to the row, both included
  //   {kind: "focus", id}        nothing is chosen, the row has the focus
  //   {kind: "step", by, isExtending}   the focus moves by so many rows; extending chooses what it runs over
  //   {kind: "all"}, {kind: "none"}
  function apply(state, order, act) {
    const next = { ...state, chosen: new Set(state.chosen) };
    if (act.kind === "all") next.chosen = new Set(order);
    else if (act.kind === "none") next.chosen = new Set();
    else if (act.kind === "toggle") {
      if (next.chosen.has(act.id)) next.chosen.delete(act.id);
      else next.chosen.add(act.id);
      next.anchor = next.focus = act.id;
    } else if (act.kind === "focus") next.focus = act.id;
    else if (act.kind === "range") {
      addRange(next, order, act.id);
      next.focus = act.id;
    } else if (act.kind === "step") {
      if (!order.length) return next;
      const at = order.indexOf(state.focus);
      const to = at < 0 ? 0 : Math.max(0, Math.min(order.length - 1, at + act.by));
      if (act.isExtending) {
        if (next.anchor === null || !order.includes(next.anchor)) next.anchor = at < 0 ? order[to] : state.focus;
        addRange(next, order, order[to]);
      } else next.anchor = order[to];
      next.focus = order[to];
    }
    return next;
  }

  function addRange(next, order, id) {
    const to = order.indexOf(id);
    const from = order.indexOf(next.anchor);
    if (to < 0) return;
    if (from < 0) {
      next.chosen.add(id);
      next.anchor = id;
      return;
    }
    for (let at = Math.min(from, to); at <= Math.max(from, to); at += 1) next.chosen.add(order[at]);
  }

  // The list was made anew: rows that left it are not chosen any more. The focus of one that left goes to the row in its place.
  // Answers {state, gone: how many of the chosen left}.
  function keep(state, order, before = order) {
    const here = new Set(order);
    const chosen = new Set([...state.chosen].filter((id) => here.has(id)));
    const told = new Map([...state.told].filter(([id]) => here.has(id)));
    let { focus, anchor } = state;
    if (focus !== null && !here.has(focus)) {
      const at = before.indexOf(focus);
      const after = before.slice(at + 1).find((id) => here.has(id));
      focus = at < 0 ? null : after !== undefined ? after : order[order.length - 1] ?? null;
    }
    if (anchor !== null && !here.has(anchor)) anchor = null;
    return { state: { chosen, anchor, focus, told }, gone: state.chosen.size - chosen.size };
  }

  // What became of the chosen: those that were refused stay chosen, with the reason in words, unless they left the list meanwhile.
  // `results`: [{id, ok, words}].
  function settle(state, results) {
    const told = new Map(state.told);
    const chosen = new Set(state.chosen);
    for (const { id, ok, words } of results) {
      told.set(id, { ok, words });
      if (ok) chosen.delete(id);
    }
    return { ...state, chosen, told };
  }

  // Parts of at most `size`.
  function split(list, size) {
    const parts = [];
    for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
    return parts;
  }

  gridmap.deskSelection = { empty, apply, keep, settle, split };
})(typeof window === "undefined" ? globalThis : window);
