// Rules of a source: lines are added to the table, a suggestion is put into its field.
(function () {
  "use strict";

  const rules = document.getElementById("rules");
  if (!rules) return;

  const table = rules.querySelector(".rule-table");
  const lines = function () { return table ? table.querySelectorAll(".rule-line") : []; };

  // A copy of the last line, empty and with the next number in its names.
  const addLine = function () {
    const all = lines();
    const line = all[all.length - 1].cloneNode(true);
    line.setAttribute("aria-label", line.getAttribute("aria-label").replace(/\d+/, all.length + 1));
    line.querySelectorAll("input").forEach(function (input) {
      input.name = input.name.replace(/-\d+-/, "-" + all.length + "-");
      input.value = "";
    });
    all[all.length - 1].after(line);
    return line;
  };

  const add = table && table.querySelector("[data-add-line]");
  if (add) {
    add.hidden = false;
    add.addEventListener("click", function () { addLine().querySelector("input").focus(); });
  }

  const fillTable = function (rows) {
    while (lines().length < rows.length) addLine();
    lines().forEach(function (line, number) {
      line.querySelectorAll("input").forEach(function (input) {
        const value = (rows[number] || {})[input.name.split("-").pop()] || "";
        input.value = Array.isArray(value) ? value.join(", ") : value;
      });
    });
  };

  document.addEventListener("click", function (event) {
    const offer = event.target.closest("[data-use]");
    if (!offer) return;
    const suggested = JSON.parse(offer.value);
    const field = rules.querySelector("[name='rule_" + suggested.rule + "']");
    if (Array.isArray(suggested.value) && typeof suggested.value[0] === "object" && table) {
      fillTable(suggested.value);
    } else if (field) {
      field.value = Array.isArray(suggested.value) ? suggested.value.join("\n") : suggested.value;
    } else {
      return;
    }
    event.preventDefault();
    const preview = document.getElementById("preview");
    if (preview && window.htmx) window.htmx.trigger(preview, "click");
    const into = field || table.querySelector("input");
    into.focus();
    if (window.compel) window.compel.announce(offer.closest("li").querySelector("strong").textContent);
  });
})();
