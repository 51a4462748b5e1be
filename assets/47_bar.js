// The clock, the age of the data and the connection; on the wall the frame that turns amber and red.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, number, setText, whenPresent, dayLong, timeOfDay } = gridmap.dom;

  // What to say of a connection: {state, words}. While all is well the map page does not count seconds: it would be read aloud.
  function describe({ state, ageMs }, withAge) {
    if (!Number.isFinite(ageMs)) return { state: "lost", words: text("Connecting …") };
    const seconds = Math.floor(ageMs / 1000);
    const age = seconds < 120 ? text("{n} s", { n: number(seconds) }) : text("{n} min", { n: number(Math.floor(seconds / 60)) });
    if (state === "live") return { state, words: withAge ? text("Live · data {age} old", { age }) : text("Live") };
    return { state, words: state === "lost" ? text("No connection; data {age} old", { age }) : text("Data {age} old", { age }) };
  }

  function mount(store) {
    whenPresent("connection", (element) => {
      const update = (connection) => {
        const { state, words } = describe(connection, gridmap.config().page === "wall");
        setText(element, words);
        root.document.documentElement.dataset.connection = state;
      };
      store.on("connection", update);
      update(store.connection || { state: "lost", ageMs: Infinity });
    });
    whenPresent("clock", (element) => {
      const tick = () => {
        const nowMs = store.nowMs();
        setText(element, `${dayLong(nowMs)} ${timeOfDay(nowMs, true)}`);
        setTimeout(tick, 1000 - (nowMs % 1000));
      };
      tick();
    });
  }

  // The name of the county from the tree, once it is loaded.
  function name(store) {
    const [county] = store.tree.ids("county");
    const label = county ? store.tree.label(county) : null;
    if (!label) return;
    setText(root.document.getElementById("county-name"), label[0]);
    root.document.title = `${label[0]} · ${root.document.title.split(" · ").pop()}`;
  }

  gridmap.bar = { mount, name, describe };
})(typeof window === "undefined" ? globalThis : window);
