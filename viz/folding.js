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
      .replace(/\p{M}|[\u00ad\u200b-\u200d\u2060\ufeff]/gu, "")
      .replace(/\P{ASCII}/gu, (letter) => LETTERS.get(letter) ?? letter);

  /** A text folded but for å, ä and ö; an ø counts as ö.
   * @param {string} text */
  const marked = (text) =>
    [...text.normalize("NFC").toLowerCase().replaceAll("ø", "ö")]
      .map((letter) => ("åäö".includes(letter) ? letter : fold(letter)))
      .join("");

  /** The folded words of a text in order; everything between words is left out.
   * @param {string} text @param {(text: string) => string} folded
   * @returns {string[]} */
  const words = (text, folded = fold) => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  return { fold, words, marked };
})();
