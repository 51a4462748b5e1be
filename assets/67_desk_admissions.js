// Admissions: a matter outside the list for a township: asked for, reviewed twice, approved or refused; refused attempts by unit.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, dayAndTime } = gridmap.dom;
  const { act, pill, facts, fact, incidentLink, mountList, send, tool, isRole } = gridmap.deskRecords;

  const OPEN = ["requested", "reviewed_once", "reviewed_twice"];

  // Which steps a role may be offered in a status; that all four people differ, the server says.
  function stepsFor(status, role) {
    if (!["dispatcher", "verifier", "supervisor"].includes(role) || !OPEN.includes(status)) return [];
    if (status !== "reviewed_twice") return ["review", "refuse"];
    return role === "supervisor" ? ["approve", "refuse"] : ["refuse"];
  }

  function mount(place, desk) {
    const { store } = desk;
    const isAll = make("input", { type: "checkbox", on: { change: () => list.read() } });
    const fresh = tool(text("Request an admission"), ["handler", "unit_lead"], () => ask());
    const attempts = make("div", { class: "desk-attempts" });
    place.append(make("div", { class: "desk-tools" }, fresh.button, make("label", { class: "tick" }, isAll, make("span", {}, text("Also those that are over")))));

    function ask() {
      desk.form.open({
        title: text("Request an admission"), submit: text("step:request"), hint: text("For what the list does not give a township. Two people review it, a supervisor approves."),
        fields: [
          { name: "unit_code", kind: "unit", label: text("Unit of the township"), required: true, only: (unit) => unit.level === "township" },
          { name: "item_code", kind: "choice", label: text("Item"), required: true, options: [...store.items.values()].map((item) => [item.code, `${item.code} ${item.name}`]) },
          { name: "reason", kind: "text", label: text("Reason"), required: true },
          { name: "incident_id", kind: "number", min: 1, step: 1, label: text("Incident number") },
        ],
        onSubmit: (values) => send(desk, "/api/admissions", { ...values, ...(values.incident_id ? { incident_id: Number(values.incident_id) } : {}) }),
      });
    }
    function take(one, step) {
      desk.form.open({
        title: text("{step}: admission {n}", { step: text(`step:${step}`), n: String(one.id) }), submit: text(`step:${step}`), hint: text("{name}: {what}", { name: one.unit_name, what: one.item_name || one.item_code }),
        fields: [
          { name: "decision", kind: "text", label: step === "refuse" ? text("Reason") : text("Decision in words"), required: step === "refuse" },
          ...(step === "approve" ? [{ name: "valid_to", kind: "date", label: text("First day on which it does not hold any more") }] : []),
        ],
        onSubmit: (values) => send(desk, `/api/admissions/${one.id}/${step}`, { version: one.version, ...values }),
      });
    }
    const person = (code, at) => (at ? `${code || "–"}, ${dayAndTime(Date.parse(at))}` : "");
    function fill(one) {
      const steps = isRole("dispatcher", "verifier", "supervisor") ? stepsFor(one.status, gridmap.actor.current().role) : [];
      return [
        make("header", {}, pill(text(`admission:${one.status}`), OPEN.includes(one.status) ? "near" : "open"),
          make("span", { class: "kicker" }, `${text("Admission {n}", { n: String(one.id) })} · ${dayAndTime(Date.parse(one.requested_at))}`), incidentLink(desk, one.incident_id)),
        make("h3", {}, text("{name}: {what}", { name: one.unit_name, what: one.item_name || one.item_code })),
        facts(fact(text("Asked for by"), one.requested_by_unit_name), fact(text("Reason"), one.reason), fact(text("First review"), person(one.first_reviewed_by, one.first_reviewed_at)),
          fact(text("Second review"), person(one.second_reviewed_by, one.second_reviewed_at)), fact(text("Decided by"), person(one.decided_by, one.decided_at)), fact(text("Decision"), one.decision), fact(text("Holds until"), one.valid_to)),
        steps.length ? make("div", { class: "acts" }, ...steps.map((step, at) => act(step, text(`step:${step}`), () => take(one, step), at === 0))) : null,
      ];
    }
    const list = mountList(place, desk, {
      path: () => `/api/admissions?limit=1000${isAll.checked ? "" : OPEN.map((one) => `&status=${one}`).join("")}`, pick: (body) => body.admissions.slice().reverse(), fill,
      empty: text("No request is open. A handler or the head of a county unit makes one."),
    });
    place.append(attempts);
    function drawAttempts(found) {
      if (!found.length) {
        attempts.replaceChildren(make("h3", {}, text("Refused attempts by unit")), make("p", { class: "hint" }, text("Nobody tried to give a township what it may not get.")));
        return;
      }
      attempts.replaceChildren(make("table", { class: "desk-small" }, make("caption", {}, text("Refused attempts by unit")), make("thead", {}, make("tr", {},
        ...[text("Unit"), text("Attempts"), text("Townships"), text("Items"), text("Last")].map((one) => make("th", { scope: "col" }, one)))),
      make("tbody", {}, ...found.map((one) => make("tr", {}, make("th", { scope: "row" }, one.unit_name || text("Command centre")), ...[one.attempts, one.townships, one.items].map((n) => make("td", {}, number(n))), make("td", {}, dayAndTime(Date.parse(one.last_at))))))));
    }
    async function read() {
      const [answer] = await Promise.all([gridmap.actor.get("/api/admissions/attempts"), list.read()]);
      if (answer.status === 200) drawAttempts(answer.body.attempts);
    }
    return { read, draw: () => { fresh.update(); list.draw(); } };
  }

  gridmap.deskAdmissions = { mount, stepsFor };
})(typeof window === "undefined" ? globalThis : window);
