// Answers are saved as they are given: on every choice, and when typing pauses. The way
// to the server, and what happens without one, is told in unsent.js. The questions of a
// domain are fetched once, so that going on needs no connection. Without these files the
// form works with its button.
(function () {
  "use strict";

  const place = document.getElementById("question");
  const unsent = window.compel.unsent;
  if (!place || !unsent) return;

  const PAUSE = 800;
  const words = place.dataset;
  const user = document.getElementById("unsent").dataset.user;
  const cards = new Map(); // address -> markup, as the server wrote it
  const known = new Map(); // address -> what this page has learnt since
  let form = null;
  let here = "";
  let timer = null;
  let told = null; // the newest progress that the server told

  function part(id) { return document.getElementById(id); }

  // ── drafts: what is typed but cannot be saved yet ──────────────────────────────

  function draftKey() { return "compel.draft." + user + "." + here; }

  function keepDraft(fields) {
    try {
      if (fields) window.localStorage.setItem(draftKey(), JSON.stringify({ fields: fields, seen: mine().seen }));
      else window.localStorage.removeItem(draftKey());
    } catch (error) {
      // Private windows may refuse: then the draft lives as long as this page.
    }
  }

  function draft() {
    try { return JSON.parse(window.localStorage.getItem(draftKey())); } catch (error) { return null; }
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

  function fill(given) {
    for (const name of ["choice", "confidence"]) {
      form.querySelectorAll('[name="' + name + '"]').forEach(function (radio) {
        radio.checked = radio.value === given[name];
      });
    }
    part("rationale").value = given.rationale || "";
    if (given.vantage) form.elements.vantage.value = given.vantage;
  }

  // `said`: what was saved or is on its way; `seen`: the rating that this page knows;
  // `base`: the waiting answer that the form stands on; `past`: answers to go back to.
  function mine() {
    if (!known.has(here)) {
      known.set(here, { said: fields(), seen: form.elements.seen.value, base: "", past: [] });
    }
    return known.get(here);
  }

  function say(text, bad) {
    part("save-state").textContent = text;
    part("save-state").classList.toggle("is-bad", Boolean(bad));
  }

  function missing(given) {
    if (!given.choice) return given.rationale ? words.choose : " ";
    if (given.rationale.trim() || !form.dataset.asks.split(" ").includes(given.choice)) return "";
    return given.choice === "not_applicable" ? words.why : words.rationale;
  }

  // ── saving ─────────────────────────────────────────────────────────────────────

  function save(undoing) {
    window.clearTimeout(timer);
    timer = null;
    if (!form) return;
    const given = fields();
    const state = mine();
    if (JSON.stringify(given) === JSON.stringify(state.said)) return;
    const lacks = missing(given);
    if (lacks) {
      keepDraft(given);
      say(lacks.trim());
      return;
    }
    if (state.said.choice && undoing !== true) state.past.push(state.said);
    state.said = given;
    state.base = unsent.add({
      url: here, topic: form.dataset.topic, fields: given, seen: state.seen, base: state.base,
    });
    keepDraft(null);
    say(unsent.trouble() ? words.kept : words.saving);
    const carried = part("carried");
    if (carried) carried.remove();
    showUndo();
  }

  function showUndo() {
    part("undo").hidden = !mine().past.length;
  }

  function undo() {
    const before = mine().past.pop();
    if (!before) return;
    fill(before);
    save(true);
    window.compel.announce(words.undone);
    showUndo();
    if (part("undo").hidden) part("question-title").focus();
  }

  function confirmCarried() {
    const carried = part("carried");
    if (!carried) return;
    const data = new FormData(carried);
    fill(Object.fromEntries(data));
    save();
  }

  function progress() {
    if (!told) return;
    part("my-progress").textContent = words.progress
      .replace("ANSWERED", told.answered).replace("ALL", told.of);
  }

  document.addEventListener("unsent:sent", function (event) {
    const entry = event.detail.entry;
    const answer = event.detail.answer;
    const state = known.get(entry.url);
    if (state && state.base === entry.key) {
      state.base = "";
      state.seen = answer.id;
    }
    told = answer;
    progress();
    if (entry.url !== here) return;
    if (state.said === entry.fields || JSON.stringify(state.said) === JSON.stringify(entry.fields)) {
      say(words.saved.replace("TIME", answer.saved_at));
    }
    window.htmx.findAll(place, "[hx-trigger*=answered]").forEach(function (one) {
      window.htmx.trigger(one, "answered");
    });
  });
  document.addEventListener("unsent:held", function () {
    if (unsent.waits(here)) say(words.kept, true);
  });
  document.addEventListener("unsent:refused", function (event) {
    if (event.detail.entry.url !== here) return;
    say(event.detail.answer.other ? words.conflict : event.detail.answer.sentence, true);
  });
  document.addEventListener("unsent:settled", function (event) {
    const state = known.get(event.detail.entry.url);
    if (state) Object.assign(state, { seen: event.detail.answer.id, base: event.detail.entry.key });
  });
  document.addEventListener("unsent:dropped", function (event) {
    const other = event.detail.answer;
    if (event.detail.entry.url !== here || !other) return;
    fill(other);
    Object.assign(mine(), { said: fields(), seen: other.id, base: "" });
    say("");
  });

  // ── one question after another ─────────────────────────────────────────────────

  function begin() {
    form = part("answer-form");
    here = place.querySelector(".answer-card").dataset.url;
    const state = mine();
    const waits = unsent.latest(here);
    const sent = unsent.sent(here);
    const left = draft();
    if (sent && sent.id > Number(state.seen)) Object.assign(state, { said: sent.fields, seen: sent.id });
    if (waits && !state.base) Object.assign(state, { said: waits.fields, base: waits.key, seen: waits.seen });
    fill(state.said);
    if (left) {
      fill(left.fields);
      state.seen = left.seen;
    }
    if (state.said.choice && part("carried")) part("carried").remove();
    if (waits && waits.aside) say(waits.aside.other ? words.conflict : waits.aside.sentence, true);
    else if (waits && unsent.trouble()) say(words.kept, true);
    part("go-on").textContent = form.dataset.last ? words.check : words.goOn;
    part("skip").hidden = true;
    progress();
    showUndo();
    save();
  }

  function show(url) {
    place.innerHTML = cards.get(url);
    begin();
    const title = place.querySelector(".answer-card").dataset.heading;
    part("question-title").textContent = title;
    document.title = title + " · Compel";
    window.htmx.process(place);
    window.scrollTo(0, 0);
    part("question-title").focus({ preventScroll: true });
  }

  async function go(url) {
    save();
    if (cards.has(url)) {
      window.history.pushState({}, "", url);
      show(url);
      return;
    }
    await Promise.race([unsent.flush(), new Promise(function (done) { window.setTimeout(done, 3000); })]);
    if (unsent.trouble() === "offline") {
      say(words.stay, true);
      window.compel.alarm(words.stay);
    } else {
      window.location.assign(url);
    }
  }

  function next() {
    const given = fields();
    const lacks = missing(given);
    if (given.choice && lacks) {
      say(lacks, true);
      part("rationale").focus();
      return;
    }
    go(form.dataset.next);
  }

  window.addEventListener("popstate", function () {
    save();
    if (cards.has(window.location.pathname)) show(window.location.pathname);
    else window.location.reload();
  });

  async function fetchCards() {
    const response = await fetch(words.cards, { credentials: "same-origin", redirect: "error" });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    page.querySelectorAll("template[data-url]").forEach(function (one) {
      cards.set(one.dataset.url, one.innerHTML);
    });
  }

  // ── events ─────────────────────────────────────────────────────────────────────

  place.addEventListener("change", function (event) {
    if (form.contains(event.target) && event.target !== part("rationale")) save();
  });
  place.addEventListener("input", function (event) {
    if (event.target !== part("rationale")) return;
    keepDraft(fields());
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  });
  place.addEventListener("focusout", function (event) {
    if (event.target === part("rationale")) save();
  });
  place.addEventListener("submit", function (event) {
    if (event.target === form) next();
    else if (event.target.id === "carried") confirmCarried();
    else return;
    event.preventDefault();
  });
  place.addEventListener("click", function (event) {
    if (event.target.id === "undo") undo();
    if (event.target.id !== "go-back" || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(event.target.href.replace(window.location.origin, ""));
  });
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") save();
  });
  // What is only beside a question may be missing for a while without an alarm.
  document.addEventListener("htmx:sendError", function (event) {
    if (event.target.closest("[data-quiet]")) event.stopPropagation();
  }, true);

  window.compel.answering = {
    choose: function (value) {
      const radio = form.querySelector('[name="choice"][value="' + value + '"]');
      if (!radio) return false;
      radio.focus();
      if (!radio.checked) {
        radio.checked = true;
        radio.dispatchEvent(new Event("change", { bubbles: true }));
      }
      if (missing(fields())) part("rationale").focus();
      return true;
    },
    next: next,
    before: function () { if (form.dataset.before) go(form.dataset.before); },
    why: function () { part("rationale").focus(); },
    undo: undo,
    confirm: confirmCarried,
  };

  cards.set(window.location.pathname, place.innerHTML);
  begin();
  fetchCards().catch(function () {
    window.addEventListener("online", function () { fetchCards().catch(function () {}); }, { once: true });
  });
})();
