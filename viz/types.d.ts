/* What the scripts hand each other, and the data that Python hands over to them. Read by tsc only: no page loads it. */

/** A language tag: which there are, Python says. */
type Lang = string;
/** Words of the page: of several plural forms (CLDR categories) the one that fits a number. */
type Saying = string | ({ [rule in Intl.LDMLPluralRule]?: string } & { other: string });
/** A text by language. */
type Pair = { [lang: Lang]: string | number | undefined };
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
  /** The last day on which what was expected could come, where nothing shows whether it did; empty elsewhere. */
  until?: string;
}
interface HitGroup {
  label: string;
  total: number;
  hits: Hit[];
  /** Whether it leads on from little or nothing. */
  ways?: boolean;
}
interface SearchAnswer {
  groups: HitGroup[];
  status: string;
}
type RankedHit = Hit & { rank: number; length: number };
type FindHits = (text: string, most: number) => SearchAnswer;
type SearchIndex = [
  headings: string[],
  sayings: Record<"empty" | "none" | "of" | "onward", string> & { total: Saying },
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
    until: string,
  ][],
  places: string[],
  stems: string[],
  spelled: string,
  ways: SearchWays,
  asking: SearchAsking,
  named: string,
];
type SearchWays = {
  search: string;
  offered: string;
  groups: [label: string, links: [label: string, href: string][]][];
};
/** Which questions are asked for in plain words (medskick.queries.search.asking). */
type SearchAsking = {
  small: string;
  words: Record<string, string[]>;
  beginnings: Record<string, string[]>;
  rare: Record<string, number>;
  questions: [href: string, weights: Record<string, number>][];
};

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

/** What the page of news holds: datasets with version, day and counts by class, and the lessons. */
interface News {
  datasets: Record<string, { mark: string; counts: Record<string, number> }>;
  lessons: string[];
}
interface Kind {
  id: string;
  label?: Pair;
  definition?: Pair;
  colour: string;
  shape: string;
  /** The corners of its figure in a square of 16; none for a circle. */
  outline?: string;
  hidden?: boolean;
}
interface Line {
  label: Pair;
  value: Pair;
  /** The last day on which what was expected could come, where nothing shows whether it did. */
  until?: string;
}
interface Citation {
  title?: string;
  lang?: string;
  url?: string;
  publisher?: string;
  date?: Pair;
  locator?: string;
  coverage?: Pair;
  among?: Pair;
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
  /** The relations that its row lists as inferred. */
  inferred?: string[];
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
  languages: Lang[];
  /** What a reader of the page is given where their language has no words, in order. */
  fallback: Lang[];
  onward?: { server: string; script: string; pages: string; live: boolean };
}

// ---- everything in short (medskick.viz.pictures.offline)

