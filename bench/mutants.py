"""The share of mutants that the tests kill: small changes to a module, each met by the tests that execute its lines.

Run ``uv run python bench/mutants.py``: 400 places of ``reports``, ``queries``, ``resources`` and ``viz``, the same ones
every time (``--seed``). Every verdict is written down as it comes (``--work``, outside git), so that a run which was
stopped goes on where it was. A survivor stands with its reason in ``mutants-survivors.toml``, or counts as unexplained;
an equivalent mutant (no test could tell it) is named there as such and left out of the share. Options: ``--help``.
"""

import argparse
import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from mutant_coverage import Coverage
from mutant_runs import ROOT, TESTS, Runner, Verdict
from mutant_sites import SOURCE, Mutant, modules, sample

PACKAGES = ("reports", "queries", "resources", "viz")
REASONS = Path(__file__).with_suffix("").with_name("mutants-survivors.toml")
# the others start processes, servers and browsers, where a mutant that lives in memory is not, or build broken data
FILES = (
    "chart_measures", "charts", "cli", "content", "drawings", "explore", "forms", "handbook", "hard_cases", "involved",
    "languages", "layout", "links", "marks", "order_and_counts", "passed", "picture", "python", "questions",
    "report_registry", "reports", "resources", "search", "small_graphs", "stories_and_networks", "succession",
    "words_and_answers",
)  # fmt: skip


def in_a_copy(work: Path) -> None:
    """Go on in a copy of the checkout, so that nobody's editing meets a run and no run meets the working tree."""
    copy = work / "checkout"
    if copy == ROOT:
        return
    shutil.rmtree(copy, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    # fetched front-end parts, which git leaves out
    if (ROOT / "viz" / "vendor").is_dir():
        shutil.copytree(ROOT / "viz" / "vendor", copy / "viz" / "vendor")
    places = {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    os.chdir(copy)
    script = str(copy / "bench" / Path(__file__).name)
    os.execve(sys.executable, [sys.executable, script, *sys.argv[1:], "--work", str(work)], os.environ | places)


def digest(paths: Sequence[Path]) -> str:
    """Return the SHA-256 over files."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def sampled(work: Path, packages: Sequence[str], size: int, seed: int) -> list[Mutant]:
    """Return the sample, made once for the same sources."""
    names = modules(packages)
    kept = work / f"sample-{size}-{seed}-{digest([SOURCE / n for n in names])}.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(sample(names, size, seed)))
    mutants: list[Mutant] = pickle.loads(kept.read_bytes())
    return mutants


def covered(work: Path, runner: Runner, names: Sequence[str]) -> Coverage:
    """Return which test executes which line, each test file measured once for the same sources."""
    common = [*sorted(SOURCE.rglob("*.py")), TESTS / "conftest.py"]
    files = [TESTS / f"test_{name}.py" for name in names]
    return runner.measure({f: work / f"{f.stem}-{digest([*common, f])}.json" for f in files})


def report(mutants: Sequence[Mutant], verdicts: dict[str, Verdict]) -> None:
    """Print the share killed by package, and every survivor with its reason."""
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8")) if REASONS.exists() else {}
    counts: dict[str, Counter[str]] = {}
    for mutant in mutants:
        if (verdict := verdicts.get(mutant.id)) is None:
            continue
        about = reasons.get(mutant.id, {})
        outcome = verdict.outcome
        if outcome in ("survived", "uncovered"):
            outcome = "equivalent" if about.get("equivalent") else outcome
            reason = about.get("reason", "no reason given")
            print(f"\n{mutant.id}: {outcome}, {verdict.tests} tests; {reason}")
            print("".join(f"  - {line}\n" for line in mutant.was.splitlines()), end="")
            print("".join(f"  + {line}\n" for line in mutant.becomes.splitlines()), end="")
        for name in (mutant.module.split("/")[0], "all"):
            counts.setdefault(name, Counter())[outcome] += 1
    print("\npackage      mutants  killed  timed out  survived  uncovered  equivalent  share killed")
    for name, count in sorted(counts.items(), key=lambda c: (c[0] == "all", c[0])):
        killed = count["killed"] + count["timed out"]
        real = count.total() - count["equivalent"]
        share = f"{killed / real:.1%}" if real else "-"
        print(
            f"{name:12} {count.total():7} {count['killed']:7} {count['timed out']:10} {count['survived']:9} "
            f"{count['uncovered']:10} {count['equivalent']:11}  {share}"
        )
    seconds = sum(v.seconds for v in verdicts.values())
    print(f"{seconds / max(len(verdicts), 1):.1f} seconds a mutant in its process")


def main() -> None:
    """Run a sample of mutants and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", default=PACKAGES, help="packages or modules below src/medskick")
    parser.add_argument("--size", type=int, default=400, help="how many mutants")
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="run those that survived once more")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--tests", nargs="*", default=FILES, help="test files, by name without test_ and .py")
    parser.add_argument("--work", type=Path, default=ROOT / ".medskick" / "mutants")
    options = parser.parse_args()
    options.work = options.work.resolve()
    in_a_copy(options.work)
    mutants = sampled(options.work, options.packages, options.size, options.seed)
    log = options.work / f"verdicts-{options.seed}.jsonl"
    verdicts: dict[str, Verdict] = {}
    if options.fresh:
        log.unlink(missing_ok=True)
    if log.exists():
        for line in log.read_text(encoding="utf-8").splitlines():
            verdict = Verdict(**json.loads(line))
            verdicts[verdict.id] = verdict
    verdicts = {m.id: verdicts[m.id] for m in mutants if m.id in verdicts}
    alive = ("survived", "uncovered")
    left = [m for m in mutants if m.id not in verdicts or (options.again and verdicts[m.id].outcome in alive)]
    if left:
        runner = Runner(options.work, (*PACKAGES, "network"), options.processes)
        coverage = covered(options.work, runner, options.tests)
        with log.open("a", encoding="utf-8") as out:
            for done, verdict in enumerate(runner.verdicts(left, coverage), 1):
                verdicts[verdict.id] = verdict
                out.write(json.dumps(asdict(verdict), ensure_ascii=False) + "\n")
                out.flush()
                print(f"{done}/{len(left)} {verdict.outcome} {verdict.seconds} s {verdict.id} {verdict.by}", flush=True)
    report(mutants, verdicts)


if __name__ == "__main__":
    main()
