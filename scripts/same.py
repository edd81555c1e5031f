"""Whether a change kept what capstack does: what two trees make of every instance, compared byte by byte.

Usage:
  same.py against REVISION [--keep FOLDER] [options]    this tree, as it lies, and a revision of it
  same.py compare FOLDER FOLDER                         two folders that scripts/same_build.py wrote

Options are those of same_build.py: --plans known|all|none, --only NAME …, --jobs N. Exit code 1 if anything differs.
The revision is checked out to a temporary folder and run by this Python, so the packages are the same. A tree builds
its own files where it has a same_build.py, so that modules may move; else this one does it. --keep has the files of a
revision kept and used again, and those of this tree kept for a look.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BUILD = Path("scripts") / "same_build.py"
ENGINES = ("highspy", "numpy", "scipy")
SHOWN = 50
"""Differing files that are named; the rest is counted."""
WIDTH = 160


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    against = commands.add_parser("against")
    against.add_argument("revision")
    against.add_argument("--keep", type=Path, help="where files are kept; else in a temporary folder")
    compare = commands.add_parser("compare")
    compare.add_argument("folders", nargs=2, type=Path)
    given, options = parser.parse_known_args(arguments)
    if given.command == "compare":
        if options:
            parser.error(f"unknown: {' '.join(options)}")
        return report(*given.folders)
    with kept_or_passing(given.keep) as folder:
        here = folder / "here"
        shutil.rmtree(here, ignore_errors=True)
        before = of_revision(given.revision, folder, options)
        build(ROOT, here, options)
        return report(before, here)


@contextmanager
def kept_or_passing(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="same-") as folder:
        yield Path(folder)


# ── build ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_revision(revision: str, folder: Path, options: Sequence[str]) -> Path:
    """The files of a revision, made anew unless they are there. Raises SystemExit if there is no such revision."""
    commit = git("rev-parse", "--verify", f"{revision}^{{commit}}")
    made_by = [
        commit,
        *options,
        *(f"{name} {version(name)}" for name in ENGINES),
        (ROOT / BUILD).read_text(encoding="utf-8"),
    ]
    place = folder / f"{commit[:12]}-{hashlib.sha256(chr(0).join(made_by).encode()).hexdigest()[:8]}"
    if place.exists():
        return place
    with worktree(commit) as tree, tempfile.TemporaryDirectory(dir=folder) as unfinished:
        build(tree, Path(unfinished) / "files", options)
        # whole or not at all
        os.rename(Path(unfinished) / "files", place)
    return place


@contextmanager
def worktree(commit: str) -> Iterator[Path]:
    """A checkout of a commit that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="same-tree-") as folder:
        tree = Path(folder).resolve() / "tree"
        git("worktree", "add", "--detach", str(tree), commit)
        try:
            yield tree
        finally:
            git("worktree", "remove", "--force", str(tree))


def git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def build(tree: Path, folder: Path, options: Sequence[str]) -> None:
    """Write the files of a tree. Raises SystemExit if that fails."""
    script = tree / BUILD if (tree / BUILD).exists() else ROOT / BUILD
    command = [sys.executable, str(script), str(folder), *options]
    if done := subprocess.run(command, cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}).returncode:
        raise SystemExit(f"{tree}: its files could not be made (exit code {done})")


# ── compare ───────────────────────────────────────────────────────────────────────────────────────────────────────


def report(before: Path, after: Path) -> int:
    """Print what differs; 1 if anything does."""
    for folder in (before, after):
        if not folder.is_dir():
            raise SystemExit(f"{folder}: there is no such folder")
    found = list(differences(before, after))
    print("\n".join(found[:SHOWN]))
    if len(found) > SHOWN:
        print(f"… and {len(found) - SHOWN} more files")
    same = len(files(before) | files(after)) - len(found)
    print(f"{same} files are the same, {len(found)} differ")
    return min(len(found), 1)


def differences(before: Path, after: Path) -> Iterator[str]:
    """A text for each file that differs: its name, and the first place where it does."""
    ours, theirs = files(before), files(after)
    for name in sorted(ours | theirs):
        if name not in theirs:
            yield f"{name}: is gone"
        elif name not in ours:
            yield f"{name}: is new"
        else:
            a, b = (before / name).read_bytes(), (after / name).read_bytes()
            if a != b:
                yield f"{name}: {first_difference(name, a.decode(), b.decode())}"


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def first_difference(name: str, before: str, after: str) -> str:
    """Where two texts part, with what stands there: the path in JSON, else the line; in a table the column, too."""
    if name.endswith(".json") and (found := first_key(json.loads(before), json.loads(after))):
        return told(*found)
    # line feeds alone: other signs that end a line may stand in a text
    lines = zip_longest(before.split("\n"), after.split("\n"), fillvalue="(the end)")
    number, (a, b) = next((number, pair) for number, pair in enumerate(lines, 1) if pair[0] != pair[1])
    place = f"line {number}"
    if name.endswith(".csv") and number > 1:
        cells = [next(csv.reader([line]), []) for line in (before.split("\n")[0].removeprefix("\ufeff"), a, b)]
        differing = [head for head, old, new in zip(*cells, strict=False) if old != new]
        place += f", column {differing[0]}" if differing else ""
    return told(place, a, b)


def first_key(before: Any, after: Any, path: str = "") -> tuple[str, str, str] | None:
    """The path of the first value that differs, in the order of the file, and both values; None if all are equal."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        steps = [(f"{path}.{key}".lstrip("."), before.get(key, ...), after.get(key, ...)) for key in keys]
    elif isinstance(before, list) and isinstance(after, list):
        pairs = zip_longest(before, after, fillvalue=...)
        steps = [(f"{path}[{number}]", a, b) for number, (a, b) in enumerate(pairs)]
    else:
        a, b = ("(nothing)" if each is ... else json.dumps(each, ensure_ascii=False) for each in (before, after))
        return None if a == b else (path, a, b)
    return next((found for at, a, b in steps if (found := first_key(a, b, at))), None)


def told(place: str, before: str, after: str) -> str:
    a, b = (text if len(text) <= WIDTH else f"{text[:WIDTH]} …" for text in (before, after))
    return f"{place}\n  - {a}\n  + {b}"


if __name__ == "__main__":
    sys.exit(main())
