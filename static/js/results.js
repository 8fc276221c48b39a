// Draws the radar from the numbers on the page; the table below it needs no script.
(function () {
  "use strict";

  function draw() {
    const box = document.getElementById("radar");
    const numbers = document.getElementById("radar-figure");
    if (!box || !numbers || !window.Plotly) return;
    const figure = window.compel.painted(JSON.parse(numbers.textContent));
    window.Plotly.react(box, figure.data, figure.layout, figure.config);
  }

  document.addEventListener("DOMContentLoaded", draw);
  // New scores replace the part of the page that holds the radar.
  document.addEventListener("htmx:afterSettle", draw);
  document.addEventListener("compel:theme", draw);
})();
