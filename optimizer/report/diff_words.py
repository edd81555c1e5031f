"""Inputs, figures and decisions that differ between two runs, as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from optimizer.instance.rate_kinds import rate_kind
from optimizer.report.numbers import money, rate, ratio

if TYPE_CHECKING:
    from optimizer.comparison.diff import Decision, Figure
    from optimizer.comparison.diff_inputs import Input

UNIT_WORDS = {
    "musd": "USD million",
    "usd": "USD",
    "mw": "MW",
    "kw": "kW",
    "h100e": "H100 equivalents",
    "h100e_hour": "H100 equivalent and hour",
    "mw_year": "MW and year",
    "unit_year": "unit and year",
    "unit": "unit",
    "year": "year",
    "period": "period",
    "t": "t",
    "mwh": "MWh",
    "units": "units",
    "periods": "periods",
    "years": "years",
    "months": "months",
    "s": "seconds",
}
"""Suffix of a field → its unit in words; what follows ``_per_`` is worded by the same table."""

SHARES = ("rate", "share", "table_shares", "resale_share_by_age", "spend_profile", "security")
"""Fields that are shares, or hold some, though no ending says so."""

ORDER = ("partner", "contract", "market", "offer", "cloud", "instrument", "round", "site", "phase", "from")
"""In which order it is said which decision it is; what is not here comes last."""

EVENTS = {"count": "starts", "signed": "is signed", "begun": "begins"}
"""Unit of decisions that happen or not → what happens."""


# ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def input_words(change: Input) -> str:
    """``debt.loan.rate_per_year: 8.5 % → 9 % per year, nominal``."""
    if change.kind != "changed":
        return f"{change.path}: only in the {'second' if change.kind == 'added' else 'first'}"
    unit = unit_words(change.path)
    share = unit.startswith("share")
    old, new = value_words(change.old, share), value_words(change.new, share)
    after = unit.removeprefix("share").strip()
    kind = rate_kind(change.path)
    return f"{change.path}: {old} → {new}{f' {after}' if after else ''}{f', {kind}' if kind else ''}"


def value_words(value: Any, share: bool = False) -> str:
    """A value as it is written in a file, shares in per cent; a series in its own form."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() | float() if share:
            return f"{value * 100:,.10g} %"
        case int():  # a count, or a year
            return str(value)
        case float():
            return f"{value:,.10g}"
        case {"initial": start, "growth_per_year": growth}:
            return f"{value_words(start, share)} growing by {growth * 100:,.10g} % per year (effective)"
        case dict():
            return ", ".join(f"{key}: {value_words(each, share)}" for key, each in value.items()) or "nothing"
        case list():
            return ", ".join(value_words(each, share) for each in value) or "nothing"
        case _:
            return str(value)


def unit_words(path: str) -> str:
    """The unit of a field in words, from its name; ``share`` at the start for what is shown in per cent."""
    names = [part for part in re.sub(r"\[\d+\]", "", path).split(".") if not part[:1].isdigit()]
    name = names.pop()
    above = names[-1] if names else ""
    if name == "initial" or "_by_site_" in above or above in SHARES:
        name = above
    if name == "growth_per_year" or name in SHARES:
        return "share per year" if name == "growth_per_year" else "share"
    amount, _, per = name.removesuffix("_by_age").partition("_per_")
    unit = next((ending for ending in _endings(amount) if ending in (*UNIT_WORDS, "share")), "")
    worded = UNIT_WORDS.get(unit, unit)
    if per and not unit:
        worded = "share" if per == "year" else ""
    return f"{worded} per {UNIT_WORDS.get(per, per)}" if per and worded else worded


def _endings(name: str) -> Iterator[str]:
    parts = name.split("_")
    for i in range(len(parts)):
        yield "_".join(parts[i:])


# ── figures ───────────────────────────────────────────────────────────────────────────────────────────────────────


SMALL = 1000.0
"""Below it a figure without a unit is a ratio, a price of an hour or years, of which decimals say something."""


def figure_words(value: float | None, unit: str) -> str:
    """A metric with its unit."""
    if value is None:
        return "n/a"
    match unit:
        case "musd":
            return money(value)
        case "share" | "per_year":
            return rate(value)
        case "dscr":
            return ratio(value)
        case "usd":
            return money(value / 1e6)
        case "USD million years":
            return f"{money(value)} years"
        case "months":
            return f"{value:,.1f} months".replace("-", "−")
        case "" if abs(value) < SMALL and not value.is_integer():
            return ratio(value)
        case _:
            return f"{value:,.0f}{f' {unit}' if unit else ''}".replace("-", "−")


