"""The public interface is written down in one place, and every example in it runs."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.instance.reference import ROOT
from scripts.api_page import PAGE, members, page

FLAGS = doctest.ELLIPSIS


def documented() -> Iterator[tuple[str, Any]]:
    """Every name of the interface, and every method and property of its classes."""
    for name in optimizer.__all__:
        thing = getattr(optimizer, name)
        yield name, thing
        if isinstance(thing, type):
            yield from ((f"{name}.{key}", member) for key, member in members(thing))


DOCUMENTED = dict(documented())


def ran(name: str, text: str, names: dict[str, Any]) -> doctest.TestResults:
    example = doctest.DocTestParser().get_doctest(text, names, name, None, None)
    told: list[str] = []
    found = doctest.DocTestRunner(optionflags=FLAGS).run(example, out=told.append, clear_globs=False)
    assert not found.failed, "".join(told)
    names.update(example.globs)
    return found


@cache
def opening() -> dict[str, Any]:
    """What the examples go on from: the names that the first one leaves."""
    names: dict[str, Any] = {}
    assert ran("optimizer", inspect.getdoc(optimizer) or "", names).attempted
    return names


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_is_public_is_explained_by_an_example_that_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Classes and errors may be explained in words; what can be called or asked for has an example."""
    monkeypatch.chdir(ROOT)
    thing = DOCUMENTED[name]
    text = inspect.getdoc(thing)
    assert text
    examples = ran(name, text, {**opening(), "folder": tmp_path}).attempted
    assert examples or isinstance(thing, type)


def test_no_example_is_left_out() -> None:
    """One in the docstring of something that is not public would be run by nobody."""
    written = sum(path.read_text(encoding="utf-8").count(">>> ") for path in (ROOT / "optimizer").rglob("*.py"))
    texts = {id(thing): inspect.getdoc(thing) or "" for thing in [optimizer, *DOCUMENTED.values()]}
    assert sum(text.count(">>> ") for text in texts.values()) == written


def test_names_have_a_home_and_a_place_on_the_page() -> None:
    assert sorted(optimizer._HOMES) == sorted(optimizer.__all__)
    assert set(optimizer.__all__) <= set(dir(optimizer))


def test_the_page_is_made_from_the_docstrings() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make docs"
