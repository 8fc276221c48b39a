// Files of evidence: dropped, pasted or chosen; looked at before they are sent.
(function () {
  "use strict";

  const MEBIBYTE = 1024 * 1024;

  function zoneOf(input) { return input.closest("[data-drop]"); }

  function say(zone, text, bad) {
    const said = zone.querySelector(".drop-said");
    said.textContent = text;
    said.classList.toggle("is-bad", bad);
  }

  function words(template, file) {
    const size = Math.max(0.1, Math.ceil(file.size / MEBIBYTE * 10) / 10);
    return template.replace("NAME", file.name).replace("SIZE", size.toLocaleString(document.documentElement.lang));
  }

  // What the server would refuse after minutes is refused here at once.
  function wrongWith(zone, input, file) {
    if (file.size === 0) return zone.dataset.empty;
    if (file.size > Number(zone.dataset.most)) return zone.dataset.tooLarge;
    const taken = input.accept.split(",");
    const fits = taken.some(function (ending) { return file.name.toLowerCase().endsWith(ending); });
    return fits ? "" : zone.dataset.unknown;
  }

  function look(input) {
    const zone = zoneOf(input);
    const file = input.files[0];
    if (!zone || !file) return;
    const wrong = wrongWith(zone, input, file);
    if (wrong) {
      input.value = "";
      input.setAttribute("aria-invalid", "true");
      say(zone, words(wrong, file), true);
      return;
    }
    input.removeAttribute("aria-invalid");
    say(zone, words(zone.dataset.chosen, file), false);
  }

  function put(input, files) {
    const one = new DataTransfer();
    one.items.add(files[0]);
    input.files = one.files;
    const details = input.closest("details");
    if (details) details.open = true;
    look(input);
    if (files.length > 1 && input.files.length) {
      const zone = zoneOf(input);
      say(zone, zone.querySelector(".drop-said").textContent + " " + zone.dataset.one, false);
    }
    input.focus();
  }

  function fileInput(within) { return within.querySelector("[data-drop] input[type=file]"); }

  function hasFiles(event) {
    return Boolean(event.dataTransfer) && Array.from(event.dataTransfer.types).includes("Files");
  }

  // The whole panel takes a dropped file, so that its forms need not be open.
  function target(event) {
    const place = event.target.closest && event.target.closest(".evidence-panel, .evidence-form");
    return place && hasFiles(event) ? place : null;
  }

  document.addEventListener("dragover", function (event) {
    const place = target(event);
    if (!place || !fileInput(place)) return;
    event.preventDefault();
    place.classList.add("is-over");
  });
  document.addEventListener("dragleave", function (event) {
    const place = event.target.closest && event.target.closest(".is-over");
    if (place && !place.contains(event.relatedTarget)) place.classList.remove("is-over");
  });
  document.addEventListener("drop", function (event) {
    document.querySelectorAll(".is-over").forEach(function (one) { one.classList.remove("is-over"); });
    const place = target(event);
    const input = place && fileInput(place);
    if (!input) return;
    event.preventDefault();
    if (event.dataTransfer.files.length) put(input, event.dataTransfer.files);
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-drop] input[type=file]")) look(event.target);
  });

  // A pasted file or address finds its form; text pasted into a field stays there.
  document.addEventListener("paste", function (event) {
    const data = event.clipboardData;
    const file = fileInput(document);
    if (!data || event.defaultPrevented) return;
    if (data.files.length && file) {
      event.preventDefault();
      put(file, data.files);
      return;
    }
    if (event.target.closest && event.target.closest("input, textarea, select")) return;
    const text = data.getData("text").trim();
    const link = document.querySelector("[name=link-url]");
    if (link && /^https?:\/\/\S+$/.test(text)) {
      event.preventDefault();
      const details = link.closest("details");
      if (details) details.open = true;
      link.value = text;
      link.focus();
    }
  });

  document.addEventListener("htmx:xhr:progress", function (event) {
    const bar = event.target.querySelector && event.target.querySelector(".upload-progress");
    if (!bar || !event.detail.lengthComputable || !event.detail.total) return;
    bar.hidden = false;
    bar.value = Math.round(event.detail.loaded / event.detail.total * 100);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const bar = event.target.querySelector && event.target.querySelector(".upload-progress");
    if (bar) bar.hidden = true;
  });
  // Parts beside a question may be missing quietly; what is sent from them may not.
  window.addEventListener("htmx:sendError", function (event) {
    const sent = event.detail.requestConfig;
    if (!sent || sent.verb !== "post" || !event.target.closest("#evidence-panel")) return;
    window.compel.alarm(document.getElementById("loud").dataset.offline);
  }, true);
  window.addEventListener("htmx:responseError", function (event) {
    const zone = event.target.querySelector && event.target.querySelector("[data-drop]");
    const file = zone && zone.querySelector("input[type=file]").files[0];
    if (file && event.detail.xhr.status === 413) window.compel.alarm(words(zone.dataset.tooLarge, file));
  });
  // Whatever was refused is read first.
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target.id !== "evidence-panel") return;
    const summary = document.querySelector("#evidence-panel .error-summary");
    const heading = document.getElementById("evidence-title");
    if (summary) { summary.focus(); return; }
    if (document.activeElement === document.body && heading && event.detail.requestConfig && event.detail.requestConfig.verb === "post") {
      heading.tabIndex = -1;
      heading.focus();
    }
  });
})();
