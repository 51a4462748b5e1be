// The left side of the desk: every list with what waits in it, how much of it is overdue, and since when.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, make, setText, dayAndTime } = gridmap.dom;

  function makeLine(desk, name, label) {
    const count = make("b", { class: "desk-count" });
    const late = make("span", { class: "desk-late" });
    const since = make("small", {});
    const link = make("a", { class: "desk-line", href: "#", "data-list": name, on: { click: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab or window
      event.preventDefault();
      desk.open(name);
    } } }, make("span", { class: "desk-name" }, label), count, late, since);
    return { link, name, show(figures) {
      const total = figures ? figures.count : null;
      setText(count, total === null || total === undefined ? "" : number(total));
      setText(late, figures && figures.overdue ? text("{n} overdue", { n: number(figures.overdue) }) : "");
      setText(since, figures && figures.oldestMs ? text("since {time}", { time: dayAndTime(figures.oldestMs) }) : "");
      link.classList.toggle("none", total === 0);
      link.href = desk.hrefOf(name);
      if (desk.list.name === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    } };
  }

  // What the server counts: by name, {count, overdue}.
  function readWaiting(waiting) {
    if (!waiting) return {};
    return {
      to_verify: { count: waiting.to_verify }, call_backs: { count: waiting.to_call_back }, calls: { count: waiting.calls, overdue: waiting.calls_late },
      requests: { count: waiting.requests, overdue: waiting.requests_late },
      disputes: { count: waiting.disputes, overdue: waiting.disputes_late }, cards: { count: waiting.cards }, admissions: { count: waiting.admissions },
    };
  }

  function mount(place, desk) {
    const { feed, store } = desk;
    const { STAGES, QUEUES, PROCEEDINGS, countStages, entryOfRow } = gridmap.deskLists;
    const groups = [
      [text("By stage"), Object.keys(STAGES).map((name) => makeLine(desk, name, text(`list:${name}`)))],
      [text("Waiting for a unit"), QUEUES.map((queue) => makeLine(desk, `queue_${queue}`, text(`queue:${queue}`)))],
      [text("Proceedings"), PROCEEDINGS.map((name) => makeLine(desk, name, text(`list:${name}`)))],
    ];
    const fault = make("p", { class: "hint finding", role: "status" });
    place.replaceChildren(fault, ...groups.map(([title, lines]) => make("div", { class: "block" }, make("h2", {}, title), make("nav", { "aria-label": title, class: "desk-lines" }, ...lines.map((one) => one.link)))));
    place.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const links = [...place.querySelectorAll(".desk-line")];
      const at = links.indexOf(root.document.activeElement);
      if (at < 0) return;
      event.preventDefault();
      links[Math.max(0, Math.min(links.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
    });
    return function update() {
      const entries = [];
      for (let row = 0; row < store.columns.count; row += 1) entries.push(entryOfRow(store, row));
      const figures = readWaiting(feed.waiting);
      for (const [name, one] of Object.entries(countStages(entries))) {
        figures[name] = { count: one.count, overdue: name === "overdue" ? 0 : one.overdue, oldestMs: Number.isFinite(one.oldestS) ? one.oldestS * 1000 : 0 };
      }
      for (const one of feed.queues || []) {
        figures[`queue_${one.queue}`] = { count: one.count, overdue: one.overdue, oldestMs: one.oldest_at ? Date.parse(one.oldest_at) : 0 };
      }
      for (const [, lines] of groups) for (const line of lines) line.show(figures[line.name]);
      setText(fault, feed.fault);
      fault.hidden = !feed.fault;
    };
  }

  gridmap.deskNav = { mount, readWaiting };
})(typeof window === "undefined" ? globalThis : window);
