/* What is ticked off in a checklist stays ticked in this browser, by the identifier of the item. No cookie. */
"use strict";
const medskickTicks = (() => {
  const KEY = "medskick.ticked";

  /** The identifiers that are ticked. @returns {Set<string>} */
  function kept() {
    try {
      const held = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return new Set(Array.isArray(held) ? held : []);
    } catch {
      return new Set();
    }
  }

  /** @param {string} item @param {boolean} ticked */
  function keep(item, ticked) {
    const items = kept();
    if (ticked) items.add(item);
    else items.delete(item);
    try {
      localStorage.setItem(KEY, JSON.stringify([...items].sort()));
    } catch {
      // a browser that keeps nothing: the box is ticked on the page alone
    }
  }

  return { kept, keep };
})();
if (typeof document !== "undefined") {
  const ticked = medskickTicks.kept();
  for (const box of document.querySelectorAll("input[data-item]")) {
    if (!(box instanceof HTMLInputElement)) continue;
    const item = box.dataset.item ?? "";
    box.checked = ticked.has(item);
    box.addEventListener("change", () => medskickTicks.keep(item, box.checked));
  }
}
