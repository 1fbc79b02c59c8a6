/* "My process": region, role, phase and the day it starts, chosen once and kept in this browser. No cookie, no account. */
"use strict";
const medskickMine = (() => {
  const KEY = "medskick.mine";
  const NAMES = ["phase-type", "region", "role"];

  /** What a text of the browser's store says; nothing where it is not ours. @param {string | null} text @returns {Mine} */
  function parsed(text) {
    const mine = {
      chosen: /** @type {Record<string, Choice>} */ ({}),
      starts: /** @type {Record<string, string>} */ ({}),
    };
    try {
      const held = JSON.parse(text ?? "{}");
      for (const name of NAMES) {
        const { value, label } = held?.chosen?.[name] ?? {};
        if (typeof value === "string" && typeof label === "string" && value) mine.chosen[name] = { value, label };
      }
      for (const [phase, day] of Object.entries(held?.starts ?? {})) {
        if (typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day)) mine.starts[phase] = day;
      }
    } catch {
      // not ours: nothing is kept
    }
    return mine;
  }

  /** A choice's name without the number of lessons after it. @param {string | null} text */
  const bare = (text) => (text ?? "").trim().replace(/\s\(\d[^)]*\)$/, "");

  /** The phase that an address of a page or a file is about. @param {string} path */
  const phaseOf = (path) => /\/phase\/([a-z0-9-]+)/.exec(path)?.[1] ?? "";

  function kept() {
    try {
      return parsed(localStorage.getItem(KEY));
    } catch {
      return parsed(null);
    }
  }

  /** @param {Mine} mine */
  function keep(mine) {
    try {
      const empty = Object.keys(mine.chosen).length + Object.keys(mine.starts).length === 0;
      if (empty) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, JSON.stringify(mine));
    } catch {
      // a browser that keeps nothing
    }
  }

  return { NAMES, parsed, bare, phaseOf, kept, keep };
})();
/** Shows on a page what is kept, and keeps what is chosen there. */
function medskickMinePage() {
  const { NAMES, bare, phaseOf, kept, keep } = medskickMine;
  const form = document.querySelector("form.fields");
  const bar = document.querySelector("[data-mine]");

  /** The choices that the page offers, by name: the options of a form, or the links of a file. */
  const offered = (/** @type {string} */ name) => {
    const links = [...document.querySelectorAll(`nav[data-choice="${name}"] a[data-value]`)];
    const options = [...document.querySelectorAll(`form.fields select[name="${name}"] option`)];
    return [...options, ...links];
  };
  /** @param {Element} choice */
  const valueIn = (choice) =>
    choice instanceof HTMLOptionElement ? choice.value : (choice.getAttribute("data-value") ?? "");
  /** @param {Element} choice */
  const isChosen = (choice) =>
    choice instanceof HTMLOptionElement ? choice.selected : choice.hasAttribute("aria-current");
  const day = () => {
    const field = document.querySelector('form.fields input[name="starts"]');
    return field instanceof HTMLInputElement ? field : null;
  };
  const phase = () => {
    const chosen = offered("phase-type").find(isChosen);
    return (chosen && valueIn(chosen)) || phaseOf(location.pathname);
  };

  /** The address of the page for what is kept; empty where that is here, or nothing kept can be chosen here. */
  function way() {
    const mine = kept();
    if (!(form instanceof HTMLFormElement)) {
      for (const name of NAMES) {
        const link = offered(name).find((one) => valueIn(one) === mine.chosen[name]?.value);
        if (link instanceof HTMLAnchorElement) return isChosen(link) ? "" : link.href;
      }
      return "";
    }
    const address = new URL(form.action, location.href);
    const before = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value) before.set(name, value);
    const after = new URLSearchParams(before);
    for (const name of NAMES) {
      const value = mine.chosen[name]?.value;
      if (value && offered(name).some((one) => valueIn(one) === value)) after.set(name, value);
    }
    const starts = mine.starts[after.get("phase-type") ?? phase()];
    if (starts && day()) after.set("starts", starts);
    if (after.toString() === before.toString()) return "";
    // in a site of files a phase has a file of its own
    const file = offered("phase-type").find((one) => valueIn(one) === after.get("phase-type"));
    const place = file instanceof HTMLOptionElement ? file.dataset.href : "";
    if (place) after.delete("phase-type");
    const page = place ? new URL(place, location.href) : address;
    page.search = after.toString();
    return page.href;
  }

  /** @param {string} name */
  const part = (name) => {
    const element = bar?.querySelector(`[data-mine-${name}]`);
    return element instanceof HTMLElement ? element : null;
  };

  function show() {
    if (!(bar instanceof HTMLElement)) return;
    const mine = kept();
    const names = NAMES.filter((name) => mine.chosen[name]).map((name) => {
      const here = offered(name).find((one) => valueIn(one) === mine.chosen[name].value);
      return here ? bare(here.textContent) : mine.chosen[name].label;
    });
    const any = names.length + Object.keys(mine.starts).length > 0;
    const [words, go, forget] = [part("words"), part("go"), part("forget")];
    if (words) words.textContent = names.length ? `${bar.dataset.mine ?? ""} ${names.join(", ")}.` : "";
    const href = way();
    if (go instanceof HTMLAnchorElement) {
      go.hidden = !href;
      if (href) go.href = href;
    }
    if (forget) forget.hidden = !any;
    bar.hidden = false;
    // an offer in a closed fold is seen by nobody
    const fold = bar.closest("details");
    if (href && fold) fold.open = true;
  }

  /** Tell what was done, where a screen reader hears it. @param {HTMLElement} button */
  const announce = (button) => {
    const status = part("status");
    if (status) status.textContent = button.dataset.done ?? "";
  };

  part("keep")?.addEventListener("click", ({ currentTarget }) => {
    const mine = kept();
    for (const name of NAMES) {
      const chosen = offered(name).find(isChosen);
      if (!chosen) continue;
      if (valueIn(chosen)) mine.chosen[name] = { value: valueIn(chosen), label: bare(chosen.textContent) };
      else delete mine.chosen[name];
    }
    const here = phaseOf(location.pathname);
    if (here) mine.chosen["phase-type"] = { value: here, label: bare(document.querySelector("h1")?.textContent ?? "") };
    const starts = day()?.value;
    if (starts && phase()) mine.starts[phase()] = starts;
    keep(mine);
    show();
    if (currentTarget instanceof HTMLElement) announce(currentTarget);
  });
  part("forget")?.addEventListener("click", ({ currentTarget }) => {
    keep({ chosen: {}, starts: {} });
    show();
    part("keep")?.focus();
    if (currentTarget instanceof HTMLElement) announce(currentTarget);
  });
  // the day from which a checklist counts is kept as soon as it has been used
  const used = new URLSearchParams(location.search).get("starts");
  if (used && day()?.value === used && phase()) {
    const mine = kept();
    mine.starts[phase()] = used;
    keep(mine);
  }
  const href = way();
  const asked = new URLSearchParams(location.search).has("region");
  if (bar?.hasAttribute("data-mine-follow") && href && !asked) location.replace(href);
  else show();
}
if (typeof document !== "undefined") medskickMinePage();
