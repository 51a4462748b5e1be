// The right side of a list: the incident of the row, why it waits or who leads, the units that were looked at, and former decisions.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, dayAndTime } = gridmap.dom;

  const fact = (name, value) => (value ? [make("dt", {}, name), make("dd", {}, value)] : []);

  function mount(place, desk) {
    let asked = 0;
    let shown = 0;
    let print = ""; // what is drawn, to leave it as it is
    const aroundPlace = make("div", { class: "desk-around" });
    const around = gridmap.around.mount(aroundPlace, { store: desk.store, form: desk.form, after: desk.read });

    // A unit with a button that gives the incident to it: fills the open form, or opens one for this incident.
    function unitLine(incident, code, name, words) {
      const canGive = desk.feed.rules.some((rule) => ["dispatch", "decide"].includes(rule.action) && rule.sources.includes(incident.status));
      const give = !canGive ? null : make("button", { type: "button", class: "small", on: { click: () => desk.giveTo(shown, code) } }, text("Dispatch to it"));
      return make("li", {}, make("div", {}, make("b", {}, name), make("p", { class: "hint" }, words)), give);
    }
    function section(title, lines) {
      return lines.length ? make("section", {}, make("h2", {}, title), make("ul", { class: "plain desk-units" }, ...lines)) : null;
    }

    function draw(incident, why) {
      const words = why && why.words.length ? why.words : [];
      const side = place.closest(".side");
      const scrolled = side ? side.scrollTop : 0;
      place.replaceChildren(
        make("div", { class: "head" }, make("p", { class: "kicker" }, text("Incident {n}", { n: String(incident.id) })), make("button", { type: "button", class: "quiet", "aria-label": text("Close"), on: { click: () => desk.show(0) } }, "×")),
        make("h2", { class: "title" }, incident.title || incident.item_name || text("Not in the list")),
        make("p", {}, make("a", { href: desk.mapLink(incident.id), class: "link" }, text("Open on the map"))),
        make("dl", { class: "facts" },
          ...fact(text("Item"), incident.item_name), ...fact(text("Address"), incident.address), ...fact(text("Status"), text(`status:${incident.status}`)),
          ...fact(text("Leads"), incident.lead_unit && incident.lead_unit.name), ...fact(text("Channel"), text(`channel:${incident.channel}`)),
          ...fact(text("Reported"), dayAndTime(Date.parse(incident.reported_at))), ...fact(text("Due"), incident.due_at && dayAndTime(Date.parse(incident.due_at)))),
        aroundPlace,
        ...(why ? [
          words.length ? make("section", {}, make("h2", {}, !why.queue ? text("Why this unit") : text("Why it waits")), ...words.map((one) => make("p", { class: "desk-why" }, one))) : null,
          section(text("Decided before for this item"), why.precedents.map((one) => unitLine(incident, one.unit_code, one.unit_name, `${dayAndTime(Date.parse(one.decided_at))} ${one.decision}`))),
          section(text("Units that were looked at"), why.alternatives.filter((one) => one.unit).map((one) => unitLine(incident, one.unit.code, one.unit.name, text(`rejected:${one.rejected}`)))),
          section(text("Assists"), why.assists.filter((one) => one.unit).map((one) => unitLine(incident, one.unit.code, one.unit.name, one.words))),
        ] : [make("p", { class: "hint" }, text("Loading …"))]).filter(Boolean),
      );
      place.hidden = false;
      if (side) side.scrollTop = scrolled;
    }

    // Show an incident; 0 shows none. What was read of another one meanwhile is thrown away.
    async function show(id) {
      asked += 1;
      const mine = asked;
      shown = id;
      around.show(id);
      print = "";
      if (!id) {
        place.replaceChildren(make("p", { class: "hint" }, desk.list.kind === "proceeding" ? text("What you write, and incidents that you open, stand here.") : text("Click a row, or press Enter on it: what is known of it stands here.")));
        return;
      }
      const known = desk.feed.incidents.get(id);
      if (known) draw(known, null);
      await fetchBoth(mine);
    }
    async function fetchBoth(mine) {
      const id = shown;
      const language = gridmap.config().language === "en" ? "en" : "zh";
      const [found, why] = await Promise.all([gridmap.actor.get(`/api/incidents?id=${id}`), gridmap.actor.get(`/api/incidents/${id}/why?lang=${language}`)]);
      if (mine !== asked) return;
      const now = JSON.stringify([found.body, why.body]);
      if (now === print) return; // as it is drawn
      const isFirst = !print;
      const incident = found.status === 200 ? found.body.incidents[0] : null;
      if (incident && why.status === 200) {
        print = now;
        draw(incident, why.body);
      } else if (!isFirst) return; // what is on show stays
      else if (!incident) place.replaceChildren(make("p", { class: "finding" }, found.status === 200 ? text("There is no such incident.") : gridmap.deskFeed.describeFault(found)));
      else draw(incident, { words: [gridmap.deskFeed.describeFault(why)], queue: "", precedents: [], alternatives: [], assists: [] });
    }
    // The incident on show anew, where it changed.
    function read() {
      if (!shown) return;
      around.read();
      fetchBoth(asked);
    }
    show(0);
    return { show, read };
  }

  gridmap.deskIncident = { mount };
})(typeof window === "undefined" ? globalThis : window);
