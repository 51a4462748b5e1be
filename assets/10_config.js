// What the page tells the scripts, as JSON in its HTML.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  // The configuration that the page hands over as JSON.
  let configuration = null;
  gridmap.config = function () {
    if (!configuration) {
      const element = typeof document === "undefined" ? null : document.getElementById("gridmap-config");
      if (!element) return { language: "zh-CN", theme: "light", page: "map", layers: [], messages: {}, tileVersion: "0", build: "" };
      configuration = JSON.parse(element.textContent);
    }
    return configuration;
  };
})(typeof window === "undefined" ? globalThis : window);