interface Short {
  relations: Record<string, RelationWords>;
  classes: Kind[];
  datasets: Record<string, Pair>;
  keys: string[];
  languages: Lang[];
  things: [tail: string, class_: number, dataset: number, years: number[], moment: string, ...names: string[]][];
  ties: [start: number, key: number, end: number, inferred?: number][];
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

// ---- the picture as the page has it (viz/picture)

interface Link {
  edge: Edge;
  other: Thing;
  out: boolean;
}
/** A thing as the page knows it. `at` is its place in the layout's own units, `home` where the layout put it. */
interface Thing extends RawThing {
  id: number;
  size: number;
  type: Kind;
  links: Link[];
  near: Set<number>;
  /** Whether it is in the picture; else it is only known. */
  present: boolean;
  at: Spot;
  home: Spot;
  folded: string;
  count: number;
  /** Where it was drawn last, in pixels. */
  spot: Circle;
  groups?: TieGroup[];
  failed?: boolean;
  row?: HTMLElement | null;
  ink?: Ink;
  drawn?: boolean;
  look?: string;
  moved?: string;
}
/** All statements between two things: one line in the picture. */
interface Stroke {
  id: string;
  from: Thing;
  to: Thing;
  edges: Edge[];
  drawn?: boolean;
  look?: string;
}
interface Trail {
  from: Thing;
  to: Thing;
  paths: Thing[][];
  index: number;
}
type Years = [from: number | null, to: number | null];
interface State {
  chosen: Thing | null;
  cursor: Thing | null;
  query: string;
  hidden: Set<string>;
  sets: Set<string>;
  years: Years;
  less: Set<Thing>;
  more: Set<Thing>;
  pins: Set<Thing>;
  trail: Trail | null;
  from: Thing | null;
}
interface Circle extends Spot {
  r: number;
}
interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
interface Ink {
  text: string;
  font: string;
  rows: string[];
  width: number;
  height: number;
}
type Colour = "surface" | "ink" | "muted" | "edge" | "accent" | "line" | "tint" | "font";
/** A name, a heading or a relation's name, drawn over the figures. */
interface Label {
  id?: number;
  font: string;
  rows: string[];
  box: Box;
  colour: Colour;
  align?: "left" | "center" | "right";
  lead: Circle | null;
}
type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;
type Values = Record<string, string | number>;
/** Where the reader is led when a thing is chosen. */
interface Choosing {
  focus?: "panel" | "row" | null;
  push?: boolean;
}
interface PathEnds {
  from: string;
  to: string;
  index: number;
}
/** The elements that every picture's page has (viz/graph.j2). */
interface PageElements {
  "as-begun": HTMLElement;
  data: HTMLElement;
  explorer: HTMLElement;
  found: HTMLElement;
  legend: HTMLElement;
  "legend-box": HTMLDetailsElement;
  lists: HTMLElement;
  live: HTMLElement;
  more: HTMLElement;
  panel: HTMLElement;
  /** Made by the panel, whatever it tells of. */
  "panel-title": HTMLElement;
  physics: HTMLElement;
  picture: HTMLElement;
  redo: HTMLButtonElement;
  rows: HTMLElement;
  "save-png": HTMLElement;
  search: HTMLInputElement;
  sets: HTMLElement;
  "sets-box": HTMLElement;
  still: HTMLElement;
  "table-count": HTMLElement;
  "table-rest": HTMLElement;
  tip: HTMLElement;
  undated: HTMLElement;
  undo: HTMLButtonElement;
  words: HTMLElement;
  "year-from": HTMLInputElement;
  "year-to": HTMLInputElement;
  "years-box": HTMLElement;
  "zoom-fit": HTMLElement;
  "zoom-in": HTMLElement;
  "zoom-out": HTMLElement;
}

interface Medskick {
  // base
  $<K extends string>(id: K): K extends keyof PageElements ? PageElements[K] : HTMLElement | null;
  DATA: PageData;
  calm: MediaQueryList;
  narrow: MediaQueryList;
  lang: Lang;
  network: VisNetwork | null;
  drawnAt: number | null;
  aroundOf: (text: string) => string | null;
  around: string | null;
  say: (key: string, values?: Values, lang?: Lang) => string;
  pick: (pair?: Pair | null) => { text: string; lang: Lang | null };
  inEveryLanguage: (text: (lang: Lang) => string) => Pair;
  wordsIn: (key: string, lang?: Lang) => Lang;
  clip: (text: string, max: number) => string;
  el: <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes?: Attributes,
    ...children: Child[]
  ) => HTMLElementTagNameMap[K];
  button: (onclick: () => void, attributes: Attributes, ...children: Child[]) => HTMLButtonElement;
  words: (pair?: Pair | null, max?: number) => HTMLElement;
  plain: (text: string | number, max?: number) => HTMLElement;
  fold: (text: string) => string;
  announce: (text: string) => void;
  within: (at: number, low?: number, high?: number) => number;
  outline: (kind: Kind) => Path2D;
  icon: (kind: Kind) => SVGElement;
  // model
  classes: Map<string, Kind>;
  nodes: Map<number, Thing>;
  lines: Map<string, Stroke>;
  byTail: Map<string, Thing>;
  state: State;
  add: (raw: RawThing, present?: boolean) => Thing;
  join: (edge: Edge) => void;
  unfilter: (node: Thing) => void;
  present: (node: Thing) => boolean;
  visible: (node: Thing) => boolean;
  trail: () => Thing[] | null;
  bright: (node: Thing) => boolean;
  onTrail: (line: { from: Thing; to: Thing }) => boolean;
  linksOf: (node: Thing) => Link[];
  label: (node: Thing) => string;
  byLabel: (a: Thing, b: Thing) => number;
  rank: () => void;
  ranked: Thing[];
  hubs: Set<Thing>;
  named: Set<Thing>;
  begun: Set<Thing>;
  // labels
  colours: Record<Colour, string>;
  ROWS: boolean;
  FONT: number;
  leading: () => number;
  down: () => number;
  MARGIN: { left: number; right: number; y: number };
  fitMargins: () => void;
  asideOf: (wide: number) => { left: number; right: number };
  labelsAt: (scale: number) => Label[];
  // drawing
  picture: HTMLElement;
  /** The network; asked for only where it is drawn. */
  drawing: () => VisNetwork;
  drawn: { key: string; version: number; labels: Label[]; boxes: (Box & { id: number })[] };
  unit: Spot & { size: number };
  touched: boolean;
  ruler: CanvasRenderingContext2D;
  headingsAt: (all: Box, aside: { left: number; right: number }) => Generator<Label>;
  relationsAt: (take: (box: Box) => boolean) => Generator<Label>;
  labelBoxes: () => Box[];
  tops: Heading[];
  extent: (spots: Iterable<Spot>) => Box;
  readColours: () => void;
  tinted: (colour: string) => string;
  paint: () => void;
  refit: () => void;
  draw: () => void;
  standing: (node: Thing) => Spot;
  hideTip: () => void;
  drawOver: (ctx: CanvasRenderingContext2D) => void;
  // view
  move: (view: { position?: Spot; scale?: number }, animate?: boolean) => void;
  zoom: (factor: number, animate?: boolean) => void;
  frame: (close?: boolean, animate?: boolean) => void;
  keepInView: (node: Thing) => void;
  KEYS: Record<string, (event: KeyboardEvent) => void>;
  // search and legend
  matches: (node: Thing) => boolean;
  search: () => void;
  closeList: () => void;
  renderLegend: () => void;
  readYears: () => void;
  // panel
  nearList: (things: Thing[], first: number, options?: Choosing, bare?: boolean, inferred?: Set<Thing>) => HTMLElement;
  isInferred: (node: Thing, link: Link) => boolean;
  when: (line: Line) => HTMLElement;
  kindOf: (node: Thing, tag: "td" | "span") => HTMLElement;
  sourceNote: () => Pair | null;
  renderNote: () => void;
  renderPanel: () => void;
  // table
  filterTable: () => void;
  renderTable: () => void;
  moreRows: (by?: number) => HTMLElement | null;
  showRow: (node: Thing) => void;
  // source
  source: Source | null;
  // memory
  written: () => string;
  change: (act: () => void) => void;
  settle: () => void;
  moved: () => void;
  undo: () => Promise<void>;
  redo: () => Promise<void>;
  describe: (node: Thing) => string;
  choose: (node: Thing | null, options?: Choosing) => void;
  followAddress: () => Promise<void>;
  // explore
  know: (tails: string[]) => Promise<void>;
  neededSource: () => Source;
  known: (tails: string[]) => Thing[];
  joinBy: (node: Thing, tie: OwnTie) => void;
  show: (things: Thing[], place: (node: Thing) => Spot) => void;
  beside: (node: Thing, middle?: Spot) => Spot;
  notShown: (node: Thing) => Child[];
  begin: (tail: string) => Promise<void>;
  focusOn: (things: Thing[]) => void;
  hide: (node: Thing) => void;
  pin: (node: Thing, on: boolean, at?: Spot) => void;
  dropped: (things: Thing[]) => void;
  nudge: (node: Thing, dx: number, dy: number) => void;
  renderLists: () => void;
  pathFrom: (node: Thing | null) => void;
  tracePath: (ends: PathEnds) => Promise<void>;
  findPaths: (from: Thing, to: Thing) => Promise<void>;
  showPath: (index: number | null) => void;
  savePng: () => void;
  saveStill: () => void;
  follow: (text: string) => void;
}

