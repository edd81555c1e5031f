"""What was probably meant by a number that is not written as one: `1.300,00`, `$0.3bn`, `8.5 percent`, `(0.08)`."""

from __future__ import annotations

import re
from decimal import Decimal

_PLAIN = str.maketrans({"\u2212": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'"})
"""The minus of printed tables, the spaces and the apostrophe that part thousands."""

_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(,[0-9]{3})+(?:\.[0-9]+)?|((?:\.[0-9]{3}){2,}|(?:\.[0-9]{3})+(?=,))(?:,[0-9]+)?"
    r"|( [0-9]{3})+(?:[.,][0-9]+)?|('[0-9]{3})+(?:[.,][0-9]+)?)"
)
_UNGROUPED = re.compile(r"[0-9]+[.,]?|[0-9]*[.,][0-9]+")
_WRITTEN = re.compile(r"([-+]?)(\$|US\$|[€£¥]|[A-Z]{3})? ?([-+]?)([0-9.,][0-9.,_' ]{0,24}?) ?([^0-9]{0,24})")
_LIST = re.compile(r"[-+]?[0-9]*\.?[0-9]+(?:, ?[-+]?[0-9]*\.?[0-9]+)+")

_POWERED = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?[eE][-+]?[0-9]{1,2}")

_LONGEST = 26
"""Decimal keeps 28 digits."""

_DOLLARS = {"$", "US$", "USD"}
_UNITS = {"musd", "usd", "mw", "mwh", "kw", "h100e", "units", "periods", "years", "months"}
_POWERS = (
    (-4, ("bp", "bps", "basis points")),
    (-2, ("%", "percent", "per cent", "pct")),
    (0, ("",)),
    (3, ("k", "thousand")),
    (6, ("m", "mn", "mm", "mio", "million")),
    (9, ("b", "bn", "billion")),
)
_POWER = {word: power for power, words in _POWERS for word in words}


def number_hint(text: str, key: str, listed: bool) -> str:
    """What to write for the value ``text`` of ``key``, whose name tells the unit; nothing if it is no number.

    ``listed``: the key may have a list.
    """
    text = text.strip()
    plain = text.translate(_PLAIN)
    bracketed = plain.startswith("(") and plain.endswith(")")
    if _POWERED.fullmatch(plain):
        return f"write {Decimal(plain).normalize():f}, or {text} without quotes"
    written = _WRITTEN.fullmatch(plain[1:-1].strip() if bracketed else plain)
    found = readings(written[4]) if written else []
    if not written or not found:
        items = re.split(", ?", text) if listed and _LIST.fullmatch(text) else []
        return f"put the list in brackets: [{', '.join(items)}]" if items else ""
    power = _power(written[2] or "", written[5].lower(), key, max(found))
    if power is None:
        return "write the bare number: the unit is in the name of the key"
    sign = -1 if bracketed or "-" in (written[1], written[3]) else 1
    meant = either([sign * value.scaleb(power) for value in found])
    if len(found) > 1:
        return f"write {meant}"
    if not re.fullmatch("[-+]?[0-9.,_' ]+", text):
        return f"write {meant} for {text}"
    decimal = re.fullmatch("[-+]?[0-9]*,[0-9]+", text)
    return f"write {meant}, " + ("with a decimal point" if decimal else "without separators or quotes")


def either(found: list[Decimal]) -> str:
    """Readings in words."""
    return ", or ".join(f"{value.normalize():f}" for value in found) + " if it is a decimal comma" * (len(found) > 1)


def readings(text: str) -> list[Decimal]:
    """What digits with commas, points and other marks may stand for: one number, two, or none."""
    text = text.replace("_", "") if len(text) <= _LONGEST else ""
    sign, digits = ("-", text[1:]) if text[:1] == "-" else ("", text.removeprefix("+"))
    found = []
    if grouped := _GROUPED.fullmatch(digits):
        mark = next(group for group in grouped.groups() if group)[0]
        found.append(digits.replace(mark, ""))
    if _UNGROUPED.fullmatch(digits):
        found.append(digits)
    return [Decimal(sign + each.replace(",", ".")) for each in found]


def is_fraction(key: str) -> bool:
    """Whether a key is a share or a rate by its name."""
    units = set(key.split("_"))
    return not units & _UNITS and (bool(units & {"share", "shares", "rate"}) or key.endswith("_per_year"))


def _power(currency: str, word: str, key: str, value: Decimal) -> int | None:
    """The power of ten between what is written and the unit of the key; None where that is not sure."""
    units = set(key.split("_"))
    word = re.sub(r"[ /]*(p\.?a\.?|per year|a year)$", "", word)
    dollars = re.fullmatch(r"(.*?) ?(usd|\$|dollars)", word)
    word = dollars[1] if dollars else word
    power = 0 if word in units & _UNITS else _POWER.get(word)
    money = units & {"usd", "musd"}
    if power is None or (currency and currency not in _DOLLARS) or ((currency or dollars) and not money):
        return None
    if power < 0:
        return None if units & _UNITS else power
    if power >= 6:
        return (power - 6 if "musd" in units else power) if money else None
    unsure = power == 3 and ("musd" in units or is_fraction(key))
    unsure = unsure or ("musd" in units and bool(currency or dollars) and value >= 100_000)
    return None if unsure else power
