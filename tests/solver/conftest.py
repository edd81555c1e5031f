"""What tests of the solver share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from optimizer.solver import process


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """A function that has the solver's process replaced by a double that dies: how, and when."""

    def replace(how: str, when: str) -> None:
        process.end_all()
        monkeypatch.setattr(process, "MODULE", "tests.solver.dying")
        monkeypatch.setenv("DIE", how)
        monkeypatch.setenv("DIE_WHEN", when)

    yield replace
    process.end_all()
