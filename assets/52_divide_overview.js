// The county on the map of /divide, to choose from: townships and villages, those of the draft tinted; and where grids do not tile.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  if (!root.L) return;
  const { isInside } = gridmap.divideBorders;
  const { scale, trace, stroke, words } = gridmap.dividePaint;

  const DRAFTED = "#d5e6c8";
  const NAMES_ZOOM = 13; // villages have their names from here on, townships before

  // Names that would lie over one another are left out, the later ones.
  function paintNames(context, project, places, style) {
    const taken = [];
    for (const place of places) {
      const [west, south, east, north] = place.bounds;
      const [x, y] = [project.toX((west + east) / 2), project.toY((south + north) / 2)];
      const half = [(place.name.length * style.size * scale()) / 2, style.size * scale() * 0.7];
      if (taken.some(([ox, oy, wide, high]) => Math.abs(ox - x) < wide + half[0] && Math.abs(oy - y) < high + half[1])) continue;
      taken.push([x, y, ...half]);
      words(context, place.name, x, y, style);
    }
  }

  // `answer` is that of /api/divide/places.
  function makeOverview(answer) {
    const places = answer.places.map((place) => {
      const all = place.polygons.flatMap(([shell]) => shell);
      const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
      return { ...place, bounds: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] };
    });
    const byId = new Map(places.map((place) => [place.id, place]));
    const of = (level) => places.filter((place) => place.level === level);
    const overview = { places, barriers: answer.barriers, byId, hover: null };
    overview.county = of("county")[0] || null;
    overview.townships = of("township");
    overview.villages = of("village");
    overview.byCode = new Map(places.map((place) => [place.code, place]));
    // The villages of an area, and how many households and grids they have.
    overview.villagesOf = (area) => overview.villages.filter((village) => {
      for (let place = village; place; place = byId.get(place.parent)) if (place === area) return true;
      return false;
    });
    overview.at = (lon, lat, level) => of(level).find(({ bounds, polygons }) =>
      lon >= bounds[0] && lon <= bounds[2] && lat >= bounds[1] && lat <= bounds[3] && polygons.some(([shell]) => isInside(lon, lat, shell))) || null;

    // `chosen`: the area whose villages are meant; `drafted`: codes of villages in the draft; `faults`: places where grids do not tile;
    // `draftGrids`, `draftVillages`: what 51_divide_draft.js draws; `draftChosen`: code of the village that was gone to.
    overview.paint = (context, project, zoom, { chosen, drafted, faults, draftGrids, draftVillages, draftChosen }) => {
      context.lineJoin = "round";
      const isSmall = zoom - Math.log2(scale()) < NAMES_ZOOM;
      for (const village of overview.villages) {
        trace(context, project, village.polygons);
        context.fillStyle = drafted.has(village.code) ? DRAFTED : village === overview.hover ? "#dfeaf7" : "#ffffff";
        context.fill();
        stroke(context, "#c3cad3", isSmall ? 0.5 : 1);
      }
      for (const township of overview.townships) {
        trace(context, project, township.polygons);
        if (township === overview.hover) {
          context.fillStyle = "rgba(23, 84, 156, 0.1)";
          context.fill();
        }
        stroke(context, "#55606d", 1.4);
      }
      if (chosen) {
        trace(context, project, chosen.polygons);
        context.fillStyle = "rgba(23, 84, 156, 0.12)";
        context.fill();
        stroke(context, "#17549c", 3.2);
      }
      // Over what is tinted, so that the lines keep their colour.
      draftGrids.paint(context, project, draftVillages);
      const village = overview.byCode.get(draftChosen);
      if (village) {
        trace(context, project, village.polygons);
        stroke(context, "#17549c", 3.2);
      }
      paintNames(context, project, isSmall ? overview.townships : overview.villages, isSmall ? { size: 14, weight: 700 } : { size: 12, weight: 400 });
      for (const { lon, lat } of faults) {
        context.beginPath();
        context.arc(project.toX(lon), project.toY(lat), 10 * scale(), 0, 2 * Math.PI);
        stroke(context, "#ffffff", 6);
        stroke(context, "#a3221b", 3);
      }
    };
    return overview;
  }

  gridmap.divideOverview = { makeOverview, DRAFTED };
})(typeof window === "undefined" ? globalThis : window);
