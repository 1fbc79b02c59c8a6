/* Finding a thing in the picture, and the legend that is a filter as well: by kind, dataset and time. */
"use strict";
((M) => {
  const { $, DATA, announce, button, classes, el, fold, icon, label, pick, say, state, within, words } = M;

  /** @type {Medskick["matches"]} */
  const matches = (node) =>
    fold(state.query)
      .split(/\s+/)
      .every((part) => node.folded.includes(part));
  M.matches = matches;
  const box = medskickCombobox({
    input: $("search"),
    list: $("found"),
    take: (option) => take(option),
    ask: () => M.search(),
    first: true,
  });
  M.closeList = box.close;
  /** @type {Map<HTMLElement, Thing>} */
  let hits = new Map();

  /** Names that begin with what was typed come first, then words that do, then the rest. */
  M.search = () => {
    state.query = $("search").value.trim();
    const query = fold(state.query);
    const fitting = query ? M.ranked.filter(matches) : [];
    /** @param {Thing} node */
    const rank = (node) => {
      const name = ` ${fold(label(node))}`;
      return name.startsWith(` ${query}`) ? 0 : name.includes(` ${query}`) ? 1 : name.includes(query) ? 2 : 3;
    };
    const first = [...fitting].sort((a, b) => rank(a) - rank(b)).slice(0, 30);
    hits = new Map(
      first.map((node) => {
        const option = el("li", {}, icon(node.type), words(node.label, 120));
        option.addEventListener("click", () => take(option));
        return [option, node];
      }),
    );
    $("found").replaceChildren(...hits.keys());
    if (query && !hits.size)
      $("found").append(el("li", { class: "none", role: "option", "aria-disabled": "true" }, say("noHits")));
    if (query) box.show([...hits.keys()]);
    else box.close();
    M.filterTable();
    if (query) announce(fitting.length ? say("hits", { n: fitting.length }) : say("noHits"));
  };
  /** @param {HTMLElement} option */
  function take(option) {
    const node = hits.get(option);
    if (!node) return;
    $("search").value = "";
    M.search();
    M.choose(node);
  }

  // ---- legend

  /** @param {Set<string>} set @param {string} id */
  const toggle = (set, id) =>
    M.change(() => {
      if (!set.delete(id)) set.add(id);
    });

  /** A list of switches; `off` is the set of what is switched off. The reader's place in it is kept.
   * @param {HTMLElement} list @param {[id: string, count: number][]} items @param {Set<string>} off
   * @param {(id: string) => {attributes: Attributes, content: Child[]}} looks */
  function switches(list, items, off, looks) {
    const held = document.activeElement?.getAttribute("data-key");
    const here = list.contains(document.activeElement);
    list.replaceChildren(
      ...items.map(([id, count]) =>
        el(
          "li",
          {},
          button(
            () => toggle(off, id),
            { "aria-pressed": String(!off.has(id)), "data-key": id, ...looks(id).attributes },
            ...looks(id).content,
            el("span", { class: "count" }, count),
          ),
        ),
      ),
    );
    const all = () => {
      M.change(() => off.clear());
      list.querySelector("button")?.focus();
    };
    if (off.size) list.append(el("li", {}, button(all, { class: "plain" }, say("showAll"))));
    if (here)
      (held
        ? [...list.querySelectorAll("button")].find((item) => item.dataset.key === held)
        : list.querySelector("button")
      )?.focus();
  }
  /** @param {(node: Thing) => string} key */
  function counted(key) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const node of M.ranked) counts.set(key(node), (counts.get(key(node)) ?? 0) + 1);
    return counts;
  }
  M.renderLegend = () => {
    const kinds = counted((node) => node.class);
    const sets = counted((node) => node.dataset ?? "");
    switches(
      $("legend"),
      [...classes.keys()].flatMap((id) => {
        const count = kinds.get(id);
        return count ? [[id, count]] : [];
      }),
      state.hidden,
      (id) => {
        const type = classes.get(id);
        return {
          attributes: { title: pick(type?.definition).text || null, "data-type": id },
          content: [type && icon(type), words(type?.label, 60)],
        };
      },
    );
    const named = [...sets].filter(([id]) => id).sort();
    $("sets-box").hidden = named.length < 2;
    switches($("sets"), named, state.sets, (id) => ({
      attributes: { "data-set": id },
      content: [words(DATA.datasets[id] ?? { [M.lang]: id }, 60)],
    }));
    renderYears();
  };

  /** The years between which things are shown; those without any date stay, and the reader is told so. */
  function renderYears() {
    const dated = M.ranked.filter((node) => node.years?.length);
    const { left, right } = M.extent(dated.flatMap(({ years }) => (years ?? []).map((x) => ({ x, y: 0 }))));
    $("years-box").hidden = !dated.length || left === right;
    for (const [i, box] of [$("year-from"), $("year-to")].entries()) {
      Object.assign(box, { min: left, max: right, placeholder: i ? right : left });
      if (document.activeElement !== box) box.value = String(state.years[i] ?? "");
    }
    const n = M.ranked.length - dated.length;
    $("undated").textContent = n ? say("undated", { n }) : "";
  }
  M.readYears = () => {
    const boxes = [$("year-from"), $("year-to")];
    const [from, to] = boxes.map((box) => {
      const year = parseInt(box.value, 10);
      return Number.isFinite(year) ? within(year, -9999, 9999) : null;
    });
    /** @type {Years} */
    const years = from !== null && to !== null && from > to ? [to, from] : [from, to];
    if (String(years) !== String(state.years))
      M.change(() => {
        state.years = years;
      });
    if (years[0] !== from) for (const [i, box] of boxes.entries()) box.value = String(years[i]);
  };
})(window.medskick);
