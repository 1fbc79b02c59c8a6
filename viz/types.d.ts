/* What the scripts hand each other, and the data that Python hands over to them. Read by tsc only: no page loads it. */

type Lang = "sv" | "en";
/** Words of the page: of several plural forms (CLDR categories) the one that fits a number. */
type Saying = string | ({ [rule in Intl.LDMLPluralRule]?: string } & { other: string });
/** A text by language. */
type Pair = { [lang in Lang]?: string | number };
interface Spot {
  x: number;
  y: number;
}

// ---- search (medskick.queries.search.hits.as_json, search_index.static_index)

interface Hit {
  label: string;
  lang: string;
  href: string;
  detail: string;
  snippet?: [text: string, fits: boolean][];
  snippetLang?: string;
  elsewhere?: string;
  elsewhereLang?: string;
}
interface HitGroup {
  label: string;
  total: number;
  hits: Hit[];
}
interface SearchAnswer {
  groups: HitGroup[];
  status: string;
}
type RankedHit = Hit & { rank: number; length: number };
type FindHits = (text: string, most: number) => SearchAnswer;
type SearchIndex = [
  headings: string[],
  sayings: Record<"empty" | "none" | "of" | "static", string> & { total: Saying },
  things: [
    label: string,
    lang: string,
    group: number,
    href: string,
    detail: string,
    own: string,
    foreign: string,
    texts: string,
    place: number,
  ][],
  places: string[],
  stems: string[],
];

type MakeCombobox = (parts: {
  input: HTMLInputElement;
  list: HTMLElement;
  /** What is shown and hidden, where it is more than the list. */
  panel?: HTMLElement;
  /** An option was taken. */
  take: (option: HTMLElement) => void;
  /** The list is wanted: fill it, then `show`. */
  ask: () => void;
  /** Enter takes the first option where none is marked. */
  first?: boolean;
  closed?: () => void;
}) => { show: (options: HTMLElement[]) => void; close: () => void };

// ---- the picture's data (medskick.viz.pictures.as_page.page_data)

interface Kind {
  id: string;
  label?: Pair;
  definition?: Pair;
  colour: string;
  shape: string;
  hidden?: boolean;
}
interface Line {
  label: Pair;
  value: Pair;
}
interface Citation {
  title?: string;
  lang?: string;
  url?: string;
  publisher?: string;
  date?: Pair;
  locator?: string;
  coverage?: Pair;
  whole?: boolean;
}
/** A relation as seen from a thing: its key, 1 if the thing is its subject, the tail of what is at its other end. */
type OwnTie = [relation: string, out: 0 | 1, tail: string];
/** A thing as Python hands it over; what is not known (in pages of files) is left out. */
interface RawThing {
  id?: number;
  iri: string;
  tail: string;
  class: string;
  label: Pair;
  dataset?: string;
  years?: number[];
  href?: string;
  x?: number;
  y?: number;
  size?: number;
  degree?: number;
  dates?: Line[];
  lines?: Line[];
  text?: Pair;
  note?: Pair;
  basis?: Pair;
  kind?: Pair;
  citations?: Citation[];
  ties?: OwnTie[];
}
interface Edge {
  from: number;
  to: number;
  relation: string;
  derived: boolean;
}
interface Heading {
  label: Pair;
  x: number;
  members: number[];
}
interface RelationWords {
  label?: Pair;
  inverse?: Pair;
}
/** How far things stand apart and how many are shown (medskick.viz.pictures.as_page.measures). */
interface Measures {
  row: number;
  head: number;
  between: number;
  near: number;
  bulge: number;
  at_once: number;
  drawn: number;
  members: number;
  paths: number;
  longest: number;
}
interface PageData {
  title: Pair;
  summary: Pair;
  source_note: Pair | null;
  version: string;
  layout: "force" | "columns" | "sides";
  around: number | null;
  left_out: number;
  headings: Heading[];
  classes: Kind[];
  datasets: Record<string, Pair>;
  relations: Record<string, RelationWords>;
  measures: Measures;
  nodes: RawThing[];
  edges: Edge[];
  onward?: { server: string; script: string; pages: string; live: boolean };
}

// ---- everything in short (medskick.viz.pictures.offline)

interface Short {
  relations: Record<string, RelationWords>;
  classes: Kind[];
  datasets: Record<string, Pair>;
  keys: string[];
  things: [tail: string, class_: number, dataset: number, years: number[], earliest: string, sv: string, en: string][];
  ties: [start: number, key: number, end: number][];
}
/** All ties of a thing by one relation in one direction; of `total` so many `members` are named. */
interface TieGroup {
  relation: string;
  out: 0 | 1;
  total: number;
  members: string[];
}
/** The picture round a thing: where things stand, by tail, and how they hang on it. */
interface Round {
  places: Record<string, Spot>;
  headings: { relation: string; out: 0 | 1; x: number; members: string[] }[];
  left_out: number;
}
/** Where the page finds what is not in its picture. */
interface Source {
  ties: (node: Thing) => Promise<TieGroup[]>;
  things: (tails: string[]) => Promise<RawThing[]>;
  paths: (from: Thing, to: Thing) => Promise<string[][]>;
  /** Only where there is no server: there a page can be asked to begin round any thing. */
  round?: (tail: string) => Promise<Round | null>;
}
