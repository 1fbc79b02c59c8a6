/* Paths between two things. */
"use strict";
((M) => {
  const { $, announce, byTail, say, state, visible, neededSource, known, joinBy, show, beside, focusOn } = M;

  M.pathFrom = (node) => {
    state.from = node;
    M.renderPanel();
    if (node) announce(say("pathChoose"));
    ($("path-from") ?? $("panel-title")).focus();
  };

  /** Find the paths between two things and learn what stands on them.
   * @param {Thing} from @param {Thing} to
   * @returns {Promise<Trail>} */
  async function trace(from, to, index = 0) {
    const tails = await neededSource().paths(from, to);
    await M.know([...new Set(tails.flat())]);
    const paths = tails.map(known);
    for (const path of paths)
      for (let i = 1; i < path.length; i += 1)
        for (const tie of path[i].ties ?? []) if (tie[2] === path[i - 1].tail) joinBy(path[i], tie);
    return { from, to, paths, index: Math.min(index, Math.max(paths.length - 1, 0)) };
  }
  M.tracePath = async ({ from, to, index }) => {
    const [start, end] = [byTail.get(from), byTail.get(to)];
    if (start && end) state.trail = await trace(start, end, index);
  };
  M.findPaths = async (from, to) => {
    /** @type {Trail} */
    let trail;
    announce(say("looking"));
    try {
      trail = await trace(from, to);
    } catch {
      announce(say("failed"));
      return;
    }
    state.from = null;
    M.change(() => {
      state.trail = trail;
    });
    bring(trail.paths[0] ?? []);
    $("paths-title")?.focus();
    announce(trail.paths.length ? say("pathsFound", { n: trail.paths.length }) : say("noPaths"));
  };
  M.showPath = (index) => {
    const { trail } = state;
    M.change(() => {
      state.trail = index === null || !trail ? null : { ...trail, index };
    });
    if (index !== null && trail) bring(trail.paths[index]);
  };
  /** What a path leads through is shown, between its ends.
   * @param {Thing[]} path */
  function bring(path) {
    if (!path.length) return;
    const [a, b] = [path[0], path[path.length - 1]];
    show(path, (node) => {
      const share = path.indexOf(node) / (path.length - 1);
      const ends = a.present && b.present ? [a.at, b.at] : [(a.present ? a : b).at, (a.present ? a : b).at];
      return beside(node, {
        x: ends[0].x + (ends[1].x - ends[0].x) * share,
        y: ends[0].y + (ends[1].y - ends[0].y) * share,
      });
    });
    focusOn(path.filter(visible));
  }
})(window.medskick);
