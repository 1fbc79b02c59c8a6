// The SPARQL editor's table of results: links lead to our own pages, words are the page's.
"use strict";
/** Teach YASGUI's result table our links and words.
 * @param {typeof Yasr} Results @param {EditorData} page @param {HTMLElement} result where the table is drawn */
function medskickTable(Results, page, result) {
  const { words } = page;
  /** @param {string} iri */
  const address = (iri) => {
    const start = Object.keys(page.pages)
      .filter((s) => iri.startsWith(s))
      .sort((a, b) => b.length - a.length)[0];
    return start === undefined ? iri : page.pages[start] + iri.slice(start.length);
  };
  class Table extends Results.plugins.table {
    /** @param {Yasr} yasr */
    constructor(yasr) {
      super(yasr);
      this.label = words.table;
      /** @type {string | undefined} */
      this.helpReference = undefined;
    }
    /** @param {YasrCell} binding @param {Record<string, string>} prefixes */
    getUriLinkFromBinding(binding, prefixes = {}) {
      const [name, start] = Object.entries(prefixes).find(([, s]) => binding.value.startsWith(s)) ?? ["", ""];
      const link = document.createElement("a");
      link.className = "iri";
      if (/^https?:/.test(binding.value)) link.href = address(binding.value);
      link.textContent = name ? `${name}:${binding.value.slice(start.length)}` : binding.value;
      return link.outerHTML;
    }
    getColumns() {
      /** @param {string} text */
      const escaped = (text) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
      // what is sorted and searched is text too: it is never read as HTML, not even to make that harmless
      return super.getColumns().map((column) => ({
        ...column,
        render: (/** @type {YasrCell} */ cell, /** @type {string} */ type, /** @type {unknown[]} */ ...rest) =>
          type === "display" || !cell.value ? column.render(cell, type, ...rest) : escaped(cell.value),
      }));
    }
    /** @param {unknown} settings */
    draw(settings) {
      // columns are not dragged: the part that lets them be sets fixed widths and adds inline style, which is blocked
      const { head } = document;
      Object.defineProperty(head, "appendChild", {
        configurable: true,
        value: (/** @type {Node} */ node) =>
          node.nodeName === "STYLE" ? node : Node.prototype.appendChild.call(head, node),
      });
      super.draw(settings);
      this.destroyResizer();
      Reflect.deleteProperty(head, "appendChild");
      this.tableEl.style.removeProperty("width");
      // on a telephone a row is a card, each cell under its column's name (report.css)
      const names = [words.row, ...this.yasr.results.getVariables()];
      const named = () => {
        const hidden = names.length - this.tableEl.querySelectorAll("thead th").length;
        for (const row of [...this.tableEl.tBodies].flatMap((body) => [...body.rows]))
          for (const [i, cell] of [...row.cells].entries()) cell.dataset.column = names[i + hidden] ?? "";
      };
      this.dataTable.on("draw", named);
      named();
      // a wide table is moved by keyboard too
      const scrolled = result.querySelector(".yasr_results");
      for (const [name, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": words.answer }))
        scrolled?.setAttribute(name, value);
      const first = this.tableEl.querySelector("thead th");
      if (first && !first.textContent) {
        const unseen = document.createElement("span");
        unseen.className = "unseen";
        unseen.textContent = words.row;
        first.append(unseen);
      }
    }
    drawControls() {
      super.drawControls();
      const [simple, short] = this.tableControls.querySelectorAll("label");
      /** @param {string} selector @param {string} text */
      const call = (selector, text) => {
        const element = this.tableControls.querySelector(selector);
        if (element) element.textContent = text;
      };
      simple.querySelector("span")?.replaceChildren(words.simple);
      short.parentElement?.remove(); // long texts are never cut off: who cannot point could not open them
      this.tableFilterField.placeholder = words.filter;
      this.tableFilterField.setAttribute("aria-label", words.filter);
      call(".pageSizeWrapper span", `${words["page-size"]} `);
      call(".pageSizeWrapper [value='-1']", words.all);
      this.tableControls.querySelector(".pageSizeWrapper select")?.setAttribute("aria-label", words["page-size"]);
    }
  }
  class Response extends Results.plugins.response {
    /** @param {Yasr} yasr */
    constructor(yasr) {
      super(yasr);
      this.label = words.response;
      /** @type {string | undefined} */
      this.helpReference = undefined;
    }
  }
  Table.defaults = Results.plugins.table.defaults;
  Response.defaults = Results.plugins.response.defaults;
  Table.defaults.openIriInNewWindow = false;
  Table.defaults.tableConfig.language = {
    info: words.info,
    infoEmpty: words.none,
    infoFiltered: words.filtered,
    emptyTable: words.none,
    zeroRecords: words.none,
    paginate: { first: "«", previous: "‹", next: "›", last: "»" },
    aria: {
      paginate: { first: words.first, previous: words.previous, next: words.next, last: words.last },
      orderable: words.sort,
      orderableReverse: words.sort,
      orderableRemove: words.sort,
      sortAscending: words.sort,
      sortDescending: words.sort,
    },
  };
  Results.registerPlugin("table", Table);
  Results.registerPlugin("response", Response);
}
