// Controls of the filter: several values of one kind, ticked in a list that opens; and the period of the report.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, setText, number } = gridmap.dom;

  // Options: [[value, name], ...]. `change(values)` is told the values ticked. Answers {field, set(values)}.
  function makeChoice(label, options, change) {
    const boxes = options.map(([value, name]) => {
      const input = make("input", { type: "checkbox", value });
      return { input, value, name, line: make("label", { class: "choice-line" }, input, make("span", {}, name)) };
    });
    const said = make("span", { class: "choice-said" });
    const summary = make("summary", { "aria-label": label }, said);
    const field = make("details", { class: "choice" }, summary, make("div", { class: "choice-menu", role: "group", "aria-label": label }, ...boxes.map((box) => box.line)));
    const say = () => {
      const ticked = boxes.filter((box) => box.input.checked);
      setText(said, ticked.length === 0 ? text("All") : ticked.length === 1 ? ticked[0].name : text("{n} chosen", { n: number(ticked.length) }));
      summary.setAttribute("aria-label", `${label}: ${said.textContent}`);
      field.classList.toggle("on", ticked.length > 0);
    };
    field.addEventListener("change", () => {
      say();
      change(boxes.filter((box) => box.input.checked).map((box) => box.value));
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !field.open) return;
      field.open = false;
      summary.focus();
    });
    root.document.addEventListener("click", (event) => { if (!field.contains(event.target)) field.open = false; });
    say();
    return {
      field: make("div", { class: "field" }, make("span", {}, label), field),
      set(values) {
        for (const box of boxes) box.input.checked = values.includes(box.value);
        say();
      },
    };
  }

  // ---------------------------------------------------------------- days
  // Whether "2026-11-23" is a day of the calendar.
  function isDay(day) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day || "")) return false;
    const parsed = new Date(`${day}T00:00:00Z`);
    return !Number.isNaN(parsed.getTime()) && parsed.toISOString().slice(0, 10) === day;
  }

  // The instant (epoch seconds) at which a day begins in the county, whatever the browser's zone.
  function dayStartS(day, timezone) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
    const offsetMs = (instantMs) => {
      const part = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
      return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - instantMs;
    };
    const asUtcMs = Date.parse(`${day}T00:00:00Z`);
    const guessMs = asUtcMs - offsetMs(asUtcMs);
    return (asUtcMs - offsetMs(guessMs)) / 1000;
  }

  const nextDay = (day) => new Date(Date.parse(`${day}T00:00:00Z`) + 86400000).toISOString().slice(0, 10);

  const OWN = "own"; // the option that opens the two dates

  // Periods in days, or two dates, the last one included. `change({period, from, to})`.
  function makePeriod(label, periods, change) {
    const select = make("select", { on: { change: () => {
      dates.hidden = select.value !== OWN;
      if (select.value === OWN) from.focus();
      else tell();
    } } }, make("option", { value: "" }, text("All")), ...periods.map((days) => make("option", { value: String(days) }, text("the last {n} days", { n: days }))),
    make("option", { value: OWN }, text("From … to …")));
    const makeDate = (name) => make("input", { type: "date", "aria-label": name, on: { change: () => tell() } });
    const from = makeDate(text("Reported from"));
    const to = makeDate(text("Reported until"));
    const dates = make("div", { class: "dates", hidden: true }, from, make("span", { "aria-hidden": "true" }, "–"), to);
    function tell() {
      const isOwn = select.value === OWN;
      from.max = to.value;
      to.min = from.value;
      change({ period: isOwn ? 0 : Number(select.value), from: isOwn ? from.value : "", to: isOwn ? to.value : "" });
    }
    return {
      field: make("label", { class: "field" }, make("span", {}, label), select),
      dates,
      set(view) {
        const isOwn = Boolean(view.from || view.to);
        if (root.document.activeElement === from || root.document.activeElement === to) return; // somebody is typing
        if (isOwn || view.period || select.value !== OWN || view.isCleared) select.value = isOwn ? OWN : view.period ? String(view.period) : "";
        dates.hidden = select.value !== OWN;
        from.value = view.from;
        to.value = view.to;
      },
    };
  }

  gridmap.choice = { makeChoice, makePeriod, isDay, dayStartS, nextDay };
})(typeof window === "undefined" ? globalThis : window);
