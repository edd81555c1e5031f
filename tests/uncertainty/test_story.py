"""The story of the page is that of a run."""

from __future__ import annotations

from scripts.pages import filled
from scripts.uncertainty_page import PAGE, blocks


def test_the_story_of_the_page_is_that_of_a_run() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page, blocks()) == page
    assert "that is VSS, what it is worth to leave those units" in page
