/* Going on: expanding, hiding, pinning, paths between two things, and the picture as a file. */
"use strict";
((M) => {
  const {
    $,
    DATA,
    add,
    announce,
    button,
    byTail,
    clip,
    el,
    icon,
    join,
    label,
    pick,
    present,
    say,
    state,
    visible,
    words,
  } = M;
  const AT_ONCE = DATA.measures.at_once;
  const PAGE_THINGS = new Set(DATA.nodes.map((raw) => raw.tail));

  // ---- what is known of things

  const byId = (tail) => byTail.get(tail)?.id;
  const edgeOf = (node, [relation, out, other]) => ({
    from: out ? node.id : byId(other),
    to: out ? byId(other) : node.id,
    relation,
    derived: false,
  });

  /** Fetch things that the page does not have yet; they are known then, not shown. Joins them to all that is known. */
  M.know = async (tails) => {
    const wanted = tails.filter((tail) => !byTail.has(tail) || !byTail.get(tail).ties);
    for (const raw of wanted.length ? await M.source.things(wanted) : []) {
      const node = add(raw, false);
      node.ties = raw.ties;
    }
    for (const node of M.nodes.values())
      for (const tie of node.ties ?? [])
        if (byTail.has(tie[2]) && !(PAGE_THINGS.has(node.tail) && PAGE_THINGS.has(tie[2]))) join(edgeOf(node, tie));
  };

  // ---- expanding

  /** Relations of a thing that are not in the picture, by group: what there is, less what is joined to it already. */
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
  function nameOf({ relation, out }) {
    const known = DATA.relations[relation] ?? {};
    const name = out ? known.label : known.inverse;
    return pick(name).text ? name : { [M.lang]: (out ? "" : "← ") + (pick(known.label).text || relation) };
  }
  async function lookUp(node) {
    try {
      node.groups = await M.source.ties(node);
    } catch {
      node.failed = true;
    }
    if (state.chosen === node) M.renderPanel();
  }

  async function expand(node, group) {
    const tails = group.left.slice(0, AT_ONCE);
    try {
      await M.know(tails);
    } catch {
      announce(say("failed"));
      return;
    }
    const found = tails.map((tail) => byTail.get(tail)).filter(Boolean);
    for (const other of found) join(edgeOf(node, [group.relation, group.out, other.tail])); // one that is shown already may lack this line
    show(found, () => beside(node));
    focusOn([node, ...found]);
    announce(`${say("added", { n: found.length })}. ${say("connections", { n: node.count })}.`);
  }

  /** Bring things into the picture, each at a free place that `place` gives; nothing else moves. */
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
    const round = await M.source.round(tail);
    if (!round) throw new Error(tail);
    await M.know(Object.keys(round.places));
    const node = byTail.get(tail);
    node.groups = await M.source.ties(node);
    node.size = 20;
    for (const [other, at] of Object.entries(round.places)) {
      const one = byTail.get(other);
      Object.assign(one, { at, home: { ...at }, present: true });
      M.begun.add(one);
    }
    DATA.headings = round.headings.map(({ x, members, ...how }) => ({
      label: nameOf(how),
      x,
      members: members.map(byId),
    }));
    DATA.around = node.id;
    DATA.left_out = round.left_out;
    DATA.title = Object.fromEntries(
      DATA.languages.map((lang) => [lang, say("around", { thing: node.label[lang] ?? label(node) }, lang)]),
    );
    M.rank();
  };

  /** The nearest place round a point that is free of figures, in rings; away from the crowd first. */
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
  const focusOn = function focusOn(things) {
    if (!M.network) return;
    const box = M.extent(things.map((node) => M.network.canvasToDOM(M.network.getPosition(node.id))));
    const width = M.picture.clientWidth;
    const height = M.picture.clientHeight;
    const aside = M.ROWS && !M.narrow.matches ? 110 : 60; // names are wider than figures
    if (box.left > aside && box.right < width - aside && box.top > 50 && box.bottom < height - 50) return;
    const all = M.extent(things.map((node) => M.network.getPosition(node.id)));
    const fit = Math.min(
      (width - 2 * aside - 80) / (all.right - all.left || 1),
      (height - 140) / (all.bottom - all.top || 1),
    );
    M.touched = true;
    M.move({
      position: { x: (all.left + all.right) / 2, y: (all.top + all.bottom) / 2 },
      scale: M.within(Math.min(M.network.getScale(), fit)),
    });
  };
  M.focusOn = focusOn;

  // ---- hiding and pinning

  M.hide = (node) => {
    const name = clip(label(node), 80);
    if (state.chosen === node) M.choose(null);
    M.change(() => {
      state.less.add(node);
      state.pins.delete(node);
    });
    announce(say("hidden", { name }));
  };
  M.pin = (node, on, at = M.standing(node)) => {
    M.change(() => {
      node.at = at;
      if (on) state.pins.add(node);
      else state.pins.delete(node);
    });
    announce(say(on ? "pinned" : "unpinned", { name: clip(label(node), 80) }));
  };
  M.dropped = (things) => {
    for (const node of things) M.pin(node, true);
  };
  M.nudge = (node, dx, dy) => {
    const { x, y } = M.network.getPosition(node.id);
    M.pin(node, true, {
      x: Math.round(((x + 20 * dx) / M.unit.x) * 10) / 10,
      y: Math.round(((y + 20 * dy) / M.unit.y) * 10) / 10,
    });
  };

  /** What is hidden and what is pinned stands under the picture, each with its way back. */
  M.renderLists = () => {
    const part = (key, things, act, name) =>
      things.length &&
      el(
        "p",
        { class: "list" },
        `${say(key)}: `,
        ...things.map((node) =>
          button(
            () => act(node),
            { class: "chip", "aria-label": say(name, { name: clip(label(node), 80) }) },
            icon(node.type),
            words(node.label, 60),
            el("span", { "aria-hidden": "true" }, "×"),
          ),
        ),
      );
    $("lists").replaceChildren(
      ...[
        part("hiddenList", [...state.less], (node) => M.change(() => state.less.delete(node)), "unhide"),
        part("pinnedList", [...state.pins].filter(present), (node) => M.pin(node, false), "unpinName"),
        DATA.left_out > 0 && el("p", {}, say("leftOut", { n: DATA.left_out })),
      ].filter(Boolean),
    );
  };

  // ---- paths

  M.pathFrom = (node) => {
    state.from = node;
    M.renderPanel();
    if (node) announce(say("pathChoose"));
    ($("path-from") ?? $("panel-title")).focus();
  };

  /** Find the paths between two things and learn what stands on them. */
  async function trace(from, to, index = 0) {
    const found = await M.source.paths(from, to);
    await M.know([...new Set(found.flat())]);
    const paths = found.map((path) => path.map((tail) => byTail.get(tail)).filter(Boolean));
    for (const path of paths)
      for (let i = 1; i < path.length; i += 1)
        for (const tie of path[i].ties ?? []) if (tie[2] === path[i - 1].tail) join(edgeOf(path[i], tie));
    return { from, to, paths, index: Math.min(index, Math.max(paths.length - 1, 0)) };
  }
  M.tracePath = async ({ from, to, index }) => {
    if (byTail.has(from) && byTail.has(to)) state.trail = await trace(byTail.get(from), byTail.get(to), index);
  };
  M.findPaths = async (from, to) => {
    let trail;
    announce(say("looking"));
    try {
      trail = await trace(from, to);
    } catch {
      announce(say("failed"));
      return;
    }
    state.from = null;
    M.change(() => {
      state.trail = trail;
    });
    bring(trail.paths[0] ?? []);
    $("paths-title")?.focus();
    announce(trail.paths.length ? say("pathsFound", { n: trail.paths.length }) : say("noPaths"));
  };
  M.showPath = (index) => {
    M.change(() => {
      state.trail = index === null ? null : { ...state.trail, index };
    });
    if (index !== null) bring(state.trail.paths[index]);
  };
  /** What a path leads through is shown, between its ends. */
  function bring(path) {
    if (!path.length) return;
    const [a, b] = [path[0], path[path.length - 1]];
    show(path, (node) => {
      const share = path.indexOf(node) / (path.length - 1);
      const ends = a.present && b.present ? [a.at, b.at] : [(a.present ? a : b).at, (a.present ? a : b).at];
      return beside(node, {
        x: ends[0].x + (ends[1].x - ends[0].x) * share,
        y: ends[0].y + (ends[1].y - ends[0].y) * share,
      });
    });
    focusOn(path.filter(visible));
  }

  // ---- the picture as a file

  function save(blob, name) {
    const link = el("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  const fileName = (end) =>
    `${
      M.fold(pick(DATA.title).text)
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "")
        .slice(0, 60) || "medskick"
    }.${end}`;
  /** The picture in double density, for paper and screens alike: drawn anew for it, then as it was. vis-network has no public way to this. */
  function dense(ratio) {
    const { canvas, renderer } = M.network;
    const seen = canvas.frame.canvas;
    const copy = document.createElement("canvas");
    const was = [seen.width, seen.height, canvas.pixelRatio];
    const draw = (width, height, density) => {
      Object.assign(seen, { width, height });
      canvas.pixelRatio = density;
      renderer._redraw();
    };
    draw(seen.clientWidth * ratio, seen.clientHeight * ratio, ratio);
    Object.assign(copy, { width: seen.width, height: seen.height });
    copy.getContext("2d").drawImage(seen, 0, 0);
    draw(...was);
    return copy;
  }
  /** The canvas with its title, the kinds in it and what it rests on: a picture that is taken along must tell that itself. */
  M.savePng = () => {
    const { colours } = M;
    const ratio = Math.max(2, devicePixelRatio);
    const picture = dense(ratio);
    const width = picture.width / ratio;
    const high = picture.height / ratio;
    const edge = 24;
    const copy = document.createElement("canvas");
    const pen = copy.getContext("2d");
    const titled = `650 22px ${colours.font}`;
    const noted = `14px ${colours.font}`;
    function rows(text, font) {
      const found = [];
      pen.font = font;
      for (const word of text.split(/\s+/).filter(Boolean)) {
        const longer = found.length ? `${found[found.length - 1]} ${word}` : word;
        if (found.length && pen.measureText(longer).width <= width - 2 * edge) found[found.length - 1] = longer;
        else found.push(word);
      }
      return found;
    }
    const title = rows(pick(DATA.title).text, titled);
    const notes = [...rows(pick(M.sourceNote()).text, noted), say("credit")];
    const kinds = [];
    pen.font = noted;
    let at = edge;
    let line = 0;
    for (const type of M.classes.values()) {
      if (!M.ranked.some((node) => node.class === type.id && visible(node))) continue;
      const name = clip(pick(type.label).text, 60);
      const wide = 22 + pen.measureText(name).width;
      if (at > edge && at + wide > width - edge) {
        at = edge;
        line += 1;
      }
      kinds.push({ type, name, x: at, y: line * 24 });
      at += wide + 18;
    }
    const above = 20 + title.length * 28;
    const legend = above + high + 14;
    const below = legend + (kinds.length ? (line + 1) * 24 + 10 : 0);
    const whole = below + notes.length * 20 + 14;
    Object.assign(copy, { width: width * ratio, height: whole * ratio });
    pen.fillStyle = colours.surface; // a transparent picture is unreadable in half of the programs it is put in
    pen.fillRect(0, 0, copy.width, copy.height);
    pen.drawImage(picture, 0, above * ratio);
    pen.scale(ratio, ratio);
    const write = (texts, font, colour, top, step) => {
      Object.assign(pen, { font, fillStyle: colours[colour], textBaseline: "middle" });
      for (const [i, text] of texts.entries()) pen.fillText(text, edge, top + step * (i + 0.5));
    };
    write(title, titled, "ink", 14, 28);
    for (const { type, name, x, y } of kinds) {
      pen.fillStyle = M.tinted(type.colour);
      pen.translate(x, legend + y + 4);
      pen.fill(M.outline(type));
      pen.translate(-x, -legend - y - 4);
      Object.assign(pen, { font: noted, fillStyle: colours.ink, textBaseline: "middle" });
      pen.fillText(name, x + 22, legend + y + 12);
    }
    write(notes, noted, "muted", below, 20);
    copy.toBlob((blob) => save(blob, fileName("png")), "image/png");
  };
  M.saveStill = () =>
    save(
      new Blob([new XMLSerializer().serializeToString($("still").querySelector("svg"))], { type: "image/svg+xml" }),
      fileName("svg"),
    );

  /** Links that show the picture as it now is: files from a server, and the same page in the other language. */
  M.follow = (text) => {
    const now = M.written();
    const { live } = DATA.onward ?? {};
    document.documentElement.classList.toggle("changed", now !== "" || M.around !== null);
    for (const kind of ["svg", "graphml", "html"]) {
      const link = $(`save-${kind}`);
      if (!link || !live) continue;
      link.dataset.base ??= link.getAttribute("href");
      const query = now
        .split("&")
        .filter(Boolean)
        .map((part) => part.replace(/=(.*)$/s, (_, value) => `=${encodeURIComponent(value)}`))
        .join("&");
      link.setAttribute("href", link.dataset.base + (query && (link.dataset.base.includes("?") ? "&" : "?") + query));
    }
    $("as-begun").hidden = live || M.around || now === "";
    for (const link of document.querySelectorAll("a[hreflang]")) link.hash = text;
  };
})(window.medskick);
