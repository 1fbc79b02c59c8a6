"""A dataset of one's own: what cannot be carried to every page and file is a fault with its place and its fix."""

from pathlib import Path

import pytest

import own_dataset as own
from medskick.graph.assemble import assemble
from medskick.graph.characters import is_address, nearest_address, unfit, without_unfit
from medskick.graph.faults import Fault
from medskick.graph.tables import read_dataset
from medskick.ontology import vocabulary
from medskick.words import SHIPPED


def read(folder: Path) -> list[Fault]:
    """The faults of reading one dataset, without holding it against the shapes."""
    return read_dataset(folder, vocabulary())[1]


def test_the_dataset_itself_has_no_faults(tmp_path: Path) -> None:
    own.write(tmp_path)
    assert assemble([tmp_path], alone=True).faults == []


# Addresses


@pytest.mark.parametrize(
    ("address", "fix"),
    [
        ("https://region.example/50%-regeln.pdf", "https://region.example/50%25-regeln.pdf"),
        ("https://region.example/plan#s2#karta", "https://region.example/plan#s2%23karta"),
        ("https://region.example/[utkast]", "https://region.example/%5Butkast%5D"),
        ("https://region.example/min plan.pdf", "https://region.example/min%20plan.pdf"),
        ("www.region.example/plan|karta", "https://www.region.example/plan%7Ckarta"),
        ("https://region.example:port/", None),
        ("https://[2001:db8::1/", None),
        ("https:///plan", None),
        ("https://reg℀on.example/", None),
        ("ftp://region.example/", None),
        ("region.example", None),
    ],
)
def test_what_is_no_address_has_the_address_that_was_meant(address: str, fix: str | None) -> None:
    assert not is_address(address)
    assert nearest_address(address) == fix


@pytest.mark.parametrize(
    "address",
    [
        "https://örebro.example/översiktsplan?s=1,2&x=(a)#del-1",
        "http://[2001:db8::1]:8080/a%20b",
        "https://region.example",
    ],
)
def test_an_address_is_taken_as_it_is(address: str) -> None:
    assert is_address(address)


def test_a_bad_address_in_a_cell_and_other_faults_come_together(tmp_path: Path) -> None:
    own.write(tmp_path, {("sources", "url"): "https://a.example/95%", ("events", "occasions"): "många"})
    built = {(f.file, f.row, f.column, f.fix) for f in assemble([tmp_path], alone=True).errors}
    assert built == {
        ("exempel/sources.csv", 2, "url", "https://a.example/95%25"),
        ("exempel/events.csv", 2, "occasions", None),
    }


# Characters


@pytest.mark.parametrize("character", ["\0", "\x08", "\x0b", "\x1e", "\x7f", "\x9f", "\ufdd0", "\uffff"])
def test_a_character_that_some_form_cannot_carry_is_told_with_its_cell(tmp_path: Path, character: str) -> None:
    folder = own.write(tmp_path, {("lessons", "recommendation_sv"): f"Skicka{character} kartan"})
    [value] = read(folder)
    assert (value.file, value.row, value.column) == ("exempel/lessons.csv", 2, "recommendation_sv")
    assert value.fix == ("Skicka  kartan" if character == "\x0b" else "Skicka kartan")
    assert all(value.say(lang).isprintable() for lang in SHIPPED)


def test_characters_of_any_script_are_carried() -> None:
    text = "Åäö\t–\u00ad\u2028\ufeff ﷺ 字 👩‍🌾\n\U000e0001"
    assert unfit(text) == "" and without_unfit(text) == text


def test_such_a_character_in_the_description(tmp_path: Path) -> None:
    folder = own.write(tmp_path, description={"publisher": "Region\x0bExempel", "title_sv": "Plan\x1f"})
    assert {(f.code, f.column, f.fix) for f in read(folder)} == {
        ("unfit-character", "publisher", "Region Exempel"),
        ("unfit-character", "title_sv", "Plan"),
    }


# The description


