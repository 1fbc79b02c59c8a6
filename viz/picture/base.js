/*
 * The picture's page, part by part: base (words, elements), model (things and relations), labels, relation-names,
 * drawing, overlay (what is drawn over figures), view (zoom, keyboard), search (and legend), panel, table, offline and
 * source (what is not in the picture), memory (undo, address), explore (expand), hiding (and pinning), paths, files,
 * start. Plain ES2022, no build: a page opened from disk may load no modules. Each part adds to `window.medskick`, whose
 * types are in `viz/types.d.ts`.
 * Data reaches the page only as text nodes and canvas text, never as markup.
 */
"use strict";
window.medskick = (() => {
  const $ = /** @type {Medskick["$"]} */ ((/** @type {string} */ id) => document.getElementById(id));
  /** @type {PageData} */
  const DATA = JSON.parse($("data").textContent);
  /** @type {Record<string, Record<Lang, Saying>>} */
  const WORDS = JSON.parse($("words").textContent);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 40rem)");
  // the parts that follow add the rest before any of it is called
  const M = /** @type {Medskick} */ ({
    $,
    DATA,
    calm,
    narrow,
    lang: document.documentElement.lang,
    network: null,
    drawnAt: null,
  });

  /**
   * A page of files can be asked to begin around a thing (`#around=`): what else it came with is of another picture then,
   * and is put aside before anything is made of it. The title follows when the thing's name is known (M.begin).
   */
  M.aroundOf = (text) => {
    const { script, live } = DATA.onward ?? {};
    const given = /(?:^|[#&])around=([^&]+)/.exec(text)?.[1];
    const tail = !live && (script || $("neighbours")) ? given : null;
    try {
      return tail ? decodeURIComponent(tail) : null;
    } catch {
      return tail ?? null;
    }
  };
  M.around = M.aroundOf(location.hash);
  if (M.around) {
    const classes = DATA.classes.map((type) => ({ ...type, hidden: false }));
    Object.assign(DATA, {
      classes,
      nodes: [],
      edges: [],
      headings: [],
      layout: "sides",
      around: null,
      left_out: 0,
      summary: {},
      source_note: null,
    });
  }

  /** The language that the page's own words for a key are there in: the reader's, else their next one. */
  M.wordsIn = (key, lang = M.lang) => [lang, ...DATA.fallback].find((other) => WORDS[key][other]) ?? lang;

  /** The page's own words; of several plural forms (CLDR categories) the one that fits `n`. */
  M.say = (key, values = {}, lang = M.lang) => {
    const entry = WORDS[key][M.wordsIn(key, lang)];
    const form =
      typeof entry === "string" ? entry : (entry[new Intl.PluralRules(lang).select(Number(values.n))] ?? entry.other);
    return form.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  };

  M.inEveryLanguage = (text) => Object.fromEntries(DATA.languages.map((lang) => [lang, text(lang)]));

  /** A text in the reader's language, else in their next one (DATA.fallback); `lang` is set only on such a fallback. */
  M.pick = (texts) => {
    if (texts?.[M.lang]) return { text: String(texts[M.lang]), lang: null };
    const other = [...DATA.fallback, ...Object.keys(texts ?? {}).sort()].find((lang) => texts?.[lang]);
    return other ? { text: String(texts?.[other]), lang: other } : { text: "", lang: null };
  };

  /** Cut by whole characters, never inside a surrogate pair. */
  M.clip = (text, max) =>
    text.length <= max
      ? text
      : `${[...text.slice(0, max * 2)]
          .slice(0, max - 1)
          .join("")
          .trimEnd()}…`;

  /** @param {unknown} value
   * @returns {value is null | undefined | false} */
  const nothing = (value) => value === null || value === undefined || value === false;

  /** An element; strings become text nodes, "on…" attributes listeners, and what is null or false is left out. */
  M.el = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name.slice(2), value);
      else if (!nothing(value)) element.setAttribute(name, String(value));
    }
    for (const child of children)
      if (!nothing(child)) element.append(typeof child === "number" ? String(child) : child);
    return element;
  };
  M.button = (onclick, attributes, ...children) =>
    M.el("button", { type: "button", onclick, ...attributes }, ...children);

  /** Data as text: <bdi> keeps right-to-left labels from reordering what stands beside them. */
  M.words = (pair, max = Infinity) => {
    const picked = M.pick(pair);
    return M.el("bdi", { lang: picked.lang, dir: "auto" }, M.clip(picked.text, max));
  };
  M.plain = (text, max = 300) => M.el("bdi", { dir: "auto" }, M.clip(String(text), max));
  M.fold = medskickWords.fold;
  M.announce = (text) => {
    $("live").textContent = text;
  };
  M.within = (at, low = 0.05, high = 4) => (high < low ? (low + high) / 2 : Math.min(Math.max(at, low), high));

  /** The figure of a class in a square of 16, to be drawn on a canvas. */
  M.outline = ({ outline }) => {
    const path = new Path2D(outline ? `M${outline}Z` : undefined);
    if (!outline) path.arc(8, 8, 6.2, 0, 2 * Math.PI);
    return path;
  };
  /** The figure of a class, as in the picture; decoration only, since a name always stands beside it. */
  M.icon = ({ outline, colour }) => {
    /** @param {"svg" | "polygon" | "circle"} tag @param {Record<string, string | number>} attributes */
    const make = (tag, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
      return element;
    };
    const own = { color: colour, fill: "currentcolor" }; // the style sheet mixes what is lighter in the dark
    const svg = make("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" });
    svg.append(
      outline ? make("polygon", { points: outline, ...own }) : make("circle", { cx: 8, cy: 8, r: 6.2, ...own }),
    );
    return svg;
  };
  return M;
})();
