"""Files and what they extend: bytes → text → tree of nodes with places, laid over its base."""

from __future__ import annotations

import os
import stat
from collections.abc import Container
from itertools import islice

from optimizer.instance.diagnostics import UNPRINTABLE, Diagnostic
from optimizer.instance.kinds import Kind, other_kind
from optimizer.instance.merge import merge
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import keys, near
from optimizer.instance.tree import key_of
from optimizer.instance.yaml_source import MAX_BYTES, Node, Source, parse

MAX_EXTENDS = 3
_FIRST_KEYS = 50
"""Among how many keys a misspelt `extends` is looked for."""
BOOK = ".xlsx"
"""How the names of files end that are read as workbooks."""
SPREADSHEETS = {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}
"""How files begin that spreadsheet programs write."""


def written_tree(path: str | os.PathLike[str], problems: list[Diagnostic], wanted: Kind = "instance") -> Node | None:
    """The tree of a file as it is written; None if there is none, or one of another kind: ``problems`` says why."""
    name = os.fspath(path)
    try:
        source = _read(name, name, name)
    except _Unreadable as error:
        problems.append(Diagnostic("unreadable-file", "error", error.message, name, help=error.help))
        return None
    root, found = parse(source)
    return _of_kind(wanted, root, found, problems)


def _of_kind(wanted: Kind, root: Node | None, found: list[Diagnostic], problems: list[Diagnostic]) -> Node | None:
    """The tree with its problems noted; of a file of another kind only that it is one."""
    other = other_kind(root, wanted) if root is not None else None
    problems += [other] if other is not None else found
    return None if other is not None else root


def whole_tree(path: str | os.PathLike[str], problems: list[Diagnostic]) -> Node | None:
    """The tree of a file laid over the file that it extends, if it does; of a workbook, which extends nothing."""
    if os.fspath(path).lower().endswith(BOOK):
        from optimizer.instance.book.reading import book_tree

        help = "write the variant as a workbook of its own, or extend a file of text with a file of text"
        return extending_nothing(book_tree(path, problems), problems, "a workbook cannot extend a file", help)
    root = written_tree(path, problems)
    if root is None:
        return None
    name = os.fspath(path)
    folder = os.path.realpath(os.path.dirname(name) or ".")
    return _extend(root, folder, folder, [os.path.realpath(name)], problems)


def named_tree(written: Node, key: str, problems: list[Diagnostic], *, whole: bool) -> Node | None:
    """The tree of the file that the value ``written`` of ``key`` names, under the rules of `extends`.

    ``whole``: laid over what it extends; else as it is written.
    """
    opened = written.place.source.file
    folder = os.path.realpath(os.path.dirname(opened) or ".")
    return _named(written, key, folder, folder, [os.path.realpath(opened)], problems, whole)


def extending_nothing(
    root: Node | None,
    problems: list[Diagnostic],
    message: str = "what is not a file cannot extend a file",
    help: str = "load that file, and change it with `replace`",
) -> Node | None:
    """The tree of what is no file; None if it extends one."""
    if root is None or _misspelt_extends(root, problems):
        return None
    if not isinstance(root.value, dict) or "extends" not in root.value:
        return root
    problems.append(key_of(root.value["extends"]).diagnostic("extends", message, help))
    return None


