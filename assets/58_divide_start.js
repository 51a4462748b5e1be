// Starts the page /divide when its scripts are there.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, whenPresent } = gridmap.dom;

  function openResult(page, event) {
    const result = event.target.closest ? event.target.closest("#search-results [data-select]") : null;
    if (!result) return;
    event.preventDefault();
    gridmap.search.close();
    const [kind, id] = result.dataset.select.split(":");
    const place = page.overview && page.overview.byId.get(Number(id));
    if (kind !== "area") page.say(text("Choose a village, or a grid of one."), true);
    else if (place && place.level !== "village") {
      page.form.setScope("many");
      page.form.setArea(place.code);
    } else page.load({ area: id });
  }

  function start(page) {
    gridmap.search.mount();
    gridmap.divideForm.mount(page);
    gridmap.divideTools.mount(page);
    whenPresent("divide-result", (place) => {
      place.replaceChildren(gridmap.divideTable.makeVillageSide(page), gridmap.divideMany.makeManySide());
      page.changed();
    });
    // Before Leaflet, which zooms at + and -.
    root.document.addEventListener("keydown", page.onKey, true);
    root.document.addEventListener("click", (event) => openResult(page, event));
    whenPresent("divide-language", (link) => link.addEventListener("click", () => {
      const url = new URL(root.location.href);
      url.searchParams.set("lang", link.dataset.lang);
      link.href = url.href;
    }));
    root.addEventListener("beforeunload", (event) => {
      if (page.state && page.state.isUnsaved()) event.preventDefault();
    });
    const query = new URLSearchParams(root.location.search);
    whenPresent("divide-result", async () => {
      const code = query.get("village");
      if (code) page.load({ code });
      await page.loadPlaces();
      await page.loadDraft();
      if (query.has("within")) {
        page.form.setScope("many");
        page.form.setArea(query.get("within"));
      }
      await page.findJob();
    });
    page.changed();
  }

  if (root.document && root.document.getElementById("gridmap-config") && gridmap.config().page === "divide") start(gridmap.dividePage);
})(typeof window === "undefined" ? globalThis : window);
