"""The page on Pyomo: its examples run, and give what stands beside them."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import optimizer

from .campuses import TWO_CAMPUSES

PAGE = Path(optimizer.__file__).parents[1] / "docs" / "pyomo.md"


def test_the_examples_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (written,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert written == TWO_CAMPUSES
    (tmp_path / "two-campuses.yaml").write_text(written, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    runner = doctest.DocTestRunner()
    told: list[str] = []
    runner.run(examples, out=told.append)
    assert runner.failures == 0, "".join(told)
    assert runner.tries == text.count(">>> ") > 10
