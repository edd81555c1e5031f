"""Instance files in, a checked `Instance` out.

The way of a file: bytes → text → tree of nodes with places (`yaml_source`) → laid over its base (`merge`) → plain data
→ schema (`schema`, `schema_errors`) → checks of meaning (`checks`). Every problem is reported, each at its place.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError

from optimizer.instance.checks import Finding, check
from optimizer.instance.diagnostics import UNPRINTABLE, Diagnostic, InstanceError, in_order
from optimizer.instance.kinds import Kind, other_kind
from optimizer.instance.merge import is_figure, merge
from optimizer.instance.schema import Block, Instance
from optimizer.instance.schema_errors import keys, near, translate
from optimizer.instance.standing import Doubts, what_stands
from optimizer.instance.yaml_source import MAX_BYTES, Node, Place, Source, parse

MAX_EXTENDS = 3
MAX_REPORTED = 200
_FIRST_KEYS = 50
"""Among how many keys a misspelt `extends` is looked for."""

Path = tuple[str | int, ...]
B = TypeVar("B", bound=Block)


@dataclass
class Loaded:
    """What came of a file. ``instance`` is None if there is an error."""

    instance: Instance | None
    diagnostics: list[Diagnostic]
    sources: dict[str, str] = field(default_factory=dict)
    """Where figures come from: path, such as ``sites.abilene.pue``, to the `source` written beside the figure.
    Phases go by their name: ``sites.abilene.phases.one.mw``."""

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.diagnostics if d.severity == "error"]


def load(source: str | os.PathLike[str] | Mapping[str, Any]) -> Instance:
    """The instance of a file, or of Python data with the content of a file.

    Raises InstanceError with every error of it; of data, each has its dotted path as its place.

    >>> optimizer.load("instances/templates/minimal.yaml").name
    'minimal'
    >>> optimizer.load({"name": "mine", "calendar": {"start": 2026, "periods": 2}})
    Traceback (most recent call last):
    optimizer...InstanceError: error[missing-key]: `discount` is missing from the file
      help: Discounting.
    """
    return _instance(_check(source))


def validate(source: str | os.PathLike[str] | Mapping[str, Any] | Instance) -> list[Diagnostic]:
    """Everything there is to say about a file, about Python data or about an instance, as `capstack validate` says it.

    Errors, warnings and notes, each with its place and mostly a remedy; ``str`` shows one as the command does. Nothing
    that is found is raised.

    >>> [found.code for found in optimizer.validate({"name": "mine"}) if found.severity == "error"]
    ['missing-key', 'missing-key']
    """
    if not isinstance(source, Instance):
        return _check(source).diagnostics
    from optimizer.instance.python_data import tree_of

    problems: list[Diagnostic] = []
    return finish(tree_of(source, problems), problems).diagnostics


def _check(source: str | os.PathLike[str] | Mapping[str, Any]) -> Loaded:
    if isinstance(source, Mapping):
        return check_data(source)
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(f"a path or a dict is expected, not {type(source).__name__}")
    if isinstance(source, str) and re.search(r"[\r\n]", source) and not os.path.exists(source):
        message, help = "a path is expected, and this has line breaks", "`optimizer.loads` reads a text"
        return Loaded(None, [Diagnostic("unreadable-file", "error", message, help=help)])
    return check_file(source)


def loads(text: str, name: str = "<text>") -> Instance:
    """The instance of a text, reported under ``name``. Raises InstanceError with every error of it."""
    return _instance(check_text(text, name))


def check_file(path: str | os.PathLike[str]) -> Loaded:
    """Everything there is to say about a file. Never raises on account of the file."""
    problems: list[Diagnostic] = []
    return finish(whole_tree(path, problems), problems)


def check_text(text: str, name: str = "<text>") -> Loaded:
    """Everything there is to say about a text. It cannot extend a file: it lies in no folder."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        message = f"the text is larger than {MAX_BYTES:,} bytes"
        return Loaded(None, [Diagnostic("unreadable-file", "error", message, name)])
    root, problems = parse(Source(name, text))
    return finish(_extending_nothing(root, problems), problems)


def _extending_nothing(root: Node | None, problems: list[Diagnostic]) -> Node | None:
    """The tree of what is no file; None if it extends one."""
    if root is None or _misspelt_extends(root, problems):
        return None
    if not isinstance(root.value, dict) or "extends" not in root.value:
        return root
    message, help = "what is not a file cannot extend a file", "load that file, and change it with `replace`"
    problems.append(_key(root.value["extends"]).diagnostic("extends", message, help))
    return None


def check_data(data: Mapping[str, Any]) -> Loaded:
    """Everything there is to say about Python data. It cannot extend a file: it lies in no folder."""
    from optimizer.instance.python_data import tree_of

    problems: list[Diagnostic] = []
    return finish(_extending_nothing(tree_of(data, problems), problems), problems)


def checked(instance: Instance) -> Instance:
    """The instance, read again as if it stood in a file: pydantic alone would let through what `checks` refuses.

    Raises InstanceError, and TypeError for what is no instance.
    """
    from optimizer.instance.python_data import tree_of

    if not isinstance(instance, Instance):
        remedy = "optimizer.load reads one from a file or a dict"
        raise TypeError(f"an Instance is expected, not {type(instance).__name__}: {remedy}")
    problems: list[Diagnostic] = []
    return checked_tree(tree_of(instance, problems), problems)


def checked_tree(root: Node, problems: list[Diagnostic]) -> Instance:
    """The instance of a whole tree. Raises InstanceError with every error of it, ``problems`` included."""
    return _instance(finish(root, problems))


