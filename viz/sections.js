/* The sections of a page: on a telephone each opens at its heading, where there is room all are open. */
"use strict";
if (typeof document !== "undefined") {
  const narrow = matchMedia("(max-width: 40rem)");
  const sections = [...document.querySelectorAll("details.section")].filter((one) => one instanceof HTMLDetailsElement);
  const fit = () => {
    for (const section of sections) section.open = !narrow.matches;
  };
  /** The section of the heading that the address names is open. */
  const open = () => {
    const heading = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const after = heading?.nextElementSibling;
    if (after instanceof HTMLDetailsElement && sections.includes(after)) after.open = true;
    const around = heading?.closest("summary")?.parentElement;
    if (around instanceof HTMLDetailsElement) around.open = true;
  };
  narrow.addEventListener("change", fit);
  addEventListener("hashchange", open);
  fit();
  open();
}
