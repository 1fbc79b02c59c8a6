/*
 * Choices combined on a page without a server. The data is set by data/lessons.js (medskick.web.site.lesson_order).
 *
 * form[data-choices]   what can be chosen; an option's data-href is the page that the choice leads to, to which the other
 *                      choices go along in the address. On that page the lessons are ordered by them.
 * data-first-…         what is said of the order: -role, -region, -role-region; data-none: where no lesson is left
 */
"use strict";
const medskickChoices = (() => {
  /** Lessons (addresses as in the data) for some choices, the best match first: as medskick.reports.lessons.chosen.
   * @param {LessonOrder} data @param {Record<string, string>} choice @returns {string[]} */
  const ordered = ({ lessons, near }, choice) => {
    const phase = choice["phase-type"] ?? "";
    const { role = "", theme = "", region = "" } = choice;
    /** @param {string[]} named @param {string} wanted */
    const other = (named, wanted) => wanted !== "" && named.length > 0 && !named.includes(wanted);
    const rows = Object.entries(lessons).flatMap(([lesson, [phases, roles, themes, own, founded, place]], before) => {
      if (other(phases, phase) || other(roles, role) || (theme && !themes.includes(theme))) return [];
      const [alike, differ] = near[region]?.[place] ?? [0, 0];
      const unnamed = [!phases.includes(phase), !roles.includes(role)].map(Number);
      return [{ lesson, key: [...unnamed, own, -alike, differ, founded, before] }];
    });
    rows.sort((a, b) => a.key.map((part, place) => part - b.key[place]).find((part) => part !== 0) ?? 0);
    return rows.map(({ lesson }) => lesson);
  };

  /** The address of a thing that a link of the site of files leads to. @param {string} href */
  const address = (href) => /\/(id\/[^?#]+?)(?:\.html)?(?:[?#].*)?$/.exec(href)?.[1] ?? "";

  return { ordered, address };
})();
if (typeof document !== "undefined") {
  const form = document.querySelector("form[data-choices]");
  if (form instanceof HTMLFormElement) {
    const menus = [...form.querySelectorAll("select")];
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    form.after(status);
    const asked = new URLSearchParams(location.search);
    for (const menu of menus) {
      const value = asked.get(menu.name);
      if (value !== null && [...menu.options].some((option) => option.value === value)) menu.value = value;
    }
    const known = window.medskickLessons;
    const list = document.createElement("ul");
    list.hidden = true;
    status.after(list);

    /** The lessons that some parts of the page tell, each with its first item.
     * @param {Element[]} parts @returns {Map<string, HTMLElement>} */
    const lessonItems = (parts) => {
      /** @type {Map<string, HTMLElement>} */
      const items = new Map();
      for (const item of parts.flatMap((part) => [...part.querySelectorAll("li")])) {
        const link = item.querySelector(":scope > strong:first-child > a");
        const at = link instanceof HTMLAnchorElement ? medskickChoices.address(link.href) : "";
        if (known && at in known.lessons && !items.has(at)) items.set(at, item);
      }
      return items;
    };
    /** Each section under a heading that tells lessons. */
    const sections = [...document.querySelectorAll("main h2")].flatMap((heading) => {
      const parts = [heading];
      for (let next = heading.nextElementSibling; next && next.tagName !== "H2"; next = next.nextElementSibling)
        parts.push(next);
      return lessonItems(parts).size ? [parts] : [];
    });
    const items = lessonItems(sections.flat());
    /** Several sections become one list; one is ordered where it stands. */
    const several = sections.length > 1;
    const sorted = [...items.values()];
    const hidden = [...sections.flat(), ...document.querySelectorAll("main nav.contents")];

    const apply = () => {
      const choice = Object.fromEntries(menus.map((menu) => [menu.name, menu.value]));
      const some = menus.some((menu) => menu.value && !menu.selectedOptions[0].dataset.href);
      if (!known || !items.size) return;
      const fits = some ? medskickChoices.ordered(known, choice).filter((at) => items.has(at)) : [...items.keys()];
      if (several) {
        for (const part of hidden) if (part instanceof HTMLElement) part.hidden = some;
        list.hidden = !some;
        list.replaceChildren(...(some ? fits.flatMap((at) => items.get(at)?.cloneNode(true) ?? []) : []));
      } else {
        const places = sorted.map((item) => {
          const mark = document.createComment("");
          item.before(mark);
          return mark;
        });
        [...new Set([...fits, ...items.keys()])].forEach((at, place) => {
          const item = items.get(at);
          if (!item) return;
          item.hidden = place >= fits.length;
          places[place].before(item);
        });
        for (const mark of places) mark.remove();
      }
      const key = ["role", "region"].filter((name) => choice[name]).join("-");
      status.textContent = fits.length ? (form.getAttribute(`data-first-${key}`) ?? "") : (form.dataset.none ?? "");
    };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const leading = menus.find((menu) => menu.selectedOptions[0]?.dataset.href);
      const rest = new URLSearchParams(
        menus.filter((menu) => menu.value && menu !== leading).map((menu) => [menu.name, menu.value]),
      );
      const page = new URL(leading?.selectedOptions[0].dataset.href ?? form.action, location.href);
      page.search = rest.toString();
      if (page.pathname !== location.pathname) return location.assign(page);
      try {
        history.replaceState(null, "", page);
      } catch {
        // a page from disk keeps its address
      }
      return apply();
    });
    apply();
  }
}