def _instance(loaded: Loaded) -> Instance:
    if loaded.instance is None:
        raise InstanceError(loaded.errors)
    return loaded.instance


# ── trees ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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
    """The tree of a file laid over the file that it extends, if it does."""
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


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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
            _key(written).diagnostic(
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
            problems.append(_key(node).diagnostic("unknown-key", f"`{key}` is not a key of the file", help))
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


# ── data ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Tree:
    """Plain data and where each part of it is written."""

    data: Any = None
    nodes: dict[Path, Node] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def place(self, path: Path, on_key: bool = False) -> Place:
        """Where a path is written: a single value itself, else its key; what is not written, at the block around it."""
        while path not in self.nodes:
            path, on_key = path[:-1], True
        node = self.nodes[path]
        single = not isinstance(node.value, (dict, list)) and node.written
        return node.place if single and not on_key else _key(node)

    def paths_at(self, places: Container[tuple[str, int, int]]) -> Iterator[Path]:
        """The values at some places, or with their keys there; a block begins where its first key does and goes by its
        own."""
        for path, node in self.nodes.items():
            at = node.key_place if isinstance(node.value, (dict, list)) else node.place
            for each in (at, node.key_place):
                if each is not None and (each.source.file, each.line, each.column) in places:
                    yield path

    def written_at(self, path: Path) -> Any:
        """The plain value at a path, or None."""
        value = self.data
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def flatten(root: Node, problems: list[Diagnostic]) -> Tree:
    """The plain data of a tree, with figures unwrapped and the place of each part."""
    tree = Tree()
    tree.data = _flatten(root, (), "", tree, problems)
    return tree


def _key(node: Node) -> Place:
    return node.key_place or node.place


def _flatten(node: Node, path: Path, shown: str, tree: Tree, problems: list[Diagnostic]) -> Any:
    """Plain data of a node, with figures unwrapped; fills ``tree``."""
    if is_figure(node):
        assert isinstance(node.value, dict)
        inner = node.value["value"]
        tree.sources[shown] = str(node.value["source"].value)
        if isinstance(inner.value, (str, bool)) or inner.value is None:
            problems.append(
                inner.place.diagnostic("figure", "the `value` of a figure with a source should be a number or a series")
            )
        node = replace(inner, key_place=node.key_place)
    tree.nodes[path] = node
    if not node.written:
        name = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this item"
        message = f"{name} has no value, which counts as absent"
        problems.append(
            _key(node).diagnostic(
                "empty-value",
                message,
                "give its value, or its entries below it, indented; null says that there is none",
                "warning",
            )
        )
    if isinstance(node.value, dict):
        return {key: _flatten(n, (*path, key), _join(shown, key), tree, problems) for key, n in node.value.items()}
    if isinstance(node.value, list):
        return [
            _flatten(n, (*path, i), _join(shown, _item_name(n) or str(i + 1)), tree, problems)
            for i, n in enumerate(node.value)
        ]
    return node.value


def _join(shown: str, part: str) -> str:
    return f"{shown}.{part}" if shown else part


def _item_name(node: Node) -> str | None:
    name = node.value.get("name") if isinstance(node.value, dict) else None
    return name.value if name is not None and isinstance(name.value, str) else None


# ── validation ────────────────────────────────────────────────────────────────────────────────────────────────────


def finish(root: Node | None, problems: list[Diagnostic]) -> Loaded:
    """The instance of a whole tree, by schema and checks of meaning; ``problems`` are those found so far."""
    if root is None:
        return Loaded(None, tidy(problems))
    tree = flatten(root, problems)
    sound = not any(d.severity == "error" for d in problems)
    instance, doubts = validated(Instance, tree, problems)
    if instance is not None:
        sound = sound and not doubts.paths and not doubts.unknown
        problems += [_diagnostic(finding, tree) for finding in check(instance, doubts, sound)]
    errors = {(d.file, d.line, d.column) for d in problems if d.severity == "error"}
    # where the missing value is an error, that it counts as absent is no news
    problems = [d for d in problems if d.code != "empty-value" or (d.file, d.line, d.column) not in errors]
    if errors:
        instance = None
    return Loaded(instance, tidy(problems), tree.sources)


def validated(root: type[B], tree: Tree, problems: list[Diagnostic]) -> tuple[B | None, Doubts]:
    """What stands of the data by the schema, and what is in doubt: what it refuses, and where there are problems."""
    said = {(d.file, d.line, d.column) for d in problems if d.severity == "error"}
    doubts = Doubts(tree.data, set(tree.paths_at(said)))
    try:
        return root.model_validate(tree.data), doubts
    except ValidationError as error:
        # a number that could not be read is also a wrong value: saying so once is enough
        found = translate(error, tree, MAX_REPORTED + 1, root, told=doubts.paths)
        problems += [d for d in found if d.code == "missing-key" or (d.file, d.line, d.column) not in said]
        return what_stands(root, error, doubts), doubts


def _diagnostic(finding: Finding, tree: Tree) -> Diagnostic:
    place = tree.place(finding.path, finding.on_key)
    return place.diagnostic(finding.code, finding.message, finding.help, finding.severity)


def tidy(problems: list[Diagnostic]) -> list[Diagnostic]:
    """The problems in order, each once and not too many."""
    kept = in_order(dict.fromkeys(problems))
    errors = [d for d in kept if d.severity == "error"]
    if len(errors) <= MAX_REPORTED:
        return kept
    more = Diagnostic("more", "error", f"only {MAX_REPORTED} errors are shown", errors[0].file)
    return [*errors[:MAX_REPORTED], more]
