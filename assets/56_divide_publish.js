// The confirmation before boundaries are published on /divide: in words, with the first day; it can't be undone.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make, setText } = gridmap.dom;
  const { makeButton } = gridmap.divideTools;

  // `open({words, more, firstDay, onConfirm})`: sentences, and what is called with the day.
  function makePublishDialog(id) {
    const day = make("input", { type: "date", id: `${id}-day`, required: true });
    const words = make("p");
    const more = make("p", { class: "warning" });
    let confirmed = null;
    const confirm = makeButton(text("Publish, can't be undone"), () => {
      if (!day.reportValidity()) return;
      dialog.close();
      confirmed(day.value);
    }, { class: "main", id: `${id}-confirm` });
    const dialog = make(
      "dialog", { class: "divide-dialog", "aria-labelledby": `${id}-title` },
      make("h2", { id: `${id}-title` }, text("Publish a new generation of boundaries")), words, more,
      make("p", { class: "hint" }, text("Open incidents are placed in the new grids; their history keeps the grid that they had. Closed ones keep theirs.")),
      make("label", { for: `${id}-day`, class: "field wide" }, make("span", {}, text("Valid from")), day),
      make("div", { class: "buttons" }, makeButton(text("Cancel"), () => dialog.close(), { class: "quiet" }), confirm),
    );
    return {
      dialog,
      open(given) {
        day.min = day.value = given.firstDay;
        setText(words, given.words);
        setText(more, given.more || "");
        more.hidden = !given.more;
        confirmed = given.onConfirm;
        dialog.showModal();
      },
    };
  }

  gridmap.dividePublish = { makePublishDialog };
})(typeof window === "undefined" ? globalThis : window);
