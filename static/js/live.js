// Keeps a board's numbers up to date without a jump: what changed is put in its place,
// everything else stays as it is, with the reader's focus, open parts and scroll.
(function () {
  "use strict";

  const board = document.querySelector("[data-live]");
  const bar = document.getElementById("live-bar");
  if (!board || !bar) return;
  const pause = bar.querySelector("[data-live-pause]");
  const state = bar.querySelector("[data-live-state]");
  let mark = "";
  let known = parts(board);

  // Each part as the server wrote it: drawing changes what is in the page.
  function parts(within) {
    return new Map(Array.from(within.querySelectorAll("[data-part]"), function (part) { return [part.id, part.outerHTML]; }));
  }

  function paused() { return pause.getAttribute("aria-pressed") === "true"; }

  function tell(words) {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    state.textContent = words.replace("{time}", time);
  }

  function focusables(part) {
    return Array.from(part.querySelectorAll("a, button, summary, [tabindex]"));
  }

  function replace(old, fresh) {
    const open = Array.from(old.querySelectorAll("details[open][id]"), function (one) { return one.id; });
    const focused = focusables(old).indexOf(document.activeElement);
    const place = document.adoptNode(fresh);
    old.replaceWith(place);
    open.forEach(function (id) {
      const one = document.getElementById(id);
      if (one) one.open = true;
    });
    const again = focusables(place)[focused];
    if (again) again.focus({ preventScroll: true });
    place.dispatchEvent(new CustomEvent("compel:fresh", { bubbles: true }));
  }

  // Returns whether anything is different now.
  function renew(fresh) {
    const newer = parts(fresh);
    const changed = Array.from(newer.keys()).filter(function (id) { return newer.get(id) !== known.get(id); });
    const same = newer.size === known.size && Array.from(newer.keys()).every(function (id) { return known.has(id); });
    known = newer;
    if (same) {
      changed.forEach(function (id) { replace(document.getElementById(id), fresh.getElementById(id)); });
      return changed.length > 0;
    }
    // Other parts than before: a first number came, or the last one went.
    board.replaceChildren(...Array.from(fresh.body.childNodes, function (node) { return document.adoptNode(node); }));
    board.dispatchEvent(new CustomEvent("compel:fresh", { bubbles: true }));
    return true;
  }

  async function look() {
    if (paused() || document.hidden) return;
    const headers = { "X-Board": "1" };
    if (mark) headers["If-None-Match"] = mark;
    const answer = await fetch(window.location.href, { headers: headers, credentials: "same-origin", cache: "no-store" });
    if (answer.status === 304) return tell(state.dataset.checked);
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    mark = answer.headers.get("ETag") || "";
    const changed = renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
    tell(changed ? state.dataset.changed : state.dataset.checked);
    if (changed) window.compel.announce(state.textContent);
  }

  function follow() {
    look().catch(function () { tell(state.dataset.failed); });
  }

  pause.addEventListener("click", function () {
    const off = !paused();
    pause.setAttribute("aria-pressed", String(off));
    if (!off) follow();
  });
  bar.hidden = false;
  window.setInterval(follow, Number(board.dataset.live) * 1000);
})();
