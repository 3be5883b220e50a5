/* Only the figures that the chosen industry uses are asked for. Without this file all are shown, each with a hint on
   whom it matters to. */
"use strict";

const industry = document.getElementById("id_industry");
const figures = document.querySelectorAll("[data-industries]");

function showUsed() {
  for (const input of figures) {
    const users = input.dataset.industries.split(" ");
    const isUsed = !industry.value || users.includes(industry.value);
    input.disabled = !isUsed;
    const field = input.closest(".field");
    field.hidden = !isUsed;
    const hint = field.querySelector(".help");
    if (hint) hint.hidden = Boolean(industry.value);
  }
}

if (industry) {
  industry.addEventListener("change", showUsed);
  // Going back, the browser may put another choice in than the page was made with.
  window.addEventListener("pageshow", showUsed);
}
