"""The server under load, quiet and with query bombs, and beside oxigraph's own server and rdflib-endpoint.

Run ``uv run python bench/web_load.py [--seconds 60] [--clients 50]``; needs ``wrk``, and ``uv`` to fetch the peers into
a temporary environment. Everything is on loopback. Prints tables; asserts nothing. The peers answer over the union of
all graphs, as our standing dataset nearly is, from the same N-Quads.
"""

import argparse
import contextlib
import http.client
import json
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import pyoxigraph as ox

from medskick.graph.from_tables import build
from medskick.graph.statements import nquads
from medskick.knowledge_graph import KnowledgeGraph
from medskick.ontology import PREFIXES
from medskick.queries.catalogue import Catalogue
from medskick.queries.evaluate import dataset_graphs
from running import running

PROLOGUE = "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in ("msk", "rdfs", "skos", "dcterms"))
SPARQL = [
    f"{PROLOGUE}SELECT ?lesson ?label {{ ?lesson a msk:Lesson ; rdfs:label ?label }} LIMIT 50",
    f"{PROLOGUE}SELECT ?class (COUNT(*) AS ?n) {{ ?thing a ?class }} GROUP BY ?class ORDER BY DESC(?n)",
    f"{PROLOGUE}SELECT ?thing ?source {{ ?thing a msk:Decision ; dcterms:source ?source }} LIMIT 100",
    f"{PROLOGUE}ASK {{ ?lesson a msk:Lesson }}",
    f"{PROLOGUE}SELECT ?phase ?label {{ ?phase a msk:Phase ; rdfs:label ?label FILTER(LANG(?label) = 'sv') }} LIMIT 40",
]
BOMBS = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(STR(?f)) + STRLEN(STR(?i)) = 12345678) }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f",
    'SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), "(a+)+(b+)+(c+)+$") }',
    "SELECT DISTINCT * { ?a (!<x:x>|^!<x:y>)* ?b . ?b (!<x:x>|^!<x:y>)* ?c }",
]

_LUA = """
local paths = { %(paths)s }
local number, threads = 0, {}
function setup(thread) thread:set("id", number); number = number + 1; table.insert(threads, thread) end
function init(args) math.randomseed(id + 1); bad = 0 end
function request()
  local path = paths[math.random(#paths)] .. %(more)s
  return wrk.format("GET", path, { ["Accept"] = "%(accept)s" })
end
function response(status) if status ~= 200 then bad = bad + 1 end end
function done(summary, latency, requests)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("bad") end
  local e = summary.errors
  io.write(string.format("RESULT %%d %%d %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), refused, e.connect + e.read + e.write, e.timeout))
end
"""


def sparql_paths(at: str = "/sparql") -> list[str]:
    """Return the SPARQL queries as addresses."""
    return [f"{at}?{urlencode({'query': query}, quote_via=quote)}" for query in SPARQL]


def question_paths() -> list[str]:
    """Return all questions of the catalogue as addresses."""
    return [f"/questions/{query.slug}?lang={lang}" for query in Catalogue().questions() for lang in ("sv", "en")]


