/*
 * Searching without a server, in the index that a script of the site sets (medskick.queries.search.search_index,
 * static_index). What it finds, and by what it ranks, is the server's; what only the server has: spellings forgiven,
 * and how often a word occurs.
 */
"use strict";
const medskickSearchIndex = (() => {
  const { words } = medskickWords;
  const BY_NAME = 3;
  const IN_TEXT = 4;
  const INSIDE = 6;
  const FIELDS = /** @type {const} */ (["own", "foreign", "texts"]);

  /** The words of what a reader typed, bounded as the server bounds them.
   * @param {string} text */
  const askedWords = (text) => [
    ...new Set(
      words(text.slice(0, 400))
        .slice(0, 10)
        .map((word) => word.slice(0, 40)),
    ),
  ];

  /** A few of each group in turn, so that no group hides another.
   * @template {{hits: unknown[]}} T
   * @param {T[]} groups @param {number} most
   * @returns {T[]} */
  function shared(groups, most) {
    const kept = groups.map(() => 0);
    const all = groups.reduce((sum, group) => sum + group.hits.length, 0);
    for (let left = Math.min(most, all); left > 0; )
      for (const [n, group] of groups.entries())
        if (left > 0 && kept[n] < group.hits.length) {
          kept[n] += 1;
          left -= 1;
        }
    return groups.map((group, n) => ({ ...group, hits: group.hits.slice(0, kept[n]) })).filter((g) => g.hits.length);
  }

  /** @param {SearchIndex} index @param {string} root what the addresses in it begin from @param {string} lang */
  return ([headings, sayings, things, places, stems], root, lang) => {
    /** @type {Map<string, Set<string>>} */
    const forms = new Map();
    for (const group of stems) {
      const alike = group.split(" ");
      for (const word of alike) forms.set(word, new Set([...(forms.get(word) ?? []), ...alike]));
    }
    const entries = things.map(([label, language, group, href, detail, own, foreign, texts, place]) => ({
      ...{ label, lang: language, group, href, detail },
      // whole names to compare with, then all words of names
      called: [own, foreign].map((names) => names.split("||")[0].split("|")),
      own: ` ${own.replace(/\|+/g, " ")} `,
      foreign: ` ${foreign.replace(/\|+/g, " ")} `,
      texts: ` ${texts} `,
      all: `${own} ${foreign} ${texts} ${places[place]}`,
      placed: places[place].split("|").map((words) => ` ${words} `),
    }));

    const beginnings = stems.map((group) => {
      const alike = group.split(" ");
      const [first] = alike;
      let n = first.length;
      while (!alike.every((word) => word.startsWith(first.slice(0, n)))) n -= 1;
      return { begins: first.slice(0, n), alike };
    });

    /** The other forms of a word. One that no text has is taken for a form of what begins most like it.
     * @param {string} word */
    function otherForms(word) {
      const known = forms.get(word);
      if (known || entries.some((entry) => FIELDS.some((field) => entry[field].includes(` ${word}`))))
        return known ?? [];
      const near = beginnings.filter(
        ({ begins }) => begins.length > 3 && word.startsWith(begins) && word.length - begins.length < 5,
      );
      const longest = Math.max(...near.map(({ begins }) => begins.length));
      return near.filter(({ begins }) => begins.length === longest).flatMap(({ alike }) => alike);
    }

    /** How well a thing fits what is asked for: 0 its name itself … 6 only inside compounds; null if it does not.
     * @param {typeof entries[number]} entry @param {string[]} asked @param {string[][]} others other forms of each
     * @returns {number | null} */
    function rankOf({ called, own, foreign, texts, placed }, asked, others) {
      /** Whether each word is in a field, as the beginning of a word or in another form. @param {string} field */
      const fits = (field) =>
        asked.map((word, n) => field.includes(` ${word}`) || others[n].some((form) => field.includes(` ${form} `)));
      /** @param {string} field */
      const within = (field) => asked.map((word) => word.length > 2 && new RegExp(`[^ ]{2}${word}`, "u").test(field));
      const places = placed.map(fits);
      const sides = [own, foreign].map(fits);
      const named = sides.map((at, i) => at.some(Boolean) && at.every((one, n) => one || places[i][n]));
      for (const [i, names] of called.entries()) if (named[i] && names.includes(asked.join(" "))) return i;
      for (const i of [0, 1]) if (named[i]) return 2 + i;
      // where a thing belongs helps to narrow a search, but finds nothing by itself
      const telling = [...sides, fits(texts)];
      /** @param {boolean[][]} at @param {boolean[][]} where */
      const all = (at, where) =>
        at.some((one) => one.some(Boolean)) && asked.every((_, n) => [...at, ...where].some((one) => one[n]));
      if (all(telling, places)) return IN_TEXT;
      const inside = [...telling, ...[own, foreign, texts].map(within)];
      return all(inside, [...places, ...placed.map(within)]) ? INSIDE : null;
    }

    /** @param {string} text @param {number} most
     * @returns {SearchAnswer} */
    return (text, most) => {
      const asked = askedWords(text);
      if (!asked.length) return { groups: [], status: sayings.empty };
      const others = asked.map((word) => [...otherForms(word)]);
      const byGroup = headings.map((label) => ({
        label,
        hits: /** @type {RankedHit[]} */ ([]),
        total: 0,
        best: INSIDE,
      }));
      for (const entry of entries) {
        // most things have not even the letters
        if (!asked.every((word, n) => [word, ...others[n]].some((form) => entry.all.includes(form)))) continue;
        const rank = rankOf(entry, asked, others);
        if (rank === null) continue;
        const { label, lang: language, group, href, detail, own } = entry;
        const hit = { label, lang: language, href: new URL(href, root).href, detail, rank, length: own.length };
        byGroup[group].hits.push(hit);
        byGroup[group].best = Math.min(byGroup[group].best, rank);
        byGroup[group].total += 1;
      }
      // of what fits alike the shortest name says most of what was asked for
      for (const group of byGroup)
        group.hits.sort((a, b) => a.rank - b.rank || a.length - b.length || a.label.localeCompare(b.label, lang));
      const total = byGroup.reduce((sum, group) => sum + group.total, 0);
      const groups = shared(
        byGroup.sort((a, b) => Number(a.best > BY_NAME) - Number(b.best > BY_NAME)),
        most,
      );
      const shown = groups.reduce((sum, group) => sum + group.hits.length, 0);
      const forms = sayings.total;
      const counted =
        typeof forms === "string" ? forms : (forms[new Intl.PluralRules(lang).select(total)] ?? forms.other);
      const status = (!total ? sayings.none : shown < total ? sayings.of : counted)
        .replace("{text}", text.trim().slice(0, 80))
        .replace("{shown}", String(shown))
        .replace(/\{(?:n|count)\}/, String(total));
      return { groups, status: total ? status : `${status} ${sayings.static}` };
    };
  };
})();
