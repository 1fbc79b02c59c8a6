/* The view of the picture: zoom, framing, and walking through it by keyboard. */
"use strict";
((M) => {
  const { DATA, MARGIN, calm, narrow, picture, state, visible, within } = M;

  /** @type {Medskick["move"]} */
  const move = (view, animate = true) => {
    M.hideTip(); // what it told of stands elsewhere now
    M.drawing().moveTo({
      ...view,
      animation: animate && !calm.matches && { duration: 250, easingFunction: "easeInOutQuad" },
    });
  };
  M.move = move;
  /** What is chosen stays where it stands; the middle where nothing is, or where it is out of view. */
  /** @type {Medskick["zoom"]} */
  const zoom = (factor, animate = true) => {
    const before = M.drawing().getScale();
    const scale = within(before * factor);
    const node = state.cursor ?? state.chosen;
    const middle = M.drawing().getViewPosition();
    if (!node) return move({ scale }, animate);
    const spot = M.drawing().getPosition(node.id);
    const at = M.drawing().canvasToDOM(spot);
    const seen = at.x > 0 && at.y > 0 && at.x < picture.clientWidth && at.y < picture.clientHeight;
    /** @param {"x" | "y"} axis */
    const keep = (axis) => spot[axis] - ((spot[axis] - middle[axis]) * before) / scale;
    return move(seen ? { scale, position: { x: keep("x"), y: keep("y") } } : { scale }, animate);
  };
  M.zoom = zoom;

  /** The whole picture with room for labels; close: a readable part of it, round the thing with most connections. */
  const frame = (close = false, animate = false) => {
    const shown = M.ranked.filter(visible);
    const width = picture.clientWidth;
    const height = picture.clientHeight;
    if (!shown.length || !width) return;
    const { left, right, top, bottom } = M.extent(shown.map((node) => M.drawing().getPosition(node.id)));
    const head = M.tops.length ? 34 : 0; // room for the headings
    const across = width - MARGIN.left - MARGIN.right - 8;
    const down = height - 2 * MARGIN.y - head;
    const fit = Math.min(M.ROWS ? 1 : 1.6, across / (right - left || 1), down / (bottom - top || 1));
    // of a large graph a reader on a small screen needs to see more than one hub
    const readable = M.ROWS ? 1 : M.ranked.length > 120 ? 0.4 : 0.9;
    const scale = close ? Math.max(readable, fit) : within(fit);
    const hub = M.drawing().getPosition(shown[0].id);
    const aside = M.asideOf((right - left) * scale);
    const middle = (left + right) / 2 + (aside.right - aside.left) / 2 / scale;
    const edges = [left + (width / 2 - MARGIN.left) / scale, right - (width / 2 - MARGIN.right) / scale];
    const room = { y: (height / 2 - MARGIN.y) / scale };
    const first = top + room.y - head / scale;
    const reads = DATA.layout === "columns"; // columns are read from their top left corner
    const x = (right - left) * scale < width - 64 ? middle : reads ? edges[0] : within(hub.x, ...edges);
    const y = reads ? first : within(hub.y, first, bottom - room.y);
    move(
      { position: scale > fit ? { x, y } : { x: middle, y: (top + bottom) / 2 - head / 2 / scale }, scale },
      animate,
    );
  };
  M.frame = frame;

  M.keepInView = function keepInView(node) {
    const position = M.drawing().getPosition(node.id);
    const at = M.drawing().canvasToDOM(position);
    const edge = Math.min(90, picture.clientWidth / 5);
    // in columns a name stands to the right of its figure; the view moves only the way it has to
    const right =
      DATA.layout === "columns" ? Math.max(edge, Math.min((node.ink?.width ?? 0) + 40, picture.clientWidth / 2)) : edge;
    const left = Math.min(edge, MARGIN.left - 8);
    const rim = Math.min(edge, MARGIN.y - 8); // so near to it a whole picture has figures
    const middle = M.drawing().getViewPosition();
    const across = at.x > left && at.x < picture.clientWidth - right;
    const down = at.y > rim && at.y < picture.clientHeight - rim;
    M.touched = true;
    if (across && down) return;
    const scale = Math.max(M.drawing().getScale(), narrow.matches ? 0.9 : 0);
    const shift = across ? 0 : (right - edge) / 2 / scale;
    move({ position: { x: across ? middle.x : position.x + shift, y: down ? middle.y : position.y }, scale });
  };

  // ---- keyboard in the picture

  /** To the nearest figure in a direction; what lies aside counts double. With Shift only along connections.
   * @param {number} dx @param {number} dy @param {boolean} linked */
  function step(dx, dy, linked) {
    const here = state.cursor && visible(state.cursor) ? state.cursor : null;
    let best = here ? null : M.ranked.find(visible);
    let cost = Infinity;
    const from = here ? M.drawing().getPosition(here.id) : { x: 0, y: 0 };
    for (const node of here ? M.ranked : []) {
      if (node === here || !visible(node) || (linked && !here?.near.has(node.id))) continue;
      const to = M.drawing().getPosition(node.id);
      const x = to.x - from.x;
      const y = to.y - from.y;
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along <= 0 || (!linked && aside > along * 1.5) || along + 2 * aside >= cost) continue;
      best = node;
      cost = along + 2 * aside;
    }
    if (!best) return;
    state.cursor = best;
    M.drawn.version += 1;
    M.keepInView(best);
    M.drawing().redraw();
    M.announce(M.describe(best));
  }
  /** @param {number} dx @param {number} dy @param {KeyboardEvent} event */
  function arrow(dx, dy, { ctrlKey, metaKey, shiftKey }) {
    if (!ctrlKey && !metaKey) step(dx, dy, shiftKey);
    else if (state.cursor) M.nudge(state.cursor, dx, dy);
  }
  M.KEYS = {
    ArrowLeft: (event) => arrow(-1, 0, event),
    ArrowRight: (event) => arrow(1, 0, event),
    ArrowUp: (event) => arrow(0, -1, event),
    ArrowDown: (event) => arrow(0, 1, event),
    Delete: () => {
      if (state.cursor) M.hide(state.cursor);
    },
    Enter: () => {
      if (state.cursor) M.choose(state.cursor, { focus: "panel" });
    },
    "+": () => zoom(1.3),
    "-": () => zoom(1 / 1.3),
    0: () => frame(false, true),
  };
})(window.medskick);
