// A preview that is shown follows the rules; an upload asks for a name where it has to.
(function () {
  "use strict";

  const rules = document.getElementById("rules");
  const preview = document.getElementById("preview");
  const previewed = document.getElementById("previewed");
  if (rules && preview && previewed) {
    rules.addEventListener("change", function () {
      if (previewed.textContent.trim() && window.htmx) window.htmx.trigger(preview, "click");
    });
  }

  // A new address that is offered is put where the old one is, and tried.
  document.addEventListener("click", function (event) {
    const offer = event.target.closest("[data-use-address]");
    const field = offer && offer.form && offer.form.querySelector("input[name=address]");
    if (!field || !window.htmx) return;
    event.preventDefault();
    field.value = offer.value;
    field.focus();
    window.htmx.trigger(offer.form.querySelector("[data-test]"), "click");
  });

  // Enter saves; it does not press the first button, which only tests.
  document.querySelectorAll(".source-form").forEach(function (form) {
    form.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-save]"));
    });
  });

  const source = document.querySelector(".upload-form select[name=source]");
  const name = document.querySelector(".upload-form input[name=name]");
  if (source && name) {
    const box = name.closest(".mb-3");
    const follow = function () { box.hidden = source.value !== "new"; };
    source.addEventListener("change", follow);
    follow();
  }
})();
