"""On a page no sentence stands twice, and a row has one mark at most, its words one step away."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from starlette.testclient import TestClient

from medskick.knowledge_graph import KnowledgeGraph
from medskick.reports.document import Bullets, Heading, Line, plain
from medskick.reports.docx import as_docx
from medskick.reports.html import as_html
from medskick.reports.render import as_text
from medskick.web import Settings, create_app
from medskick.words import say
from test_site import KINDS

PAGES = {
    "start": "/",
    "question": "/questions/participation-by-form-and-number",
    "compare": "/compare?first=skane:regionplan-skane&second=stockholm:rufs-2050",
    "handbook": "/handbook?phase-type=review",
    "phase": "/phase/consultation",
    "lesson": "/id/skane/beskriv-nyttan",
    "process": "/id/stockholm/rufs-2050",
    "actor": "/id/stockholm/trn",
    "phase of a process": "/id/stockholm/rufs-2050-samrad",
}
"""A page of each kind."""
NOT_READ_ON = {"script", "style", "template", "head", "svg", "pre", "nav", "select", "caption"}
"""What is no running text: ways round the page and its choices name what it has, a picture what its table has,
SPARQL holds the description of its question, and a caption is a table's name that is not seen."""
BLOCKS = {
    "p", "li", "td", "th", "h1", "h2", "h3", "h4", "summary", "dt", "dd", "label", "legend", "figcaption",
    "div", "section", "footer", "button", "blockquote",
}  # fmt: skip
NAMES = {"a", "bdi", "strong"}
"""What stands in these is a name or a text of the data, which several rows may share."""
LEAST = 6


class Sentences(HTMLParser):
    """The sentences of a page that are its own words: names and the data's texts stand as one sign each."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.text = ""

    def end(self) -> None:
        text = re.sub(r"\[[^\]]*\]", "", " ".join(self.text.split()))
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            words = sentence.strip()
            if words.endswith((".", "!", "?")) and len([word for word in words.split() if "…" not in word]) > LEAST:
                self.counted[words] += 1
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside[tag] += 1
        if tag in BLOCKS:
            self.end()
        elif tag in NAMES:
            self.text += "…"

    def handle_endtag(self, tag: str) -> None:
        self.inside[tag] -= 1
        if tag in BLOCKS:
            self.end()

    def handle_data(self, data: str) -> None:
        if not any(self.inside[tag] > 0 for tag in NOT_READ_ON | NAMES):
            self.text += data


def twice(html: str) -> list[str]:
    page = Sentences()
    # two pages of one series, of one publisher, differ in title and address only
    page.feed(re.sub(r'<section class="sources".*?</section>', "", html, flags=re.S))
    page.end()
    return [sentence for sentence, count in page.counted.items() if count > 1]


@pytest.fixture(scope="module")
def client(store_folder: Path) -> Iterator[TestClient]:
    yield TestClient(create_app(Settings(store=store_folder)))


def test_a_sentence_that_stands_twice_is_seen() -> None:
    sentence = "What is missing here may still have happened."
    assert twice(f"<p>One. {sentence}</p><footer>{sentence}</footer>") == [sentence]
    assert twice(f"<p>{sentence}</p><pre>{sentence}</pre>") == []
    assert twice("<li>It was <a>A</a>.</li><li>It was <a>A</a>.</li>") == []
    lesson = "<li>Nothing tells whether <a>{}</a> was ever used by anyone.</li>"
    assert len(twice(lesson.format("A") + lesson.format("B"))) == 1


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("kind", PAGES)
def test_the_same_sentence_never_stands_twice_on_a_page(client: TestClient, kind: str, lang: str) -> None:
    answer = client.get(f"/{lang}{PAGES[kind]}")
    assert answer.status_code == 200
    assert twice(answer.text) == []


@pytest.mark.browser_all
@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", KINDS)
def test_nor_on_any_other_kind_of_page(client: TestClient, path: str, lang: str) -> None:
    assert twice(client.get(f"/{lang}{path}").text) == []


# One mark for a row: STO-D12 to D15, whose number of occasions we counted (H12)


def dialogue(kg: KnowledgeGraph, lang: str) -> list[Line]:
    blocks = kg.handbook("consultation", lang=lang).blocks
    at = next(i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.text == say("handbook.dialogue", lang))
    [items] = [b.items for b in blocks[at : at + 3] if isinstance(b, Bullets)]
    return list(items)


def test_a_row_of_dialogue_has_one_mark_at_most_which_names_what_is_inferred_of_what(kg: KnowledgeGraph) -> None:
    rows = dialogue(kg, "sv")
    assert all(sum("härlett" in span.text for span in row) <= 1 for row in rows)
    marked = [row for row in rows if any(span.mark for span in row)]
    assert marked and all(row[-1].mark for row in marked)
    [meetings] = [plain(row) for row in marked if plain(row).startswith("samrådsmöte")]
    assert meetings.endswith(" (härlett: antal tillfällen – Samrådets större möten)")
    # the report itself, on a terminal and as a Word file, has the words in full
    handbook = kg.handbook("consultation", lang="sv")
    word = docx.Document(io.BytesIO(as_docx(handbook)))
    for text in (" ".join(as_text(handbook).split()), " ".join(p.text for p in word.paragraphs)):
        assert "(härlett: antal tillfällen – Samrådets större möten)" in text


def test_a_mark_on_a_page_opens_to_its_words_and_has_a_name_for_screen_readers(kg: KnowledgeGraph) -> None:
    html = as_html(kg.handbook("consultation", lang="en"))
    signs = re.findall(r'<details class="sign"><summary aria-label="([^"]+)">◇</summary> <span[^>]*>([^<]+)', html)
    assert signs and {name for name, _ in signs} == {"Partly inferred"}
    assert all(words.strip().startswith("(inferred: ") for _, words in signs)
    # on paper the words stand there at once
    paper = html.partition("@media print")[2]
    assert ".sign > summary { display: none; }" in paper and ".sign::details-content" in paper
