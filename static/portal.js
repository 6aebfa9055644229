// Comfort only: every page works without this file.
"use strict";

// The account menu closes on Escape and on a click beside it.
const openMenus = () => document.querySelectorAll("details[data-close-outside][open]");
document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});
