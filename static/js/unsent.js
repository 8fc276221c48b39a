// Answers on their way to the server, on every page of whoever is signed in. Each waits
// in this browser's storage until the server has answered for it: through a lost
// connection, a reload, another tab, and signing in again as the same person. They are
// sent in the order in which they were given, one tab at a time.
(function () {
  "use strict";

  const place = document.getElementById("unsent");
  if (!place || !window.compel) return;

  const words = place.dataset;
  const prefix = "compel.unsent." + words.user + ".";
  const memo = "compel.sent." + words.user;
  const FIRST = 1000;
  const LONGEST = 60000;
  const PATIENCE = 20000;
  const RECENT = 60000;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("compel") : null;
  const memory = new Map(); // where storage is refused, answers live as long as the page

  let wait = FIRST;
  let timer = null;
  let sending = null;
  let flying = null;
  let trouble = ""; // why answers wait: offline, signedOut, other, old

  // ── what this device keeps, one answer under each key, in order ────────────────

  function stored(act) {
    try {
      return act(window.localStorage);
    } catch (error) {
      return null;
    }
  }

  function put(entry) {
    const text = JSON.stringify(entry);
    if (stored(function (box) { box.setItem(entry.key, text); return true; })) memory.delete(entry.key);
    else memory.set(entry.key, text);
  }

  function drop(key) {
    memory.delete(key);
    stored(function (box) { box.removeItem(key); });
  }

  function entries() {
    const kept = stored(function (box) {
      return Object.keys(box).filter(function (key) { return key.startsWith(prefix); })
        .map(function (key) { return [key, box.getItem(key)]; });
    }) || [];
    return kept.concat(Array.from(memory)).sort(function (a, b) { return a[0] < b[0] ? -1 : 1; })
      .map(function (pair) {
        try { return JSON.parse(pair[1]); } catch (error) { return null; }
      }).filter(Boolean);
  }

  function find(key) {
    return entries().find(function (one) { return one.key === key; });
  }

  let count = 0;
  function newKey() {
    count += 1;
    const moment = String(Date.now()).padStart(15, "0");
    return prefix + moment + "." + String(count).padStart(5, "0") + "." + Math.random().toString(36).slice(2, 8);
  }

  // An answer that no server has seen yet gives way to a newer one that was based on it.
  function add(given) {
    const before = given.base && find(given.base);
    const replaces = before && before.key !== flying && (!before.tried || before.aside);
    const entry = replaces
      ? Object.assign(before, { fields: given.fields, label: given.label, aside: null })
      : Object.assign({ key: newKey(), tried: false, aside: null }, given);
    put(entry);
    show();
    flush();
    return entry.key;
  }

  function latest(url) {
    return entries().filter(function (one) { return one.url === url; }).pop();
  }

  // A page may have been written while an answer was still on its way, and shown after it
  // had arrived: what was sent a moment ago is kept so that such a page can catch up.
  function recent() {
    const kept = JSON.parse(stored(function (box) { return box.getItem(memo); }) || "{}");
    return Object.fromEntries(Object.entries(kept).filter(function (pair) {
      return Date.now() - pair[1].at < RECENT;
    }));
  }

  function remember(entry, answer) {
    const all = Object.assign(recent(), { [entry.url]: { fields: entry.fields, id: answer.id, at: Date.now() } });
    stored(function (box) { box.setItem(memo, JSON.stringify(all)); });
  }

  function waiting() {
    return entries().filter(function (one) { return !one.aside; });
  }

  // ── sending ────────────────────────────────────────────────────────────────────

  function flush() {
    if (!sending) {
      sending = alone(drain).finally(function () { sending = null; show(); });
    }
    return sending;
  }

  function alone(work) {
    return navigator.locks ? navigator.locks.request("compel.unsent", work) : work();
  }

  async function drain() {
    window.clearTimeout(timer);
    let entry = waiting()[0];
    while (entry) {
      flying = entry.key;
      entry.tried = true;
      put(entry);
      const stop = settle(entry, await post(entry));
      flying = null;
      if (stop) return;
      entry = waiting()[0];
    }
  }

  async function post(entry) {
    const body = new URLSearchParams(entry.fields);
    body.set("seen", entry.seen);
    body.set("person", words.user);
    const patience = new AbortController();
    const end = window.setTimeout(function () { patience.abort(); }, PATIENCE);
    try {
      const response = await fetch(entry.url, {
        method: "POST",
        body: body,
        headers: { "Accept": "application/json", "X-CSRFToken": token() },
        credentials: "same-origin",
        redirect: "manual",
        keepalive: true,
        signal: patience.signal,
      });
      const answer = await response.json().catch(function () { return null; });
      return { type: response.type, status: response.status, answer: answer };
    } catch (error) {
      return { type: "error", status: 0, answer: null };
    } finally {
      window.clearTimeout(end);
    }
  }

  // The cookie is as new as the session; the page may be older than both.
  function token() {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? found[1] : window.compel.csrfToken();
  }

  // Says whether sending stops here for now.
  function settle(entry, reply) {
    const answer = reply.answer || {};
    if (reply.type === "opaqueredirect") return hold("signedOut");
    if (reply.status === 403) return hold(answer.person ? "other" : "old");
    const told = reply.answer || reply.status === 404;
    if (!told || reply.status >= 500 || reply.status === 429) return hold("offline");
    wait = FIRST;
    if (trouble) window.compel.calm();
    trouble = "";
    if (reply.status === 200) return done(entry, answer);
    // What the server will not take is set aside, where the person sees it.
    entry.aside = { sentence: answer.sentence || words.gone, other: answer.other || null, field: answer.field || "" };
    put(entry);
    window.compel.alarm(words.failed + " (" + entry.topic + "): " + entry.aside.sentence);
    tell("refused", entry, answer);
    return false;
  }

  function done(entry, answer) {
    remember(entry, answer);
    drop(entry.key);
    // What was given after it, knowing it, follows on it.
    entries().filter(function (one) { return one.base === entry.key; }).forEach(function (one) {
      put(Object.assign(one, { base: "", seen: answer.id }));
    });
    tell("sent", entry, answer);
    if (channel) channel.postMessage({ kind: "sent", user: words.user, entry: entry, answer: answer });
    return false;
  }

  function hold(why) {
    const first = trouble !== why;
    trouble = why;
    if (first) window.compel.alarm(words[why]);
    window.clearTimeout(timer);
    timer = window.setTimeout(flush, wait);
    wait = Math.min(wait * 2, LONGEST);
    tell("held", null, { why: why, sentence: words[why] });
    return true;
  }

  function tell(kind, entry, answer) {
    document.dispatchEvent(new CustomEvent("unsent:" + kind, { detail: { entry: entry, answer: answer } }));
  }

  function now() {
    wait = FIRST;
    if (waiting().length) flush();
  }

  // ── what people see of it ──────────────────────────────────────────────────────

  function make(name, text, parts) {
    const one = document.createElement(name);
    if (text) one.textContent = text;
    (parts || []).forEach(function (part) { one.append(part); });
    return one;
  }

  function button(text, act) {
    const one = make("button", text);
    one.type = "button";
    one.className = "btn btn-sm";
    one.addEventListener("click", act);
    return one;
  }

  function link(text, address) {
    const one = make("a", text);
    one.href = address;
    return one;
  }

  function says(fields, label) {
    const said = label || { unknown: words.unknown, not_applicable: words.notApplicable }[fields.choice]
      || words.level.replace("NUMBER", fields.choice);
    return fields.rationale ? said + " – " + fields.rationale : said;
  }

  function row(text, acts) {
    const buttons = make("div", "", acts);
    buttons.className = "unsent-acts";
    return make("li", "", [make("p", text), buttons]);
  }

  function conflict(entry) {
    const other = entry.aside.other;
    const both = make("ul", "", [
      row(words.here + ": " + says(entry.fields), [button(words.keepHere, function () {
        put(Object.assign(entry, { seen: other.id, base: "", aside: null }));
        tell("settled", entry, { id: other.id });
        now();
      })]),
      row(words.there.replace("TIME", other.at) + ": " + says(other, other.label), [button(words.keepThere, function () {
        drop(entry.key);
        tell("dropped", entry, other);
        show();
      })]),
    ]);
    return box(entry, [both]);
  }

  function refused(entry) {
    return box(entry, [make("ul", "", [row(says(entry.fields), [
      button(words.again, function () { put(Object.assign(entry, { aside: null })); now(); }),
      button(words.discard, function () { drop(entry.key); tell("dropped", entry, null); show(); }),
    ])])]);
  }

  function box(entry, parts) {
    const head = make("p", "", [make("strong", entry.topic + ": "), entry.aside.sentence + " "]);
    if (entry.url !== window.location.pathname) head.append(link(words.open, entry.url));
    const one = make("div", "", [head].concat(parts));
    one.className = "alert alert-danger unsent-aside";
    return one;
  }

  function bar(number) {
    const text = number === 1 ? words.one : words.many.replace("NUMBER", number);
    const one = make("div", "", [make("span", text + " ")]);
    one.className = "alert alert-warning unsent-bar";
    if (trouble === "signedOut" || trouble === "other") {
      one.append(link(words.sign, words.signIn + "?next=" + encodeURIComponent(window.location.pathname)));
    } else {
      one.append(button(words.try, now));
    }
    return one;
  }

  let shown = "";
  function show() {
    const all = entries();
    const aside = all.filter(function (one) { return one.aside; });
    const number = trouble ? all.length - aside.length : 0;
    const state = JSON.stringify([aside, number, trouble]);
    if (state === shown) return;
    shown = state;
    place.replaceChildren();
    place.hidden = !aside.length && !number;
    aside.forEach(function (one) { place.append(one.aside.other ? conflict(one) : refused(one)); });
    if (number) {
      const one = bar(number);
      place.append(one);
      window.compel.announce(one.firstChild.textContent);
    }
  }

  // ── when to try ────────────────────────────────────────────────────────────────

  window.addEventListener("online", now);
  window.addEventListener("pageshow", now);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible") now();
  });
  window.addEventListener("storage", function (event) {
    if (!event.key || event.key.startsWith(prefix)) show();
  });
  window.addEventListener("beforeunload", function (event) {
    if (trouble && waiting().length) event.preventDefault();
  });
  if (channel) {
    channel.addEventListener("message", function (event) {
      const said = event.data;
      if (said.kind !== "sent" || said.user !== words.user) return;
      tell("sent", said.entry, said.answer);
      show();
    });
  }

  window.compel.unsent = {
    add: add,
    latest: latest,
    sent: function (url) { return recent()[url]; },
    flush: flush,
    waiting: function () { return waiting().length; },
    waits: function (url) { return waiting().some(function (one) { return one.url === url; }); },
    trouble: function () { return trouble; },
  };
  show();
  now();
})();
