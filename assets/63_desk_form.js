// The one form of the desk, on its right side: every step that carries something opens it, so that lists may be made anew beside it.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, setText } = gridmap.dom;

  const options = (desk) => [...desk.store.units.values()];
  let number = 0;

  // A field: {field: element, read() -> value or undefined, check() -> fault in words or "", focus()}.
  const KINDS = {
    text(spec) {
      const input = make("textarea", { rows: spec.rows || 3, maxlength: 2000 });
      input.value = spec.value || "";
      return { input, read: () => input.value.trim(), isEmpty: () => !input.value.trim() };
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
    unit(spec, desk) {
      const { input, list } = makeUnitInput(desk, spec.only);
      if (spec.value) set(spec.value);
      function set(code) {
        const unit = options(desk).find((one) => one.code === code);
        input.value = unit ? gridmap.deskLists.labelOf(unit) : "";
      }
      const find = () => gridmap.deskLists.findUnit(options(desk).filter(spec.only || (() => true)), input.value);
      return {
        input, set, extra: [list], read: () => (find() ? find().code : undefined), isEmpty: () => !input.value.trim(),
        check: () => (!input.value.trim() || find() ? "" : text("No unit, or several, are called so: choose one of the list.")),
      };
    },
    units(spec, desk) {
      const { input, list } = makeUnitInput(desk);
      const chosen = new Map((spec.value || []).map((code) => [code, options(desk).find((one) => one.code === code)]));
      const chips = make("ul", { class: "desk-chips" });
      const find = () => gridmap.deskLists.findUnit(options(desk), input.value);
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
      input.addEventListener("input", () => { if (options(desk).some((unit) => gridmap.deskLists.labelOf(unit) === input.value)) add(); });
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

  function makeUnitInput(desk, only = () => true) {
    number += 1;
    const list = make("datalist", { id: `desk-units-${number}` }, ...options(desk).filter(only).map((unit) => make("option", { value: gridmap.deskLists.labelOf(unit) })));
    const input = make("input", { type: "text", list: list.id, autocomplete: "off", placeholder: text("A part of its name, or its code") });
    return { input, list };
  }

  function makeField(spec, desk) {
    const built = KINDS[spec.kind](spec, desk);
    number += 1;
    built.input.id = `desk-field-${number}`;
    built.input.name = spec.name;
    const fault = make("span", { class: "desk-fault", id: `${built.input.id}-fault` });
    built.input.setAttribute("aria-describedby", fault.id);
    if (spec.required) built.input.setAttribute("aria-required", "true");
    const label = make("label", { for: built.input.id }, spec.label, spec.required ? make("span", { class: "desk-required" }, text("required")) : null);
    const parts = spec.kind === "tick" ? [built.input, label] : [label, built.input];
    const check = () => {
      const words = (spec.required && built.isEmpty() ? text("This has to be filled in.") : "") || (built.check ? built.check() : "");
      setText(fault, words);
      built.input.setAttribute("aria-invalid", String(Boolean(words)));
      return words;
    };
    built.input.addEventListener("input", () => { if (fault.textContent) check(); });
    return { ...built, check, spec, field: make("div", { class: `desk-field kind-${spec.kind}` }, ...parts, ...(built.extra || []), spec.hint ? make("span", { class: "hint" }, spec.hint) : null, fault) };
  }

  function mount(place, desk) {
    let current = null;
    let opener = null;
    const form = {
      isOpen: () => current !== null,
      // {title, hint, fields, submit, onSubmit(values) -> words of a fault or ""}. Values that are undefined are left out.
      open(spec) {
        opener = root.document.activeElement;
        const fields = spec.fields.map((one) => makeField(one, desk));
        const fault = make("p", { class: "desk-fault", role: "alert" });
        const submit = make("button", { type: "submit", class: "main" }, spec.submit);
        const cancel = make("button", { type: "button", class: "second", on: { click: () => form.close() } }, text("Cancel"));
        const element = make("form", { class: "desk-form", novalidate: true, "aria-label": spec.title, on: {
          submit: async (event) => {
            event.preventDefault();
            if (submit.disabled) return;
            const bad = fields.filter((one) => one.check());
            if (bad.length) {
              bad[0].input.focus();
              return;
            }
            const values = {};
            for (const one of fields) {
              const value = one.read();
              if (value !== undefined && !(one.isEmpty() && !one.spec.required && one.spec.kind !== "text" && one.spec.kind !== "units")) values[one.spec.name] = value;
            }
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
        desk.showSide();
        (fields.length ? fields[0].input : submit).focus();
      },
      close() {
        if (!current) return;
        current = null;
        place.replaceChildren();
        place.hidden = true;
        desk.hideSide();
        if (opener && opener.isConnected) opener.focus();
        else desk.focusList();
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

  gridmap.deskForm = { mount };
})(typeof window === "undefined" ? globalThis : window);