/** "My process", as the browser keeps it: choices by name, and by phase the day on which it starts. */
interface Choice {
  value: string;
  label: string;
}
interface Mine {
  chosen: Record<string, Choice>;
  starts: Record<string, string>;
}

interface Window {
  medskick: Medskick;
  medskickSearch?: SearchIndex;
  medskickNeighbours?: Short;
  medskickLessons?: LessonOrder;
}

/** What lessons are ordered by on a page without a server: medskick.web.site.lesson_order. */
type LessonOrder = {
  lessons: Record<
    string,
    [phases: string[], roles: string[], themes: string[], own: number, founded: number, place: number]
  >;
  near: Record<string, [alike: number, differ: number][]>;
};

// ---- what we use of vis-network 9.1 (carried by pyvis), its insides too where it has no public way

interface VisNetwork {
  on(event: "afterDrawing", listener: (ctx: CanvasRenderingContext2D) => void): void;
  on(event: "click", listener: (at: { pointer: { DOM: Spot } }) => void): void;
  on(event: "hoverNode", listener: (at: { node: number; pointer: { DOM: Spot } }) => void): void;
  on(event: "dragEnd", listener: (at: { nodes: number[] }) => void): void;
  on(event: "blurNode" | "dragging" | "zoom", listener: () => void): void;
  redraw(): void;
  moveNode(id: number, x: number, y: number): void;
  moveTo(view: { position?: Spot; scale?: number; animation?: unknown }): void;
  getPosition(id: number): Spot;
  getPositions(): Record<number, Spot>;
  getNodeAt(at: Spot): number | undefined;
  getScale(): number;
  getViewPosition(): Spot;
  canvasToDOM(at: Spot): Spot;
  setOptions(options: object): void;
  physics: { physicsEnabled: boolean };
  canvas: { frame: { canvas: HTMLCanvasElement }; pixelRatio: number };
  renderer: { _redraw(): void };
}
interface VisItems {
  update(items: object[]): void;
}
declare const vis: {
  DataSet: new (items: object[]) => VisItems;
  Network: new (element: HTMLElement, data: { nodes: VisItems; edges: VisItems }, options: object) => VisNetwork;
};

