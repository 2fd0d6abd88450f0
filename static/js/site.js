// What makes pages nicer. Every page works without it.
(function () {
  "use strict";

  function blank() { document.documentElement.hidden = true; }

  // Leave at once: nothing stays on screen while the next site loads, in no tab, and Back does not return here.
  function leave(address) {
    document.title = "";
    blank();
    document.body.replaceChildren();
    sessionStorage.clear();
    window.location.replace(address);
  }

  const tabs = new BroadcastChannel("left");
  tabs.addEventListener("message", (event) => leave(event.data));
  const exit = document.querySelector("[data-exit]");
  if (exit) {
    const go = function () {
      // The mark ends the session with whatever this browser asks for next, should the post not come through.
      const secure = window.location.protocol === "https:" ? "; Secure" : "";
      document.cookie = exit.dataset.left + "=1; Path=/; Max-Age=31536000; SameSite=Lax" + secure;
      navigator.sendBeacon(exit.action, new URLSearchParams({ by_script: "1" }));
      tabs.postMessage(exit.dataset.exit);
      leave(exit.dataset.exit);
    };
    exit.addEventListener("submit", function (event) {
      event.preventDefault();
      go();
    });
    let presses = [];
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") { presses = []; return; }
      presses = presses.filter((at) => event.timeStamp - at < 2000).concat(event.timeStamp);
      if (presses.length === 3) { go(); }
    });
  }

  // A browser that keeps the whole page for Back keeps it blank, and asks for it anew: who sits there now may be somebody else.
  window.addEventListener("pagehide", (event) => { if (event.persisted) { blank(); } });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { window.location.replace(window.location.pathname + window.location.search); }
  });

  // What counts once a person sees the page: a machine that opens links, or a page fetched ahead of time, does not.
  for (const form of document.querySelectorAll("form[data-when-seen]")) {
    const post = () => fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true });
    if (document.visibilityState === "visible") {
      post();
    } else {
      document.addEventListener("visibilitychange", post, { once: true });
    }
  }

  // How much of a note is written, as the browser itself counts; read out where little room is left.
  document.addEventListener("input", function (event) {
    const note = event.target;
    if (!note.dataset.counted) { return; }
    let count = note.nextElementSibling;
    if (!count || !count.matches("[data-count]")) {
      count = document.createElement("div");
      count.className = "form-text form-count";
      count.dataset.count = "";
      note.after(count);
    }
    count.ariaLive = note.value.length > 0.9 * note.maxLength ? "polite" : "off";
    count.textContent = note.dataset.counted.replace("{typed}", note.value.length).replace("{all}", note.maxLength);
  });

  // What works with scripts only is shown by them; a box may be ticked for another form too.
  for (const part of document.querySelectorAll("[data-needs-script]")) { part.hidden = false; }
  for (const box of document.querySelectorAll("[data-follows]")) {
    const leader = document.getElementById(box.dataset.follows);
    leader.addEventListener("change", () => { box.checked = leader.checked; });
  }

  // Menus close on Escape and when somebody looks elsewhere.
  for (const menu of document.querySelectorAll("details[data-menu]")) {
    document.addEventListener("click", function (event) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
    menu.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  }

  // A second tap on a chosen answer takes it back, where the question may be skipped.
  for (const group of document.querySelectorAll("[data-clearable]")) {
    let chosen = null;
    const radios = group.querySelectorAll("input[type=radio]");
    const remember = () => { chosen = group.querySelector("input[type=radio]:checked"); };
    remember();
    for (const radio of radios) {
      radio.addEventListener("click", function () {
        if (radio === chosen) { radio.checked = false; }
        remember();
      });
    }
  }
})();
