"""Prices in words: a table of 80 columns, the largest worth first."""

from __future__ import annotations

import math

from optimizer.explanation.prices.labels import LEAST, amount, between, down, label, up
from optimizer.explanation.prices.price import Price, Priced

WIDTH, WORTH, NUMBER = 79, 18, 9
"""Widths of a line, of the first column of numbers, and of each other; a longer label has a line of its own."""


def prices_words(found: Priced) -> str:
    """What it starts from, the table, and what is not in it."""
    lines = _head(found)
    if not found.prices:
        none = "no limit that was looked at holds the plan back" if found.complete else "no limit was priced"
        return "\n".join([*lines, none, *_foot(found)])
    titles = [("worth, $ m", "all is free"), ("same", "build"), ("its", "NPV"), ("rate", "per unit")]
    if found.objective == "net_present_cost":
        del titles[2]
    lines += ["", _row("", [above for above, _ in titles]), _row("a step of", [below for _, below in titles])]
    for price in found.ranked:
        cells = [_worth(price), amount(price.same_build), amount(price.same_build_npv), amount(price.rate)]
        if found.objective == "net_present_cost":
            del cells[2]
        text = label(price, found.tighter)
        row = _row(text, cells)
        lines += [row] if len(row) <= WIDTH else [text, _row("", cells)]
    return "\n".join([*lines, *_foot(found)])


def _head(found: Priced) -> list[str]:
    goal = found.objective.replace("_", " ")
    best = f"the {'least' if found.sense == 'minimise' else 'greatest'} {goal}"
    what = "a step less of each limit" if found.tighter else "a step more of each limit"
    gap = abs(found.value - found.bound)
    within = "how near the best is not proven" if math.isinf(gap) else f"within ${up(max(gap, LEAST))} m"
    lines = [f"{found.instance}: what {what} is worth", f"{best}: ${found.value:,.3f} m, {within}"]
    if found.plan_value is not None and abs(found.plan_value - found.value) > LEAST:
        lines.append(f"the plan has ${found.plan_value:,.3f} m: its gap, and what later objectives take")
    return lines


def _foot(found: Priced) -> list[str]:
    lines = []
    if any(price.acts != "amounts" for price in found.prices):
        lines.append("all is free: halls, lots, signatures may change; same build: they are kept")
    if more := found.binding - len(found.prices):
        lines.append(f"{more} more limit{' binds' if more == 1 else 's bind'}: -n {found.binding} prices all")
    if not found.complete:
        lines.append(f"the time was up after {found.seconds:.0f} s: with more of it, more is known")
    return ["", *lines] if lines else []


def _row(text: str, cells: list[str]) -> str:
    """A label and its cells, these against the right margin."""
    first, *rest = cells
    numbers = f" {first:>{WORTH - 1}}{''.join(f'{each:>{NUMBER}}' for each in rest)}"
    return f"{text:<{WIDTH - len(numbers)}}{numbers}".rstrip()


def _worth(price: Price) -> str:
    """An interval; what it is less than where it may be nothing; at least so much where only that is known."""
    low, high = price.low, price.high
    if price.known in ("no plan", "no end"):
        return price.known
    if price.known == "not solved" or low is None or high is None:
        if low is not None and low > 0.0:
            return f"at least {down(low)}"
        return f"at most {up(high)}" if high is not None and high < 0.0 else "not known"
    if not price.settled:
        return f"less than {up(max(high, -low, LEAST))}"
    return between(low, high)