// ---- the SPARQL editor: its data (medskick.web.site.editor_page), and what we use of YASGUI 4.6

interface Term {
  iri: string;
  label: string;
  kind: "class" | "property";
}
interface EditorData {
  endpoint: string;
  prefixes: Record<string, string>;
  terms: Term[];
  /** Where our own pages are, by the beginning of the IRIs that they are of. */
  pages: Record<string, string>;
  examples: Record<string, string>;
  words: Record<string, string>;
}
interface YasqeToken {
  autocompletionString?: string;
  tokenPrefixUri?: string;
}
interface YasqeHint {
  text: string;
  render?: (line: HTMLElement) => void;
}
interface YasqeCompleter {
  name: string;
  persistenceId: null;
  get: (yasqe: Yasqe, token?: YasqeToken) => string[];
  postProcessSuggestion?: (yasqe: Yasqe, token: YasqeToken, suggestion: string) => string;
  postprocessHints?: (yasqe: Yasqe, hints: YasqeHint[]) => YasqeHint[];
}
interface YasqeResponse {
  name?: string;
}
declare class Yasqe {
  constructor(place: HTMLElement, options: object);
  static defaults: { autocompleters: string[] };
  static forkAutocompleter(from: string, completer: YasqeCompleter, enable: boolean): void;
  getPrefixesFromQuery(): Record<string, string>;
  getValue(): string;
  setValue(text: string): void;
  getQueryType(): string;
  getDoc(): { setCursor(line: number, column: number): void };
  getInputField(): HTMLElement;
  focus(): void;
  query(): Promise<unknown>;
  abortQuery(): void;
  showNotification(key: string, text?: string): void;
  on(event: "changes" | "query" | "queryAbort", listener: () => void): void;
  on(
    event: "queryResponse",
    listener: (editor: Yasqe, response: YasqeResponse | undefined, milliseconds: number) => void,
  ): void;
}
interface YasrResults {
  getVariables(): string[];
  getBindings(): unknown[] | null;
  getBoolean(): boolean;
  hasError(): boolean;
}
interface YasrCell {
  value: string;
}
interface YasrColumn {
  render: (cell: YasrCell, type: string, ...rest: unknown[]) => unknown;
}
declare class YasrPlugin {
  constructor(yasr: Yasr);
  static defaults: { openIriInNewWindow: boolean; tableConfig: { language: object } };
  label: string;
  helpReference: string | undefined;
}
declare class YasrTable extends YasrPlugin {
  yasr: Yasr;
  tableEl: HTMLTableElement;
  tableControls: HTMLElement;
  tableFilterField: HTMLInputElement;
  dataTable: { on(event: "draw", listener: () => void): void };
  getUriLinkFromBinding(binding: YasrCell, prefixes?: Record<string, string>): string;
  getColumns(): YasrColumn[];
  draw(settings: unknown): void;
  drawControls(): void;
  destroyResizer(): void;
}
declare class Yasr {
  constructor(place: HTMLElement, options: object);
  static plugins: { table: typeof YasrTable; response: typeof YasrPlugin };
  static registerPlugin(name: string, plugin: typeof YasrPlugin): void;
  results: YasrResults;
  setResponse(response: YasqeResponse | undefined, milliseconds: number): void;
  on(event: "drawn", listener: () => void): void;
}
interface YasguiParts {
  Yasqe: typeof Yasqe;
  Yasr: typeof Yasr;
}
declare const Yasgui: YasguiParts & { Yasgui?: YasguiParts };
