// Opens what the address points at: the inputs of a domain are folded until asked for.
(function () {
  "use strict";

  function open() {
    const wanted = location.hash && document.getElementById(location.hash.slice(1));
    if (wanted instanceof HTMLDetailsElement) {
      wanted.open = true;
      wanted.querySelector("summary").focus();
    }
  }

  document.addEventListener("DOMContentLoaded", open);
  window.addEventListener("hashchange", open);
})();
