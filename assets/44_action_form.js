// What an action has to carry, as fields; what is sent; and what an answer means. Without elements, so that it is tested without a browser.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, linesOf } = gridmap.dom;

  // What may be said beside what has to be.
  const OPTIONAL = { dispatch: ["unit_code", "reason"], resolve: ["reason"], merge: ["reason"], decide: ["is_precedent"] };
  const ORDER = ["unit_code", "other_incident_id", "result", "extension", "evidence", "reason", "is_precedent"];
  const LABELS = {
    unit_code: "Unit that leads", other_incident_id: "Number of the incident that it is merged into", result: "What came of the call",
    extension: "Extended by, in the unit of the limit", evidence: "Evidence, one a line: file, page or photograph", reason: "Reason",
    is_precedent: "The decision is a precedent",
  };
  // Nothing leads back from these: reopening is for what was closed, and a merging can be taken back.
  const FINAL = new Set(["reject"]);

  // The fields of an action: [{name, isNeeded}]; none where a click is enough.
  function fieldsOf({ action, needs, request }) {
    // A call-back is an attempt: what came of it, and words where the reporter is not satisfied.
    if (action === "call_back") return [{ name: "result", isNeeded: true }, { name: "reason", isNeeded: false }];
    const needed = new Set(needs);
    const possible = new Set([...needed, ...(request ? gridmap.requestForm.optionalOf(request) : OPTIONAL[action] || [])]);
    return ORDER.filter((name) => possible.has(name)).map((name) => ({ name, isNeeded: needed.has(name) }));
  }

  // What an action is called in a status: reopening what is merged takes it out of the merge.
  const nameOf = (action, status) => text(action === "reopen" && status === "merged" ? "action:unmerge" : `action:${action}`);
  const isFinal = (action) => FINAL.has(action);

  // The fields that are empty and have to be filled.
  function listMissing(permitted, values) {
    const isEmpty = (name) => (name === "evidence" ? linesOf(values[name]).length === 0 : !String(values[name] ?? "").trim());
    const missing = fieldsOf(permitted).filter((field) => field.isNeeded && isEmpty(field.name)).map((field) => field.name);
    if (permitted.action === "call_back" && values.result === "dissatisfied" && isEmpty("reason")) missing.push("reason");
    return missing;
  }

  // What an action carries, as it is posted; what was left empty is left out.
  function carriedOf(permitted, values) {
    const carried = {};
    const reason = String(values.reason || "").trim();
    if (reason) carried.reason = reason;
    for (const { name } of fieldsOf(permitted)) {
      const value = values[name];
      if (name === "evidence") carried.evidence = linesOf(value);
      else if (name === "unit_code" && value) carried.unit_code = value;
      else if (name === "extension" && value) carried.extension = String(value).trim();
      else if (name === "other_incident_id" && value) carried.other_incident_id = Number(value);
    }
    return carried;
  }

  // What is posted: {path, body}. `incident`: {id, version, dispute, disputeVersion}.
  function requestOf(permitted, incident, values) {
    if (permitted.request) return gridmap.requestForm.requestOf(permitted.request, incident, values);
    const base = `/api/incidents/${incident.id}`;
    const reason = String(values.reason || "").trim();
    if (permitted.action === "call_back") {
      const isReached = values.result !== "unreached";
      const said = isReached ? { is_satisfied: values.result === "satisfied" } : {};
      return { path: `${base}/callbacks`, body: { expected_version: incident.version, is_reached: isReached, ...said, note: reason } };
    }
    // A dispute is decided with its panel, and may become a precedent.
    if (permitted.action === "decide" && incident.dispute) {
      return {
        path: `/api/disputes/${incident.dispute}/decide`,
        body: { expected_version: incident.disputeVersion, unit: values.unit_code, reason, is_precedent: Boolean(values.is_precedent) },
      };
    }
    return { path: `${base}/transitions`, body: { action: permitted.action, expected_version: incident.version, ...carriedOf(permitted, values) } };
  }

  // A fault of a field: what the page calls it, and what is wrong with it.
  const detailOf = ({ field, label, reason }) => text("{name}: {what}", { name: label || field, what: reason });
  const messageOf = (body) => {
    const error = body && body.error;
    if (!error) return "";
    return [error.message, ...(error.details || []).map(detailOf)].join(" ");
  };

  const sayIncident = (now) => text("Somebody was faster: it is “{status}” now, lead {unit}. Nothing of yours was stored; look again.",
    { status: text(`status:${now.status}`), unit: now.lead_unit ? now.lead_unit.name : text("No unit") });

  // What an answer means: {isDone} or {kind, words, detail}; `now` is the row as it is after a refusal (null where it was not read), by
  // default an incident; `sayNow` says what it is.
  function judge({ status, body }, sentVersion, now, sayNow = sayIncident) {
    if (status >= 200 && status < 300) return { isDone: true };
    const detail = messageOf(body);
    if (status === 409 && now && now.version !== sentVersion) return { kind: "race", words: sayNow(now), detail };
    if (status === 409) return { kind: "rule", words: text("That can't be done now."), detail };
    if (status === 403) return { kind: "refused", words: text("This person may not do that."), detail };
    if (status === 404 || status === 422) return { kind: "input", words: text("Something is missing or wrong."), detail };
    return { kind: "away", words: text("The server does not answer. Try again in a moment."), detail };
  }

  // Units of which every typed word is in name, short name, letter or code; those that start with it first.
  function matchUnits(units, typed, most = 8) {
    const words = String(typed || "").toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = units.filter((unit) => {
      const said = `${unit.name} ${unit.short_name || ""} ${unit.letter} ${unit.code}`.toLowerCase();
      return words.every((word) => said.includes(word));
    });
    const rank = (unit) => (unit.name.toLowerCase().startsWith(words[0]) || unit.letter.toLowerCase() === words[0] ? 0 : 1);
    return found.sort((a, b) => rank(a) - rank(b) || a.name.length - b.name.length || (a.code < b.code ? -1 : 1)).slice(0, most);
  }

  gridmap.actionForm = { LABELS, nameOf, fieldsOf, isFinal, listMissing, carriedOf, requestOf, detailOf, judge, matchUnits };
})(typeof window === "undefined" ? globalThis : window);
