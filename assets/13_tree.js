// The tree of areas: county > township > village > large grid > small grid, from GET /api/tree.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  function makeTree(data) {
    const { id: ids = [], parent: parents = [], level: levels = [], households = [], levels: names = [], label: labels = {} } = data || {};
    let size = 1;
    for (const id of ids) if (id >= size) size = id + 1;
    const parentOf = new Uint32Array(size);
    const levelOf = new Uint8Array(size); // index into the names + 1; 0 = unknown area
    const householdsOf = new Uint32Array(size);
    const byLevel = names.map(() => []);
    const childrenOf = new Map();
    ids.forEach((id, index) => {
      parentOf[id] = parents[index] || 0;
      levelOf[id] = levels[index] + 1;
      householdsOf[id] = households[index] || 0;
      byLevel[levels[index]].push(id);
      if (!childrenOf.has(parentOf[id])) childrenOf.set(parentOf[id], []);
      childrenOf.get(parentOf[id]).push(id);
    });
    // Every chain must end: a parent is of a level above its child, else the walk up would never come to its end.
    for (const id of ids) {
      if (parentOf[id] && levelOf[parentOf[id]] >= levelOf[id]) throw new Error(`tree: area ${id} has a parent of the same or a lower level`);
    }
    const tree = {
      size,
      levels: names,
      parent: (id) => (id < size ? parentOf[id] : 0),
      level: (id) => (id < size && levelOf[id] ? names[levelOf[id] - 1] : ""),
      households: (id) => (id < size ? householdsOf[id] : 0),
      label: (id) => labels[id], // ["name", lon, lat, [w, s, e, n]] or undefined
      children: (id) => childrenOf.get(id) || [],
      ids: (level) => byLevel[names.indexOf(level)] || [],
      isWithin(id, ancestor) {
        for (let area = id; area; area = tree.parent(area)) if (area === ancestor) return true;
        return false;
      },
    };
    return tree;
  }

  gridmap.tree = { makeTree };
})(typeof window === "undefined" ? globalThis : window);
