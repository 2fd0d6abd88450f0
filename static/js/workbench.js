// The workbench on a wide window: rows open beside the list, and the list is walked with the arrow keys.
// Without this file, and on a phone, each row leads to a page of its own.
(function () {
  "use strict";

  const bench = document.querySelector("[data-bench]");
  const htmx = window.htmx;
  if (!bench || !htmx) { return; }

  const wide = window.matchMedia("(min-width: 62rem)");
  const panel = document.getElementById("pair");
  const side = panel.parentElement;
  const news = document.getElementById("bench-news");
  const rows = () => Array.from(bench.querySelectorAll("[data-rows] li:not([hidden]) a"));
  const current = () => bench.querySelector("[data-rows] [aria-current]");

  // The list on a wide window: one stop for Tab, arrows within. On a narrow one nothing says so, and each row is a stop.
  function rove(row) {
    const all = rows();
    const wanted = row || current();
    const stop = all.includes(wanted) ? wanted : all[0];
    for (const one of all) { one.tabIndex = one === stop || !wide.matches ? 0 : -1; }
  }

  function say(text, isTrouble) {
    news.classList.toggle("bench-news-trouble", Boolean(isTrouble));
    news.textContent = text;
  }

  function showCurrent(row) {
    const before = current();
    if (before) { before.removeAttribute("aria-current"); }
    if (row) { row.setAttribute("aria-current", "true"); }
    history.replaceState(null, "", row ? "?pair=" + row.id.slice(4) : location.pathname);
  }

  let next;  // undefined: nothing was asked for; else what to do once the panel that was asked for stands there, its buttons alive

  function load(address, then, keepsNews) {
    if (!keepsNews) { say(""); }
    next = then || null;
    htmx.ajax("GET", address, { target: "#pair", swap: "innerHTML" });
  }

  function open(row, then) {
    showCurrent(row);
    rove(row);
    load(row.href, then);
  }

  const HEADING = 160;  // what the news and the heading take
  // What was opened or done stands in the panel, and above it what came of it: both below the bar that stays.
  function show() {
    if (!wide.matches) { return; }
    const bar = document.querySelector(".strip");
    const floor = Math.max(0, bar ? bar.getBoundingClientRect().bottom : 0) + 12;
    const at = side.getBoundingClientRect().top;
    if (at < floor || at + HEADING > window.innerHeight) { window.scrollBy(0, at - floor); }
  }

  // The result came from a worker, and the list is a new one: mark the open row again, and say its pair's costs anew. A form
  // that somebody is filling in stays.
  function refresh() {
    const open = panel.querySelector("[data-pair]");
    const row = open && document.getElementById("row-" + open.dataset.pair);
    if (document.getElementById("bench-hint")) {  // it may say that the first result is on its way
      htmx.ajax("GET", location.pathname, { target: "#bench-hint", select: "#bench-hint", swap: "outerHTML" });
    }
    if (!row) { return; }
    showCurrent(row);
    const form = document.getElementById("pair-form");
    if (wide.matches && form && !form.children.length) { load(row.href, null, true); }
  }

  function focusTitle() {
    const title = document.getElementById("pair-title") || bench.querySelector("[data-rows] [tabindex='0']");
    if (title) { title.focus({ preventScroll: true }); }
  }

  // L, K and T: the same as opening the row and pressing the button of that name. Where the panel names another mentor than the
  // row did, a colleague was here: nothing is pressed then.
  const KEYS = { l: "#lock-pair", k: "#part-pair", t: "[data-take-back]" };

  function press(row, selector) {
    open(row, function () {
      const shown = panel.querySelector("[data-pair]");
      if (shown && shown.dataset.mentor !== row.dataset.mentor) {
        say(bench.dataset.stale, true);
        focusTitle();
        return;
      }
      const button = panel.querySelector(selector);
      if (!button) { focusTitle(); return; }
      button.focus({ preventScroll: true });
      if (button.matches("a")) { button.click(); }
    });
  }

  function step(event, row) {
    const all = rows();
    const at = all.indexOf(row);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) { return false; }
    if (all[to]) { rove(all[to]); all[to].focus(); }
    return true;
  }

  // In the panel the same letters press its buttons, except where one writes or chooses.
  function pressHere(event) {
    const selector = KEYS[event.key.toLowerCase()];
    const button = selector && panel.querySelector("[data-pair]") && panel.querySelector(selector);
    if (!button || event.target.closest("input, textarea, select")) { return; }
    event.preventDefault();
    button.focus({ preventScroll: true });
    if (button.matches("a")) { button.click(); }
  }

  bench.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    const row = event.target.closest("[data-rows] a");
    if (row) {
      const selector = KEYS[event.key.toLowerCase()];
      if (!wide.matches) { return; }
      if (step(event, row)) { event.preventDefault(); }
      else if (selector) { event.preventDefault(); press(row, selector); }
    } else if (event.key === "Escape" && panel.contains(event.target)) {
      const back = current() || bench.querySelector("[data-rows] [tabindex='0']");
      if (back) { back.focus(); }
    } else if (wide.matches && panel.contains(event.target)) {
      pressHere(event);
    }
  });

  bench.addEventListener("click", function (event) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    const dismiss = event.target.closest("#pair [data-dismiss]");
    if (dismiss) {
      event.preventDefault();
      document.getElementById("pair-form").replaceChildren();
      focusTitle();
      return;
    }
    const link = event.target.closest("[data-rows] a, [data-open], [data-panel]");
    if (!link || !wide.matches) { return; }
    event.preventDefault();
    const row = link.dataset.open ? document.getElementById("row-" + link.dataset.open) : link;
    if (link.matches("[data-panel]")) {
      showCurrent(null);
      load(link.href, focusTitle);
    } else if (row) {
      open(row, event.detail === 0 || row !== link ? focusTitle : null);  // detail 0: by keyboard
    } else {
      window.location.assign(link.href);
    }
  });

  // After a form in the panel the list is a new one: keep the place, and give a keyboard a place to go on from.
  let wasIn = "";
  let wasAt = null;
  const top = () => { const row = current(); return row ? row.getBoundingClientRect().top : null; };
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    const answered = new URL(event.detail.xhr.responseURL || location.href).pathname;
    if (!answered.startsWith("/waiting/")) {  // signed out meanwhile
      event.detail.shouldSwap = false;
      window.location.reload();
      return;
    }
    wasIn = document.activeElement ? document.activeElement.id : "";
    wasAt = top();
    news.classList.remove("bench-news-trouble");
  });
  document.body.addEventListener("htmx:afterSettle", function (event) {
    rove();
    const isAt = top();
    if (wasAt !== null && isAt !== null && isAt !== wasAt) { window.scrollBy(0, isAt - wasAt); }
    wasAt = null;
    const target = event.detail.target;
    const lost = !document.activeElement || document.activeElement === document.body;
    if (target === panel && next !== undefined) {
      const then = next;
      next = undefined;
      side.classList.remove("bench-side-idle");
      panel.scrollTop = 0;
      show();
      if (then) { then(); }
    } else if (target && target.id === "pair-form") {
      const first = target.querySelector(".error-summary, input:not([type=hidden]), textarea");
      if (first) { first.focus(); }
      target.scrollIntoView({ block: "nearest" });
    } else if (lost && wasIn && document.getElementById(wasIn)) {
      document.getElementById(wasIn).focus({ preventScroll: true });
    } else if (lost && event.detail.requestConfig && event.detail.requestConfig.verb === "post") {
      focusTitle();
    }
    if (event.detail.requestConfig && event.detail.requestConfig.verb === "post" && target === panel) {
      panel.scrollTop = 0;
      show();
    }
  });
  document.body.addEventListener("htmx:afterRequest", function (event) {
    const wasProgress = event.detail.pathInfo && event.detail.pathInfo.requestPath.endsWith("/progress/");
    if (wasProgress && event.detail.successful && !document.getElementById("bench-progress")) { refresh(); }
  });
  document.body.addEventListener("htmx:responseError", function (event) {
    say(event.detail.xhr.status < 500 ? bench.dataset.stale : bench.dataset.trouble, true);
  });
  for (const trouble of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(trouble, () => say(bench.dataset.trouble, true));
  }

  // A long list can be narrowed, by name and by what became of the person.
  const LONG = 30;
  const KINDS = { changed: ".bench-mark-changed", locked: ".bench-mark-locked", left: ".bench-row-left" };
  // As core/canonical.py folds names.
  const PLAIN = { æ: "ae", ð: "d", ø: "o", þ: "th", đ: "d", ħ: "h", ı: "i", ł: "l", œ: "oe", ŧ: "t", "’": "'", "‘": "'", "–": "-" };
  const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const plain = (text) => bare(text).replace(/[æðøþđħıłœŧ’‘–]/g, (letter) => PLAIN[letter]);
  const items = () => Array.from(bench.querySelectorAll("[data-rows] > li"));
  let filter = null;

  function offerFilter() {
    const template = document.getElementById("bench-filter");
    if (filter || items().length <= LONG) { return; }
    filter = template.content.firstElementChild.cloneNode(true);
    bench.querySelector(".bench").before(filter);
    filter.addEventListener("input", narrow);
    filter.addEventListener("submit", (event) => event.preventDefault());
    filter.querySelector("[type=search]").addEventListener("keydown", function (event) {
      const first = rows()[0];
      if (event.key === "Escape") { event.target.value = ""; narrow(); event.preventDefault(); }
      else if (first && (event.key === "Enter" || event.key === "ArrowDown")) { rove(first); first.focus(); event.preventDefault(); }
    });
  }

  function narrow() {
    if (!filter) { return; }
    const words = plain(filter.querySelector("[type=search]").value).split(/\s+/);
    const kind = KINDS[filter.querySelector("[type=radio]:checked").value];
    const all = items();
    for (const item of all) {
      const names = plain(Array.from(item.querySelectorAll("[data-name]"), (one) => one.textContent).join(" "));
      item.hidden = !words.every((word) => names.includes(word)) || Boolean(kind && !item.querySelector(kind));
    }
    for (const list of bench.querySelectorAll("[data-rows]")) { list.hidden = !list.querySelector(":scope > li:not([hidden])"); }
    const count = filter.querySelector("[data-count]");
    const shown = all.filter((item) => !item.hidden).length;
    const text = count.dataset.count.replace("{shown}", shown).replace("{all}", all.length);
    if (count.textContent !== text) { count.textContent = text; }
    rove();
  }

  // For a list that has just come, with the page or after a change.
  function welcome() {
    const keys = document.getElementById("bench-keys");
    if (keys) { keys.hidden = false; }
    offerFilter();
    narrow();
    rove();
  }
  new MutationObserver(welcome).observe(document.getElementById("bench-list"), { childList: true });
  wide.addEventListener("change", () => rove());
  welcome();
})();
