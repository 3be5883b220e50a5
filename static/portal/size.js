/* Only the figures that the chosen industry uses are asked for. Without this file all are shown, with a hint. */
"use strict";

const industry = document.getElementById("id_industry");
const figures = document.querySelectorAll("[data-industries]");

function showUsed() {
  for (const input of figures) {
    const users = input.dataset.industries.split(" ");
    const isUsed = !industry.value || users.includes(industry.value);
    input.disabled = !isUsed;
    input.closest(".field").hidden = !isUsed;
  }
}

if (industry) {
  industry.addEventListener("change", showUsed);
  // Going back, the browser may put another choice in than the page was made with.
  window.addEventListener("pageshow", showUsed);
}
