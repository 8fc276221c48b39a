// Light or dark, before anything is drawn: as chosen, or as the device; always light on
// paper.
(function () {
  "use strict";

  const root = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");

  function set(dark) {
    root.dataset.bsTheme = dark ? "dark" : "light";
    document.dispatchEvent(new Event("compel:theme"));
  }
  function asWished() {
    const wish = root.dataset.theme;
    set(wish === "dark" || (wish === "auto" && device.matches));
  }

  asWished();
  device.addEventListener("change", asWished);
  window.addEventListener("beforeprint", function () { set(false); });
  window.addEventListener("afterprint", asWished);
})();
