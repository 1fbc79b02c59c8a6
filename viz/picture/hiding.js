/* Hiding and pinning things; what is hidden and pinned stands under the picture. */
"use strict";
((M) => {
  const { $, DATA, announce, button, clip, el, icon, label, present, say, state, words } = M;

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
    const { x, y } = M.drawing().getPosition(node.id);
    M.pin(node, true, {
      x: Math.round(((x + 20 * dx) / M.unit.x) * 10) / 10,
      y: Math.round(((y + 20 * dy) / M.unit.y) * 10) / 10,
    });
  };

  /** What is hidden and what is pinned stands under the picture, each with its way back. */
  M.renderLists = () => {
    /** @param {string} key @param {Thing[]} things @param {(node: Thing) => void} act @param {string} name */
    const part = (key, things, act, name) =>
      things.length > 0 &&
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
      ].filter((list) => list instanceof HTMLElement),
    );
  };
})(window.medskick);
