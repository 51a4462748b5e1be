// What the desk reads: the lists, the incidents of the rows in sight, and counts. The board says when to read anew; what it does not
// carry is asked for every 15 s at most.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, throttle } = gridmap.dom;

  const AFTER_CHANGE_MS = 3000; // many changes are one look
  const OUTSIDE_MS = 15000; // calls, disputes, cards and admissions are not on the board
  const MOST_NAMED = 200; // ids of one request
  const PAGE = 1000;

  // What to say of an answer that is not 2xx.
  function describeFault({ status, body }) {
    if (!status) return text("The server does not answer. Try again in a moment.");
    const error = body && body.error;
    if (!error) return text("The server answered {status}. Try again in a moment.", { status });
    const parts = (error.details || []).map(gridmap.actionForm.detailOf);
    return `${text(`fault:${error.code}`)} ${[error.message, ...parts].join(" ")}`;
  }

  function makeFeed(store) {
    const incidents = new Map(); // id -> answer of GET /api/incidents
    const stale = new Set();
    const listeners = new Set();
    let remote = null; // {name, incidents, isCut, fault} of a list that the server keeps
    let isNaming = false;
    const feed = { waiting: null, queues: null, townships: [], rules: [], fault: "", incidents };
    const tell = throttle(() => listeners.forEach((use) => use()), 60);
    feed.onChange = (use) => listeners.add(use);

    const find = {
      unit: (code) => { for (const unit of store.units.values()) if (unit.code === code) return unit.id; return 0; },
      item: (code) => { for (const item of store.items.values()) if (item.code === code) return item.id; return 0; },
      township: (code) => { const found = feed.townships.find((one) => one.code === code); return found ? found.id : 0; },
    };
    feed.find = find;

    // ---------------------------------------------------------------- counts
    feed.readCounts = async () => {
      const language = gridmap.config().language === "en" ? "en" : "zh";
      const [desk, queues] = await Promise.all([gridmap.actor.get("/api/desk"), gridmap.actor.get(`/api/queues?lang=${language}`)]);
      feed.fault = "";
      if (desk.status === 200) {
        feed.waiting = desk.body.waiting;
        feed.townships = desk.body.townships;
      } else feed.fault = describeFault(desk);
      if (queues.status === 200) feed.queues = queues.body.queues;
      else feed.fault = describeFault(queues);
      tell();
    };
    feed.readRules = async () => {
      const answer = await gridmap.actor.get("/api/desk/rules");
      if (answer.status === 200) feed.rules = answer.body.rules;
      tell();
    };

    // ---------------------------------------------------------------- lists
    // The entries of a list, from the board or as last read from the server; [] until it answered.
    feed.entries = (list) => {
      if (list.remote) return remote && remote.name === list.name ? remote.incidents.map(entryOf) : [];
      const found = [];
      for (let row = 0; row < store.columns.count; row += 1) {
        const entry = gridmap.deskLists.entryOfRow(store, row);
        if (gridmap.deskLists.isIn(list, entry)) found.push(entry);
      }
      return found;
    };
    // What is on the board is taken from there: it is live.
    function entryOf(incident) {
      const row = store.columns.row(incident.id);
      return row >= 0 ? gridmap.deskLists.entryOfRow(store, row) : gridmap.deskLists.entryOfIncident(incident, find);
    }
    feed.state = (list) => ({
      isLoading: Boolean(list.remote) && !(remote && remote.name === list.name),
      fault: (remote && remote.name === list.name && remote.fault) || "", isCut: Boolean(remote && remote.name === list.name && remote.isCut),
    });
    let asked = 0;
    // Read a list that the server keeps, cut to a township where one is chosen.
    feed.readList = async (list, townshipCode) => {
      if (!list.remote) return;
      asked += 1;
      const mine = asked;
      const query = new URLSearchParams({ ...list.remote, limit: String(PAGE) });
      if (townshipCode) query.set("area", townshipCode);
      const answer = await gridmap.actor.get(`/api/incidents?${query}`);
      if (mine !== asked) return; // another list was opened meanwhile
      if (answer.status !== 200) {
        const kept = remote && remote.name === list.name ? remote : { incidents: [], isCut: false };
        remote = { ...kept, name: list.name, fault: describeFault(answer) };
      } else {
        for (const incident of answer.body.incidents) put(incident);
        remote = {
          name: list.name, fault: "", isCut: answer.body.next_after !== null, incidents: answer.body.incidents,
        };
      }
      tell();
    };

    // ---------------------------------------------------------------- incidents of rows
    function put(incident) {
      incidents.set(incident.id, incident);
      stale.delete(incident.id);
    }
    // Read what the rows in sight need: titles, places, versions. One request at a time.
    feed.want = async (ids) => {
      if (isNaming) return;
      const missing = ids.filter((id) => !incidents.has(id) || stale.has(id)).slice(0, MOST_NAMED);
      if (!missing.length) return;
      isNaming = true;
      for (const id of missing) stale.delete(id); // a change from here on makes it stale again
      const answer = await gridmap.actor.get(`/api/incidents?${missing.map((id) => `id=${id}`).join("&")}`);
      if (answer.status === 200) answer.body.incidents.forEach((one) => { if (!stale.has(one.id)) put(one); else incidents.set(one.id, one); });
      else {
        for (const id of missing) stale.add(id);
        await new Promise((resolve) => { setTimeout(resolve, 2000); });
      }
      isNaming = false;
      tell();
    };
    // Read these whatever is in sight, for an action on rows that were never drawn. What can't be read stays unknown.
    feed.fetch = async (ids) => {
      for (const part of gridmap.deskSelection.split(ids.filter((id) => !incidents.has(id)), MOST_NAMED)) {
        const answer = await gridmap.actor.get(`/api/incidents?${part.map((id) => `id=${id}`).join("&")}`);
        if (answer.status === 200) answer.body.incidents.forEach(put);
      }
    };
    feed.version = (id) => (incidents.has(id) ? incidents.get(id).version : null);
    feed.forget = (ids) => { for (const id of ids) stale.add(id); };

    // ---------------------------------------------------------------- when to read anew
    // `onOutside` reads what the page shows beside the board.
    feed.follow = (onOutside) => {
      const afterChange = throttle(() => { if (!root.document.hidden) onOutside(); }, AFTER_CHANGE_MS);
      store.on("change", ({ ids, all }) => {
        if (all) for (const id of incidents.keys()) stale.add(id);
        else for (const id of ids) stale.add(id);
        tell();
        afterChange();
      });
      setInterval(() => { if (!root.document.hidden) onOutside(); }, OUTSIDE_MS);
      root.document.addEventListener("visibilitychange", () => { if (!root.document.hidden) onOutside(); });
    };
    return feed;
  }

  gridmap.deskFeed = { makeFeed, describeFault };
})(typeof window === "undefined" ? globalThis : window);
