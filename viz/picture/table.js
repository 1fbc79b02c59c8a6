/* The table twin: the same things in rows, each linked to the picture and to the thing's own page. */
"use strict";
((M) => {
  const {
    $,
    button,
    byLabel,
    clip,
    el,
    icon,
    kindOf,
    label,
    linksOf,
    nearList,
    picture,
    present,
    say,
    state,
    visible,
    words,
  } = M;
  const PORTION = 200; // rows at once; thousands would keep the picture waiting
  let limit = PORTION;
  /** @type {HTMLElement[] | null} */
  let standing = null;

  /** @param {Thing} node
   * @returns {HTMLElement} */
  function row(node) {
    // pages of files know a thing that was fetched by name only: what is unknown here is no zero
    const elsewhere = () => (node.href ? el("a", { href: node.href }, say("onPage")) : "–");
    const open = () => {
      M.choose(node, { focus: "panel" });
      if (!M.narrow.matches) picture.scrollIntoView({ block: "center" });
    };
    const links = linksOf(node);
    const near = [...new Set(links.map((link) => link.other))].sort(byLabel);
    // those that nothing but an inferred statement joins to it
    const stated = new Set(links.filter((link) => !M.isInferred(node, link)).map((link) => link.other));
    const inferred = new Set(near.filter((other) => !stated.has(other)));
    const name = clip(label(node), 80);
    node.row ??= el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        button(open, { title: say("toPicture", { name }) }, icon(node.type), words(node.label, 160)),
        node.href && el("a", { class: "own", href: node.href, "aria-label": say("pageOf", { name }) }, say("page")),
      ),
      kindOf(node, "td"),
      el(
        "td",
        {},
        !node.dates && elsewhere(),
        ...(node.dates ?? []).map((date) => el("div", {}, words(date.label), ": ", M.when(date))),
      ),
      el(
        "td",
        {},
        el("p", { class: "count" }, say("connections", { n: links.length })),
        nearList(near, 5, { focus: "row" }, true, inferred),
      ),
      el("td", {}, node.citations ? String(node.citations.length) : elsewhere()),
    );
    return node.row;
  }

  const listed = () => M.ranked.filter((node) => visible(node) && (state.query === "" || M.matches(node)));

  /** Bring the rows in line with filter, search and choice, most connections first. */
  M.filterTable = () => {
    const all = listed();
    const rows = all.slice(0, limit).map(row);
    const before = standing;
    const same = before?.length === rows.length && rows.every((one, i) => one === before[i]);
    if (!same) $("rows").replaceChildren(...rows);
    standing = rows;
    for (const one of rows) one.removeAttribute("aria-current");
    if (state.chosen?.row) state.chosen.row.setAttribute("aria-current", "true");
    const rest = Math.min(PORTION, all.length - rows.length);
    $("table-rest").hidden = rest <= 0;
    $("table-rest").textContent = rest > 0 ? say("more", { n: rest }) : "";
    $("table-count").textContent = say("shown", { n: all.length, m: M.ranked.length });
  };
  /** Make all rows anew: others are in the picture, or the language is another. */
  M.renderTable = () => {
    for (const node of M.nodes.values()) node.row = null;
    standing = null;
    M.filterTable();
  };
  M.moreRows = (by = PORTION) => {
    const first = standing?.length ?? 0;
    limit += by;
    M.filterTable();
    return standing?.[first]?.querySelector("button") ?? null;
  };
  M.showRow = (node) => {
    if (present(node) && !listed().includes(node)) {
      $("search").value = "";
      M.search();
    }
    limit = Math.max(limit, listed().indexOf(node) + 1);
    M.filterTable();
    node.row?.querySelector("button")?.focus();
    node.row?.scrollIntoView({ block: "center" });
  };
})(window.medskick);
