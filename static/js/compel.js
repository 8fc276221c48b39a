// What every page shares. Pages read well without it: it announces, confirms and folds.
(function () {
  "use strict";

  const root = document.documentElement;
  root.classList.add("js");

  function csrfToken() {
    const meta = document.querySelector('meta[name="csrf-token"]');
    return meta ? meta.content : "";
  }

  // Says something politely to screen readers, for example "Saved".
  function announce(text) {
    const live = document.getElementById("live");
    if (!live) return;
    live.textContent = "";
    window.setTimeout(function () { live.textContent = text; }, 30);
  }

  // Says loudly, to everyone, that something did not work; stays until it is dismissed.
  function alarm(text) {
    const box = document.getElementById("loud");
    if (!box) return;
    box.textContent = "";
    const alert = document.createElement("div");
    alert.className = "alert alert-danger d-flex gap-2 align-items-start";
    const words = document.createElement("div");
    words.className = "flex-fill";
    words.textContent = text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = box.dataset.dismiss;
    button.addEventListener("click", function () { box.textContent = ""; });
    alert.append(words, button);
    box.append(alert);
  }

  function calm() {
    const box = document.getElementById("loud");
    if (box) box.textContent = "";
  }

  // Figures name their colors as tokens, "--c-ink": this puts in what they are just now.
  function painted(part) {
    if (typeof part === "string") {
      return part.startsWith("--c-") ? getComputedStyle(root).getPropertyValue(part).trim() : part;
    }
    if (Array.isArray(part)) return part.map(painted);
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(function ([key, value]) { return [key, painted(value)]; }));
    }
    return part;
  }

  window.compel = { announce, alarm, calm, csrfToken, painted };

  document.addEventListener("htmx:configRequest", function (event) {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:sendError", function () {
    alarm(document.getElementById("loud").dataset.offline);
  });
  document.addEventListener("htmx:responseError", function () {
    alarm(document.getElementById("loud").dataset.failed);
  });
  // A view may answer with the header HX-Trigger: {"announce": "Saved"}.
  document.addEventListener("announce", function (event) {
    announce(event.detail.value);
  });

  document.addEventListener("submit", function (event) {
    const question = event.target.dataset && event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", function () {
    const toggle = document.querySelector(".nav-toggle");
    if (toggle) {
      toggle.addEventListener("click", function () {
        const open = toggle.closest(".frame-side").classList.toggle("is-open");
        toggle.setAttribute("aria-expanded", String(open));
      });
    }
    // An error summary takes the focus, so that it is read first.
    const summary = document.querySelector(".error-summary");
    if (summary) summary.focus();
  });
})();
