/* What is told of the chosen thing: facts, relations, what is not shown yet, paths, sources. */
"use strict";
((M) => {
  const { $, DATA, button, byLabel, clip, el, icon, label, linksOf, pick, plain, say, state, visible, words } = M;

  /** Buttons for neighbours: the first ones, the rest on demand.
   * @type {Medskick["nearList"]} */
  const nearList = (things, first, options, bare = false, inferred = new Set()) => {
    /** @param {Thing} node */
    const item = (node) =>
      el(
        "li",
        {},
        button(() => M.choose(node, options), {}, !bare && icon(node.type), words(node.label, 140)),
        inferred.has(node) && ` ${say("inferred")}`,
      );
    const list = el("ul", { class: "near" }, ...things.slice(0, first).map(item));
    const rest = things.slice(first);
    const unfold = () => {
      const items = rest.map(item);
      list.lastElementChild?.replaceWith(...items);
      items[0].querySelector("button")?.focus();
    };
    if (rest.length) list.append(el("li", {}, button(unfold, { class: "rest" }, say("more", { n: rest.length }))));
    return list;
  };
  M.nearList = nearList;

  /** Whether the row of the thing that a statement is about lists the statement as inferred.
   * @type {Medskick["isInferred"]} */
  const isInferred = (node, { edge, other, out }) => (out ? node : other).inferred?.includes(edge.relation) ?? false;
  M.isInferred = isInferred;
  /** A date in words; on the reader's day, that what was expected has passed and nothing shows what came of it.
   * @type {Medskick["when"]} */
  M.when = ({ value, until = "" }) => {
    const passed = medskickPassed.isPassed(until, medskickPassed.day(new Date()));
    return el("span", {}, words(value), passed && ` ${say("passed")}`);
  };

  /** Only web addresses become links; anything else (javascript:, data: …) stays text.
   * @param {string | undefined} address @param {HTMLElement} content */
  function link(address, content) {
    try {
      const { href, protocol } = new URL(address ?? "");
      if (["http:", "https:"].includes(protocol)) return el("a", { href, rel: "noopener noreferrer" }, content);
    } catch {
      /* not an address */
    }
    return content;
  }
  /** @param {Citation} source */
  function citation({ title, lang: own, url, publisher, date, locator, coverage, among }) {
    const name = plain(title || url || "");
    const details = [
      publisher && plain(publisher),
      date && words(date),
      locator && plain(locator),
      coverage && words(coverage),
      among && words(among),
    ].filter((detail) => detail instanceof HTMLElement);
    if (own && own !== M.lang) name.setAttribute("lang", own);
    return el(
      "li",
      {},
      link(url, name),
      el("small", {}, ...details.flatMap((detail, i) => (i ? [" · ", detail] : [detail]))),
    );
  }
  /** @type {Medskick["kindOf"]} */
  const kindOf = (node, tag) =>
    el(tag, {}, words(node.type.label), ...(pick(node.kind).text ? [": ", words(node.kind, 200)] : []));
  M.kindOf = kindOf;

  /** @param {Child} content */
  const title = (content) => el("h2", { id: "panel-title", tabindex: -1 }, content);

  /** What the picture rests on now; nothing where it holds things whose sources are not known here (in pages of files). */
  M.sourceNote = () => {
    if (!state.more.size && !state.less.size) return DATA.source_note;
    if (M.ranked.some((node) => !node.citations)) return null;
    const read = new Map(
      M.ranked.flatMap((node) => node.citations ?? []).map(({ url, title: name, whole }) => [`${url}${name}`, whole]),
    );
    const count = read.size;
    const partly = [...read.values()].filter((whole) => !whole).length;
    const key = partly ? "restsPartly" : "restsWhole";
    return count ? M.inEveryLanguage((lang) => say(key, { count, partly }, lang)) : null;
  };
  M.renderNote = () => {
    $("source-note")?.replaceChildren(words(M.sourceNote()));
  };

  /** Tell of the chosen thing anew; where the reader stood in the panel, there they stay. */
  M.renderPanel = () => {
    const panel = $("panel");
    const active = document.activeElement;
    const inside = panel.contains(active);
    /** @param {Element | null} element */
    const keyOf = (element) => element?.id || element?.getAttribute("data-expand");
    fill(panel, state.chosen);
    if (!inside) return;
    /** @type {NodeListOf<HTMLElement>} */
    const keyed = panel.querySelectorAll("[id], [data-expand]");
    const same = [...keyed].find((element) => keyOf(element) === keyOf(active));
    (same ?? $("panel-title")).focus({ preventScroll: true });
  };

  /** What of some children is there. @param {Child[]} children */
  const some = (children) => children.filter((child) => child instanceof Node);

  /** @param {HTMLElement} panel @param {Thing | null} node */
  function fill(panel, node) {
    /** @param {string} name @param {Pair | undefined} pair */
    const part = (name, pair) => pick(pair).text && el("p", { class: name }, words(pair));
    panel.classList.toggle("chosen", node !== null);
    $("more").hidden = !node;
    if (!node) {
      panel.replaceChildren(
        title(say("start")),
        el("p", { class: "words" }, say("startText")),
        nearList(M.ranked.filter(visible).slice(0, 6), 6),
        ...pathsPart(),
      );
      return;
    }
    $("more").textContent = `${say("read", { name: clip(label(node), 60) })} ↓`;
    /** @type {[name: Child, value: Child][]} */
    const facts = [...(node.dates ?? []), ...(node.lines ?? [])].map((line) => [words(line.label), M.when(line)]);
    for (const key of /** @type {const} */ (["basis", "note"]))
      if (pick(node[key]).text) facts.push([say(key), words(node[key])]);
    panel.replaceChildren(
      ...some([
        title(words(node.label)),
        el("p", { class: "kind" }, icon(node.type), kindOf(node, "span")),
        ...pathsPart(),
        actions(node),
        part("define", node.type.definition),
        part("words", node.text),
        facts.length > 0 &&
          el("dl", {}, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
        el("h3", {}, `${say("relations")} (${linksOf(node).length})`),
        ...relationsOf(node).flatMap(({ name, things, inferred }) => [
          el("h4", {}, words(name, 80), ` (${things.length})`),
          nearList(things, 8, undefined, false, inferred),
        ]),
        ...M.notShown(node),
        node.citations?.length && el("h3", {}, say("sources")),
        node.citations?.length && el("ul", { class: "sources" }, ...node.citations.map(citation)),
      ]),
    );
  }

  /** @param {Thing} node */
  function actions(node) {
    const pinned = state.pins.has(node);
    return el(
      "div",
      { class: "actions" },
      node.href && el("a", { class: "button", href: node.href }, say("toPage")),
      button(() => M.choose(node, { focus: "row" }), {}, say("toTable")),
      button(() => M.hide(node), { id: "hide" }, say("hide")),
      M.network &&
        button(
          () => M.pin(node, !pinned),
          { id: "pin", "aria-pressed": String(pinned) },
          say(pinned ? "unpin" : "pin"),
        ),
      state.from !== node && button(() => M.pathFrom(node), { id: "path-from" }, say("pathFrom")),
      button(() => M.choose(null), {}, say("clear")),
    );
  }

  /** The path being sought, or the paths found, told in words: each thing a button, each step with its relation's name. */
  function pathsPart() {
    const { from, chosen, trail } = state;
    /** @type {HTMLElement[]} */
    const parts = [];
    if (from) {
      const name = clip(label(from), 80);
      parts.push(
        el(
          "div",
          { class: "box" },
          chosen && chosen !== from
            ? button(() => M.findPaths(from, chosen), { id: "path-to", class: "main" }, say("pathTo", { name }))
            : el("p", {}, say("pathChoose")),
          button(() => M.pathFrom(null), { class: "plain" }, say("pathCancel")),
        ),
      );
    }
    if (!trail) return parts;
    const shown = trail.paths.map((path, i) =>
      el(
        "li",
        { class: i === trail.index ? "current" : null },
        el(
          "p",
          { class: "steps" },
          ...path.flatMap((node, at) => [
            at > 0 && el("span", { class: "tie" }, stepName(path[at - 1], node)),
            button(
              () => M.choose(node, { focus: "panel" }),
              { class: "thing" },
              icon(node.type),
              words(node.label, 90),
            ),
          ]),
        ),
        trail.paths.length > 1 &&
          button(
            () => M.showPath(i),
            { "aria-pressed": String(i === trail.index), class: "plain" },
            say("pathShow", { n: i + 1 }),
            ` (${say("steps", { n: path.length - 1 })})`,
          ),
      ),
    );
    const ends = { from: clip(label(trail.from), 60), to: clip(label(trail.to), 60) };
    parts.push(
      el(
        "div",
        { class: "box", id: "paths" },
        el("h3", { tabindex: -1, id: "paths-title" }, say("paths", ends)),
        el("p", { class: "define" }, trail.paths.length ? say("pathsText") : say("noPaths")),
        el("ol", { class: "paths" }, ...shown),
        button(() => M.showPath(null), { class: "plain" }, say("pathClear")),
      ),
    );
    return parts;
  }

  /** What joins two things, seen from the first: "→ organiser", "← organiser" where the statement runs the other way.
   * @param {Thing} from @param {Thing} to */
  function stepName(from, to) {
    const names = from.links
      .filter((link) => link.other === to)
      .map((link) => {
        const { edge, out } = link;
        const known = DATA.relations[edge.relation] ?? {};
        const name = pick(out ? known.label : known.inverse).text;
        const called = name || `${out ? "" : "← "}${pick(known.label).text || edge.relation}`;
        return isInferred(from, link) ? `${called} ${say("inferred")}` : called;
      });
    return ` ${[...new Set(names)].join(" · ") || "–"} → `;
  }

  /** Neighbours grouped by what the relation is called from here; a symmetric relation thus is one group.
   * @param {Thing} node */
  function relationsOf(node) {
    /** @type {Map<string, {name: Pair, things: Set<Thing>, inferred: Set<Thing>}>} */
    const groups = new Map();
    for (const link of linksOf(node)) {
      const { edge, other, out } = link;
      const relation = DATA.relations[edge.relation] ?? {};
      const known = out ? relation.label : relation.inverse;
      const name =
        known && pick(known).text
          ? known
          : { [M.lang]: (out ? "" : "← ") + (pick(relation.label).text || edge.relation) };
      const key = pick(name).text;
      const group = groups.get(key) ?? { name, things: new Set(), inferred: new Set() };
      group.things.add(other);
      if (isInferred(node, link)) group.inferred.add(other);
      groups.set(key, group);
    }
    return [...groups.values()]
      .map(({ name, things, inferred }) => ({ name, things: [...things].sort(byLabel), inferred }))
      .sort((a, b) => b.things.length - a.things.length);
  }
})(window.medskick);
