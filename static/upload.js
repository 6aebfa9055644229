// The page of proofs: what is chosen is listed with its size before it leaves, files may be dropped, a bar shows how far
// the upload is. Comfort only: without this file the form is sent as any other, and the server judges every file.
"use strict";

(() => {
  const MIB = 1024 * 1024;
  const size = (bytes) => bytes < MIB ? `${Math.max(1, Math.round(bytes / 1024))}KB` : `${(bytes / MIB).toFixed(1)}MB`;
  const upload = () => document.getElementById("upload");
  const inputs = (section) => [...section.querySelectorAll("input[type=file]")];

  // What the server would refuse for sure, said before twenty megabytes are sent in vain.
  const problem = (file, most) => {
    if (file.size === 0) return "文件是空的";
    if (file.size > most) return `超过${most / MIB}MB，请压缩后再上传`;
    if (/\.hei[cf]$/i.test(file.name) || /^image\/hei[cf]/.test(file.type)) return "苹果手机的HEIC照片无法接受，请改存为JPG";
    return "";
  };

  const list = (section) => {
    const most = Number(upload().dataset.mostBytes);
    const chosen = section.querySelector("[data-chosen]");
    chosen.replaceChildren(...inputs(section).flatMap((input) => [...input.files]).map((file) => {
      const line = document.createElement("li");
      const wrong = problem(file, most);
      line.textContent = `${file.name}（${size(file.size)}）${wrong ? `：${wrong}` : ""}`;
      line.className = wrong ? "chosen-wrong" : "";
      return line;
    }));
  };

  const drop = (section, files) => {
    const [input] = inputs(section);
    const all = new DataTransfer();
    [...input.files, ...files].forEach((file) => all.items.add(file));
    input.files = all.files;
    list(section);
  };

  const bar = () => document.querySelector("[data-upload-progress]");
  const show = (text, share) => {
    bar().hidden = false;
    bar().querySelector("[data-upload-text]").textContent = text;
    const progress = bar().querySelector("progress");
    if (share === null) progress.removeAttribute("value"); else progress.value = share;
  };

  document.addEventListener("change", (event) => {
    const section = event.target.closest("[data-proofs]");
    if (section && event.target.type === "file") list(section);
  });
  document.addEventListener("dragover", (event) => {
    const section = event.target.closest && event.target.closest("[data-proofs]");
    document.querySelectorAll(".proofs-over").forEach((other) => other.classList.remove("proofs-over"));
    if (!section) return;
    event.preventDefault();
    section.classList.add("proofs-over");
  });
  document.addEventListener("drop", (event) => {
    const section = event.target.closest && event.target.closest("[data-proofs]");
    document.querySelectorAll(".proofs-over").forEach((other) => other.classList.remove("proofs-over"));
    if (!section || !event.dataTransfer.files.length) return;
    event.preventDefault();
    drop(section, event.dataTransfer.files);
  });

  const ours = (event) => event.detail.elt === upload();
  document.addEventListener("htmx:xhr:progress", (event) => {
    if (!ours(event) || !event.detail.lengthComputable) return;
    const share = Math.floor(100 * event.detail.loaded / event.detail.total);
    if (share < 100) show(`正在上传……${share}%`, share); else show("已传完，正在检查文件……", null);
  });
  // A refused form comes back with status 422 and is shown; anything else that went wrong is said beside the buttons.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== document.body) return;
    const landed = event.detail.xhr.responseURL;
    if (landed && new URL(landed).pathname !== window.location.pathname) { // such as signed out in the meantime
      event.detail.shouldSwap = false;
      window.location.assign(landed);
    } else if (event.detail.xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (ours(event)) show("网络中断，文件没有传完。请检查网络后重新提交。", 0);
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (ours(event)) show("上传没有办成，请稍后重新提交。", 0);
  });
})();
