/* Questions asked in plain words, as the server finds them (medskick.queries.search.asking). */
"use strict";
const medskickAsking = (() => {
  const BEGINNING = 6;
  const LEAST_SHARE = 0.3;
  const NEAR = 0.4;
  const MOST = 5;
  const MOST_WORDS = 200;
  /** @param {number} number */
  const rounded = (number) => Math.round(number * 1000) / 1000;

  /** What tells the addresses of the questions that a text may ask for, the likeliest first.
   * @param {SearchAsking} data
   * @returns {(text: string) => string[]} */
  return ({ small, words: known, beginnings, rare, questions }) => {
    const silent = new Set(small.split(" "));
    const usual = Math.max(1, ...Object.values(rare));
    /** @param {string} word */
    const meaningsOf = (word) => {
      const begun = [];
      for (let n = 2; n <= word.length; n += 1) begun.push(...(beginnings[word.slice(0, n)] ?? []));
      const meanings = [...(known[word] ?? []), ...begun];
      if (meanings.length) return meanings;
      return silent.has(word) || word.length < 2 ? [] : [word.slice(0, BEGINNING)];
    };
    return (text) => {
      const words = medskickWords.words(text.slice(0, 400)).slice(0, MOST_WORDS);
      /** @type {Set<string>} */
      const meant = new Set();
      for (let place = 0; place < words.length; place += 1) {
        // two words may mean something together that neither means alone
        const pair = place + 1 < words.length ? known[`${words[place]} ${words[place + 1]}`] : undefined;
        for (const meaning of pair ?? meaningsOf(words[place] ?? "")) meant.add(meaning);
        if (pair) place += 1;
      }
      const askedMeanings = [...meant];
      /** @param {string[]} meanings */
      const share = (meanings) => meanings.reduce((sum, meaning) => sum + (rare[meaning] ?? usual), 0);
      const scored = questions.flatMap(([href, weights]) => {
        const shared = askedMeanings.filter((meaning) => meaning in weights);
        if (!shared.length || share(shared) < LEAST_SHARE * share(askedMeanings)) return [];
        const score = shared.reduce((sum, meaning) => sum + (rare[meaning] ?? usual) * weights[meaning], 0);
        return [{ href, score: rounded(score) }];
      });
      const best = Math.max(0, ...scored.map(({ score }) => score));
      const near = scored.filter(({ score }) => score >= NEAR * best).sort((a, b) => b.score - a.score);
      return near.slice(0, MOST).map(({ href }) => href);
    };
  };
})();