class _Unreadable(Exception):
    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def _read(path: str, shown: str, written: str, taken: Container[str] = ()) -> Source:
    """The text of a regular file of bearable size. Raises _Unreadable, which proposes a file near to the path as it is
    ``written``, none that is ``taken``.
    """
    try:
        _refuse(os.stat(path))
        # a file that turns into a pipe between stat and open would make a plain open wait for ever
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as stream:
            _refuse(os.fstat(descriptor))
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _Unreadable("there is no such file", _near_file(path, written, taken)) from None
    except (OSError, ValueError) as error:
        raise _Unreadable(f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_BYTES:
        raise _Unreadable(f"the file is larger than {MAX_BYTES:,} bytes")
    if data[:4] in SPREADSHEETS:
        book = shown.lower().endswith(BOOK)
        help = f"write it as text: capstack import {shown}" if book else "save it as .xlsx"
        raise _Unreadable("this is a spreadsheet or an archive, and a file of text is expected", help)
    try:
        return Source(shown, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unreadable(f"line {line} is not UTF-8 text", "save the file as UTF-8") from None


def _refuse(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise _Unreadable("this is a folder, not a file", "name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise _Unreadable("this is not a regular file")
    if status.st_size > MAX_BYTES:
        raise _Unreadable(f"the file is larger than {MAX_BYTES:,} bytes")


def _near_file(path: str, written: str, taken: Container[str]) -> str:
    import difflib

    folder, name = os.path.split(path)
    try:
        names = [each for each in os.listdir(folder or ".") if not each.startswith(".")]
    except (OSError, ValueError):
        return ""
    near = difflib.get_close_matches(name, [each for each in names if os.path.join(folder, each) not in taken], 1)
    return f"did you mean {os.path.join(os.path.dirname(written), near[0])}?" if near else ""


def _extend(root: Node, allowed: str, folder: str, chain: list[str], problems: list[Diagnostic]) -> Node | None:
    """The tree laid over the file that it extends, if it does; None if that file cannot be had.

    ``allowed`` is the folder outside of which no file is read, ``folder`` that of the tree's own file, ``chain`` the
    files so far.
    """
    assert isinstance(root.value, dict)
    if _misspelt_extends(root, problems):
        return None
    if "extends" not in root.value:
        return root
    written = root.value["extends"]
    over = Node({key: node for key, node in root.value.items() if key != "extends"}, root.place)
    base = _named(written, "extends", allowed, folder, chain, problems, whole=True)
    if base is None:
        return None
    if "name" not in over.value:  # type: ignore[operator]
        problems.append(
            key_of(written).diagnostic(
                "name-of-base",
                "the variant has no name of its own, so its runs are kept with those of its base",
                "add `name: …`",
                "warning",
            )
        )
    return merge(base, over, problems)


def _misspelt_extends(root: Node, problems: list[Diagnostic]) -> bool:
    """Whether the file names a base by a key such as `extend`; then what else it lacks is no news."""
    if not isinstance(root.value, dict) or "extends" in root.value:
        return False
    known = [*keys(Instance), "extends"]
    for key, node in islice(root.value.items(), _FIRST_KEYS):
        if isinstance(node.value, str) and (help := near(key.lower(), known)) == near("extends", known):
            problems.append(key_of(node).diagnostic("unknown-key", f"`{key}` is not a key of the file", help))
            return True
    return False


def _named(
    written: Node, key: str, allowed: str, folder: str, chain: list[str], problems: list[Diagnostic], whole: bool
) -> Node | None:
    try:
        path = _base_path(written, allowed, folder, chain)
        shown = os.path.normpath(os.path.join(os.path.dirname(written.place.source.file), str(written.value)))
        source = _read(path, shown, str(written.value), chain)
    except _Unreadable as error:
        problems.append(written.place.diagnostic(key, f"`{key}`: {error.message}", error.help))
        return None
    root, found = parse(source)
    root = _of_kind("instance", root, found, problems)
    if root is None or not whole:
        return root
    return _extend(root, allowed, os.path.dirname(path), [*chain, path], problems)


def _base_path(written: Node, allowed: str, folder: str, chain: list[str]) -> str:
    """The file that `extends` names. Raises _Unreadable if it may not be read."""
    value = written.value
    if not isinstance(value, str) or not value:
        raise _Unreadable("a path relative to this file is expected")
    if "\\" in value:
        raise _Unreadable("the path holds a backslash", "write the path with /")
    if os.path.isabs(value) or os.path.splitdrive(value)[0]:
        raise _Unreadable("the path should be relative to this file")
    if UNPRINTABLE.search(value):
        raise _Unreadable("the path holds a character that is not allowed")
    path = os.path.realpath(os.path.join(folder, value))
    if not _inside(path, allowed):
        raise _Unreadable(
            "the file lies outside the folder of the file that was opened",
            "keep a variant in the folder of its base or above it; links may not lead out either",
        )
    # tools keep credentials there, and a message about a file quotes it
    if any(part.startswith(".") for part in os.path.relpath(path, allowed).split(os.sep)):
        raise _Unreadable("the file is hidden, or lies in a hidden folder", "move it to where it can be seen")
    if path in chain:
        raise _Unreadable("the files extend one another in a circle")
    if len(chain) > MAX_EXTENDS:
        raise _Unreadable(f"more than {MAX_EXTENDS} files extend one another")
    return path


def _inside(path: str, folder: str) -> bool:
    try:
        return os.path.commonpath([path, folder]) == folder
    except ValueError:  # on another drive
        return False


def extended_from(folder: str | os.PathLike[str], base: str | os.PathLike[str]) -> str | None:
    """How a file in a folder names the one that it extends; None where that is outside and could not be read."""
    name = os.path.relpath(os.path.abspath(base), os.path.abspath(folder)).replace(os.sep, "/")
    return None if name.startswith("../") else name
