// Borders between the grids of a plan, and what a hand does to them: where they run, how one bends, how a grid falls in two. Pure.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const METRES = 111320; // of a degree of latitude
  const BEND_STEPS = 32;

  function isInside(x, y, corners) {
    let inside = false;
    for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
      const [xi, yi] = corners[i];
      const [xj, yj] = corners[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  }

  // Metres east and north of [0, 0], good to a thousandth within a village.
  const makePlane = (lat) => {
    const east = METRES * Math.cos((lat * Math.PI) / 180);
    return ([x, y]) => [x * east, y * METRES];
  };

  // The borders that each two grids share: {a, b, line}, a and b places in the list, the line as it runs round a. Neighbours share each vertex.
  // `grids` are {polygons}, or null for one without ground; a pair may have several lines.
  function listBorders(grids) {
    const seen = new Map();
    const pairs = new Map();
    const key = ([x, y]) => `${x},${y}`;
    grids.forEach((grid, index) => {
      if (grid) for (const polygon of grid.polygons) for (const ring of polygon) for (let at = 1; at < ring.length; at += 1) {
        const [from, to] = [ring[at - 1], ring[at]];
        const [one, other] = [key(from), key(to)];
        const edge = one < other ? `${one} ${other}` : `${other} ${one}`;
        const before = seen.get(edge);
        if (!before) seen.set(edge, { index, from, to });
        else if (before.index !== index) {
          const pair = `${before.index} ${index}`;
          if (!pairs.has(pair)) pairs.set(pair, { a: before.index, b: index, edges: [] });
          pairs.get(pair).edges.push(before);
        }
      }
    });
    return [...pairs.values()].flatMap(({ a, b, edges }) => chain(edges, key).map((line) => ({ a, b, line })));
  }
  // Put directed edges together to lines; a closed one begins anywhere.
  function chain(edges, key) {
    const from = new Map(edges.map((edge) => [key(edge.from), edge]));
    const ends = new Set(edges.map((edge) => key(edge.to)));
    const lines = [];
    const starts = [...edges.filter((edge) => !ends.has(key(edge.from))), ...edges];
    for (const start of starts) {
      if (!from.has(key(start.from))) continue;
      const line = [start.from];
      for (let edge = start; edge; edge = from.get(key(edge.to))) {
        from.delete(key(edge.from));
        line.push(edge.to);
      }
      lines.push(line);
    }
    return lines;
  }

  // The border nearest to a place of the view, within `reach` pixels: {border, at, point}, `at` the number of the segment. `project` gives pixels.
  function findNearest(borders, project, [px, py], reach) {
    let best = null;
    let least = reach;
    for (const border of borders) for (let at = 1; at < border.line.length; at += 1) {
      const [ax, ay] = project(border.line[at - 1]);
      const [bx, by] = project(border.line[at]);
      const length = (bx - ax) ** 2 + (by - ay) ** 2;
      const share = length ? Math.min(1, Math.max(0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length)) : 0;
      const distance = Math.hypot(ax + share * (bx - ax) - px, ay + share * (by - ay) - py);
      if (distance >= least) continue;
      least = distance;
      const [from, to] = [border.line[at - 1], border.line[at]];
      best = { border, at, point: [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])] };
    }
    return best;
  }

  // The line after its point has been drawn to another place: the ends stay, half of it on either side comes along in full.
  function bend(line, at, point, to) {
    const plane = makePlane(point[1]);
    const way = (a, b) => { const [[ax, ay], [bx, by]] = [plane(a), plane(b)]; return Math.hypot(bx - ax, by - ay); };
    const whole = [...line.slice(0, at), point, ...line.slice(at)];
    const total = whole.slice(1).reduce((sum, place, i) => sum + way(whole[i], place), 0);
    const dense = [];
    let along = 0;
    let grabbed = 0;
    whole.forEach((place, i) => {
      if (i > 0) {
        const length = way(whole[i - 1], place);
        const steps = Math.max(1, Math.ceil((length / (total || 1)) * BEND_STEPS));
        for (let step = 1; step < steps; step += 1) {
          const share = step / steps;
          dense.push([along + share * length, [whole[i - 1][0] + share * (place[0] - whole[i - 1][0]), whole[i - 1][1] + share * (place[1] - whole[i - 1][1])]]);
        }
        along += length;
      }
      if (i === at) grabbed = along;
      dense.push([along, place]);
    });
    const smooth = (x) => x * x * (3 - 2 * x);
    return dense.map(([where, [x, y]]) => {
      const side = where <= grabbed ? [where, grabbed] : [total - where, total - grabbed];
      const share = side[1] > 0 ? smooth(Math.min(1, (2 * side[0]) / side[1])) : where === grabbed ? 1 : 0;
      return [x + share * (to[0] - point[0]), y + share * (to[1] - point[1])];
    });
  }

  // What lies between a line and what it became.
  const makeRing = (line, bent) => [...line, ...[...bent].reverse()];

  // Area (m2) and length (m) of polygons; what a line adds to both, for a ring that has it replaced.
  function measure(polygons) {
    let [area, length] = [0, 0];
    for (const polygon of polygons) polygon.forEach((ring, number) => {
      const [own, round] = measureLine(ring, makePlane(ring[0][1]), ring[0]);
      area += (number ? -1 : 1) * Math.abs(own);
      length += round;
    });
    return { area, length };
  }
  function measureLine(line, plane, origin) {
    const [ox, oy] = plane(origin);
    let [area, length] = [0, 0];
    for (let at = 1; at < line.length; at += 1) {
      const [ax, ay] = plane(line[at - 1]);
      const [bx, by] = plane(line[at]);
      area += ((ax - ox) * (by - oy) - (bx - ox) * (ay - oy)) / 2;
      length += Math.hypot(bx - ax, by - ay);
    }
    return [area, length];
  }
  const compactness = ({ area, length }) => (length > 0 ? (4 * Math.PI * area) / length ** 2 : 0);

  // Compactness of both grids of a border that became another line.
  function bentCompactness(a, b, line, bent) {
    const plane = makePlane(line[0][1]);
    const [before, lengthBefore] = measureLine(line, plane, line[0]);
    const [after, lengthAfter] = measureLine(bent, plane, line[0]);
    // The line runs as a's shell does: what lies on its left when that turns counter-clockwise is a's.
    const turn = Math.sign(measureLine(a.polygons[0][0], plane, a.polygons[0][0][0])[0]) || 1;
    const gain = turn * (after - before);
    const [one, other] = [measure(a.polygons), measure(b.polygons)];
    const longer = lengthAfter - lengthBefore;
    return [compactness({ area: one.area + gain, length: one.length + longer }), compactness({ area: other.area - gain, length: other.length + longer })];
  }

  // Cut rows in two halves of households across their longest extent; gives the rows of the second half. `weight`: of each row.
  function halve(rows, lon, lat, weight) {
    if (rows.length < 2) return [];
    const plane = makePlane(lat[rows[0]]);
    const places = rows.map((row) => plane([lon[row], lat[row]]));
    const total = rows.reduce((sum, row) => sum + weight[row], 0);
    const [mx, my] = [0, 1].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length);
    let [xx, xy, yy] = [0, 0, 0];
    for (const [x, y] of places) {
      xx += (x - mx) ** 2;
      xy += (x - mx) * (y - my);
      yy += (y - my) ** 2;
    }
    const angle = Math.atan2(2 * xy, xx - yy) / 2;
    const along = rows.map((row, at) => ({ row, at: (places[at][0] - mx) * Math.cos(angle) + (places[at][1] - my) * Math.sin(angle) })).sort((p, q) => p.at - q.at || p.row - q.row);
    let [sum, cut, least] = [0, 0, Infinity];
    along.forEach(({ row }, number) => {
      sum += weight[row];
      const off = Math.abs(2 * sum - total);
      // Rows at one place stay together, so that a cut between them is none.
      if (number + 1 < along.length && along[number + 1].at - along[number].at > 0.05 && off < least) [least, cut] = [off, number + 1];
    });
    return cut ? along.slice(cut).map(({ row }) => row) : [];
  }

  // Rows on the left of a line from one place to another, as one looks along it.
  function leftOf(rows, lon, lat, from, to) {
    return rows.filter((row) => (to[0] - from[0]) * (lat[row] - from[1]) - (to[1] - from[1]) * (lon[row] - from[0]) > 0);
  }

  // The rows of one grid that are nearest to those of another, up to so many households, nearest first.
  function nearestRows(rows, others, lon, lat, weight, households) {
    if (!others.length) return [];
    const plane = makePlane(lat[others[0]]);
    const places = others.map((row) => plane([lon[row], lat[row]]));
    const far = rows.map((row) => {
      const [x, y] = plane([lon[row], lat[row]]);
      return { row, metres: Math.min(...places.map(([ox, oy]) => Math.hypot(ox - x, oy - y))) };
    }).sort((p, q) => p.metres - q.metres || p.row - q.row);
    const taken = [];
    let sum = 0;
    for (const { row } of far) {
      if (sum >= households) break;
      taken.push(row);
      sum += weight[row];
    }
    return taken;
  }

  gridmap.divideBorders = { isInside, listBorders, findNearest, bend, makeRing, measure, compactness, bentCompactness, halve, leftOf, nearestRows };
})(typeof window === "undefined" ? globalThis : window);
