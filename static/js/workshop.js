// The workshop's screen: keys for the leader, and controls that keep step with the stage.
// Everything works without it: the stage follows by htmx, the controls are plain forms.
(function () {
  "use strict";

  const shortcutsKey = "compel.shortcuts";
  const lead = document.getElementById("lead");

  // ── following ──────────────────────────────────────────────────────────────────

  // Another tab or another leader moved on: the controls of this page are behind.
  // Pages without controls carry neither mark and simply follow.
  function behind(stage) {
    const page = document.getElementById("workshop").dataset;
    return ["topic", "leader"].some(function (mark) {
      return mark in page && page[mark] !== stage.dataset[mark];
    });
  }

  function typing() {
    const reason = document.querySelector(".workshop-settle textarea");
    return Boolean(reason && reason.value.trim());
  }

  document.addEventListener("htmx:afterSwap", function () {
    const stage = document.getElementById("stage");
    if (stage && behind(stage) && !typing()) window.location.reload();
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) window.compel.calm();
  });

  // ── keys ───────────────────────────────────────────────────────────────────────

  if (!lead) return;
  const list = document.getElementById("shortcuts");
  const toggle = document.getElementById("shortcuts-on");
  try {
    toggle.checked = JSON.parse(window.localStorage.getItem(shortcutsKey) || "true");
  } catch (error) {
    toggle.checked = true;
  }
  toggle.addEventListener("change", function () {
    try {
      window.localStorage.setItem(shortcutsKey, JSON.stringify(toggle.checked));
    } catch (error) {
      // Private windows may refuse: then it holds for this page.
    }
  });

  const arrows = { ArrowRight: "n", ArrowLeft: "p" };

  function press(key) {
    const button = lead.querySelector('[data-key="' + key + '"]');
    if (!button || button.disabled) return false;
    button.click();
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!toggle.checked || event.target.matches("textarea, select, input:not([type=checkbox])")) return;
    const key = arrows[event.key] || event.key.toLowerCase();
    if (key === "?") {
      event.preventDefault();
      list.open = !list.open;
      if (list.open) list.querySelector("summary").focus();
    } else if (key === "s") {
      event.preventDefault();
      document.querySelector(".workshop-settle select").focus();
    } else if (press(key)) {
      event.preventDefault();
    }
  });
})();
