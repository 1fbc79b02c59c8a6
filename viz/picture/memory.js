/*
 * What the reader has done, as text: the page's address, and the steps that undo goes back through.
 *
 *   n=tail (the chosen thing)   more=tail@x,y;… (added, with its place)   pin=tail@x,y;…   less=tail;… (hidden)
 *   around=tail (the picture is this thing and its neighbours, nothing else that the page has; pages of files only)
 *   off=Class;…   sets=dataset;…   years=2010-2020   path=from;to;number      places in the layout's own units
 */
"use strict";
((M) => {
  const { $, announce, byTail, picture, say, state, visible } = M;
  /** @type {string[]} */
  const past = [];
  /** @type {string[]} */
  const future = [];
  /** @type {string | null} */
  let listed = null;
  const DEFAULT_OFF = [...state.hidden].sort().join(";");

  // Signs that are allowed in a fragment as they are stay readable
  /** @param {string} text */
  const code = (text) => encodeURIComponent(text).replace(/%2F/g, "/").replace(/%3A/g, ":");
  /** @param {string} text */
  const decode = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  /** @param {Iterable<string>} names */
  const list = (names) => [...names].map(code).join(";");
  /** @param {Iterable<Thing>} things */
  const placed = (things) => [...things].map((node) => `${code(node.tail)}@${node.at.x},${node.at.y}`).join(";");

  /** All that undo can bring back (the chosen thing is not part of it: the browser's own back button does that). */
  function written() {
    const {
      years: [from, to],
      trail,
    } = state;
    const off = [...state.hidden].sort().map(code).join(";");
    const parts = {
      more: placed(state.more),
      pin: placed(state.pins),
      less: list([...state.less].map((node) => node.tail)),
      off: off === DEFAULT_OFF ? "" : off || "-",
      sets: list([...state.sets].sort()),
      years: from === null && to === null ? "" : `${from ?? ""}-${to ?? ""}`,
      path: trail ? `${code(trail.from.tail)};${code(trail.to.tail)};${trail.index}` : "",
    };
    return Object.entries(parts)
      .filter((pair) => pair[1])
      .map((pair) => pair.join("="))
      .join("&");
  }
  M.written = written;

  /** @param {string} text */
  function read(text) {
    /** @type {Record<string, string | undefined>} */
    const given = Object.fromEntries(
      text
        .replace(/^#/, "")
        .split("&")
        .map((part) => {
          const at = part.indexOf("=");
          return [part.slice(0, at), part.slice(at + 1)];
        }),
    );
    /** @param {string} key */
    const items = (key) => (given[key] ?? "").split(";").filter(Boolean);
    /** @param {string} key */
    const spots = (key) =>
      items(key).map((item) => {
        const [tail, at] = item.split("@");
        const [x, y] = (at ?? "").split(",").map(Number);
        return { tail: decode(tail), at: Number.isFinite(x) && Number.isFinite(y) ? { x, y } : null };
      });
    const [from, to] = (given.years ?? "-").split("-").map((year) => (/^\d+$/.test(year) ? Number(year) : null));
    const path = items("path").map(decode);
    return {
      n: given.n ? decode(given.n) : null,
      around: M.aroundOf(text),
      more: spots("more"),
      pin: spots("pin"),
      less: items("less").map(decode),
      sets: items("sets").map(decode),
      off: (given.off ? (given.off === "-" ? [] : items("off")) : DEFAULT_OFF.split(";")).map(decode).filter(Boolean),
      years: /** @type {Years} */ ([from ?? null, to ?? null]),
      path: path.length >= 2 ? { from: path[0], to: path[1], index: Number(path[2]) || 0 } : null,
    };
  }

  /** Put the picture into a state that was written down; what is not known yet is fetched first.
   * @param {string} text */
  async function restore(text) {
    const want = read(text);
    const needed = [...want.more.map((item) => item.tail), ...(want.path ? [want.path.from, want.path.to] : [])].filter(
      (tail) => !byTail.has(tail),
    );
    if (needed.length && M.source) await M.know(needed).catch(() => announce(say("failed")));
    /** @param {string[]} tails */
    const known = (tails) => tails.flatMap((tail) => byTail.get(tail) ?? []);
    for (const node of state.more) if (!M.begun.has(node)) node.present = false;
    for (const node of M.nodes.values()) node.at = { ...node.home };
    state.more = new Set(known(want.more.map((item) => item.tail)));
    for (const node of state.more) node.present = true;
    for (const { tail, at } of [...want.more, ...want.pin]) {
      const node = byTail.get(tail);
      if (at && node) node.at = at;
    }
    state.pins = new Set(known(want.pin.map((item) => item.tail)).filter((node) => node.present));
    state.less = new Set(known(want.less));
    state.hidden = replaced(state.hidden, want.off);
    state.sets = replaced(state.sets, want.sets);
    state.years = want.years;
    state.trail = null;
    if (want.path && M.source) await M.tracePath(want.path).catch(() => announce(say("failed")));
    M.settle();
    return want;
  }
  /** @param {Set<string>} set @param {string[]} items */
  function replaced(set, items) {
    set.clear();
    for (const item of items) set.add(item);
    return set;
  }

  /** The address follows, so that what is seen can be sent on. */
  function address(push = false) {
    const chosen = state.chosen && `n=${code(state.chosen.tail)}`;
    const text = [chosen, M.around && `around=${code(M.around)}`, written()].filter(Boolean).join("&");
    const target = text ? `#${text}` : location.pathname + location.search;
    if (location.hash !== (text ? `#${text}` : "")) {
      try {
        history[push ? "pushState" : "replaceState"](null, "", target);
      } catch {
        location.hash = text;
      }
    }
    M.follow?.(text);
  }

  /** Do something that can be undone. */
  M.change = (act) => {
    const before = written();
    act();
    if (written() !== before) {
      past.push(before);
      future.length = 0;
    }
    M.settle();
    address();
  };

  /** Show everything as the state now is. */
  M.settle = () => {
    M.rank();
    if (state.chosen && !visible(state.chosen)) state.chosen = null;
    if (state.cursor && !visible(state.cursor)) state.cursor = null;
    M.paint();
    M.renderLegend();
    M.renderPanel();
    M.renderLists();
    M.renderNote();
    // rows are made anew only if others are in the picture
    const here = M.ranked
      .map((node) => node.id)
      .sort()
      .join();
    if (here === listed) M.filterTable();
    else M.renderTable();
    listed = here;
    $("undo").disabled = !past.length;
    $("redo").disabled = !future.length;
  };

  /** Things have moved of themselves: they stay where they are now, and undo brings them back to where they stood. */
  M.moved = () => {
    for (const node of M.nodes.values()) {
      node.at = M.standing(node);
      node.moved = undefined;
    }
    past.push(written());
    future.length = 0;
    M.settle();
  };

  /** @param {string[]} from @param {string[]} to @param {string} key */
  async function step(from, to, key) {
    const before = from.pop();
    if (before === undefined) return;
    to.push(written());
    await restore(before);
    address();
    announce(say(key, { n: M.ranked.filter(visible).length }));
  }
  M.undo = () => step(past, future, "undone");
  M.redo = () => step(future, past, "redone");

  // ---- choosing

  M.describe = (node) =>
    `${M.clip(M.label(node), 200)}. ${M.pick(node.type.label).text}. ${say("connections", { n: node.count })}.`;

  /** Choose a thing, or nothing. Each choice is a step of the browser's history. */
  M.choose = (node, { focus = null, push = true } = {}) => {
    const inPanel = $("panel").contains(document.activeElement);
    if (node && !visible(node)) {
      M.change(() => {
        M.unfilter(node);
        if (!visible(node)) state.years = [null, null];
      });
    }
    state.chosen = state.cursor = node;
    address(push);
    M.paint();
    if (node && M.network) M.keepInView(node);
    M.renderPanel();
    M.filterTable();
    if (node && focus === "row") M.showRow(node);
    else if (node && (focus === "panel" || inPanel)) $("panel-title").focus();
    else if (inPanel) picture.focus();
    announce(node ? M.describe(node) : say("cleared"));
  };

  /** Follow the address: at the start, and when the reader goes back or forth. */
  M.followAddress = async () => {
    const want = read(location.hash);
    if (want.around !== M.around) {
      location.reload();
      return;
    } // another picture
    if (
      location.hash
        .replace(/^#/, "")
        .split("&")
        .filter((part) => !/^(n|around)=/.test(part))
        .join("&") !== written()
    ) {
      await restore(location.hash);
      if (M.network && !M.touched && state.more.size) M.frame(M.narrow.matches || (M.ROWS && !state.more.size));
    }
    const node = byTail.get(want.n ?? want.around ?? "") ?? null;
    if (node !== state.chosen) M.choose(node, { push: false });
    if (!state.trail || !M.network) return;
    M.touched = true; // nothing frames the whole again
    M.focusOn((M.trail() ?? []).filter(visible));
  };
})(window.medskick);
