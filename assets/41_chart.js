// The chart "overdue by unit and age": the same filter as the map, drawn by the plotly that Dash ships.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text } = gridmap.dom;

  const MOST = 10;
  const ASK_MS = 10000;

  function ageName(age) {
    if (age.toD === Infinity) return text("over {n} days", { n: age.fromD });
    return age.fromD === 0 ? text("up to {n} day", { n: age.toD }) : text("{a} to {b} days", { a: age.fromD, b: age.toD });
  }

  // Mix a #rrggbb colour with white: share 1 is the colour itself.
  function lighten(colour, share) {
    const match = /^#([0-9a-f]{6})$/i.exec(colour || "");
    const value = match ? parseInt(match[1], 16) : 0x8a929c;
    const parts = [value >> 16, (value >> 8) & 255, value & 255].map((part) => Math.round(255 - (255 - part) * share));
    return `rgb(${parts.join(",")})`;
  }

  // Make the plotly figure of a summary: one bar per unit, hue = unit, the older the darker.
  function makeFigure(summary, units, colourOf) {
    const shown = summary.units.filter((one) => one.overdue > 0).slice(0, MOST).reverse();
    const names = shown.map((one) => {
      const unit = units.get(one.unit);
      return unit ? `${unit.short_name || unit.name}  ${unit.letter}` : text("unit:none");
    });
    const data = summary.ages.map((age, index) => ({
      type: "bar",
      orientation: "h",
      name: ageName(age),
      x: shown.map((one) => age.byUnit.get(one.unit) || 0),
      y: names,
      // A line in the ground's colour parts the ages, so that they can be told without colour.
      marker: { color: shown.map((one) => lighten(colourOf(one.unit), 0.3 + (0.7 * (index + 1)) / summary.ages.length)), line: { color: "#ffffff", width: 1 } },
      hovertemplate: `%{y}<br>${ageName(age)}: %{x}<extra></extra>`,
    }));
    const layout = {
      barmode: "stack",
      bargap: 0.28,
      margin: { l: 8, r: 12, t: 4, b: 24 },
      font: { family: "inherit", size: 12, color: "#3b434d" },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      showlegend: false,
      xaxis: { gridcolor: "#e3e7ec", zeroline: false, rangemode: "tozero", fixedrange: true, nticks: 5 },
      yaxis: { automargin: true, fixedrange: true, ticksuffix: " " },
      uirevision: "chart",
      annotations: shown.length ? [] : [{ text: text("Nothing is overdue under this filter."), showarrow: false, x: 0.5, y: 0.5, xref: "paper", yref: "paper" }],
    };
    if (!shown.length) {
      layout.xaxis.visible = false;
      layout.yaxis.visible = false;
    }
    return { data, layout };
  }

  // Keeps the chart in step. It is drawn after the map: plotly is the heaviest thing on the page.
  function mount(store) {
    let last = "";
    let askedMs = -Infinity;
    function update() {
      if (!root.document.getElementById("chart")) {
        // Asked again when no answer came: the server may have been away just then.
        if (root.dash_clientside && root.dash_clientside.set_props && Date.now() - askedMs > ASK_MS) {
          if (askedMs === -Infinity) gridmap.dom.whenPresent("chart", update);
          askedMs = Date.now();
          root.dash_clientside.set_props("chart-gate", { data: askedMs });
        }
        return;
      }
      const figure = makeFigure(store.summary(), store.units, (id) => store.colourOf(id));
      const written = JSON.stringify(figure);
      if (written === last) return;
      last = written;
      root.dash_clientside.set_props("chart", { figure });
    }
    return update;
  }

  gridmap.chart = { mount, makeFigure, ageName, lighten };
})(typeof window === "undefined" ? globalThis : window);
