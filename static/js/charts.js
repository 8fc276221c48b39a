// Draws the figures of a page from the numbers that it carries. Each figure has a table
// below it, which needs no script; if drawing fails, the tables are opened.
(function () {
  "use strict";

  function openTables() {
    document.querySelectorAll(".figure-table").forEach(function (table) { table.open = true; });
  }

  function draw() {
    const numbers = document.getElementById("drawings");
    if (!numbers) return;
    if (!window.Plotly) return openTables();
    const drawings = window.compel.painted(JSON.parse(numbers.textContent));
    document.querySelectorAll("[data-figure]").forEach(function (box) {
      const drawing = drawings[box.dataset.figure];
      if (!drawing) return;
      const layout = drawing.layout;
      if (box.clientWidth < 480) {
        layout.margin.t = 64;
        layout.xaxis.nticks = 4;
        layout.xaxis.tickangle = 0;
      }
      window.Plotly.react(box, drawing.data, layout, drawing.config).catch(openTables);
    });
  }

  document.addEventListener("DOMContentLoaded", draw);
  document.addEventListener("compel:theme", draw);
})();
