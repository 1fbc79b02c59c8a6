/*
 * Where to go on from a thing that is in the picture. Two sources of one form: the server, or everything in short
 * (medskick.viz.pictures.offline), which came with the page or is loaded as a script file when first needed.
 *
 *   ties(node)  → [{relation, out, total, members: [tail…]}], members at most 500
 *   things(tails) → things as in the page's data, with ties: [[relation, out, tail]…]
 *   paths(from, to) → [[tail…]…], at most five, the shortest first
 */
"use strict";
((M) => {
  const { $, DATA } = M;
  const MOST = 5;
  const LONGEST = 6;
  const MEMBERS = 500;
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
        const found = [];
        for (let i = 0; i < tails.length; i += 25)
          found.push(
            ...(
              await get(
                "things",
                tails.slice(i, i + 25).map((tail) => ["thing", tail]),
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

  /** Things in turns of each kind, so that the first of them are some of all. */
  function byTurns(items, kind) {
    const seen = new Map();
    const turns = items.map((item, i) => {
      const turn = seen.get(kind(item)) ?? 0;
      seen.set(kind(item), turn + 1);
      return { turn, i, item };
    });
    return turns.sort((a, b) => a.turn - b.turn || a.i - b.i).map(({ item }) => item);
  }

  /** The same from everything in short. Steps never go through a source or a gap (as medskick.viz.pictures.neighbourhood has it). */
  function fromShort(load) {
    let ready = null;
    async function open() {
      const short = await load();
      learn(short);
      const ties = short.things.map(() => []);
      const number = new Map(short.things.map((thing, i) => [thing[0], i]));
      for (const [start, key, end] of short.ties) {
        ties[start].push([short.keys[key], 1, end]);
        if (start !== end) ties[end].push([short.keys[key], 0, start]);
      }
      const aside = new Set(["Source", "Gap"].map((id) => short.classes.findIndex((type) => type.id === id)));
      return {
        short,
        ties,
        number,
        near: ties.map((own) => [...new Set(own.map((tie) => tie[2]))].sort((a, b) => a - b)),
        through: (i) => !aside.has(short.things[i][1]),
      };
    }
    const get = () =>
      (ready ??= open().catch((error) => {
        ready = null;
        throw error;
      }));
    const page = (tail) =>
      ONWARD.pages && !tail.includes(":") ? ONWARD.pages.replace("*", encodeURI(tail)) : undefined;
    return {
      async ties(node) {
        const { short, ties, number } = await get();
        const groups = new Map();
        for (const [relation, out, other] of ties[number.get(node.tail)] ?? []) {
          const key = `${out} ${relation}`;
          if (!groups.has(key)) groups.set(key, { relation, out, total: 0, members: [] });
          const group = groups.get(key);
          group.total += 1;
          if (group.members.length < MEMBERS) group.members.push(short.things[other][0]);
        }
        for (const group of groups.values())
          group.members = byTurns(group.members, (tail) => short.things[number.get(tail)][1]);
        return [...groups.values()].sort((a, b) => b.total - a.total);
      },
      async things(tails) {
        const { short, ties, number } = await get();
        const datasets = Object.keys(short.datasets).sort();
        return tails
          .filter((tail) => number.has(tail))
          .map((tail) => {
            const i = number.get(tail);
            const [, type, home, years, ...names] = short.things[i];
            const label = Object.fromEntries(
              short.languages.map((lang, n) => [lang, names[n]]).filter((pair) => pair[1]),
            );
            const iri = tail.includes(":") ? tail : `https://w3id.org/medskick/id/${tail}`;
            return {
              iri,
              tail,
              label: names.some(Boolean) ? label : { [M.lang]: tail.split("/").pop() },
              class: short.classes[type].id,
              dataset: datasets[home] ?? "",
              years,
              href: page(tail),
              ties: ties[i].map(([relation, out, other]) => [relation, out, short.things[other][0]]),
            };
          });
      },
      async paths(from, to) {
        const { short, near, number, through } = await get();
        const start = number.get(from.tail);
        const end = number.get(to.tail);
        if (start === undefined || end === undefined || start === end) return [];
        // how far each thing is from the end, so that no step is taken that cannot arrive in time
        const left = new Map([[end, 0]]);
        for (let ring = [end], n = 1; ring.length && n <= LONGEST; n += 1) {
          ring = ring
            .flatMap((i) => near[i])
            .filter((i) => !left.has(i) && (through(i) || i === start) && left.set(i, n));
        }
        const found = [];
        for (let length = left.get(start) ?? Infinity; length <= LONGEST && found.length < MOST; length += 1) {
          const all = [];
          const walk = (path) => {
            const here = path[path.length - 1];
            const rest = length - path.length + 1;
            if (here === end) {
              if (!rest) all.push(path);
              return;
            }
            for (const next of near[here])
              if (all.length < 2000 && (left.get(next) ?? Infinity) < rest && !path.includes(next))
                walk([...path, next]);
          };
          walk([start]);
          const weight = (path) => path.reduce((sum, i) => sum + near[i].length, 0);
          found.push(
            ...all
              .map((path) => [weight(path), path])
              .sort((a, b) => a[0] - b[0])
              .map((pair) => pair[1]),
          );
        }
        return found.slice(0, MOST).map((path) => path.map((i) => short.things[i][0]));
      },
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
