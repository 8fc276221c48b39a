// Draws the figures of a page from the numbers that each carries, and saves them as files.
// Each has a table below it, which needs no script; if drawing fails, the tables open.
(function () {
  "use strict";

  const WIDE = 1200;
  const PRINTED = 660;

  // ── drawing ────────────────────────────────────────────────────────────────────

  function openTables() {
    document.querySelectorAll(".figure-table").forEach(function (table) { table.open = true; });
  }

  function numbersOf(box) {
    const numbers = box.parentElement.querySelector('script[type="application/json"]');
    return window.compel.painted(JSON.parse(numbers.textContent));
  }

  // Letters follow the page: on a wall they are larger.
  function letters(drawing) {
    const root = parseFloat(getComputedStyle(document.documentElement).fontSize);
    drawing.layout.font.size = Math.round(drawing.layout.font.size * root / 16);
    drawing.layout.height = Math.round(drawing.layout.height * root / 16);
    return drawing;
  }

  function drawOne(box) {
    const drawing = letters(numbersOf(box));
    if (box.clientWidth < 480) {
      drawing.layout.margin.t = 64;
      drawing.layout.xaxis.nticks = 4;
      drawing.layout.xaxis.tickangle = 0;
    }
    window.Plotly.react(box, drawing.data, drawing.layout, drawing.config).catch(openTables);
  }

  function draw(within) {
    const boxes = within.querySelectorAll("[data-figure]");
    if (!boxes.length) return;
    if (!window.Plotly) return openTables();
    boxes.forEach(drawOne);
  }

  function sized(width) {
    document.querySelectorAll("[data-figure].js-plotly-plot").forEach(function (box) {
      window.Plotly.relayout(box, width ? { width: width } : { width: null, autosize: true });
    });
  }

  // ── saving: a picture leaves the page with its finding and what it rests on ────────

  function wordsOf(figure) {
    const facts = Array.from(figure.querySelectorAll(".figure-facts > div"), function (fact) {
      return fact.children[0].textContent + " " + fact.children[1].textContent;
    });
    return { title: figure.querySelector(".card-title").textContent.trim(), facts: facts.join(" · ") };
  }

  function lines(text, most) {
    return text.split(/\s+/).reduce(function (found, word) {
      const last = found[found.length - 1];
      if ((last + " " + word).length <= most) found[found.length - 1] = (last + " " + word).trim();
      else found.push(word);
      return found;
    }, [""]);
  }

  function drawnFile(box, said, format) {
    const drawing = numbersOf(box);
    const title = lines(said.title, 100);
    const foot = lines(said.facts, 150);
    const layout = Object.assign(drawing.layout, {
      width: WIDE,
      height: 560 + 24 * title.length,
      paper_bgcolor: window.compel.painted("--c-paper"),
      title: { text: title.join("<br>"), x: 0.02, xanchor: "left", y: 0.97, yanchor: "top", font: { size: 18 } },
      annotations: [{ text: foot.join("<br>"), showarrow: false, xref: "paper", yref: "paper", x: 0, xanchor: "left", y: 0, yanchor: "top", yshift: -60, align: "left" }],
    });
    layout.margin = { l: 70, r: 30, t: 60 + 24 * title.length, b: 80 + 18 * foot.length };
    return window.Plotly.toImage({ data: drawing.data, layout: layout, config: drawing.config }, { format: format, width: WIDE, height: layout.height, scale: 2 });
  }

  function element(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(function ([key, value]) { made.setAttribute(key, value); });
    if (text) made.textContent = text;
    return made;
  }

  function framed(picture, said) {
    const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
    // Letters in a file may be another font, and wider.
    const most = Math.floor(width / 9.5);
    const title = lines(said.title, most);
    const foot = lines(said.facts, Math.floor(most * 1.3));
    const top = 20 + 20 * title.length;
    const whole = element("svg", { viewBox: [0, 0, width + 32, top + height + 20 + 15 * foot.length].join(" "), "font-family": "Inter, sans-serif" });
    whole.append(element("rect", { width: "100%", height: "100%", fill: "var(--c-paper)" }));
    title.forEach(function (line, at) {
      whole.append(element("text", { x: 16, y: 26 + 20 * at, "font-size": 15, "font-weight": 600, fill: "var(--c-ink)" }, line));
    });
    const inner = picture.cloneNode(true);
    Object.entries({ x: 16, y: top, width: width, height: height }).forEach(function ([key, value]) { inner.setAttribute(key, value); });
    whole.append(inner);
    foot.forEach(function (line, at) {
      whole.append(element("text", { x: 16, y: top + height + 20 + 15 * at, "font-size": 11, fill: "var(--c-ink-soft)" }, line));
    });
    return whole;
  }

  // A file knows no tokens: they become the colors that they stand for just now.
  function written(svg) {
    const box = svg.getAttribute("viewBox").split(" ").map(Number);
    svg.setAttribute("width", box[2]);
    svg.setAttribute("height", box[3]);
    const text = new XMLSerializer().serializeToString(svg);
    const plain = text.replace(/var\((--c-[\w-]+)\)/g, function (_, token) { return window.compel.painted(token); });
    return "data:image/svg+xml;charset=utf-8," + encodeURIComponent(plain);
  }

  async function pixels(address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width * 2;
    canvas.height = image.height * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png");
  }

  async function file(figure, format) {
    const said = wordsOf(figure);
    const box = figure.querySelector("[data-figure]");
    if (box) return drawnFile(box, said, format);
    const address = written(framed(figure.querySelector(".figure-picture .is-wide svg"), said));
    return format === "svg" ? address : pixels(address);
  }

  async function save(button) {
    const figure = button.closest(".figure");
    const link = document.createElement("a");
    link.href = await file(figure, button.dataset.save);
    link.download = figure.id.replace("figure-", "") + "." + button.dataset.save;
    link.click();
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-save]");
    if (button) save(button);
  });

  document.addEventListener("DOMContentLoaded", function () { draw(document); });
  document.addEventListener("compel:theme", function () { draw(document); });
  // A part of the page was replaced with newer numbers.
  
  document.addEventListener("compel:fresh", function (event) { draw(event.target); });
  window.addEventListener("beforeprint", function () { sized(PRINTED); });
  window.addEventListener("afterprint", function () { sized(0); });
})();
