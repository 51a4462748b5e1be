// Whom the page acts for. There is no login yet: the person is chosen in the top bar and kept in this browser; every write names it
// by header X-Gridmap-Actor. Where a proxy with a login sets the header, its word counts and nothing can be chosen.
//   gridmap.actor.current() -> {code, role, unit_code, unit_name, area_code} or null (read only)
//   gridmap.actor.onChange(use) -> end(); use(person) is called after each change
//   gridmap.actor.headers() -> what a fetch has to send of the person
//   gridmap.actor.get(path), .post(path, body) -> {status, body}; status 0: the server did not answer. Neither ever throws.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, languageHeaders, make, setText, number, whenPresent } = gridmap.dom;

  const KEY = "gridmap.actor";
  const MOST_SHOWN = 60;
  const listeners = new Set();
  let person = null;
  let isGiven = false; // by a proxy: not ours to change
  let loading = null;

  // Read a kept person; anything else that stands there is nobody.
  function read(kept) {
    try {
      const found = JSON.parse(kept);
      return found && typeof found.code === "string" && found.code && typeof found.role === "string" ? found : null;
    } catch (_fault) {
      return null;
    }
  }

  const unitOf = (one) => one.unit_name || text("Command centre");
  const describe = (one) => [text(`role:${one.role}`), unitOf(one), one.area_code].filter(Boolean).join(" · ");

  // Those of whom every typed word is in role, unit, area or code.
  function match(people, typed) {
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    return people.filter((one) => {
      const said = `${describe(one)} ${one.code} ${one.unit_code || ""} ${one.unit_short_name || ""}`.toLowerCase();
      return words.every((word) => said.includes(word));
    });
  }

  // The desk of the command centre first: it has most to do here, and may be a unit like any other by its code.
  const DESK = new Set(["operator", "dispatcher", "verifier", "supervisor"]);
  const deskFirst = (people) => [...people.filter((one) => DESK.has(one.role)), ...people.filter((one) => !DESK.has(one.role))];

  // In the order of the list: [{unit, people}, ...], one for each unit.
  function group(people) {
    const groups = new Map();
    for (const one of people) {
      const key = one.unit_code || "";
      if (!groups.has(key)) groups.set(key, { unit: unitOf(one), people: [] });
      groups.get(key).people.push(one);
    }
    return [...groups.values()];
  }

  // A header holds ASCII only: the server reads percent-encoded UTF-8.
  const headersOf = (one) => (one ? { "X-Gridmap-Actor": encodeURIComponent(one.code) } : {});

  function become(next) {
    if ((next && next.code) === (person && person.code)) {
      person = next;
      return;
    }
    person = next;
    for (const use of [...listeners]) use(person);
  }

  function choose(next) {
    if (isGiven) return;
    try {
      if (next) root.localStorage.setItem(KEY, JSON.stringify(next));
      else root.localStorage.removeItem(KEY);
    } catch (_fault) {
      // A browser that keeps nothing: the choice lasts as long as the page.
    }
    become(next);
  }

  async function send(path, options) {
    try {
      const answer = await root.fetch(path, options);
      let body = null;
      try {
        body = await answer.json();
      } catch (_fault) {
        // An answer of something between us and the server; its status says enough.
      }
      return { status: answer.status, body };
    } catch (_fault) {
      return { status: 0, body: null };
    }
  }
  const get = (path) => send(path, { headers: { ...languageHeaders(), ...headersOf(person) }, cache: "no-store" });
  const post = (path, body) => send(path, {
    method: "POST", headers: { "Content-Type": "application/json", ...languageHeaders(), ...headersOf(person) }, body: JSON.stringify(body),
  });

  // Load the staff once; a person that is not active any more acts no more. A failure is tried again at the next call.
  function load() {
    loading = loading || send("/api/staff", { cache: "no-store" }).then(({ status, body }) => {
      if (status !== 200 || !body) {
        loading = null;
        return null;
      }
      const find = (code) => body.staff.find((one) => one.code === code) || null;
      if (body.actor) {
        isGiven = true;
        become(find(body.actor));
      } else if (person) choose(find(person.code));
      return body.staff;
    });
    return loading;
  }

  function mountMenu(details, summary, menu) {
    const filter = make("input", { type: "search", class: "actor-filter", placeholder: text("Role, unit or code"), "aria-label": text("Role, unit or code") });
    const list = make("div", { class: "actor-list" });
    const close = () => {
      details.open = false;
      summary.focus();
    };
    const choice = (one, label) => make("button", {
      type: "button", class: "actor-choice", "aria-pressed": String((person && person.code) === (one && one.code)),
      on: { click: () => { choose(one); close(); } },
    }, label, one ? make("small", {}, one.code) : null);
    function fill(people) {
      if (!people) {
        list.replaceChildren(make("p", { class: "hint" }, text("The server does not answer. Try again in a moment.")));
        return;
      }
      if (isGiven) {
        list.replaceChildren(make("p", { class: "hint" }, text("The login of this server says who you are.")));
        return;
      }
      if (!people.length) {
        list.replaceChildren(make("p", { class: "hint" }, text("There are no people yet: bring them in with {command}.", { command: "gridmap staff import" })));
        return;
      }
      const found = deskFirst(match(people, filter.value));
      const rows = [];
      if (person && !filter.value) rows.push(choice(null, text("Nobody: read only")));
      for (const { unit, people: those } of group(found.slice(0, MOST_SHOWN))) {
        rows.push(make("div", { class: "kicker" }, unit));
        for (const one of those) rows.push(choice(one, [text(`role:${one.role}`), one.area_code].filter(Boolean).join(" · ")));
      }
      if (!found.length) rows.push(make("p", { class: "hint" }, text("Nobody is like this.")));
      if (found.length > MOST_SHOWN) rows.push(make("p", { class: "hint" }, text("{n} more: type a part of the unit's name.", { n: number(found.length - MOST_SHOWN) })));
      list.replaceChildren(...rows);
    }
    menu.replaceChildren(filter, list);
    filter.addEventListener("input", () => load().then(fill));
    details.addEventListener("toggle", () => {
      if (!details.open) return;
      filter.value = "";
      load().then(fill);
      filter.focus();
    });
    details.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape" && details.open) {
        event.stopPropagation();
        close();
      }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      const stops = [filter, ...list.querySelectorAll("button")];
      const at = stops.indexOf(root.document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      stops[Math.max(0, Math.min(stops.length - 1, at))].focus();
    });
    root.document.addEventListener("click", (event) => { if (details.open && !details.contains(event.target)) details.open = false; });
  }

  function mount() {
    whenPresent("actor", (details) => {
      const summary = root.document.getElementById("actor-said");
      const say = () => {
        setText(summary, person ? describe(person) : text("Read only"));
        details.classList.toggle("nobody", !person);
      };
      listeners.add(say);
      say();
      mountMenu(details, summary, root.document.getElementById("actor-menu"));
      load();
    });
    root.addEventListener("storage", (event) => { if (event.key === KEY && !isGiven) become(read(event.newValue)); });
  }

  // Open the list of people, for a page that says "choose who you are".
  function open() {
    const details = root.document.getElementById("actor");
    if (details) details.open = true;
  }

  function onChange(use) {
    listeners.add(use);
    return () => listeners.delete(use);
  }

  try {
    person = read(root.localStorage.getItem(KEY));
  } catch (_fault) {
    person = null;
  }
  gridmap.actor = { current: () => person, onChange, headers: () => headersOf(person), choose, load, open, mount, get, post, describe, match, deskFirst, group, read, headersOf };
  if (root.document && root.document.getElementById("gridmap-config")) mount();
})(typeof window === "undefined" ? globalThis : window);