def tie_words(figure: Figure) -> str:
    """Whether the difference of an objective says anything."""
    if not figure.change:
        return f"{spoken(figure.name)}: the same value"
    if figure.gap is None or figure.gap == float("inf"):
        return f"{spoken(figure.name)}: a tie, for there is no bound to tell them apart"
    gaps = figure_words(figure.gap, figure.unit)
    said = (
        f"a tie, the difference is within the two gaps ({gaps})" if figure.tie else f"more than the two gaps ({gaps})"
    )
    return f"{spoken(figure.name)}: {said}"


_SPOKEN = {
    "wacc": "wacc",
    "average_wacc_per_year": "WACC",
    "project_irr_per_year": "project IRR",
    "unlevered_irr_per_year": "unlevered IRR",
    "equity_irr_per_year": "equity IRR",
    "minimum_dscr": "minimum DSCR",
    "loan_life_cover": "LLCR",
    "project_life_cover": "PLCR",
    "equity_multiple": "MOIC",
    "break_even_price_usd_per_h100e_hour": "break-even price, USD an H100e hour",
    "break_even_utilisation_share": "break-even utilisation",
    "payback_years": "payback, years",
}
"""Abbreviations; wacc is the objective, and WACC the same ratio of the plan."""


def figure_name(figure: Figure) -> str:
    """The name of a figure in words; of an objective, whether it is the best of its level or what the plan comes to."""
    what = " (objective)" if figure.objective else " (this plan)" if figure.own else ""
    return f"{spoken(figure.name)}{what}"


def spoken(name: str) -> str:
    """The name of a metric in words, without its unit."""
    if name in _SPOKEN:
        return _SPOKEN[name]
    return next(
        (name.removesuffix(end) for end in ("_musd", "_usd", "_per_year", "_months") if name.endswith(end)), name
    ).replace("_", " ")


# ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def decision_words(decision: Decision) -> str:
    """What is done otherwise: ``site abilene, phase hall: starts in 2028 instead of 2027``."""
    columns = sorted(decision.what, key=lambda column: ORDER.index(column) if column in ORDER else len(ORDER))
    what = ", ".join(f"{column} {decision.what[column]}" for column in columns)
    if decision.unit == "bucket":
        said = _buckets(decision)
    elif decision.unit in EVENTS:
        said = _events(decision, EVENTS[decision.unit])
    else:
        said = _amounts(decision)
    return f"{what}: {said}" if what else said


def _buckets(decision: Decision) -> str:
    moves = (f"{decision.new.get(t, 0):.0f} instead of {decision.old.get(t, 0):.0f} in {t}" for t in decision.periods)
    return f"bucket {', '.join(moves)}"


def _events(decision: Decision, happens: str) -> str:
    """Each that is gone is paired with one that came, in the order of the periods."""
    gone, came = (
        [t for t in decision.periods for _ in range(round(max(0.0, a.get(t, 0.0) - b.get(t, 0.0))))]
        for a, b in ((decision.old, decision.new), (decision.new, decision.old))
    )
    pairs = min(len(gone), len(came))
    said = [f"{new} instead of {old}" for old, new in zip(gone, came, strict=False)]
    parts = [f"{happens} in {_counted(said)}"] if said else []
    for periods, which in ((came[pairs:], "second"), (gone[pairs:], "first")):
        if periods:
            when = f" in {_counted(periods)}" if periods[0] else ""
            parts.append(f"{happens}{when} only in the {which}")
    return "; ".join(parts)


def _counted(texts: list[str]) -> str:
    counts = {text: texts.count(text) for text in texts}
    return ", ".join(f"{text} ({count} of them)" if count > 1 else text for text, count in counts.items())


def _amounts(decision: Decision) -> str:
    changes = {t: decision.new.get(t, 0.0) - decision.old.get(t, 0.0) for t in decision.periods}
    if len(changes) == 2 and len(decision.old) == len(decision.new) == 1:
        (old_t, old), (new_t, new) = *decision.old.items(), *decision.new.items()
        if abs(sum(changes.values())) <= 1e-6 * max(abs(old), abs(new)) + 1e-6:
            return f"{_quantity(new, decision.unit)} in {new_t} instead of {old_t}"
    parts = [
        f"{_quantity(abs(change), decision.unit)} {'more' if change > 0 else 'less'}{f' in {t}' if t else ''}"
        for t, change in changes.items()
    ]
    total = sum(changes.values())
    if len(parts) > 1:
        moved = abs(total) <= 1e-6 * max(map(abs, changes.values()))
        way = "more" if total > 0 else "less"
        parts.append("the same in all" if moved else f"{_quantity(abs(total), decision.unit)} {way} in all")
    return ", ".join(parts)


def _quantity(amount: float, unit: str) -> str:
    if unit == "musd":
        return money(amount)
    digits = 0 if amount >= 100 or amount == round(amount) else 2
    return f"{amount:,.{digits}f} {UNIT_WORDS.get(unit, unit)}"
