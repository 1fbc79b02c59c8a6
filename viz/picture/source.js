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
  const ONWARD = DATA.onward ?? {};

  /** What relations, kinds and datasets are called comes along with things that may have new ones. */
  function learn({ relations = {}, classes = [], datasets = {} }) {
    for (const [key, said] of Object.entries(relations)) DATA.relations[key] ??= said;
    for (const [name, title] of Object.entries(datasets)) DATA.datasets[name] ??= title;
    for (const type of classes) if (!M.classes.has(type.id)) M.classes.set(type.id, type);
  }

  function fromServer(base) {
    async function get(what, params) {
      const answer = await fetch(`${base}/${what}?${new URLSearchParams(params)}`, {
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      learn(found);
      return found;
    }
    return {
      ties: async (node) => (await get("ties", [["thing", node.tail]])).groups,
      async things(tails) {
        const most = DATA.measures.at_once;
        const found = [];
        for (let i = 0; i < tails.length; i += most)
          found.push(
            ...(
              await get(
                "things",
                tails.slice(i, i + most).map((tail) => ["thing", tail]),
              )
            ).things,
          );
        return found;
      },
      paths: async (from, to) =>
        (
          await get("paths", [
            ["from", from.tail],
            ["to", to.tail],
          ])
        ).paths,
    };
  }

  /** The same from everything in short. */
  function fromShort(load) {
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

  const script = (src) =>
    new Promise((resolve, reject) => {
      if (window.medskickNeighbours) return resolve(window.medskickNeighbours);
      const element = document.createElement("script");
      Object.assign(element, {
        src,
        onload: () => resolve(window.medskickNeighbours),
        onerror: () => reject(new Error(src)),
      });
      return document.head.append(element);
    });
  M.source = ONWARD.server
    ? fromServer(ONWARD.server)
    : $("neighbours")
      ? fromShort(async () => JSON.parse($("neighbours").textContent))
      : ONWARD.script
        ? fromShort(() => script(ONWARD.script))
        : null;
})(window.medskick);
