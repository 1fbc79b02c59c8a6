/* What is drawn over the figures: names, rings, column headings. */
"use strict";
((M) => {
  const { colours, pick, clip, state, visible, within, drawn } = M;

  /** After vis-network's figures: labels, rings and headings, in screen pixels whatever the zoom.
   * @type {Medskick["drawOver"]} */
  M.drawOver = (ctx) => {
    if (M.drawing().physics.physicsEnabled) drawn.version += 1;
    const scale = M.drawing().getScale();
    const key = `${scale} ${drawn.version} ${M.lang}`;
    if (drawn.key !== key) Object.assign(drawn, { key, labels: M.labelsAt(scale) }); // kept while only the view moves
    const origin = M.drawing().canvasToDOM({ x: 0, y: 0 });
    const width = ctx.canvas.clientWidth;
    const height = ctx.canvas.clientHeight;
    const ratio = ctx.canvas.width / (width || 1);
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(ctx, {
      lineJoin: "round",
      textAlign: "center",
      textBaseline: "middle",
      strokeStyle: colours.surface,
      lineWidth: 4,
    });
    drawn.boxes = [];
    for (const { box, lead } of drawn.labels) {
      if (!lead) continue; // a thin line from a name that stands apart to its figure
      Object.assign(ctx, { strokeStyle: colours.muted, lineWidth: 1 });
      ctx.beginPath();
      const end = { x: within(lead.x, box.left, box.right), y: within(lead.y, box.top, box.bottom) };
      const far = Math.hypot(end.x - lead.x, end.y - lead.y);
      const share = Math.min(1, lead.r / far); // it begins at the figure's edge
      ctx.moveTo(lead.x + (end.x - lead.x) * share + origin.x, lead.y + (end.y - lead.y) * share + origin.y);
      ctx.lineTo(end.x + origin.x, end.y + origin.y);
      ctx.stroke();
    }
    Object.assign(ctx, { strokeStyle: colours.surface, lineWidth: 4 });
    for (const { id, font, rows, box, colour, align = "center" } of drawn.labels) {
      const at = {
        left: box.left + origin.x,
        top: box.top + origin.y,
        right: box.right + origin.x,
        bottom: box.bottom + origin.y,
      };
      if (at.right < 0 || at.left > width || at.bottom < 0 || at.top > height) continue;
      if (id !== undefined) drawn.boxes.push({ id, ...at });
      Object.assign(ctx, { font, fillStyle: colours[colour], textAlign: align });
      const x = { left: at.left + 4, center: (at.left + at.right) / 2, right: at.right - 4 }[align];
      rows.forEach((row, i) => {
        const y = at.top + 1 + M.leading() * (i + 0.5);
        ctx.strokeText(row, x, y);
        ctx.fillText(row, x, y);
      });
    }
    for (const node of new Set([state.chosen, state.cursor])) {
      if (!node || !visible(node)) continue;
      Object.assign(ctx, { strokeStyle: colours.accent, lineWidth: node === state.cursor ? 3 : 2 });
      ctx.setLineDash(node === state.chosen ? [] : [5, 4]);
      ctx.beginPath();
      ctx.arc(node.spot.x + origin.x, node.spot.y + origin.y, node.spot.r + 6, 0, 2 * Math.PI);
      ctx.stroke();
    }
    if (M.tops.length) drawHeadings(ctx, origin.x, width);
    ctx.restore();
    if (M.drawnAt === null) M.drawnAt = performance.now();
  };

  /** Column headings stay at the top edge while the picture moves beneath them.
   * @param {CanvasRenderingContext2D} ctx @param {number} left @param {number} width */
  function drawHeadings(ctx, left, width) {
    ctx.fillStyle = colours.surface;
    ctx.fillRect(0, 0, width, 30);
    ctx.fillStyle = colours.line;
    ctx.fillRect(0, 30, width, 1);
    Object.assign(ctx, { font: `600 ${M.FONT}px ${colours.font}`, fillStyle: colours.muted });
    let end = 0;
    for (const column of [...M.tops].sort((a, b) => a.x - b.x)) {
      const text = clip(pick(column.label).text, 44);
      const half = ctx.measureText(text).width / 2;
      const at = left + column.x * M.unit.x * M.drawing().getScale();
      const x = at > 0 && at < half + 6 ? half + 6 : at; // the first column's stays whole
      if (x - half < end || x + half > width) continue;
      ctx.fillText(text, x, 15);
      end = x + half + 14;
    }
  }
})(window.medskick);
