// Supervision: cards by unit, the cards themselves, one given by hand, answered, lifted.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, keyed, setText, dayAndTime } = gridmap.dom;
  const { act, pill, facts, fact, incidentLink, mountList, send, tool, isRole } = gridmap.deskRecords;

  const { CARDS: KINDS, specOf } = gridmap.aroundForm;

  // Open the form of a step about a card, or of giving one.
  function ask(desk, step, card, title) {
    const spec = specOf(step, card, null);
    desk.form.open({ ...spec, title, onSubmit: (values) => send(desk, spec.path(values), spec.body(values)) });
  }

  function mount(place, desk) {
    let unit = null; // code of the unit whose cards are shown; "" is the command centre, null all
    let wantsAll = false;
    const give = tool(text("Give a card"), ["supervisor"], () => ask(desk, "give", null, text("Give a card")));
    const isAll = make("input", { type: "checkbox", on: { change: () => { wantsAll = isAll.checked; list.read(); } } });
    const every = make("button", { type: "button", class: "second", hidden: true, on: { click: () => choose(null) } }, text("All units"));
    const body = make("tbody");
    const table = make("table", { class: "desk-small desk-by-unit" }, make("thead", {}, make("tr", {},
      ...[text("Unit"), ...KINDS.map((kind) => text(`card:${kind}`)), text("Not answered")].map((one) => make("th", { scope: "col" }, one)))), body);
    const tall = make("div", { class: "desk-tall", tabindex: 0, role: "region", "aria-label": text("Standing cards by unit") }, table);
    place.append(make("div", { class: "desk-tools" }, give.button, every, make("label", { class: "tick" }, isAll, make("span", {}, text("Also those that are answered")))), make("h3", { class: "desk-subtitle" }, text("Standing cards by unit")), tall);

    function choose(code) {
      unit = code;
      every.hidden = code === null;
      drawUnits();
      list.read();
    }
    let units = [];
    function drawUnits() {
      tall.hidden = !units.length;
      keyed(body, units, (one) => one.unit_code || "", (one) => make("tr", {}, make("th", { scope: "row" }, make("button", { type: "button", class: "quiet", on: { click: () => choose(one.unit_code || "") } })), ...KINDS.map(() => make("td")), make("td")), (row, one) => {
        setText(row.children[0].firstChild, one.unit_name || text("Command centre"));
        row.children[0].firstChild.setAttribute("aria-pressed", String(unit === (one.unit_code || "")));
        KINDS.forEach((kind, at) => setText(row.children[at + 1], one[kind] ? number(one[kind]) : ""));
        setText(row.children[5], one.unanswered ? number(one.unanswered) : "");
        row.classList.toggle("chosen", unit === (one.unit_code || ""));
      });
    }
    function isOfUnit(card) {
      const person = gridmap.actor.current();
      if (!person) return false;
      return card.unit_code ? person.unit_code === card.unit_code && ["handler", "unit_lead", "township"].includes(person.role) : !person.unit_code;
    }
    function fill(card) {
      const name = text("Card {n}", { n: String(card.id) });
      return [
        make("header", {}, make("span", { class: `desk-card-mark ${card.kind}` }, text(`card:${card.kind}`)), pill(text(`card-status:${card.status}`), card.status === "given" ? "near" : "open"),
          make("span", { class: "kicker" }, `${name} · ${dayAndTime(Date.parse(card.at))}`), incidentLink(desk, card.incident_id)),
        make("h3", {}, card.unit_name || text("Command centre")),
        facts(fact(text("Given"), card.cause === "rule" ? text("by rule") : text("by hand")), fact(text("Reason"), card.reason), fact(text("Answer"), card.answer), fact(text("Lifted"), card.lift_reason)),
        make("div", { class: "acts" },
          card.status === "given" && isOfUnit(card) ? act("answer", text("step:answer"), () => ask(desk, "answer", card, name), true) : null,
          card.status !== "lifted" && isRole("supervisor") ? act("lift", text("step:lift"), () => ask(desk, "lift", card, name)) : null),
      ];
    }
    const list = mountList(place, desk, {
      path: () => `/api/supervision?standing=true&limit=1000${unit === null ? "" : `&unit=${encodeURIComponent(unit)}`}`,
      pick: (found) => {
        const order = (card) => KINDS.indexOf(card.kind);
        return found.cards.filter((card) => wantsAll || card.status === "given").sort((a, b) => order(b) - order(a) || Date.parse(b.at) - Date.parse(a.at)).slice(0, 300);
      },
      fill, empty: text("No card waits for an answer here. Cards come by rule when a limit is used up; a supervisor gives one by hand."),
    });
    async function read() {
      const [answer] = await Promise.all([gridmap.actor.get("/api/supervision/units"), list.read()]);
      if (answer.status !== 200) return;
      units = answer.body.units;
      drawUnits();
    }
    return { read, draw: () => { give.update(); list.draw(); } };
  }

  gridmap.deskCards = { mount };
})(typeof window === "undefined" ? globalThis : window);
