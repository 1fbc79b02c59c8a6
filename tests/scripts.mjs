// The parts of our scripts that need no page, for tests: plain scripts, which see each other's names as in a page.
// Run by itself it answers questions put to it as JSON, so that tests can hold Python and the scripts to one result.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

for (const name of [
  "passed.js",
  "choices.js",
  "news.js",
  "folding.js",
  "search-asking.js",
  "search-index.js",
  "picture/offline.js",
]) {
  const path = new URL(`../viz/${name}`, import.meta.url);
  vm.runInThisContext(readFileSync(path, "utf-8"), { filename: path.pathname });
}
export const { medskickPassed, medskickChoices, medskickNews, medskickWords, medskickSearchIndex, medskickOffline } =
  vm.runInThisContext(
    "({ medskickPassed, medskickChoices, medskickNews, medskickWords, medskickSearchIndex, medskickOffline })",
  );

function answer({ choices, fold, offline, passed, search }) {
  const answers = {};
  if (passed) answers.passed = passed.map(([until, today]) => medskickPassed.isPassed(until, today));
  if (choices) answers.choices = choices[1].map((choice) => medskickChoices.ordered(choices[0], choice));
  if (fold) answers.fold = fold.map(medskickWords.fold);
  if (offline) {
    const { short, measures, round, groups, paths } = offline;
    const asked = medskickOffline(short, measures);
    answers.round = round.map(asked.round);
    answers.groups = groups.map(asked.groups);
    answers.paths = paths.map(([from, to]) => asked.paths(from, to));
  }
  if (search) {
    const find = medskickSearchIndex(search.index, "file:///site/", search.lang);
    answers.search = search.texts.map((text) => find(text, search.most));
  }
  return answers;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(JSON.stringify(answer(JSON.parse(readFileSync(0, "utf-8")))));
