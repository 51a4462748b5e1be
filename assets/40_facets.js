// Counts beside each choice: what a filter would show if this choice alone were changed. One pass over the board.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  // states[4]: open items by lateness, whatever lateness is chosen. units: by unit, whatever units are chosen.
  // Both under all other parts of the filter.
  function count(store) {
    const { total } = store.summary({ ignore: "states" });
    return {
      states: [total.onTime, total.near, total.overdue - total.twice, total.twice],
      units: store.summary({ ignore: "units" }).units,
    };
  }

  // The `length` rows with the lowest key among those that pass; by insertion, as the lists are short.
  function lowest(store, length, isWanted, keyOf) {
    const columns = store.columns;
    const best = [];
    for (let row = 0; row < columns.count; row += 1) {
      if (!isWanted(row)) continue;
      const key = keyOf(row);
      if (best.length === length && key >= best[length - 1].key) continue;
      let at = best.length;
      while (at > 0 && best[at - 1].key > key) at -= 1;
      best.splice(at, 0, { row, key, id: columns.id[row] });
      if (best.length > length) best.pop();
    }
    return best;
  }

  const isOverdue = (store, row) => store.columns.late[row] >= 2 && store.passes(row);
  // Longest overdue: the earliest due. Newly overdue: the latest due that has passed.
  const longest = (store, length) => lowest(store, length, (row) => isOverdue(store, row), (row) => store.dueS(row));
  const newest = (store, length) => lowest(store, length, (row) => isOverdue(store, row), (row) => -store.dueS(row));

  // The name of the finest area that has one in the tree: county, township or village.
  function placeName(store, area) {
    for (let at = area; at; at = store.tree.parent(at)) {
      const label = store.tree.label(at);
      if (label) return label[0] || "";
    }
    return "";
  }

  gridmap.facets = { count, lowest, longest, newest, placeName };
})(typeof window === "undefined" ? globalThis : window);
