// A slider beside each number. The number is what counts and what the keyboard reaches; without this file it stands alone.
(function () {
  "use strict";

  for (const slider of document.querySelectorAll("[data-slides]")) {
    const number = document.getElementById(slider.dataset.slides);
    const follow = () => { slider.value = number.value === "" ? 0 : number.value; };
    slider.addEventListener("input", () => { number.value = slider.value; });
    number.addEventListener("input", follow);
    window.addEventListener("pageshow", follow);
    follow();
    slider.hidden = false;
  }

  // Whoever was signed out meanwhile is shown the door, not a sign-in page inside this one.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (new URL(event.detail.xhr.responseURL).pathname !== window.location.pathname) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  });

  // What the page said last does not hold for numbers that nobody has looked at.
  const unanswered = document.getElementById("weights-unanswered");
  document.addEventListener("htmx:afterRequest", function (event) {
    unanswered.hidden = event.detail.successful;
    for (const id of ["weights-says", "weights-preview", "weights-ticker"]) {
      document.getElementById(id).hidden = !event.detail.successful;
    }
  });

  // What appears at the foot of a phone must not cover the number that somebody types.
  document.addEventListener("htmx:afterSettle", function () {
    const typed = document.activeElement;
    if (typed && typed.form && typed.closest(".weigh-row")) { typed.scrollIntoView({ block: "nearest" }); }
  });
})();
