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
  const rows = () => Array.from(bench.querySelectorAll("[data-rows] a"));
  const current = () => bench.querySelector("[data-rows] [aria-current]");

  // The list on a wide window: one stop for Tab, arrows within. On a narrow one nothing says so, and each row is a stop.
  function rove(row) {
    const all = rows();
    const stop = row || current() || all[0];
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

  // The result came from a worker, and the list is a new one: mark the open row again, and say its pair's costs anew. A form
  // that somebody is filling in stays.
  function refresh() {
    const open = panel.querySelector("[data-pair]");
    const row = open && document.getElementById("row-" + open.dataset.pair);
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
      if (then) { then(); }
    } else if (target && target.id === "pair-form") {
      const first = target.querySelector(".error-summary, input:not([type=hidden]), textarea");
      if (first) { first.focus(); }
      target.scrollIntoView({ block: "nearest" });
    } else if (lost && wasIn && document.getElementById(wasIn)) {
      document.getElementById(wasIn).focus({ preventScroll: true });
    } else if (lost && event.detail.requestConfig && event.detail.requestConfig.verb === "post") {
      panel.scrollTop = 0;
      focusTitle();
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

  const legend = () => { const keys = document.getElementById("bench-keys"); if (keys) { keys.hidden = false; } };
  document.body.addEventListener("htmx:oobAfterSwap", function () { legend(); rove(); });
  wide.addEventListener("change", () => rove());
  legend();
  rove();
})();
