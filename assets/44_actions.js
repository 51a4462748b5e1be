// What the acting person may do now with the incident in the panel: buttons, and a small form for what an action has to carry.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, setText } = gridmap.dom;
  const { LABELS, nameOf, fieldsOf, isFinal, listMissing, requestOf, judge, matchUnits } = gridmap.actionForm;

  const RESULTS = ["satisfied", "dissatisfied", "unreached"];
  let place = null;
  let state = fresh(0);
  let units = null;

  function fresh(id) {
    return { id, version: 0, known: 0, asked: "", actions: null, open: "", values: {}, said: null, isBusy: false, isSure: false };
  }

  const numberOf = (name) => Number(place.dataset[name] || 0);
  const incident = () => ({ id: state.id, version: state.version, dispute: numberOf("dispute"), disputeVersion: numberOf("disputeVersion") });
  const wordOf = (action) => nameOf(action, place.dataset.status);
  const permitted = (action) => (state.actions || []).find((one) => one.action === action);

  // Follow the panel: another incident, another version or another person asks anew what may be done; nothing else does.
  function follow() {
    const found = root.document.getElementById("incident-actions");
    if (!found) {
      place = null;
      return;
    }
    const isNew = found !== place;
    place = found;
    const id = numberOf("incident");
    if (id !== state.id) state = fresh(id);
    const person = gridmap.actor.current();
    // After an action of one's own the answer knows the version before the panel does.
    state.version = Math.max(numberOf("version"), state.known);
    const key = `${id}:${state.version}:${place.dataset.requests || ""}:${person ? person.code : ""}`;
    if (key !== state.asked) ask(key, person);
    else if (isNew) render();
  }

  async function ask(key, person) {
    state.asked = key;
    if (!person) {
      Object.assign(state, { actions: null, open: "" });
      render();
      return;
    }
    const { id } = state;
    const { status, body } = await gridmap.actor.get(`/api/incidents/${id}/actions`);
    if (state.asked !== key) return; // the panel has gone on meanwhile
    if (status === 200) {
      state.actions = gridmap.requestForm.merge(body.actions, body.requests);
      if (state.open && !permitted(state.open)) state.open = "";
    } else {
      Object.assign(state, { actions: null, open: "", asked: "", said: judge({ status, body }, 0, null) });
    }
    render();
  }

  function choose(action, values = {}) {
    const one = permitted(action);
    if (!one || state.isBusy) return;
    const isSame = state.open === action && !Object.keys(values).length;
    Object.assign(state, { open: isSame ? "" : action, values: isSame ? {} : values, said: null, isSure: false });
    // What carries nothing needs no form: it is done at once.
    if (!isSame && !fieldsOf(one).length && !isFinal(action)) {
      send(one);
      return;
    }
    render();
    const first = place.querySelector("form input:not([type=hidden]), form textarea");
    if (first) first.focus({ preventScroll: true });
    place.scrollIntoView({ block: "nearest" });
  }

  async function send(one) {
    const missing = listMissing(one, state.values);
    if (missing.length) {
      state.said = { kind: "input", words: text("Still needed: {fields}.", { fields: missing.map((name) => text(LABELS[name])).join(", ") }), detail: "" };
      render();
      focusOn(missing[0]);
      return;
    }
    if (isFinal(one.action) && !state.isSure) {
      state.isSure = true;
      render();
      place.querySelector("form .go").focus();
      return;
    }
    const sent = incident();
    const { path, body } = requestOf(one, sent, state.values);
    const name = wordOf(one.action); // before the panel follows what became of it
    Object.assign(state, { isBusy: true, said: null });
    render();
    const answer = await gridmap.actor.post(path, body);
    const now = answer.status === 409 ? (await gridmap.actor.get(`/api/incidents/${sent.id}`)).body : null;
    if (state.id !== sent.id) return;
    const judged = judge(answer, sent.version, now);
    state.isBusy = false;
    state.isSure = false;
    if (judged.isDone) {
      const status = one.request ? "" : answer.body.to_status || answer.body.status;
      const words = text("Done: {action}", { action: name });
      const known = status && status !== "decided" ? ` → ${text(`status:${status}`)}` : "";
      Object.assign(state, { open: "", values: {}, actions: [], said: { kind: "done", words: words + known, detail: "" } });
      // A dispute and a request have versions of their own; an attempt to call changes none, but what is possible next is asked all the same.
      if (!one.request && answer.body.incident_id === sent.id && path.startsWith("/api/incidents/")) state.known = answer.body.version || 0;
      state.asked = "";
      gridmap.panel.reload();
      follow();
    } else {
      state.said = judged;
      if (judged.kind === "race") gridmap.panel.reload();
    }
    render();
  }

  function focusOn(name) {
    const field = place.querySelector(`[name="${name}"]`);
    if (field) field.focus();
  }

  // ------------------------------------------------------------------ elements

  function makeUnitField(field, keep) {
    const chosen = make("div", { class: "unit-chosen" });
    const list = make("div", { class: "unit-found" });
    const input = make("input", { type: "search", name: field.name, autocomplete: "off", placeholder: text("A part of the name, letter or code") });
    const say = () => {
      const unit = (units || []).find((one) => one.code === state.values.unit_code);
      setText(chosen, unit ? `✓ ${unit.letter} ${unit.name}` : field.isNeeded ? "" : text("As the rules found"));
    };
    const fill = () => list.replaceChildren(...matchUnits(units || [], input.value).map((unit) => make("button", {
      type: "button", class: "quiet", on: { click: () => {
        keep(unit.code);
        input.value = "";
        list.replaceChildren();
        say();
        input.focus();
      } },
    }, `${unit.letter} ${unit.name}`)));
    input.addEventListener("input", fill);
    input.addEventListener("keydown", (event) => {
      // Enter takes the first that was found; it must not send the form while a name is typed.
      if (event.key === "Enter" && !event.isComposing && input.value) {
        event.preventDefault();
        if (list.firstChild) list.firstChild.click();
      }
    });
    if (!units) {
      gridmap.actor.get("/api/units").then(({ status, body }) => {
        if (status !== 200) return;
        units = body.units;
        fill();
        say();
      });
    }
    say();
    return [chosen, input, list];
  }

  function makeResultField(keep) {
    return [make("div", { class: "results", role: "radiogroup", "aria-label": text(LABELS.result) }, ...RESULTS.map((result) => make("label", { class: "result-choice" },
      make("input", { type: "radio", name: "result", value: result, checked: state.values.result === result, on: { change: () => keep(result) } }),
      text(`call-back:${result}`))))];
  }

  function makeField(field) {
    const { name } = field;
    const keep = (value) => { state.values[name] = value; };
    const id = `action-${name}`;
    const label = text(LABELS[name]) + (field.isNeeded ? "" : ` (${text("optional")})`);
    if (name === "result") return make("div", { class: "action-field" }, make("span", {}, label), ...makeResultField(keep));
    if (name === "is_precedent") {
      return make("label", { class: "result-choice" },
        make("input", { type: "checkbox", name, checked: Boolean(state.values[name]), on: { change: (event) => keep(event.target.checked) } }), text(LABELS[name]));
    }
    if (name === "unit_code") return make("label", { class: "action-field" }, make("span", {}, label), ...makeUnitField(field, keep));
    const isLong = name === "reason" || name === "evidence";
    const input = make(isLong ? "textarea" : "input", {
      id, name, rows: isLong ? 2 : null, type: isLong ? null : "number", min: isLong ? null : 0, step: name === "extension" ? "any" : null,
      required: field.isNeeded, maxlength: isLong ? 2000 : null, on: { input: (event) => keep(event.target.value) },
    });
    input.value = state.values[name] ?? "";
    return make("label", { class: "action-field", for: id }, make("span", {}, label), input);
  }

  function makeForm(one) {
    const cancel = () => {
      const { open } = state;
      Object.assign(state, { open: "", values: {}, said: null, isSure: false });
      render();
      const button = place.querySelector(`[data-action="${open}"]`);
      if (button) button.focus();
    };
    const form = make("form", { class: "action-form", novalidate: true, "aria-label": wordOf(one.action) },
      ...fieldsOf(one).map(makeField),
      isFinal(one.action) ? make("p", { class: "hint finding" }, text("This can't be undone.")) : null,
      make("div", { class: "action-end" },
        make("button", { type: "submit", class: state.isSure ? "go danger" : "go", disabled: state.isBusy },
          state.isSure ? text("Yes, for good: {action}", { action: wordOf(one.action) }) : wordOf(one.action)),
        make("button", { type: "button", class: "quiet", on: { click: cancel } }, text("Cancel"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(one);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        event.stopPropagation();
        cancel();
      }
    });
    return form;
  }

  function render() {
    if (!place) return;
    const person = gridmap.actor.current();
    const parts = [];
    if (!person) {
      parts.push(make("p", { class: "hint" }, text("Read only: choose in the top bar whom you act for."), " ",
        make("button", { type: "button", class: "quiet", on: { click: (event) => { event.stopPropagation(); gridmap.actor.open(); } } }, text("Choose"))));
    } else if (state.actions && state.actions.length) {
      parts.push(make("div", { class: "action-buttons", role: "group", "aria-label": text("What you may do now") },
        ...state.actions.map(({ action }) => make("button", {
          type: "button", class: "act", "data-action": action, "aria-expanded": String(state.open === action), disabled: state.isBusy,
          on: { click: () => choose(action) },
        }, wordOf(action)))));
    } else if (state.actions && !(state.said && state.said.kind === "done")) {
      parts.push(make("p", { class: "hint" }, text("There is nothing for you to do here now: {who}.", { who: gridmap.actor.describe(person) })));
    }
    const one = permitted(state.open);
    if (one && person) parts.push(makeForm(one));
    if (state.said) {
      parts.push(make("p", { class: `said-${state.said.kind} said-back`, role: state.said.kind === "done" ? "status" : "alert" },
        state.said.words, state.said.detail ? make("small", {}, state.said.detail) : null));
    }
    place.replaceChildren(...parts);
    const mayMerge = Boolean(person && permitted("merge"));
    for (const button of root.document.querySelectorAll("#panel-body [data-merge]")) button.hidden = !mayMerge;
  }

  function mount(body) {
    new root.MutationObserver(follow).observe(body, {
      childList: true, subtree: true, attributes: true, attributeFilter: ["data-version", "data-incident", "data-dispute-version", "data-requests"],
    });
    gridmap.actor.onChange(() => {
      state.said = null;
      follow();
    });
    body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-merge]");
      if (button) choose("merge", { other_incident_id: button.dataset.merge });
    });
    follow();
  }

  gridmap.actions = { mount };
})(typeof window === "undefined" ? globalThis : window);
