"""YAML text to a tree of nodes that know their place.

YAML 1.1, as most readers speak it, turns `NO` into false, `017` into 15, `12:30` into 750 and `1e9` into a text. Here
only the core rules of YAML 1.2 hold, and what remains ambiguous is refused: anchors, aliases, merge keys, tags, equal
keys, numbers with leading zeros. The tree is built from the stream of parser events, without recursion, so that
hostile files run into a limit and not into the stack.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from optimizer.instance.diagnostics import UNPRINTABLE, Diagnostic, Severity
from optimizer.instance.number_text import either, readings

MAX_BYTES = 2_000_000
MAX_NODES = 200_000
MAX_DEPTH = 40
MAX_DIGITS = 40
LARGEST, LARGEST_TEXT = 10**15, "1e15"
"""Figures are at most so large, above or below 0: sums of larger ones are no numbers to a solver."""
SMALLEST = 1e-50

_LINE_BREAK = re.compile("\r\n|\r|\n")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NON_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_COMMA_NUMBER = re.compile(r"[-+]?[0-9]+(,[0-9]+)+(\.[0-9]+)?(?=\s*([,}\]]|$))")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")

_SYNTAX_HELP = (
    ("mapping values are not allowed", "a text that contains ': ' needs quotes; otherwise check the indentation"),
    ("could not find expected ':'", "write `key: value`, and put text that spans lines in quotes"),
    ("did not find expected key", "the keys of one block start in the same column"),
    ("did not find expected '-'", "the items of one list start in the same column"),
    ("did not find expected ',' or", "a bracket or a comma is missing"),
    ("did not find expected node content", "a value is missing here"),
    ("unexpected end of stream", "a quote is not closed"),
    ("unknown escape character", "a backslash stands for itself in single quotes"),
    ("block sequence entries are not allowed", "put the list on a line of its own"),
    ("cannot start any token", "put a text that begins with this character in quotes"),
)


@dataclass(frozen=True)
class Source:
    """A text and the name under which it is reported. The mark that some editors put before UTF-8 is no part of it."""

    file: str
    text: str
    lines: list[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.removeprefix("\ufeff"))
        object.__setattr__(self, "lines", _LINE_BREAK.split(self.text))


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a source; line and column count from 1."""

    source: Source
    line: int
    column: int

    def diagnostic(self, code: str, message: str, help: str = "", severity: Severity = "error") -> Diagnostic:
        line = self.source.lines[self.line - 1] if self.line <= len(self.source.lines) else ""
        return Diagnostic(code, severity, message, self.source.file, self.line, self.column, line, help)


Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it is written. The keys of a mapping are texts: `2026` and `"2026"` are the same key."""

    value: Scalar | list[Node] | dict[str, Node]
    place: Place
    key_place: Place | None = None
    """Where the key is, for a value of a mapping."""
    written: bool = True
    """False for a key with nothing behind it."""


class _Stop(Exception):
    """Reading on makes no sense."""


def beyond(number: int | float, text: str) -> tuple[str, str, str] | None:
    """The code of a number that is beyond LARGEST or next to nothing, what is wrong with it, and what to do."""
    if abs(number) > LARGEST:
        code = "too-large" if math.isfinite(number) else "not-finite"
        return code, f"{text} is too large: figures are at most {LARGEST_TEXT}", "leave a limit out if there is none"
    if 0 < abs(number) < SMALLEST:
        return "too-small", f"{text} is so small that nothing can be added up with it", "write 0"
    return None


def parse(source: Source) -> tuple[Node | None, list[Diagnostic]]:
    """The tree of a text and every problem found; the tree is None if there is none to speak of.

    Never raises on account of the text.
    """
    problems = _unreadable_characters(source)
    if problems:
        return None, problems
    builder = _Builder(source)
    try:
        for event in _events(source):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        builder.problems.append(_syntax_error(source, error))
        return None, builder.problems
    except yaml.YAMLError as error:
        builder.problems.append(Place(source, 1, 1).diagnostic("yaml-syntax", f"this is not YAML: {error}"))
        return None, builder.problems
    except _Stop:
        return None, builder.problems
    root = builder.root
    if root is None or (root.value is None and not root.written):
        builder.report(Place(source, 1, 1), "empty-file", "the file is empty", "begin with `name:`")
        return None, builder.problems
    if not isinstance(root.value, dict):
        builder.report(root.place, "not-a-mapping", "the file should hold keys and values", "begin with `name: …`")
        return None, builder.problems
    return root, builder.problems


def _events(source: Source) -> Iterator[Any]:
    yield from yaml.parse(source.text, Loader=_LOADER)


def _unreadable_characters(source: Source) -> list[Diagnostic]:
    found = UNPRINTABLE.search(source.text)
    if found is None:
        return []
    before = _LINE_BREAK.split(source.text[: found.start()])
    place = Place(source, len(before), len(before[-1]) + 1)
    code = ord(found.group())
    return [place.diagnostic("control-character", f"the character U+{code:04X} is not allowed", "delete it")]


def _syntax_error(source: Source, error: yaml.MarkedYAMLError) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if line > len(source.lines):
        line, column = len(source.lines), 1
    problem = error.problem or "the text cannot be read"
    place = Place(source, line, column)
    if source.lines[line - 1][column - 1 : column] == "\t" or "\t" in _indent(source.lines[line - 1]):
        return place.diagnostic("tab", "a tab cannot indent a line", "indent with spaces")
    help = next((text for start, text in _SYNTAX_HELP if start in problem), "")
    context = f" ({error.context})" if error.context else ""
    return place.diagnostic("yaml-syntax", f"{problem}{context}", help)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being read."""

    items: list[Node] | dict[str, Node]
    place: Place
    key: str | None = None
    key_place: Place | None = None
    awaits_key: bool = True
    flow: bool = False
    """Written with brackets, in which a comma ends an entry."""


