// Requests for a pause or an extension: who asks, since when, and how long the incident has left; a supervisor answers.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, setText, number, dayAndTime } = gridmap.dom;
  const { span, makeClock, act, pill, facts, fact, incidentLink, mountList, send, askText } = gridmap.deskRecords;

  // What this person may be offered for a request; the server has the last word. What is overdue by now can't be approved any more.
  function stepsFor(request, person, isOver) {
    if (!person || request.status !== "open") return [];
    if (person.role === "supervisor") return isOver ? ["refuse"] : ["approve", "refuse"];
    const isUnit = ["handler", "unit_lead"].includes(person.role) && person.unit_code === request.unit_code;
    return isUnit ? ["withdraw"] : [];
  }

  // The most urgent first: the open ones by when their incident is due, what has no due time last, then by how long they wait; what is
  // over after them, the newest first.
  function order(requests) {
    const due = (one) => (one.due_at ? Date.parse(one.due_at) : Infinity);
    const compare = (a, b) => (a === b ? 0 : a < b ? -1 : 1); // not a - b: Infinity - Infinity is no number
    return requests.slice().sort((a, b) => {
      const isOpen = (one) => Number(one.status !== "open");
      if (isOpen(a) !== isOpen(b)) return isOpen(a) - isOpen(b);
      if (a.status !== "open") return compare(Date.parse(b.ended_at), Date.parse(a.ended_at)) || b.id - a.id;
      return compare(due(a), due(b)) || compare(Date.parse(a.requested_at), Date.parse(b.requested_at)) || a.id - b.id;
    });
  }

  const isOverAt = (request, nowMs) => Boolean(request.due_at) && Date.parse(request.due_at) <= nowMs;

  function mount(place, desk) {
    const { feed, store } = desk;
    const isAll = make("input", { type: "checkbox", on: { change: () => list.read() } });
    place.append(make("div", { class: "desk-tools" }, make("label", { class: "tick" }, isAll, make("span", {}, text("Also those that are over")))));
    const amountOf = (value, unit) => (value === null ? "" : text(`limit:${unit}`, { n: number(Number(value), 2) }));

    function take(request, step) {
      const path = `/api/requests/${request.id}/${step}`;
      const body = { expected_version: request.version };
      const title = text("{step}: request {n}", { step: text(`step:${step}`), n: String(request.id) });
      const hint = [text(`request:${request.kind}`), amountOf(request.extension, request.limit_unit), request.reason].filter(Boolean).join(" · ");
      const submit = text(`step:${step}`);
      desk.show(request.incident_id);
      if (step === "refuse") askText(desk, { title, hint, submit, label: text("Reason"), name: "reason", path, body });
      else if (step === "withdraw") desk.form.open({ title, hint, submit, fields: [], onSubmit: () => send(desk, path, body) });
      else {
        const most = request.extension === null ? [] : [{
          name: "extension", kind: "number", max: request.extension, label: text("Extended by, in the unit of the limit"),
          hint: text("Left empty, what was asked for is granted: {amount}.", { amount: amountOf(request.extension, request.limit_unit) }),
        }];
        desk.form.open({ title, hint, submit, fields: [...most, { name: "decision", kind: "text", label: text("Note") }], onSubmit: (values) => send(desk, path, { ...body, ...values }) });
      }
    }

    function fill(request) {
      const isOpen = request.status === "open";
      const steps = stepsFor(request, gridmap.actor.current(), request.isOver);
      const item = request.item_code ? desk.names.item(feed.find.item(request.item_code)) || request.item_code : text("Not in the list");
      const age = isOpen ? make("span", { class: "desk-age", "data-at": request.requested_at }) : null;
      const left = isOpen ? make("span", { class: "desk-left", "data-due": request.due_at || "" }) : null;
      return [
        make("header", {}, pill(text(`request:${request.kind}`)), pill(text(`request:${request.status}`), isOpen ? "near" : "open"),
          make("span", { class: "kicker" }, `${text("Request {n}", { n: String(request.id) })} · ${dayAndTime(Date.parse(request.requested_at))}`), incidentLink(desk, request.incident_id)),
        make("h3", {}, text("{name}: {what}", { name: request.unit_name, what: request.title || item })),
        facts(
          fact(text("Reason"), request.reason), fact(text("Asked for"), amountOf(request.extension, request.limit_unit)),
          fact(text("Waits"), age), fact(text("To be answered"), isOpen ? makeClock({ by: request.answer_by }) : ""),
          fact(text("Time left of the incident"), left),
          fact(text("Granted"), amountOf(request.granted_extension, request.limit_unit)), fact(text("Ended"), isOpen ? "" : [request.ended_by, dayAndTime(Date.parse(request.ended_at))].filter(Boolean).join(", ")),
          fact(text("Decision"), request.decision)),
        isOpen && request.isOver ? make("p", { class: "hint finding" }, text("The incident is overdue by now: the request can only be refused.")) : null,
        steps.length ? make("div", { class: "acts" }, ...steps.map((step, at) => act(step, text(`step:${step}`), () => take(request, step), at === 0))) : null,
      ];
    }
    const list = mountList(place, desk, {
      path: () => `/api/requests?limit=1000${isAll.checked ? "" : "&open=true"}`, fill,
      pick: (body) => order(body.requests).map((one) => ({ ...one, isOver: isOverAt(one, store.nowMs()) })),
      empty: text("No request waits. The unit that handles an incident asks for a pause or an extension on the page of the incident."),
    });
    function draw() {
      list.draw();
      for (const one of place.querySelectorAll(".desk-age")) setText(one, span(store.nowMs() - Date.parse(one.dataset.at)));
      for (const one of place.querySelectorAll(".desk-left")) {
        const dueS = one.dataset.due ? Date.parse(one.dataset.due) / 1000 : Infinity;
        setText(one, gridmap.deskTable.describeDue(store, { dueS }));
        one.classList.toggle("late", dueS * 1000 <= store.nowMs());
      }
    }
    return { read: () => list.read().then(draw), draw };
  }

  gridmap.deskRequests = { mount, stepsFor, order, isOverAt };
})(typeof window === "undefined" ? globalThis : window);