@pytest.mark.parametrize(
    ("key", "value", "code", "fix"),
    [
        ("base", "https://region.example/id 1/", "description-base", "https://region.example/id%201/"),
        ("base", "https://region.example/a#b#", "description-base", "https://w3id.org/medskick/id/exempel/"),
        ("base", "https://region.example:port/", "description-base", "https://w3id.org/medskick/id/exempel/"),
        ("base", "https://örebro.example/ö/", "base-not-ascii", "https://xn--rebro-iua.example/%C3%B6/"),
        ("base", "https://w3id.org/medskick/", "base-taken", "https://w3id.org/medskick/id/exempel/"),
        ("base", "https://w3id.org/", "base-taken", "https://w3id.org/medskick/id/exempel/"),
        ("base", "https://w3id.org/medskick/id/other/", "base-taken", "https://w3id.org/medskick/id/exempel/"),
        ("base", "http://W3ID.org:80/medskick/id/skane/", "base-taken", "https://w3id.org/medskick/id/exempel/"),
        ("base", "https://www.w3.org/ns/prov#", "base-taken", "https://w3id.org/medskick/id/exempel/"),
        ("base", "http://purl.org/dc/terms/mine/", "base-taken", "https://w3id.org/medskick/id/exempel/"),
        ("licence", "https://region.example/100%", "description-licence", "https://region.example/100%25"),
        ("licence", "https://region.example:x/", "description-licence", None),
        ("modified", "2025-02-29", "description-modified", None),
        ("modified", "2025-04-31", "description-modified", None),
        ("issued", "2025-00-10", "description-modified", None),
        ("description_sv", " ", "description-key", None),
    ],
)
def test_an_entry_that_cannot_be_carried(tmp_path: Path, key: str, value: str, code: str, fix: str | None) -> None:
    [given] = read(own.write(tmp_path, description={key: value}))
    assert (given.file, given.column, given.code, given.fix) == ("exempel/dataset.toml", key, code, fix)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("licence", 'licence = "https://creativecommons.org/licenses/by/4.0/"'),
        ("version", 'version = "0.1.0"'),
        ("base", 'base = "https://w3id.org/medskick/id/exempel/"'),
        ("publisher", 'publisher = "…"'),
    ],
)
def test_an_entry_that_is_missing_is_shown_as_it_is_written(tmp_path: Path, key: str, line: str) -> None:
    [missing] = read(own.write(tmp_path, description={key: ""}))
    assert (missing.code, missing.column) == ("description-key", key)
    assert missing.say("sv").endswith(line) and missing.say("en").endswith(line)


def test_a_description_is_needed_in_one_language(tmp_path: Path) -> None:
    # DCAT-AP: a dataset has at least one dcterms:description
    [value] = read(own.write(tmp_path / "none", description={"description_sv": "", "description_en": ""}))
    assert (value.code, value.column) == ("description-key", "description_sv")
    assert read(own.write(tmp_path / "one", description={"description_sv": ""})) == []


def test_a_day_of_toml_is_read_and_a_number_for_a_version_is_not(tmp_path: Path) -> None:
    folder = own.write(tmp_path)
    path = folder / "dataset.toml"
    text = path.read_text(encoding="utf-8").replace('"2026-11-28"', "2026-11-28T00:00:00").replace('"0.1.0"', "1.0")
    path.write_text(text, encoding="utf-8")
    [value] = read(folder)
    assert (value.code, value.column, value.fix) == ("description-text", "version", '"1.0"')
    path.write_text(text.replace("version = 1.0", 'version = "1.0"'), encoding="utf-8")
    dataset, faults = read_dataset(folder, vocabulary())
    assert faults == [] and dataset is not None and dataset.modified == "2026-11-28"


def test_an_entry_that_is_not_used_is_named(tmp_path: Path) -> None:
    [value] = read(own.write(tmp_path, more='license = "CC0"\n'))
    assert (value.code, value.column, value.level) == ("description-unknown", "license", "warning")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *((name, "dataset-name") for name in ("Min plan", "50%", "Exempel", ".exempel")),
        *(
            (name, "reserved-name")
            for name in ("catalogue", "ontology", "shapes", "drafts", "links", "paths", "things")
        ),
        ("a" * 130, "long-name"),
    ],
)
def test_a_folder_whose_name_cannot_be_a_datasets(tmp_path: Path, name: str, code: str) -> None:
    own.write(tmp_path, name=name)
    assert [(f.code, f.file) for f in assemble([tmp_path], alone=True).faults] == [(code, name)]


