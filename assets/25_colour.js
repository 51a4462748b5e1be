// From figures to fill: which colour and which pattern an area has under the chosen measure. Pure, so that legend and map agree.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  // How an area is painted.
  const NONE = 0, PLAIN = 1, OUTLINE = 2, FILLED = 3, HATCHED = 4;
  const MEASURES = ["overdue_by_unit", "open_per_100", "overdue_hours_per_100", "burnt_by_unit"];
  const RATES = new Set(["open_per_100", "overdue_hours_per_100"]);

  // Fewer households or fewer incidents than this say nothing about a rate: greyed, not dramatised.
  const FEW_HOUSEHOLDS = 20, FEW_INCIDENTS = 3;

  const THEMES = {
    light: {
      grey: "#d3d6db", few: "#e3e3e0", stripe: "rgba(20, 20, 28, 0.42)", onTime: "#8b929c",
      // One hue, light to dark in even steps of lightness.
      ramp: ["#f3e3c3", "#eabf86", "#dd9656", "#c46a36", "#9c4323", "#6b2417"],
    },
    dark: {
      grey: "#323b46", few: "#2a2f37", stripe: "rgba(0, 0, 0, 0.5)", onTime: "#5d6672",
      ramp: ["#3b2f22", "#5e4326", "#875a2a", "#b57631", "#df9a45", "#ffcb7d"],
    },
  };
  const theme = () => THEMES[gridmap.config().theme] || THEMES.light;

  // The value of a measure for an area; null when it can't be said honestly.
  function rateOf(measure, figures, households) {
    if (households < FEW_HOUSEHOLDS || figures.open < FEW_INCIDENTS) return null;
    if (measure === "open_per_100") return (figures.open * 100) / households;
    return ((figures.overdueS / 3600) * 100) / households;
  }

  // The next value of 1, 2, 5, 10, 20, ... at or above: breaks that a person can read.
  function niceAbove(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    for (const step of [1, 2, 5]) if (step * power >= value * (1 - 1e-9)) return step * power;
    return 10 * power;
  }

  // Upper edges of the classes of a ramp, from the quantiles of the positive values; at most `classes - 1`, the last class is open.
  function makeBreaks(values, classes) {
    const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
    const breaks = [];
    for (let index = 1; index < classes && sorted.length; index += 1) {
      const edge = niceAbove(sorted[Math.min(sorted.length - 1, Math.floor((index / classes) * sorted.length))]);
      if (!breaks.length || edge > breaks[breaks.length - 1]) breaks.push(edge);
    }
    return breaks;
  }

  function classOf(value, breaks) {
    let index = 0;
    while (index < breaks.length && value >= breaks[index]) index += 1;
    return index;
  }
  // Spread the classes over the whole ramp when there are few of them.
  const rampColour = (index, breaks) => {
    const { ramp } = theme();
    return ramp[breaks.length ? Math.round((index * (ramp.length - 1)) / breaks.length) : 0];
  };

  // {pattern, colour} of an area. Burnt by unit: hue is the unit that burnt most time there after the due times, whoever holds it now.
  // Overdue by unit: hue is the unit with the most overdue hours; near due alone is an outline;
  // hatched when at least half of that unit's overdue items there have used twice their time (for one item: when it has).
  function paintOf(measure, figures, households, { colourOf, breaks, burnt = null }) {
    const colours = theme();
    if (measure === "burnt_by_unit") {
      if (burnt && burnt.hours > 0) return { pattern: FILLED, colour: colourOf(burnt.unit) };
      return figures.open === 0 ? { pattern: NONE, colour: "" } : { pattern: PLAIN, colour: colours.grey };
    }
    if (figures.open === 0) return { pattern: NONE, colour: "" };
    if (RATES.has(measure)) {
      const rate = rateOf(measure, figures, households);
      if (rate === null) return { pattern: PLAIN, colour: colours.few };
      return rate === 0 ? { pattern: PLAIN, colour: colours.grey } : { pattern: FILLED, colour: rampColour(classOf(rate, breaks), breaks) };
    }
    if (figures.overdue > 0) {
      const pattern = figures.worstTwice * 2 >= figures.worstOverdue ? HATCHED : FILLED;
      return { pattern, colour: colourOf(figures.worstUnit) };
    }
    if (figures.near > 0) return { pattern: OUTLINE, colour: colourOf(figures.nearUnit) };
    return { pattern: PLAIN, colour: colours.grey };
  }

  // The painting of every area, as typed arrays by area id: pattern, and an index into `colours`.
  function makePainting(store) {
    let size = 0;
    let pattern = new Uint8Array(0);
    let colour = new Uint16Array(0);
    const colours = [""];
    const indexOf = new Map([["", 0]]);
    const breaksOf = new Map();

    const painting = {
      measure: MEASURES[0],
      pattern: (id) => (id < size ? pattern[id] : NONE),
      colour: (id) => (id < size ? colours[colour[id]] : ""),
      // The classes of a level as the legend shows them: [{from, to, colour}].
      classes(level) {
        const breaks = painting.breaks(level);
        return [...breaks, Infinity].map((to, index) => ({ from: index ? breaks[index - 1] : 0, to, colour: rampColour(index, breaks) }));
      },
      breaks(level) {
        if (!RATES.has(painting.measure)) return [];
        if (!breaksOf.has(level)) {
          const rates = store.tree.ids(level).map((id) => rateOf(painting.measure, store.areaFigures(id), store.tree.households(id)) || 0);
          breaksOf.set(level, makeBreaks(rates, theme().ramp.length));
        }
        return breaksOf.get(level);
      },
      // Paint the areas anew; answers the ids whose look changed. Breaks stay until resetBreaks, so that a class means the same all along.
      repaint(ids) {
        if (store.tree.size > size) {
          size = store.tree.size;
          const [oldPattern, oldColour] = [pattern, colour];
          pattern = new Uint8Array(size);
          colour = new Uint16Array(size);
          pattern.set(oldPattern);
          colour.set(oldColour);
        }
        const changed = new Set();
        for (const id of ids) {
          if (id >= size) continue;
          const paint = paintOf(painting.measure, store.areaFigures(id), store.tree.households(id), {
            colourOf: store.colourOf, breaks: painting.breaks(store.tree.level(id)), burnt: store.burntAreas.get(id),
          });
          if (!indexOf.has(paint.colour)) {
            indexOf.set(paint.colour, colours.length);
            colours.push(paint.colour);
          }
          const index = indexOf.get(paint.colour);
          if (pattern[id] === paint.pattern && colour[id] === index) continue;
          pattern[id] = paint.pattern;
          colour[id] = index;
          changed.add(id);
        }
        return changed;
      },
      resetBreaks: () => breaksOf.clear(),
    };
    return painting;
  }

  gridmap.colour = { makePainting, paintOf, rateOf, makeBreaks, niceAbove, classOf, theme, MEASURES, RATES, NONE, PLAIN, OUTLINE, FILLED, HATCHED };
})(typeof window === "undefined" ? globalThis : window);
