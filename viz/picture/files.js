/* The picture as a file, and links that show it as it now is. */
"use strict";
((M) => {
  const { $, DATA, clip, el, pick, say, visible } = M;

  /** @param {Blob | null} blob @param {string} name */
  function save(blob, name) {
    if (!blob) return;
    const link = el("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  /** @param {string} end */
  const fileName = (end) =>
    `${
      M.fold(pick(DATA.title).text)
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "")
        .slice(0, 60) || "medskick"
    }.${end}`;
  /** The picture in double density, for paper and screens alike: drawn anew for it, then as it was. vis-network has no public way to this.
   * @param {number} ratio */
  function dense(ratio) {
    const { canvas, renderer } = M.drawing();
    const seen = canvas.frame.canvas;
    const copy = document.createElement("canvas");
    const was = { width: seen.width, height: seen.height, density: canvas.pixelRatio };
    /** @param {typeof was} how */
    const draw = ({ width, height, density }) => {
      Object.assign(seen, { width, height });
      canvas.pixelRatio = density;
      renderer._redraw();
    };
    draw({ width: seen.clientWidth * ratio, height: seen.clientHeight * ratio, density: ratio });
    Object.assign(copy, { width: seen.width, height: seen.height });
    copy.getContext("2d")?.drawImage(seen, 0, 0);
    draw(was);
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
    if (!pen) return;
    const titled = `650 22px ${colours.font}`;
    const noted = `14px ${colours.font}`;
    /** @param {string} text @param {string} font */
    const rows = (text, font) => {
      /** @type {string[]} */
      const lines = [];
      pen.font = font;
      for (const word of text.split(/\s+/).filter(Boolean)) {
        const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
        if (lines.length && pen.measureText(longer).width <= width - 2 * edge) lines[lines.length - 1] = longer;
        else lines.push(word);
      }
      return lines;
    };
    const title = rows(pick(DATA.title).text, titled);
    const notes = [...rows(pick(M.sourceNote()).text, noted), say("credit")];
    /** @type {{type: Kind, name: string, x: number, y: number}[]} */
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
    /** @param {string[]} texts @param {string} font @param {Colour} colour @param {number} top @param {number} step */
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
  M.saveStill = () => {
    const still = $("still").querySelector("svg");
    if (still)
      save(new Blob([new XMLSerializer().serializeToString(still)], { type: "image/svg+xml" }), fileName("svg"));
  };

  /** Links that show the picture as it now is: files from a server, and the same page in the other language. */
  M.follow = (text) => {
    const now = M.written();
    const live = DATA.onward?.live ?? false;
    document.documentElement.classList.toggle("changed", now !== "" || M.around !== null);
    for (const kind of ["svg", "graphml", "html"]) {
      const link = $(`save-${kind}`);
      if (!link || !live) continue;
      const base = link.dataset.base ?? link.getAttribute("href") ?? "";
      link.dataset.base = base;
      const query = now
        .split("&")
        .filter(Boolean)
        .map((part) => part.replace(/=(.*)$/s, (_, value) => `=${encodeURIComponent(value)}`))
        .join("&");
      link.setAttribute("href", base + (query && (base.includes("?") ? "&" : "?") + query));
    }
    $("as-begun").hidden = live || M.around !== null || now === "";
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const twins = document.querySelectorAll("a[hreflang]");
    for (const link of twins) link.hash = text;
  };
})(window.medskick);
