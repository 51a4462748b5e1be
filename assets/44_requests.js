// Requests for a pause or an extension among the actions of the panel: the unit asks, a supervisor answers. Pure: no page, no server.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  // Steps that GET /api/incidents/{id}/actions permits, as actions of the form: {action: "approve_extend", needs, request: the step}.
  const actionsOf = (steps) => (steps || []).map((request) => ({ action: `${request.step}_${request.kind}`, needs: request.needs, request }));

  // All that the person may do: who can approve what is asked for is not offered to do the same beside it, which would drop the request.
  function merge(actions, steps) {
    const asked = new Set((steps || []).filter((one) => one.step === "approve").map((one) => one.kind));
    return [...actions.filter((one) => !asked.has(one.action)), ...actionsOf(steps)];
  }

  // What may be said beside what has to be: a word to an approval, and less than was asked for.
  function optionalOf({ step, kind }) {
    if (step !== "approve") return [];
    return kind === "extend" ? ["extension", "reason"] : ["reason"];
  }

  // What is posted. A request is made on the incident as it was seen; what follows is about the request, by its own version.
  function requestOf({ step, kind, request_id: id, version }, incident, values) {
    const reason = String(values.reason || "").trim();
    const extension = String(values.extension || "").trim();
    const amount = extension ? { extension } : {};
    if (step === "request") {
      return { path: `/api/incidents/${incident.id}/requests`, body: { kind, expected_version: incident.version, reason, ...amount } };
    }
    const path = `/api/requests/${id}/${step}`;
    if (step === "approve") return { path, body: { expected_version: version, decision: reason, ...amount } };
    return { path, body: { expected_version: version, ...(step === "refuse" ? { reason } : {}) } };
  }

  gridmap.requestForm = { actionsOf, merge, optionalOf, requestOf };
})(typeof window === "undefined" ? globalThis : window);
