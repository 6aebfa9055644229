// Parts of a form that are saved as they are filled in: says so when saving did not work. Comfort only: without this file
// (or without htmx) the form is saved by its button.
"use strict";

(() => {
  const ours = (event) => event.detail.elt.matches("[data-autosave]");
  const say = (text) => {
    const line = document.getElementById("save-state");
    if (!line) return;
    line.className = "save-state save-refused";
    line.textContent = text;
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!ours(event)) return;
    const line = document.getElementById("save-state");
    if (line) { line.className = "save-state"; line.textContent = "正在保存……"; }
  });
  // Signed out in the meantime, the answer is another page: it does not belong here.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.requestConfig.elt.matches("[data-autosave]")) return;
    const landed = event.detail.xhr.responseURL;
    if (landed && new URL(landed).pathname !== window.location.pathname) {
      event.detail.shouldSwap = false;
      say("没有保存：登录已失效，请另开页面重新登录，再按“保存”。");
    }
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (ours(event)) say("没有保存：网络中断，请稍后按“保存”。");
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (ours(event)) say("没有保存：服务暂时不可用，请稍后按“保存”。");
  });
})();
