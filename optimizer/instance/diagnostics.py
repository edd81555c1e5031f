"""What is told to the user about an instance file: one `Diagnostic` for each problem, and how it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]

# what a terminal could take for a command, and what would turn the order of the letters around
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LONGEST_SOURCE_LINE = 120


@dataclass(frozen=True)
class Diagnostic:
    """One problem of an instance file.

    ``line`` and ``column`` count from 1 and are 0 where the problem has no place (a file that cannot be read).

    >>> dear = base.replace({"debt.loan.rate_per_year": 8})
    >>> print(next(found for found in optimizer.validate(dear) if found.severity == "warning"))
    debt.loan.rate_per_year: warning[unusual-figure]: 8 (800 %) a year is unusual
      help: did you mean 0.08? ...
    """

    code: str
    severity: Severity
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    source_line: str = ""
    help: str = ""

    def __str__(self) -> str:
        return render(self)

    def to_dict(self) -> dict[str, Any]:
        """The diagnostic as plain data.

        >>> [found.to_dict()["code"] for found in optimizer.validate({"name": "mine"})][:2]
        ['missing-key', 'missing-key']
        """
        return asdict(self)


class InstanceError(Exception):
    """An instance that cannot be used; ``diagnostics`` says why.

    >>> try:
    ...     base.replace({"debt.loan.tenor_periods": -1})
    ... except optimizer.InstanceError as error:
    ...     print(error.diagnostics[0].code)
    wrong-value
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = list(diagnostics)
        super().__init__("\n".join(render(d) for d in self.diagnostics))


def render(d: Diagnostic) -> str:
    """The diagnostic as plain text: where and what, the source line with a caret, and a help line."""
    place = f"{d.file}:{d.line}:{d.column}" if d.line else d.file
    lines = [f"{place}: {d.severity}[{d.code}]: {d.message}" if place else f"{d.severity}[{d.code}]: {d.message}"]
    gutter = " " * len(str(d.line))
    if d.line and d.source_line.strip():
        text, column = _window(d.source_line.replace("\t", " "), d.column)
        lines += [f" {d.line} | {text}", f" {gutter} | {' ' * (column - 1)}^"]
    if d.help:
        lines.append(f" {gutter} = help: {d.help}" if d.line else f"  help: {d.help}")
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines))


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file and place."""
    return sorted(diagnostics, key=lambda d: (d.file, d.line, d.column, d.code, d.message))


def _window(text: str, column: int) -> tuple[str, int]:
    """A part of a long line that shows the column, and the column in it."""
    if len(text) <= _LONGEST_SOURCE_LINE:
        return text, column
    start = max(0, min(column - _LONGEST_SOURCE_LINE // 2, len(text) - _LONGEST_SOURCE_LINE))
    part = text[start : start + _LONGEST_SOURCE_LINE]
    return f"{'…' if start else ''}{part}…", column - start + bool(start)
