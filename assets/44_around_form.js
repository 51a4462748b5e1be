// Steps of orders and cards: what each one asks for and what is sent. Without elements, so that it is tested without a browser; the same
// for the panel of the map, the right side of the desk and its lists. Which steps a person may take the server says.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text } = gridmap.dom;

  const CARDS = ["reminder", "yellow", "red", "black"];
  const RUNNING = ["open", "acknowledged"];

  const isRunning = (order) => RUNNING.includes(order.status);
  // The assisting orders that a lead would have to wait for.
  const listWaiting = (around) => around.orders.filter((one) => one.role === "assist" && isRunning(one));
  const namesOf = (orders) => orders.map((one) => one.unit_name).join(text("list separator"));

  const reason = () => ({ name: "reason", kind: "text", label: text("Reason"), required: true });
  const versioned = (row, values) => ({ expected_version: row.version, ...values });

  // By step: spec(row, around) -> {hint, fields, path, body(values)}; a row is an order or a card, or nothing for a step about the incident.
  // Without fields a click is enough.
  const STEPS = {
    order: (_row, around) => ({ fields: [], path: `/api/incidents/${around.incident_id}/orders`, body: () => ({}) }),
    order_by_hand: (_row, around) => {
      const busy = new Set(around.orders.filter(isRunning).map((one) => one.unit_code));
      return {
        hint: text("Without a due time of its own an order is due with the incident. The lead gets its own order beside them."),
        fields: [{
          name: "orders", kind: "rows", label: text("Order"), required: true, more: text("One more unit"),
          fields: [
            { name: "unit", kind: "unit", label: text("Unit"), required: true, only: (unit) => !busy.has(unit.code) },
            { name: "duties", kind: "lines", label: text("Duties, one a line") },
            { name: "due_at", kind: "instant", label: text("Due") },
          ],
        }],
        path: `/api/incidents/${around.incident_id}/orders`, body: (values) => values,
      };
    },
    override: (_row, around) => ({
      hint: text("The orders of {names} are not waited for any more.", { names: namesOf(listWaiting(around)) }), fields: [reason()],
      path: `/api/incidents/${around.incident_id}/orders/override`, body: (values) => values,
    }),
    acknowledge: (order) => ({ fields: [], path: `/api/orders/${order.id}/acknowledge`, body: () => versioned(order) }),
    finish: (order, around) => {
      const isLead = order.role === "lead";
      const waiting = isLead ? listWaiting(around) : [];
      return {
        hint: isLead ? text("The result of the lead resolves the incident.") : "",
        fields: [
          { name: "result", kind: "text", label: text("Result"), required: true },
          ...(isLead ? [{ name: "evidence", kind: "lines", label: text("Evidence, one a line: file, page or photograph"), required: true }] : []),
          ...(waiting.length ? [{
            name: "override_reason", kind: "text", label: text("Why it does not wait for the assistants"), required: true,
            hint: text("The orders of {names} are not waited for any more.", { names: namesOf(waiting) }),
          }] : []),
        ],
        path: `/api/orders/${order.id}/finish`, body: (values) => versioned(order, values),
      };
    },
    withdraw: (order) => ({ fields: [reason()], path: `/api/orders/${order.id}/withdraw`, body: (values) => versioned(order, values) }),
    // Without an incident its number is asked for.
    give: (_row, around) => ({
      hint: text("It goes to who holds the incident now."),
      fields: [
        ...(around ? [] : [{ name: "incident", kind: "number", min: 1, step: 1, label: text("Incident number"), required: true }]),
        { name: "kind", kind: "choice", label: text("Card"), required: true, value: "yellow", options: CARDS.map((kind) => [kind, text(`card:${kind}`)]) },
        reason(),
      ],
      path: ({ incident }) => `/api/incidents/${around ? around.incident_id : incident}/supervision`, body: ({ kind, reason: said }) => ({ kind, reason: said }),
    }),
    answer: (card) => ({
      fields: [{ name: "answer", kind: "text", label: text("What the unit does about it"), required: true }],
      path: `/api/supervision/${card.id}/answer`, body: (values) => versioned(card, values),
    }),
    lift: (card) => ({ fields: [reason()], path: `/api/supervision/${card.id}/lift`, body: (values) => versioned(card, values) }),
  };

  // What a step asks for: {submit, hint, fields, path(values), body(values)}.
  function specOf(step, row, around) {
    const spec = STEPS[step](row, around);
    return { hint: "", ...spec, path: typeof spec.path === "function" ? spec.path : () => spec.path, submit: text(`step:${step}`) };
  }

  // The steps about the incident as buttons: the server names ordering once, the page does it in two ways.
  const buttonsOf = (steps, isOfCards) => steps.filter((step) => (step === "give") === isOfCards)
    .flatMap((step) => (step === "order" ? ["order", "order_by_hand"] : [step]));

  gridmap.aroundForm = { CARDS, STEPS, specOf, buttonsOf, listWaiting };
})(typeof window === "undefined" ? globalThis : window);
