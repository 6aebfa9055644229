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

// A figure's "why" opens over the page; opened in a new tab, or without this file, it is a page of its own.
const why = document.createElement("dialog");
why.className = "why-dialog";
why.setAttribute("aria-label", "学时计算过程");
why.innerHTML = '<button class="btn btn-outline-primary btn-sm" type="button">关闭</button><div id="why-body"></div>';
why.querySelector("button").addEventListener("click", () => why.close());
why.addEventListener("click", (event) => { if (event.target === why) why.close(); });
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-why]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
  // On the page of a "why" itself one simply goes on to the next.
  if (!link || elsewhere || (document.querySelector("main #why") && !why.contains(link))) return;
  event.preventDefault();
  if (!why.isConnected) document.body.append(why);
  await htmx.ajax("GET", link.href, { target: "#why-body", select: "#why", swap: "innerHTML" });
  if (!why.querySelector("#why")) location.assign(link.href); // signed out meanwhile, or an error: let its page say so
  else if (!why.open) why.showModal();
  why.scrollTop = 0;
});