class _Builder:
    """Puts nodes together from parser events."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.nodes = 0
        self.documents = 0

    def report(self, place: Place, code: str, message: str, help: str = "") -> None:
        self.problems.append(place.diagnostic(code, message, help))

    def take(self, event: Any) -> None:
        place = Place(self.source, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.report(place, "several-documents", "a second document begins here", "keep one document per file")
                raise _Stop
        if isinstance(event, yaml.NodeEvent):
            self._count(place)
            self._refuse_decoration(event, place)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
        elif isinstance(event, yaml.AliasEvent):
            self._add(Node(None, place), scalar_key=True)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(self.stack) >= MAX_DEPTH:
                self.report(place, "too-deep", f"nested more than {MAX_DEPTH} levels deep")
                raise _Stop
            items: list[Node] | dict[str, Node] = {} if isinstance(event, yaml.MappingStartEvent) else []
            self.stack.append(_Open(items, place, flow=bool(event.flow_style)))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            closed = self.stack.pop()
            self._add(Node(closed.items, closed.place), scalar_key=False)

    def _count(self, place: Place) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.report(place, "too-many-values", f"the file holds more than {MAX_NODES:,} values")
            raise _Stop

    def _refuse_decoration(self, event: Any, place: Place) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.report(place, "alias", f"the alias *{event.anchor} is not allowed", "write the value out")
        elif event.anchor is not None:
            self.report(place, "anchor", f"the anchor &{event.anchor} is not allowed", "write values out where needed")
        if getattr(event, "tag", None) is not None:
            self.report(place, "tag", f"the tag {event.tag} is not allowed", "delete it; quote a value to make it text")

    def _scalar(self, event: Any, place: Place) -> None:
        bad = UNPRINTABLE.search(event.value)
        if bad:
            self.report(place, "control-character", f"the text holds the character U+{ord(bad.group()):04X}")
        if event.style or event.tag:  # the style of a plain scalar is None or "", by parser
            self._add(Node(event.value, place), scalar_key=True)
            return
        if self._is_rest_of_number(event.value, place):
            return
        if event.value == "<<" and self.stack and isinstance(self.stack[-1].items, dict) and self.stack[-1].awaits_key:
            self.report(place, "merge-key", "the merge key << is not allowed", "use `extends:`, or write the keys out")
        self._add(Node(self._resolve(event.value, place), place, written=event.value != ""), scalar_key=True)

    def _is_rest_of_number(self, text: str, place: Place) -> bool:
        """Whether this is the 000 of ``{musd: 2,000}``, a key to YAML; said once for each number, at its beginning."""
        top = self.stack[-1] if self.stack else None
        if top is None or not top.flow or not text[:1].isdigit():
            return False
        mapping = isinstance(top.items, dict)
        # in a list 160,5 may well be two values, and only 2,000 cannot be
        if not top.awaits_key if mapping else not _LEADING_ZERO.match(text):
            return False
        line = self.source.lines[place.line - 1]
        before = re.search(r"[-+]?[0-9][0-9,]*$", line[: place.column - 1])
        found = before and before[0].endswith(",") and _COMMA_NUMBER.match(line, before.start())
        if not found or found.end() < place.column - 1 + len(text):
            return False
        if mapping and not line[: found.start()].rstrip().endswith(":"):
            return False
        if mapping:
            top.key, top.awaits_key = None, False  # with the nothing behind it, it is passed over
        begin = Place(self.source, place.line, found.start() + 1)
        meant = readings(found[0])
        help = f"write {either(meant)}" if meant else "write a number without commas, and a list in brackets"
        said = begin.diagnostic("comma-in-number", "a comma ends the entry", help)
        if said not in self.problems[-1:]:
            self.problems.append(said)
        return True

    def _resolve(self, text: str, place: Place) -> Scalar:
        """The value of a plain scalar by the core rules of YAML 1.2."""
        if text in _NULL:
            return None
        if text in _BOOLEAN:
            return _BOOLEAN[text]
        if _NON_FINITE.fullmatch(text):
            self.report(place, "not-finite", f"{text} is not a finite number", "leave a limit out if there is none")
            return text
        whole, other = _DECIMAL.fullmatch(text), _OTHER_BASE.fullmatch(text)
        if not whole and not other and not _FLOAT.fullmatch(text):
            return text
        if sum(map(str.isdigit, text)) > MAX_DIGITS or len(text) > 2 * MAX_DIGITS:
            self.report(place, "too-many-digits", f"a number has at most {MAX_DIGITS} digits")
            return text
        if other:
            return self._within(int(text, 0), text, place)
        if _LEADING_ZERO.match(text):
            sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.lstrip("+"))
            stripped = digits.lstrip("0")
            number_text = sign + (stripped if stripped[:1].isdigit() else "0" + stripped)
            help = f"write {number_text} for the number, or quote it for the text"
            self.report(place, "leading-zero", f"the number {text} begins with a zero", help)
            return text
        return self._within(int(text) if whole else float(text), text, place)

    def _within(self, number: int | float, text: str, place: Place) -> Scalar:
        found = beyond(number, text)
        if found is None:
            return number
        self.report(place, *found)
        return text

    def _add(self, node: Node, scalar_key: bool) -> None:
        """Put a finished node into what is open: as an item, a key, or the value of the key before it."""
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent.items, list):
            parent.items.append(node)
        elif parent.awaits_key:
            parent.key, parent.key_place = self._key(node, scalar_key, parent.items), node.place
            parent.awaits_key = False
        else:
            if parent.key is not None:
                parent.items[parent.key] = Node(node.value, node.place, parent.key_place, node.written)
            parent.awaits_key = True

    def _key(self, node: Node, scalar: bool, siblings: dict[str, Node]) -> str | None:
        """The key as text, or None if it cannot be one (which is reported)."""
        value = node.value
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            shown = "a mapping or list" if not scalar else "empty" if value is None else f"{value}".lower()
            self.report(node.place, "key", f"a key should be a text or a whole number, not {shown}", "put it in quotes")
            return None
        key = str(value)
        if key in siblings:
            first = siblings[key].key_place
            where = f"line {first.line}" if first else "above"
            self.report(node.place, "duplicate-key", f"`{key}` is already given in {where}", "keep one of the two")
            return None
        return key
