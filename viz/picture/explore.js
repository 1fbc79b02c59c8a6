/* Going on: what is known of things, bringing more of them into the picture. */
"use strict";
((M) => {
  const { DATA, add, announce, button, byTail, el, join, label, pick, present, say, state, words } = M;
  const AT_ONCE = DATA.measures.at_once;
  const PAGE_THINGS = new Set(DATA.nodes.map((raw) => raw.tail));

  // ---- what is known of things

  /** Join a thing by a tie to what is at its other end, if that is known.
   * @param {Thing} node @param {OwnTie} tie */
  function joinBy(node, [relation, out, tail]) {
    const other = byTail.get(tail);
    const [from, to] = out ? [node, other] : [other, node];
    if (from && to) join({ from: from.id, to: to.id, relation, derived: false });
  }
  /** @param {string[]} tails */
  const known = (tails) => tails.flatMap((tail) => byTail.get(tail) ?? []);
  function neededSource() {
    if (!M.source) throw new Error("no source");
    return M.source;
  }

  /** Fetch things that the page does not have yet; they are known then, not shown. Joins them to all that is known. */
  M.know = async (tails) => {
    const wanted = tails.filter((tail) => !byTail.get(tail)?.ties);
    for (const raw of wanted.length ? await neededSource().things(wanted) : []) {
      const node = add(raw, false);
      node.ties = raw.ties;
    }
    for (const node of M.nodes.values())
      for (const tie of node.ties ?? [])
        if (!(PAGE_THINGS.has(node.tail) && PAGE_THINGS.has(tie[2]))) joinBy(node, tie);
  };

  // ---- expanding

  /** Relations of a thing that are not in the picture, by group: what there is, less what is joined to it already.
   * @param {Thing} node */
  function missing(node) {
    return (node.groups ?? [])
      .map((group) => {
        const here = new Set(
          node.links
            .filter(
              (link) => link.edge.relation === group.relation && link.out === Boolean(group.out) && present(link.other),
            )
            .map((link) => link.other.tail),
        );
        return {
          ...group,
          left: group.members.filter((tail) => !here.has(tail)),
          count: Math.max(0, group.total - here.size),
        };
      })
      .filter((group) => group.count)
      .sort((a, b) => b.count - a.count);
  }

  M.notShown = (node) => {
    if (!M.source) return [];
    /** @type {Child[]} */
    const head = [el("h3", {}, say("notShown"))];
    if (node.failed)
      return [
        ...head,
        el("p", {}, say("failed")),
        button(
          () => {
            node.failed = false;
            M.renderPanel();
          },
          {},
          say("again"),
        ),
      ];
    if (!node.groups) {
      lookUp(node);
      return [...head, el("p", { class: "define" }, say("looking"))];
    }
    const groups = missing(node);
    if (!groups.length) return [...head, el("p", { class: "define" }, say("allShown"))];
    return [
      ...head,
      el(
        "ul",
        { class: "groups" },
        ...groups.map((group) => {
          const n = Math.min(AT_ONCE, group.left.length);
          const name = nameOf(group);
          const seen = n < group.count ? say("expandSome", { m: n, n: group.count }) : say("expand", { n });
          return el(
            "li",
            {},
            el("span", {}, words(name, 80), el("span", { class: "count" }, ` ${say("group", { n: group.count })}`)),
            n > 0 &&
              button(
                () => expand(node, group),
                { "aria-label": `${seen}: ${pick(name).text}`, "data-expand": `${group.out} ${group.relation}` },
                seen,
              ),
          );
        }),
      ),
    ];
  };
  /** What a relation is called from a thing.
   * @param {{relation: string, out: 0 | 1}} tie
   * @returns {Pair} */
  function nameOf({ relation, out }) {
    const known = DATA.relations[relation] ?? {};
    const name = out ? known.label : known.inverse;
    return name && pick(name).text ? name : { [M.lang]: (out ? "" : "← ") + (pick(known.label).text || relation) };
  }
  /** @param {Thing} node */
  async function lookUp(node) {
    try {
      node.groups = await neededSource().ties(node);
    } catch {
      node.failed = true;
    }
    if (state.chosen === node) M.renderPanel();
  }

  /** @param {Thing} node @param {TieGroup & {left: string[]}} group */
  async function expand(node, group) {
    const tails = group.left.slice(0, AT_ONCE);
    try {
      await M.know(tails);
    } catch {
      announce(say("failed"));
      return;
    }
    for (const tail of tails) joinBy(node, [group.relation, group.out, tail]); // one that is shown already may lack this line
    const others = known(tails);
    show(others, () => beside(node));
    focusOn([node, ...others]);
    announce(`${say("added", { n: others.length })}. ${say("connections", { n: node.count })}.`);
  }

  /** Bring things into the picture, each at a free place that `place` gives; nothing else moves.
   * @param {Thing[]} things @param {(node: Thing) => Spot} place */
  function show(things, place) {
    M.change(() => {
      for (const node of things) {
        M.unfilter(node);
        if (node.present) continue;
        node.at = place(node);
        node.home = { ...node.at };
        node.present = true;
        state.more.add(node);
      }
    });
  }

  /** Begin with a thing and some of what hangs on it, on both sides of it: the picture that a server has of it. */
  M.begin = async (tail) => {
    const round = (await neededSource().round?.(tail)) ?? null;
    if (round) await M.know(Object.keys(round.places));
    const node = byTail.get(tail);
    if (!round || !node) throw new Error(tail);
    node.groups = await neededSource().ties(node);
    node.size = 20;
    for (const one of known(Object.keys(round.places))) {
      const at = round.places[one.tail];
      Object.assign(one, { at, home: { ...at }, present: true });
      M.begun.add(one);
    }
    DATA.headings = round.headings.map(({ x, members, ...how }) => ({
      label: nameOf(how),
      x,
      members: known(members).map((member) => member.id),
    }));
    DATA.around = node.id;
    DATA.left_out = round.left_out;
    DATA.title = M.inEveryLanguage((lang) => say("around", { thing: node.label[lang] ?? label(node) }, lang));
    M.rank();
  };

  /** The nearest place round a point that is free of figures, in rings; away from the crowd first.
   * @param {Thing} node @param {Spot} middle
   * @returns {Spot} */
  function beside(node, middle = node.at) {
    const { x: sx, y: sy, size } = M.unit;
    const gap = 58 * Math.max(1, size);
    const taken = M.ranked.concat([...state.more]).map(({ at }) => [at.x * sx, at.y * sy]);
    const cx = middle.x * sx;
    const cy = middle.y * sy;
    const close = taken.filter(([x, y]) => Math.hypot(x - cx, y - cy) < 8 * gap);
    const crowd = close.reduce(([x, y], [a, b]) => [x + a - cx, y + b - cy], [0, 0]);
    const away = Math.atan2(-crowd[1], -crowd[0] || 1);
    for (let ring = 1; ring < 40; ring += 1) {
      const r = (0.75 + ring * 0.75) * gap;
      const slots = Math.max(8, Math.floor((2 * Math.PI * r) / gap));
      for (let i = 0; i < slots; i += 1) {
        const angle = away + ((i % 2 ? 1 : -1) * Math.ceil(i / 2) * 2 * Math.PI) / slots;
        const x = cx + r * Math.cos(angle);
        const y = cy + r * Math.sin(angle);
        if (taken.every(([a, b]) => Math.hypot(a - x, b - y) >= gap))
          return { x: Math.round((x / sx) * 10) / 10, y: Math.round((y / sy) * 10) / 10 };
      }
    }
    return { ...middle };
  }

  /** Let the reader see what has come in: the view moves only if it has to. */
  /** @type {Medskick["focusOn"]} */
  const focusOn = (things) => {
    if (!M.network) return;
    const box = M.extent(things.map((node) => M.drawing().canvasToDOM(M.drawing().getPosition(node.id))));
    const width = M.picture.clientWidth;
    const height = M.picture.clientHeight;
    const aside = M.ROWS && !M.narrow.matches ? 110 : 60; // names are wider than figures
    if (box.left > aside && box.right < width - aside && box.top > 50 && box.bottom < height - 50) return;
    const all = M.extent(things.map((node) => M.drawing().getPosition(node.id)));
    const fit = Math.min(
      (width - 2 * aside - 80) / (all.right - all.left || 1),
      (height - 140) / (all.bottom - all.top || 1),
    );
    M.touched = true;
    M.move({
      position: { x: (all.left + all.right) / 2, y: (all.top + all.bottom) / 2 },
      scale: M.within(Math.min(M.drawing().getScale(), fit)),
    });
  };
  Object.assign(M, { neededSource, known, joinBy, show, beside, focusOn });
})(window.medskick);
