"""What a file of the site of files weighs and costs: the pages and data forms of items taken at random.

Run ``uv run python bench/files.py [N]`` (60 items of the built store, the same ones each time); another checkout's
program is measured with ``PYTHONPATH=<checkout>/src``. Prints kB and milliseconds of the processor; asserts nothing.
"""

import asyncio
import random
import sys
import time
from collections import defaultdict

from medskick.graph.store import open_store, store_home
from medskick.resources.description import classes_and_datasets
from medskick.web.app import Settings, create_app
from medskick.web.publish import _get
from medskick.web.static_site import Static
from medskick.words import languages

_BASE = "https://w3id.org/medskick/"
_FORMS = ("ttl", "nt", "jsonld", "rdf")


def main() -> None:
    """Measure and print."""
    app, static = create_app(Settings(store=store_home())), Static("", languages())
    tails = sorted(t.removeprefix(_BASE) for t in classes_and_datasets(open_store(store_home())[0]))
    random.seed(1)
    sample = random.sample([t for t in tails if t.startswith(("id/", "concept/"))], int((*sys.argv[1:], "60")[0]))
    sizes, times = defaultdict[str, list[int]](list), defaultdict[str, list[float]](list)
    for tail in sample:
        addresses = {f"page, {lang}": f"/{lang}/{tail}" for lang in languages()}
        for kind, address in {**addresses, **{form: f"/data/{tail}.{form}" for form in _FORMS}}.items():
            start = time.process_time()
            status, body = asyncio.run(_get(app, address, static))
            if status == 200:
                times[kind].append((time.process_time() - start) * 1000)
                sizes[kind].append(len(body))
    for kind, each in sizes.items():
        print(f"{kind:10} {len(each):4} {sum(each) / len(each) / 1000:6.1f} kB {sum(times[kind]) / len(each):6.1f} ms")


if __name__ == "__main__":
    main()
