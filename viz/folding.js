/* Words as readers type them, folded just as the server folds them (medskick.queries.search.spelling). */
"use strict";
const medskickWords = (() => {
  // letters that are no other letter with a mark on it
  const LETTERS = new Map(
    Object.entries({
      ß: "ss",
      ς: "σ",
      æ: "ae",
      œ: "oe",
      ø: "o",
      đ: "d",
      ð: "d",
      ħ: "h",
      ı: "i",
      ł: "l",
      ŧ: "t",
      þ: "th",
    }),
  );

  /** A text without case and diacritics.
   * @param {string} text */
  const fold = (text) =>
    text
      .toLowerCase()
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/\P{ASCII}/gu, (letter) => LETTERS.get(letter) ?? letter);

  /** The folded words of a text in order; everything between words is left out.
   * @param {string} text
   * @returns {string[]} */
  const words = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  return { fold, words };
})();
