"""No import circles but those that are listed, and the list only shrinks."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "optimizer"


def circle(folder: str, names: str) -> frozenset[str]:
    """The modules of a circle, by their names below a folder of the package."""
    return frozenset(f"optimizer.{folder}.{name}" for name in names.split())


CIRCLES: tuple[frozenset[str], ...] = ()
"""Today's circles. A module that is in none any more comes off the list; none is added."""


def modules(package: Path) -> dict[str, Path]:
    """Files by their dotted name; a folder goes by that of its ``__init__``."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path, known: Mapping[str, Path]) -> set[str]:
    """The modules of ``known`` that a file imports anywhere: in functions and for type checking, too."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports by a relative name"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return {module for name in names if (module := nearest(name, known))}


def nearest(name: str, known: Mapping[str, Path]) -> str:
    """The module that a dotted name is, or is in; empty if it is none of ours."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def circles(edges: Mapping[str, set[str]]) -> list[set[str]]:
    """The strongly connected components of more than one module: from each of theirs, every other can be reached."""
    ahead = {name: reached(name, edges) for name in edges}
    found: list[set[str]] = []
    for name in edges:
        own = {other for other in ahead[name] if name in ahead[other]}
        if len(own) > 1 and own not in found:
            found.append(own)
    return found


def reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """All that can be reached from a module over one import or more."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = edges[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def edges(package: Path) -> dict[str, set[str]]:
    """What each module of a package imports of it, itself left out."""
    known = modules(package)
    return {name: imported(path, known) - {name} for name, path in known.items()}


def test_there_are_no_circles_but_those_listed() -> None:
    found = {frozenset(each) for each in circles(edges(PACKAGE))}
    told = [sorted(each) for each in found - set(CIRCLES)]
    assert not told, f"new circles, or more in one than listed: {told}"
    gone = [sorted(each) for each in set(CIRCLES) - found]
    assert not gone, f"cut, or smaller than listed; take off what is gone: {gone}"


def test_a_circle_is_found_however_it_is_closed(tmp_path: Path) -> None:
    """At the top, in a function, for type checking; through a folder; what only leads into a circle is not in it."""
    package = tmp_path / "package"
    for name, text in {
        "__init__": "",
        "a": "from package.b import thing",
        "b": "def f():\n    import package.c.d\n",
        "c/__init__": "",
        "c/d": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package import a\n",
        "outside": "import package.a\nimport json\n",
        "below": "",
    }.items():
        path = package / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert circles(edges(package)) == [{"package.a", "package.b", "package.c.d"}]
