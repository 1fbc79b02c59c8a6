/* The list of questions, chosen from as you type and choose; without this script the form goes to the page itself. */
"use strict";
(() => {
  /** @type {HTMLFormElement | null} */
  const form = document.querySelector("form[data-question-list]");
  if (!form) return;
  // a list that the server has narrowed already is widened by the form alone
  if (new URLSearchParams(location.search).toString() && !("static" in form.dataset)) return;
  /** @type {NodeListOf<HTMLElement>} */
  const listed = document.querySelectorAll("ul.asks > li");
  const items = [...listed].map((item) => ({ item, text: medskickWords.fold(item.textContent ?? "") }));
  const addresses = items.map(({ item }) => item.querySelector("a")?.href ?? "");
  const status = document.querySelector("[data-question-none]");
  const none = document.querySelector("template[data-question-none-text]")?.innerHTML ?? "";

  const choose = () => {
    const chosen = Object.fromEntries(new FormData(form));
    const typed = medskickWords.words(String(chosen.q ?? ""));
    let kept = 0;
    for (const [n, { item, text }] of items.entries()) {
      const { askers = "", theme = "", phases = "" } = item.dataset;
      item.hidden = !(
        (!chosen["asked-by"] || askers.split(" ").includes(String(chosen["asked-by"]))) &&
        (!chosen.theme || theme === chosen.theme) &&
        (!chosen["phase-type"] || phases) &&
        typed.every((word) => text.includes(word))
      );
      kept += Number(!item.hidden);
      const link = item.querySelector("a");
      if (link && !("static" in form.dataset)) {
        const address = new URL(addresses[n]);
        if (chosen["phase-type"]) address.searchParams.set("phase-type", String(chosen["phase-type"]));
        link.href = address.href;
      }
    }
    /** @type {NodeListOf<HTMLElement>} */
    const lists = document.querySelectorAll("ul.asks");
    for (const list of lists) {
      list.hidden = ![...list.children].some((item) => item instanceof HTMLElement && !item.hidden);
      const heading = list.previousElementSibling;
      if (heading instanceof HTMLElement) heading.hidden = list.hidden;
    }
    if (status) status.textContent = kept ? "" : none;
  };
  form.hidden = false;
  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => {
    if ("static" in form.dataset) event.preventDefault();
  });
  choose();
})();