def wrk(
    address: str, paths: Sequence[str], clients: int, seconds: int, accept: str, fresh: bool = False
) -> dict[str, float]:
    """Load a server. Returns requests a second, median and 99th percentile (ms), refusals, errors, time-outs.

    With ``fresh`` each address gets an empty parameter of its own, so that no answer has been kept.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        quoted = ", ".join(json.dumps(path) for path in paths)
        more = '"&" .. math.random(1000000000) .. "="' if fresh else '""'
        script.write(_LUA % {"paths": quoted, "accept": accept, "more": more})
        script.flush()
        command = [
            "wrk", "-t", "2", "-c", str(clients), "-d", f"{seconds}s", "--timeout", "10s", "-s", script.name, address,
        ]  # fmt: skip
        out = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=seconds + 60, check=False).stdout
    line = next((line for line in out.splitlines() if line.startswith("RESULT")), None)
    if line is None:  # a server that answers nobody any more
        return dict.fromkeys(("a second", "median ms", "p99 ms", "not 200", "errors", "timeouts"), float("nan"))
    asked, duration, median, slow, refused, errors, late = (int(n) for n in line.split()[1:])
    return {
        "a second": asked / duration * 1e6, "median ms": median / 1000, "p99 ms": slow / 1000,
        "not 200": refused, "errors": errors, "timeouts": late,
    }  # fmt: skip


def row(name: str, figures: dict[str, float]) -> None:
    """Print a line of a table."""
    numbers = "".join(
        f"{value:>12.1f}" if key.endswith(("ms", "second")) else f"{value:>12.0f}" for key, value in figures.items()
    )
    print(f"{name:<44}{numbers}", flush=True)


def heading(title: str) -> None:
    """Print the head of a table."""
    names = ("a second", "median ms", "p99 ms", "not 200", "errors", "timeouts")
    print(f"\n{title:<44}" + "".join(f"{name:>12}" for name in names), flush=True)


@contextlib.contextmanager
def bombing(address: str, path: str = "/sparql", hands: int = 10) -> Iterator[list[int]]:
    """Throw query bombs, ten at a time, until the block ends. Yields the list that their answers' statuses go to."""
    place = urlsplit(address)
    stop, statuses = threading.Event(), list[int]()

    def throw(seed: int) -> None:
        chance = random.Random(seed)
        while not stop.is_set():
            connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=60)
            try:
                body = urlencode({"query": chance.choice(BOMBS)})
                headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/csv"}
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                statuses.append(answer.status)
                while answer.read(65_536) and not stop.is_set():
                    pass
                # who is told to come back later comes back at once, but not a thousand times a second
                stop.wait(0.05)
            except (OSError, http.client.HTTPException):
                statuses.append(0)
            finally:
                connection.close()

    throwing = [threading.Thread(target=throw, args=(seed,), daemon=True) for seed in range(hands)]
    for one in throwing:
        one.start()
    try:
        yield statuses
    finally:
        stop.set()


def free() -> int:
    """Return a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def peer(command: Sequence[str], address: str) -> Iterator[str]:
    """Run a peer until the block ends, once it answers. Raises ``RuntimeError`` if it does not within a minute."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        place = urlsplit(address)
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((str(place.hostname), place.port or 80), 1):
                yield address
                return
            time.sleep(0.2)
        raise RuntimeError(f"{Path(command[0]).name} does not answer")
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def peers(folder: Path, kg: KnowledgeGraph) -> Iterator[dict[str, tuple[str, str]]]:
    """Run the peers on the same statements. Yields their address and path by name."""
    data = folder / "all.nq"
    data.write_bytes(nquads(kg.store))
    uv, env = shutil.which("uv"), folder / "peers"
    addresses: dict[str, tuple[str, str]] = {}
    with contextlib.ExitStack() as stack:
        if uv is None:
            print("peers: no uv here")
            yield addresses
            return
        subprocess.run([uv, "venv", "-q", env], check=True)
        wanted: list[str | Path] = [
            uv,
            "pip",
            "install",
            "-q",
            "--python",
            env / "bin" / "python",
            "oxigraph",
            "rdflib-endpoint[web]",
        ]
        subprocess.run(wanted, check=True, timeout=600)
        programs = env / "bin"
        location = folder / "oxigraph"
        load: list[str | Path] = [programs / "oxigraph", "load", "--location", location, "--file", data]
        subprocess.run(load, check=True, capture_output=True, timeout=300)
        port = free()
        # --union-default-graph, since all statements stand in named graphs
        serve = [
            programs / "oxigraph", "serve-read-only", "--location", location, "--bind", f"127.0.0.1:{port}",
            "--union-default-graph", "--timeout-s", "20",
        ]  # fmt: skip
        ask = (f"http://127.0.0.1:{port}", "/query")
        addresses["oxigraph serve-read-only"] = (stack.enter_context(peer([str(s) for s in serve], ask[0])), ask[1])
        # rdflib's own store has no named graphs there: it is given the triples
        triples = folder / "all.nt"
        with triples.open("wb") as out:
            ox.serialize(dict.fromkeys(q.triple for q in kg.store), out, format=ox.RdfFormat.N_TRIPLES)
        port = free()
        serve = [programs / "rdflib-endpoint", "serve", "--host", "127.0.0.1", "--port", str(port), triples]
        ask = (f"http://127.0.0.1:{port}", "/")
        with contextlib.suppress(RuntimeError):
            addresses["rdflib-endpoint"] = (stack.enter_context(peer([str(s) for s in serve], ask[0])), ask[1])
        yield addresses


