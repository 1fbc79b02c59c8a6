// Our scripts without a page (run by tests/test_scripts.py): expected values are worked out by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { medskickNews, medskickOffline, medskickPassed, medskickSearchIndex, medskickWords } from "./scripts.mjs";

const MEASURES = {
  ...{ row: 100, head: 0.5, between: 0.5, near: 100, bulge: 100 },
  ...{ at_once: 25, drawn: 4, members: 2, paths: 3, longest: 4 },
};
const CLASSES = ["Actor", "Gap", "Source"].map((id) => ({ id, label: { en: id }, colour: "#000000", shape: "dot" }));

/** Everything in short: things by tail with class and date, ties as "from relation to". */
function short(things, ties) {
  const tails = Object.keys(things).sort();
  const keys = [...new Set(ties.map((tie) => tie.split(" ")[1]))].sort();
  return {
    ...{ relations: {}, classes: CLASSES, datasets: { x: { en: "X" } }, languages: ["sv", "en"], keys },
    things: tails.map((tail) => [
      tail,
      CLASSES.findIndex(({ id }) => id === things[tail][0]),
      0,
      [],
      things[tail][1] ?? "",
      "",
      tail,
    ]),
    ties: ties.map((tie) => {
      const [from, relation, to] = tie.split(" ");
      return [tails.indexOf(from), keys.indexOf(relation), tails.indexOf(to)];
    }),
  };
}
const actors = (...tails) => Object.fromEntries(tails.map((tail) => [tail, ["Actor"]]));

test("a day is the reader's own, and has passed from the day after", () => {
  assert.equal(medskickPassed.day(new Date(2027, 0, 1, 0, 5)), "2027-01-01");
  assert.equal(medskickPassed.isPassed("2026-12-31", "2026-12-31"), false);
  assert.equal(medskickPassed.isPassed("2026-12-31", "2027-01-01"), true);
});

test("what is new is told against what was seen: datasets, numbers in changed ones, lessons", () => {
  const seen = {
    datasets: { skane: { mark: "0.1.0 2026-11-23", counts: { Lesson: 6, Decision: 11, Gap: 2 } } },
    lessons: ["skane/a", "skane/b"],
  };
  const now = {
    datasets: {
      skane: { mark: "0.1.0 2026-11-28", counts: { Lesson: 7, Decision: 11 } },
      ruhr: { mark: "0.1.0 2026-11-28", counts: { Lesson: 1 } },
    },
    lessons: ["ruhr/d", "skane/a", "skane/c"],
  };
  assert.deepEqual(medskickNews.since(seen, now), {
    added: ["ruhr"],
    changed: [
      {
        name: "skane",
        more: [
          { cls: "Lesson", by: 1 },
          { cls: "Gap", by: -2 },
        ],
      },
    ],
    lessons: ["ruhr/d", "skane/c"],
  });
  assert.deepEqual(medskickNews.since(now, now), { added: [], changed: [], lessons: [] });
  // nothing was seen before, or what is kept is not ours
  assert.equal(medskickNews.since(null, now), null);
  for (const text of [null, "", "{", "[]", "1", '{"datasets":null,"lessons":[]}'])
    assert.equal(medskickNews.read(text), null);
});

test("words are folded without case, marks and strokes", () => {
  assert.equal(medskickWords.fold("Samråd ÅRE Østfold Æbelø Straße ŁÓDŹ"), "samrad are ostfold aebelo strasse lodz");
  assert.deepEqual(medskickWords.words("E-post: 2 möten (RUFS 2050)!"), ["e", "post", "2", "moten", "rufs", "2050"]);
  assert.deepEqual(medskickWords.words("–"), []);
});

test("ties are counted by relation and direction, the largest group first, so many members named", () => {
  const { groups } = medskickOffline(
    short(actors("a", "b", "c", "d"), ["a knows b", "c leads a", "c knows a", "d leads a", "b leads a"]),
    MEASURES,
  );
  assert.deepEqual(groups("a"), [
    { relation: "leads", out: 0, total: 3, members: ["b", "c"] },
    { relation: "knows", out: 0, total: 1, members: ["c"] },
    { relation: "knows", out: 1, total: 1, members: ["b"] },
  ]);
  assert.deepEqual(groups("nowhere"), []);
});

