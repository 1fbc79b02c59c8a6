/*
 * Where to go on from a thing that is in the picture. Two sources of one form: the server, or everything in short
 * (medskick.viz.pictures.offline), which came with the page or is loaded as a script file when first needed.
 *
 *   ties(node)  → [{relation, out, total, members: [tail…]}], some of the members
 *   things(tails) → things as in the page's data, with ties: [[relation, out, tail]…]
 *   paths(from, to) → [[tail…]…], some, the shortest first
 *   round(tail) → how things stand round a thing; where there is no server
 */
"use strict";
((M) => {
  const { $, DATA } = M;
  const ONWARD = DATA.onward ?? { server: "", script: "", pages: "", live: false };

  /** What relations, kinds and datasets are called comes along with things that may have new ones.
   * @param {{relations?: PageData["relations"], classes?: Kind[], datasets?: PageData["datasets"]}} news */
  function learn({ relations = {}, classes = [], datasets = {} }) {
    for (const [key, called] of Object.entries(relations)) DATA.relations[key] ??= called;
    for (const [name, title] of Object.entries(datasets)) DATA.datasets[name] ??= title;
    for (const type of classes) if (!M.classes.has(type.id)) M.classes.set(type.id, type);
  }

  /** @param {string} base
   * @returns {Source} */
  function fromServer(base) {
    /** @param {"ties" | "things" | "paths"} what @param {[name: string, value: string][]} params */
    async function get(what, params) {
      const response = await fetch(`${base}/${what}?${new URLSearchParams(params)}`, {
        headers: { Accept: "application/json" },
      });
      if (!response.ok) throw new Error(String(response.status));
      const answer = await response.json();
      learn(answer);
      return answer;
    }
    return {
      ties: async (node) => (await get("ties", [["thing", node.tail]])).groups,
      async things(tails) {
        const most = DATA.measures.at_once;
        /** @type {RawThing[]} */
        const things = [];
        for (let i = 0; i < tails.length; i += most) {
          const some = tails.slice(i, i + most);
          things.push(
            ...(
              await get(
                "things",
                some.map((tail) => ["thing", tail]),
              )
            ).things,
          );
        }
        return things;
      },
      async paths(from, to) {
        const ends = /** @type {[string, string][]} */ ([
          ["from", from.tail],
          ["to", to.tail],
        ]);
        return (await get("paths", ends)).paths;
      },
    };
  }

  /** The same from everything in short.
   * @param {() => Promise<Short>} load
   * @returns {Source} */
  function fromShort(load) {
    /** @type {Promise<ReturnType<typeof medskickOffline>> | null} */
    let ready = null;
    async function open() {
      const short = await load();
      learn(short);
      return medskickOffline(short, DATA.measures);
    }
    const get = () => {
      ready ??= open().catch((error) => {
        ready = null;
        throw error;
      });
      return ready;
    };
    return {
      ties: async (node) => (await get()).groups(node.tail),
      async things(tails) {
        const short = await get();
        return tails.flatMap((tail) => short.thing(tail, M.lang, ONWARD.pages) ?? []);
      },
      paths: async (from, to) => (await get()).paths(from.tail, to.tail),
      round: async (tail) => (await get()).round(tail),
    };
  }

  /** @param {string} src
   * @returns {Promise<Short>} */
  const script = (src) =>
    new Promise((resolve, reject) => {
      const ready = () => (window.medskickNeighbours ? resolve(window.medskickNeighbours) : reject(new Error(src)));
      if (window.medskickNeighbours) return ready();
      const element = document.createElement("script");
      Object.assign(element, { src, onload: ready, onerror: () => reject(new Error(src)) });
      return document.head.append(element);
    });
  const inPage = $("neighbours");
  M.source = ONWARD.server
    ? fromServer(ONWARD.server)
    : inPage
      ? fromShort(async () => JSON.parse(inPage.textContent))
      : ONWARD.script
        ? fromShort(() => script(ONWARD.script))
        : null;
})(window.medskick);
