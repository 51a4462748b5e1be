// Call-backs: whose reporters have to be called, the earliest due first; an attempt is written down with what was heard.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, dayAndTime } = gridmap.dom;
  const { makeClock, act, pill, facts, fact, incidentLink, mountList, send, isRole } = gridmap.deskRecords;

  function mount(place, desk) {
    function ask(one) {
      desk.form.open({
        title: text("Call-back: incident {n}", { n: String(one.id) }), submit: text("Write it down"), hint: one.title,
        fields: [
          { name: "result", kind: "choice", label: text("What was heard"), required: true, options: [["satisfied", text("Reached: satisfied")], ["dissatisfied", text("Reached: not satisfied, it is opened again")], ["unreached", text("Not reached")]] },
          { name: "reason", kind: "text", label: text("Note; what is wrong, if not satisfied"), required: false },
        ],
        onSubmit: (values) => {
          const { path, body } = gridmap.actionForm.requestOf({ action: "call_back", needs: [] }, one, values);
          return send(desk, path, body);
        },
      });
    }
    const fill = (one) => [
      make("header", {}, pill(text(`status:${one.status}`), "open"), make("span", { class: "kicker" }, one.resolved_at ? text("Resolved {time}", { time: dayAndTime(Date.parse(one.resolved_at)) }) : ""), incidentLink(desk, one.id)),
      make("h3", {}, one.title || text("Incident {n}", { n: String(one.id) })),
      facts(fact(text("To be called"), makeClock({ by: one.due_at })), fact(text("Attempts"), one.attempts ? `${number(one.attempts)} · ${dayAndTime(Date.parse(one.last_at))}` : ""), fact(text("Merged into"), one.end_id ? `#${one.end_id}` : "")),
      make("div", { class: "acts" }, isRole("operator") ? act("call", text("Call back"), () => ask(one), true) : null),
    ];
    return mountList(place, desk, {
      path: () => "/api/callbacks?limit=200", pick: (body) => body.waiting, fill,
      empty: text("Nobody waits for a call. Incidents come here once a verifier has verified them."),
    });
  }

  gridmap.deskCallBacks = { mount };
})(typeof window === "undefined" ? globalThis : window);
