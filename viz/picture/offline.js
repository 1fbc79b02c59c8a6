/*
 * Everything in short (medskick.viz.pictures.offline) asked without a server: what a thing hangs together with, the
 * paths between two things, the picture round a thing. Each answer is the one that Python gives
 * (medskick.viz.pictures.neighbourhood, .sides): numbers of things and of relations are in the order of their IRIs.
 */
"use strict";
const medskickOffline = (() => {
  /** @typedef {{relation: number, out: 0 | 1, other: number}} Tie */
  /** @typedef {{relation: number, out: 0 | 1, members: number[]}} Group */

  /** Numbers compared one after the other, as Python compares tuples.
   * @param {readonly number[]} a @param {readonly number[]} b */
  const inOrder = (a, b) => {
    const i = a.findIndex((value, at) => value !== b[at]);
    return i < 0 ? a.length - b.length : i < b.length ? a[i] - b[i] : 1;
  };
  /** @param {Tie} a @param {Tie} b */
  const byTie = (a, b) => inOrder([a.relation, a.out, a.other], [b.relation, b.out, b.other]);

  /** Items under what `key` gives for each, in the order in which they come.
   * @template T
   * @param {readonly T[]} items @param {(item: T) => string} key
   * @returns {T[][]} */
  const grouped = (items, key) => {
    /** @type {Map<string, T[]>} */
    const groups = new Map();
    for (const item of items) {
      const group = groups.get(key(item));
      if (group) group.push(item);
      else groups.set(key(item), [item]);
    }
    return [...groups.values()];
  };

  /** @param {Short} short @param {Measures} measures */
  return (short, measures) => {
    const number = new Map(short.things.map(([tail], i) => [tail, i]));
    /** @type {Tie[][]} */
    const ties = short.things.map(() => []);
    /** @type {Set<string>[]} */
    const ours = short.things.map(() => new Set());
    for (const [start, relation, end, inferred] of short.ties) {
      if (inferred) ours[start].add(short.keys[relation]);
      ties[start].push({ relation, out: 1, other: end });
      if (start !== end) ties[end].push({ relation, out: 0, other: start });
    }
    for (const own of ties) own.sort(byTie);
    const near = ties.map((own) => [...new Set(own.map((tie) => tie.other))].sort((a, b) => a - b));
    const source = short.classes.findIndex((type) => type.id === "Source");
    const aside = new Set(["Source", "Gap"].map((id) => short.classes.findIndex((type) => type.id === id)));
    /** Steps never go through a source or a gap. @param {number} i */
    const through = (i) => !aside.has(short.things[i][1]);
    /** @param {number} i */
    const tailOf = (i) => short.things[i][0];

    /** Ties counted by relation and direction, the largest group first.
     * @param {string} tail
     * @returns {TieGroup[]} */
    function groups(tail) {
      return grouped(ties[number.get(tail) ?? -1] ?? [], (tie) => `${tie.relation} ${tie.out}`)
        .sort((a, b) => b.length - a.length)
        .map((members) => ({
          relation: short.keys[members[0].relation],
          out: members[0].out,
          total: members.length,
          members: members.slice(0, measures.members).map((tie) => tailOf(tie.other)),
        }));
    }

    // ---- paths

    const STEP = 1 + measures.longest * Math.max(...near.map((own) => own.length), 0);

    /** The least that leads from each thing to an end: no sum of connections outweighs a step.
     * @param {number} end */
    function leastTo(end) {
      const least = new Map([[end, 0]]);
      let ring = [end];
      for (let n = 1; ring.length && n <= measures.longest; n += 1) {
        /** @type {Map<number, number>} */
        const next = new Map();
        for (const i of ring) {
          if (i !== end && !through(i)) continue;
          const cost = (least.get(i) ?? 0) + STEP + (i === end ? 0 : near[i].length);
          for (const other of near[i])
            if (!least.has(other)) next.set(other, Math.min(cost, next.get(other) ?? Number.POSITIVE_INFINITY));
        }
        for (const [i, cost] of next) least.set(i, cost);
        ring = [...next.keys()];
      }
      return least;
    }

    /** The shortest paths between two things, of one length those through less connected things first.
     * What is begun is kept by the least that it can cost in the end, so no other path can come before the one found.
     * @param {string} from @param {string} to
     * @returns {string[][]} */
    function paths(from, to) {
      const start = number.get(from);
      const end = number.get(to);
      if (start === undefined || end === undefined || start === end) return [];
      const least = leastTo(end);
      /** @type {Map<number, {path: number[], cost: number}[]>} */
      const begun = new Map();
      /** @param {number[]} path @param {number} cost */
      const keep = (path, cost) => {
        const rest = least.get(path[path.length - 1]);
        if (rest === undefined || path.length - 1 + Math.floor(rest / STEP) > measures.longest) return;
        if (!begun.has(cost + rest)) begun.set(cost + rest, []);
        begun.get(cost + rest)?.push({ path, cost });
      };
      keep([start], 0);
      /** @type {number[][]} */
      const shortest = [];
      while (begun.size && shortest.length < measures.paths) {
        const total = [...begun.keys()].reduce((a, b) => Math.min(a, b));
        const these = begun.get(total) ?? [];
        /** @type {number[][]} */
        const whole = [];
        for (let one = these.pop(); one; one = these.pop()) {
          const { path, cost } = one;
          const here = path[path.length - 1];
          if (here === end) whole.push(path);
          else
            for (const next of near[here])
              if (next === end) keep([...path, next], cost + STEP);
              else if (through(next) && !path.includes(next)) keep([...path, next], cost + STEP + near[next].length);
        }
        begun.delete(total);
        shortest.push(...whole.sort(inOrder));
      }
      return shortest.slice(0, measures.paths).map((path) => path.map(tailOf));
    }

    // ---- round a thing

    /** At most so many ties, some of each relation and kind of thing in turn.
     * @param {Tie[]} own @param {number} most */
    function evenly(own, most) {
      if (own.length <= most) return own;
      const kind = (/** @type {Tie} */ tie) => short.things[tie.other][1];
      const queues = grouped(own, (tie) => `${tie.relation} ${tie.out} ${kind(tie)}`).sort((a, b) =>
        inOrder([a.length, a[0].relation, a[0].out, kind(a[0])], [b.length, b[0].relation, b[0].out, kind(b[0])]),
      );
      /** @type {Tie[]} */
      const chosen = [];
      for (let turn = 0; chosen.length < most; turn += 1)
        chosen.push(...queues.filter((queue) => turn < queue.length).map((queue) => queue[turn]));
      return chosen.slice(0, most).sort(byTie);
    }

    /** What hangs on a thing, each other thing in the first of its groups; the largest group first.
     * @param {number} middle @param {Tie[]} drawn
     * @returns {Group[]} */
    function groupsRound(middle, drawn) {
      const ends = (/** @type {Tie} */ tie) =>
        tie.out ? [middle, tie.relation, tie.other] : [tie.other, tie.relation, middle];
      const seen = new Set();
      const first = [...drawn]
        .sort((a, b) => inOrder(ends(a), ends(b)))
        .filter((tie) => tie.other !== middle && !seen.has(tie.other) && seen.add(tie.other));
      const when = (/** @type {number} */ i) => short.things[i][4] || "9";
      return grouped(first, (tie) => `${tie.relation} ${tie.out}`)
        .map((group) => ({
          relation: group[0].relation,
          out: group[0].out,
          members: group
            .map((tie) => tie.other)
            .sort((a, b) =>
              when(a) === when(b)
                ? inOrder([short.things[a][1], a], [short.things[b][1], b])
                : when(a) < when(b)
                  ? -1
                  : 1,
            ),
        }))
        .sort((a, b) => inOrder([-a.members.length, a.relation, a.out], [-b.members.length, b.relation, b.out]));
    }

    /** Rows that groups take on a side. @param {Group[]} side */
    const rowsOf = (side) =>
      side.reduce((sum, group) => sum + measures.head + group.members.length + measures.between, 0);

    /** Groups for the right side and for the left, about as many rows on each; one too large for a side is on both.
     * @param {Group[]} groupsToPlace */
    function shared(groupsToPlace) {
      const half = Math.ceil(groupsToPlace.reduce((sum, group) => sum + group.members.length, 0) / 2);
      /** @type {Group[]} */
      const right = [];
      /** @type {Group[]} */
      const left = [];
      for (const { members, ...how } of groupsToPlace) {
        const parts = members.length > half + 1 ? [members.slice(0, half), members.slice(half)] : [members];
        for (const part of parts) (rowsOf(right) <= rowsOf(left) ? right : left).push({ ...how, members: part });
      }
      return [right, left];
    }

    /** A thing in the middle, and on both sides of it some of what hangs directly on it.
     * @param {string} tail
     * @returns {Round | null} */
    function round(tail) {
      const middle = number.get(tail);
      if (middle === undefined) return null;
      // sources are many and say nothing of how things hang together: the panel brings them in
      const own = ties[middle].filter((tie) => short.things[tie.other][1] !== source);
      const drawn = evenly(own, measures.drawn);
      /** @type {Round} */
      const drawing = {
        places: { [tail]: { x: 0, y: 0 } },
        headings: [],
        left_out: own.length - drawn.length,
      };
      const tenths = (/** @type {number} */ value) => Math.round(value * 10) / 10;
      for (const [i, side] of shared(groupsRound(middle, drawn)).entries()) {
        const high = rowsOf(side) - measures.between;
        /** On an arc, so that every line has its own way. @param {number} row */
        const across = (row) => {
          const share = Math.min(1, Math.abs(row) / (high / 2 + 0.5));
          return tenths((i ? -1 : 1) * (measures.near + measures.bulge * Math.sqrt(1 - share ** 2)));
        };
        let row = -high / 2;
        for (const { relation, out, members } of side) {
          const first = row + measures.head + 0.5;
          for (const [rank, other] of members.entries())
            drawing.places[tailOf(other)] = { x: across(first + rank), y: tenths((first + rank) * measures.row) };
          drawing.headings.push({
            relation: short.keys[relation],
            out,
            x: across(first),
            members: members.map(tailOf),
          });
          row += measures.head + members.length + measures.between;
        }
      }
      return drawing;
    }

    /** A thing as the page's data has it, with its ties; what is not known here is left out.
     * @param {string} tail @param {Lang} lang @param {string} pages
     * @returns {RawThing | null} */
    function thing(tail, lang, pages) {
      const i = number.get(tail);
      if (i === undefined) return null;
      const [, type, home, years, , ...names] = short.things[i];
      const label = Object.fromEntries(short.languages.map((tag, n) => [tag, names[n]]).filter((pair) => pair[1]));
      const own = !tail.includes(":");
      return {
        iri: own ? `https://w3id.org/medskick/id/${tail}` : tail,
        tail,
        label: names.some(Boolean) ? label : { [lang]: tail.split("/").pop() ?? tail },
        class: short.classes[type].id,
        dataset: Object.keys(short.datasets).sort()[home] ?? "",
        years,
        href: pages && own ? pages.replace("*", encodeURI(tail)) : undefined,
        inferred: [...ours[i]],
        ties: ties[i].map(({ relation, out, other }) => [short.keys[relation], out, tailOf(other)]),
      };
    }

    return { groups, paths, round, thing };
  };
})();
