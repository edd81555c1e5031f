"""A tornado in 80 characters: a table, bars, the screening, and what could not be told."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from optimizer.explanation.tornado.parts import CANNOT_BE_KEPT, Bar, Difference, Effect, Findings, Known

WIDTH = 80
NAME, RANGE, CELL = 28, 14, 9
CHART = WIDTH - NAME - 2
LOW, HIGH, UNSURE, WHISKER, AXIS = "▒", "█", "░", "─", "│"
SHORT = {
    "infeasible": "no plan",
    "invalid": "invalid",
    "undefined": "no value",
    "unbounded": "no end",
    CANNOT_BE_KEPT: "not kept",
    "not reached": "no time",
    "no_solution": "open",
    "error": "error",
}
"""What stands for a change where there is none."""


_BETTER = {"minimise": "less", "maximise": "more"}


def words(found: Findings) -> str:
    """All of it as text, lines of 80 characters at most."""
    number = _Number(found)
    unit, better = "per cent" if found.unit == "share" else "USD million", _BETTER[found.sense]
    lines = list(_wrapped(f"{found.instance}: {found.objective}, {unit}; {better} is better"))
    if found.base.value is None:
        return "\n".join([*lines, *_wrapped(f"{_no_base(found.base)}: {found.base.reason}")])
    lines += _wrapped(f"as the file stands {_spanned(found.base, number)}; what changes with one figure alone:")
    lines += ["", *_table(found, number)]
    lines += ["", *_bars(found)] if any(change.value for bar in found.bars for change in _changes(bar)) else []
    lines += ["", *_screening(found.screening, number)] if found.screening else []
    lines += ["", *_notes(found)]
    return "\n".join(line.rstrip() for line in lines).rstrip()


def _no_base(base: Known) -> str:
    """That there is none is said only where it is proven."""
    proven = base.status in ("infeasible", "unbounded", "undefined", "invalid")
    return "the base has no plan" if proven else "no plan of the base was found"


class _Number:
    """Numbers of one answer, all with the same decimals."""

    def __init__(self, found: Findings) -> None:
        self._share = found.unit == "share"
        ends = [change for bar in found.bars for change in (bar.low_change, bar.high_change) if change is not None]
        largest = max((abs(each.value) for each in ends), default=0.0)
        self._digits = 2 if self._share else 0 if largest >= 1000.0 else 1 if largest >= 10.0 else 3

    def __call__(self, value: float, signed: bool = False) -> str:
        scaled = value * 100.0 if self._share else value
        text = f"{scaled:{'+' if signed else ''},.{self._digits}f}".replace("-", "−")
        return text if any(digit in text for digit in "123456789") else "0"


def _spanned(known: Known, number: _Number) -> str:
    assert known.value is not None
    if known.bound is None:
        return f"{number(known.value)} (how far from the best is not known)"
    own, bound = number(known.value), number(known.bound)
    return (
        own
        if own == bound
        else f"{own} (the best is at most {bound})"
        if known.bound > known.value
        else (f"{own} (the best is at least {bound})")
    )


# ── table ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(found: Findings, number: _Number) -> Iterator[str]:
    held = found.base_held is not None
    heads = ["low", "high", "swing", *(["held"] if held else [])]
    yield f"{'':{NAME}}{'range':>{RANGE}}" + "".join(f"{head:>{CELL}}" for head in heads)
    for bar in found.bars:
        cells = [
            _change(bar.low.best, bar.low_change, number),
            _change(bar.high.best, bar.high_change, number),
            "" if bar.swing is None else number(bar.swing),
            *([_held(bar, number)] if held else []),
        ]
        yield f"{_name(bar.figure):{NAME}}{_range(bar):>{RANGE}}" + "".join(f"{cell:>{CELL}}" for cell in cells)


def _change(known: Known, change: Difference | None, number: _Number) -> str:
    if change is None:
        return SHORT.get(known.status, known.status)
    return number(change.value, signed=True) + ("?" if change.sign is None else "")


def _held(bar: Bar, number: _Number) -> str:
    """The swing with the plan held; with a star where only commitments are."""
    if bar.held_swing is None:
        return "" if bar.swing is None else SHORT[CANNOT_BE_KEPT]
    ends = (bar.low.held, bar.high.held)
    return number(bar.held_swing) + ("*" if any(end and end.kept == "commitments" for end in ends) else "")


def _name(path: str) -> str:
    """A path in so many characters, its middle left out."""
    most = NAME - 1
    return path if len(path) <= most else f"{path[: most // 2]}…{path[len(path) - (most - 1 - most // 2) :]}"


def _range(bar: Bar) -> str:
    low, high = bar.low.at, bar.high.at
    if bar.kind == "factors":
        return f"× {low:.3g}–{high:.3g}"
    if bar.kind == "steps":
        return f"{low:+g}/{high:+g}".replace("-", "−").replace("+0/", "0/")
    return f"{low:.5g}–{high:.5g}"


# ── bars ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _bars(found: Findings) -> Iterator[str]:
    """Two lines for each figure: solved again, and with the plan held."""
    reach = [each for bar in found.bars for change in _changes(bar) for each in _reach(change)]
    low, high = min([0.0, *reach]), max([0.0, *reach])
    scale = _Scale(low, high if high > low else low + 1.0)
    for bar in found.bars:
        if not any(change.value for change in _changes(bar)):
            continue
        yield f"{_name(bar.figure):{NAME}}  {scale.line(bar.low_change, bar.high_change)}"
        if found.base_held is not None and (bar.low_held_change or bar.high_held_change):
            yield f"{'the plan held':>{NAME}}  {scale.line(bar.low_held_change, bar.high_held_change)}"
    marks = {LOW: "low end", HIGH: "high end", WHISKER: "what the gaps leave open", UNSURE: "no sign at this gap"}
    yield from _wrapped(", ".join(f"{mark} {meaning}" for mark, meaning in marks.items()))


def _changes(bar: Bar) -> list[Difference]:
    changes = (bar.low_change, bar.high_change, bar.low_held_change, bar.high_held_change)
    return [change for change in changes if change is not None]


def _reach(change: Difference) -> list[float]:
    return [each for each in (change.value, change.least, change.most) if each is not None]


class _Scale:
    """Differences as characters of a line, 0 at its axis."""

    def __init__(self, low: float, high: float) -> None:
        self._low, self._per = low, (high - low) / (CHART - 1)

    def _at(self, value: float) -> int:
        return min(CHART - 1, max(0, round((value - self._low) / self._per)))

    def line(self, low: Difference | None, high: Difference | None) -> str:
        """Both ends of a figure on one line; where they are on the same side the nearer one is in front."""
        cells = [" "] * CHART
        ends = [(change, sign) for change, sign in ((low, LOW), (high, HIGH)) if change is not None]
        for change, _ in ends:
            if change.least is not None and change.most is not None:
                for i in range(self._at(change.least), self._at(change.most) + 1):
                    cells[i] = WHISKER
        axis = self._at(0.0)
        for change, sign in sorted(ends, key=lambda end: -abs(end[0].value)):
            at = self._at(change.value)
            for i in range(min(axis, at), max(axis, at) + 1):
                cells[i] = UNSURE if change.sign is None else sign
        cells[axis] = AXIS
        return "".join(cells)


# ── the rest ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _screening(effects: Sequence[Effect], number: _Number) -> Iterator[str]:
    """All figures by the size of their elementary effects."""
    yield from _wrapped(
        f"screening of {len(effects)} figures over their whole ranges, all moving: the mean size of the effect (μ*), "
        "and how much it differs (σ), with other figures or along the range"
    )
    yield f"{'':{NAME + RANGE}}" + "".join(f"{head:>{CELL}}" for head in ("μ*", "±", "μ", "σ"))
    for effect in effects:
        numbers = (effect.mu_star, effect.within, effect.mu, effect.sigma)
        cells = ["" if each is None else number(each) for each in numbers]
        wide = NAME + RANGE
        path = effect.figure if len(effect.figure) < wide else f"{effect.figure[: wide - 2]}…"
        yield (
            f"{path:{wide}}"
            + "".join(f"{cell:>{CELL}}" for cell in cells if effect.count)
            + ("" if effect.count else f"{SHORT['infeasible']:>{CELL}}")
        )


def _notes(found: Findings) -> Iterator[str]:
    """Why there is no change, what is held where not all can be, and what the time did not suffice for."""
    for bar in found.bars:
        for end, name in ((bar.low, "low"), (bar.high, "high")):
            if end.best.value is None and end.best.reason:
                yield from _wrapped(f"{bar.figure}, {name}: {end.best.status}: {end.best.reason}")
            elif end.held is not None and end.held.value is None:
                yield from _wrapped(f"{bar.figure}, {name}: the plan cannot be kept: {end.held.reason}")
    ends = [end.held for bar in found.bars for end in (bar.low, bar.high) if end.held is not None]
    if any(end.kept == "commitments" for end in ends):
        yield from _wrapped(
            "*: not all physical decisions can be kept; what is begun, ordered and signed is, what is served reacts"
        )
    if any(change.sign is None for bar in found.bars for change in _changes(bar)):
        yield from _wrapped("?: the gaps do not settle whether it is more or less; a smaller --gap may")
    if not found.complete:
        yield "the time was up before all was done"


def _wrapped(text: str) -> Iterator[str]:
    """Lines of 80 characters at most, broken at blanks."""
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > WIDTH:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield from (line[i : i + WIDTH] for i in range(0, math.ceil(len(line) / WIDTH) * WIDTH, WIDTH))
