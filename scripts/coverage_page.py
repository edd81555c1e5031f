"""What no test has run, by package: ``python -m scripts.coverage_page [FOLDER]``, after ``coverage combine``.

A row for each package with the share of its lines that were run, then the files below LEAST with the lines that were
not. Exit code 1 if a package is below LEAST. Lines that a process ran which was killed are missing: HiGHS's own process
is often ended that way.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from optimizer.instance.reference import ROOT

LEAST = 0.9
"""The share of the lines of a package that the quick tests run at least."""


class File(NamedTuple):
    """A file of the package, how many lines of code it has, and which of them no test has run."""

    path: Path
    lines: int
    missed: tuple[int, ...]

    @property
    def share(self) -> float:
        """The share of its lines that was run; 1 for a file without code."""
        return 1.0 - len(self.missed) / self.lines if self.lines else 1.0


def main(root: Path = ROOT) -> int:
    files = measured(root)
    packages = by_package(files)
    for name, share in packages.items():
        print(f"{name:<24} {share:7.1%}")
    print()
    for file in sorted(files, key=lambda each: each.share):
        if file.share < LEAST:
            print(f"{file.path.as_posix():<48} {file.share:7.1%}  {spans(file.missed)}")
    return int(any(share < LEAST for share in packages.values()))


def measured(root: Path) -> list[File]:
    """The files of the package below a root, as the data of its last run have them."""
    from coverage import Coverage

    data = Coverage(data_file=str(root / ".coverage"), config_file=str(root / "pyproject.toml"))
    data.load()
    found = []
    for path in sorted((root / "optimizer").rglob("*.py")):
        _, lines, _, missed, _ = data.analysis2(str(path))
        found.append(File(path.relative_to(root), len(lines), tuple(missed)))
    return found


def by_package(files: list[File]) -> dict[str, float]:
    """The share of the lines that were run, by the folder below ``optimizer``; files beside them are ``optimizer``."""
    lines: dict[str, int] = defaultdict(int)
    missed: dict[str, int] = defaultdict(int)
    for file in files:
        name = file.path.parts[1] if len(file.path.parts) > 2 else "optimizer"
        lines[name] += file.lines
        missed[name] += len(file.missed)
    return {name: 1.0 - missed[name] / lines[name] for name in sorted(lines) if lines[name]}


def spans(lines: tuple[int, ...]) -> str:
    """Line numbers, rising, with runs as one: ``3-5, 9``."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
