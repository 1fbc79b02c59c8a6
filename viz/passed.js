/* What was expected for a day that has gone by: the pages are built without a clock, the reader's own day decides. */
"use strict";
const medskickPassed = (() => {
  /** The reader's day as ISO writes it. @param {Date} now */
  function day(now) {
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }
  /** Whether the last day on which something was expected is before today. @param {string} until @param {string} today */
  function isPassed(until, today) {
    return until !== "" && until < today;
  }
  return { day, isPassed };
})();
if (typeof document !== "undefined") {
  const today = medskickPassed.day(new Date());
  for (const note of document.querySelectorAll("[data-until]")) {
    if (note instanceof HTMLElement && medskickPassed.isPassed(note.dataset.until ?? "", today)) note.hidden = false;
  }
  // what the mark means stands once on the page
  const means = document.getElementById("passed");
  if (means && document.querySelector('a[href="#passed"]:not([hidden])')) means.hidden = false;
}
