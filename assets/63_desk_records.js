// Records that are not on the board (calls, disputes, cards ...): one list for all of them, made anew without losing focus or scroll.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, keyed, refill, dayAndTime } = gridmap.dom;

  // Plain time in words, the two coarsest parts.
  function span(ms) {
    const minutes = Math.floor(Math.abs(ms) / 60000);
    if (minutes < 60) return text("{n} min", { n: number(minutes) });
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return text("{n} h {m} min", { n: number(hours), m: number(minutes % 60) });
    return text("{n} days", { n: number(Math.floor(hours / 24)) });
  }

  // A clock against an instant: what is done says when, what is not says how long is left or over. {words, isLate}
  function describeClock({ by, doneAt, isLate }, nowMs) {
    if (doneAt) return { words: isLate ? text("{time}, late", { time: dayAndTime(Date.parse(doneAt)) }) : dayAndTime(Date.parse(doneAt)), isLate: Boolean(isLate) };
    if (!by) return { words: "–", isLate: false };
    const leftMs = Date.parse(by) - nowMs;
    return leftMs <= 0 ? { words: text("{time} over", { time: span(leftMs) }), isLate: true } : { words: text("{time} left", { time: span(leftMs) }), isLate: false };
  }
  function makeClock(clock) {
    const element = make("span", { class: "desk-clock" });
    element.gridmapClock = clock;
    return element;
  }
  function tickClocks(place, nowMs) {
    for (const element of place.querySelectorAll(".desk-clock")) {
      const { words, isLate } = describeClock(element.gridmapClock, nowMs);
      setText(element, words);
      element.classList.toggle("late", isLate);
    }
  }

  // A button of a record; `key` finds it again when the record is drawn anew.
  const act = (key, label, onClick, isMain = false) => make("button", { type: "button", class: isMain ? "small strong" : "small", "data-act": key, on: { click: onClick } }, label);
  const pill = (words, kind = "") => make("span", { class: `pill ${kind}` }, words);
  const fact = (name, ...value) => (value.some((one) => one) ? [make("dt", {}, name), make("dd", {}, ...value.filter(Boolean))] : []);
  const facts = (...rows) => make("dl", { class: "facts" }, ...rows.flat());
  const incidentLink = (desk, id) => (id ? make("button", { type: "button", class: "quiet desk-incident-link", on: { click: () => desk.show(id) } }, text("Incident {n}", { n: String(id) })) : null);

  // spec: {path() -> URL, pick(body) -> records, fill(record) -> nodes, empty -> words, key(record)?, after(body)?}
  function mountList(place, desk, spec) {
    const said = make("p", { class: "desk-empty", role: "status" }, text("Loading …"));
    const list = make("div", { class: "desk-records" });
    place.append(said, list);
    const keyOf = spec.key || ((record) => record.id);
    let records = [];
    let isRead = false;
    let fault = "";
    let asked = 0;

    const fillOne = (element, record) => refill(element, JSON.stringify([record, gridmap.actor.current()]), () => spec.fill(record));
    function draw() {
      keyed(list, records, keyOf, () => make("article", { class: "desk-record" }), fillOne);
      setText(said, fault || (!isRead ? text("Loading …") : records.length ? "" : spec.empty));
      said.hidden = !said.textContent;
      said.classList.toggle("finding", Boolean(fault));
      tickClocks(list, desk.store.nowMs());
    }
    async function read() {
      asked += 1;
      const mine = asked;
      const answer = await gridmap.actor.get(spec.path());
      if (mine !== asked) return;
      fault = answer.status === 200 ? "" : gridmap.deskFeed.describeFault(answer);
      if (answer.status === 200) {
        isRead = true;
        records = spec.pick(answer.body);
      }
      draw();
    }
    return { draw, read, records: () => records };
  }

  // Send a step; answers a fault in words, or "". After it everything beside the board is read anew.
  async function send(desk, path, body) {
    const answer = await gridmap.actor.post(path, body);
    if (answer.status >= 200 && answer.status < 300) {
      desk.read();
      return "";
    }
    if (answer.status === 409) desk.read(); // what changed meanwhile is to be seen beside the words
    return gridmap.deskFeed.describeFault(answer);
  }

  // A form with one text, as most steps carry.
  function askText(desk, { title, label, submit, name, path, body = {}, required = true, hint = "" }) {
    desk.form.open({ title, hint, submit, fields: [{ name, kind: "text", label, required }], onSubmit: (values) => send(desk, path, { ...body, ...values }) });
  }

  // A button in the head of a list that only some roles have; the others read who can.
  function tool(label, roles, onClick) {
    const button = make("button", { type: "button", class: "second", on: { click: onClick } }, label);
    const update = () => {
      const person = gridmap.actor.current();
      button.disabled = !person || !roles.includes(person.role);
      button.title = button.disabled ? text("For: {roles}", { roles: roles.map((one) => text(`role:${one}`)).join(text("list separator")) }) : "";
    };
    update();
    return { button, update };
  }
  const isRole = (...roles) => Boolean(gridmap.actor.current() && roles.includes(gridmap.actor.current().role));

  gridmap.deskRecords = { span, describeClock, makeClock, tickClocks, act, pill, facts, fact, incidentLink, mountList, send, askText, tool, isRole };
})(typeof window === "undefined" ? globalThis : window);
