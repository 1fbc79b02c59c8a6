// The SPARQL editor: YASGUI's editor (Yasqe) and result table (Yasr, see editor-table.js) over the plain form, with our prefixes, our terms
// and the page's language. Nothing is asked of another host, nothing is stored in the browser.
"use strict";
(() => {
  const data = document.getElementById("editor-data");
  if (!data || typeof Yasgui === "undefined") return;
  /** @type {EditorData} */
  const page = JSON.parse(data.textContent);
  const { words } = page;
  const { Yasqe, Yasr } = Yasgui.Yasgui || Yasgui;
  /** An element that the page has.
   * @template {typeof HTMLElement} T
   * @param {string} id @param {T} type
   * @returns {InstanceType<T>} */
  const own = (id, type) => {
    const element = document.getElementById(id);
    if (!(element instanceof type)) throw new Error(id);
    return /** @type {InstanceType<T>} */ (element);
  };
  const [place, result, status, keys] = ["yasqe", "yasr", "status", "keys"].map((id) => own(id, HTMLElement));
  const run = own("run", HTMLButtonElement);
  const share = own("share", HTMLAnchorElement);
  const format = own("format", HTMLSelectElement);
  const examples = own("examples", HTMLFormElement);
  const label = own("query-label", HTMLElement);
  const field = own("plain", HTMLFormElement).querySelector("textarea");
  if (!field) return;
  /** @param {string} text @param {Record<string, unknown>} values */
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all));
  /** @param {string} iri */
  const local = (iri) => iri.replace(/^.*[#/]/, "");

  // Completion: prefixes of ours; terms by their name or by their label in the reader's language
  /** @param {Yasqe} yasqe @param {string} iri */
  const declared = (yasqe, iri) =>
    Object.entries(yasqe.getPrefixesFromQuery()).find(([, start]) => start && iri.startsWith(start));
  /** @param {Term[]} terms @param {YasqeToken} token */
  const fitting = (terms, token) => {
    const typed = token.autocompletionString || "";
    const start = token.tokenPrefixUri || "";
    const wanted = (start ? typed.slice(start.length) : typed).toLowerCase();
    // first what begins as typed, then what has it somewhere
    /** @param {Term} term */
    const rank = (term) => {
      const [name, called] = [local(term.iri).toLowerCase(), term.label.toLowerCase()];
      if (term.iri.startsWith(typed) || name.startsWith(wanted)) return 0;
      return called.startsWith(wanted) ? 1 : name.includes(wanted) || called.includes(wanted) ? 2 : 3;
    };
    const fits = terms.filter((term) => term.iri.startsWith(start) && rank(term) < 3);
    return fits.sort((a, b) => rank(a) - rank(b)).map((term) => term.iri);
  };
  /** @type {NonNullable<YasqeCompleter["postProcessSuggestion"]>} */
  const shortened = (yasqe, _token, iri) => {
    const prefix = declared(yasqe, iri);
    return prefix ? `${prefix[0]}:${iri.slice(prefix[1].length)}` : `<${iri}>`;
  };
  const labels = new Map(page.terms.map((term) => [term.iri, term.label]));
  /** @type {NonNullable<YasqeCompleter["postprocessHints"]>} */
  const labelled = (yasqe, hints) =>
    hints.map((hint) => {
      const [prefix, rest] = hint.text.split(/:(.*)/s);
      const iri = hint.text.startsWith("<") ? hint.text.slice(1, -1) : yasqe.getPrefixesFromQuery()[prefix] + rest;
      /** @param {HTMLElement} line */
      const render = (line) => {
        const called = document.createElement("span");
        called.className = "term-label";
        called.textContent = labels.get(iri) || "";
        line.append(hint.text, " ", called);
      };
      return { ...hint, render };
    });
  Yasqe.forkAutocompleter(
    "prefixes",
    {
      name: "our-prefixes",
      persistenceId: null,
      get: () => Object.entries(page.prefixes).map(([name, iri]) => `${name}: <${iri}>`),
    },
    false,
  );
  for (const kind of ["class", "property"]) {
    const terms = page.terms.filter((term) => term.kind === kind);
    Yasqe.forkAutocompleter(
      kind,
      {
        name: `our-${kind}`,
        persistenceId: null,
        get: (_yasqe, token) => (token ? fitting(terms, token) : []),
        postProcessSuggestion: shortened,
        postprocessHints: labelled,
      },
      false,
    );
  }
  // settings are merged item by item, so the completers that would ask other hosts go from the defaults themselves
  Yasqe.defaults.autocompleters = ["variables", "our-prefixes", "our-class", "our-property"];

  medskickTable(Yasr, page, result);

  // An error in the reader's language, with what the server says (protocol errors are in English)
  /** @param {{text?: string}} error */
  const explained = async (error) => {
    /** @type {{line?: number, column?: number, expected?: string, detail?: string}} */
    let problem;
    try {
      problem = JSON.parse(error.text ?? "");
    } catch {
      problem = {};
    }
    const box = document.createElement("div");
    const lead = document.createElement("p");
    lead.textContent = problem.line ? filled(words.unread, problem) : problem.detail ? words.failed : words.unreachable;
    box.append(lead);
    if (problem.detail) {
      const detail = document.createElement("p");
      detail.lang = "en";
      detail.textContent = (problem.line ? problem.expected : problem.detail) ?? "";
      box.append(detail);
    }
    if (problem.line) editor.getDoc().setCursor(problem.line - 1, (problem.column ?? 1) - 1);
    status.textContent = lead.textContent;
    return box;
  };

  for (const shown of [place, run, share, keys]) shown.hidden = false;
  field.hidden = true;
  const editor = new Yasqe(place, {
    value: field.value,
    requestConfig: { endpoint: new URL(page.endpoint, location.href).href, method: "POST" },
    persistenceId: null,
    createShareableLink: null,
    consumeShareLink: null,
    showQueryButton: false,
    editorHeight: "22rem",
    screenReaderLabel: label.textContent,
    extraKeys: { Tab: false, "Shift-Tab": false }, // Tab moves on: no trap for the keyboard
  });
  const notify = editor.showNotification;
  editor.showNotification = (/** @type {string} */ key) => notify.call(editor, key, words.complete);
  editor.getInputField().setAttribute("aria-describedby", "keys");
  label.addEventListener("click", () => editor.focus());
  // the mark of a wrong line says so in words of ours (YASGUI's own tool tip has inline style, which the policy blocks)
  place.addEventListener(
    "mouseover",
    (event) => {
      const mark = event.target instanceof Element && event.target.closest(".parseErrorIcon");
      if (!mark) return;
      mark.setAttribute("title", words["wrong-line"]);
      event.stopImmediatePropagation();
    },
    true,
  );

  const table = new Yasr(result, {
    persistenceId: null,
    prefixes: page.prefixes,
    errorRenderers: [explained],
    plugins: { table: { enabled: true, dynamicConfig: { isEllipsed: false } } },
  });
  for (const name of ["table", "response"]) {
    const button = result.querySelector(`.select_${name}`);
    button?.setAttribute("aria-label", words[name]);
    button?.addEventListener("click", () => mark());
  }
  const mark = () => {
    for (const name of ["table", "response"]) {
      const button = result.querySelector(`.select_${name}`);
      button?.setAttribute("aria-pressed", String(button.classList.contains("selected")));
    }
  };
  // downloads go through the form, in every form of an answer
  for (const part of result.querySelectorAll(".yasr_downloadIcon, .yasr_external_ref_btn")) part.remove();
  table.on("drawn", () => {
    mark();
    for (const button of result.querySelectorAll(".overlay_btn")) {
      if (button.getAttribute("title") !== "Show all") {
        button.remove();
        continue;
      }
      button.setAttribute("title", words["show-all"]);
      button.textContent = words["show-all"];
    }
    const truth = result.querySelector(".booleanResult span");
    if (truth) truth.textContent = table.results.getBoolean() ? words.yes : words.no;
  });

  // One address for what stands in the editor: to share, to come back to, to switch language with
  const shared = () => `?${new URLSearchParams({ query: editor.getValue() })}`;
  const changed = () => {
    field.value = editor.getValue();
    share.href = shared();
    const graph = ["CONSTRUCT", "DESCRIBE"].includes(editor.getQueryType());
    const groups = [...format.querySelectorAll("optgroup")];
    for (const [i, group] of groups.entries()) group.disabled = (i === 1) !== graph;
    const chosen = format.selectedOptions[0]?.parentElement;
    const first = groups[graph ? 1 : 0].querySelector("option");
    if (first && !(chosen instanceof HTMLOptGroupElement && !chosen.disabled)) format.value = first.value;
  };
  editor.on("changes", changed);
  changed();

  let running = false;
  const ask = () => {
    if (running) return editor.abortQuery();
    return editor.query().catch(() => undefined);
  };
  run.addEventListener("click", ask);
  editor.on("query", () => {
    running = true;
    run.textContent = words.stop;
    status.textContent = words.running;
    history.replaceState(null, "", shared());
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const twins = document.querySelectorAll(".twin a");
    for (const twin of twins) twin.search = location.search;
  });
  /** @param {string} text */
  const done = (text) => {
    running = false;
    run.textContent = words.run;
    status.textContent = text;
  };
  editor.on("queryAbort", () => done(words.stopped));
  editor.on("queryResponse", (_editor, response, milliseconds) => {
    if (response?.name === "AbortError") return done(words.stopped);
    const s = (milliseconds / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
    result.hidden = false;
    done("");
    table.setResponse(response, milliseconds);
    if (table.results.hasError()) return;
    const n = table.results.getBindings()?.length;
    const text =
      n === undefined ? words.answered : n === 0 ? words["no-rows"] : n === 1 ? words["one-row"] : words.rows;
    done(filled(text, { n, s }));
  });

  examples.addEventListener("submit", (event) => {
    event.preventDefault();
    editor.setValue(page.examples[String(new FormData(examples).get("example"))]);
    editor.focus();
  });
  // who follows a link to a query wants its answer
  if (new URLSearchParams(location.search).get("query")) ask();
})();
