// Calls: a township calls units; the centre judges; each unit's response and arrival run against their clocks.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, dayAndTime } = gridmap.dom;
  const { makeClock, act, pill, facts, fact, incidentLink, mountList, send, askText, tool } = gridmap.deskRecords;

  // What this person may be offered for a call, and for each called unit; the server has the last word.
  //   {call: [step, ...], unit: code -> [step, ...]}
  function stepsFor(call, person) {
    if (!person) return { call: [], unit: () => [] };
    const isJudge = ["dispatcher", "supervisor"].includes(person.role);
    const isTownship = person.role === "township" && (!person.area_code || person.area_code === call.township_code);
    const isUnit = (code) => ["handler", "unit_lead", "township"].includes(person.role) && person.unit_code === code;
    const steps = [];
    if (call.status === "called" && isJudge) steps.push("accept", "refuse");
    if (call.status === "judged" && isJudge) steps.push("units");
    if (call.status === "judged" && (isJudge || isTownship)) steps.push("close");
    if (["called", "judged"].includes(call.status) && isTownship) steps.push("withdraw");
    return {
      call: steps,
      unit(code) {
        const one = call.units.find((unit) => unit.unit_code === code);
        const found = [];
        if (call.status === "judged" && isUnit(code) && !one.responded_at) found.push("respond");
        if (call.status === "judged" && (isUnit(code) || isTownship) && !one.arrived_at) found.push("arrive");
        if (call.status === "closed" && isTownship && one.rating === null) found.push("rate");
        return found;
      },
    };
  }

  function mount(place, desk) {
    const { feed } = desk;
    const townshipOf = (code) => (feed.townships.find((one) => one.code === code) || { name: code }).name;
    const unitName = (code) => { for (const unit of desk.store.units.values()) if (unit.code === code) return unit.name; return code; };
    const isAll = make("input", { type: "checkbox", on: { change: () => list.read() } });
    const fresh = tool(text("New call"), ["township", "operator", "dispatcher", "supervisor", "verifier"], () => askNew());
    place.append(make("div", { class: "desk-tools" }, fresh.button, make("label", { class: "tick" }, isAll, make("span", {}, text("Also those that are over")))));

    function askNew() {
      const person = gridmap.actor.current();
      const own = person.role === "township" && person.area_code ? person.area_code : undefined;
      const fields = desk.form.open({
        title: text("New call"), submit: text("Call"), hint: text("A call for units needs a place, a point or an incident."),
        fields: [
          { name: "kind", kind: "choice", label: text("What is called for"), required: true, value: "whistle", options: [["whistle", text("call:whistle")], ["expert", text("call:expert")]] },
          { name: "township", kind: "choice", label: text("Township"), required: true, value: own, options: feed.townships.filter((one) => !own || one.code === own).map((one) => [one.code, one.name]) },
          { name: "matter", kind: "text", label: text("What it is about"), required: true },
          { name: "point", kind: "place", label: text("Point"), onLocate: compareTownship },
          { name: "place", kind: "line", label: text("Place in words") },
          { name: "incident_id", kind: "number", min: 1, step: 1, label: text("Incident number") },
          { name: "wanted", kind: "units", label: text("Units that are wanted") },
        ],
        onSubmit: ({ point, ...values }) => send(desk, "/api/calls", { ...values, ...point, ...(values.incident_id ? { incident_id: Number(values.incident_id) } : {}) }),
      });
      const township = fields.township.input;
      // Names the township of the point where none is chosen; a remark where another one is.
      function compareTownship(located) {
        const found = located.areas.find((one) => one.level === "township");
        if (!found) return "";
        if (!township.value) township.value = found.code;
        return township.value === found.code ? "" : text("not in {name}", { name: townshipOf(township.value) });
      }
      const showTownship = () => {
        const label = desk.store.tree.label(feed.find.township(township.value));
        if (label) fields.point.fit(label[3]);
      };
      township.addEventListener("change", showTownship);
      requestAnimationFrame(() => requestAnimationFrame(showTownship)); // once the map is there
    }
    function take(call, step) {
      const path = `/api/calls/${call.id}/${step}`;
      const body = { expected_version: call.version };
      const title = text("{step}: call {n}", { step: text(`step:${step}`), n: String(call.id) });
      if (step === "accept" || step === "units") {
        desk.form.open({
          title, submit: text(`step:${step}`), hint: call.matter,
          fields: [{ name: "units", kind: "units", label: text("Units that have to come"), required: true, value: step === "accept" ? call.wanted : [] }],
          onSubmit: (values) => send(desk, path, { ...body, ...values }),
        });
      } else if (step === "close") askText(desk, { title, submit: text(`step:${step}`), label: text("What came of it"), name: "result", path, body, hint: call.matter });
      else askText(desk, { title, submit: text(`step:${step}`), label: text("Reason"), name: "reason", path, body, hint: call.matter });
    }
    function takeUnit(call, unit, step) {
      const path = `/api/calls/${call.id}/${step}`;
      const title = text("{step}: {name}", { step: text(`step:${step}`), name: unit.unit_name });
      if (step === "rate") {
        desk.form.open({
          title, submit: text("step:rate"), fields: [{ name: "rating", kind: "choice", label: text("From 1 (bad) to 5 (good)"), required: true, options: ["1", "2", "3", "4", "5"].map((one) => [one, one]) }],
          onSubmit: ({ rating }) => send(desk, path, { unit: unit.unit_code, rating: Number(rating), expected_version: call.version }),
        });
      } else askText(desk, { title, submit: text(`step:${step}`), label: text("Note"), name: "note", path, body: { unit: unit.unit_code }, required: false, hint: call.matter });
    }

    const mapLink = (call) => make("a", { class: "link", href: gridmap.pin.hrefOf(root.location.search, call) }, text("Show on the map"));
    function fill(call) {
      const steps = stepsFor(call, gridmap.actor.current());
      const rows = call.units.map((unit) => make("tr", {},
        make("th", { scope: "row" }, unit.unit_name),
        make("td", {}, makeClock({ by: unit.respond_by, doneAt: unit.responded_at, isLate: unit.is_response_late })),
        make("td", {}, makeClock({ by: unit.arrive_by, doneAt: unit.arrived_at, isLate: unit.is_arrival_late })),
        make("td", {}, unit.rating === null ? "" : `${unit.rating} / 5`),
        make("td", { class: "acts" }, ...steps.unit(unit.unit_code).map((step) => act(`${step}-${unit.unit_code}`, text(`step:${step}`), () => takeUnit(call, unit, step))))));
      return [
        make("header", {}, pill(text(`call:${call.kind}`)), pill(text(`call:${call.status}`), call.status === "called" ? "near" : "open"),
          make("span", { class: "kicker" }, `${text("Call {n}", { n: String(call.id) })} · ${dayAndTime(Date.parse(call.called_at))}`), incidentLink(desk, call.incident_id)),
        make("h3", {}, text("{name}: {what}", { name: townshipOf(call.township_code), what: call.matter })),
        facts(fact(text("Place"), call.place, call.place && call.lon !== null ? " · " : "", call.lon === null ? "" : mapLink(call)), fact(text("Units that are wanted"), call.units.length ? "" : call.wanted.map(unitName).join(text("list separator"))),
          fact(text("Reason"), call.reason), fact(text("What came of it"), call.result)),
        rows.length ? make("table", { class: "desk-small" }, make("thead", {}, make("tr", {}, ...[text("Unit"), text("Response"), text("Arrival"), text("Rating"), ""].map((one) => make("th", { scope: "col" }, one)))), make("tbody", {}, ...rows)) : null,
        steps.call.length ? make("div", { class: "acts" }, ...steps.call.map((step, at) => act(step, text(`step:${step}`), () => take(call, step), at === 0))) : null,
      ];
    }
    const list = mountList(place, desk, {
      path: () => `/api/calls?limit=1000${isAll.checked ? "" : "&open=true"}`, pick: (body) => body.calls.slice().reverse(), fill,
      empty: text("No open call. A township, or the centre for it, makes one with New call."),
    });
    return { read: list.read, draw: () => { fresh.update(); list.draw(); } };
  }

  gridmap.deskCalls = { mount, stepsFor };
})(typeof window === "undefined" ? globalThis : window);
