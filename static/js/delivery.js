// Choosing two days means that the number of days no longer counts, and the other way.
(function () {
  "use strict";

  document.addEventListener("change", function (event) {
    const form = event.target.form;
    if (!form || !form.elements.days || !form.elements.from) return;
    if (event.target.name === "from" || event.target.name === "to") {
      if (event.target.value) form.elements.days.value = "";
    }
    if (event.target.name === "days" && event.target.value) {
      form.elements.from.value = "";
      form.elements.to.value = "";
    }
  });
})();
