// What makes pages nicer. Every page works without it.
(function () {
  "use strict";

  // Leave at once: nothing stays on screen while the next site loads, and Back does not return here.
  function leave(address) {
    document.title = "";
    document.documentElement.hidden = true;
    document.body.replaceChildren();
    window.location.replace(address);
  }

  const exit = document.querySelector("[data-exit]");
  if (exit) {
    let presses = [];
    exit.addEventListener("click", function (event) {
      event.preventDefault();
      leave(exit.href);
    });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") { presses = []; return; }
      presses = presses.filter((at) => event.timeStamp - at < 2000).concat(event.timeStamp);
      if (presses.length === 3) { leave(exit.href); }
    });
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
