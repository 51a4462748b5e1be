// Orders and cards of one incident, each with what this person may do about it: the same on the panel of the map and on the right side of
// the desk. Lines stay as they are while others change, so focus and scroll stay; a form stays open with what was typed.
//   const around = gridmap.around.mount(place, {store, form, after()})
//   around.show(id)  another incident, 0 for none; around.read()  the same one anew
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, keyed, refill, setText, dayAndTime } = gridmap.dom;
  const { specOf, buttonsOf } = gridmap.aroundForm;

  const EVERY_MS = 15000; // orders and cards are not on the board
  const TICK_MS = 1000;
  const SHADES = { yellow: "near", red: "late", black: "black" };

  // `host`: store; form, where the page has one of its own; after() when something was done.
  function mount(place, host) {
    let id = 0;
    let around = null;
    let asked = 0;
    let isBusy = false;
    const sections = {};
    const all = [makePart("orders", text("Orders"), fillOrder), makePart("cards", text("Cards"), fillCard)];
    place.replaceChildren(...all.map((part) => part.section));
    place.hidden = true;

    function makePart(name, title, fill) {
      const acts = make("div", { class: "around-acts" });
      const said = make("p", { class: "said-back", hidden: true });
      const list = make("ul", { class: "cards" });
      const formPlace = make("div", { class: "around-form" });
      const section = make("section", { class: "around", "data-part": name, tabindex: -1 }, make("div", { class: "head" }, make("h2", {}, title), acts), said, list, formPlace);
      const form = host.form || gridmap.form.mount(formPlace, { store: host.store, showSide: () => formPlace.scrollIntoView({ block: "nearest" }), hideSide() {}, focusList: () => section.focus({ preventScroll: true }) });
      const part = { name, section, acts, said, list, form, fill };
      sections[name] = part;
      return part;
    }

    // ---------------------------------------------------------------- lines
    const pill = (words, kind = "") => make("span", { class: `pill ${kind}` }, words);
    function badge(code) {
      const unit = [...host.store.units.values()].find((one) => one.code === code);
      const element = gridmap.legend.makeBadge(unit ? unit.letter : "–");
      gridmap.legend.paintBadge(element, host.store, unit ? unit.id : 0);
      return element;
    }
    const at = (instant) => dayAndTime(Date.parse(instant));
    const kicker = (...parts) => {
      const said = parts.filter(Boolean);
      return said.length ? make("div", { class: "kicker" }, ...said) : null;
    };
    function countdown(order) {
      if (!order.due_at || order.finished_at) return null;
      return make("span", { class: "countdown", "data-due": Math.floor(Date.parse(order.due_at) / 1000) });
    }
    const actsOf = (part, row) => (row.steps.length ? make("div", { class: "around-acts" },
      ...row.steps.map((step) => act(part, step, row, `${step}-${row.id}`))) : null);
    const act = (part, step, row, key) => make("button", { type: "button", class: "act", "data-act": key, on: { click: () => take(part, step, row && row.id) } }, text(`step:${step}`));

    function fillOrder(order) {
      return [
        make("div", { class: "line" }, badge(order.unit_code), make("span", { class: "who-what" }, order.unit_name), pill(text(`party:${order.role}`)), pill(text(`order:${order.status}`), "open")),
        order.duties.length ? make("ul", { class: "duties" }, ...order.duties.map((duty) => make("li", {}, duty))) : null,
        kicker(text("Due"), " ", order.due_at ? at(order.due_at) : "–", " ", countdown(order)),
        kicker([order.finished_at && at(order.finished_at), order.result, order.reason].filter(Boolean).join(" · ")),
        actsOf(sections.orders, order),
      ];
    }
    function fillCard(card) {
      const said = [at(card.at), text(`cause:${card.cause}`), card.reason, card.answer && text("Answer: {answer}", { answer: card.answer }),
        card.lift_reason && text("Lifted: {reason}", { reason: card.lift_reason })];
      return [
        make("div", { class: "line" }, pill(text(`card:${card.kind}`), SHADES[card.kind] || "open"), badge(card.unit_code),
          make("span", { class: "who-what" }, card.unit_name || text("Command centre")), pill(text(`card-status:${card.status}`), "open")),
        kicker(said.filter(Boolean).join(" · ")), actsOf(sections.cards, card),
      ];
    }

    function draw() {
      const isShown = Boolean(around) && (around.orders.length + around.cards.length + around.steps.length > 0 || all.some((part) => !part.said.hidden));
      place.hidden = !isShown;
      if (!around) return;
      for (const part of all) {
        const rows = around[part.name];
        const steps = buttonsOf(around.steps, part.name === "cards");
        part.section.hidden = !rows.length && !steps.length && part.said.hidden;
        refill(part.acts, JSON.stringify([around.incident_id, steps]), () => steps.map((step) => act(part, step, null, step)));
        keyed(part.list, rows, (one) => one.id, () => make("li", {}), (element, one) => refill(element, JSON.stringify(one), () => part.fill(one)));
      }
      tick();
    }
    function tick() {
      if (!place.hidden && place.isConnected) gridmap.life.update(host.store, place);
    }
    function say(part, judged) {
      setText(part.said, judged ? [judged.words, judged.detail].filter(Boolean).join(" ") : "");
      part.said.className = `said-back said-${judged ? judged.kind : ""}`;
      part.said.setAttribute("role", judged && judged.kind === "done" ? "status" : "alert");
      part.said.hidden = !judged;
    }

    // ---------------------------------------------------------------- steps
    const rowOf = (part, rowId) => (rowId && around ? around[part.name].find((one) => one.id === rowId) || null : null);
    const statusOf = (row) => text(row.kind ? `card-status:${row.status}` : `order:${row.status}`);
    const sayNow = (row) => text("Somebody was faster: it is “{status}” now. Nothing of yours was stored; look again.", { status: statusOf(row) });
    function take(part, step, rowId) {
      if (isBusy) return;
      const row = rowOf(part, rowId);
      say(part, null);
      const spec = specOf(step, row, around);
      if (!spec.fields.length) {
        send(part, step, row, spec, {});
        return;
      }
      const name = row ? row.unit_name || text("Command centre") : text("Incident {n}", { n: String(id) });
      const of = id;
      part.form.open({
        title: text("{step}: {name}", { step: spec.submit, name }), hint: spec.hint, submit: spec.submit, fields: spec.fields,
        // Words of a fault keep the form open. The version is that of the row when the form was opened: what was seen.
        onSubmit: async (values) => (of === id ? wordsOf(await send(part, step, row, spec, values)) : text("This is not there any more.")),
      });
    }
    const wordsOf = (judged) => (judged.isDone ? "" : [judged.words, judged.detail].filter(Boolean).join(" "));
    async function send(part, step, row, spec, values) {
      const sent = id;
      isBusy = true;
      const answer = await gridmap.actor.post(spec.path(values), spec.body(values));
      if (sent === id) await read();
      isBusy = false;
      const judged = gridmap.actionForm.judge(answer, row ? row.version : 0, row ? rowOf(part, row.id) : null, sayNow);
      if (sent !== id) return judged;
      // What a form asked for is answered in the form, but for what is done.
      if (judged.isDone) say(part, { kind: "done", words: text("Done: {action}", { action: text(`step:${step}`) }) });
      else if (!spec.fields.length) say(part, judged);
      draw();
      if (judged.isDone) host.after();
      return judged;
    }

    // ---------------------------------------------------------------- reading
    async function read() {
      if (!id) return;
      asked += 1;
      const mine = asked;
      const { status, body } = await gridmap.actor.get(`/api/incidents/${id}/around`);
      if (mine !== asked || status !== 200) return; // what is on show stays
      around = body;
      draw();
    }
    function show(next) {
      if (next !== id) {
        id = next;
        around = null;
        asked += 1;
        for (const part of all) {
          say(part, null);
          if (!host.form && part.form.isOpen()) part.form.close();
        }
        draw();
      }
      return read();
    }
    gridmap.actor.onChange(() => {
      for (const part of all) {
        say(part, null);
        if (!host.form && part.form.isOpen()) part.form.close();
      }
      read();
    });
    setInterval(() => { if (!root.document.hidden && place.isConnected) read(); }, EVERY_MS);
    setInterval(tick, TICK_MS);
    return { show, read };
  }

  // On the panel of the map: the place is the server's, and says which incident it is of and what it knew of it (data-print). What is
  // drawn moves from one place to the next.
  function mountPanel(body, store) {
    const holder = make("div");
    const around = mount(holder, { store, after: () => gridmap.panel.reload() });
    let key = "";
    function follow() {
      const place = root.document.getElementById("incident-around");
      if (!place) return;
      if (holder.parentNode !== place) place.replaceChildren(holder);
      const { incident, print } = place.dataset;
      if (key === `${incident}:${print}`) return;
      key = `${incident}:${print}`;
      around.show(Number(incident));
    }
    new root.MutationObserver(follow).observe(body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-print", "data-incident"] });
    follow();
  }

  gridmap.around = { mount, mountPanel };
})(typeof window === "undefined" ? globalThis : window);
