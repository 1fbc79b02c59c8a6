"""Matches with what is described elsewhere: entered, shown with who says so, exchanged as SSSOM, proposed, denied."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import own_dataset
from medskick.cli import app
from medskick.graph.assemble import assemble
from medskick.graph.faults import Faulty
from medskick.graph.store import save
from medskick.knowledge_graph import KnowledgeGraph
from medskick.links.proposals import propose
from medskick.links.sssom import as_sssom, from_sssom
from medskick.links.things import things_in, things_of
from medskick.links.verdicts import add, from_table
from medskick.sheets.loading import index_of, whole_dataset
from medskick.web.app import Settings, create_app

REGISTER = "https://register.example/org/"
MATCHES = [
    {
        "id": "region-i-registret",
        "thing": "region-exempel",
        "match": "exact",
        "other": REGISTER + "17",
        "other_name": "Exempel, region",
        "justification": "manual-mapping-curation",
        "said_by": "Region Exempel",
    },
    {
        "id": "kommun-i-registret",
        "thing": "exempel-kommun",
        "match": "narrow",
        "other": REGISTER + "18",
        "justification": "lexical-matching",
        "said_by": "Registret",
        "note_sv": "En stadsdel.",
        "note_en": "A district.",
    },
    {
        "id": "inte-kommunen",
        "thing": "exempel-kommun",
        "match": "exact",
        "other": REGISTER + "19",
        "denied": "yes",
        "justification": "mapping-review",
        "said_by": "Region Exempel",
    },
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return own_dataset.write(tmp_path / "data", tables={**own_dataset.rows(), "matches": MATCHES})


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    data, store = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("store")
    own_dataset.write(data, tables={**own_dataset.rows(), "matches": MATCHES})
    assembled = assemble([data], alone=True)
    assert assembled.errors == []
    save(assembled.store, store, inputs="matches")
    with TestClient(create_app(Settings(store=store)), raise_server_exceptions=False) as one:
        yield one


@pytest.mark.parametrize(
    ("lang", "words"), [("sv", "Samma enligt Region Exempel"), ("en", "The same according to Region Exempel")]
)
def test_a_page_says_who_says_that_it_is_the_same(client: TestClient, lang: str, words: str) -> None:
    page = client.get(f"/{lang}/id/exempel/region-exempel").text
    assert f'{words}: <a href="{REGISTER}17" rel="noreferrer">Exempel, region</a>' in page


def test_a_match_is_read_in_its_direction_and_a_denied_one_is_not_shown(client: TestClient) -> None:
    page = client.get("/en/id/exempel/exempel-kommun").text
    # the row says that the other is narrower, and gives it no name
    assert f'Covers something narrower according to Registret: <a href="{REGISTER}18"' in page
    assert REGISTER + "19" not in page.partition("</main>")[0]


def test_nothing_is_merged(client: TestClient) -> None:
    query = f"ASK {{ {{ <{REGISTER}17> ?p ?o }} UNION {{ ?s <http://www.w3.org/2002/07/owl#sameAs> ?o }} }}"
    assert client.get("/sparql", params={"query": query}, headers={"Accept": "application/json"}).json() == {
        "head": {},
        "boolean": False,
    }


def test_a_row_without_who_says_so_is_a_fault(tmp_path: Path) -> None:
    own_dataset.write(
        tmp_path, tables={**own_dataset.rows(), "matches": [{**MATCHES[0], "said_by": "", "other": "Q17"}]}
    )
    columns = {(f.file, f.column) for f in assemble([tmp_path], alone=True).errors}
    assert {("exempel/matches.csv", "said_by"), ("exempel/matches.csv", "other")} <= columns


def test_matches_go_out_as_sssom_and_come_back(folder: Path, tmp_path: Path) -> None:
    dataset = whole_dataset(folder)
    index = index_of(dataset, alone=True)
    text = as_sssom(dataset, index)
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert "#license: https://creativecommons.org/licenses/by/4.0/" in head
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    rows = {r["object_id"]: r for r in csv.DictReader(io.StringIO(body), delimiter="\t")}
    one = rows["register-example-org:17"]
    assert (one["subject_id"], one["predicate_id"]) == ("exempel:region-exempel", "skos:exactMatch")
    assert one["mapping_justification"] == "semapv:ManualMappingCuration" and one["author_label"] == "Region Exempel"
    assert rows["register-example-org:19"]["predicate_modifier"] == "Not"
    file = tmp_path / "out.sssom.tsv"
    file.write_text(text, encoding="utf-8")
    known = ("thing", "match", "other", "denied", "justification", "said_by")
    back = {tuple(row.get(name, "") for name in known) for row in from_sssom(file, dataset, index)}
    assert back == {tuple(row.get(name, "") for name in known) for row in MATCHES}


@pytest.mark.browser_all
def test_the_validator_of_sssom_finds_nothing_wrong(folder: Path, tmp_path: Path) -> None:
    from sssom.constants import SchemaValidationType as Kind
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    dataset = whole_dataset(folder)
    text = as_sssom(dataset, index_of(dataset, alone=True))

    # its two other kinds are not implemented
    kinds = [Kind.JsonSchema, Kind.PrefixMapCompleteness, Kind.StrictCurieFormat]

    def wrong(written: str) -> list[str]:
        (tmp_path / "out.sssom.tsv").write_text(written, encoding="utf-8")
        mappings = parse_sssom_table(str(tmp_path / "out.sssom.tsv"))
        # it leaves out what it cannot read
        assert len(mappings.df) == len(MATCHES)
        reports = validate(mappings, kinds, fail_on_error=False)
        return [str(one.message) for report in reports.values() for one in report.results]

    assert wrong(text) == []
    # and it is one that finds something
    assert wrong(text.replace("semapv:MappingReview", "review")) != []


SSSOM = """#curie_map:
#  reg: https://register.example/org/
#  ex: https://data.exempel.example/id/
subject_id\tpredicate_id\tobject_id\tmapping_justification\tauthor_label
{row}
"""


def read_back(folder: Path, tmp_path: Path, row: str) -> list[dict[str, str]]:
    file = tmp_path / "in.sssom.tsv"
    file.write_text(SSSOM.format(row=row), encoding="utf-8")
    dataset = whole_dataset(folder)
    return from_sssom(file, dataset, index_of(dataset, alone=True))


def test_a_mapping_that_begins_elsewhere_is_turned_round(folder: Path, tmp_path: Path) -> None:
    row = "reg:20\tskos:broadMatch\tex:exempel-kommun\tsemapv:LexicalMatching\tRegistret"
    [read] = read_back(folder, tmp_path, row)
    # what is broader seen from there is narrower seen from here
    assert (read["thing"], read["match"], read["other"]) == ("exempel-kommun", "narrow", REGISTER + "20")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("nope:1\tskos:exactMatch\tex:exempel-kommun\tsemapv:LexicalMatching\tA", "sssom-prefix"),
        ("reg:1\trdfs:seeAlso\tex:exempel-kommun\tsemapv:LexicalMatching\tA", "sssom-prefix"),
        ("reg:1\tskos:inScheme\tex:exempel-kommun\tsemapv:LexicalMatching\tA", "sssom-predicate"),
        ("reg:1\tskos:exactMatch\tex:nothing\tsemapv:LexicalMatching\tA", "sssom-thing"),
        ("reg:1\tskos:exactMatch\tex:exempel-kommun\tsemapv:LexicalMatching\t", "sssom-author"),
    ],
)
def test_a_wrong_mapping_is_told_with_its_row(folder: Path, tmp_path: Path, row: str, code: str) -> None:
    with pytest.raises(Faulty) as caught:
        read_back(folder, tmp_path, row)
    assert [(f.code, f.row) for f in caught.value.faults] == [(code, 5)]


def listed(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "list.csv"
    file.write_text("\n".join(["iri,name,class", *rows]) + "\n", encoding="utf-8")
    return file


def test_names_in_any_form_are_proposed_and_a_group_is_no_association(kg: KnowledgeGraph, tmp_path: Path) -> None:
    things = [*things_of(kg.store, "skane"), *things_of(kg.store, "national")]
    others = things_in(
        listed(
            tmp_path,
            f"{REGISTER}1,Länsstyrelsen i Skåne län,Actor",
            f"{REGISTER}2,Sveriges Kommuner och Regioner,Actor",
            f"{REGISTER}3,County Administrative Board of Stockholm,Actor",
        )
    )
    pairs = {(p.own.iri.rpartition("/")[2], p.other.iri.removeprefix(REGISTER)) for p in propose(things, others)}
    assert pairs == {("lansstyrelsen-skane", "1"), ("lansstyrelsen-stockholm", "3")}


def test_a_code_in_common_outweighs_another_name_and_another_code_a_common_one(kg: KnowledgeGraph) -> None:
    from medskick.links.things import Thing

    own = Thing("https://a.example/1", ("Norra distriktet",), code="17")
    same_code = Thing("https://b.example/1", ("Norra delen",), code="17")
    other_code = Thing("https://b.example/2", ("Norra distriktet",), code="18")
    [one] = propose([own], [same_code, other_code])
    assert one.other is same_code and one.because("en").endswith("same code")


def test_what_was_rejected_is_not_proposed_again(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    head = "accept,score,because,thing,thing_name,match,other,other_name,said_by\n"
    lines = [
        f"nej,61,,region-exempel,,exact,{REGISTER}30,Exempel regionförening,Region Exempel",
        f"ja,80,,exempel-kommun,,exact,{REGISTER}31,Exempel,Region Exempel",
        f",70,,exempel-kommun,,exact,{REGISTER}32,Exempelby,Region Exempel",
    ]
    file.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    dataset = whole_dataset(folder)
    index = index_of(dataset, alone=True)
    assert add(folder, dataset, index, from_table(file, dataset, index)) == 2
    after = whole_dataset(folder)
    said = {row.cells["other"]: row.cells.get("denied", "") for row in after.rows["matches"]}
    assert (said[REGISTER + "30"], said[REGISTER + "31"]) == ("yes", "") and REGISTER + "32" not in said
    assert assemble([folder.parent], alone=True).errors == []
    # the same answers once more change nothing
    assert add(folder, after, index_of(after, alone=True), from_table(file, after, index)) == 0
    from medskick.links.sssom import settled
    from medskick.links.things import Thing

    region = Thing(own_dataset.BASE + "region-exempel", ("Exempel regionförening",))
    others = [Thing(REGISTER + "30", ("Exempel regionförening",))]
    assert propose([region], others, settled(after, index)) == [] and len(propose([region], others)) == 1


def test_a_wrong_answer_is_told(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(
        "accept;thing;match;other;said_by\nkanske;region-exempel;exact;https://a.example/1;A\n"
        "ja;region-exempel;samma;https://a.example/1;A\nja;ingen;exact;https://a.example/1;A\n",
        encoding="utf-8",
    )
    dataset = whole_dataset(folder)
    with pytest.raises(Faulty) as caught:
        from_table(file, dataset, index_of(dataset, alone=True))
    assert {(f.code, f.row) for f in caught.value.faults} == {("link-accept", 2), ("link-kind", 3), ("link-thing", 4)}


@pytest.fixture
def run(store_folder: Path) -> Callable[..., tuple[int, str, str]]:
    def answer(*args: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, ["link", *args, "--store", str(store_folder)])
        return done.exit_code, done.stdout, done.stderr

    return answer


def test_the_command_proposes_for_a_person(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = run("national", str(listed(tmp_path, f"{REGISTER}1,Länsstyrelsen i Skåne län,Actor")))
    [row] = csv.DictReader(io.StringIO(out))
    assert code == 0 and row["thing"] == "lansstyrelsen-skane" and row["accept"] == ""
    assert row["other"] == REGISTER + "1" and "Länsstyrelsen" in row["because"]


@pytest.mark.parametrize(
    ("args", "named"),
    [(("skane",), "--take"), (("nowhere", "skane"), "nowhere"), (("skane", "nowhere.csv"), "nowhere.csv")],
)
def test_a_mistake_is_said(run: Callable[..., tuple[int, str, str]], args: tuple[str, ...], named: str) -> None:
    code, _, message = run(*args)
    assert code == 2 and named in message and "Traceback" not in message


def test_a_list_is_read_as_excel_writes_it(tmp_path: Path) -> None:
    """Two byte order marks, a line that tells the separator, empty columns at the end, a row without its last cell."""
    file = tmp_path / "list.csv"
    file.write_bytes("\ufeff\ufeffsep=;\r\nnamn;iri;code;;\r\nNord;https://n.example/1\r\n".encode())
    [thing] = things_in(file)
    assert (thing.iri, thing.names[0], thing.code) == ("https://n.example/1", "Nord", "")
