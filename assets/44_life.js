// The bar of an incident's life and its clocks: drawn from what the page carries, running by the server's clock. Nothing asks the server.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, setText, workingTime } = gridmap.dom;

  const LABEL_SHARE = 8; // narrower pieces (in %) do not show their letter

  // Lay the pieces out on a line of working time (plain time for limits in calendar days, or where no working time has passed).
  // `measure(fromS, toS)` counts working seconds. Answers {segments: [{piece, left, width, isOver}], due, now, isLate} in %, due null for none.
  function layOut(life, nowS, measure) {
    const plain = (fromS, toS) => Math.max(0, toS - fromS);
    const draw = (length) => {
      const spans = life.pieces.map((piece) => {
        const toS = piece.to === null ? nowS : piece.to;
        const isRunning = piece.to === null;
        const overFromS = life.due !== null && piece.kind === "held" ? Math.max(piece.from, life.due) : Infinity;
        const whole = length(piece, toS, isRunning);
        let share = 0; // of the piece that lies after the due time
        if (isRunning) share = overFromS < toS ? ratio(length({ ...piece, from: overFromS }, toS, true), whole) : 0;
        else share = ratio(piece.over, piece.working);
        return { piece, toS, whole, over: whole * share };
      });
      return { spans, total: spans.reduce((sum, span) => sum + span.whole, 0) };
    };
    const working = (piece, toS, isRunning) => (isRunning ? Math.max(0, measure(piece.from, toS)) : piece.working);
    const inTime = (piece, toS) => plain(piece.from, toS);
    let isPlain = life.isPlain;
    let { spans, total } = draw(isPlain ? inTime : working);
    if (!(total > 0) && !isPlain) {
      isPlain = true;
      ({ spans, total } = draw(inTime));
    }
    const count = isPlain ? plain : (fromS, toS) => Math.max(0, measure(fromS, toS));
    const endS = spans.length ? spans[spans.length - 1].toS : nowS;
    let due = null; // along the line, in its seconds
    if (life.due !== null && spans.length) {
      if (life.due >= endS) due = total + count(endS, life.due);
      else {
        let before = 0;
        for (const span of spans) {
          if (life.due < span.toS) {
            due = before + span.whole * ratio(count(span.piece.from, life.due), count(span.piece.from, span.toS));
            break;
          }
          before += span.whole;
        }
      }
    }
    const scale = Math.max(total, due === null ? 0 : due, 1e-9);
    const segments = [];
    let left = 0;
    for (const { piece, whole, over } of spans) {
      for (const [length, isOver] of [[whole - over, false], [over, true]]) {
        if (length > 0) segments.push({ piece, left: (100 * left) / scale, width: (100 * length) / scale, isOver });
        left += length;
      }
    }
    return { segments, due: due === null ? null : (100 * due) / scale, now: (100 * total) / scale, isLate: due !== null && due < total };
  }

  const ratio = (part, whole) => (whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0);

  // What is left or over at an instant: {isOver, seconds}.
  function leftAt(dueS, atS, measure) {
    const isOver = atS >= dueS;
    return { isOver, seconds: Math.abs(measure(Math.min(atS, dueS), Math.max(atS, dueS))) };
  }

  function drawBar(bar, store, nowS, measure) {
    if (bar.gridmapKey !== bar.dataset.life) {
      bar.gridmapKey = bar.dataset.life;
      bar.gridmapLife = JSON.parse(bar.dataset.life);
    }
    const laid = layOut(bar.gridmapLife, nowS, measure);
    const byLetter = new Map([...store.units.values()].map((unit) => [unit.letter, unit.id]));
    const parts = laid.segments.map(({ piece, left, width, isOver }) => {
      const isUnit = piece.kind === "held" && !piece.isCentre;
      const colour = isUnit ? store.colourOf(byLetter.get(piece.letter) || 0) : "#6b7480";
      const ink = isOver ? gridmap.legend.inkOn(colour) : null;
      return make("span", {
        class: ["piece", piece.kind, isUnit ? "" : "centre", isOver ? "over" : ""].filter(Boolean).join(" "),
        style: { left: `${left}%`, width: `${width}%`, "--unit": colour, ...(ink ? { color: ink } : {}) },
      }, width >= LABEL_SHARE && piece.kind === "held" ? piece.letter : "");
    });
    if (laid.due !== null) {
      const isRight = laid.due > 75;
      parts.push(make("span", { class: `due-mark${isRight ? " right" : ""}`, style: { left: `${laid.due}%` } }, make("b", {}, text("Due"))));
    }
    bar.replaceChildren(...parts);
  }

  // Bring bar, holders and countdowns in step with the server's clock.
  function update(store, body) {
    if (!store.calendar) return;
    const nowS = store.nowMs() / 1000;
    const measure = store.calendar.workingBetween;
    const dayS = store.calendar.dayS;
    for (const bar of body.querySelectorAll("[data-life]")) {
      // A bar moves by less than a point in ten seconds: it is not drawn each second.
      if (bar.gridmapKey === bar.dataset.life && nowS - bar.gridmapAtS < 10) continue;
      bar.gridmapAtS = nowS;
      drawBar(bar, store, nowS, measure);
    }
    for (const holder of body.querySelectorAll("[data-since]")) {
      const bar = holder.closest(".its-life").querySelector("[data-life]");
      const dueS = bar.gridmapLife.due;
      const sinceS = Number(holder.dataset.since);
      const workingS = Number(holder.dataset.working) + measure(sinceS, nowS);
      const isHeld = !holder.querySelector(".swatch");
      const overS = Number(holder.dataset.over) + (isHeld && dueS !== null && nowS > dueS ? measure(Math.max(dueS, sinceS), nowS) : 0);
      setText(holder.querySelector(".held"), workingTime(workingS, dayS));
      setText(holder.querySelector(".burnt"), overS > 0 ? text("{time} of it after it was due", { time: workingTime(overS, dayS) }) : "");
    }
    for (const place of body.querySelectorAll(".countdown[data-due]")) {
      const isStopped = place.dataset.at !== undefined;
      const { isOver, seconds } = leftAt(Number(place.dataset.due), isStopped ? Number(place.dataset.at) : nowS, measure);
      const time = workingTime(seconds, dayS);
      setText(place, isOver ? text("{time} over", { time }) : isStopped ? text("in time") : text("{time} left", { time }));
      place.classList.toggle("finding", isOver);
    }
  }

  gridmap.life = { layOut, leftAt, update };
})(typeof window === "undefined" ? globalThis : window);
