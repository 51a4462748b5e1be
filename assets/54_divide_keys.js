// The keyboard on /divide: everything that the mouse does to a plan.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const page = gridmap.dividePage;
  if (!page) return;

  const SOME = 5;
  const MODES = { v: "pan", d: "border", l: "lasso", b: "brush", c: "cut" };
  const ACTS = {
    g: () => page.giveMarked(),
    n: () => page.assign(page.state.nextNew()),
    p: () => page.pin(),
    k: () => page.withGrid((row) => page.lock(row.code)),
    s: () => page.split(),
    m: () => page.withGrid(() => page.merge(page.tools.neighbour())),
    "+": () => page.withGrid((row) => page.tools.neighbour() >= 0 && page.shift(page.tools.neighbour(), row.index, SOME)),
    "-": () => page.withGrid((row) => page.tools.neighbour() >= 0 && page.shift(row.index, page.tools.neighbour(), SOME)),
    "[": () => page.chooseNext(-1),
    "]": () => page.chooseNext(1),
  };
  page.SOME = SOME;
  page.onKey = (event) => {
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName || "") || !page.state || page.scope !== "one" || root.document.querySelector("dialog[open]")) return;
    const key = event.key === "=" ? "+" : event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
      event.preventDefault();
      if (key === "y" || event.shiftKey) page.redo();
      else page.undo();
    } else if (event.ctrlKey || event.metaKey || event.altKey || !page.hasPlan()) return;
    else if (MODES[key]) page.setMode(MODES[key]);
    else if (ACTS[key]) {
      // Leaflet would zoom at + and -.
      event.preventDefault();
      event.stopPropagation();
      ACTS[key]();
    } else if (key === "escape") page.select([], false);
  };
})(typeof window === "undefined" ? globalThis : window);
