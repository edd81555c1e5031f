"""What is moved by how much and when, and amounts, in words."""

from __future__ import annotations

import math

from optimizer.explanation.prices.price import Price

DIGITS = 3
"""Of a worth so many digits are shown, or all to the dot."""
LEAST = 1e-3
"""USD million: smaller amounts are told in powers of ten, and ends of intervals as 0 or this."""

MINUS, NONE = "\N{MINUS SIGN}", "\N{EN DASH}"
SUFFIXES = ("_musd", "_mw", "_units", "_h100e", "_share", "_periods")
OPPOSITE = {"later": "earlier", "earlier": "later"}


def label(price: Price, tighter: bool) -> str:
    """What is moved, by how much and when: ``+100 MW texas power limit from 2029``."""
    name = name_of(price.path)
    if price.way == "off":
        return f"{name} lifted"
    if price.way in OPPOSITE:
        by = f"{plain(price.step)} period{'' if price.step == 1.0 else 's'}"
        return f"{name} {by} {OPPOSITE[price.way] if tighter else price.way}"
    sign = "+" if (price.way == "more") != tighter else MINUS
    return f"{sign}{_step(price)} {name}{_when(price)}"


def _step(price: Price) -> str:
    number = plain(price.step)
    match price.unit:
        case "USD million":
            return f"${number} m"
        case "share":
            return f"{plain(100.0 * price.step)} %-point"
        case "periods" | "months" | "phases":
            return f"{number} {price.unit[:-1] if price.step == 1.0 else price.unit}"
        case "units" | "own unit":
            return number
    return f"{number} {price.unit}"


def name_of(path: str) -> str:
    """The names in a path and what it limits, without the blocks that these stand in."""
    parts = path.split(".")
    block, last = parts[0], parts[-1]
    for suffix in SUFFIXES:
        last = last.removesuffix(suffix)
    between = [part for i, part in enumerate(parts[1:-1], 1) if (block, i, part) not in INSIDE]
    return " ".join([*([] if between else [block]), *between, last]).replace("_", " ")


INSIDE = {("sites", 2, "phases"), ("equity", 1, "rounds"), ("equity", 1, "preferred")}
"""Lists within blocks: which block, where in the path, and their key."""


def _when(price: Price) -> str:
    """The periods in which a limit moves, where it does not in all of them."""
    moved = [a != b for a, b in zip(price.before, price.after, strict=True)]
    if not price.first or all(moved):
        return ""
    if moved[-1]:
        return f" from {price.first}"
    return f" in {price.first}" if price.first == price.last else f" {price.first} to {price.last}"


def plain(number: float) -> str:
    """A number as it stands in a file."""
    return f"{number:,.6f}".rstrip("0").rstrip(".")


def amount(number: float | None) -> str:
    """An amount of USD million to DIGITS digits."""
    if number is None:
        return NONE
    if abs(number) < LEAST:
        return "0" if abs(number) < 1e-9 else f"{number:.1e}".replace("e-0", "e-")
    return _shown(round(number / _unit(number)) * _unit(number))


def between(low: float, high: float) -> str:
    """An interval; one number where its ends are closer than what is shown of them."""
    if high - low < 0.2 * _unit(max(abs(low), abs(high))):
        return amount((low + high) / 2.0)
    shown = down(low), up(high)
    return shown[0] if shown[0] == shown[1] else f"{shown[0]} to {shown[1]}"


def down(number: float) -> str:
    """A lower end, rounded down."""
    return _shown(_rounded(number, -1.0))


def up(number: float) -> str:
    """An upper end, rounded up."""
    return _shown(_rounded(number, 1.0))


def _rounded(number: float, way: float) -> float:
    """To DIGITS digits, up or down; what is within a hundredth of the last digit is taken for the number there."""
    if abs(number) < LEAST:
        return way * LEAST if number * way > 0.0 else 0.0
    unit = _unit(number)
    count = number / unit
    whole = round(count)
    if abs(count - whole) > 0.01:
        whole = math.ceil(count) if way > 0.0 else math.floor(count)
    return whole * unit


def _unit(number: float) -> float:
    """What the last digit that is shown of a number stands for, at the most 1."""
    return min(1.0, 10.0 ** (math.floor(math.log10(max(abs(number), LEAST))) + 1 - DIGITS))


def _shown(number: float) -> str:
    size = abs(number)
    if size == LEAST:
        return plain(number).replace("-", MINUS)
    digits = 0 if size >= 100.0 or size == 0.0 else max(0, DIGITS - 1 - math.floor(math.log10(size)))
    return f"{number:,.{digits}f}".replace("-", MINUS)
