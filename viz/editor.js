// The SPARQL editor: YASGUI over the plain form, with our prefixes, examples and terms. No look-up leaves this host.
"use strict";
(() => {
  const told = JSON.parse(document.getElementById("editor-data").textContent);
  const place = document.getElementById("yasgui");
  const plain = document.getElementById("plain");
  if (typeof Yasgui === "undefined" || !place || !plain) return;
  const { Yasqe } = Yasgui;
  const labels = new Map(told.terms.map((term) => [term.iri, term.label]));

  Yasqe.forkAutocompleter("prefixes", {
    name: "our-prefixes",
    persistenceId: null,
    get: () => Promise.resolve(Object.entries(told.prefixes).map(([name, iri]) => `${name}: <${iri}>`)),
  });
  for (const kind of ["class", "property"]) {
    Yasqe.forkAutocompleter(kind, {
      name: `our-${kind}`,
      bulk: true,
      persistenceId: null,
      get: () => Promise.resolve(told.terms.filter((term) => term.kind === kind).map((term) => term.iri)),
      // a name is shown with its label in the reader's language
      postprocessHints: (_yasqe, hints) =>
        hints.map((hint) => {
          const iri = hint.text.replace(/^<|>$/g, "");
          const full = iri.includes("://") ? iri : iri.replace(/^(\w+):/, (_all, p) => told.prefixes[p] || p);
          const label = labels.get(full);
          return label ? { ...hint, displayText: `${hint.text}  ${label}` } : hint;
        }),
    });
  }
  place.hidden = false;
  plain.hidden = true;
  const editor = new Yasgui(place, {
    requestConfig: { endpoint: told.endpoint, method: "POST" },
    copyEndpointOnNewTab: true,
    corsProxy: undefined,
    endpointCatalogueOptions: { getData: () => [{ endpoint: told.endpoint }], keys: [], renderItem: () => undefined },
    persistenceId: null,
    populateFromUrl: true,
    tabName: "SPARQL",
    yasqe: {
      value: told.query,
      autocompleters: ["variables", "our-prefixes", "our-class", "our-property"],
      persistenceId: null,
    },
  });
  const current = () => editor.getTab();
  if (!location.hash.includes("query=") && current()) current().setQuery(told.query);
  const examples = document.getElementById("example");
  examples.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = told.examples.find((example) => example.slug === examples.value);
    if (chosen && current()) current().setQuery(chosen.query);
  });
  window.medskickEditor = editor;
})();
