// Nothing typed is lost: a form keeps a draft in this tab, for a day, until the site has taken it. Never a password or a file, never
// for another person. What the server keeps, for a session that ended, comes back without this: core/typed.py.
(function () {
  "use strict";

  const KEPT_MS = 24 * 3600 * 1000;
  const NEVER = /password|code$|csrfmiddlewaretoken|typed_by|draft$/;
  const NOT_TYPED = new Set(["button", "file", "hidden", "image", "password", "reset", "submit"]);
  const START_ANEW = "/start-anew/";
  const whose = document.querySelector("input[name=typed_by]");
  const mark = whose ? whose.value : "";

  // By their attributes: an input may be named "action".
  const pathOf = (form) => new URL(form.getAttribute("action") || window.location.href, window.location.href).pathname;
  const keyOf = (form) => "typed " + mark + " " + pathOf(form);
  const controlsOf = (form) => [...form.elements].filter((one) => one.name && !NEVER.test(one.name));
  const isTyped = (control) => !NOT_TYPED.has(control.type);
  const isChoice = (control) => control.type === "checkbox" || control.type === "radio";
  const OF_EACH_PAGE = new Set(["submission_key", "written_in"]);
  const carried = (form) => controlsOf(form).filter((one) => one.type === "hidden" && !OF_EACH_PAGE.has(one.name))
    .map((one) => one.name + "=" + one.value).join("&");

  // The pages for signing in are left alone.
  function isKept(form) {
    return form.getAttribute("method") === "post" && form.elements.typed_by && !pathOf(form).startsWith("/account/")
      && controlsOf(form).some(isTyped);
  }

  function keep(form) {
    if (!form.elements.draft) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "draft", value: Math.random().toString(36).slice(2, 14) });
      form.append(input);
    }
    const typed = controlsOf(form).filter(isTyped).map((one) => [one.name, one.value, isChoice(one) ? one.checked : chosen(one)]);
    const key = form.elements.submission_key;
    const draft = { at: Date.now(), id: form.elements.draft.value, typed, carried: carried(form), key: key && key.value };
    sessionStorage.setItem(keyOf(form), JSON.stringify(draft));
  }

  const chosen = (control) => control.options ? [...control.selectedOptions].map((option) => option.value) : null;

  // Whether the page said something else. Of a form that is about something else by now only the words come back.
  function restore(form, draft) {
    let changed = false;
    const set = (target, name, value) => { changed = changed || target[name] !== value; target[name] = value; };
    const left = controlsOf(form).filter(isTyped);
    for (const [name, value, choice] of draft.typed) {
      const at = left.findIndex((one) => one.name === name && (!isChoice(one) || one.value === value));
      const [control] = at < 0 ? [] : left.splice(at, 1);
      if (!control) { continue; }
      const isChosen = isChoice(control) || control.options;
      if (isChosen && draft.carried !== carried(form)) { continue; }
      if (isChoice(control)) {
        set(control, "checked", choice);
      } else if (control.options) {
        for (const option of control.options) { set(option, "selected", choice.includes(option.value)); }
      } else {
        set(control, "value", value);
      }
    }
    if (changed && draft.key && form.elements.submission_key) { form.elements.submission_key.value = draft.key; }
    return changed;
  }

  function say(template, before) {
    const note = document.getElementById(template).content.firstElementChild.cloneNode(true);
    if (!document.querySelector("." + note.classList[2])) { before.before(note); }
  }

  // After all that sends, so that nobody presses it for that.
  function offerEmptyForm(form) {
    const button = document.getElementById("start-anew").content.firstElementChild.cloneNode(true);
    if (!form.querySelector("[data-starts-anew]") && !document.querySelector(".starts-anew")) { form.after(button); }
  }

  // The site says of these that they are gone, as it says what it took; where the session has ended it throws nothing away.
  function nameDrafts(form) {
    const ids = [...document.forms].filter(isKept).map((one) => JSON.parse(sessionStorage.getItem(keyOf(one))))
      .filter(Boolean).map((draft) => draft.id);
    const input = form.elements.draft || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden" }));
    Object.assign(input, { name: "draft", value: ids.join(".") });
  }

  // What was taken, is too old, or is of somebody who was here before.
  function sweep() {
    const taken = ((document.cookie.match(/(?:^|; )taken=([a-z0-9.]+)/) || [])[1] || "").split(".");
    for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith("typed "))) {
      const draft = JSON.parse(sessionStorage.getItem(key));
      const isOfAnother = mark && !key.startsWith("typed " + mark + " ");
      if (isOfAnother || taken.includes(draft.id) || Date.now() - draft.at > KEPT_MS) { sessionStorage.removeItem(key); }
    }
  }

  // What somebody else changed since (as_read) is not undone: the page shows what was written above it.
  function bringBack(root) {
    for (const form of [...root.querySelectorAll("form")].filter(isKept)) {
      const draft = JSON.parse(sessionStorage.getItem(keyOf(form)));
      const isBehind = draft && form.elements.as_read && draft.carried !== carried(form);
      if (!draft || isBehind || !restore(form, draft)) { continue; }
      say("typed-before", form);
      offerEmptyForm(form);
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      if (event.target.form && isKept(event.target.form)) { keep(event.target.form); }
    });
  }
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (pathOf(form) === "/account/logout/") { sessionStorage.clear(); }
    const button = event.submitter;
    if (START_ANEW === (button && button.hasAttribute("formaction") ? new URL(button.formAction).pathname : pathOf(form))) {
      if (!form.closest(".not-saved")) { nameDrafts(form); }  // which empties no form: what was written beside those words comes back
      return;
    }
    if (event.defaultPrevented || !isKept(form)) { return; }
    keep(form);
    if (!navigator.onLine) {
      event.preventDefault();
      say("typed-offline", button ? button.parentElement : form.lastElementChild);
    }
  });
  window.addEventListener("online", () => document.querySelectorAll(".typed-offline").forEach((note) => note.remove()));
  document.addEventListener("htmx:afterRequest", sweep);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) { bringBack(event.target); } });
  sweep();
  bringBack(document);
})();
