// Rows mended in their place: says when that did not work, and follows where another page is meant. Comfort only: without
// this file (or without htmx) a row is mended on a page of its own.
"use strict";

(() => {
  const ours = (event) => event.detail.requestConfig.elt.matches("[data-in-place]");
  const say = (text) => {
    const line = document.getElementById("rows-state");
    if (line) line.textContent = text;
  };
  // Signed out in the meantime, or nothing can be mended any more: the answer is a whole page, which is no row.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!ours(event)) return;
    const landed = event.detail.xhr.responseURL;
    if (landed && new URL(landed).pathname !== event.detail.requestConfig.path.split("?")[0]) {
      event.detail.shouldSwap = false;
      window.location.assign(landed);
    }
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (ours(event)) say("没有保存：网络中断，请稍后再试。");
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (ours(event)) say("没有保存：服务暂时不可用，请稍后再试。");
  });
})();