test("paths: the shortest first, then those through less connected things, never through a source or a gap", () => {
  const things = { ...actors("a", "b", "hub", "lone", "x", "y", "z"), gap: ["Gap"], source: ["Source"] };
  const ties = ["a r hub", "hub r b", "a r lone", "lone r b", "a r gap", "gap r b", "source r a", "source r b"];
  const { paths } = medskickOffline(
    short(things, [...ties, "hub r x", "hub r y", "a r x", "x r y", "y r b", "z r z"]),
    MEASURES,
  );
  assert.deepEqual(paths("a", "b"), [
    ["a", "lone", "b"],
    ["a", "hub", "b"],
    ["a", "x", "y", "b"],
  ]);
  assert.deepEqual(paths("a", "a"), []);
  assert.deepEqual(paths("a", "z"), []);
  assert.deepEqual(paths("a", "nowhere"), []);
  // a source can be where a path begins
  assert.deepEqual(paths("source", "lone")[0], ["source", "a", "lone"]);
});

test("paths are no longer than so many steps, and equals come in order of name", () => {
  const chain = ["a r b", "b r c", "c r d", "d r e", "e r f"];
  const { paths } = medskickOffline(short(actors("a", "b", "c", "d", "e", "f"), chain), MEASURES);
  assert.deepEqual(paths("a", "e"), [["a", "b", "c", "d", "e"]]);
  assert.deepEqual(paths("a", "f"), []);
  const square = medskickOffline(short(actors("a", "p", "q", "z"), ["a r q", "q r z", "a r p", "p r z"]), MEASURES);
  assert.deepEqual(square.paths("a", "z"), [
    ["a", "p", "z"],
    ["a", "q", "z"],
  ]);
});

test("round a thing: groups on both sides in order of time, what is too much is counted", () => {
  const things = {
    m: ["Actor"],
    a: ["Actor", "2020"],
    b: ["Actor", "2019"],
    c: ["Actor"],
    d: ["Gap"],
    e: ["Actor"],
    f: ["Source"],
  };
  const { round } = medskickOffline(short(things, ["m r a", "m r b", "m r c", "e s m", "m r d", "m r f"]), MEASURES);
  // a source is no part of it, and is not counted as left out
  // four of five are drawn: the lone ones of their kinds first, so c is left out; three of one relation and one of another
  assert.deepEqual(round("m"), {
    places: {
      m: { x: 0, y: 0 },
      // 3 > 2 + 1 does not hold, so the three stand together: rows 0.5 + 3 from -1.75
      b: { x: 194.3, y: -75 },
      a: { x: 199.4, y: 25 },
      d: { x: 183.1, y: 125 },
      // one row: 0.5 + 1 from -0.75
      e: { x: -198, y: 25 },
    },
    headings: [
      { relation: "r", out: 1, x: 194.3, members: ["b", "a", "d"] },
      { relation: "s", out: 0, x: -198, members: ["e"] },
    ],
    left_out: 1,
  });
  assert.equal(round("nowhere"), null);
});

test("a thing is told of in the page's form, under its own page", () => {
  const { thing } = medskickOffline(short(actors("skane/kick-off", "http://elsewhere/x"), []), MEASURES);
  const own = thing("skane/kick-off", "sv", "id/*.html");
  assert.equal(own.href, "id/skane/kick-off.html");
  assert.equal(own.iri, "https://w3id.org/medskick/id/skane/kick-off");
  assert.equal(thing("http://elsewhere/x", "sv", "id/*.html").href, undefined);
  assert.equal(thing("nowhere", "sv", ""), null);
});

