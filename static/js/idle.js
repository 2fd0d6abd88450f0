// Two minutes before a session ends: ask, and let the person stay. At its end the page goes, and comes back after signing in.
(function () {
  "use strict";

  const WARN_MS = 120000;
  const dialog = document.querySelector("dialog.idle");
  const form = dialog.querySelector("form");
  const idleMs = dialog.dataset.seconds * 1000;
  const ENDS_AT = "session ends at";  // shared by the tabs: what is done in one keeps them all
  let timer = 0;

  function watch() {
    window.clearTimeout(timer);
    const left = Number(localStorage.getItem(ENDS_AT)) - Date.now();
    if (left > WARN_MS) {
      if (dialog.open) { dialog.close(); }
      timer = window.setTimeout(watch, left - WARN_MS);
    } else if (left > 0) {
      if (!dialog.open) { dialog.show(); }  // not modal: Exit and Get support now stay in reach
      timer = window.setTimeout(watch, left + 1000);
    } else {
      window.location.replace(window.location.pathname + window.location.search);
    }
  }

  function last(ms) {
    localStorage.setItem(ENDS_AT, Date.now() + ms);
    watch();
  }

  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const seconds = answer.redirected ? 0 : (await answer.json()).seconds;
    form.querySelector("[data-last]").hidden = seconds * 1000 > WARN_MS;
    form.querySelector("#idle-text").hidden = seconds * 1000 <= WARN_MS;
    form.querySelector("button").hidden = seconds * 1000 <= WARN_MS;
    last(seconds * 1000);
  });
  window.addEventListener("storage", (event) => { if (event.key === ENDS_AT) { watch(); } });
  document.addEventListener("visibilitychange", watch);  // a lid that was closed stops clocks
  document.addEventListener("htmx:afterRequest", () => last(idleMs));
  last(idleMs);
})();
