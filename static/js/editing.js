// Ask before a page with unsaved typing is left; the forms work without this.
"use strict";

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let unsaved = false;
  form.addEventListener("input", () => { unsaved = true; });
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (leaving) => {
    if (unsaved) leaving.preventDefault();
  });
}
