/* The tools under a heading: print, copy the link, copy the citation, e-mail. Shown where a script can do them. */
"use strict";
const medskickTools = (() => {
  /** The page's address without a place in it. @param {string} href */
  const bare = (href) => href.split("#", 1)[0];

  /** A message with a page's title and address (RFC 6068). @param {string} title @param {string} address */
  const message = (title, address) =>
    `mailto:?subject=${encodeURIComponent(title)}&body=${encodeURIComponent(`${title}\r\n${address}`)}`;

  /** Puts a text on the clipboard, by a field of its own where the browser has no clipboard to ask.
   * @param {string} text */
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }

  return { bare, message, copy };
})();
if (typeof document !== "undefined") {
  const status = document.querySelector("[data-tool-status]");
  const cited = document.getElementById("cite-text");
  for (const button of document.querySelectorAll("button[data-tool]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const { tool, done = "" } = button.dataset;
    const label = button.textContent;
    const place = button.closest("li[hidden]") ?? button;
    if (place instanceof HTMLElement) place.hidden = false;
    button.addEventListener("click", async () => {
      if (tool === "print") return window.print();
      await medskickTools.copy(tool === "cite" ? (cited?.textContent ?? "") : medskickTools.bare(location.href));
      button.textContent = done;
      if (status) status.textContent = done;
      setTimeout(() => {
        button.textContent = label;
        if (status) status.textContent = "";
      }, 4000);
    });
  }
  const mail = document.querySelector("a[data-mail]");
  // a site of files may not know where it lies
  if (mail instanceof HTMLAnchorElement && location.protocol.startsWith("http")) {
    const title = document.querySelector("h1")?.textContent?.trim() ?? document.title;
    mail.href = medskickTools.message(title, medskickTools.bare(location.href));
  }
}
