// Who burnt the time: working hours that passed in each unit's hands, the part after the due time, beside what it holds now.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed } = gridmap.dom;

  const PERIODS = [7, 30, 90, 0];
  const MOST_BARS = 20;
  const AGAIN_MS = 60000;
  const hours = (seconds) => seconds / 3600;

  // Rows in the order asked for; ties by name. `by`: overdue_s, working_s, held_now, overdue_now.
  const order = (units, by, locale) => units.slice().sort((a, b) => b[by] - a[by] || String(a.unit_name || "").localeCompare(String(b.unit_name || ""), locale));

  // Bars of the units with the most: {name, letter, code, inTime, over} in hours, and the longest.
  function makeBars(units, most = MOST_BARS) {
    const bars = units.slice(0, most).map((one) => ({ name: one.unit_name, letter: one.unit_letter, code: one.unit_code, inTime: hours(one.working_s - one.overdue_s), over: hours(one.overdue_s) }));
    return { bars, longest: Math.max(0, ...bars.map((one) => one.inTime + one.over)) };
  }

  // Draw them on a canvas: the unit's colour for what is over its time, pale with a frame for what is not.
  function paint(canvas, { bars, longest }, desk) {
    const style = root.getComputedStyle(canvas);
    const scale = (root.devicePixelRatio || 1) * (root.matchMedia("(min-width: 2600px)").matches ? 1.6 : 1); // as 69_desk.css zooms
    const size = parseFloat(style.fontSize) || 13;
    const line = size * 2.1;
    const width = canvas.clientWidth;
    const height = Math.max(line, bars.length * line + size);
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.font = `${size}px ${style.fontFamily}`;
    pen.textBaseline = "middle";
    const names = Math.min(width * 0.4, size * 13);
    const room = width - names - size * 6;
    bars.forEach((bar, at) => {
      const y = at * line + line / 2;
      const unit = [...desk.store.units.values()].find((one) => one.code === bar.code);
      const colour = unit ? desk.store.colourOf(unit.id) : "#6b7580";
      pen.fillStyle = style.color;
      pen.textAlign = "right";
      pen.fillText(cut(pen, bar.name || text("Command centre"), names - size), names - size * 0.5, y);
      const wide = longest ? room / longest : 0;
      pen.fillStyle = colour;
      pen.fillRect(names, y - size * 0.6, bar.over * wide, size * 1.2);
      pen.globalAlpha = 0.22;
      pen.fillRect(names + bar.over * wide, y - size * 0.6, bar.inTime * wide, size * 1.2);
      pen.globalAlpha = 1;
      pen.strokeStyle = colour;
      pen.strokeRect(names + 0.5, y - size * 0.6, Math.max(1, (bar.over + bar.inTime) * wide - 1), size * 1.2);
      pen.textAlign = "left";
      pen.fillStyle = style.color;
      pen.fillText(text("{n} h", { n: number(bar.over + bar.inTime) }), names + (bar.over + bar.inTime) * wide + size * 0.4, y);
    });
  }
  function cut(pen, words, room) {
    if (pen.measureText(words).width <= room) return words;
    let end = words.length;
    while (end > 1 && pen.measureText(`${words.slice(0, end)}…`).width > room) end -= 1;
    return `${words.slice(0, end)}…`;
  }

  function mount(place, desk) {
    let period = 30;
    let township = "";
    let by = "overdue_s";
    let units = [];
    let isRead = false;
    let asked = 0;
    const said = make("p", { class: "desk-empty", role: "status" }, text("Loading …"));
    const periods = make("select", { on: { change: () => { period = Number(periods.value); read(); } } }, ...PERIODS.map((days) => make("option", { value: String(days) }, days ? text("the last {n} days", { n: String(days) }) : text("All"))));
    periods.value = String(period);
    const places = make("select", { on: { change: () => { township = places.value; read(); } } });
    const columns = [["overdue_s", text("Hours after due")], ["working_s", text("Working hours burnt")], ["incidents", text("Incidents")], ["incidents_overdue", text("Of them overdue")], ["held_now", text("Holds now")], ["overdue_now", text("Overdue and held now")]];
    const heads = columns.map(([key, label]) => make("th", { scope: "col" }, make("button", { type: "button", class: "quiet", on: { click: () => { by = key; draw(); } } }, label)));
    const body = make("tbody");
    const table = make("table", { class: "desk-small desk-burnt" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, text("Unit")), ...heads)), body);
    const canvas = make("canvas", { role: "img", class: "desk-bars" });
    const key = make("p", { class: "desk-key" }, make("i", { class: "over" }), text("after the due time"), make("i", { class: "in-time" }), text("before it"));
    place.append(
      make("div", { class: "desk-tools" }, make("label", { class: "field" }, make("span", {}, text("Period")), periods), make("label", { class: "field" }, make("span", {}, text("Township")), places)),
      said, make("div", { class: "desk-burnt-parts" }, make("div", { class: "desk-wide" }, table), make("figure", {}, canvas, key)));

    function draw() {
      setText(said, !isRead ? text("Loading …") : units.length ? "" : text("Nothing was held in this period: choose a longer one."));
      said.hidden = !said.textContent;
      table.parentElement.parentElement.hidden = !units.length;
      if (places.options.length !== desk.feed.townships.length + 1) {
        places.replaceChildren(make("option", { value: "" }, text("All")), ...desk.feed.townships.map((one) => make("option", { value: one.code }, one.name)));
        places.value = township;
      }
      const shown = order(units, by, desk.names.locale);
      heads.forEach((head, at) => head.setAttribute("aria-sort", columns[at][0] === by ? "descending" : "none"));
      keyed(body, shown, (one) => one.unit_code || "", () => make("tr", {}, make("th", { scope: "row" }, gridmap.legend.makeBadge(""), make("span")), ...columns.map(() => make("td"))), (row, one) => {
        const unit = [...desk.store.units.values()].find((known) => known.code === one.unit_code);
        setText(row.children[0].children[0], one.unit_letter || "–");
        gridmap.legend.paintBadge(row.children[0].children[0], desk.store, unit ? unit.id : 0);
        setText(row.children[0].children[1], one.unit_name || text("Command centre"));
        columns.forEach(([name], at) => {
          setText(row.children[at + 1], name.endsWith("_s") ? number(hours(one[name]), 1) : number(one[name]));
          row.children[at + 1].classList.toggle("late", name.startsWith("overdue") && one[name] > 0);
        });
      });
      if (!units.length) return;
      const { bars, longest } = makeBars(shown);
      canvas.setAttribute("aria-label", text("Working hours by unit; the table has the figures."));
      paint(canvas, { bars, longest }, desk);
    }
    // A sum over all pieces of the ledger: once a minute is enough, unless somebody chose another period or place.
    let readMs = -Infinity;
    const readSoon = () => { if (desk.store.nowMs() - readMs > AGAIN_MS) read(); };
    async function read() {
      readMs = desk.store.nowMs();
      asked += 1;
      const mine = asked;
      const query = new URLSearchParams();
      if (period) query.set("since", new Date(desk.store.nowMs() - period * 86400000).toISOString());
      if (township) query.set("area", township);
      const answer = await gridmap.actor.get(`/api/units/burnt?${query}`);
      if (mine !== asked) return;
      if (answer.status === 200) {
        units = answer.body.units;
        isRead = true;
        draw();
      } else {
        setText(said, gridmap.deskFeed.describeFault(answer));
        said.hidden = false;
      }
    }
    return { read: readSoon, draw };
  }

  gridmap.deskBurnt = { mount, order, makeBars };
})(typeof window === "undefined" ? globalThis : window);
