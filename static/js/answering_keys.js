// Everything about a question by keyboard. Keys of a single letter can be switched off,
// which is kept with the account, and never act while somebody types.
(function () {
  "use strict";

  const act = window.compel.answering;
  const list = document.getElementById("keys");
  if (!act || !list) return;

  const toggle = document.getElementById("keys-on");
  const opener = document.getElementById("keys-open");

  opener.addEventListener("click", function () { list.showModal(); });
  toggle.addEventListener("change", async function () {
    const body = new URLSearchParams(toggle.checked ? { on: "on" } : {});
    const headers = { "X-CSRFToken": window.compel.csrfToken() };
    try {
      const response = await fetch(list.dataset.keep, { method: "POST", body: body, headers: headers });
      if (!response.ok) throw new Error(response.statusText);
      window.compel.announce(toggle.checked ? list.dataset.keptOn : list.dataset.keptOff);
    } catch (error) {
      window.compel.alarm(document.getElementById("loud").dataset.failed);
    }
  });

  const keys = {
    u: function () { act.choose("unknown"); },
    n: function () { act.choose("not_applicable"); },
    j: act.next,
    k: act.before,
    w: act.why,
    c: act.confirm,
    z: act.undo,
    "?": function () { list.showModal(); },
  };

  function typing(target) {
    return target.isContentEditable
      || target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  }

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || list.open) return;
    const target = event.target;
    if (event.key === "Escape" && target.matches("textarea")) {
      target.blur();
      return;
    }
    if (typing(target)) return;
    if (event.key === "Enter") {
      if (target.closest("a, button, summary") || (target.matches("input") && target.name !== "choice")) return;
      event.preventDefault();
      act.next();
      return;
    }
    if (!toggle.checked || event.key.length !== 1) return;
    const key = event.key.toLowerCase();
    if (/^[0-9]$/.test(key)) {
      if (act.choose(key)) event.preventDefault();
    } else if (Object.hasOwn(keys, key)) {
      event.preventDefault();
      keys[key]();
    }
  });
})();