const SAYINGS = {
  empty: "Skriv.",
  none: "Inget för {text}.",
  total: { one: "En.", other: "{n}." },

  of: "{shown} av {count}.",
  onward: "Se vidare.",
};
const find = medskickSearchIndex(
  [
    ["Medskick", "Skeden"],
    SAYINGS,
    [
      ["Börja tidigt", "", 0, "a", "", "borja tidigt||samrad", "start early", "fore remissen", 0],
      ["Samråd", "", 1, "b", "", "samrad", "consultation", "", 0],
      ["Samrådets möten", "", 1, "c", "", "samradets moten", "", "", 0],
      ["Tidigt samråd", "", 1, "d", "", "tidigt samrad", "early consultation", "", 1],
      ["Kommunen", "", 0, "e", "", "kommunen", "", "om delsamradsmoten", 1],
      ["Örkelljunga", "", 0, "f", "", "orkelljunga", "", "", 1],
    ],
    ["regionplan skane|", "rufs|"],
    ["samrad samradet samradets", "kommunen kommuner"],
    "börja delsamrådsmöten före möten samråd samrådet samrådets",
    { search: "search", offered: "Menade du", groups: [["Frågor", [["Vilka?", "q"]]]] },
    { small: "", words: {}, beginnings: {}, rare: {}, questions: [] },
    "or-kelljunga",
  ],
  "file:///site/",
  "sv",
);
const hits = (text, most = 10) =>
  find(text, most)
    .groups.filter(({ label }) => label !== "Frågor")
    .map(({ label, hits: inside }) => [label, ...inside.map((hit) => hit.label)]);

test("search: the name itself, then names, then texts, then what has it inside compounds", () => {
  assert.deepEqual(hits("SAMRÅD"), [
    ["Medskick", "Börja tidigt", "Kommunen"],
    ["Skeden", "Samråd", "Tidigt samråd", "Samrådets möten"],
  ]);
  assert.deepEqual(hits("remissen"), [["Medskick", "Börja tidigt"]]);
  assert.equal(find("samråd", 10).groups[0].hits[0].href, "file:///site/a");
});

test("search: inflected forms meet, and one that no text has is taken for its nearest kin", () => {
  assert.deepEqual(hits("samrådet"), [
    ["Medskick", "Börja tidigt"],
    ["Skeden", "Samråd", "Tidigt samråd", "Samrådets möten"],
  ]);
  assert.deepEqual(hits("kommuner"), [["Medskick", "Kommunen"]]);
  assert.deepEqual(hits("samråden"), hits("samrådet"));
});

test("search: in a name another word begins only where what stands before is a word", () => {
  assert.deepEqual(hits("unga"), []);
  assert.deepEqual(hits("kelljunga"), [["Medskick", "Örkelljunga"]]);
});

test("search: where a thing belongs narrows, but finds nothing by itself", () => {
  assert.deepEqual(hits("samråd rufs"), [
    ["Skeden", "Tidigt samråd"],
    ["Medskick", "Kommunen"],
  ]);
  assert.deepEqual(hits("rufs"), []);
});

test("search: who types å, ä or ö means that letter", () => {
  assert.deepEqual(hits("möten"), [
    ["Skeden", "Samrådets möten"],
    ["Medskick", "Kommunen"],
  ]);
  assert.deepEqual(hits("moten"), hits("möten"));
  assert.deepEqual(hits("möt"), hits("möten"));
  assert.deepEqual(hits("mot\u00aden"), hits("moten"));
  assert.deepEqual(hits("måten"), [["Menade du", "möten"]]);
});

test("search: what finds nothing leads on, and a word that may be meant is offered", () => {
  const { groups, status } = find("samrda", 10);
  assert.deepEqual(
    groups.map(({ label, hits: inside }) => [label, inside[0].label, inside[0].href]),
    [
      ["Menade du", "samråd", "file:///site/search?q=samr%C3%A5d"],
      ["Frågor", "Vilka?", "file:///site/q"],
    ],
  );
  assert.equal(status, "Inget för samrda. Se vidare.");
});

test("search: some of each group, and the reader is told how many there are", () => {
  assert.deepEqual(hits("samråd", 2), [
    ["Medskick", "Börja tidigt"],
    ["Skeden", "Samråd"],
  ]);
  assert.equal(find("samråd", 2).status, "2 av 5.");
  assert.equal(find("samråd", 9).status, "5.");
  assert.equal(find("remissen", 9).status, "En.");
  assert.equal(find(" finns ej ", 9).status, "Inget för finns ej. Se vidare.");
  assert.equal(find(" – ", 9).status, "Skriv.");
});
