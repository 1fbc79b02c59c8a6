/* Start: languages, listeners, the first drawing. */
"use strict";
(async (M) => {
  const { $, DATA, announce, clip, narrow, pick, picture, say, state, words } = M;

  /** The page's own elements.
   * @param {string} selector */
  const all = (selector) =>
    [...document.querySelectorAll(selector)].filter((element) => element instanceof HTMLElement);

  /** Say everything in the chosen language; nothing is reloaded, the choice and the view stay.
   * @param {Lang} next */
  function speak(next) {
    M.lang = next;
    document.documentElement.lang = next;
    if ($("languages") || M.around) document.title = pick(DATA.title).text + ($("languages") ? "" : " – Medskick");
    const texts = { title: DATA.title, summary: DATA.summary, "source-note": M.sourceNote() };
    for (const [id, pair] of Object.entries(texts)) document.getElementById(id)?.replaceChildren(words(pair));
    for (const element of all("[data-t]")) {
      const key = element.dataset.t ?? "";
      const own = M.wordsIn(key);
      element.textContent = say(key);
      if (own === M.lang) element.removeAttribute("lang");
      else element.setAttribute("lang", own);
    }
    for (const element of all("[data-t-label]")) element.setAttribute("aria-label", say(element.dataset.tLabel ?? ""));
    for (const item of all("#languages > *")) item.setAttribute("aria-pressed", String(item.dataset.lang === M.lang));
    announce("");
    M.rank();
    M.renderLegend();
    M.renderPanel();
    M.renderLists();
    if (!$("found").hidden) M.search();
    M.network?.redraw();
  }

  if (M.around) {
    // what the page came with is of another picture: its lead, its files and the drawing for paper
    for (const element of all("#summary, #still, #lines, [id^='save-']:not(#save-png)")) element.hidden = true;
    $("title")?.replaceChildren(say("looking"));
    document.querySelector(".stage")?.classList.remove("wide");
    try {
      await M.begin(M.around);
    } catch (error) {
      const unknown = error instanceof Error && error.message === M.around;
      const message = unknown ? say("noThing", { name: clip(M.around, 80) }) : say("failed");
      $("title")?.replaceChildren(clip(M.around, 80));
      picture.replaceChildren(M.el("p", { role: "alert" }, message));
      for (const frame of all(".frame")) frame.hidden = false;
      for (const tools of all(".explorer .tools")) tools.hidden = true;
      return;
    }
  }

  // a name on two lines needs 36 pixels of a row's height
  if (M.ROWS && M.nodes.size) {
    const { top, bottom } = M.extent([...M.nodes.values()].map((node) => node.home));
    const needed = Math.round(((bottom - top) / DATA.measures.row) * 36 + 140);
    document.documentElement.style.setProperty("--rows", `${needed}px`);
    document.documentElement.style.setProperty("--most", `${Math.max(needed, 512)}px`);
  }
  // of many things a small picture shows only a crowd
  else if (M.nodes.size > 100) document.documentElement.style.setProperty("--rows", "42rem");
  /** The picture takes what the window leaves below the heading. */
  const fill = () =>
    document.documentElement.style.setProperty(
      "--above",
      `${Math.round(picture.getBoundingClientRect().top + scrollY)}px`,
    );

  for (const element of all(M.around ? ".app:not(#save-still)" : ".app")) element.hidden = false;
  $("save-png").hidden = !M.nodes.size;
  $("still").classList.add("aside"); // on paper it comes back
  $("legend-box").open = !narrow.matches;
  speak(M.lang);
  fill();
  M.draw();
  M.follow("");
  M.followAddress();
  setTimeout(M.renderTable); // after the first drawing: the picture is what the reader came for

  /** @param {EventTarget | null} target @param {string} type @param {() => unknown} listener */
  const on = (target, type, listener) => target?.addEventListener(type, () => listener());
  $("languages")?.addEventListener("click", (event) => {
    const next = event.target instanceof Element && event.target.closest("button")?.dataset.lang;
    if (next && next !== M.lang) {
      speak(next);
      M.renderTable();
    }
  });
  on($("search"), "input", M.search);
  on($("search"), "blur", M.closeList);
  on($("more"), "click", () => {
    $("panel-title").focus({ preventScroll: true });
    $("panel-title").scrollIntoView({ block: "start" });
  });
  new IntersectionObserver(([panel]) => {
    $("more").classList.toggle("reached", panel.isIntersecting);
  }).observe($("panel"));
  for (const box of [$("year-from"), $("year-to")]) on(box, "change", M.readYears);
  on($("table-rest"), "click", () => M.moreRows()?.focus());
  on($("undo"), "click", M.undo);
  on($("redo"), "click", M.redo);
  on($("save-png"), "click", M.savePng);
  on($("save-still"), "click", M.saveStill);
  on(window, "popstate", M.followAddress);
  on(window, "hashchange", M.followAddress);
  window.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    const key = event.key.toLowerCase();
    if (event.key === "Escape" && state.from) M.pathFrom(null);
    else if (event.key === "Escape" && state.cursor) M.choose(null);
    else if ((event.ctrlKey || event.metaKey) && !typing && (key === "z" || key === "y")) {
      event.preventDefault();
      (key === "y" || event.shiftKey ? M.redo : M.undo)();
    }
  });
  if (!M.network) return;

  /** @type {Record<string, string>} */
  const same = { "=": "+", " ": "Enter" };
  picture.addEventListener("keydown", (event) => {
    const act = M.KEYS[same[event.key] ?? event.key];
    if (!act || event.altKey || ((event.ctrlKey || event.metaKey) && !event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    act(event);
  });
  on(picture, "mouseleave", M.hideTip);
  // The wheel scrolls the page until the reader has stepped into the picture.
  picture.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && document.activeElement !== picture) event.stopPropagation();
    },
    { capture: true },
  );
  on($("zoom-in"), "click", () => M.zoom(1.3));
  on($("zoom-out"), "click", () => M.zoom(1 / 1.3));
  on($("zoom-fit"), "click", () => M.frame(false, true));
  on($("physics"), "click", () => {
    const moving = $("physics").getAttribute("aria-pressed") !== "true";
    $("physics").setAttribute("aria-pressed", String(moving));
    const solver = {
      enabled: true,
      stabilization: false,
      solver: "forceAtlas2Based",
      forceAtlas2Based: { springLength: 90, avoidOverlap: 0.4 },
    };
    M.drawing().setOptions({ physics: moving && solver });
    if (!moving) M.moved();
  });
  new ResizeObserver(() => {
    fill();
    M.refit();
    if (!M.touched) M.frame(narrow.matches || M.ROWS);
  }).observe(document.body);
  const recolour = () => {
    M.readColours();
    M.paint();
  };
  on(matchMedia("(prefers-color-scheme: dark)"), "change", recolour);
  // Paper is always light, and has no button for more rows; lists of neighbours stay as short as they are.
  for (const type of ["beforeprint", "afterprint"]) {
    on(window, type, () => {
      const held = document.activeElement;
      const paper = type === "beforeprint";
      if (paper) M.moreRows(M.ranked.length);
      if (held instanceof HTMLElement) held.focus();
      document.documentElement.classList.toggle("print", paper);
      recolour();
    });
  }
})(window.medskick);
