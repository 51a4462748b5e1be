// Elements, messages, numbers and times for what stands round the map. Text is only ever set as text, never as HTML.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  let page = null;

  // The page's configuration; under node it is given.
  const config = () => page || gridmap.config();

  function setConfig(value) {
    page = value;
  }

  // Translate a message and fill its {name} places.
  function text(message, values) {
    const messages = config().messages;
    const found = Object.prototype.hasOwnProperty.call(messages, message) ? messages[message] : message;
    if (!values) return found;
    return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  // What a fetch has to send, so that the server says what it refuses in the language of the page, whatever the browser's own is.
  function languageHeaders() {
    const { locale } = config();
    return locale ? { "Accept-Language": locale } : {};
  }
  // What was typed one a line, without what is blank.
  const linesOf = (value) => String(value || "").split("\n").map((line) => line.trim()).filter(Boolean);

  // Make an element. `attributes`: class, data-*, aria-*, on: {event: handler}, style: {property: value}; children are nodes or text.
  function make(tag, attributes, ...children) {
    const element = root.document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
      else if (name === "style") for (const [property, one] of Object.entries(value)) element.style.setProperty(property, one);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  // Set text only when it differs: screen readers and selections notice each write.
  function setText(element, value) {
    if (element && element.textContent !== value) element.textContent = value;
  }

  // Keep a list of elements in step with items: an element stays the same as long as its key does, so focus and scroll survive.
  function keyed(container, items, keyOf, makeOne, updateOne) {
    const old = container.gridmapRows || new Map();
    const kept = new Map();
    let place = container.firstChild;
    for (const item of items) {
      const key = keyOf(item);
      const element = old.get(key) || makeOne(item);
      updateOne(element, item);
      kept.set(key, element);
      if (place === element) place = element.nextSibling;
      else container.insertBefore(element, place);
    }
    for (const [key, element] of old) if (kept.get(key) !== element) element.remove();
    container.gridmapRows = kept;
  }

  // Fill an element anew only when what it says changed; what has the focus in it, found again by its data-act, keeps it.
  function refill(element, print, makeNodes) {
    if (element.dataset.print === print) return;
    element.dataset.print = print;
    const focused = root.document.activeElement;
    const held = element.contains(focused) ? focused.dataset.act : "";
    element.replaceChildren(...makeNodes().filter(Boolean));
    const again = held && element.querySelector(`[data-act="${held}"]`);
    if (again) again.focus({ preventScroll: true });
  }

  // Call `use(element)` as soon as an element of this id is on the page; React puts them there after the scripts have run.
  function whenPresent(id, use) {
    const found = root.document.getElementById(id);
    if (found) {
      use(found);
      return;
    }
    const observer = new root.MutationObserver(() => {
      const later = root.document.getElementById(id);
      if (!later) return;
      observer.disconnect();
      use(later);
    });
    observer.observe(root.document.documentElement, { childList: true, subtree: true });
  }

  // Run `work` soon, and at most once in `pauseMs`, however often it is asked for.
  function throttle(work, pauseMs) {
    let timer = 0;
    let lastMs = -Infinity;
    return () => {
      if (timer) return;
      const waitMs = Math.max(0, lastMs + pauseMs - Date.now());
      timer = setTimeout(() => {
        timer = 0;
        lastMs = Date.now();
        work();
      }, waitMs);
    };
  }

  const formats = new Map();
  function dateFormat(options) {
    const key = JSON.stringify(options);
    if (!formats.has(key)) {
      formats.set(key, new Intl.DateTimeFormat(config().locale, { timeZone: config().timezone, hourCycle: "h23", ...options }));
    }
    return formats.get(key);
  }

  function number(value, digits = 0) {
    return value.toLocaleString(config().locale, { maximumFractionDigits: digits, minimumFractionDigits: 0 });
  }

  const timeOfDay = (ms, withSeconds) =>
    dateFormat({ hour: "2-digit", minute: "2-digit", ...(withSeconds ? { second: "2-digit" } : {}) }).format(ms);
  const dayAndTime = (ms) => dateFormat({ month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).format(ms);
  const dayLong = (ms) => dateFormat({ year: "numeric", month: "long", day: "numeric", weekday: "long" }).format(ms);

  // Working time in words; a working day has as many working seconds as the calendar of the board says.
  function workingTime(seconds, dayS = 86400) {
    if (seconds < 3600) return text("{n} min", { n: number(Math.max(1, Math.floor(seconds / 60))) });
    if (seconds < dayS) return text("{n} working hours", { n: number(Math.floor(seconds / 3600)) });
    const days = seconds / dayS;
    return text("{n} working days", { n: number(days < 10 ? Math.floor(days * 10) / 10 : Math.floor(days), 1) });
  }

  gridmap.dom = { config, setConfig, text, languageHeaders, linesOf, make, setText, keyed, refill, whenPresent, throttle, number, timeOfDay, dayAndTime, dayLong, workingTime };
})(typeof window === "undefined" ? globalThis : window);
