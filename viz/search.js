/*
 * Search as you type, for each form[role=search]; without this script the form goes to the page of hits.
 *
 * data-endpoint  an address that answers {groups: [{label, total, hits: [{label, lang, href, detail, snippet, snippetLang,
 *                elsewhere, elsewhereLang, until}]}],
 *                status} to ?q=…; a snippet is a list of [text, whether it was searched for]
 * data-passed    what is said of a hit after the day `until`: what was expected by then, nothing shows what came of it
 * data-index     instead, where there is no server: a script that sets window.medskickSearch, searched by search-index.js
 *
 * In a page without a server, [data-search-results] is filled with the hits for the address's ?q=….
 * The box is a combobox (combobox.js). Every text from data is set as text, never as HTML.
 */
"use strict";
(() => {
  const WAIT = 120;
  const LEAST = 2;
  const SHOWN = 16;
  const ON_PAGE = 300;
  const SHORTCUT = "medskick.search-key";
  let boxes = 0;

  /** @template {keyof HTMLElementTagNameMap} T
   * @param {T} name @param {Record<string, string | null | undefined>} props @param {(Node | string)[]} inside */
  const make = (name, props, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(props)) if (value) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };

  // ---- Hits as elements

  /** @param {string} href */
  const safe = (href) => {
    try {
      return ["http:", "https:", "file:"].includes(new URL(href, document.baseURI).protocol) ? href : null;
    } catch {
      return null;
    }
  };

  /** @param {Hit} hit
   * @returns {[HTMLElement, ...(Node | string)[]]} */
  const named = (hit) => {
    /** @type {[HTMLElement, ...(Node | string)[]]} */
    const parts = [make("span", { class: "search-name", lang: hit.lang, dir: "auto" }, hit.label)];
    if (hit.lang) parts.push(" ", make("span", { class: "lang" }, hit.lang));
    if (hit.detail) parts.push(" ", make("span", { class: "search-detail" }, hit.detail));
    if (medskickPassed.isPassed(hit.until ?? "", medskickPassed.day(new Date())))
      parts.push(" ", make("span", { class: "search-detail" }, forms[0].dataset.passed ?? ""));
    return parts;
  };

  /** @param {Hit} hit */
  const passage = (hit) => {
    // a word that only a text of the other language has
    const elsewhere = hit.elsewhere
      ? [
          make(
            "span",
            { class: "search-text", "aria-hidden": "true" },
            make("span", { class: "lang" }, hit.elsewhereLang ?? ""),
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

  /** @type {Map<string, Promise<FindHits>>} */
  const loaded = new Map();
  /** @param {string} address */
  const load = (address) => {
    const src = new URL(address, document.baseURI).href;
    const known = loaded.get(src);
    if (known) return known;
    /** @type {Promise<FindHits>} */
    const coming = new Promise((resolve, reject) => {
      const script = make("script", { src });
      script.addEventListener("load", () => {
        // addresses are written from the folder above the one that the script lies in
        const root = new URL("..", src).href;
        if (window.medskickSearch)
          resolve(medskickSearchIndex(window.medskickSearch, root, document.documentElement.lang));
        else reject(new Error(src));
      });
      script.addEventListener("error", () => {
        loaded.delete(src);
        reject(new Error(src));
      });
      document.head.append(script);
    });
    loaded.set(src, coming);
    return coming;
  };
  /** @param {HTMLFormElement} form
   * @returns {HTMLInputElement | null} */
  const boxOf = (form) => form.querySelector("input[name=q]");

  /** @param {HTMLFormElement} form
   * @returns {(text: string) => Promise<SearchAnswer>} */
  const asker = (form) => {
    const { index, endpoint } = form.dataset;
    if (index) return async (text) => (await load(index))(text, SHOWN);
    /** @type {AbortController | null} */
    let running = null;
    return async (text) => {
      running?.abort();
      running = new AbortController();
      const address = new URL(endpoint ?? "", document.baseURI);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { signal: running.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    };
  };

  // ---- The box

  /** @param {HTMLFormElement} form */
  const equip = (form) => {
    const input = boxOf(form);
    const { index, endpoint } = form.dataset;
    if (!input || !(endpoint || index)) return;
    boxes += 1;
    const id = `search-${boxes}`;
    const askFor = asker(form);
    const shownStatus = make("p", { class: "search-count", "aria-hidden": "true" });
    const spoken = make("p", { class: "search-spoken", role: "status" });
    // scrolled by the arrows: no stop of its own for Tab
    const name = input.placeholder || input.getAttribute("aria-label");
    const list = make("div", { id, tabindex: "-1", "aria-label": name });
    const panel = make("div", { class: "search-panel" }, shownStatus, list);
    panel.hidden = true;
    form.append(panel, spoken);

    let timer = 0;
    let latest = 0;

    /** @param {SearchAnswer} answer */
    const show = ({ groups, status }) => {
      /** @type {HTMLElement[]} */
      const options = [];
      list.replaceChildren(
        ...groups.map((group, n) => {
          const heading = make("div", { class: "search-kind", id: `${id}-g${n}`, role: "presentation" }, group.label);
          if (group.total > group.hits.length)
            heading.append(" ", make("span", { class: "count" }, String(group.total)));
          const hits = group.hits
            .filter((hit) => safe(hit.href))
            .map((hit) => make("a", { tabindex: "-1", href: hit.href }, ...named(hit), ...passage(hit)));
          options.push(...hits);
          return make("div", { role: "group", "aria-labelledby": heading.id }, heading, ...hits);
        }),
      );
      shownStatus.textContent = status;
      spoken.textContent = status;
      box.show(options);
    };

    const search = async () => {
      const text = input.value;
      latest += 1;
      const turn = latest;
      if (text.trim().length < LEAST) {
        spoken.textContent = "";
        box.close();
        return;
      }
      try {
        const answer = await askFor(text);
        // what was typed since, or closed, outdates an answer
        if (turn === latest) show(answer);
      } catch {
        // the form itself still goes to the page of hits
        if (turn === latest) box.close();
      }
    };
    const box = medskickCombobox({
      input,
      list,
      panel,
      take: (option) => option.click(),
      ask: search,
      closed: () => {
        clearTimeout(timer);
        latest += 1;
      },
    });

    input.addEventListener("input", (event) => {
      if (event instanceof InputEvent && event.isComposing) return;
      clearTimeout(timer);
      timer = window.setTimeout(search, WAIT);
    });
    input.addEventListener("compositionend", search);
    input.addEventListener("blur", box.close);
    if (index) input.addEventListener("focus", () => load(index).catch(() => {}), { once: true });
  };

  // ---- The page of hits where there is no server

  /** @param {Element} page @param {HTMLFormElement} form @param {string} index */
  const fill = async (page, form, index) => {
    const text = new URLSearchParams(location.search).get("q") || "";
    /** @type {HTMLInputElement | null} */
    const own = document.querySelector("main form[role=search] input[name=q]") ?? boxOf(form);
    if (own) own.value = text;
    const answer = (await load(index))(text, ON_PAGE);
    const parts = answer.groups.map((group) =>
      make(
        "section",
        { class: group.ways ? "search-group ways" : "search-group" },
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
    page.replaceChildren(make("p", { role: "status" }, answer.status), ...parts);
  };

  // ---- "/" goes to the box; who does not want that turns it off (WCAG 2.1.4)

  const wanted = () => {
    try {
      return localStorage.getItem(SHORTCUT) !== "off";
    } catch {
      return true;
    }
  };
  /** @param {HTMLInputElement | null} input */
  const shortcut = (input) => {
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !wanted())
        return;
      const typing = "input, select, textarea, [contenteditable], [role=textbox], [role=application]";
      if (event.target instanceof Element && event.target.closest(typing)) return;
      event.preventDefault();
      input?.focus();
      input?.select();
    });
    /** @type {NodeListOf<HTMLInputElement>} */
    const choices = document.querySelectorAll("input[data-search-key]");
    for (const choice of choices) {
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

  /** @type {NodeListOf<HTMLFormElement>} */
  const all = document.querySelectorAll("form[role=search]");
  const forms = [...all].filter(boxOf);
  for (const form of forms) equip(form);
  if (forms.length) shortcut(boxOf(forms[0]));
  const page = document.querySelector("[data-search-results]");
  const still = forms.find((form) => form.dataset.index);
  if (page && still) fill(page, still, still.dataset.index ?? "").catch(() => {});
})();
