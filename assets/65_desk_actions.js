// The foot of a list: what can be done with the chosen, one form for what it carries, and what became of each.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText } = gridmap.dom;

  const AT_ONCE = 500; // of one request

  const KINDS = { unit_code: "unit", extension: "number", evidence: "text" };

  // The fields of an action on many, as the form of the desk takes them: those of one incident, and always room for a note.
  function fieldsOf({ action, needs }) {
    const fields = gridmap.actionForm.fieldsOf({ action, needs }).filter(({ name }) => name in KINDS).map(({ name, isNeeded }) => ({
      name, kind: KINDS[name], label: text(gridmap.actionForm.LABELS[name]), required: isNeeded,
      hint: name === "unit_code" && !isNeeded ? text("Without one each goes to the unit that the rules found.") : "",
    }));
    const isReason = needs.includes("reason");
    return [...fields, { name: "reason", kind: "text", label: isReason ? text("Reason") : text("Note"), required: isReason }];
  }

  function mount(place, desk) {
    const { feed } = desk;
    const said = make("span", { class: "desk-said" });
    const buttons = make("div", { class: "desk-acts", role: "group", "aria-label": text("With the chosen") });
    const none = make("button", { type: "button", class: "quiet", on: { click: () => desk.choose({ kind: "none" }) } }, text("Choose none"));
    const who = make("button", { type: "button", class: "quiet", on: { click: (event) => { event.stopPropagation(); gridmap.actor.open(); } } }, text("Choose who you are"));
    const report = make("div", { class: "desk-report", role: "status" });
    place.replaceChildren(report, make("div", { class: "desk-foot-line" }, said, none, who, buttons));
    let key = "";

    // Carry out an offered action on incidents as they stand in the list; answers a fault of the whole in words, or "".
    async function carryOut(offer, ids, values) {
      const statusOf = new Map(desk.entries.map((entry) => [entry.id, entry.status]));
      const unseen = ids.filter((id) => feed.version(id) === null);
      await feed.fetch(unseen);
      // A row that was never drawn is taken as the list shows it: what is in another status by now was not meant.
      const isOther = (id) => unseen.includes(id) && feed.incidents.has(id) && feed.incidents.get(id).status !== statusOf.get(id);
      const named = ids.filter((id) => !isOther(id)).map((id) => ({ id, expected_version: feed.version(id) }));
      const results = named.filter((one) => one.expected_version === null).map((one) => ({ id: one.id, ok: false, words: text("Not read yet: try again in a moment.") }));
      for (const id of ids.filter(isOther)) results.push({ id, ok: false, words: text("It is {status} by now.", { status: text(`status:${feed.incidents.get(id).status}`) }) });
      for (const incidents of gridmap.deskSelection.split(named.filter((one) => one.expected_version !== null), AT_ONCE)) {
        const answer = await gridmap.actor.post("/api/transitions", { action: offer.action, ...gridmap.actionForm.carriedOf(offer, values), incidents });
        if (answer.status !== 200 && answer.status !== 207) {
          if (!results.some((one) => one.ok)) return gridmap.deskFeed.describeFault(answer);
          for (const one of incidents) results.push({ id: one.id, ok: false, words: gridmap.deskFeed.describeFault(answer) });
          continue;
        }
        for (const one of answer.body.results) {
          const ok = one.error === null;
          results.push({ id: one.incident_id, ok, words: ok ? text("now {status}", { status: text(`status:${one.done.to_status}`) }) : gridmap.deskFeed.describeFault({ status: 422, body: { error: one.error } }) });
        }
      }
      feed.forget(ids);
      desk.settle(results);
      tell(offer.action, results);
      desk.read();
      return "";
    }

    // Every row with what became of it: those that are done leave the list, so they are told here too.
    function tell(action, results) {
      const bad = results.filter((one) => !one.ok);
      const line = (one) => make("li", { class: one.ok ? "" : "bad" }, make("a", { href: desk.mapLink(one.id) }, `#${one.id}`), ` ${one.words}`);
      const details = make("details", { open: bad.length > 0 }, make("summary", {}, bad.length
        ? text("{action}: {n} done, {m} refused; these stay chosen", { action: text(`action:${action}`), n: number(results.length - bad.length), m: number(bad.length) })
        : text("{action}: {n} done", { action: text(`action:${action}`), n: number(results.length) })),
      make("ul", { class: "desk-results" }, ...[...bad, ...results.filter((one) => one.ok)].map(line)));
      const close = make("button", { type: "button", class: "quiet", "aria-label": text("Close"), on: { click: () => report.replaceChildren() } }, "×");
      report.replaceChildren(details, close);
    }

    function ask(offer) {
      const ids = [...desk.selection.chosen];
      const fits = ids.filter((id) => desk.canDo(id, offer.action));
      const rest = ids.length - fits.length;
      desk.form.open({
        title: text("{action}: {n} chosen", { action: text(`action:${offer.action}`), n: number(fits.length) }),
        hint: rest ? text("{n} of the chosen are in a status that does not lead there: they are left as they are.", { n: number(rest) }) : "",
        fields: fieldsOf(offer), submit: text(`action:${offer.action}`),
        onSubmit: async (values) => {
          desk.isActing = true; // the board may tell of it before the answer does
          const fault = await carryOut(offer, fits, values);
          desk.isActing = false;
          return fault;
        },
      });
    }

    function draw() {
      const person = gridmap.actor.current();
      const { chosen } = desk.selection;
      const byId = new Map(desk.entries.map((entry) => [entry.id, entry]));
      const statuses = [...chosen].filter((id) => byId.has(id)).map((id) => byId.get(id).status);
      const found = person ? gridmap.deskLists.offers(feed.rules, person.role, statuses) : [];
      setText(said, !chosen.size ? text("{n} in this list. Choose with Space or a click on the box; Shift takes a range.", { n: number(desk.entries.length) })
        : !person ? text("{n} chosen. Read only until you choose who you are.", { n: number(chosen.size) })
          : found.length ? text("{n} chosen", { n: number(chosen.size) })
            : text("{n} chosen. A {role} has no step for them here.", { n: number(chosen.size), role: text(`role:${person.role}`) }));
      none.hidden = !chosen.size;
      who.hidden = Boolean(person);
      const now = JSON.stringify(found.map((one) => [one.action, one.count]));
      if (now === key) return; // a button that has the focus stays
      key = now;
      const held = root.document.activeElement && buttons.contains(root.document.activeElement) ? root.document.activeElement.dataset.action : "";
      buttons.replaceChildren(...found.map((offer, at) => make("button", {
        type: "button", class: at === 0 ? "main" : "second", "data-action": offer.action, on: { click: () => ask(found.find((one) => one.action === offer.action)) },
      }, text(`action:${offer.action}`), make("small", {}, number(offer.count)))));
      const again = held && buttons.querySelector(`[data-action="${held}"]`);
      if (again) again.focus();
    }
    return { draw, ask, tell, clear: () => report.replaceChildren(), note: (words) => report.replaceChildren(make("p", {}, words)) };
  }

  gridmap.deskActions = { mount, fieldsOf };
})(typeof window === "undefined" ? globalThis : window);
