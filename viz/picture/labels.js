/* Names of things in the picture: ours, not vis-network's, so that they keep their size at every zoom and never overlap. */
"use strict";
((M) => {
  const { DATA, clip, narrow, state, visible, bright, label } = M;
  /** @type {Medskick["colours"]} */
  const colours = { surface: "", ink: "", muted: "", edge: "", accent: "", line: "", tint: "", font: "" };
  M.colours = colours;

  const SIDES = DATA.layout === "sides";
  const ROWS = SIDES || DATA.layout === "columns";
  const FONT = 13;
  const tight = () => SIDES && narrow.matches;
  const leading = () => (tight() ? 15 : 16);
  const across = () => (tight() ? 14 : ROWS ? 24 : 22);
  const down = () => (ROWS && !tight() ? 2 : 3);
  Object.assign(M, { ROWS, FONT, leading, down });
  // no label lies further outside the outermost figures, so a fitted view cuts none; in columns names stand to the right
  const MARGIN = { left: 84, right: 84, y: 46 };
  M.MARGIN = MARGIN;
  M.fitMargins = () => {
    if (DATA.layout === "columns") Object.assign(MARGIN, { left: 48, right: 215 });
    if (SIDES) MARGIN.left = MARGIN.right = tight() ? 130 : 215;
  };
  M.fitMargins();
  /** The margins that labels have beside figures so wide: less where the window leaves less. */
  M.asideOf = (wide) => {
    const spare = M.picture.clientWidth - wide - 4;
    const share = spare > 60 ? Math.min(1, spare / (MARGIN.left + MARGIN.right)) : 1;
    return { left: MARGIN.left * share, right: MARGIN.right * share };
  };
  const CROWD = 800; // beyond it most names find no place, and few places are tried for each
  const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  M.ruler = ruler;

  /**
   * Break a label at about 22 characters into at most three lines; direction marks and line breaks are dropped. A word
   * that is too long for a line is cut: where Swedish may be divided no browser tells.
   * @param {string} text
   */
  function wrap(text) {
    const clean = clip(
      text
        .slice(0, 400)
        .replace(/[\u202a-\u202e\u2066-\u2069]/g, "")
        .replace(/\s+/g, " ")
        .trim(),
      160,
    );
    const rows = [""];
    for (const word of clean.split(" ").map((long) => clip(long, across() + (tight() ? 2 : 4)))) {
      const last = rows.pop();
      if (last && last.length + word.length >= across()) rows.push(last, word);
      else rows.push(last ? `${last} ${word}` : word);
    }
    return rows.length <= down()
      ? rows
      : [...rows.slice(0, down() - 1), `${[...rows[down() - 1].replace(/…$/, "")].slice(0, across() - 2).join("")}…`];
  }

  /** A grid of taken boxes: asking what lies in a place looks at its own cells only. */
  function makeGrid(cell = 64) {
    /** @type {Map<number, Box[]>} */
    const grid = new Map();
    /** Calls `look` for each cell that a box touches, until it gives true.
     * @param {Box} box @param {(cell: number) => boolean} look */
    function some({ left, right, top, bottom }, look) {
      for (let i = Math.floor(left / cell); i <= Math.floor(right / cell); i += 1)
        for (let j = Math.floor(top / cell); j <= Math.floor(bottom / cell); j += 1) if (look(i * 1e5 + j)) return true;
      return false;
    }
    /** @param {Box} a @param {Box} b */
    const cross = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
    return {
      /** @param {Box} box */
      add: (box) => {
        some(box, (key) => {
          const here = grid.get(key);
          if (here) here.push(box);
          else grid.set(key, [box]);
          return false;
        });
      },
      /** @param {Box} box */
      taken: (box) => some(box, (key) => grid.get(key)?.some((other) => cross(box, other)) ?? false),
      /** @param {Box} box */
      hits: (box) => {
        let n = 0;
        some(box, (key) => {
          for (const other of grid.get(key) ?? []) n += Number(cross(box, other));
          return false;
        });
        return n;
      },
    };
  }

  /** @param {Thing} node
   * @returns {Ink} */
  function measure(node) {
    const text = label(node);
    const bold = SIDES ? node.id === DATA.around : M.hubs.has(node) || node === state.chosen;
    const font = `${bold ? 650 : 400} ${tight() ? 12 : FONT}px ${colours.font}`;
    if (node.ink?.text !== text || node.ink.font !== font) {
      ruler.font = font;
      // beside a telephone's narrow picture a wide word loses its end
      const rows = wrap(text).map((whole) => {
        let row = whole;
        while (tight() && row.length > 3 && ruler.measureText(row).width > 98)
          row = `${[...row.replace(/…$/, "")].slice(0, -1).join("")}…`;
        return row;
      });
      node.ink = {
        text,
        font,
        rows,
        width: Math.max(...rows.map((row) => ruler.measureText(row).width)),
        height: rows.length * leading(),
      };
    }
    return node.ink;
  }

  /** On which side of the middle a thing stands, as the layout has it: 1 right, -1 left, 0 where there are no sides.
   * @param {Thing} node */
  const sideOf = (node) => (!SIDES || node.id === DATA.around || state.more.has(node) ? 0 : Math.sign(node.home.x));

  /** Top left corners to try, the best first. In columns a label to the left would seem to belong to the next column.
   * @param {Thing} node @param {number} width @param {number} height
   * @returns {[left: number, top: number][]} */
  function placesFor(node, width, height) {
    const { x, y, r } = node.spot;
    const side = sideOf(node);
    const mid = x - width / 2;
    const level = y - height / 2;
    const below = y + r + 3;
    const above = y - r - 3 - height;
    /** @param {number} at @param {number} far
     * @returns {[left: number, top: number][]} */
    const beside = (at, far) => [
      [at, level],
      [at, y - 4],
      [at, y + 4 - height],
      [far, level],
    ];
    const right = beside(x + r + 5, x + r + 17);
    const left = beside(x - r - 5 - width, x - r - 17 - width);
    /** @type {[left: number, top: number][]} */
    const under = [
      [mid, below],
      [mid, above],
    ];
    /** @type {[left: number, top: number][]} */
    const shifted = [x - 4, x + 4 - width].flatMap((at) => [
      [at, below],
      [at, above],
    ]);
    /** @type {[left: number, top: number][]} */
    const further = [
      [mid, below + 10],
      [mid, above - 10],
    ];
    if (side) return side > 0 ? right : left;
    return DATA.layout === "columns"
      ? [...right, ...under, ...shifted]
      : [...under, right[0], left[0], ...right, ...left, ...shifted, ...further];
  }

  /** Places a little further off, for a name that must be shown where it is crowded.
   * @param {Circle} figure @param {number} width @param {number} height
   * @returns {Generator<Box>} */
  function* placesRound({ x, y, r }, width, height) {
    for (const off of [14, 26, 40, 56, 74, 96, 120, 150]) {
      for (let turn = 0; turn < 16; turn += 1) {
        const angle = (turn * Math.PI) / 8;
        const mid = { x: x + Math.cos(angle) * (r + off + width / 2), y: y + Math.sin(angle) * (r + off + height / 2) };
        yield {
          left: mid.x - width / 2 - 4,
          right: mid.x + width / 2 + 4,
          top: mid.y - height / 2 - 1,
          bottom: mid.y + height / 2 + 1,
        };
      }
    }
  }

  /** Labels that find a place at a scale, the important ones first; a hub's may cover a small figure, others none. */
  M.labelsAt = function labelsAt(scale) {
    /** @type {Label[]} */
    const labels = [];
    const names = makeGrid();
    const figures = makeGrid();
    const seen = M.ranked.filter(visible);
    const shown = seen.filter(bright);
    /** @param {Thing} node */
    const turn = (node) =>
      SIDES && node.id === DATA.around
        ? 0
        : node === state.chosen
          ? 3
          : M.trail()?.includes(node)
            ? 2
            : node === state.cursor
              ? 1
              : 0;
    for (const node of seen) {
      // a dimmed figure is seen too
      const at = M.drawing().getPosition(node.id);
      const x = at.x * scale;
      const y = at.y * scale;
      const r = node.size * M.unit.size * scale + 1;
      node.spot = { x, y, r };
      ((M.hubs.has(node) && bright(node)) || node === state.chosen ? names : figures).add({
        left: x - r,
        right: x + r,
        top: y - r,
        bottom: y + r,
      });
    }
    const all = M.extent(seen.map((node) => node.spot));
    // where all figures have room side by side on a narrow screen, the names have too
    const aside = M.asideOf(all.right - all.left);
    /** @param {Box} box */
    const inside = (box) =>
      box.left > all.left - aside.left &&
      box.right < all.right + aside.right &&
      box.top > all.top - MARGIN.y &&
      box.bottom < all.bottom + MARGIN.y;
    for (const heading of M.headingsAt(all, aside)) {
      names.add(heading.box);
      labels.push(heading);
    }
    // round a thing the page's heading has its name: the others' come first; what was added stands between them
    /** @param {Thing} node */
    const last = (node) => SIDES && node.id === DATA.around;
    /** @param {Thing} node */
    const added = (node) => SIDES && state.more.has(node);
    for (const node of shown.sort(
      (a, b) => turn(b) - turn(a) || Number(last(a)) - Number(last(b)) || Number(added(a)) - Number(added(b)),
    )) {
      const { font, rows, width, height } = measure(node);
      const places = placesFor(node, width, height);
      // on a telephone there is no room to force names into: a touch tells
      const must = turn(node) || ((M.narrow.matches ? M.hubs : M.named).has(node) && !last(node));
      const tried = must || shown.length < CROWD ? places : places.slice(0, 4);
      const boxes = tried.map(([at, top]) => ({
        left: at - 4,
        right: at + width + 4,
        top: top - 1,
        bottom: top + height + 1,
      }));
      /** @type {Box | undefined} */
      let box = boxes.find((place) => inside(place) && !names.taken(place) && !figures.taken(place));
      if (!box && must) {
        const open = boxes.filter((place) => inside(place) && !names.taken(place));
        // rather a little further off than over somebody's figure
        if (!ROWS || added(node))
          open.push(
            ...[...placesRound(node.spot, width, height)].filter((place) => inside(place) && !names.taken(place)),
          );
        box = open.sort((a, b) => figures.hits(a) - figures.hits(b))[0];
        // in rows a name over another's figure would be taken for its
        if (box && ROWS && figures.hits(box)) box = undefined;
      }
      if (!box && turn(node)) box = boxes[0];
      if (!box) continue;
      names.add(box);
      const { x, y, r } = node.spot;
      const gap = Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)) - r;
      const align = !ROWS || last(node) ? "center" : box.left > x ? "left" : box.right < x ? "right" : "center";
      labels.push({ id: node.id, font, rows, box, colour: "ink", align, lead: gap > 12 ? { x, y, r } : null });
    }
    /** @param {Box} box */
    const take = (box) => {
      const free = !names.taken(box) && !figures.taken(box);
      if (free) names.add(box);
      return free;
    };
    return state.chosen || M.trail() ? [...labels, ...M.relationsAt(take)] : labels;
  };
})(window.medskick);
