// The small grids of the draft on the map of /divide, over today's: asked for by village as they come into view, some at a time.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { isInside, listBorders } = gridmap.divideBorders;

  const BATCH = 40; // villages of one request; the server takes no more
  const MOST_IN_VIEW = 200; // of more villages the grids would be narrower than their lines

  const touches = (one, other) => one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1];
  const holds = (grid, lon, lat) => grid.polygons.some(([shell, ...holes]) => isInside(lon, lat, shell) && !holes.some((hole) => isInside(lon, lat, hole)));
  // Each border once: drawn from both sides the dashes would fill each other's gaps.
  const prepare = (grids) => ({ grids, borders: listBorders(grids).map(({ line }) => line), outline: listOutline(grids) });
  // The edges that one grid only has.
  function listOutline(grids) {
    const edges = new Map();
    for (const grid of grids) for (const ring of grid.polygons.flat()) for (let at = 1; at < ring.length; at += 1) {
      const edge = [ring[at - 1], ring[at]];
      const key = [...edge].sort((a, b) => a[0] - b[0] || a[1] - b[1]).join(" ");
      edges.set(key, edges.has(key) ? null : edge);
    }
    return [...edges.values()].filter(Boolean);
  }

  // `read(generation, codes)` answers {villages: {code: {today, draft}}}; `onRead()` is called when there is more to draw, `onFault(fault)` when there is not.
  function makeDraftGrids({ read, onRead, onFault }) {
    let generation = null;
    let known = new Map(); // village -> {today, draft}, null while it is asked for or could not be had
    let isAsking = false;
    const draft = { show: "both", isTooFar: false };

    // The draft was read anew, or there is none: what was known of its grids is forgotten.
    draft.begin = (number) => {
      generation = number;
      known = new Map();
    };
    draft.of = (code) => known.get(code) || null;

    // Ask for what is in view of the villages of the draft, the nearest to its middle first.
    draft.want = async (villages, view) => {
      const inView = generation === null ? [] : villages.filter(({ bounds }) => touches(bounds, view));
      draft.isTooFar = inView.length > MOST_IN_VIEW;
      if (draft.isTooFar || isAsking) return;
      const [x, y] = [(view[0] + view[2]) / 2, (view[1] + view[3]) / 2];
      const away = ({ bounds }) => Math.hypot((bounds[0] + bounds[2]) / 2 - x, (bounds[1] + bounds[3]) / 2 - y);
      const missing = inView.filter(({ code }) => !known.has(code)).sort((a, b) => away(a) - away(b)).slice(0, BATCH).map(({ code }) => code);
      if (!missing.length) return;
      const [asked, own] = [generation, known];
      isAsking = true;
      for (const code of missing) own.set(code, null);
      try {
        const answer = await read(asked, missing);
        for (const [code, found] of Object.entries(answer.villages)) own.set(code, { today: prepare(found.today), draft: prepare(found.draft) });
      } catch (fault) {
        if (own === known) onFault(fault);
      } finally {
        isAsking = false;
      }
      onRead(); // asks for the next ones
    };

    // The grids at a place, of today and of the draft; null for what is not shown or not there.
    draft.at = (code, lon, lat) => {
      const found = known.get(code);
      if (!found) return null;
      const find = (name) => (draft.show === "both" || draft.show === name ? found[name].grids.find((grid) => holds(grid, lon, lat)) || null : null);
      return { today: find("today"), draft: find("draft") };
    };

    draft.paint = (context, project, villages) => {
      const { line, stroke } = gridmap.dividePaint;
      const trace = (lines) => {
        context.beginPath();
        for (const one of lines) line(context, project, one);
      };
      for (const { code } of draft.isTooFar ? [] : villages) {
        const found = known.get(code);
        if (!found) continue;
        trace(found.draft.outline);
        stroke(context, "#55606d", 1.3);
        if (draft.show !== "draft") {
          trace(found.today.borders);
          stroke(context, "#55606d", 1.3);
        }
        if (draft.show !== "today") {
          trace(found.draft.borders);
          stroke(context, "#ffffff", 4);
          stroke(context, "#17549c", 2.2, [7, 4]);
        }
      }
    };
    return draft;
  }

  gridmap.divideDraft = { makeDraftGrids, BATCH, MOST_IN_VIEW };
})(typeof window === "undefined" ? globalThis : window);
