"""What no test has run is counted by package and told by line."""

from __future__ import annotations

from pathlib import Path

from scripts.coverage_page import File, by_package, spans


def test_packages_are_weighed_by_their_lines() -> None:
    """1 of 4 and 5 of 16 lines of one package are 6 of 20; a file without code counts for nothing."""
    files = [
        File(Path("optimizer/plan/a.py"), 4, (2,)),
        File(Path("optimizer/plan/tables/b.py"), 16, (1, 2, 3, 7, 9)),
        File(Path("optimizer/plan/__init__.py"), 0, ()),
        File(Path("optimizer/cli.py"), 2, ()),
    ]
    assert by_package(files) == {"optimizer": 1.0, "plan": 0.7}
    assert [file.share for file in files] == [0.75, 1.0 - 5 / 16, 1.0, 1.0]


def test_lines_in_a_row_are_one_run() -> None:
    assert spans((3, 4, 5, 9, 11, 12)) == "3-5, 9, 11-12"
    assert spans(()) == ""
