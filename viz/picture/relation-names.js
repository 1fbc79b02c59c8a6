/* Names of relations in the picture: above the groups of a side, and on lines. */
"use strict";
((M) => {
  const { DATA, clip, colours, pick, ruler, state, visible, bright } = M;
  const SIDES = DATA.layout === "sides";

  /** A side's groups are headed by how they hang on the middle, while one of them stands where the layout put it.
   * @type {Medskick["headingsAt"]} */
  M.headingsAt = function* (all, aside) {
    const font = `12px ${colours.font}`;
    ruler.font = font;
    const middle = M.nodes.get(DATA.around ?? -1);
    if (!middle || !visible(middle)) return;
    for (const { label: text, members } of DATA.headings) {
      const first = members
        .flatMap((id) => M.nodes.get(id) ?? [])
        .find((node) => visible(node) && bright(node) && node.at.x === node.home.x && node.at.y === node.home.y);
      if (!first || M.drawing().physics.physicsEnabled) continue;
      const row = clip(pick(text).text, 36);
      const width = ruler.measureText(row).width;
      const { x, y, r } = first.spot;
      const outer =
        first.home.x > 0
          ? Math.min(x - 6, all.right + aside.right - width)
          : Math.max(x + 6, all.left - aside.left + width);
      const left = first.home.x > 0 ? outer : outer - width;
      const bottom =
        y - Math.max(r + 1, Math.min(DATA.measures.head * DATA.measures.row * M.unit.y * M.drawing().getScale(), 24));
      yield {
        font,
        rows: [row],
        box: { left, right: left + width, top: bottom - 16, bottom },
        colour: "muted",
        lead: null,
      };
    }
  };

  /** Relation names stand on the chosen thing's own lines (or the path's), where there is room; the panel has them all.
   * @type {Medskick["relationsAt"]} */
  M.relationsAt = function* (take) {
    const font = `italic 12px ${colours.font}`;
    ruler.font = font;
    if (SIDES && state.chosen?.id === DATA.around && !M.trail()) return; // the headings say it
    for (const { from, to, edges } of M.lines.values()) {
      if (
        !(M.trail() ? M.onTrail({ from, to }) : from === state.chosen || to === state.chosen) ||
        from === to ||
        !visible(from) ||
        !visible(to)
      )
        continue;
      const names = new Set(edges.map((edge) => pick(DATA.relations[edge.relation]?.label).text || edge.relation));
      const row = clip([...names].join(" · "), 36);
      const half = ruler.measureText(row).width / 2 + 3;
      const boxes = [0.5, 0.42, 0.58, 0.34, 0.66].map((share) => {
        const x = from.spot.x + (to.spot.x - from.spot.x) * share;
        const y = from.spot.y + (to.spot.y - from.spot.y) * share;
        return { left: x - half, right: x + half, top: y - 9, bottom: y + 9 };
      });
      const box = boxes.find(take);
      if (box) yield { font, rows: [row], box, colour: "muted", lead: null };
    }
  };
})(window.medskick);
