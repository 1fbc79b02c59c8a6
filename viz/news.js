/* What is new since the reader last looked at the page of news: kept in this browser, no cookie, nothing is sent. */
"use strict";
const medskickNews = (() => {
  /** What differs between what was seen and what there is now; null where nothing was seen before.
   * @param {News | null} seen @param {News} now */
  function since(seen, now) {
    if (!seen) return null;
    const added = Object.keys(now.datasets).filter((name) => !(name in seen.datasets));
    const changed = Object.entries(now.datasets).flatMap(([name, { mark, counts }]) => {
      const before = seen.datasets[name];
      if (!before || before.mark === mark) return [];
      const classes = Object.keys({ ...before.counts, ...counts });
      const more = classes
        .map((cls) => ({ cls, by: (counts[cls] ?? 0) - (before.counts[cls] ?? 0) }))
        .filter(({ by }) => by !== 0);
      return [{ name, more }];
    });
    const known = new Set(seen.lessons);
    return { added, changed, lessons: now.lessons.filter((lesson) => !known.has(lesson)) };
  }

  /** A text that may be what this script once wrote. @param {string | null} text @returns {News | null} */
  function read(text) {
    try {
      const news = JSON.parse(text ?? "null");
      return news && typeof news.datasets === "object" && news.datasets && Array.isArray(news.lessons) ? news : null;
    } catch {
      return null;
    }
  }
  return { since, read };
})();
if (typeof document !== "undefined") {
  const KEY = "medskick.news";
  const box = document.getElementById("since-last");
  const rows = [...document.querySelectorAll("[data-dataset]")].filter((row) => row instanceof HTMLElement);
  const lessons = [...document.querySelectorAll("[data-lesson]")].filter((row) => row instanceof HTMLElement);
  /** @type {News} */
  const now = {
    datasets: Object.fromEntries(
      rows.map(({ dataset }) => [
        dataset.dataset ?? "",
        { mark: dataset.mark ?? "", counts: JSON.parse(dataset.counts ?? "{}") },
      ]),
    ),
    lessons: lessons.map(({ dataset }) => dataset.lesson ?? "").sort(),
  };
  /** What was seen before this visit: the same as long as the tab is open, so that nothing is lost by going back.
   * @returns {News | null | undefined} */
  const seenBefore = () => {
    try {
      const visit = sessionStorage.getItem(KEY);
      const before = visit ?? localStorage.getItem(KEY) ?? "null";
      sessionStorage.setItem(KEY, before);
      localStorage.setItem(KEY, JSON.stringify(now));
      return medskickNews.read(before);
    } catch {
      return undefined; // a browser that keeps nothing
    }
  };
  const seen = seenBefore();
  const list = box?.querySelector("ul");
  if (box && list && seen !== undefined) {
    const words = box.dataset;
    /** @type {Record<string, string>} */
    const kinds = JSON.parse(words.kinds ?? "{}");
    /** @param {(string | Node)[]} parts */
    const tell = (...parts) => {
      const line = document.createElement("li");
      line.append(...parts);
      list.append(line);
    };
    /** A copy of the link that the page has for a thing. @param {HTMLElement | undefined} row */
    const link = (row) => row?.querySelector("a")?.cloneNode(true) ?? "";
    /** @param {string} name */
    const dataset = (name) => link(rows.find((row) => row.dataset.dataset === name));
    const news = medskickNews.since(seen, now);
    for (const name of news?.added ?? []) tell(`${words.new} `, dataset(name));
    for (const { name, more } of news?.changed ?? []) {
      const by = more.map(({ cls, by }) => `${kinds[cls] ?? cls} ${by > 0 ? "+" : "−"}${Math.abs(by)}`).join(", ");
      tell(`${words.changed} `, dataset(name), by && ` (${by})`);
    }
    for (const lesson of news?.lessons ?? [])
      tell(`${words.lessons} `, link(lessons.find((row) => row.dataset.lesson === lesson)));
    if (!list.children.length) tell((news ? words.nothing : words.first) ?? "");
    box.hidden = false;
  }
}
