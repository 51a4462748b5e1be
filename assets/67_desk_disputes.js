// Disputes: which unit leads is in question; the panel decides, with the former decisions of the item beside the form.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, dayAndTime } = gridmap.dom;
  const { makeClock, act, pill, facts, fact, incidentLink, mountList, send, isRole } = gridmap.deskRecords;

  const SEATS = ["centre", "staffing_office", "justice"];

  // The panel as typed, by names or words; the seats that have a word go as their code.
  function readPanel(typed, wordOf) {
    const byWord = new Map(SEATS.map((seat) => [wordOf(seat), seat]));
    return typed.split(/[,，、;；\n]/).map((one) => one.trim()).filter(Boolean).map((one) => byWord.get(one) || one);
  }

  function mount(place, desk) {
    const { feed } = desk;
    const seatWord = (seat) => (SEATS.includes(seat) ? text(`panel:${seat}`) : seat);
    const itemName = (code) => (code ? desk.names.item(feed.find.item(code)) || code : text("Not in the list"));
    const isAll = make("input", { type: "checkbox", on: { change: () => list.read() } });
    place.append(make("div", { class: "desk-tools" }, make("label", { class: "tick" }, isAll, make("span", {}, text("Also those that are decided")))));

    async function decide(dispute) {
      const query = new URLSearchParams();
      if (dispute.item_code) query.set("item", dispute.item_code);
      if (dispute.township) query.set("township", dispute.township);
      desk.show(dispute.incident_id);
      const answer = await gridmap.actor.get(`/api/disputes/precedents?${query}`);
      const precedents = answer.status === 200 ? answer.body.disputes : [];
      desk.form.open({
        title: text("Decide the dispute over incident {n}", { n: String(dispute.incident_id) }), submit: text("action:decide"),
        hint: precedents.length ? text("Decided before: {all}", { all: precedents.map((one) => `#${one.id} ${one.decided_unit_name}`).join(text("list separator")) }) : text("No precedent for this item yet."),
        fields: [
          { name: "unit", kind: "unit", label: text("Unit that leads"), required: true },
          { name: "reason", kind: "text", label: text("Reason"), required: true },
          { name: "panel", kind: "line", label: text("Panel"), required: true, value: (dispute.panel.length ? dispute.panel : SEATS).map(seatWord).join(text("list separator")) },
          ...(precedents.length ? [{ name: "follows", kind: "choice", label: text("Follows the precedent"), value: "", options: [["", text("None")], ...precedents.map((one) => [String(one.id), `#${one.id} ${one.decided_unit_name}: ${one.decision}`])] }] : []),
          { name: "is_precedent", kind: "tick", label: text("Counts as a precedent") },
        ],
        onSubmit: (values) => send(desk, `/api/disputes/${dispute.id}/decide`, {
          expected_version: dispute.version, unit: values.unit, reason: values.reason, panel: readPanel(values.panel, seatWord), is_precedent: values.is_precedent,
          ...(values.follows ? { follows: Number(values.follows) } : {}),
        }),
      });
    }
    async function mark(dispute) {
      const words = await send(desk, `/api/disputes/${dispute.id}/precedent`, { expected_version: dispute.version, is_precedent: !dispute.is_precedent });
      if (words) desk.say(words);
    }

    function fill(dispute) {
      const isSupervisor = isRole("supervisor");
      return [
        make("header", {}, pill(text(`dispute:${dispute.status}`), dispute.status === "open" ? "near" : "open"), pill(text(`dispute-cause:${dispute.cause}`), "open"),
          make("span", { class: "kicker" }, `${text("Dispute {n}", { n: String(dispute.id) })} · ${dayAndTime(Date.parse(dispute.opened_at))}`), incidentLink(desk, dispute.incident_id)),
        make("h3", {}, itemName(dispute.item_code)),
        facts(
          fact(text("Reason"), dispute.reason), fact(text("Panel"), dispute.panel.map(seatWord).join(text("list separator"))),
          dispute.status === "open" ? fact(text("To be decided"), makeClock({ by: dispute.due_at })) : [],
          fact(text("Leads"), dispute.decided_unit_name), fact(text("Decision"), dispute.decision), fact(text("Precedent"), dispute.is_precedent ? text("Yes") : "")),
        make("div", { class: "acts" },
          dispute.status === "open" && isSupervisor ? act("decide", text("action:decide"), () => decide(dispute), true) : null,
          dispute.status === "decided" && isSupervisor ? act("mark", dispute.is_precedent ? text("No precedent any more") : text("Make it a precedent"), () => mark(dispute)) : null),
      ];
    }
    const list = mountList(place, desk, {
      path: () => `/api/disputes?limit=1000${isAll.checked ? "" : "&open=true"}`, pick: (body) => body.disputes.slice().reverse(), fill,
      empty: text("No open dispute. One opens when a unit disputes an incident, or after too many returns."),
    });
    return { read: list.read, draw: list.draw };
  }

  gridmap.deskDisputes = { mount, readPanel };
})(typeof window === "undefined" ? globalThis : window);
