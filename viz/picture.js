/*
 * One picture: the network, its legend and search, the panel, and the table twin.
 * Plain ES2020, no build. Data reaches the page only as text nodes and canvas text, never as markup.
 */
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const DATA = JSON.parse($("data").textContent);
  const WORDS = JSON.parse($("words").textContent);
  const calm = matchMedia("(prefers-reduced-motion: reduce)"), narrow = matchMedia("(max-width: 40rem)");
  let lang = document.documentElement.lang === "en" ? "en" : "sv";

  // ---- words and elements

  /** The page's own words; of [one, many] the form that fits `n`. */
  function say(key, values = {}) {
    const entry = WORDS[key][lang], form = Array.isArray(entry) ? entry[values.n === 1 ? 0 : 1] : entry;
    return form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  /** A text pair in the reader's language, else in the other one; `lang` is set only on such a fallback. */
  function pick(pair) {
    const other = lang === "sv" ? "en" : "sv";
    if (pair?.[lang]) return { text: String(pair[lang]), lang: null };
    return pair?.[other] ? { text: String(pair[other]), lang: other } : { text: "", lang: null };
  }

  /** Cut by whole characters, never inside a surrogate pair. */
  const clip = (text, max) =>
    text.length <= max ? text : [...text.slice(0, max * 2)].slice(0, max - 1).join("").trimEnd() + "…";

  const nothing = (value) => value === null || value === undefined || value === false;

  /** An element; strings become text nodes, "on…" attributes listeners, and what is null or false is left out. */
  function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (!nothing(value)) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => !nothing(child)));
    return element;
  }
  const button = (onclick, attributes, ...children) => el("button", { type: "button", onclick, ...attributes }, ...children);

  /** Data as text: <bdi> keeps right-to-left labels from reordering what stands beside them. */
  function words(pair, max = Infinity) {
    const picked = pick(pair);
    return el("bdi", { lang: picked.lang, dir: "auto" }, clip(picked.text, max));
  }
  const plain = (text, max = 300) => el("bdi", { dir: "auto" }, clip(String(text), max));
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/ø/g, "o").replace(/æ/g, "ae");
  const announce = (text) => { $("live").textContent = text; };

  // ---- the graph

  const classes = new Map(DATA.classes.map((type) => [type.id, type]));
  const nodes = new Map(), lines = new Map();
  for (const raw of DATA.nodes) {
    const id = raw.class;
    if (!classes.has(id)) classes.set(id, { id, label: { sv: id, en: id }, colour: "#8A8F96", shape: "dot" });
    const node = { ...raw, type: classes.get(id), links: [], near: new Set() };
    node.folded = fold([node.label, node.kind, node.type.label].flatMap((pair) => Object.values(pair ?? {})).join(" "));
    nodes.set(raw.id, node);
  }
  // Several statements between two things are one line in the picture; the panel tells them apart.
  for (const edge of DATA.edges) {
    const from = nodes.get(edge.from), to = nodes.get(edge.to);
    if (!from || !to) continue;
    from.links.push({ edge, other: to, out: true });
    if (from !== to) to.links.push({ edge, other: from, out: false });
    from.near.add(to.id);
    to.near.add(from.id);
    const key = [from.id, to.id].sort((a, b) => a - b).join("-");
    if (!lines.has(key)) lines.set(key, { id: key, from, to, edges: [] });
    lines.get(key).edges.push(edge);
  }
  const label = (node) => pick(node.label).text || node.iri;
  const byLabel = (a, b) => label(a).localeCompare(label(b), lang);
  const byLinks = (a, b) => b.links.length - a.links.length || byLabel(a, b);
  const ranked = [...nodes.values()].sort(byLinks);
  const usual = ranked.reduce((sum, node) => sum + node.links.length, 0) / ranked.length;
  const hubs = new Set(ranked.slice(0, 12).filter((node, i) => i < 3 || node.links.length > 2.5 * usual));
  const named = new Set(ranked.slice(0, 30)); // the names that must be found a place
  const tail = (node) => (node.iri.includes("/id/") ? node.iri.split("/id/").pop() : node.iri);
  const byTail = new Map(ranked.map((node) => [tail(node), node]));

  const state = { chosen: null, cursor: null, hidden: new Set(), query: "" };
  const visible = (node) => !state.hidden.has(node.class);
  const bright = (node) => !state.chosen || node === state.chosen || state.chosen.near.has(node.id);

  // ---- the picture

  const picture = $("picture"), colours = {};
  const drawn = { key: "", version: 0, labels: [], boxes: [] };
  let network = null, shapes, strokes, unit = { x: 1, y: 1, size: 1 }, touched = false;
  const api = { drawnAt: null, network: null, choose: (id) => choose(nodes.get(id) ?? null), labelBoxes: () => drawn.boxes };
  window.medskick = api;

  function extent(spots) {
    const xs = spots.map((spot) => spot.x), ys = spots.map((spot) => spot.y);
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  }

  /**
   * Layouts come in any unit and any shape. Stretch one to the window's shape (a force layout only a little),
   * then so that nearest figures lie about 70 apart, which is what sizes are made for.
   */
  function stretch(width, height) {
    const { left, right, top, bottom } = extent(DATA.nodes), most = DATA.layout === "force" ? 1.4 : 4;
    const across = right - left || 1, down = bottom - top || 1;
    const x = Math.min(Math.max(Math.sqrt((width / height) * (down / across)), 1 / most), most), y = 1 / x;
    const nearest = ranked.slice(0, 400).map((a) => {
      let best = Infinity;
      for (const b of ranked) {
        const distance = Math.hypot((a.x - b.x) * x, (a.y - b.y) * y);
        if (distance > 0 && distance < best) best = distance;
      }
      return best;
    }).filter(Number.isFinite).sort((a, b) => a - b);
    const scale = nearest.length ? 70 / nearest[nearest.length >> 1] : 1;
    const whole = Math.min((width - 160) / (across * x * scale), (height - 110) / (down * y * scale));
    return { x: x * scale, y: y * scale, size: narrow.matches ? 1 : Math.min(2, Math.max(1, 0.42 / whole)) };
  }

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["surface", "ink", "muted", "edge", "accent", "line"]) colours[name] = style.getPropertyValue(`--${name}`).trim();
    colours.font = getComputedStyle(document.body).fontFamily;
  }
  function mix(a, b, share) {
    const part = (hex, i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
    return `rgb(${[0, 1, 2].map((i) => Math.round(part(a, i) * (1 - share) + part(b, i) * share))})`;
  }

  function nodeLook(node) {
    const own = node === state.chosen, background = node.type.colour;
    const color = { background, border: mix(background, colours.ink, own ? 1 : 0.45) };
    return { id: node.id, hidden: !visible(node), opacity: bright(node) ? 1 : 0.16, borderWidth: own ? 3 : 1.25, color };
  }
  function lineLook(line) {
    const own = [line.from, line.to].includes(state.chosen), opacity = own ? 1 : state.chosen ? 0.14 : 0.75;
    const color = { color: own ? colours.muted : colours.edge, opacity, inherit: false };
    return { id: line.id, hidden: !visible(line.from) || !visible(line.to), width: (own ? 1.75 : 1) * unit.size, color };
  }

  /** Send vis-network only what changed: redrawing is cheap, re-reading options is not. */
  function paint() {
    if (!network) return;
    for (const [items, look, set] of [[nodes, nodeLook, shapes], [lines, lineLook, strokes]]) {
      const changed = [];
      for (const item of items.values()) {
        const next = look(item), text = JSON.stringify(next);
        if (item.look !== text) changed.push(next);
        item.look = text;
      }
      if (changed.length) set.update(changed);
    }
    drawn.version += 1;
    network.redraw();
  }

  function draw() {
    if (!nodes.size || typeof vis === "undefined") {
      picture.replaceChildren(el("p", { "data-t": nodes.size ? "noDraw" : "empty" }, say(nodes.size ? "noDraw" : "empty")));
      document.querySelector(".zoom").hidden = true;
      $("panel").hidden = !nodes.size;
      return;
    }
    readColours();
    unit = stretch(picture.clientWidth, picture.clientHeight);
    const fixed = { x: ["columns", "timeline"].includes(DATA.layout), y: false };
    shapes = new vis.DataSet(ranked.map((node) => ({
      ...nodeLook(node), fixed, shape: node.type.shape, x: node.x * unit.x, y: node.y * unit.y, size: node.size * unit.size,
    })));
    strokes = new vis.DataSet([...lines.values()].map((line) => {
      const leads = (end, start) => line.edges.some((edge) => edge.to === end.id && edge.from === start.id);
      const arrows = { to: leads(line.to, line.from), from: leads(line.from, line.to) && line.from !== line.to };
      return { ...lineLook(line), from: line.from.id, to: line.to.id, arrows, dashes: line.edges.every((edge) => edge.derived) && [5, 4] };
    }));
    const tip = { scaleFactor: 0.45 };
    network = api.network = new vis.Network(picture, { nodes: shapes, edges: strokes }, {
      physics: false,
      layout: { improvedLayout: false },
      interaction: { hover: true, hoverConnectedEdges: false, selectable: false, zoomSpeed: 0.6 },
      nodes: { chosen: false },
      edges: { chosen: false, smooth: false, arrowStrikethrough: false, arrows: { to: tip, from: tip } },
    });
    picture.querySelector(".vis-network").removeAttribute("tabindex"); // the wrapper is the one tab stop
    network.on("afterDrawing", drawOver);
    network.on("click", ({ pointer }) => { const node = nodeAt(pointer.DOM); if (node || state.chosen) choose(node); });
    network.on("hoverNode", ({ node, pointer }) => showTip(nodes.get(node), pointer.DOM));
    network.on("blurNode", () => { $("tip").hidden = true; });
    network.on("dragging", () => { touched = $("tip").hidden = true; drawn.version += 1; });
    network.on("zoom", () => { touched = true; if (network.getScale() !== within(network.getScale())) zoom(1, false); });
    frame(narrow.matches);
  }

  /** The thing under the pointer; a label is as good a target as its figure. */
  function nodeAt({ x, y }) {
    const figure = nodes.get(network.getNodeAt({ x, y }));
    if (figure && visible(figure)) return figure;
    const box = drawn.boxes.find((at) => x >= at.left && x <= at.right && y >= at.top && y <= at.bottom);
    return box ? nodes.get(box.id) : null;
  }

  function showTip(node, at) {
    const tip = $("tip");
    if (!visible(node)) return;
    tip.replaceChildren(words(node.label, 200), " – ", words(node.type.label));
    tip.hidden = false;
    tip.style.left = `${Math.max(8, Math.min(at.x + 14, picture.clientWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${Math.max(8, at.y - tip.offsetHeight - 14)}px`;
  }

  // ---- labels: ours, not vis-network's, so that they keep their size at every zoom and never overlap

  const FONT = 13, LEADING = 16, ACROSS = 22, DOWN = 3;
  const MARGIN = { x: DATA.layout === "columns" ? 110 : 84, y: 46 }; // no label lies further outside the outermost figures, so a fitted view cuts none
  const ruler = document.createElement("canvas").getContext("2d");

  /** Break a label at about 22 characters into at most three lines; direction marks and line breaks are dropped. */
  function wrap(text) {
    const clean = clip(text.slice(0, 400).replace(/[\u202a-\u202e\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim(), 160);
    const rows = [""];
    for (let word of clean.split(" ")) {
      while (word) {
        const last = rows.pop();
        if (last && last.length + word.length >= ACROSS) { rows.push(last, ""); continue; }
        const piece = last ? word : [...word].slice(0, ACROSS + 4).join("");
        rows.push(last ? `${last} ${piece}` : piece);
        word = word.slice(piece.length);
      }
    }
    return rows.length <= DOWN ? rows : [...rows.slice(0, DOWN - 1), `${[...rows[DOWN - 1]].slice(0, ACROSS - 2).join("")}…`];
  }

  /** A grid of taken boxes: asking what lies in a place looks at its own cells only. */
  function makeGrid(cell = 64) {
    const grid = new Map();
    function* cells(box) {
      for (let i = Math.floor(box.left / cell); i <= Math.floor(box.right / cell); i++)
        for (let j = Math.floor(box.top / cell); j <= Math.floor(box.bottom / cell); j++) yield `${i},${j}`;
    }
    const cross = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
    return {
      add: (box) => { for (const key of cells(box)) grid.set(key, [...(grid.get(key) ?? []), box]); },
      hits: (box) => [...cells(box)].reduce((n, key) => n + (grid.get(key) ?? []).filter((other) => cross(box, other)).length, 0),
    };
  }

  function measure(node) {
    const text = label(node), font = `${hubs.has(node) || node === state.chosen ? 650 : 400} ${FONT}px ${colours.font}`;
    if (node.ink?.text !== text || node.ink.font !== font) {
      ruler.font = font;
      const rows = wrap(text);
      node.ink = { text, font, rows, width: Math.max(...rows.map((row) => ruler.measureText(row).width)), height: rows.length * LEADING };
    }
    return node.ink;
  }

  /** Top left corners to try, the best first. In columns a label to the left would seem to belong to the next column. */
  function placesFor({ x, y, r }, width, height) {
    const mid = x - width / 2, level = y - height / 2, below = y + r + 3, above = y - r - 3 - height;
    const beside = (at, far) => [[at, level], [at, y - 4], [at, y + 4 - height], [far, level]];
    const right = beside(x + r + 5, x + r + 17), left = beside(x - r - 5 - width, x - r - 17 - width);
    const under = [[mid, below], [mid, above]], shifted = [x - 4, x + 4 - width].flatMap((at) => [[at, below], [at, above]]);
    const further = [[mid, below + 10], [mid, above - 10]];
    return DATA.layout === "columns" ? [...right, ...under, ...shifted] : [...under, right[0], left[0], ...right, ...left, ...shifted, ...further];
  }

  /** Places a little further off, for a name that must be shown where it is crowded. */
  function* placesRound({ x, y, r }, width, height) {
    for (const off of [14, 26, 40, 56, 74, 96, 120, 150]) {
      for (let turn = 0; turn < 16; turn += 1) {
        const angle = (turn * Math.PI) / 8;
        const mid = { x: x + Math.cos(angle) * (r + off + width / 2), y: y + Math.sin(angle) * (r + off + height / 2) };
        yield { left: mid.x - width / 2 - 4, right: mid.x + width / 2 + 4, top: mid.y - height / 2 - 1, bottom: mid.y + height / 2 + 1 };
      }
    }
  }
  const further = (...at) => [...placesRound(...at)];

  /** Labels that find a place at a scale, the important ones first; a hub's may cover a small figure, others none. */
  function labelsAt(scale) {
    const labels = [], names = makeGrid(), figures = makeGrid(), shown = ranked.filter((node) => visible(node) && bright(node));
    const turn = (node) => (node === state.chosen ? 2 : node === state.cursor ? 1 : 0);
    for (const node of shown) {
      const at = network.getPosition(node.id), x = at.x * scale, y = at.y * scale, r = node.size * unit.size * scale + 1;
      node.spot = { x, y, r };
      (hubs.has(node) || node === state.chosen ? names : figures).add({ left: x - r, right: x + r, top: y - r, bottom: y + r });
    }
    const all = extent(shown.map((node) => node.spot));
    const inside = (box) => box.left > all.left - MARGIN.x && box.right < all.right + MARGIN.x
      && box.top > all.top - MARGIN.y && box.bottom < all.bottom + MARGIN.y;
    for (const node of shown.sort((a, b) => turn(b) - turn(a))) {
      const { font, rows, width, height } = measure(node);
      const places = placesFor(node.spot, width, height);
      const boxes = places.map(([at, top]) => ({ left: at - 4, right: at + width + 4, top: top - 1, bottom: top + height + 1 }));
      const open = boxes.filter((box) => inside(box) && !names.hits(box));
      let box = open.find((place) => !figures.hits(place));
      if (!box && (turn(node) || named.has(node))) {
        // rather a little further off than over somebody's figure
        if (DATA.layout !== "columns") open.push(...further(node.spot, width, height).filter((place) => inside(place) && !names.hits(place)));
        box = open.sort((a, b) => figures.hits(a) - figures.hits(b))[0];
      }
      if (!box && turn(node)) box = boxes[0];
      if (!box) continue;
      names.add(box);
      const { x, y, r } = node.spot;
      const gap = Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)) - r;
      labels.push({ id: node.id, font, rows, box, colour: "ink", lead: gap > 12 ? { x, y } : null });
    }
    const take = (box) => !names.hits(box) && !figures.hits(box) && (names.add(box), true);
    return state.chosen ? [...labels, ...relationsAt(take)] : labels;
  }

  /** Relation names stand on the chosen thing's own lines, where there is room; the panel has them all. */
  function* relationsAt(take) {
    const font = ruler.font = `italic 12px ${colours.font}`;
    for (const { from, to, edges } of lines.values()) {
      if (![from, to].includes(state.chosen) || from === to || !visible(from) || !visible(to)) continue;
      const names = new Set(edges.map((edge) => pick(DATA.relations[edge.relation]?.label).text || edge.relation));
      const row = clip([...names].join(" · "), 36), half = ruler.measureText(row).width / 2 + 3;
      const boxes = [0.5, 0.42, 0.58, 0.34, 0.66].map((share) => {
        const x = from.spot.x + (to.spot.x - from.spot.x) * share, y = from.spot.y + (to.spot.y - from.spot.y) * share;
        return { left: x - half, right: x + half, top: y - 9, bottom: y + 9 };
      });
      const box = boxes.find(take);
      if (box) yield { font, rows: [row], box, colour: "muted" };
    }
  }

  /** After vis-network's figures: labels, rings and headings, in screen pixels whatever the zoom. */
  function drawOver(ctx) {
    if (network.physics.physicsEnabled) drawn.version += 1;
    const scale = network.getScale(), key = `${scale} ${drawn.version} ${lang}`;
    if (drawn.key !== key) Object.assign(drawn, { key, labels: labelsAt(scale) }); // kept while only the view moves
    const origin = network.canvasToDOM({ x: 0, y: 0 }), width = ctx.canvas.clientWidth, height = ctx.canvas.clientHeight;
    const ratio = ctx.canvas.width / (width || 1);
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(ctx, { lineJoin: "round", textAlign: "center", textBaseline: "middle", strokeStyle: colours.surface, lineWidth: 4 });
    drawn.boxes = [];
    for (const { box, lead } of drawn.labels) {
      if (!lead) continue; // a thin line from a name that stands apart to its figure
      Object.assign(ctx, { strokeStyle: colours.muted, lineWidth: 1 });
      ctx.beginPath();
      ctx.moveTo(lead.x + origin.x, lead.y + origin.y);
      ctx.lineTo(within(lead.x, box.left, box.right) + origin.x, within(lead.y, box.top, box.bottom) + origin.y);
      ctx.stroke();
    }
    Object.assign(ctx, { strokeStyle: colours.surface, lineWidth: 4 });
    for (const { id, font, rows, box, colour } of drawn.labels) {
      const at = { id, left: box.left + origin.x, top: box.top + origin.y, right: box.right + origin.x, bottom: box.bottom + origin.y };
      if (at.right < 0 || at.left > width || at.bottom < 0 || at.top > height) continue;
      if (id !== undefined) drawn.boxes.push(at);
      Object.assign(ctx, { font, fillStyle: colours[colour] });
      rows.forEach((row, i) => {
        for (const ink of ["strokeText", "fillText"]) ctx[ink](row, (at.left + at.right) / 2, at.top + 1 + LEADING * (i + 0.5));
      });
    }
    for (const node of new Set([state.chosen, state.cursor])) {
      if (!node?.spot) continue;
      Object.assign(ctx, { strokeStyle: colours.accent, lineWidth: node === state.cursor ? 3 : 2 });
      ctx.setLineDash(node === state.chosen ? [] : [5, 4]);
      ctx.beginPath();
      ctx.arc(node.spot.x + origin.x, node.spot.y + origin.y, node.spot.r + 6, 0, 2 * Math.PI);
      ctx.stroke();
    }
    if (DATA.columns?.length) drawHeadings(ctx, origin.x, width);
    ctx.restore();
    if (api.drawnAt === null) api.drawnAt = performance.now();
  }

  /** Column headings stay at the top edge while the picture moves beneath them. */
  function drawHeadings(ctx, left, width) {
    ctx.fillStyle = colours.surface;
    ctx.fillRect(0, 0, width, 30);
    ctx.fillStyle = colours.line;
    ctx.fillRect(0, 30, width, 1);
    Object.assign(ctx, { font: `600 ${FONT}px ${colours.font}`, fillStyle: colours.muted });
    let end = 0;
    for (const column of [...DATA.columns].sort((a, b) => a.x - b.x)) {
      const text = clip(pick(column.label).text, 28), half = ctx.measureText(text).width / 2;
      const x = left + column.x * unit.x * network.getScale();
      if (x - half < end || x + half > width) continue;
      ctx.fillText(text, x, 15);
      end = x + half + 14;
    }
  }

  // ---- the view

  const within = (at, low = 0.05, high = 4) => (high < low ? (low + high) / 2 : Math.min(Math.max(at, low), high));
  function move(view, animate = true) {
    network.moveTo({ ...view, animation: animate && !calm.matches && { duration: 250, easingFunction: "easeInOutQuad" } });
  }
  const zoom = (factor, animate = true) => move({ scale: within(network.getScale() * factor) }, animate);

  /** The whole picture with room for labels; close: a readable part of it, round the thing with most connections. */
  function frame(close = false, animate = false) {
    const shown = ranked.filter(visible), width = picture.clientWidth, height = picture.clientHeight;
    if (!shown.length || !width) return;
    const { left, right, top, bottom } = extent(shown.map((node) => network.getPosition(node.id)));
    const head = DATA.columns?.length ? 34 : 0, foot = 24; // room for the headings, and some for the buttons
    const across = width - 2 * MARGIN.x - 8, down = height - 2 * MARGIN.y - head - foot;
    const fit = Math.min(1.6, across / (right - left || 1), down / (bottom - top || 1));
    // of a large graph a reader on a small screen needs to see more than one hub
    const readable = ranked.length > 120 ? 0.4 : 0.9;
    const scale = close ? Math.max(readable, fit) : within(fit), hub = network.getPosition(shown[0].id);
    const room = { x: (width / 2 - MARGIN.x) / scale, y: (height / 2 - MARGIN.y) / scale };
    const x = within(hub.x, left + room.x, right - room.x), y = within(hub.y, top + room.y - head / scale, bottom - room.y);
    move({ position: scale > fit ? { x, y } : { x: (left + right) / 2, y: (top + bottom) / 2 + (foot - head) / 2 / scale }, scale }, animate);
  }

  function keepInView(node) {
    const position = network.getPosition(node.id), at = network.canvasToDOM(position), edge = Math.min(90, picture.clientWidth / 5);
    const seen = at.x > edge && at.y > edge && at.x < picture.clientWidth - edge && at.y < picture.clientHeight - edge;
    touched = true;
    if (!seen) move({ position, scale: Math.max(network.getScale(), narrow.matches ? 0.9 : 0) });
  }

  // ---- choosing

  const describe = (node) => `${clip(label(node), 200)}. ${pick(node.type.label).text}. ${say("connections", { n: node.links.length })}.`;

  /** Choose a thing, or nothing. The address follows, so that a choice can be sent on and the back button undoes it. */
  function choose(node, { focus = null } = {}) {
    const inPanel = $("panel").contains(document.activeElement);
    if (node && state.hidden.delete(node.class)) renderLegend();
    state.chosen = state.cursor = node;
    if (fromHash() !== node) {
      const hash = node && `#n=${encodeURIComponent(tail(node)).replace(/%2F/g, "/")}`;
      try { history.pushState(null, "", hash ?? location.pathname + location.search); } catch { location.hash = hash ?? "n="; }
    }
    paint();
    if (node && network) keepInView(node);
    renderPanel();
    filterTable();
    if (node && focus === "row") showRow(node);
    else if (node && (focus === "panel" || inPanel)) $("panel-title").focus();
    else if (inPanel) picture.focus();
    announce(node ? describe(node) : say("cleared"));
  }
  function fromHash() {
    const match = /^#n=(.+)$/.exec(location.hash);
    try { return byTail.get(match && decodeURIComponent(match[1])) ?? null; } catch { return null; }
  }
  const followHash = () => { if (fromHash() !== state.chosen) choose(fromHash()); };

  // ---- keyboard in the picture

  /** To the nearest figure in a direction; what lies aside counts double. With Shift only along connections. */
  function step(dx, dy, linked) {
    const here = state.cursor && visible(state.cursor) ? state.cursor : null;
    let best = here ? null : ranked.find(visible), cost = Infinity;
    const from = here && network.getPosition(here.id);
    for (const node of here ? ranked : []) {
      if (node === here || !visible(node) || (linked && !here.near.has(node.id))) continue;
      const to = network.getPosition(node.id), x = to.x - from.x, y = to.y - from.y;
      const along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along <= 0 || (!linked && aside > along * 1.5) || along + 2 * aside >= cost) continue;
      best = node;
      cost = along + 2 * aside;
    }
    if (!best) return;
    state.cursor = best;
    drawn.version += 1;
    keepInView(best);
    network.redraw();
    announce(describe(best));
  }
  const KEYS = {
    ArrowLeft: (event) => step(-1, 0, event.shiftKey),
    ArrowRight: (event) => step(1, 0, event.shiftKey),
    ArrowUp: (event) => step(0, -1, event.shiftKey),
    ArrowDown: (event) => step(0, 1, event.shiftKey),
    Enter: () => { if (state.cursor) choose(state.cursor, { focus: "panel" }); },
    "+": () => zoom(1.3),
    "-": () => zoom(1 / 1.3),
    0: () => frame(false, true),
  };

  // ---- search

  const matches = (node) => fold(state.query).split(/\s+/).every((part) => node.folded.includes(part));
  let options = [], active = -1;

  /** Names that begin with what was typed come first, then words that do, then the rest. */
  function search() {
    state.query = $("search").value.trim();
    const query = fold(state.query), hits = query ? ranked.filter(matches) : [];
    const rank = (node) => {
      const name = ` ${fold(label(node))}`;
      return name.startsWith(` ${query}`) ? 0 : name.includes(` ${query}`) ? 1 : name.includes(query) ? 2 : 3;
    };
    options = hits.map((node) => [rank(node), node]).sort((a, b) => a[0] - b[0]).slice(0, 30).map((pair) => pair[1]);
    active = -1;
    $("found").replaceChildren(...options.map((node, i) => el("li", {
      role: "option", id: `found-${i}`, "aria-selected": "false", onpointerdown: (event) => event.preventDefault(), onclick: () => take(i),
    }, icon(node.type), words(node.label, 120))));
    if (query && !hits.length) $("found").append(el("li", { class: "none", role: "option", "aria-disabled": "true" }, say("noHits")));
    openList(query !== "");
    filterTable();
    if (query) announce(hits.length ? say("hits", { n: hits.length }) : say("noHits"));
  }
  function openList(open) {
    $("found").hidden = !open;
    $("search").setAttribute("aria-expanded", open);
    if (!open) $("search").removeAttribute("aria-activedescendant");
  }
  function point(i) {
    $("found").children[active]?.setAttribute("aria-selected", "false");
    active = (i + options.length) % options.length;
    const option = $("found").children[active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    $("search").setAttribute("aria-activedescendant", option.id);
  }
  function take(i) {
    const node = options[i];
    if (!node) return;
    $("search").value = "";
    search();
    choose(node);
  }
  function searchKey(event) {
    const open = !$("found").hidden, arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (arrow && options.length) { openList(true); point(active < 0 && arrow < 0 ? -1 : active + arrow); }
    else if (event.key === "Enter" && open) take(Math.max(active, 0));
    else if (event.key === "Escape" && open) openList(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- legend

  const corners = (n, turn, radius = () => 7) => [...Array(n).keys()].map((i) => {
    const angle = turn + (2 * Math.PI * i) / n;
    return `${(8 + radius(i) * Math.sin(angle)).toFixed(2)},${(8 - radius(i) * Math.cos(angle)).toFixed(2)}`;
  }).join(" ");
  const OUTLINES = {
    square: corners(4, Math.PI / 4), diamond: corners(4, 0), triangle: corners(3, 0), triangleDown: corners(3, Math.PI),
    hexagon: corners(6, Math.PI / 6), star: corners(10, 0, (i) => (i % 2 ? 3.2 : 7.6)),
  };
  /** The figure of a class, as in the picture; decoration only, since a name always stands beside it. */
  function icon({ shape, colour }) {
    const make = (tag, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      return element;
    };
    const svg = make("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" });
    svg.append(OUTLINES[shape] ? make("polygon", { points: OUTLINES[shape], fill: colour }) : make("circle", { cx: 8, cy: 8, r: 6.2, fill: colour }));
    return svg;
  }

  function renderLegend() {
    const held = document.activeElement?.dataset?.type, counts = new Map();
    for (const { type } of ranked) counts.set(type, (counts.get(type) ?? 0) + 1);
    const toggle = (id) => { if (!state.hidden.delete(id)) state.hidden.add(id); refilter(); };
    $("legend").replaceChildren(...[...classes.values()].filter((type) => counts.has(type)).map((type) => el("li", {}, button(
      () => toggle(type.id),
      { "aria-pressed": String(!state.hidden.has(type.id)), title: pick(type.definition).text || null, "data-type": type.id },
      icon(type), words(type.label, 60), el("span", { class: "count" }, counts.get(type)),
    ))));
    const buttons = [...$("legend").querySelectorAll("button")], all = () => { state.hidden.clear(); refilter(); $("legend").querySelector("button").focus(); };
    if (state.hidden.size) $("legend").append(el("li", {}, button(all, { class: "plain" }, say("showAll"))));
    if (held) buttons.find((item) => item.dataset.type === held)?.focus();
  }
  function refilter() {
    if (state.chosen && !visible(state.chosen)) choose(null);
    if (state.cursor && !visible(state.cursor)) state.cursor = null;
    renderLegend();
    if (!state.chosen) renderPanel();
    paint();
    filterTable();
    announce($("table-count").textContent);
  }

  // ---- panel

  /** Buttons for neighbours: the first ones, the rest on demand. */
  function nearList(things, first, options) {
    const item = (node) => el("li", {}, button(() => choose(node, options), {}, icon(node.type), words(node.label, 140)));
    const list = el("ul", { class: "near" }, ...things.slice(0, first).map(item)), rest = things.slice(first);
    const unfold = () => { const items = rest.map(item); list.lastChild.replaceWith(...items); items[0].firstChild.focus(); };
    if (rest.length) list.append(el("li", {}, button(unfold, { class: "rest" }, say("more", { n: rest.length }))));
    return list;
  }

  /** Only web addresses become links; anything else (javascript:, data: …) stays text. */
  function link(url, content) {
    let href = null;
    try { href = new URL(url); } catch { /* not an address */ }
    return ["http:", "https:"].includes(href?.protocol) ? el("a", { href: href.href, rel: "noopener noreferrer" }, content) : content;
  }
  function citation({ title, lang: own, url, publisher, date, locator, coverage }) {
    const name = plain(title || url || ""), details = [publisher && plain(publisher), date && words(date), locator && plain(locator), coverage && words(coverage)];
    if (own && own !== lang) name.setAttribute("lang", own);
    return el("li", {}, link(url, name), el("small", {}, ...details.filter(Boolean).flatMap((detail, i) => (i ? [" · ", detail] : [detail]))));
  }
  const kindOf = (node, tag) => el(tag, {}, words(node.type.label), ...(pick(node.kind).text ? [": ", words(node.kind, 200)] : []));

  function renderPanel() {
    const panel = $("panel"), node = state.chosen, title = (content) => el("h2", { id: "panel-title", tabindex: -1 }, content);
    const part = (tag, name, pair) => pick(pair).text && el(tag, { class: name }, words(pair));
    panel.classList.toggle("chosen", node !== null);
    $("more").hidden = !node;
    if (!node) {
      panel.replaceChildren(title(say("start")), el("p", { class: "words" }, say("startText")), nearList(ranked.filter(visible).slice(0, 6), 6));
      return;
    }
    $("more").textContent = `${say("read", { name: clip(label(node), 60) })} ↓`;
    const facts = [...(node.dates ?? []), ...(node.lines ?? [])].map(({ label: name, value }) => [words(name), words(value)]);
    for (const key of ["basis", "note"]) if (pick(node[key]).text) facts.push([say(key), words(node[key])]);
    panel.replaceChildren(...[
      title(words(node.label)),
      el("p", { class: "kind" }, icon(node.type), kindOf(node, "span")),
      part("p", "define", node.type.definition),
      part("p", "words", node.text),
      facts.length && el("dl", {}, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
      el("div", { class: "actions" }, button(() => choose(node, { focus: "row" }), {}, say("toTable")), button(() => choose(null), {}, say("clear"))),
      el("h3", {}, `${say("relations")} (${node.links.length})`),
      ...relationsOf(node).flatMap(([name, things]) => [el("h4", {}, words(name, 80), ` (${things.length})`), nearList(things, 8)]),
      node.citations?.length && el("h3", {}, say("sources")),
      node.citations?.length && el("ul", { class: "sources" }, ...node.citations.map(citation)),
    ].filter(Boolean));
  }

  /** Neighbours grouped by what the relation is called from here; a symmetric relation thus is one group. */
  function relationsOf(node) {
    const groups = new Map();
    for (const { edge, other, out } of node.links) {
      const relation = DATA.relations[edge.relation] ?? {}, known = out ? relation.label : relation.inverse;
      const name = pick(known).text ? known : { [lang]: (out ? "" : "← ") + (pick(relation.label).text || edge.relation) };
      const key = pick(name).text;
      if (!groups.has(key)) groups.set(key, [name, new Set()]);
      groups.get(key)[1].add(other);
    }
    return [...groups.values()].map(([name, things]) => [name, [...things].sort(byLabel)]).sort((a, b) => b[1].length - a[1].length);
  }

  // ---- table twin

  function renderTable() {
    $("rows").replaceChildren(...ranked.sort(byLinks).map((node) => {
      const open = () => { choose(node, { focus: "panel" }); picture.scrollIntoView({ block: "center" }); };
      const near = [...node.near].map((id) => nodes.get(id)).sort(byLabel);
      return (node.row = el("tr", {},
        el("th", { scope: "row" }, button(open, {}, icon(node.type), words(node.label, 160))),
        kindOf(node, "td"),
        el("td", {}, ...(node.dates ?? []).map((date) => el("div", {}, words(date.label), ": ", words(date.value)))),
        el("td", {}, el("p", { class: "count" }, say("connections", { n: node.links.length })), nearList(near, 5, { focus: "row" })),
        el("td", {}, String(node.citations?.length ?? 0))));
    }));
    filterTable();
  }
  function filterTable() {
    let n = 0;
    for (const node of ranked) {
      if (!node.row) return;
      node.row.hidden = !visible(node) || (state.query !== "" && !matches(node));
      n += node.row.hidden ? 0 : 1;
      if (node === state.chosen) node.row.setAttribute("aria-current", "true");
      else node.row.removeAttribute("aria-current");
    }
    $("table-count").textContent = say("shown", { n, m: ranked.length });
  }
  function showRow(node) {
    if (!node.row) renderTable();
    if (node.row.hidden) { $("search").value = ""; search(); }
    node.row.querySelector("button").focus();
    node.row.scrollIntoView({ block: "center" });
  }

  // ---- start

  /** Say everything in the chosen language; nothing is reloaded, the choice and the view stay. */
  function speak(next) {
    lang = document.documentElement.lang = next;
    document.title = pick(DATA.title).text;
    for (const [id, pair] of [["title", DATA.title], ["summary", DATA.summary], ["source-note", DATA.source_note]]) $(id).replaceChildren(words(pair));
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
    for (const element of document.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", say(element.dataset.tLabel));
    for (const item of $("languages").children) item.setAttribute("aria-pressed", String(item.dataset.lang === lang));
    announce("");
    renderLegend();
    renderPanel();
    if (!$("found").hidden) search();
    if (network) network.redraw();
  }

  /** The picture takes what the window leaves below header and legend. */
  const fill = () => document.documentElement.style.setProperty("--above", `${Math.round(picture.getBoundingClientRect().top + scrollY)}px`);

  for (const element of document.querySelectorAll(".app")) element.hidden = false;
  $("lines").hidden = !DATA.edges.some((edge) => edge.derived);
  $("legend-box").open = !narrow.matches;
  speak(lang);
  fill();
  draw();
  followHash();
  setTimeout(renderTable); // after the first drawing: the picture is what the reader came for

  const on = (target, type, listener, how) => target.addEventListener(type, listener, how);
  on($("languages"), "click", (event) => {
    const next = event.target.closest("button")?.dataset.lang;
    if (next && next !== lang) { speak(next); renderTable(); }
  });
  on($("search"), "input", search);
  on($("search"), "keydown", searchKey);
  on($("search"), "blur", () => openList(false));
  on($("more"), "click", () => $("panel-title").focus());
  on(window, "popstate", followHash);
  on(window, "hashchange", followHash);
  on(window, "keydown", (event) => { if (event.key === "Escape" && state.cursor) choose(null); });
  if (!network) return;

  on(picture, "keydown", (event) => {
    const act = KEYS[{ "=": "+", " ": "Enter" }[event.key] ?? event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(event);
  });
  // The wheel scrolls the page until the reader has stepped into the picture.
  on(picture, "wheel", (event) => { if (!event.ctrlKey && document.activeElement !== picture) event.stopPropagation(); }, { capture: true });
  on($("zoom-in"), "click", KEYS["+"]);
  on($("zoom-out"), "click", KEYS["-"]);
  on($("zoom-fit"), "click", KEYS[0]);
  on($("physics"), "click", ({ currentTarget }) => {
    const moving = currentTarget.getAttribute("aria-pressed") !== "true";
    currentTarget.setAttribute("aria-pressed", String(moving));
    const solver = { enabled: true, stabilization: false, solver: "forceAtlas2Based", forceAtlas2Based: { springLength: 90, avoidOverlap: 0.4 } };
    network.setOptions({ physics: moving && solver });
  });
  new ResizeObserver(() => { fill(); if (!touched) frame(narrow.matches); }).observe(document.body);
  const recolour = () => { readColours(); paint(); };
  on(matchMedia("(prefers-color-scheme: dark)"), "change", recolour);
  // Paper is always light, and has no buttons to unfold with.
  for (const [type, paper] of [["beforeprint", true], ["afterprint", false]]) {
    on(window, type, () => {
      const held = document.activeElement;
      if (paper) for (const rest of document.querySelectorAll(".rest")) rest.click();
      held?.focus();
      document.documentElement.classList.toggle("print", paper);
      recolour();
    });
  }
})();
