"""Which instances a check is about: folders, instance files and sidecars become cases."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ENDINGS = (".yaml", ".yml")
MARK = ".expected"
Files = tuple[Path | None, Path | None]

_IS_INSTANCE = re.compile(r"^(calendar|extends)\s*:", re.MULTILINE)
_HAS_NAME = re.compile(r"^name\s*:", re.MULTILINE)
_MOST_CHARACTERS = 2_000_000


class CheckError(Exception):
    """There is nothing to check, or no place for the report: the message has the remedy."""


@dataclass(frozen=True)
class Case:
    """An instance and its sidecar; at least one of the two is there."""

    name: str
    instance: Path | None
    sidecar: Path | None
    outside: tuple[Path, ...] = ()
    """Which of the two are links that lead out of the folder in which they were found; they are not to be read."""

    @property
    def file(self) -> Path:
        """The file that a reader should open: the sidecar, or the instance that has none."""
        found = self.sidecar or self.instance
        assert found is not None
        return found


@dataclass(frozen=True)
class Collected:
    """The cases in the order of the paths, by name within a folder; ``unchecked`` are instances without a sidecar."""

    cases: tuple[Case, ...]
    unchecked: tuple[Path, ...]


def collect(paths: Sequence[Path]) -> Collected:
    """The cases of folders (all sidecars below), instance files and sidecars; a file named twice is one case.

    Raises CheckError where a path is not there, or nothing is found at all.
    """
    cases: dict[Files, Case] = {}
    others: dict[Path, Path] = {}
    roots = [path for path in paths if path.is_dir()]
    for path in paths:
        if path.is_dir():
            for file in _files(path):
                if _is_sidecar(file):
                    _add(cases, _of_sidecar(file, path, roots, named=False))
                elif _inside(file, roots):
                    others.setdefault(file.resolve(), file)
        elif _is_sidecar(path) and path.exists():
            _add(cases, _of_sidecar(path, path.parent, [*roots, path.parent], named=True))
        elif path.exists():
            sidecar = _sidecar_of(path)
            _add(cases, Case(path.stem, path, sidecar, _leading_out([*roots, path.parent], sidecar)))
        else:
            raise CheckError(f"{path}: there is no such file or folder{_near(path)}")
    named = {case.instance.resolve() for case in cases.values() if case.instance}
    unchecked = [file for real, file in others.items() if real not in named and _looks_like_an_instance(file)]
    if not cases:
        where = ", ".join(map(str, paths))
        found = f"; instances without one: {some(unchecked)}" if unchecked else ""
        raise CheckError(
            f"{where}: nothing to check, there is no sidecar{found}\n"
            f"write NAME{MARK}.yaml beside NAME.yaml with the optimum that you know; docs/ci.md shows how"
        )
    return Collected(_told_apart(cases.values()), tuple(unchecked))


def _add(cases: dict[Files, Case], case: Case) -> None:
    cases.setdefault((_real(case.instance, case), _real(case.sidecar, case)), case)


def _real(file: Path | None, case: Case) -> Path | None:
    """What makes a file the same as another; where a link leads that is not followed is of no account."""
    return file and (file.absolute() if file in case.outside else file.resolve())


def _inside(file: Path, roots: Sequence[Path]) -> bool:
    """Whether a file, with all links followed, lies in one of the folders or below, and not in a tool's hidden one.

    What is named by the user is read wherever it is. What is only found must not make a stranger's link, in a pull
    request say, print files of the machine.
    """
    real = file.resolve()
    within = [real.relative_to(root).parts for folder in roots if real.is_relative_to(root := folder.resolve())]
    return any(not any(part.startswith(".") for part in parts) for parts in within)


def _leading_out(roots: Sequence[Path], *found: Path | None) -> tuple[Path, ...]:
    return tuple(file for file in found if file is not None and not _inside(file, roots))


def _files(folder: Path) -> Iterator[Path]:
    """YAML files below a folder, sorted; hidden folders are tools' own."""

    def refuse(error: OSError) -> None:
        # a folder that is passed over in silence would be a case that is not checked
        raise CheckError(f"{error.filename}: the folder cannot be read: {error.strerror}")

    for root, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root, name) for name in sorted(names) if name.endswith(ENDINGS) and name[0] != ".")


def _is_sidecar(path: Path) -> bool:
    return path.suffix in ENDINGS and Path(path.stem).suffix == MARK


def _of_sidecar(sidecar: Path, folder: Path, roots: Sequence[Path], *, named: bool) -> Case:
    """The case of a sidecar, which goes by its path from ``folder``; what is not ``named`` has to lie in ``roots``."""
    stem = sidecar.name.removesuffix(sidecar.suffix).removesuffix(MARK)
    beside = [sidecar.with_name(stem + ending) for ending in sorted(ENDINGS, key=lambda each: each != sidecar.suffix)]
    instance = next((file for file in beside if file.is_file()), None)
    outside = _leading_out(roots, instance, None if named else sidecar)
    return Case(sidecar.with_name(stem).relative_to(folder).as_posix(), instance, sidecar, outside)


def _sidecar_of(instance: Path) -> Path | None:
    beside = [
        instance.with_name(f"{instance.stem}{MARK}{ending}")
        for ending in sorted(ENDINGS, key=lambda each: each != instance.suffix)
    ]
    return next((file for file in beside if file.is_file()), None)


def _looks_like_an_instance(file: Path) -> bool:
    """Not every YAML file of a repository is one: it has a name, and a calendar or a base."""
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            text = stream.read(_MOST_CHARACTERS)
    except OSError:
        return False
    return bool(_IS_INSTANCE.search(text) and _HAS_NAME.search(text))


def _told_apart(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Cases of one name from several folders go by their whole path."""
    cases = list(cases)
    count = Counter(case.name for case in cases)
    return tuple(
        case if count[case.name] == 1 else replace(case, name=case.file.with_name(Path(case.name).name).as_posix())
        for case in cases
    )


def _near(path: Path) -> str:
    import difflib

    try:
        near = difflib.get_close_matches(path.name, os.listdir(path.parent), 1)
    except OSError:
        return ""
    return f"; did you mean {path.parent / near[0]}?" if near else ""


def some(files: Sequence[Path], most: int = 5) -> str:
    """The first few of many files."""
    more = f" and {len(files) - most} more" if len(files) > most else ""
    return ", ".join(map(str, files[:most])) + more
