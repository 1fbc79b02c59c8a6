/* The sections of a page: on a telephone each opens at its heading, where there is room all are open. */
"use strict";
if (typeof document !== "undefined") {
  const narrow = matchMedia("(max-width: 40rem)");
  const sections = [...document.querySelectorAll("details.section")].filter((one) => one instanceof HTMLDetailsElement);
  const fit = () => {
    for (const section of sections) section.open = !narrow.matches;
  };
  /** The section of the heading that the address names is open, and so is all that has it inside. */
  const open = () => {
    const heading = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const after = heading?.nextElementSibling;
    if (after instanceof HTMLDetailsElement && sections.includes(after)) after.open = true;
    let around = heading?.closest("details");
    const shut = around && !around.open;
    for (; around; around = around.parentElement?.closest("details")) around.open = true;
    if (shut) heading?.scrollIntoView();
  };
  narrow.addEventListener("change", fit);
  addEventListener("hashchange", open);
  fit();
  open();
}
