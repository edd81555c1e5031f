"""What tests of the solver share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import highspy
import pytest

import optimizer
from optimizer.instance.schema import Instance
from optimizer.solver import process
from tests.cli.conftest import TINY


@pytest.fixture(autouse=True)
def scheduler() -> None:
    """HiGHS in this process may have any number of threads: what ran here before may have had another."""
    highspy.Highs.resetGlobalScheduler(True)


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


@pytest.fixture
def tiny(tmp_path: Path) -> Instance:
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return optimizer.load(tmp_path / "tiny.yaml")
