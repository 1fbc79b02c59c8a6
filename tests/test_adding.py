"""The pages on adding something: what each tells the reader to do is done, and what it shows is what comes."""

import shutil
from pathlib import Path

import pytest

from worked_example import copy_of_checkout, do, not_shown

PAGES = sorted((Path(__file__).parents[1] / "docs" / "adding").glob("*.md"))


# they read all the datasets that come along, or start a server
@pytest.mark.browser_all
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_what_the_page_tells_can_be_done_and_shows_what_it_says(page: Path, tmp_path: Path, store_folder: Path) -> None:
    # the store that a reader's checkout has already
    shutil.copytree(store_folder, tmp_path / "store")
    assert do(page, copy_of_checkout(tmp_path)) > 0


def test_an_output_that_differs_is_told() -> None:
    assert not_shown("one\n…\nthree  four", "zero one\ntwo\nthree four\n") == []
    assert not_shown("z…o … one", "zero and one\n") == []
    assert not_shown("two\none", "one\ntwo\n") == ["one"]
    assert not_shown("five", "one\n") == ["five"]
