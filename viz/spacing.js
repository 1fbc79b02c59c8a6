/*
 * A reader who sets more space between letters and words (WCAG 2.1, 1.4.12) loses nothing of a drawing: its names keep
 * the length for which they were placed, their letters a little narrower instead.
 */
"use strict";
{
  /** What the spacing adds to a text, in pixels. @param {SVGTextElement} text */
  const added = (text) => {
    const { letterSpacing, wordSpacing } = getComputedStyle(text);
    const shown = text.textContent ?? "";
    return (
      [...shown].length * (Number.parseFloat(letterSpacing) || 0) +
      (shown.split(" ").length - 1) * (Number.parseFloat(wordSpacing) || 0)
    );
  };

  let spaced = false;
  const fit = () => {
    const texts = [...document.querySelectorAll("svg text")].filter((text) => text instanceof SVGTextElement);
    const now = texts.some((text) => added(text) > 0);
    if (!now && !spaced) return;
    spaced = now;
    for (const text of texts) text.removeAttribute("textLength");
    // all are measured before any is changed: one layout for all
    const lengths = texts.map((text) => text.getComputedTextLength() - added(text));
    for (const [i, text] of texts.entries())
      if (spaced && lengths[i] > 0) {
        text.setAttribute("textLength", lengths[i].toFixed(1));
        text.setAttribute("lengthAdjust", "spacingAndGlyphs");
      }
  };

  // an element that is as wide as its words tells when a reader's own style comes or goes
  const probe = document.createElement("span");
  probe.className = "probe";
  probe.setAttribute("aria-hidden", "true");
  probe.textContent = "mm mm";
  document.body.append(probe);
  new ResizeObserver(fit).observe(probe);
  // at another width the other drawing of a chart is shown
  addEventListener("resize", fit);
}
