/*
 * Search as you type, for each form[role=search]; without this script the form goes to the page of hits.
 *
 * data-endpoint  an address that answers {groups: [{label, total, hits: [{label, lang, href, detail, snippet, snippetLang,
 *                elsewhere, elsewhereLang}]}],
 *                status} to ?q=…; a snippet is a list of [text, whether it was searched for]
 * data-index     instead, where there is no server: a script that sets window.medskickSearch (medskick.queries.search.search_index,
 *                static_index); searched by the beginnings of words
 *
 * In a page without a server, [data-search-results] is filled with the hits for the address's ?q=….
 * The box is a combobox with a list (ARIA 1.2). Every text from data is set as text, never as HTML.
 */
"use strict";
(() => {
  const WAIT = 120;
  const LEAST = 2;
  const SHOWN = 16;
  const ON_PAGE = 300;
  const SHORTCUT = "medskick.search-key";
  let boxes = 0;

  const make = (name, props, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(props || {})) if (value) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };

  // ---- Hits as elements

  const safe = (href) => {
    try {
      return ["http:", "https:", "file:"].includes(new URL(href, document.baseURI).protocol) ? href : null;
    } catch {
      return null;
    }
  };

  const named = (hit) => {
    const parts = [make("span", { class: "search-name", lang: hit.lang, dir: "auto" }, hit.label)];
    if (hit.lang) parts.push(" ", make("span", { class: "lang" }, hit.lang));
    if (hit.detail) parts.push(" ", make("span", { class: "search-detail" }, hit.detail));
    return parts;
  };

  const passage = (hit) => {
    // a word that only a text of the other language has
    const elsewhere = hit.elsewhere
      ? [
          make(
            "span",
            { class: "search-text", "aria-hidden": "true" },
            make("span", { class: "lang" }, hit.elsewhereLang),
            " ",
            make("mark", { lang: hit.elsewhereLang, dir: "auto" }, hit.elsewhere),
          ),
        ]
      : [];
    if (!hit.snippet?.length) return elsewhere;
    const pieces = hit.snippet.map(([text, fits]) => (fits ? make("mark", {}, text) : text));
    const lang = hit.snippetLang ? [make("span", { class: "lang" }, hit.snippetLang), " "] : [];
    return [
      make(
        "span",
        { class: "search-text", "aria-hidden": "true" },
        ...lang,
        make("span", { lang: hit.snippetLang, dir: "auto" }, ...pieces),
      ),
      ...elsewhere,
    ];
  };

  // ---- Where hits come from

  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/ß/g, "ss");

  // a few of each group in turn, so that no group hides another
  const shared = (groups, most) => {
    const kept = groups.map(() => 0);
    let left = Math.min(
      most,
      groups.reduce((sum, group) => sum + group.hits.length, 0),
    );
    while (left > 0) {
      groups.forEach((group, n) => {
        if (left > 0 && kept[n] < group.hits.length) {
          kept[n] += 1;
          left -= 1;
        }
      });
    }
    return groups.map((group, n) => ({ ...group, hits: group.hits.slice(0, kept[n]) })).filter((g) => g.hits.length);
  };

  const among = ({ headings, words, things, root }, text, most) => {
    const asked = fold(text).match(/[\p{L}\p{N}]+/gu) || [];
    if (!asked.length) return { groups: [], status: words.empty };
    const found = headings.map((label) => ({ label, hits: [], best: 2 }));
    let total = 0;
    for (const [label, lang, group, href, detail, names, texts, place] of things) {
      const [named, read, placed] = [names, texts, place].map((all) =>
        asked.map((word) => ` ${all}`.includes(` ${word}`)),
      );
      // where a thing belongs helps to narrow a search, but finds nothing by itself
      if (!asked.every((_, n) => named[n] || read[n] || placed[n]) || ![...named, ...read].some(Boolean)) continue;
      const byName = asked.every((_, n) => named[n] || placed[n]) && named.some(Boolean);
      const rank = byName ? (fold(label) === asked.join(" ") ? 0 : 1) : 2;
      found[group].hits.push({ label, lang, href: new URL(href, root).href, detail, rank });
      found[group].best = Math.min(found[group].best, rank);
      total += 1;
    }
    for (const group of found) {
      group.total = group.hits.length;
      group.hits.sort((a, b) => a.rank - b.rank || a.label.localeCompare(b.label, document.documentElement.lang));
    }
    const groups = shared(
      found.sort((a, b) => (a.best > 1) - (b.best > 1)),
      most,
    );
    const shown = groups.reduce((sum, group) => sum + group.hits.length, 0);
    const forms = words.total;
    const rule = new Intl.PluralRules(document.documentElement.lang).select(total);
    const counted = typeof forms === "string" ? forms : (forms[rule] ?? forms.other);
    const said = !total ? words.none : shown < total ? words.of : counted;
    const status = said
      .replace("{text}", text.trim().slice(0, 80))
      .replace("{shown}", shown)
      .replace(/\{(?:n|count)\}/, total);
    return { groups, status: total ? status : `${status} ${words.static}` };
  };

  const loaded = new Map();
  const load = (address) => {
    const src = new URL(address, document.baseURI).href;
    if (!loaded.has(src)) {
      loaded.set(
        src,
        new Promise((resolve, reject) => {
          const script = make("script", { src });
          script.addEventListener("load", () => {
            const [headings, words, things] = window.medskickSearch;
            // addresses are written from the folder above the one that the script lies in
            resolve({ headings, words, things, root: new URL("..", src) });
          });
          script.addEventListener("error", () => {
            loaded.delete(src);
            reject(new Error(src));
          });
          document.head.append(script);
        }),
      );
    }
    return loaded.get(src);
  };

  const asker = (form) => {
    if (form.dataset.index) return async (text) => among(await load(form.dataset.index), text, SHOWN);
    let running = null;
    return async (text) => {
      if (running) running.abort();
      running = new AbortController();
      const address = new URL(form.dataset.endpoint, document.baseURI);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { signal: running.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    };
  };

  // ---- The box

  const equip = (form) => {
    const input = form.querySelector("input[name=q]");
    if (!input || !(form.dataset.endpoint || form.dataset.index)) return;
    boxes += 1;
    const id = `search-${boxes}`;
    const ask = asker(form);
    const told = make("p", { class: "search-told", "aria-hidden": "true" });
    const spoken = make("p", { class: "search-spoken", role: "status" });
    // scrolled by the arrows: no stop of its own for Tab
    const list = make("div", {
      role: "listbox",
      id,
      tabindex: "-1",
      "aria-label": input.placeholder || input.getAttribute("aria-label"),
    });
    const panel = make("div", { class: "search-panel" }, told, list);
    panel.hidden = true;
    form.append(panel, spoken);
    for (const [key, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
    }))
      input.setAttribute(key, value);

    let options = [];
    let active = -1;
    let timer = 0;
    let latest = 0;
    let shownFor = null;

    const mark = (n) => {
      if (options[active]) options[active].setAttribute("aria-selected", "false");
      active = n;
      if (n < 0) return input.removeAttribute("aria-activedescendant");
      options[n].setAttribute("aria-selected", "true");
      options[n].scrollIntoView({ block: "nearest" });
      return input.setAttribute("aria-activedescendant", options[n].id);
    };
    const open = (yes) => {
      panel.hidden = !yes;
      input.setAttribute("aria-expanded", String(yes && options.length > 0));
      if (!yes) mark(-1);
    };
    const close = () => {
      clearTimeout(timer);
      latest += 1;
      shownFor = null;
      open(false);
    };

    const show = ({ groups, status }) => {
      mark(-1);
      options = [];
      list.replaceChildren(
        ...groups.map((group, n) => {
          const heading = make("div", { class: "search-kind", id: `${id}-g${n}`, role: "presentation" }, group.label);
          if (group.total > group.hits.length)
            heading.append(" ", make("span", { class: "count" }, String(group.total)));
          const hits = group.hits
            .filter((hit) => safe(hit.href))
            .map((hit) => {
              const option = make(
                "a",
                {
                  role: "option",
                  "aria-selected": "false",
                  tabindex: "-1",
                  id: `${id}-${options.length}`,
                  href: hit.href,
                },
                ...named(hit),
                ...passage(hit),
              );
              options.push(option);
              return option;
            });
          return make("div", { role: "group", "aria-labelledby": heading.id }, heading, ...hits);
        }),
      );
      told.textContent = status;
      spoken.textContent = status;
      open(true);
    };

    const search = async () => {
      const text = input.value;
      latest += 1;
      const turn = latest;
      if (text.trim().length < LEAST) {
        spoken.textContent = "";
        return close();
      }
      try {
        const found = await ask(text);
        // what was typed since, or closed, outdates an answer
        if (turn === latest) {
          shownFor = text;
          show(found);
        }
      } catch {
        // the form itself still goes to the page of hits
        if (turn === latest) close();
      }
      return undefined;
    };

    input.addEventListener("input", (event) => {
      if (event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(search, WAIT);
    });
    input.addEventListener("compositionend", search);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape" && !panel.hidden) {
        event.preventDefault();
        close();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
        event.preventDefault();
        if (panel.hidden || shownFor === null) {
          search();
          return;
        }
        // past either end the box itself is next
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark(((active + 1 + step + options.length + 1) % (options.length + 1)) - 1);
      } else if (event.key === "Enter" && options[active] && !panel.hidden) {
        event.preventDefault();
        options[active].click();
      } else if (event.key === "Enter") {
        close();
      }
    });
    input.addEventListener("blur", close);
    // the focus stays in the box, so that the list is still there when the mouse is let go
    panel.addEventListener("mousedown", (event) => event.preventDefault());
    if (form.dataset.index)
      input.addEventListener("focus", () => load(form.dataset.index).catch(() => {}), { once: true });
  };

  // ---- The page of hits where there is no server

  const fill = async (page, form) => {
    const text = new URLSearchParams(location.search).get("q") || "";
    const own = document.querySelector("main form[role=search] input[name=q]") || form.elements.q;
    own.value = text;
    const found = among(await load(form.dataset.index), text, ON_PAGE);
    const parts = found.groups.map((group) =>
      make(
        "section",
        {},
        make("h2", {}, group.label, " ", make("span", { class: "count" }, String(group.total))),
        make(
          "ul",
          { class: "search-hits" },
          ...group.hits
            .filter((hit) => safe(hit.href))
            .map((hit) => {
              const [name, ...rest] = named(hit);
              return make("li", {}, make("a", { href: hit.href }, name), ...rest);
            }),
        ),
      ),
    );
    page.replaceChildren(make("p", { role: "status" }, found.status), ...parts);
  };

  // ---- "/" goes to the box; who does not want that turns it off (WCAG 2.1.4)

  const wanted = () => {
    try {
      return localStorage.getItem(SHORTCUT) !== "off";
    } catch {
      return true;
    }
  };
  const shortcut = (form) => {
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !wanted())
        return;
      if (event.target.closest("input, select, textarea, [contenteditable], [role=textbox], [role=application]"))
        return;
      event.preventDefault();
      form.elements.q.focus();
      form.elements.q.select();
    });
    for (const choice of document.querySelectorAll("input[data-search-key]")) {
      choice.checked = wanted();
      choice.addEventListener("change", () => {
        try {
          localStorage.setItem(SHORTCUT, choice.checked ? "on" : "off");
        } catch {
          /* kept for this page only */
        }
      });
    }
  };

  const forms = [...document.querySelectorAll("form[role=search]")].filter((form) => form.elements.q);
  forms.forEach(equip);
  if (forms.length) shortcut(forms[0]);
  const page = document.querySelector("[data-search-results]");
  const still = forms.find((form) => form.dataset.index);
  if (page && still) fill(page, still).catch(() => {});
})();
