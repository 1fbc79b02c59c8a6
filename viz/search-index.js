/*
 * Searching without a server, in the index that a script of the site sets (medskick.queries.search.static_index). What it finds, and by what it ranks, is the server's; what only the server has: how often a word occurs,
 * and which words there are in a language, so that a slip is not forgiven here: the word that may be meant is offered.
 */
"use strict";
const medskickSearchIndex = (() => {
  const { fold, words, marked } = medskickWords;
  const BY_NAME = 3;
  const IN_TEXT = 4;
  const INSIDE = 6;
  const FEW = 3;
  // so many words are taken for a question in plain words
  const A_QUESTION = 3;
  const ASKED = -1;
  const BEFORE_TEXT = 3.5;
  const LEAST_OFFERED = 5;
  const FIELDS = /** @type {const} */ (["own", "foreign", "texts"]);

  /** The words of what a reader typed, bounded as the server bounds them, each folded and with its marks.
   * @param {string} text
   * @returns {[word: string, letters: string][]} */
  const askedWords = (text) => {
    const typed = words(text.slice(0, 400), marked);
    const bounded = typed.slice(0, 10).map((letters) => letters.slice(0, 40));
    return [...new Map(bounded.map((letters) => [fold(letters), letters]))];
  };

  /** Whether two words have the same marks as far as their letters are the same.
   * @param {string} typed @param {string} spelling */
  const agree = (typed, spelling) => {
    for (let n = 0; n < Math.min(typed.length, spelling.length); n += 1)
      if (typed[n] !== spelling[n]) return fold(typed[n]) !== fold(spelling[n]);
    return true;
  };

  /** How many slips are between two words: a letter more, less or other, or two letters swapped.
   * @param {string} a @param {string} b */
  function slipsBetween(a, b) {
    let before = /** @type {number[]} */ ([]);
    let last = Array.from({ length: b.length + 1 }, (_, n) => n);
    for (let i = 1; i <= a.length; i += 1) {
      const row = [i];
      for (let j = 1; j <= b.length; j += 1) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + Number(a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      [before, last] = [last, row];
    }
    return last[b.length];
  }

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
  return ([headings, sayings, things, places, stems, spelled, ways, asking, named], root, lang) => {
    const asksFor = medskickAsking(asking);
    /** @type {Map<string, Set<string>>} */
    const forms = new Map();
    for (const group of stems) {
      const alike = group.split(" ");
      for (const word of alike) forms.set(word, new Set([...(forms.get(word) ?? []), ...alike]));
    }
    const entries = things.map(([label, language, group, href, detail, own, foreign, texts, place, until]) => ({
      ...{ label, lang: language, group, href, detail, until },
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

    /** The spellings with å, ä or ö, by folded word.
     * @type {Map<string, string[]>} */
    const marks = new Map();
    for (const spelling of spelled.split(" ")) {
      const word = fold(spelling);
      marks.set(word, [...(marks.get(word) ?? []), spelling]);
    }
    /** @param {string} word */
    const spellings = (word) => marks.get(word) ?? [word];

    /** Where another word may begin in a name, by the name's folded word.
     * @type {Map<string, Set<number>>} */
    const joints = new Map();
    for (const name of named.split(" ")) {
      const places = new Set();
      let length = 0;
      for (const part of name.split("-")) {
        length += part.length;
        places.add(length);
      }
      joints.set(name.replaceAll("-", ""), places);
    }
    /** Whether a word has another one inside: in a name only where a word may begin. @param {string} part @param {string} known */
    function isPart(part, known) {
      for (let at = known.indexOf(part, 2); at > 0; at = known.indexOf(part, at + 1))
        if (joints.get(known)?.has(at) ?? true) return true;
      return false;
    }

    /** What a typed word can stand for: who types å, ä or ö means that letter.
     * @param {[word: string, letters: string]} typed */
    function meaningOf([word, letters]) {
      const others = [...otherForms(word)];
      if (letters === word) {
        const compound = new RegExp(`[^ ]{2}${word}`, "u");
        const inside = (/** @type {string} */ field) =>
          compound.test(field) && field.split(" ").some((known) => isPart(word, known));
        return { word, others, inside: word.length > 2 ? inside : null };
      }
      const all = [...marks.keys()];
      const begun = new Set([...others, ...all.filter((known) => known.startsWith(word))]);
      const within = all.filter(
        (known) => isPart(word, known) && spellings(known).some((spelling) => spelling.slice(2).includes(letters)),
      );
      return {
        word: null,
        others: [...begun].filter((known) => spellings(known).some((spelling) => agree(letters, spelling))),
        inside: (/** @type {string} */ field) => within.some((known) => field.includes(` ${known} `)),
      };
    }

    /** How well a thing fits what is asked for: 0 its name itself … 6 only inside compounds; null if it does not.
     * @param {typeof entries[number]} entry @param {string} wanted @param {ReturnType<typeof meaningOf>[]} asked
     * @returns {number | null} */
    function rankOf({ called, own, foreign, texts, placed }, wanted, asked) {
      /** Whether each word is in a field, as the beginning of a word or in another form. @param {string} field */
      const fits = (field) =>
        asked.map(
          ({ word, others }) =>
            (word !== null && field.includes(` ${word}`)) || others.some((form) => field.includes(` ${form} `)),
        );
      /** @param {string} field */
      const within = (field) => asked.map(({ inside }) => inside?.(field) ?? false);
      const places = placed.map(fits);
      const sides = [own, foreign].map(fits);
      const named = sides.map((at, i) => at.some(Boolean) && at.every((one, n) => one || places[i][n]));
      for (const [i, names] of called.entries()) if (named[i] && names.includes(wanted)) return i;
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

    /** A list of links beside the hits.
     * @param {string} label @param {[label: string, href: string][]} links
     * @returns {HitGroup} */
    const linked = (label, links) => ({
      label,
      total: links.length,
      hits: links.map(([name, href]) => ({ label: name, lang: "", href: new URL(href, root).href, detail: "" })),
    });

    const known = new Set(entries.flatMap(({ all }) => words(all)));
    /** The word that was probably meant, if there is one.
     * @param {string} word */
    function nearest(word) {
      if (word.length < LEAST_OFFERED || [...known].some((one) => one.startsWith(word))) return null;
      const slips = Math.min(3, Math.floor((word.length - 1) / 4));
      let near = null;
      let least = slips + 1;
      for (const one of [...known].sort())
        if (one[0] === word[0] && Math.abs(one.length - word.length) < least) {
          const distance = slipsBetween(word, one);
          if (distance < least) [near, least] = [one, distance];
        }
      return near;
    }

    /** The search as it may have been meant.
     * @param {[word: string, letters: string][]} asked
     * @returns {HitGroup[]} */
    function offered(asked) {
      const near = asked.map(([word, letters]) => ({ letters, one: nearest(word) }));
      if (!near.some(({ one }) => one)) return [];
      const meant = near.map(({ letters, one }) => (one ? spellings(one)[0] : letters)).join(" ");
      return [linked(ways.offered, [[meant, `${ways.search}?q=${encodeURIComponent(meant)}`]])];
    }

    /** @param {string} text @param {number} most
     * @returns {SearchAnswer} */
    return (text, most) => {
      const asked = askedWords(text);
      if (!asked.length) return { groups: [], status: sayings.empty };
      const wanted = asked.map(([word]) => word).join(" ");
      const meanings = asked.map(meaningOf);
      const byGroup = headings.map((label) => ({
        label,
        hits: /** @type {RankedHit[]} */ ([]),
        total: 0,
        best: INSIDE,
      }));
      /** @param {typeof entries[number]} entry @param {number} rank */
      const keep = ({ label, lang: language, group, href, detail, until, own }, rank) => {
        const hit = { label, lang: language, href: new URL(href, root).href, detail, until, rank, length: own.length };
        byGroup[group].hits.push(hit);
        byGroup[group].best = Math.min(byGroup[group].best, rank);
        byGroup[group].total += 1;
      };
      /** @type {[typeof entries[number], number][]} */
      const ranked = [];
      for (const entry of entries) {
        // most things have not even the letters
        if (!asked.every(([word], n) => [word, ...meanings[n].others].some((form) => entry.all.includes(form))))
          continue;
        const rank = rankOf(entry, wanted, meanings);
        if (rank === null) continue;
        ranked.push([entry, rank]);
      }
      const few = ranked.length <= FEW;
      const near = asked.length >= A_QUESTION || few ? asksFor(text) : [];
      for (const [entry, rank] of ranked) if (!near.includes(entry.href)) keep(entry, rank);
      for (const [n, href] of near.entries()) {
        const question = entries.find((entry) => entry.href === href);
        if (question) keep(question, (asked.length >= A_QUESTION ? ASKED : BEFORE_TEXT) + n / 100);
      }
      // of what fits alike the shortest name says most of what was asked for
      for (const group of byGroup)
        group.hits.sort((a, b) => a.rank - b.rank || a.length - b.length || a.label.localeCompare(b.label, lang));
      const total = byGroup.reduce((sum, group) => sum + group.total, 0);
      const groups = shared(
        byGroup.sort(
          (a, b) => Number(a.best >= 0) - Number(b.best >= 0) || Number(a.best > BY_NAME) - Number(b.best > BY_NAME),
        ),
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
      // a whole sentence has words that the texts lack, and is no slip
      const slips = ranked.length || asked.length >= A_QUESTION ? [] : offered(asked);
      const onward = few ? ways.groups.map(([label, links]) => ({ ...linked(label, links), ways: true })) : [];
      return { groups: [...slips, ...groups, ...onward], status: total ? status : `${status} ${sayings.onward}` };
    };
  };
})();