def overhead(store: Path, kg: KnowledgeGraph, times: int = 500) -> None:
    """What the protocol layer and the worker add to a small query, beside the engine alone in this process."""
    graphs = [*dataset_graphs(kg.store)]
    with running(store) as server:
        connection = http.client.HTTPConnection(*server.place)
        ours, bare = [], []
        for turn in range(times + 20):
            query = SPARQL[turn % len(SPARQL)]
            start = time.perf_counter()
            result = kg.store.query(query, default_graph=[*graphs], named_graphs=[*graphs])
            assert not isinstance(result, ox.QueryTriples)
            result.serialize(format=ox.QueryResultsFormat.JSON)
            middle = time.perf_counter()
            connection.request("GET", sparql_paths()[turn % len(SPARQL)], headers={"Accept": "application/json"})
            connection.getresponse().read()
            if turn >= 20:
                bare.append((middle - start) * 1000)
                ours.append((time.perf_counter() - middle) * 1000)
        connection.close()
    one, other = statistics.median(ours), statistics.median(bare)
    added = statistics.median(a - b for a, b in zip(ours, bare, strict=True))
    print(
        f"\none small query: over HTTP {one:.2f} ms, bare pyoxigraph {other:.2f} ms, added {added:.2f} ms"
        f" (medians of {times})"
    )


def main() -> None:
    """Measure everything in one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--no-peers", action="store_true")
    args = parser.parse_args()
    clients, seconds = args.clients, args.seconds
    if shutil.which("wrk") is None:
        sys.exit("wrk is not here")
    json_results, json_plain = "application/sparql-results+json", "application/json"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = folder / "store"
        build(store=store)
        kg = KnowledgeGraph(store)
        print(f"{len(kg.store)} statements; {clients} clients, {seconds} s each")
        with running(store) as server:
            # each question once: from then on its answer is kept, as it is in use
            for path in question_paths():
                server.ask("GET", path)
            heading("medskick")
            mix = [*question_paths(), *sparql_paths() * 10]
            row("questions and SPARQL", wrk(server.address, mix, clients, seconds, json_plain))
            row("SPARQL", wrk(server.address, sparql_paths(), clients, seconds, json_plain))
            quiet = wrk(server.address, question_paths(), clients, seconds, json_plain)
            row("questions", quiet)
            fresh = wrk(server.address, question_paths(), clients, seconds, json_plain, fresh=True)
            row("questions, none of them kept", fresh)
            # the new answers have driven the kept ones out
            for path in question_paths():
                server.ask("GET", path)
            with bombing(server.address) as thrown:
                loud = wrk(server.address, question_paths(), clients, seconds, json_plain)
                row("questions while bombs run", loud)
                loud_fresh = wrk(server.address, question_paths(), clients, seconds, json_plain, fresh=True)
                row("questions, none kept, while bombs run", loud_fresh)
                row("questions and SPARQL while bombs run", wrk(server.address, mix, clients, seconds, json_plain))
            statuses = {status: thrown.count(status) for status in sorted(set(thrown))}
            ratio = loud["p99 ms"] / quiet["p99 ms"]
            other = loud_fresh["p99 ms"] / fresh["p99 ms"]
            print(f"bombs answered: {statuses}; p99 with bombs to quiet: {ratio:.2f}, of none kept {other:.2f}")
        overhead(store, kg)
        if not args.no_peers:
            with peers(folder, kg) as peer_addresses, running(store) as server:
                heading("the same SPARQL queries")
                everyone = {"medskick": (server.address.rstrip("/"), "/sparql"), **peer_addresses}
                for who, (address, path) in everyone.items():
                    row(who, wrk(address, sparql_paths(path), clients, seconds, json_results))
                heading("the same while bombs run")
                for who, (address, path) in everyone.items():
                    with bombing(address, path) as thrown:
                        row(who, wrk(address, sparql_paths(path), clients, seconds, json_results))
                    print(f"  bombs answered: { {status: thrown.count(status) for status in sorted(set(thrown))} }")


if __name__ == "__main__":
    main()