def test_an_id_too_long_for_a_file_name(tmp_path: Path) -> None:
    [value] = read(own.write(tmp_path, {("events", "id"): "mote-" * 30 + "sist"}))
    assert value.code == "long-id" and value.fix is not None
    assert len(value.fix) <= 120 and value.fix.endswith("mote")


@pytest.mark.parametrize(
    ("bases", "code"),
    [
        (("https://a.example/id/", "https://a.example/id/"), "same-base"),
        (("https://a.example/id/", "https://a.example/id/del/"), "base-inside"),
        (("https://a.example/id#", "https://a.example/"), "base-inside"),
        (("https://a.example/id/", "https://A.example:443/id/"), "same-base"),
        (("http://a.example:80/id/", "https://a.example/id/del/"), "base-inside"),
        (("https://a.example:8443/id/", "https://a.example/id/"), None),
        (("https://a.example/id/", "https://a.example/id2/"), None),
    ],
)
def test_bases_of_two_datasets(tmp_path: Path, bases: tuple[str, str], code: str | None) -> None:
    for name, base in zip(("ett", "tva"), bases, strict=True):
        own.write(tmp_path, name=name, description={"base": base})
    fault_list = [(f.code, f.file, f.column) for f in assemble([tmp_path], alone=True).faults]
    assert fault_list == ([(code, "tva/dataset.toml", "base")] if code else [])


# Circles


def circle(table: str, column: str, ids: tuple[str, str], **more: str) -> own.Rows:
    """A second row of a table, each of the two naming the other in a column."""
    rows = own.rows()
    kept = rows.setdefault(table, [])
    first = next((row for row in kept if row["id"] == ids[0]), None)
    if first is None:
        kept.append(first := {"id": ids[0], "label_sv": "Ett", "label_en": "One", **more})
    if not any(row["id"] == ids[1] for row in kept):
        kept.append({**first, "id": ids[1]})
    for row, other in ((row, ids[1 - ids.index(row["id"])]) for row in kept if row["id"] in ids):
        row[column] = other
    return rows


@pytest.mark.parametrize(
    ("table", "column", "ids", "more"),
    [
        ("actors", "preceded_by", ("region-exempel", "exempel-kommun"), {}),
        ("actors", "member_of", ("region-exempel", "exempel-kommun"), {}),
        ("processes", "builds_on", ("regionplan", "aldre-plan"), {}),
        ("processes", "displaces", ("regionplan", "aldre-plan"), {}),
        ("decisions", "informed_by", ("beslut-om-samrad", "annat-beslut"), {}),
        ("documents", "replaces", ("plan-a", "plan-b"), {"type": "Document", **own.STATED}),
        ("concepts", "broader", ("ort", "by"), {"scheme": "theme", "definition_sv": "x", "definition_en": "x"}),
    ],
)
def test_what_leads_back_to_itself(
    tmp_path: Path, table: str, column: str, ids: tuple[str, str], more: dict[str, str]
) -> None:
    own.write(tmp_path, tables=circle(table, column, ids, **more))
    built = [(f.file, f.column, f.code) for f in assemble([tmp_path], alone=True).errors]
    assert built == [(f"exempel/{table}.csv", column, "rule")] * 2


@pytest.mark.parametrize("language", ["svenska", "[x](y)", "sv;en", "SV", "=1"])
def test_a_language_that_is_no_tag(tmp_path: Path, language: str) -> None:
    # met by the walk of datasets made at random: the source's page failed
    own.write(tmp_path, {("sources", "language"): language})
    [built] = assemble([tmp_path], alone=True).errors
    assert (built.file, built.row, built.column) == ("exempel/sources.csv", 2, "language")
    assert "BCP 47" in built.say("sv") and "nb" in built.say("en")
