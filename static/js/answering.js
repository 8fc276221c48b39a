// Answers are saved as they are given: on every choice, and when typing pauses. What the
// server did not get is kept on this device and sent again, in order. Without this file
// the form works with its button.
(function () {
  "use strict";

  const form = document.getElementById("answer-form");
  if (!form) return;

  const PAUSE = 800;
  const RETRY = 8000;
  const words = form.dataset;
  const here = window.location.pathname;
  const queueKey = "compel.unsent." + words.user;
  const draftKey = "compel.draft." + words.user + "." + here;
  const shortcutsKey = "compel.shortcuts";
  const state = document.getElementById("save-state");
  const rationale = document.getElementById("rationale");
  const goOn = document.getElementById("go-on");

  // ── what this device keeps ─────────────────────────────────────────────────────

  function read(key, otherwise) {
    try {
      const text = window.localStorage.getItem(key);
      return text === null ? otherwise : JSON.parse(text);
    } catch (error) {
      return otherwise;
    }
  }

  function write(key, value) {
    try {
      if (value === null) window.localStorage.removeItem(key);
      else window.localStorage.setItem(key, JSON.stringify(value));
    } catch (error) {
      // Private windows may refuse: then the answer lives as long as this page.
    }
  }

  let queue = read(queueKey, []);
  let sending = null;
  let timer = null;
  let retry = null;
  let stopped = false;

  function keep() {
    write(queueKey, queue.length ? queue : null);
  }

  // ── what the form says ─────────────────────────────────────────────────────────

  function fields() {
    const data = new FormData(form);
    return {
      choice: data.get("choice") || "",
      confidence: data.get("confidence") || "",
      vantage: data.get("vantage") || "",
      rationale: data.get("rationale") || "",
    };
  }

  let said = JSON.stringify(fields());

  function say(text, bad) {
    state.textContent = text;
    state.classList.toggle("is-bad", Boolean(bad));
  }

  // ── sending ────────────────────────────────────────────────────────────────────

  function save() {
    window.clearTimeout(timer);
    timer = null;
    const now = fields();
    const text = JSON.stringify(now);
    if (text === said) return;
    if (!now.choice) {
      write(draftKey, now);
      if (now.rationale) say(words.choose);
      return;
    }
    if (now.choice === "not_applicable" && !now.rationale.trim()) {
      write(draftKey, now);
      say(words.why);
      return;
    }
    said = text;
    write(draftKey, null);
    // A newer answer to the same question takes the place of one that waits.
    const waits = queue.findIndex(function (one) { return one.url === here && !one.sent; });
    const entry = { url: here, topic: words.topic, fields: now, sent: false };
    if (waits >= 0) queue[waits] = entry;
    else queue.push(entry);
    keep();
    say(words.saving);
    flush();
  }

  function flush() {
    if (!sending) {
      sending = drain().finally(function () { sending = null; });
    }
    return sending;
  }

  async function drain() {
    window.clearTimeout(retry);
    while (queue.length && !stopped) {
      const entry = queue[0];
      entry.sent = true;
      const outcome = await post(entry);
      if (outcome === "again") {
        entry.sent = false;
        retry = window.setTimeout(flush, RETRY);
        return;
      }
      if (outcome === "stop") {
        entry.sent = false;
        stopped = true;
        return;
      }
      queue = queue.filter(function (one) { return one !== entry; });
      keep();
    }
  }

  async function post(entry) {
    let response;
    try {
      response = await fetch(entry.url, {
        method: "POST",
        body: new URLSearchParams(entry.fields),
        headers: {
          "Accept": "application/json",
          "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value,
        },
        credentials: "same-origin",
        redirect: "manual",
        keepalive: true,
      });
    } catch (error) {
      return loud(words.offline, "again");
    }
    if (response.type === "opaqueredirect") return loud(words.signedOut, "stop");
    if (response.status === 403) return loud(words.reload, "stop");
    if (response.status >= 500) return loud(words.offline, "again");
    const answer = await response.json().catch(function () { return {}; });
    const place = entry.url === here ? "" : " (" + entry.topic + ")";
    if (!response.ok) {
      return loud(words.refused + place + ": " + (answer.sentence || ""), "done");
    }
    window.compel.calm();
    say(words.saved.replace("TIME", answer.saved_at) + place);
    progress(answer);
    return "done";
  }

  function loud(text, outcome) {
    say(text, true);
    window.compel.alarm(text);
    return outcome;
  }

  function progress(answer) {
    const place = document.getElementById("my-progress");
    place.textContent = place.dataset.text
      .replace("ANSWERED", answer.answered)
      .replace("ALL", answer.of);
  }

  // ── events ─────────────────────────────────────────────────────────────────────

  form.addEventListener("change", function (event) {
    if (event.target === rationale) return;
    if (event.target.value === "not_applicable" && !rationale.value.trim()) {
      say(words.why);
    }
    save();
  });
  form.addEventListener("input", function (event) {
    if (event.target !== rationale) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  });
  rationale.addEventListener("blur", save);
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") save();
  });
  window.addEventListener("online", flush);

  async function next() {
    save();
    await flush();
    const open = queue.some(function (one) { return one.url === here; });
    if (!open) window.location.assign(words.next);
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    const now = fields();
    if (now.choice === "not_applicable" && !now.rationale.trim()) {
      loud(words.why, "done");
      rationale.focus();
      return;
    }
    next();
  });
  goOn.textContent = words.goOn;
  if (!words.last) document.getElementById("skip").classList.add("is-for-forms");
  else goOn.textContent = words.last;

  // ── keys ───────────────────────────────────────────────────────────────────────

  const list = document.getElementById("shortcuts");
  const toggle = document.getElementById("shortcuts-on");
  toggle.checked = read(shortcutsKey, true);
  toggle.addEventListener("change", function () { write(shortcutsKey, toggle.checked); });

  function choose(value) {
    const radio = form.querySelector('[name="choice"][value="' + value + '"]');
    if (!radio) return false;
    radio.focus();
    if (!radio.checked) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (value === "not_applicable" && !rationale.value.trim()) rationale.focus();
    return true;
  }

  const letters = { u: "unknown", n: "not_applicable" };

  function isText(target) {
    return target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  }

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!toggle.checked || isText(event.target)) return;
    const radio = event.target.matches("input[type=radio]");
    const busy = event.target.closest("a, button, summary");
    const key = event.key;
    if (/^[1-9]$/.test(key)) {
      if (choose(key)) event.preventDefault();
    } else if (letters[key.toLowerCase()]) {
      event.preventDefault();
      choose(letters[key.toLowerCase()]);
    } else if (key === "?") {
      event.preventDefault();
      list.open = !list.open;
      if (list.open) list.querySelector("summary").focus();
    } else if (key === "Enter" && !busy) {
      event.preventDefault();
      form.requestSubmit();
    } else if (key === "ArrowRight" && !radio) {
      event.preventDefault();
      form.requestSubmit();
    } else if (key === "ArrowLeft" && !radio && words.before) {
      event.preventDefault();
      save();
      flush().then(function () { window.location.assign(words.before); });
    }
  });

  // ── what an earlier visit left behind ──────────────────────────────────────────

  function fill(given) {
    for (const name of ["choice", "confidence"]) {
      const radio = given[name] && form.querySelector(
        '[name="' + name + '"][value="' + given[name] + '"]'
      );
      if (radio) radio.checked = true;
    }
    rationale.value = given.rationale || rationale.value;
    if (given.vantage) form.elements.vantage.value = given.vantage;
  }

  queue.forEach(function (one) { one.sent = false; });
  const unsent = queue.find(function (one) { return one.url === here; });
  const draft = read(draftKey, null);
  if (unsent) {
    fill(unsent.fields);
    said = JSON.stringify(fields());
  } else if (draft) {
    fill(draft);
    say(draft.choice ? words.why : words.choose);
  }
  if (queue.length) flush();
})();
