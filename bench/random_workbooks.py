"""How many workbooks filled in by chance are imported without a crash, a half-written dataset or a wrong place.

    uv run python bench/random_workbooks.py [--count 10000] [--seconds 300]

Each workbook has one to three tables with headings and cells as curators write them and as they should not, and is
imported into a small dataset as ``medskick import --apply`` does; ``tests/workbooks.py`` says what must hold.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from workbooks import Filled, filled, tried

_AT_ONCE = 200


def main() -> None:
    """Try as many workbooks as are asked for, or as the time allows; print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=300)
    options = parser.parse_args()
    outcomes: Counter[str] = Counter()
    start, round_ = time.monotonic(), 0
    while outcomes.total() < options.count and time.monotonic() - start < options.seconds:
        round_ += 1

        # a new seed for each round: the same workbooks every time the bench is run
        @seed(round_)
        @settings(
            max_examples=min(_AT_ONCE, options.count - outcomes.total()),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(filled())
        def one_round(book: Filled) -> None:
            with tempfile.TemporaryDirectory() as folder:
                outcomes[tried(Path(folder), book)] += 1

        one_round()
    seconds = time.monotonic() - start
    shown = ", ".join(f"{what} {count}" for what, count in sorted(outcomes.items()))
    print(f"{outcomes.total()} workbooks in {seconds:.0f} s: {shown}; none failed")


if __name__ == "__main__":
    main()
