// The search box: the server finds, this moves through the results by keyboard and opens one.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { whenPresent } = gridmap.dom;

  const box = () => root.document.getElementById("search-results");
  const options = () => [...root.document.querySelectorAll("#search-results [role=option]")];

  // The place of the next option in a list of `count`, going round; -1 is none yet.
  function step(at, by, count) {
    if (count === 0) return -1;
    return at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count;
  }

  function mark(index) {
    options().forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    });
  }

  function close() {
    const results = box();
    if (results) results.classList.add("closed");
  }

  function mount() {
    whenPresent("search-text", (input) => {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-controls", "search-results");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-label", input.placeholder);
      input.addEventListener("input", () => box().classList.remove("closed"));
      input.addEventListener("focus", () => box().classList.remove("closed"));
      input.addEventListener("keydown", (event) => {
        // Enter also ends the choice of characters in a Chinese input method; that one is not for us.
        if (event.isComposing) return;
        const all = options();
        const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          event.preventDefault();
          mark(step(at, event.key === "ArrowDown" ? 1 : -1, all.length));
        } else if (event.key === "Enter" && all.length) all[Math.max(0, at)].click();
        else if (event.key === "Escape") close();
      });
      root.document.addEventListener("click", (event) => {
        if (!event.target.closest || !event.target.closest(".search")) close();
      });
    });
    root.document.addEventListener("keydown", (event) => {
      const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName || "");
      if (event.key === "/" && !isTyping) {
        const input = root.document.getElementById("search-text");
        if (input) {
          event.preventDefault();
          input.focus();
        }
      }
    });
  }

  gridmap.search = { mount, close, step };
})(typeof window === "undefined" ? globalThis : window);
