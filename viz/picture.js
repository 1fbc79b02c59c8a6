/*
 * One picture: the network, its legend and search, the panel, and the table twin.
 * Plain ES2020, no build. Data reaches the page only as text nodes and canvas text, never as markup.
 */
"use strict";
(() => {
  const DATA = JSON.parse(document.getElementById("data").textContent);

  const WORDS = JSON.parse(document.getElementById("words").textContent); // a pair of texts is [one, many]

  // ---- words and elements

  let lang = document.documentElement.lang === "en" ? "en" : "sv";
  const $ = (id) => document.getElementById(id);

  function say(key, values = {}) {
    const entry = WORDS[key][lang];
    const form = Array.isArray(entry) ? entry[values.n === 1 ? 0 : 1] : entry;
    return form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  /** A text pair in the reader's language, else in the other one; `lang` is set only on such a fallback. */
  function pick(pair) {
    const other = lang === "sv" ? "en" : "sv";
    if (pair?.[lang]) return { text: String(pair[lang]), lang: null };
    return pair?.[other] ? { text: String(pair[other]), lang: other } : { text: "", lang: null };
  }

  /** Cut by whole characters, never inside a surrogate pair. */
  function clip(text, max) {
    if (text.length <= max) return text;
    return [...text.slice(0, max * 2)].slice(0, max - 1).join("").trimEnd() + "…";
  }

  function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  /** Data as text: <bdi> keeps right-to-left labels from reordering what stands beside them. */
  function words(pair, max = Infinity) {
    const picked = pick(pair);
    return el("bdi", { lang: picked.lang, dir: "auto" }, clip(picked.text, max));
  }

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/ø/g, "o").replace(/æ/g, "ae");
  const announce = (text) => { $("live").textContent = text; };
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 40rem)");

  // ---- the graph

  const classes = new Map(DATA.classes.map((item) => [item.id, item]));
  const plainClass = (id) => ({ id, label: { sv: id, en: id }, colour: "#8A8F96", shape: "dot" });
  const nodes = new Map();
  for (const raw of DATA.nodes) {
    if (!classes.has(raw.class)) classes.set(raw.class, plainClass(raw.class));
    nodes.set(raw.id, { ...raw, type: classes.get(raw.class), links: [], near: new Set() });
  }
  /** Parallel statements between two things are one line in the picture; the panel tells them apart. */
  const lines = new Map();
  for (const edge of DATA.edges) {
    const from = nodes.get(edge.from), to = nodes.get(edge.to);
    if (!from || !to) continue;
    from.links.push({ edge, other: to, out: true });
    if (from !== to) to.links.push({ edge, other: from, out: false });
    from.near.add(to.id);
    to.near.add(from.id);
    const key = [from.id, to.id].sort((a, b) => a - b).join("-");
    if (!lines.has(key)) lines.set(key, { id: key, from: from.id, to: to.id, edges: [] });
    lines.get(key).edges.push(edge);
  }
  const label = (node) => pick(node.label).text || node.iri;
  const byLabel = (a, b) => label(a).localeCompare(label(b), lang);
  const byLinks = (a, b) => b.links.length - a.links.length || byLabel(a, b);
  const ranked = [...nodes.values()].sort(byLinks);
  const usual = ranked.reduce((sum, node) => sum + node.links.length, 0) / (ranked.length || 1);
  const hubs = new Set(ranked.slice(0, 12).filter((node, i) => i < 3 || node.links.length > 2.5 * usual).map((node) => node.id));
  for (const node of nodes.values()) {
    node.folded = fold([node.label, node.kind, node.type.label].flatMap((pair) => Object.values(pair ?? {})).join(" "));
  }
  const tail = (node) => node.iri.includes("/id/") ? node.iri.split("/id/").pop() : node.iri;
  const byTail = new Map(ranked.map((node) => [tail(node), node.id]));

  const extent = (spots) => {
    const xs = spots.map((spot) => spot.x), ys = spots.map((spot) => spot.y);
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  };

  /**
   * Layouts come in any unit and any shape. Stretch one to the window's shape (a force layout only a little),
   * then so that nearest figures lie about 70 apart, which is what sizes are made for.
   */
  function stretch(width, height) {
    const { left, right, top, bottom } = extent(DATA.nodes), most = DATA.layout === "force" ? 1.4 : 4;
    const wider = width / height / ((right - left || 1) / (bottom - top || 1));
    const x = Math.min(Math.max(Math.sqrt(wider), 1 / most), most), y = 1 / x;
    const nearest = ranked.slice(0, 400).map((a) => {
      let best = Infinity;
      for (const b of nodes.values()) {
        const distance = Math.hypot((a.x - b.x) * x, (a.y - b.y) * y);
        if (distance > 0 && distance < best) best = distance;
      }
      return best;
    }).filter(Number.isFinite).sort((a, b) => a - b);
    const unit = nearest.length ? 70 / nearest[nearest.length >> 1] : 1;
    const whole = Math.min((width - 160) / ((right - left || 1) * x * unit), (height - 110) / ((bottom - top || 1) * y * unit));
    return { x: x * unit, y: y * unit, size: narrow.matches ? 1 : Math.min(2, Math.max(1, 0.42 / whole)) };
  }
  let unit = { x: 1, y: 1, size: 1 };

  const state = { chosen: null, cursor: null, hidden: new Set(), query: "" };
  const visible = (node) => !state.hidden.has(node.class);
  const bright = (node) => state.chosen === null || node.id === state.chosen || nodes.get(state.chosen).near.has(node.id);

  // ---- the picture

  const picture = $("picture");
  let network = null, shapes = null, strokes = null, colours = {}, touched = false;
  const drawn = { key: "", version: 0, labels: [], boxes: [] };
  const api = (window.medskick = { drawnAt: null, network: null, choose, labelBoxes: () => drawn.boxes });

  function mix(a, b, share) {
    const part = (hex, i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
    return `rgb(${[0, 1, 2].map((i) => Math.round(part(a, i) * (1 - share) + part(b, i) * share))})`;
  }

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["surface", "ink", "muted", "edge", "accent", "line"]) colours[name] = style.getPropertyValue(`--${name}`).trim();
    colours.font = getComputedStyle(document.body).fontFamily;
  }

  const nodeLook = (node) => ({
    id: node.id,
    hidden: !visible(node),
    opacity: bright(node) ? 1 : 0.16,
    borderWidth: node.id === state.chosen ? 3 : 1.25,
    color: { background: node.type.colour, border: mix(node.type.colour, colours.ink, node.id === state.chosen ? 1 : 0.45) },
  });

  function lineLook(line) {
    const own = state.chosen !== null && (line.from === state.chosen || line.to === state.chosen);
    return {
      id: line.id,
      hidden: !visible(nodes.get(line.from)) || !visible(nodes.get(line.to)),
      width: (own ? 1.75 : 1) * unit.size,
      color: { color: own ? colours.muted : colours.edge, opacity: own ? 1 : state.chosen === null ? 0.75 : 0.14, inherit: false },
    };
  }

  /** Send vis-network only what changed: redrawing is cheap, re-reading options is not. */
  function paint() {
    if (!network) return;
    const send = (items, look, set) => {
      const changed = [];
      for (const item of items) {
        const next = look(item), text = JSON.stringify(next);
        if (item.look !== text) { item.look = text; changed.push(next); }
      }
      if (changed.length) set.update(changed);
    };
    send(nodes.values(), nodeLook, shapes);
    send(lines.values(), lineLook, strokes);
    drawn.version += 1;
    network.redraw();
  }

  function draw() {
    if (!nodes.size || typeof vis === "undefined") {
      picture.replaceChildren(el("p", {}, say(nodes.size ? "noDraw" : "empty")));
      document.querySelector(".zoom").hidden = true;
      $("panel").hidden = !nodes.size;
      return;
    }
    readColours();
    unit = stretch(picture.clientWidth, picture.clientHeight);
    shapes = new vis.DataSet([...nodes.values()].map((node) => ({
      ...nodeLook(node), x: node.x * unit.x, y: node.y * unit.y, size: node.size * unit.size, shape: node.type.shape,
      fixed: { x: ["columns", "timeline"].includes(DATA.layout), y: false },
    })));
    strokes = new vis.DataSet([...lines.values()].map((line) => ({
      ...lineLook(line), from: line.from, to: line.to, dashes: line.edges.every((edge) => edge.derived) && [5, 4],
      arrows: { to: line.edges.some((edge) => edge.to === line.to), from: line.edges.some((edge) => edge.to === line.from && edge.from === line.to) },
    })));
    network = api.network = new vis.Network(picture, { nodes: shapes, edges: strokes }, {
      physics: false,
      layout: { improvedLayout: false },
      interaction: { hover: true, hoverConnectedEdges: false, selectable: false, zoomSpeed: 0.6 },
      nodes: { chosen: false },
      edges: { chosen: false, smooth: false, arrowStrikethrough: false, arrows: { to: { scaleFactor: 0.45 }, from: { scaleFactor: 0.45 } } },
    });
    picture.querySelector(".vis-network").tabIndex = -1; // the wrapper is the one tab stop
    network.on("afterDrawing", drawOver);
    network.on("click", ({ pointer }) => {
      const id = nodeAt(pointer.DOM);
      if (id === undefined) { if (state.chosen !== null) choose(null); } else choose(id);
    });
    network.on("hoverNode", ({ node, pointer }) => showTip(nodes.get(node), pointer.DOM));
    network.on("blurNode", () => { $("tip").hidden = true; });
    network.on("dragging", () => { touched = true; drawn.version += 1; $("tip").hidden = true; });
    network.on("zoom", () => { touched = true; zoomTo(network.getScale(), false); });
    frame(narrow.matches);
  }

  /** A label is as good a target as its figure. */
  function nodeAt({ x, y }) {
    return network.getNodeAt({ x, y }) ?? drawn.boxes.find((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom)?.id;
  }

  function showTip(node, at) {
    const tip = $("tip");
    tip.replaceChildren(words(node.label, 200), " – ", words(node.type.label));
    tip.hidden = false;
    tip.style.left = `${Math.max(8, Math.min(at.x + 14, picture.clientWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${Math.max(8, at.y - tip.offsetHeight - 14)}px`;
  }

  // ---- labels: ours, not vis-network's, so that they keep their size at every zoom and never overlap

  const ruler = document.createElement("canvas").getContext("2d");
  const FONT = 13, LEADING = 16, ACROSS = 22, DOWN = 3;
  const MARGIN = { x: 84, y: 46 }; // labels keep within this distance of the outermost figures, so a fitted view cuts none
  const fontOf = (node) => `${hubs.has(node.id) || node.id === state.chosen ? 650 : 400} ${FONT}px ${colours.font}`;

  /** Break a label at about 22 characters into at most three lines; direction marks and line breaks are dropped. */
  function wrap(text) {
    const clean = clip(text.slice(0, 400).replace(/[\u202a-\u202e\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim(), 160);
    const out = [""];
    for (let word of clean.split(" ")) {
      while (word) {
        const last = out[out.length - 1], room = ACROSS - last.length;
        if (!last || word.length < room) {
          const piece = last ? word : [...word].slice(0, ACROSS + 4).join("");
          out[out.length - 1] = last ? `${last} ${piece}` : piece;
          word = word.slice(piece.length);
        } else out.push("");
      }
    }
    if (out.length <= DOWN) return out;
    return [...out.slice(0, DOWN - 1), clip(out[DOWN - 1], ACROSS - 1).replace(/…?$/, "…")];
  }

  /** A grid of taken boxes: asking what is in a place looks at its own cells only. */
  function makeGrid(cell = 64) {
    const cells = new Map();
    const over = function* (box) {
      for (let i = Math.floor(box.left / cell); i <= Math.floor(box.right / cell); i++)
        for (let j = Math.floor(box.top / cell); j <= Math.floor(box.bottom / cell); j++) yield `${i},${j}`;
    };
    return {
      add(box) { for (const key of over(box)) (cells.get(key) ?? cells.set(key, []).get(key)).push(box); },
      hits(box) {
        let n = 0;
        for (const key of over(box))
          for (const other of cells.get(key) ?? [])
            if (box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top) n += 1;
        return n;
      },
    };
  }

  /** Labels that find a place at a scale, the important ones first; hubs may cover a small figure, others may not. */
  function labelsAt(scale) {
    const labels = [], names = makeGrid(), figures = makeGrid(), shown = ranked.filter((node) => visible(node) && bright(node));
    const first = (node) => (node.id === state.chosen ? 2 : node.id === state.cursor ? 1 : 0);
    for (const node of shown) {
      const at = network.getPosition(node.id), r = node.size * unit.size * scale + 1;
      node.spot = { x: at.x * scale, y: at.y * scale, r };
      const figure = { left: node.spot.x - r, right: node.spot.x + r, top: node.spot.y - r, bottom: node.spot.y + r };
      (hubs.has(node.id) || node.id === state.chosen ? names : figures).add(figure);
    }
    const all = extent(shown.map((node) => node.spot));
    const inside = (box) => box.left > all.left - MARGIN.x && box.right < all.right + MARGIN.x && box.top > all.top - MARGIN.y && box.bottom < all.bottom + MARGIN.y;
    for (const node of [...shown].sort((a, b) => first(b) - first(a))) {
      const text = label(node), font = fontOf(node);
      if (node.inked?.text !== text || node.inked.font !== font) {
        ruler.font = font;
        const rows = wrap(text);
        node.inked = { text, font, rows, width: Math.max(...rows.map((row) => ruler.measureText(row).width)), height: rows.length * LEADING };
      }
      const { rows, width, height } = node.inked, { x, y, r } = node.spot;
      const mid = x - width / 2, right = x + r + 5, left = x - r - 5 - width, below = y + r + 3, above = y - r - 3 - height;
      const places = [[mid, below], [mid, above], [right, y - height / 2], [left, y - height / 2], [right, y - 4], [left, y - 4], [right, y + 4 - height], [left, y + 4 - height],
        [x - 4, below], [x + 4 - width, below], [x - 4, above], [x + 4 - width, above]];
      const boxes = places.map(([left, top]) => ({ left: left - 4, top: top - 1, right: left + width + 4, bottom: top + height + 1 }));
      const open = boxes.filter((box) => inside(box) && !names.hits(box));
      const least = () => open.sort((a, b) => figures.hits(a) - figures.hits(b))[0] ?? (first(node) ? boxes[0] : null);
      const box = open.find((box) => !figures.hits(box)) ?? (first(node) || hubs.has(node.id) ? least() : null);
      if (!box) continue;
      names.add(box);
      labels.push({ id: node.id, font, rows, box, colour: "ink" });
    }
    const takePlace = (box) => !names.hits(box) && !figures.hits(box) && !names.add(box);
    return state.chosen === null ? labels : [...labels, ...relationsAt(takePlace)];
  }

  /** Relation names stand on the chosen thing's own lines, where there is room; the panel has them all. */
  function* relationsAt(takePlace) {
    const font = `italic 12px ${colours.font}`;
    ruler.font = font;
    for (const line of lines.values()) {
      if (line.from !== state.chosen && line.to !== state.chosen) continue;
      const a = nodes.get(line.from).spot, b = nodes.get(line.to).spot;
      if (!a || !b || a === b || !visible(nodes.get(line.from)) || !visible(nodes.get(line.to))) continue;
      const names = new Set(line.edges.map((edge) => pick(DATA.relations[edge.relation]?.label).text || edge.relation));
      const row = clip([...names].join(" · "), 36), half = ruler.measureText(row).width / 2 + 3;
      for (const share of [0.5, 0.42, 0.58, 0.34, 0.66]) {
        const x = a.x + (b.x - a.x) * share, y = a.y + (b.y - a.y) * share;
        const box = { left: x - half, right: x + half, top: y - 9, bottom: y + 9 };
        if (!takePlace(box)) continue;
        yield { font, rows: [row], box, colour: "muted" };
        break;
      }
    }
  }

  function drawOver(ctx) {
    const ratio = ctx.canvas.width / (ctx.canvas.clientWidth || 1);
    if (network.physics.physicsEnabled) drawn.version += 1;
    const scale = network.getScale(), key = `${scale} ${drawn.version} ${lang}`;
    if (drawn.key !== key) Object.assign(drawn, { key, labels: labelsAt(scale) }); // kept while only the view moves
    const origin = network.canvasToDOM({ x: 0, y: 0 }), width = ctx.canvas.clientWidth, height = ctx.canvas.clientHeight;
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.lineJoin = "round";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    const write = (text, x, y) => { ctx.strokeText(text, x, y); ctx.fillText(text, x, y); };
    ctx.strokeStyle = colours.surface;
    ctx.lineWidth = 4;
    drawn.boxes = [];
    for (const { id, font, rows, box, colour } of drawn.labels) {
      const at = { id, left: box.left + origin.x, right: box.right + origin.x, top: box.top + origin.y, bottom: box.bottom + origin.y };
      if (at.right < 0 || at.left > width || at.bottom < 0 || at.top > height) continue;
      if (id !== undefined) drawn.boxes.push(at);
      ctx.font = font;
      ctx.fillStyle = colours[colour];
      rows.forEach((row, i) => write(row, (at.left + at.right) / 2, at.top + 1 + LEADING * (i + 0.5)));
    }
    for (const id of new Set([state.chosen, state.cursor])) {
      const spot = id === null ? null : nodes.get(id).spot;
      if (!spot) continue;
      ctx.strokeStyle = colours.accent;
      ctx.lineWidth = id === state.cursor ? 3 : 2;
      ctx.setLineDash(id === state.cursor && id !== state.chosen ? [5, 4] : []);
      ctx.beginPath();
      ctx.arc(spot.x + origin.x, spot.y + origin.y, spot.r + 6, 0, 2 * Math.PI);
      ctx.stroke();
    }
    drawHeadings(ctx, origin.x, width, height);
    ctx.restore();
    api.drawnAt ??= performance.now();
  }

  /** Column headings stay at the top edge while the picture moves beneath them. */
  function drawHeadings(ctx, left, width, height) {
    if (!DATA.columns?.length) return;
    ctx.setLineDash([]);
    ctx.fillStyle = colours.surface;
    ctx.fillRect(0, 0, width, 30);
    ctx.fillStyle = ctx.strokeStyle = colours.line;
    ctx.fillRect(0, 30, width, 1);
    ctx.font = `600 ${FONT}px ${colours.font}`;
    ctx.fillStyle = colours.muted;
    let end = 0;
    for (const column of [...DATA.columns].sort((a, b) => a.x - b.x)) {
      const x = left + column.x * unit.x * network.getScale(), text = clip(pick(column.label).text, 28), half = ctx.measureText(text).width / 2;
      if (x - half < end || x + half > width) continue;
      ctx.fillText(text, x, 15);
      end = x + half + 14;
    }
  }

  // ---- the view

  const zoomRange = (scale) => Math.min(4, Math.max(0.05, scale));
  function move(options, animate = true) {
    const animation = animate && !calm.matches ? { duration: 250, easingFunction: "easeInOutQuad" } : false;
    network.moveTo({ ...options, animation });
  }
  function zoomTo(scale, animate = true) {
    if (scale !== zoomRange(scale) || animate) move({ scale: zoomRange(scale) }, animate);
  }

  /** The whole picture with room for labels; on a phone a readable part, round the thing with most connections. */
  function frame(close = false, animate = false) {
    const spots = [...nodes.values()].filter(visible).map((node) => network.getPosition(node.id));
    if (!spots.length) return;
    const { left, right, top, bottom } = extent(spots);
    const width = picture.clientWidth, height = picture.clientHeight, head = DATA.columns?.length ? 34 : 0;
    const fit = Math.min(1.6, (width - 2 * MARGIN.x - 8) / (right - left || 1), (height - 2 * MARGIN.y - head - 8) / (bottom - top || 1));
    const scale = close ? Math.max(0.9, fit) : zoomRange(fit), position = { x: (left + right) / 2, y: (top + bottom) / 2 - head / 2 / scale };
    if (scale > fit) {
      const hub = network.getPosition(ranked.find(visible).id);
      const within = (at, low, high, room) => (high - low < room ? (low + high) / 2 : Math.min(Math.max(at, low + room / 2), high - room / 2));
      position.x = within(hub.x, left - MARGIN.x / scale, right + MARGIN.x / scale, width / scale);
      position.y = within(hub.y, top - (MARGIN.y + head) / scale, bottom + MARGIN.y / scale, height / scale);
    }
    move({ position, scale }, animate);
  }

  function keepInView(id) {
    const at = network.canvasToDOM(network.getPosition(id)), margin = Math.min(90, picture.clientWidth / 5);
    const inside = at.x > margin && at.y > margin && at.x < picture.clientWidth - margin && at.y < picture.clientHeight - margin;
    if (!inside) move({ position: network.getPosition(id), scale: Math.max(network.getScale(), narrow.matches ? 0.9 : 0) });
  }

  // ---- choosing

  /** Choose a thing, or nothing (null). The address follows, so that a choice can be sent and the back button undoes it. */
  function choose(id, { write = true, focus = null } = {}) {
    const node = nodes.get(id) ?? null, inPanel = $("panel").contains(document.activeElement);
    if (node && state.hidden.delete(node.class)) renderLegend();
    state.chosen = state.cursor = node ? node.id : null;
    const hash = node ? `#n=${encodeURIComponent(tail(node)).replace(/%2F/g, "/")}` : "";
    if (write && decodeHash() !== (node ? node.id : null)) {
      try { history.pushState(null, "", hash || location.pathname + location.search); } catch { location.hash = hash || "n="; }
    }
    if (network) { paint(); if (node) { touched = true; keepInView(node.id); } }
    renderPanel();
    filterTable();
    if (node && focus === "row") showRow(node);
    else if (focus === "panel" || (node && inPanel)) $("panel-title").focus();
    else if (inPanel) picture.focus();
    announce(node ? describe(node) : say("cleared"));
  }
  const describe = (node) => `${clip(label(node), 200)}. ${pick(node.type.label).text}. ${say("connections", { n: node.links.length })}.`;

  function decodeHash() {
    const match = /^#n=(.+)$/.exec(location.hash);
    try { return (match && byTail.get(decodeURIComponent(match[1]))) ?? null; } catch { return null; }
  }
  const followHash = () => { if (decodeHash() !== state.chosen) choose(decodeHash(), { write: false }); };

  // ---- keyboard in the picture

  /** The nearest figure in a direction; what lies aside counts double. With Shift only along connections. */
  function step(dx, dy, linked) {
    const here = nodes.get(state.cursor ?? state.chosen);
    if (!here || !visible(here)) return goTo(ranked.find(visible));
    const from = network.getPosition(here.id);
    let best = null, cost = Infinity;
    for (const node of nodes.values()) {
      if (node === here || !visible(node) || (linked && !here.near.has(node.id))) continue;
      const to = network.getPosition(node.id), x = to.x - from.x, y = to.y - from.y;
      const along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along <= 0 || (!linked && aside > along * 1.5) || along + 2 * aside >= cost) continue;
      best = node;
      cost = along + 2 * aside;
    }
    return goTo(best);
  }
  function goTo(node) {
    if (!node) return;
    state.cursor = node.id;
    drawn.version += 1;
    touched = true;
    keepInView(node.id);
    network.redraw();
    announce(describe(node));
  }
  const KEYS = {
    ArrowLeft: (e) => step(-1, 0, e.shiftKey), ArrowRight: (e) => step(1, 0, e.shiftKey),
    ArrowUp: (e) => step(0, -1, e.shiftKey), ArrowDown: (e) => step(0, 1, e.shiftKey),
    Enter: () => { if (state.cursor !== null) choose(state.cursor, { focus: "panel" }); },
    "+": () => zoomTo(network.getScale() * 1.3), "-": () => zoomTo(network.getScale() / 1.3), 0: () => frame(false, true),
  };
  KEYS["="] = KEYS["+"];
  KEYS[" "] = KEYS.Enter;

  // ---- search

  const matches = (node) => fold(state.query).split(/\s+/).every((part) => node.folded.includes(part));
  let options = [], active = -1;

  /** Names that begin with what was typed come first, then words that do, then the rest. */
  function search() {
    state.query = $("search").value.trim();
    const query = fold(state.query);
    const rank = (node) => { const name = fold(label(node)); return name.startsWith(query) ? 0 : name.includes(` ${query}`) ? 1 : name.includes(query) ? 2 : 3; };
    const hits = query ? ranked.filter(matches) : [];
    options = hits.map((node) => [rank(node), node]).sort((a, b) => a[0] - b[0]).slice(0, 30).map((pair) => pair[1]);
    active = -1;
    $("found").replaceChildren(...options.map((node, i) =>
      el("li", { role: "option", id: `found-${i}`, "aria-selected": "false", onpointerdown: (e) => e.preventDefault(), onclick: () => take(i) }, icon(node.type), words(node.label, 120))));
    if (query && !options.length) $("found").append(el("li", { class: "none", role: "option", "aria-disabled": "true" }, say("noHits")));
    openList(Boolean(query));
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
    if (!options[i]) return;
    const { id } = options[i];
    $("search").value = "";
    search();
    choose(id);
  }
  function searchKey(event) {
    const open = !$("found").hidden;
    if (["ArrowDown", "ArrowUp"].includes(event.key) && options.length) { openList(true); point(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1); }
    else if (event.key === "Enter" && open) take(Math.max(active, 0));
    else if (event.key === "Escape" && open) openList(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- legend

  const SVG = "http://www.w3.org/2000/svg";
  const corners = (n, turn, radius = () => 7) => [...Array(n).keys()].map((i) => {
    const angle = turn + (2 * Math.PI * i) / n;
    return `${(8 + radius(i) * Math.sin(angle)).toFixed(2)},${(8 - radius(i) * Math.cos(angle)).toFixed(2)}`;
  }).join(" ");
  const OUTLINES = {
    square: corners(4, Math.PI / 4), diamond: corners(4, 0), triangle: corners(3, 0), triangleDown: corners(3, Math.PI),
    hexagon: corners(6, Math.PI / 6), star: corners(10, 0, (i) => (i % 2 ? 3.2 : 7.6)),
  };
  /** The figure of a class, as in the picture; decoration, since its name always stands beside it. */
  function icon(type) {
    const svg = document.createElementNS(SVG, "svg"), outline = OUTLINES[type.shape];
    const shape = document.createElementNS(SVG, outline ? "polygon" : "circle");
    const attributes = outline ? { points: outline } : { cx: 8, cy: 8, r: 6.2 };
    for (const [name, value] of Object.entries({ ...attributes, fill: type.colour })) shape.setAttribute(name, value);
    for (const [name, value] of Object.entries({ viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" })) svg.setAttribute(name, value);
    svg.append(shape);
    return svg;
  }

  function renderLegend() {
    const counts = new Map();
    for (const node of nodes.values()) counts.set(node.class, (counts.get(node.class) ?? 0) + 1);
    const shown = [...classes.values()].filter((type) => counts.has(type.id));
    const held = document.activeElement?.dataset?.type;
    $("legend").replaceChildren(...shown.map((type) => el("li", {}, el("button", {
      type: "button", "aria-pressed": !state.hidden.has(type.id), title: pick(type.definition).text || null, "data-type": type.id,
      onclick: () => { if (!state.hidden.delete(type.id)) state.hidden.add(type.id); refilter(); },
    }, icon(type), words(type.label, 60), el("span", { class: "count" }, counts.get(type.id))))));
    if (state.hidden.size) $("legend").append(el("li", {}, el("button", { type: "button", class: "plain", onclick: () => { state.hidden.clear(); refilter(); $("legend").querySelector("button").focus(); } }, say("showAll"))));
    if (held) [...$("legend").querySelectorAll("button")].find((button) => button.dataset.type === held)?.focus();
  }
  function refilter() {
    if (state.chosen !== null && !visible(nodes.get(state.chosen))) choose(null);
    if (state.cursor !== null && !visible(nodes.get(state.cursor))) state.cursor = null;
    renderLegend();
    paint();
    filterTable();
    announce($("table-count").textContent);
  }

  // ---- panel

  /** Buttons for neighbours, the first ones and then the rest on demand. */
  function nearList(things, first, attributes) {
    const button = (node) => el("li", {}, el("button", { type: "button", onclick: () => choose(node.id, attributes) }, icon(node.type), words(node.label, 140)));
    const list = el("ul", { class: "near" }, ...things.slice(0, first).map(button));
    const rest = things.slice(first);
    if (rest.length) {
      list.append(el("li", {}, el("button", { type: "button", class: "rest", onclick: (event) => {
        const items = rest.map(button);
        event.currentTarget.parentNode.replaceWith(...items);
        items[0].firstChild.focus();
      } }, say("more", { n: rest.length }))));
    }
    return list;
  }

  /** Only web addresses become links; anything else (javascript:, data: …) stays text. */
  function link(url, content) {
    try {
      const parsed = new URL(url);
      if (["http:", "https:"].includes(parsed.protocol)) return el("a", { href: parsed.href, rel: "noopener noreferrer" }, content);
    } catch { /* not an address */ }
    return content;
  }

  function citation(item) {
    const title = el("bdi", { dir: "auto", lang: item.lang && item.lang !== lang ? item.lang : null }, clip(item.title || item.url || "", 300));
    const details = [item.publisher && el("bdi", { dir: "auto" }, item.publisher), item.date && words(item.date), item.locator && el("bdi", { dir: "auto" }, item.locator), item.coverage && words(item.coverage)].filter(Boolean);
    return el("li", {}, link(item.url, title), el("small", {}, ...details.flatMap((detail, i) => (i ? [" · ", detail] : [detail]))));
  }

  function renderPanel() {
    const panel = $("panel"), node = nodes.get(state.chosen), more = $("more");
    panel.classList.toggle("chosen", Boolean(node));
    more.hidden = !node;
    if (!node) {
      panel.replaceChildren(el("h2", { id: "panel-title", tabindex: -1 }, say("start")));
      if (ranked.length) panel.append(el("p", { class: "words" }, say("startText")), nearList(ranked.slice(0, 6), 6));
      return;
    }
    more.textContent = `${say("read", { name: clip(label(node), 60) })} ↓`;
    const facts = [...(node.dates ?? []), ...(node.lines ?? [])].map(({ label: name, value }) => [words(name), words(value)]);
    for (const key of ["basis", "note"]) if (pick(node[key]).text) facts.push([say(key), words(node[key])]);
    const kind = el("span", {}, words(node.type.label));
    if (pick(node.kind).text) kind.append(": ", words(node.kind));
    panel.replaceChildren(...[
      el("h2", { id: "panel-title", tabindex: -1 }, words(node.label)),
      el("p", { class: "kind" }, icon(node.type), kind),
      pick(node.type.definition).text ? el("p", { class: "define" }, words(node.type.definition)) : null,
      pick(node.text).text ? el("p", { class: "words" }, words(node.text)) : null,
      facts.length ? el("dl", {}, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))) : null,
      el("div", { class: "actions" },
        el("button", { type: "button", onclick: () => choose(node.id, { focus: "row" }) }, say("toTable")),
        el("button", { type: "button", onclick: () => choose(null) }, say("clear"))),
    ].filter(Boolean));
    renderRelations(panel, node);
    if (node.citations?.length) panel.append(el("h3", {}, say("sources")), el("ul", { class: "sources" }, ...node.citations.map(citation)));
  }

  /** Grouped by what the relation is called from here, so that a symmetric relation is one group. */
  function renderRelations(panel, node) {
    const groups = new Map();
    for (const { edge, other, out } of node.links) {
      const relation = DATA.relations[edge.relation] ?? {};
      const named = pick(out ? relation.label : relation.inverse).text ? (out ? relation.label : relation.inverse) : { [lang]: `${out ? "" : "← "}${pick(relation.label).text || edge.relation}` };
      const key = pick(named).text;
      if (!groups.has(key)) groups.set(key, { named, things: new Set() });
      groups.get(key).things.add(other);
    }
    panel.append(el("h3", {}, `${say("relations")} (${node.links.length})`));
    for (const { named, things } of [...groups.values()].sort((a, b) => b.things.size - a.things.size)) {
      panel.append(el("h4", {}, words(named, 80), ` (${things.size})`), nearList([...things].sort(byLabel), 8));
    }
  }

  // ---- table twin

  function renderTable() {
    ranked.sort(byLinks);
    $("rows").replaceChildren(...ranked.map((node) => {
      const kind = el("td", {}, words(node.type.label));
      if (pick(node.kind).text) kind.append(": ", words(node.kind, 80));
      return (node.row = el("tr", {},
        el("th", { scope: "row" }, el("button", { type: "button", onclick: () => { choose(node.id, { focus: "panel" }); picture.scrollIntoView({ block: "center" }); } }, icon(node.type), words(node.label, 160))),
        kind,
        el("td", {}, ...(node.dates ?? []).map((date) => el("div", {}, words(date.label), ": ", words(date.value)))),
        el("td", {}, nearList([...node.near].map((id) => nodes.get(id)).sort(byLabel), 5, { focus: "row" })),
        el("td", {}, node.citations?.length ?? 0)));
    }));
    filterTable();
  }
  function filterTable() {
    let n = 0;
    for (const node of ranked) {
      if (!node.row) return;
      const hidden = !visible(node) || (state.query !== "" && !matches(node));
      if (!hidden) n += 1;
      node.row.hidden = hidden;
      if (node.id === state.chosen) node.row.setAttribute("aria-current", "true"); else node.row.removeAttribute("aria-current");
    }
    $("table-count").textContent = say("shown", { n, m: ranked.length });
  }
  function showRow(node) {
    if (node.row?.hidden) { $("search").value = ""; search(); }
    node.row?.querySelector("button").focus();
    node.row?.scrollIntoView({ block: "center" });
  }

  // ---- start

  /** Say everything in the chosen language; nothing is reloaded, the choice and the view stay. */
  function speak(next) {
    lang = document.documentElement.lang = next;
    document.title = pick(DATA.title).text;
    $("title").replaceChildren(words(DATA.title));
    $("summary").replaceChildren(words(DATA.summary));
    $("source-note").replaceChildren(words(DATA.source_note));
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
    for (const element of document.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", say(element.dataset.tLabel));
    for (const button of $("languages").children) button.setAttribute("aria-pressed", button.dataset.lang === lang);
    $("lines").hidden = !DATA.edges.some((edge) => edge.derived);
    renderLegend();
    renderPanel();
    if (!$("found").hidden) search();
    if (network) network.redraw();
  }

  /** The picture takes what the window leaves below header and legend. */
  const fill = () => document.documentElement.style.setProperty("--above", `${Math.round(picture.getBoundingClientRect().top + scrollY)}px`);

  for (const element of document.querySelectorAll(".app")) element.hidden = false;
  if (narrow.matches) $("legend-box").open = false;
  speak(lang);
  fill();
  draw();
  if (decodeHash() !== null) followHash();
  setTimeout(renderTable); // after the first drawing: the picture is what the reader came for

  $("languages").addEventListener("click", (event) => {
    const next = event.target.closest("button")?.dataset.lang;
    if (next && next !== lang) { speak(next); renderTable(); }
  });
  $("search").addEventListener("input", search);
  $("search").addEventListener("keydown", searchKey);
  $("search").addEventListener("blur", () => openList(false));
  $("more").addEventListener("click", () => $("panel-title").focus());
  addEventListener("popstate", followHash);
  addEventListener("hashchange", followHash);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (state.chosen !== null || state.cursor !== null)) choose(null);
  });
  if (network) {
    picture.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
      event.preventDefault();
      KEYS[event.key](event);
    });
    // The wheel scrolls the page until the reader has stepped into the picture.
    picture.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !picture.contains(document.activeElement)) event.stopPropagation();
    }, { capture: true });
    $("zoom-in").addEventListener("click", KEYS["+"]);
    $("zoom-out").addEventListener("click", KEYS["-"]);
    $("zoom-fit").addEventListener("click", KEYS[0]);
    $("physics").addEventListener("click", (event) => {
      const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
      event.currentTarget.setAttribute("aria-pressed", on);
      network.setOptions({ physics: on ? { enabled: true, solver: "forceAtlas2Based", forceAtlas2Based: { springLength: 90, avoidOverlap: 0.4 }, stabilization: false } : false });
    });
    new ResizeObserver(() => { fill(); if (!touched) frame(narrow.matches); }).observe(document.body);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); paint(); });
    const forPaper = (on) => { document.documentElement.classList.toggle("print", on); readColours(); paint(); };
    addEventListener("beforeprint", () => forPaper(true));
    addEventListener("afterprint", () => forPaper(false));
  }
})();
