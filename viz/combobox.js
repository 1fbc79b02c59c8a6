/*
 * A text box with a list under it (combobox, ARIA 1.2): the arrows go through the list and past its ends to the box,
 * Enter takes what is marked, Escape closes. The focus stays in the box.
 */
"use strict";
const medskickCombobox = (() => {
  /** @type {MakeCombobox} */
  return ({ input, list, panel = list, take, ask, first = false, closed }) => {
    /** @type {HTMLElement[]} */
    let options = [];
    let active = -1;
    const set = {
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": list.id,
    };
    for (const [name, value] of Object.entries(set)) input.setAttribute(name, value);
    list.setAttribute("role", "listbox");

    /** @param {number} n */
    function mark(n) {
      options[active]?.setAttribute("aria-selected", "false");
      active = n;
      if (n < 0) return input.removeAttribute("aria-activedescendant");
      options[n].setAttribute("aria-selected", "true");
      options[n].scrollIntoView({ block: "nearest" });
      return input.setAttribute("aria-activedescendant", options[n].id);
    }
    function close() {
      panel.hidden = true;
      input.setAttribute("aria-expanded", "false");
      mark(-1);
      closed?.();
    }
    /** @param {HTMLElement[]} choices what can be chosen in the list, which the caller has filled */
    function show(choices) {
      mark(-1);
      options = choices;
      for (const [n, option] of options.entries()) {
        option.id = `${list.id}-${n}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
      }
      panel.hidden = false;
      input.setAttribute("aria-expanded", String(options.length > 0));
    }

    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const chosen = options[active] ?? (first ? options[0] : undefined);
      if (event.key === "Escape" && !panel.hidden) close();
      else if (step && !event.altKey) {
        // past either end the box itself is next
        if (panel.hidden) ask();
        else if (options.length) mark(((active + 1 + step + options.length + 1) % (options.length + 1)) - 1);
      } else if (event.key === "Enter" && chosen && !panel.hidden) take(chosen);
      else {
        if (event.key === "Enter") close();
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
    // the focus stays in the box, so that the list is still there when the mouse is let go
    panel.addEventListener("mousedown", (event) => event.preventDefault());
    return { show, close };
  };
})();
