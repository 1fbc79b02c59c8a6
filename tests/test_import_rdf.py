"""RDF that follows the ontology read into a dataset, by the same way as a workbook."""

from pathlib import Path

import pyoxigraph as ox
import pytest

import own_dataset
from medskick.graph.assemble import Assembled
from medskick.graph.faults import Faulty
from medskick.ontology import GRAPHS, WRITTEN
from medskick.rooms import room
from medskick.sheets.loading import index_of, whole_dataset
from medskick.sheets.propose import propose
from medskick.sheets.rdf import dataset_of, derived_statements, rdf_book, read_rdf, table_titles
from test_import import files, run, table

SHIPPED = sorted(path.parent.name for path in room("graph").glob("*/dataset.toml"))
TURTLE = """@prefix : <https://data.exempel.example/id/> .
@prefix concept: <https://w3id.org/medskick/concept/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix msk: <https://w3id.org/medskick/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

:regionplan-granskning a msk:Phase ;
    rdfs:label "Granskning"@sv , "Review"@en ;
    msk:process :regionplan ;
    msk:start "2025-09"^^edtf:EDTF ;
    msk:status <https://w3id.org/medskick/concept/event-status/held> ;
    msk:basis <https://w3id.org/medskick/concept/basis/stated> ;
    dcterms:source :redogorelse .
"""


def imported(folder: Path, text: str, *more: str, name: str = "plan.ttl") -> tuple[int, str]:
    file = folder.parent / name
    file.write_text(text, encoding="utf-8")
    return run("import", file, "--into", folder, "--alone", *more)


def no_difference(name: str, turtle: Path) -> None:
    dataset = whole_dataset(room("graph") / name)
    index = index_of(dataset)
    quads = read_rdf(turtle)
    assert dataset_of(quads) == name
    book = rdf_book(turtle, quads, index, dataset, derived_statements(dataset, index))
    read = propose(book, index, dataset, table_titles(book), "en", whole=False)
    assert sum(1 for sheet in book.sheets for row in sheet.rows[1:] if row) == sum(1 for _ in dataset.all_rows())
    assert (read.changes, read.faults, book.faults, read.likely) == ([], [], [], [])


def written(assembled: Assembled, name: str, file: Path, form: ox.RdfFormat = ox.RdfFormat.TURTLE) -> Path:
    """What the site gives of a dataset: what it says, and what follows from that."""
    graphs = [ox.NamedNode(f"{GRAPHS}{name}{end}") for end in ("", "/derived")]
    triples = {quad.triple for g in graphs for quad in assembled.store.quads_for_pattern(None, None, None, g)}
    file.write_bytes(ox.serialize(sorted(triples, key=str), format=form, prefixes=WRITTEN) or b"")
    return file


@pytest.mark.browser_all
def test_turtle_and_json_ld_of_a_dataset_change_nothing_in_it(assembled: Assembled, tmp_path: Path) -> None:
    no_difference("halland", written(assembled, "halland", tmp_path / "halland.ttl"))
    triples = list(ox.parse(path=tmp_path / "halland.ttl"))
    (tmp_path / "halland.jsonld").write_bytes(ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"")
    no_difference("halland", tmp_path / "halland.jsonld")


@pytest.mark.browser_all
@pytest.mark.parametrize("name", SHIPPED)
def test_turtle_of_any_dataset_changes_nothing_in_it(whole: Assembled, name: str, tmp_path: Path) -> None:
    no_difference(name, written(whole, name, tmp_path / f"{name}.ttl"))


def test_turtle_becomes_a_row_when_it_is_applied(tmp_path: Path) -> None:
    folder = own_dataset.write(tmp_path)
    before = files(folder)
    code, output = imported(folder, TURTLE)
    assert code == 0 and "+ phases regionplan-granskning" in output, output
    assert files(folder) == before
    code, output = imported(folder, TURTLE, "--apply")
    assert code == 0, output
    first, _ = table(folder, "phases")
    assert (first["id"], first["label_en"], first["process"]) == ("regionplan-granskning", "Review", "regionplan")
    assert (first["start"], first["status"], first["basis"]) == ("2025-09", "held", "stated")
    assert (first["sources"], sorted(files(folder))) == ("redogorelse", sorted(before))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # bad Turtle, an unknown property and class, an unknown term, a reference to nothing: each with its line
        ("rdfs:label", "rdfs:label rdfs:label", ("plan.ttl, row 9", "Turtle")),
        ("msk:process", "msk:proces", ("msk:proces", "msk:process")),
        ("msk:Phase", "msk:Phaze", ("plan.ttl, row 8", "“Phase”")),
        ("event-status/held", "event-status/hold", ("plan.ttl (phases), row 8, column Status", "“held”")),
        (":redogorelse", ":redogorelsen", ("plan.ttl (phases), row 8, column Källor", "redogorelse")),
        ("2025-09", "2025-13", ("plan.ttl (phases), row 8, column Start", "2025-13")),
    ],
)
def test_what_is_wrong_in_rdf_is_named_by_line(tmp_path: Path, old: str, new: str, said: tuple[str, ...]) -> None:
    folder = own_dataset.write(tmp_path)
    before = files(folder)
    code, output = imported(folder, TURTLE.replace(old, new, 1), "--apply")
    assert code == 2
    for words in said:
        assert words in output, output
    assert files(folder) == before


def test_json_ld_fetches_no_context(tmp_path: Path) -> None:
    text = '{"@context": "http://localhost:9/context.jsonld", "@id": "https://data.exempel.example/id/x"}'
    (tmp_path / "x.jsonld").write_text(text, encoding="utf-8")
    with pytest.raises(Faulty, match=r"x\.jsonld"):
        read_rdf(tmp_path / "x.jsonld")
