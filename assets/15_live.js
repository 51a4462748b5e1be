// The live client: hello, snapshot, numbered deltas, for weeks without a hand. Contract: docs/architecture.md, "The live channel".
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const WATCHDOG_MS = 15000; // three missed heartbeats: a half-open connection says nothing, ever
  const BACKOFF_MS = [250, 500, 1000, 2000, 4000, 8000]; // then BACKOFF_MAX_MS for ever
  const BACKOFF_MAX_MS = 8000; // with jitter of a quarter: 10 s at most
  const STALE_MS = 15000, LOST_MS = 60000; // age at which the frame turns amber, red
  const SNAPSHOT_TIMEOUT_MS = 30000;
  const RELOAD_MS = [1000, 5000]; // 200 screens must not come back in the same moment
  const QUIET_MS = 10000; // on the wall: nothing newly overdue for so long
  const RELOAD_AT_LATEST_MS = 300000;

  function backoffMs(attempt, random = Math.random) {
    const base = attempt < BACKOFF_MS.length ? BACKOFF_MS[attempt] : BACKOFF_MAX_MS;
    return base * (0.75 + random() * 0.5);
  }

  // One live connection that fills `store`. The environment is passed in so that tests can break it.
  function makeLive(store, {
    url, build = "", atQuietMoment = false, openSocket = (address) => new WebSocket(address), fetcher = (...args) => fetch(...args),
    reload = () => location.reload(), random = Math.random, nowMs = () => performance.now(), later = setTimeout, forget = clearTimeout,
  }) {
    let socket = null;
    let attempt = 0;
    let heardMs = nowMs();
    let freshMs = nowMs(); // when the picture was last known to be true
    let feedAgeMs = 0;
    let loading = null; // AbortController of a snapshot that is under way
    let waiting = []; // deltas that came while it was
    let retryTimer = null;
    let reloadDue = 0;
    let crossedMs = -Infinity;
    let stopped = false;
    let isReady = false;

    function connect() {
      retryTimer = null;
      if (stopped) return;
      let opened;
      try {
        opened = openSocket(`${url}?epoch=${encodeURIComponent(store.epoch)}&revision=${store.revision}`);
      } catch (error) {
        again();
        return;
      }
      socket = opened;
      heardMs = nowMs();
      opened.onmessage = (event) => { if (opened === socket) hear(event.data); };
      opened.onclose = () => { if (opened === socket) again(); };
      opened.onerror = () => { if (opened === socket) again(); };
    }
    function drop() {
      const old = socket;
      socket = null; // do not wait for onclose: on a dead line it comes after minutes
      isReady = false;
      if (old) {
        try { old.close(); } catch (error) { /* it is gone already */ }
      }
    }
    function again() {
      drop();
      if (loading) loading.abort();
      loading = null;
      if (retryTimer !== null || stopped) return;
      retryTimer = later(connect, backoffMs(attempt, random));
      attempt += 1;
    }

    function hear(text) {
      let message;
      try {
        message = JSON.parse(text);
      } catch (error) {
        again(); // a proxy's page or half a frame: the line can't be trusted
        return;
      }
      heardMs = nowMs();
      if (message.now_ms && store.clock.sync(message.now_ms)) store.reevaluate();
      if (message.k === "hello") hello(message);
      else if (message.k === "d") delta(message);
      else if (message.k === "f") store.setFigures(message.figures);
      else if (message.k === "hb") {
        feedAgeMs = message.feed_age_ms || 0;
        if (isReady) freshMs = nowMs() - feedAgeMs;
      } else if (message.k === "reload") askReload();
      tell();
    }
    function hello(message) {
      if (build && message.build && message.build !== build) askReload();
      waiting = [];
      if (message.snapshot || message.epoch !== store.epoch) fetchSnapshot();
      else becomeReady();
    }
    function becomeReady() {
      isReady = true;
      attempt = 0;
      freshMs = nowMs();
      tell();
    }
    function delta(message) {
      if (loading) {
        waiting.push(message);
        return;
      }
      if (message.r <= store.revision) return; // already in the snapshot, or told twice
      store.revision = message.r;
      freshMs = nowMs();
      store.apply(message);
    }

    async function fetchSnapshot() {
      if (loading) loading.abort();
      const mine = (loading = new AbortController());
      const timeout = later(() => mine.abort(), SNAPSHOT_TIMEOUT_MS);
      try {
        const answer = await fetcher("/api/board", { signal: mine.signal, cache: "no-store" });
        if (!answer.ok) throw new Error(`GET /api/board answered ${answer.status}`);
        const snapshot = gridmap.columns.decode(await answer.arrayBuffer());
        let tree = null;
        if (snapshot.header.generation !== store.generation) {
          const found = await fetcher(`/api/tree?generation=${snapshot.header.generation}`, { signal: mine.signal });
          if (!found.ok) throw new Error(`GET /api/tree answered ${found.status}`);
          tree = await found.json();
        }
        if (loading !== mine) return;
        loading = null;
        store.load(snapshot, tree);
        const missed = waiting;
        waiting = [];
        for (const message of missed) delta(message);
        becomeReady();
      } catch (error) {
        if (loading === mine) again(); // a fresh hello is the simplest way back to a known state
      } finally {
        forget(timeout);
      }
    }

    // A new build or generation: the wall waits for a moment in which nobody misses anything.
    function askReload() {
      if (!reloadDue) reloadDue = nowMs() + RELOAD_MS[0] + random() * (RELOAD_MS[1] - RELOAD_MS[0]);
    }
    function maybeReload() {
      if (!reloadDue || nowMs() < reloadDue) return;
      const isQuiet = nowMs() - crossedMs > QUIET_MS || nowMs() > reloadDue + RELOAD_AT_LATEST_MS;
      if (atQuietMoment && !isQuiet) return;
      reloadDue = Infinity;
      reload();
    }

    let told = "";
    function tell() {
      const ageMs = Math.max(0, nowMs() - freshMs);
      const state = ageMs >= LOST_MS ? "lost" : ageMs >= STALE_MS ? "stale" : "live";
      const key = `${state} ${isReady} ${Math.floor(ageMs / 1000)}`;
      if (key === told) return;
      told = key;
      store.setConnection({ state, ageMs, feedAgeMs, connected: isReady });
    }
    function watch() {
      if (socket && nowMs() - heardMs > WATCHDOG_MS) again();
      maybeReload();
      tell();
    }

    store.on("change", ({ crossed }) => { if (crossed.length) crossedMs = nowMs(); });
    return {
      connect, watch, hear,
      stop() {
        stopped = true;
        if (retryTimer !== null) forget(retryTimer);
        retryTimer = null;
        drop();
      },
      // The network is back or the laptop woke up: do not sit out the backoff.
      hurry() {
        if (retryTimer !== null) {
          forget(retryTimer);
          attempt = 0;
          connect();
        }
      },
      isReady: () => isReady,
    };
  }

  // Dash keeps every changed prop that is an Input of a callback for ever (measured: +29 MB for 200 values of 60 kB). It is an
  // internal of Dash, hence the guard.
  function trimDashHistory() {
    try {
      const history = root.dash_stores[0].getState().history;
      if (history.past.length > 50) history.past = [];
    } catch (error) { /* another version of Dash: nothing to trim */ }
  }

  // Start the page's live connection.
  function start() {
    const config = gridmap.config();
    // What somebody is filling in is not to be lost to a new build.
    const reload = () => {
      if (root.document.querySelector("form.desk-form, form.action-form")) setTimeout(reload, 5000);
      else location.reload();
    };
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const live = makeLive(gridmap.store, {
      url: `${scheme}//${location.host}/ws/live`, build: config.build, reload, atQuietMoment: config.page === "wall",
    });
    live.connect();
    setInterval(live.watch, 1000);
    setInterval(trimDashHistory, 60000);
    root.addEventListener("online", live.hurry);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      gridmap.store.clock.wake();
      gridmap.store.reevaluate();
      live.hurry();
    });
    return live;
  }

  gridmap.live = { makeLive, backoffMs, trimDashHistory, start };
})(typeof window === "undefined" ? globalThis : window);
