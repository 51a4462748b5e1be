// The hatch that says "twice overdue": dark stripes over the unit's colour, without a seam from tile to tile.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const STEP_PX = 8; // divides the tile size, so that stripes of neighbouring tiles meet

  const patterns = new Map(); // by colour and pixel ratio: a handful of 8 x 8 canvases, kept

  // Canvas pattern of diagonal stripes on `colour`, for device pixels at `ratio`.
  function makeHatch(colour, stripe, ratio) {
    const key = `${colour} ${stripe} ${ratio}`;
    if (patterns.has(key)) return patterns.get(key);
    const size = STEP_PX * ratio;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const context = canvas.getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, size, size);
    context.strokeStyle = stripe;
    context.lineWidth = 2 * ratio;
    context.beginPath();
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift - size, size * 2);
      context.lineTo(shift + size * 2, -size);
    }
    context.stroke();
    const pattern = context.createPattern(canvas, "repeat");
    patterns.set(key, pattern);
    return pattern;
  }

  gridmap.hatch = { makeHatch, STEP_PX };
})(typeof window === "undefined" ? globalThis : window);
