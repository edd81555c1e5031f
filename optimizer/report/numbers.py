"""Numbers as an analyst reads them."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from optimizer.plan.table import NOTHING, Table

BILLION = 10_000.0
"""From this many USD million on an amount is written in billions."""
ROUNDING = 1e-6
"""Up to this share of its limit a headroom is what solving and adding up leave."""
RATIO_DIGITS = 3
"""Decimals of a ratio in a table of all periods."""
RATES = "WACC and IRR: effective rates per year"
"""What stands below figures that are rates."""


def money(musd: float | None) -> str:
    """An amount of USD million: ``$12.34 bn``, ``$1,234 m``, ``$3.1 m``, ``$12,500``."""
    if musd is None or not isfinite(musd):
        return "n/a"
    sign, size = "−" if musd < 0 else "", abs(musd)
    if size >= BILLION:
        return f"{sign}${size / 1000:,.2f} bn"
    if size >= 100:
        return f"{sign}${size:,.0f} m"
    if size >= 0.1:
        return f"{sign}${size:,.1f} m"
    dollars = f"{size * 1e6:,.0f}"
    return f"{sign if dollars != '0' else ''}${dollars}"


def percent(share: float | None, digits: int = 1) -> str:
    """A share as per cent: ``12.5 %``; a small one that is not 0 shows as ``<0.1 %``, or ``>−0.1 %`` below 0."""
    if share is None or not isfinite(share):
        return "n/a"
    smallest = 10.0**-digits
    if 0 < abs(share) * 100 < smallest / 2:
        return f"{'<' if share > 0 else '>−'}{smallest:.{digits}f} %"
    return f"{share * 100:.{digits}f} %".replace("-", "−")


def rate(share: float | None) -> str:
    """A rate or share that is an objective: ``9.412 %``."""
    return percent(share, 3)


def ratio(value: float | None, digits: int = 2) -> str:
    """A plain ratio: ``1.35``."""
    return "n/a" if value is None else f"{value:.{digits}f}".replace("-", "−")


def headroom(value: float | None, limit: float) -> float:
    """How far something is from its limit, 0 where it is at it but for rounding, so that no breach is shown."""
    return 0.0 if value is None or abs(value) <= ROUNDING * max(1.0, abs(limit)) else value


def is_ratio(table: Table, row: int, column: int) -> bool:
    """Whether a cell is a ratio that lenders test, which says something by its decimals beside any amount."""
    name = table.columns[column]
    if "covenant" in table.columns and name in ("value", "limit", "headroom"):
        return table.rows[row][table.columns.index("kind")] != "minimum_liquidity"
    return name == "dscr" or name.endswith("_dscr")


def digits_for(values: Iterable[float | None]) -> int:
    """How many decimals a column of such numbers wants: 1 below a hundred, else none."""
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    return 1 if largest < 99.95 else 0


def plain(value: float | None, digits: int) -> str:
    """A number with thousands separators; empty for None, a dot for 0, ``~0`` for what only rounds to it."""
    if value is None:
        return ""
    if abs(value) < NOTHING:
        return "·"
    text = f"{value:,.{digits}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else "~0"


def ranges(labels: Iterable[str], order: list[str]) -> str:
    """Labels with runs drawn together: ``2026–2028, 2031``; ``order`` is the order of all labels."""
    wanted = set(labels)
    runs: list[list[str]] = []
    previous = False
    for label in order:
        if label in wanted:
            if previous:
                runs[-1].append(label)
            else:
                runs.append([label])
        previous = label in wanted
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
