// The form that a step opens which carries something: one at a time, beside what may be made anew meanwhile. On the desk it stands on the
// right, in the panel below the list whose row is acted on. Other scripts add kinds of fields to gridmap.form.KINDS.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, setText, linesOf, config } = gridmap.dom;

  const options = (host) => [...host.store.units.values()];
  const MOST_ROWS = 20;
  let number = 0;

  // "2026-11-16T09:00", as a field of the browser gives it, on the clocks of the county -> ISO 8601 in UTC; "" where it is no time.
  function readInstant(local, timezone) {
    const wantedMs = Date.parse(`${local}Z`);
    if (!Number.isFinite(wantedMs)) return "";
    const format = new Intl.DateTimeFormat("en-CA", {
      timeZone: timezone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    const shownMs = (ms) => {
      const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
      return Date.parse(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}Z`);
    };
    // Twice: the first guess may lie on the other side of a change of the clocks.
    let ms = wantedMs;
    for (let round = 0; round < 2; round += 1) ms += wantedMs - shownMs(ms);
    return new Date(ms).toISOString();
  }

  // A field: {field: element, read() -> value or undefined, check() -> fault in words or "", focus()}.
  const KINDS = {
    text(spec) {
      const input = make("textarea", { rows: spec.rows || 3, maxlength: 2000 });
      input.value = spec.value || "";
      return { input, read: () => input.value.trim(), isEmpty: () => !input.value.trim() };
    },
    // Several, one a line: a list.
    lines(spec) {
      const input = make("textarea", { rows: spec.rows || 2, maxlength: 2000 });
      return { input, read: () => linesOf(input.value), isEmpty: () => !linesOf(input.value).length };
    },
    // On the clocks of the county, whatever those of the browser say.
    instant() {
      const input = make("input", { type: "datetime-local" });
      const read = () => readInstant(input.value, config().timezone);
      return { input, read, isEmpty: () => !input.value, check: () => (input.checkValidity() ? "" : input.validationMessage) };
    },
    // The same fields several times: a list of {name: value}. What is left empty in every field is no row.
    rows(spec, host) {
      const list = make("div", { class: "desk-rows" });
      const rows = [];
      const more = make("button", { type: "button", class: "quiet", on: { click: () => add().fields[0].input.focus() } }, spec.more);
      function add() {
        const fields = spec.fields.map((one) => makeField(one, host));
        const remove = make("button", { type: "button", class: "quiet desk-row-remove", "aria-label": text("Remove"), on: { click: () => {
          const at = rows.indexOf(row);
          rows.splice(at, 1);
          row.element.remove();
          count();
          (rows[Math.min(at, rows.length - 1)].fields[0].input).focus();
        } } }, "×");
        const row = { fields, element: make("div", { class: "desk-row", role: "group", "aria-label": spec.label }, ...fields.map((one) => one.field), remove) };
        rows.push(row);
        list.append(row.element);
        count();
        return row;
      }
      function count() {
        more.hidden = rows.length >= MOST_ROWS;
        for (const row of rows) row.element.querySelector(".desk-row-remove").hidden = rows.length < 2;
      }
      const isBlank = (row) => row.fields.every((one) => one.isEmpty());
      const filled = () => rows.filter((row) => !isBlank(row));
      add();
      return {
        input: list, focus: () => rows[0].fields[0].input.focus(), extra: [more], isEmpty: () => !filled().length,
        read: () => filled().map((row) => valuesOf(row.fields)),
        // A row of its own says what is wrong in it; one that is empty beside others is left out.
        check: () => ((filled().length ? filled() : rows).map((row) => row.fields.filter((one) => one.check()).length).some(Boolean) ? text("Something is missing or wrong.") : ""),
      };
    },
    line(spec) {
      const input = make("input", { type: "text", maxlength: 500, autocomplete: "off" });
      input.value = spec.value || "";
      return { input, read: () => input.value.trim(), isEmpty: () => !input.value.trim() };
    },
    number(spec) {
      const input = make("input", { type: "number", min: spec.min ?? 0, max: spec.max, step: spec.step || "any", inputmode: "decimal" });
      return { input, read: () => input.value, isEmpty: () => input.value === "", check: () => (input.checkValidity() ? "" : input.validationMessage) };
    },
    date() {
      const input = make("input", { type: "date" });
      return { input, read: () => input.value, isEmpty: () => !input.value };
    },
    choice(spec) {
      const input = make("select", {}, ...(spec.required && spec.value === undefined ? [make("option", { value: "" }, text("Choose …"))] : []), ...spec.options.map(([value, label]) => make("option", { value }, label)));
      if (spec.value !== undefined) input.value = spec.value;
      return { input, read: () => input.value, isEmpty: () => input.value === "" };
    },
    tick(spec) {
      const input = make("input", { type: "checkbox" });
      input.checked = Boolean(spec.value);
      return { input, read: () => input.checked, isEmpty: () => false };
    },
    unit(spec, host) {
      const { input, list } = makeUnitInput(host, spec.only);
      if (spec.value) set(spec.value);
      function set(code) {
        const unit = options(host).find((one) => one.code === code);
        input.value = unit ? gridmap.deskLists.labelOf(unit) : "";
      }
      const find = () => gridmap.deskLists.findUnit(options(host).filter(spec.only || (() => true)), input.value);
      return {
        input, set, extra: [list], read: () => (find() ? find().code : undefined), isEmpty: () => !input.value.trim(),
        check: () => (!input.value.trim() || find() ? "" : text("No unit, or several, are called so: choose one of the list.")),
      };
    },
    units(spec, host) {
      const { input, list } = makeUnitInput(host);
      const chosen = new Map((spec.value || []).map((code) => [code, options(host).find((one) => one.code === code)]));
      const chips = make("ul", { class: "desk-chips" });
      const find = () => gridmap.deskLists.findUnit(options(host), input.value);
      function draw() {
        chips.replaceChildren(...[...chosen].map(([code, unit]) => make("li", {}, unit ? unit.name : code, make("button", {
          type: "button", class: "quiet", "aria-label": text("Remove {name}", { name: unit ? unit.name : code }), on: { click: () => { chosen.delete(code); draw(); input.focus(); } },
        }, "×"))));
      }
      function add() {
        const unit = find();
        if (!unit) return false;
        chosen.set(unit.code, unit);
        input.value = "";
        draw();
        return true;
      }
      // What is picked from the list is taken at once. Not at a change: the chip would push the button from under the click that caused it.
      input.addEventListener("input", () => { if (options(host).some((unit) => gridmap.deskLists.labelOf(unit) === input.value)) add(); });
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.isComposing && input.value.trim()) {
          event.preventDefault();
          add();
        }
      });
      draw();
      return {
        input, extra: [list, chips], read: () => { add(); return [...chosen.keys()]; }, isEmpty: () => !chosen.size && !find(),
        check: () => (!input.value.trim() || find() ? "" : text("No unit, or several, are called so: choose one of the list.")),
      };
    },
  };

  function makeUnitInput(host, only = () => true) {
    number += 1;
    const list = make("datalist", { id: `desk-units-${number}` }, ...options(host).filter(only).map((unit) => make("option", { value: gridmap.deskLists.labelOf(unit) })));
    const input = make("input", { type: "text", list: list.id, autocomplete: "off", placeholder: text("A part of its name, or its code") });
    return { input, list };
  }

  // What was typed, by name: optional fields that are empty are left out, but for texts and units.
  function valuesOf(fields) {
    const values = {};
    for (const one of fields) {
      const value = one.read();
      if (value !== undefined && !(one.isEmpty() && !one.spec.required && one.spec.kind !== "text" && one.spec.kind !== "units")) values[one.spec.name] = value;
    }
    return values;
  }

  function makeField(spec, host) {
    const built = KINDS[spec.kind](spec, host);
    number += 1;
    built.input.id = `desk-field-${number}`;
    built.input.name = spec.name;
    const fault = make("span", { class: "desk-fault", id: `${built.input.id}-fault` });
    built.input.setAttribute("aria-describedby", fault.id);
    if (spec.required) built.input.setAttribute("aria-required", "true");
    const label = make("label", { for: built.input.id }, spec.label, spec.required ? make("span", { class: "desk-required" }, text("required")) : null);
    const parts = spec.kind === "tick" ? [built.input, label] : [label, ...(built.before || []), built.input];
    const check = () => {
      const words = (spec.required && built.isEmpty() ? text("This has to be filled in.") : "") || (built.check ? built.check() : "");
      setText(fault, words);
      built.input.setAttribute("aria-invalid", String(Boolean(words)));
      return words;
    };
    built.input.addEventListener("input", () => { if (fault.textContent) check(); });
    return { ...built, check, spec, field: make("div", { class: `desk-field kind-${spec.kind}` }, ...parts, ...(built.extra || []), spec.hint ? make("span", { class: "hint" }, spec.hint) : null, fault) };
  }

  function mount(place, host) {
    let current = null;
    let opener = null;
    // A field that holds more than elements, such as a map, gives it back.
    const drop = () => { for (const one of current ? current.fields : []) if (one.end) one.end(); };
    const form = {
      isOpen: () => current !== null,
      // {title, hint, fields, submit, onSubmit(values) -> words of a fault or ""}. Values that are undefined are left out.
      // Answers its fields by name, each as makeField made it.
      open(spec) {
        drop();
        opener = root.document.activeElement;
        const fields = spec.fields.map((one) => makeField(one, host));
        const fault = make("p", { class: "desk-fault", role: "alert" });
        const submit = make("button", { type: "submit", class: "main" }, spec.submit);
        const cancel = make("button", { type: "button", class: "second", on: { click: () => form.close() } }, text("Cancel"));
        const element = make("form", { class: "desk-form", novalidate: true, "aria-label": spec.title, on: {
          submit: async (event) => {
            event.preventDefault();
            if (submit.disabled) return;
            const bad = fields.filter((one) => one.check());
            if (bad.length) {
              (bad[0].focus || (() => bad[0].input.focus()))();
              return;
            }
            const values = valuesOf(fields);
            submit.disabled = true;
            setText(fault, "");
            const words = await spec.onSubmit(values);
            submit.disabled = false;
            if (current !== element) return;
            if (words) setText(fault, words);
            else form.close();
          },
          keydown: (event) => {
            if (event.key !== "Escape" || event.isComposing) return;
            event.stopPropagation();
            form.close();
          },
        } }, make("h2", {}, spec.title), spec.hint ? make("p", { class: "hint" }, spec.hint) : null, ...fields.map((one) => one.field), fault, make("div", { class: "buttons" }, cancel, submit));
        current = element;
        current.fields = fields;
        place.replaceChildren(element);
        place.hidden = false;
        host.showSide();
        if (!fields.length) submit.focus();
        else if (fields[0].focus) fields[0].focus();
        else fields[0].input.focus();
        return Object.fromEntries(fields.map((one) => [one.spec.name, one]));
      },
      close() {
        if (!current) return;
        drop();
        current = null;
        place.replaceChildren();
        place.hidden = true;
        host.hideSide();
        if (opener && opener.isConnected) opener.focus();
        else host.focusList();
      },
      // Fill the unit of the open form; false if it has none.
      offerUnit(code) {
        const field = current && current.fields.find((one) => one.spec.kind === "unit");
        if (!field) return false;
        field.set(code);
        field.check();
        field.input.focus();
        return true;
      },
    };
    place.hidden = true;
    return form;
  }

  gridmap.form = { mount, KINDS, readInstant };
})(typeof window === "undefined" ? globalThis : window);
