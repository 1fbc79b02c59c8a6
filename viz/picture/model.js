/* Things and relations: those that the page came with, and those added since. */
"use strict";
((M) => {
  const { DATA, fold, pick } = M;
  const classes = new Map(DATA.classes.map((type) => [type.id, type]));
  /** @type {Medskick["nodes"]} */
  const nodes = new Map();
  /** @type {Medskick["lines"]} */
  const lines = new Map();
  /** @type {Medskick["byTail"]} */
  const byTail = new Map();
  const joined = new Set();

  /** What the reader has chosen; `chosen` and `cursor` are things, the rest filters. */
  /** @type {State} */
  const state = {
    chosen: null,
    cursor: null,
    query: "",
    hidden: new Set(DATA.classes.filter((type) => type.hidden).map((type) => type.id)),
    sets: new Set(),
    years: [null, null],
    less: new Set(),
    more: new Set(),
    pins: new Set(),
    trail: null,
    from: null,
  };

  /** A thing as the page knows it. `at` is its place in the layout's own units; `present` whether it is in the picture.
   * @param {RawThing} raw
   * @returns {Thing} */
  function add(raw, present = true) {
    const known = byTail.get(raw.tail);
    if (known) return known;
    const id = raw.class;
    const type = classes.get(id) ?? { id, label: { sv: id, en: id }, colour: "#8A8F96", shape: "dot" };
    classes.set(id, type);
    const at = { x: raw.x ?? 0, y: raw.y ?? 0 };
    const node = {
      size: 12,
      ...raw,
      id: raw.id ?? nodes.size,
      type,
      links: [],
      near: new Set(),
      present,
      at,
      home: { ...at },
      folded: fold([raw.label, raw.kind, type.label].flatMap((pair) => Object.values(pair ?? {})).join(" ")),
      count: 0,
      spot: { x: 0, y: 0, r: 0 },
    };
    nodes.set(node.id, node);
    byTail.set(node.tail, node);
    return node;
  }

  /** Join two things. Several statements between them are one line in the picture; the panel tells them apart.
   * @param {Edge} edge */
  function join(edge) {
    const from = nodes.get(edge.from);
    const to = nodes.get(edge.to);
    const once = `${edge.from} ${edge.relation} ${edge.to}`;
    if (!from || !to || joined.has(once)) return;
    joined.add(once);
    from.links.push({ edge, other: to, out: true });
    if (from !== to) to.links.push({ edge, other: from, out: false });
    from.near.add(to.id);
    to.near.add(from.id);
    const key = [from.id, to.id].sort((a, b) => a - b).join("-");
    const line = lines.get(key) ?? { id: key, from, to, edges: [] };
    line.edges.push(edge);
    lines.set(key, line);
  }

  /** Take back the filters of kind and dataset that a thing falls under; it is no longer hidden either. */
  /** @type {Medskick["unfilter"]} */
  const unfilter = (node) => {
    state.hidden.delete(node.class);
    state.sets.delete(node.dataset ?? "");
    state.less.delete(node);
  };

  /** @type {Medskick["present"]} */
  const present = (node) => node.present && !state.less.has(node);
  /** @param {Thing} node */
  const inTime = ({ years }) => {
    const [from, to] = state.years;
    return !years?.length || ((to === null || years[0] <= to) && (from === null || years[1] >= from));
  };
  /** @type {Medskick["visible"]} */
  const visible = (node) =>
    present(node) && !state.hidden.has(node.class) && !state.sets.has(node.dataset ?? "") && inTime(node);
  /** @type {Medskick["trail"]} */
  const trail = () => state.trail?.paths[state.trail.index] ?? null;
  /** Whether a thing stands out: on the path shown, else the chosen thing and its neighbours, else all. */
  /** @type {Medskick["bright"]} */
  const bright = (node) => {
    const path = trail();
    if (path) return path.includes(node) || node === state.chosen;
    return !state.chosen || node === state.chosen || state.chosen.near.has(node.id);
  };
  /** @type {Medskick["onTrail"]} */
  const onTrail = ({ from, to }) => {
    const path = trail();
    const i = path?.indexOf(from) ?? -1;
    return path !== null && i >= 0 && (path[i + 1] === to || path[i - 1] === to);
  };
  /** @type {Medskick["linksOf"]} */
  const linksOf = (node) => node.links.filter((link) => present(link.other));
  /** @type {Medskick["label"]} */
  const label = (node) => pick(node.label).text || node.iri;
  /** @type {Medskick["byLabel"]} */
  const byLabel = (a, b) => label(a).localeCompare(label(b), M.lang);

  Object.assign(M, {
    classes,
    nodes,
    lines,
    byTail,
    state,
    add,
    join,
    unfilter,
    present,
    visible,
    trail,
    bright,
    onTrail,
    linksOf,
    label,
    byLabel,
  });

  /** Order what is in the picture by connections, and note whose names matter most. */
  M.rank = () => {
    const ranked = [...nodes.values()].filter(present);
    for (const node of ranked) node.count = linksOf(node).length;
    ranked.sort((a, b) => b.count - a.count || byLabel(a, b));
    const usual = ranked.reduce((sum, node) => sum + node.count, 0) / (ranked.length || 1);
    M.ranked = ranked;
    M.hubs = new Set(ranked.slice(0, 12).filter((node, i) => i < 3 || node.count > 2.5 * usual));
    M.named = new Set(ranked.slice(0, 30)); // the names that must be found a place
  };

  for (const raw of DATA.nodes) add(raw);
  for (const edge of DATA.edges) join(edge);
  M.begun = new Set(nodes.values()); // what the picture begins with
  M.rank();
})(window.medskick);
