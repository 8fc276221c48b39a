// Makes the heat map one stop for the Tab key: arrow keys move from cell to cell, and
// what a cell says in words stands above the map. Without it, every cell is a plain link.
(function () {
  "use strict";

  function begin() {
    const table = document.getElementById("heat-map");
    const note = document.getElementById("heat-note");
    if (!table || !note) return;
    const heads = Array.from(table.tHead.rows[0].cells, (cell) => name(cell));
    const lines = Array.from(table.rows).map((row) => Array.from(row.cells, link));
    const rows = lines.filter((cells) => cells.some(Boolean));
    let here = null;

    rows.flat().forEach((one) => { if (one) { one.tabIndex = -1; one.removeAttribute("title"); } });
    enter(rows[Math.min(1, rows.length - 1)].find(Boolean));
    note.textContent = note.dataset.hint;
    note.hidden = false;

    table.addEventListener("keydown", move);
    table.addEventListener("focusin", (event) => tell(event.target.closest("a")));
    table.addEventListener("focusout", hint);
    table.addEventListener("mouseover", (event) => tell(event.target.closest("a")));
    table.addEventListener("mouseleave", hint);

    function link(cell) { return cell.querySelector("a"); }

    function name(cell) {
      const words = cell.querySelector("a") || cell;
      return words.textContent.trim();
    }

    // The one cell that the Tab key comes to.
    function enter(one) {
      if (here) here.tabIndex = -1;
      here = one;
      here.tabIndex = 0;
    }

    function place(one) {
      const row = rows.findIndex((cells) => cells.includes(one));
      return [row, rows[row].indexOf(one)];
    }

    function move(event) {
      const one = event.target.closest("a");
      if (!one || event.altKey || event.metaKey) return;
      const [row, column] = place(one);
      const forward = getComputedStyle(table).direction === "rtl" ? -1 : 1;
      const last = rows[row].length - 1;
      const steps = {
        ArrowUp: [row - 1, column],
        ArrowDown: [row + 1, column],
        ArrowLeft: [row, column - forward],
        ArrowRight: [row, column + forward],
        Home: [event.ctrlKey ? 0 : row, 1],
        End: [event.ctrlKey ? rows.length - 1 : row, last],
      };
      const to = steps[event.key];
      if (!to) return;
      event.preventDefault();
      const next = (rows[to[0]] || [])[to[1]];
      if (!next) return;
      enter(next);
      next.focus({ preventScroll: true });
      next.closest("th, td").scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    function tell(one) {
      if (!one) return;
      const [row, column] = place(one);
      const line = one.closest("tr").cells[0];
      const said = one.querySelector(".visually-hidden");
      const words = said && row > 0 ? said.textContent : one.textContent;
      const first = row > 0 ? line.textContent.trim().replace(/\s+/g, " ") + ", " + heads[column] + ": " : "";
      note.textContent = first + words.trim();
    }

    function hint() {
      if (table.contains(document.activeElement)) tell(document.activeElement.closest("a"));
      else note.textContent = note.dataset.hint;
    }
  }

  document.addEventListener("DOMContentLoaded", begin);
  // A board put a newer map in its place.
  document.addEventListener("compel:fresh", function (event) { if (event.target.querySelector("#heat-map")) begin(); });
})();
