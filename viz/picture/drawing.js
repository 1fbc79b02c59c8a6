/* The picture itself: vis-network's figures and lines. */
"use strict";
((M) => {
  const { $, DATA, colours, say, words, state, nodes, lines, visible, bright, onTrail, within } = M;
  const picture = $("picture");
  M.picture = picture;
  /** @type {Medskick["drawn"]} */
  const drawn = { key: "", version: 0, labels: [], boxes: [] };
  M.drawn = drawn;
  /** @type {VisItems} */
  let shapes;
  /** @type {VisItems} */
  let strokes;
  M.drawing = () => {
    if (!M.network) throw new Error("nothing is drawn");
    return M.network;
  };
  M.unit = { x: 1, y: 1, size: 1 };
  M.touched = false;
  M.labelBoxes = () => drawn.boxes;
  const COLUMNS = DATA.layout === "columns";
  const SIDES = DATA.layout === "sides";
  M.tops = DATA.headings.filter((heading) => !heading.members.length);

  M.extent = (spots) => {
    const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    for (const { x, y } of spots) {
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
    return box;
  };

  /**
   * Layouts come in any unit and any shape. Stretch one to the window's shape (a force layout only a little),
   * then so that nearest figures lie about 70 apart, which is what sizes are made for.
   * @param {number} width @param {number} height
   */
  function stretch(width, height) {
    const all = [...nodes.values()].map((node) => node.home);
    const most = DATA.layout === "force" ? 1.4 : 4;
    const { left, right, top, bottom } = M.extent(all);
    const across = right - left || 1;
    const down = bottom - top || 1;
    if (M.ROWS) {
      // fill what names leave, as far as lines stay short; columns that a window has no room for are moved through
      const x = (width - M.MARGIN.left - M.MARGIN.right) / across;
      const y = (height - 2 * M.MARGIN.y - (M.tops.length && 34)) / down;
      return {
        x: SIDES ? Math.min(x, 0.6) : Math.max(x, 0.75),
        y: within(y, (M.down() * M.leading() + 4) / DATA.measures.row, 0.6),
        size: 0.7,
      };
    }
    const x = Math.min(Math.max(Math.sqrt((width / height) * (down / across)), 1 / most), most);
    const y = 1 / x;
    const nearest = all
      .slice(0, 400)
      .map((a) => {
        let best = Infinity;
        for (const b of all) {
          const distance = Math.hypot((a.x - b.x) * x, (a.y - b.y) * y);
          if (distance > 0 && distance < best) best = distance;
        }
        return best;
      })
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    const scale = nearest.length ? 70 / nearest[nearest.length >> 1] : 1;
    const whole = Math.min((width - 160) / (across * x * scale), (height - 110) / (down * y * scale));
    return { x: x * scale, y: y * scale, size: M.narrow.matches ? 1 : Math.min(2, Math.max(1, 0.42 / whole)) };
  }

  M.readColours = () => {
    const style = getComputedStyle($("explorer"));
    for (const name of /** @type {const} */ (["surface", "ink", "muted", "edge", "accent", "line", "tint"]))
      colours[name] = style.getPropertyValue(`--${name}`).trim();
    colours.font = getComputedStyle(document.body).fontFamily;
  };
  /** @param {string} a @param {string} b @param {number} share */
  function mix(a, b, share) {
    /** @param {string} hex @param {number} i */
    const part = (hex, i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
    return `#${[0, 1, 2]
      .map((i) =>
        Math.round(part(a, i) * (1 - share) + part(b, i) * share)
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")}`;
  }
  /** A class's colour, lighter in the dark as the style sheet has it.
   * @param {string} colour */
  const tinted = (colour) => mix(colour, "#ffffff", 1 - parseFloat(colours.tint) / 100);
  M.tinted = tinted;

  /** @param {Thing} node */
  function nodeLook(node) {
    const own = node === state.chosen;
    const background = tinted(node.type.colour);
    const pinned = state.pins.has(node);
    const color = { background, border: mix(background, colours.ink, own || pinned ? 1 : 0.45) };
    const look = {
      id: node.id,
      hidden: !visible(node),
      opacity: bright(node) ? 1 : 0.16,
      borderWidth: own ? 3 : pinned ? 2.5 : 1.25,
      color,
    };
    return { ...look, fixed: pinned ? { x: true, y: true } : { x: COLUMNS && !state.more.has(node), y: false } };
  }
  /** @param {Stroke} line */
  function lineLook(line) {
    const path = M.trail();
    const own = path ? onTrail(line) : line.from === state.chosen || line.to === state.chosen;
    // between two sides the middle's own lines are what one came for; the others run behind figures
    const opacity = own
      ? 1
      : state.chosen || path
        ? 0.14
        : SIDES && line.from.id !== DATA.around && line.to.id !== DATA.around
          ? 0.3
          : 0.75;
    const color = { color: own ? (path ? colours.accent : colours.muted) : colours.edge, opacity, inherit: false };
    return {
      id: line.id,
      hidden: !visible(line.from) || !visible(line.to),
      width: (own ? (path ? 3 : 1.75) : 1) * M.unit.size,
      color,
    };
  }
  /** @param {Thing} node */
  const spotOf = ({ at }) => ({ x: at.x * M.unit.x, y: at.y * M.unit.y });
  /** @param {Thing} node */
  const shapeOf = (node) => ({
    ...nodeLook(node),
    shape: node.type.shape,
    ...spotOf(node),
    size: node.size * M.unit.size,
  });
  /** @param {Stroke} line */
  function strokeOf(line) {
    /** @param {Thing} end @param {Thing} start */
    const leads = (end, start) => line.edges.some((edge) => edge.to === end.id && edge.from === start.id);
    const arrows = { to: leads(line.to, line.from), from: leads(line.from, line.to) && line.from !== line.to };
    return {
      ...lineLook(line),
      from: line.from.id,
      to: line.to.id,
      arrows,
      dashes: line.edges.every((edge) => edge.derived) && [5, 4],
    };
  }

  /** Send vis-network only what changed: redrawing is cheap, re-reading options is not.
   * @template {Thing | Stroke} T
   * @param {Iterable<T>} items @param {(item: T) => object} look @param {(item: T) => object} whole
   * @param {VisItems} set */
  function send(items, look, whole, set) {
    const changed = [];
    for (const item of items) {
      const next = look(item);
      const text = JSON.stringify(next);
      if (!item.drawn) changed.push(whole(item));
      else if (item.look !== text) changed.push(next);
      item.drawn = true;
      item.look = text;
    }
    if (changed.length) set.update(changed);
  }
  M.paint = () => {
    if (!M.network) return;
    M.hideTip();
    send(nodes.values(), nodeLook, shapeOf, shapes);
    send(lines.values(), lineLook, strokeOf, strokes);
    for (const node of nodes.values()) {
      const { x, y } = spotOf(node);
      const key = `${x} ${y}`;
      if (node.moved !== undefined && node.moved !== key) M.drawing().moveNode(node.id, x, y);
      node.moved = key;
    }
    drawn.version += 1;
    M.drawing().redraw();
  };

  /** The window has changed, and not by a scroll bar only: rows fill it anew. */
  let fitted = { width: 0, height: 0 };
  M.refit = () => {
    const { clientWidth: width, clientHeight: height } = picture;
    if (
      !M.ROWS ||
      !M.network ||
      !width ||
      (Math.abs(width - fitted.width) < 40 && Math.abs(height - fitted.height) < 120)
    )
      return;
    M.fitMargins();
    M.unit = stretch(width, height);
    fitted = { width, height };
    M.paint();
  };

  M.draw = () => {
    if (!nodes.size || typeof vis === "undefined") {
      picture.replaceChildren(
        M.el("p", { "data-t": nodes.size ? "noDraw" : "empty" }, say(nodes.size ? "noDraw" : "empty")),
      );
      /** @type {NodeListOf<HTMLElement>} */
      const tools = document.querySelectorAll(".explorer .tools");
      for (const group of tools) group.hidden = true;
      $("panel").hidden = !nodes.size;
      return;
    }
    M.readColours();
    fitted = { width: picture.clientWidth, height: picture.clientHeight };
    M.unit = stretch(fitted.width, fitted.height);
    for (const item of [...nodes.values(), ...lines.values()]) item.drawn = true;
    for (const node of nodes.values()) {
      const { x, y } = spotOf(node);
      node.moved = `${x} ${y}`;
    }
    shapes = new vis.DataSet([...nodes.values()].map(shapeOf));
    strokes = new vis.DataSet([...lines.values()].map(strokeOf));
    const tip = { scaleFactor: 0.45 };
    const network = new vis.Network(
      picture,
      { nodes: shapes, edges: strokes },
      {
        physics: false,
        layout: { improvedLayout: false },
        interaction: {
          hover: true,
          hoverConnectedEdges: false,
          selectable: false,
          zoomSpeed: 0.6,
          hideEdgesOnDrag: lines.size > 2500,
        },
        nodes: { chosen: false },
        edges: { chosen: false, smooth: false, arrowStrikethrough: false, arrows: { to: tip, from: tip } },
      },
    );
    M.network = network;
    picture.querySelector(".vis-network")?.removeAttribute("tabindex"); // the wrapper is the one tab stop
    network.on("afterDrawing", M.drawOver);
    network.on("click", ({ pointer }) => {
      const node = nodeAt(pointer.DOM);
      if (node || state.chosen) M.choose(node);
    });
    network.on("hoverNode", ({ node: id, pointer }) => {
      const node = nodes.get(id);
      if (node) showTip(node, pointer.DOM);
    });
    network.on("blurNode", M.hideTip);
    network.on("dragging", () => {
      M.touched = true;
      M.hideTip();
      drawn.version += 1;
    });
    network.on("dragEnd", ({ nodes: ids }) => {
      if (ids.length) M.dropped(ids.flatMap((id) => nodes.get(id) ?? []));
    });
    network.on("zoom", () => {
      M.touched = true;
      M.hideTip();
      if (network.getScale() !== within(network.getScale())) M.zoom(1, false);
    });
    M.frame(M.narrow.matches || M.ROWS);
  };

  /** Where a thing stands now, in the layout's own units, so that a place is the same in every window. */
  M.standing = (node) => {
    const { x, y } = M.drawing().getPosition(node.id);
    return { x: Math.round((x / M.unit.x) * 10) / 10, y: Math.round((y / M.unit.y) * 10) / 10 };
  };

  /** The thing under the pointer; a label is as good a target as its figure.
   * @param {Spot} at */
  function nodeAt({ x, y }) {
    const figure = nodes.get(M.drawing().getNodeAt({ x, y }) ?? -1);
    if (figure && visible(figure)) return figure;
    const box = drawn.boxes.find((at) => x >= at.left && x <= at.right && y >= at.top && y <= at.bottom);
    return (box && nodes.get(box.id)) ?? null;
  }

  M.hideTip = () => {
    $("tip").hidden = true;
  };
  /** @param {Thing} node @param {Spot} at */
  function showTip(node, at) {
    const tip = $("tip");
    if (!visible(node) || matchMedia("(hover: none) and (any-pointer: coarse)").matches) return; // a finger would leave it lying there
    tip.replaceChildren(words(node.label, 200), " – ", words(node.type.label));
    tip.hidden = false;
    tip.style.left = `${Math.max(8, Math.min(at.x + 14, picture.clientWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${Math.max(8, at.y - tip.offsetHeight - 14)}px`;
  }
})(window.medskick);
