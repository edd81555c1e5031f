"""A committed plan in other worlds, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import TextWrapper

from optimizer.explanation.stress.parts import (
    Breach,
    Cure,
    Damages,
    Exceeded,
    Interval,
    Late,
    Money,
    Stressed,
    Unserved,
)

MOST_LINES = 8
"""Lines of one kind before the rest is counted."""

JOINED = "\N{NO-BREAK SPACE}m"
"""Of USD million, where a line must not end."""

NAMES = {
    "phase_starts": "start of",
    "colocation": "colocation at",
    "orders": "order of",
    "frameworks": "framework with",
    "developments": "development of",
    "energy_contracts": "energy contract with",
    "reservations": "cloud reserved from",
    "partners": "contract with",
    "contracts": "contract with customer",
    "facilities": "signature of",
    "debt_draws": "draw of",
    "equity_raises": "round",
    "preferred_raises": "preferred equity",
}
UNITS = {"musd": "USD million", "mw": "MW", "h100e": "H100e", "units": "units"}
KINDS = {
    "dscr": "CFADS short by",
    "interest_cover": "EBITDA short by",
    "debt_to_ebitda": "debt too high by",
    "debt_to_capital": "debt off by",
    "loan_to_value": "debt too high by",
    "minimum_liquidity": "short by",
}


def title_words(instance: str, fix: str) -> list[str]:
    """What is asked."""
    what = "all of it" if fix == "all" else f"what is decided by {fix.partition(':')[2]}"
    title = f"{instance}: the plan is committed ({what}), and the world turns out otherwise"
    return TextWrapper(80, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False).wrap(title)


def stressed_words(found: Stressed, objective: str, unit: str, labels: Sequence[str]) -> list[str]:
    """What comes of it in one world; ``labels`` are those of all periods."""
    title = f": {found.title}" if found.title else ""
    lines = [f"{found.scenario}{title}"]
    lines += _wrapped(f"{VERDICTS[found.status]}{_after(found, objective, unit)}")
    if found.message:
        lines += _wrapped(found.message)
    lines += _several("power", list(_exceeded(found.exceeded, "" if found.late else " as planned")))
    lines += _several("late", list(_lates(found.late, labels)))
    if found.paid_later:
        most = max(found.paid_later, key=lambda each: each.musd)
        lines += _wrapped(
            f"what is late is paid later: by the end of {most.period} {_musd(most.musd)} less is spent on sites and "
            "hardware than planned; who has to pay as planned is short of that as well"
        )
    lines += _several("not served", list(_unserved(found.unserved)))
    lines += _several("damages", list(_damages(found.damages)))
    lines += _cash(found)
    lines += _several("covenant", list(_breaches(found.breaches)))
    before, after = found.dividends_musd
    if found.after is not None and abs(before - after) > 0.05:
        lines += _wrapped(f"dividends: {_musd(after)} in place of {before:,.1f}")
    lines += _cures(found)
    if found.after is not None and found.audit_passed is not True:
        lines += _wrapped("THE AUDIT OF THE PLAN THAT IS LEFT FAILED: do not use these figures")
    return lines


VERDICTS = {
    "holds": "the plan holds",
    "does not hold": "the plan does not hold",
    "impossible": "the plan cannot go on",
    "not decided": "not decided",
}


def _after(found: Stressed, objective: str, unit: str) -> str:
    if found.after is None:
        return ""
    return f"; {objective.replace('_', ' ')} {_interval(found.before, unit)} → {_interval(found.after, unit)}"


def _interval(interval: Interval, unit: str) -> str:
    if unit == "share":
        value, bound = f"{interval.value:.2%}", "?" if interval.bound is None else f"{interval.bound:.2%}"
    else:
        value, bound = _musd(interval.value), "?" if interval.bound is None else _musd(interval.bound)
    return value if value == bound else f"{value} (best possible {bound})"


def _exceeded(exceeded: Sequence[Exceeded], how: str) -> Iterator[str]:
    """A line for each limit, with the MW above it by period."""
    for limit in dict.fromkeys(each.limit for each in exceeded):
        own = [each for each in exceeded if each.limit == limit]
        over = [(each.period, each.committed_mw - each.limit_mw) for each in own]
        yield f"{limit} exceeded{how}, MW: {_by_period(over)}"


def _unserved(unserved: Sequence[Unserved]) -> Iterator[str]:
    for market in dict.fromkeys(each.market for each in unserved):
        own = [each for each in unserved if each.market == market]
        shown = [f"{each.h100e:,.0f} ({each.share:.1%} of demand) in {each.period}" for each in own[:MOST_LINES]]
        more = f" and {len(own) - MOST_LINES} periods more" if len(own) > MOST_LINES else ""
        yield f"{market}, H100e: {', '.join(shown)}{more}"


def _damages(damages: Sequence[Damages]) -> Iterator[str]:
    for market in dict.fromkeys(each.market for each in damages):
        own = [each for each in damages if each.market == market]
        more = _by_period([(each.period, each.musd - each.planned_musd) for each in own])
        yield f"{market}: USD million more than planned: {more}"


def _by_period(amounts: Sequence[tuple[str, float]]) -> str:
    shown = ", ".join(f"{_amount(amount)} in {period}" for period, amount in amounts[:MOST_LINES])
    return shown if len(amounts) <= MOST_LINES else f"{shown} and {len(amounts) - MOST_LINES} periods more"


def _lates(late: Sequence[Late], labels: Sequence[str]) -> Iterator[str]:
    """A line for each commitment: the most that is missing, and when it has been made up."""
    for key in dict.fromkeys((each.table, each.name) for each in late):
        own = [each for each in late if (each.table, each.name) == key]
        worst = max(own, key=lambda each: each.planned - each.kept)
        unit = f" {UNITS[worst.unit]}" if worst.unit in UNITS else ""
        of = f"{_amount(worst.planned - worst.kept)} of {_amount(worst.planned)}{unit}"
        if worst.table == "allocations":
            offer, _, site = worst.name.rpartition(".")
            moved = float(f"{worst.planned - worst.kept:.3g}")  # no better is known: see MOVED
            of = f"{_amount(moved)} of {_amount(worst.planned)}{unit}"
            yield f"{offer} at {site}: {of} planned by {worst.period} go to another site"
        elif not worst.period:
            yield f"{NAMES[worst.table]} {worst.name}: cannot be kept"
        elif own[-1].period == labels[-1]:
            yield f"{NAMES[worst.table]} {worst.name}: {of} due by {worst.period} cannot be kept"
        else:
            made_up = labels[labels.index(own[-1].period) + 1]
            yield f"{NAMES[worst.table]} {worst.name}: {of} due by {worst.period} slip, made up in {made_up}"


def _cash(found: Stressed) -> list[str]:
    if not found.short:
        return ["  cash: never short"] if found.after is not None or found.status == "holds" else []
    sure = "" if found.short_verdict == "yes" else "; whether it is needed is not decided"
    return _wrapped(f"cash: short by {_musd(found.short_musd)}{_dated(found.short)}{sure}")


def _dated(money: Sequence[Money]) -> str:
    if len(money) == 1:
        return f" in {money[0].period}"
    return ": " + ", ".join(f"{each.period} {each.musd:,.1f}" for each in money)


def _breaches(breaches: Sequence[Breach]) -> Iterator[str]:
    """A line for each covenant: the worst of its tests, and how many are not met."""
    for name in dict.fromkeys(each.covenant for each in breaches):
        own = [each for each in breaches if each.covenant == name]
        worst = max(own, key=lambda each: each.short_musd)
        value = "nothing to measure it by" if worst.value is None else f"{worst.value:,.3f}"
        short = f"{KINDS[worst.kind]} {_musd(worst.short_musd)}"
        more = f"; {len(own)} tests, {own[0].period} to {own[-1].period}" if len(own) > 1 else ""
        yield f"{name} {worst.period}: {value} against {worst.threshold:,.3f}, {short}{more}"


def _cures(found: Stressed) -> list[str]:
    lines = []
    for each in found.cures:
        match each.kind:
            case "equity":
                lines += _wrapped(f"cure: {_equity(each)}")
            case "later decisions":
                lines += _wrapped(f"cure: {_later(each, found)}")
            case _:
                money = f"{_musd(each.total_musd)} from outside{_dated(each.money)}, and " if each.money else ""
                lines += _wrapped(f"cure: {money}{_waivers(each)}")
    return lines


def _later(cure: Cure, found: Stressed) -> str:
    begun = f"deciding anew from {cure.free_from} on:"
    if cure.enough == "yes":
        return f"{begun} nothing is short, and no covenant is broken"
    if not cure.money and not cure.waived:
        return f"{begun} not decided"
    short = f"{_musd(cure.total_musd)} short in place of {found.short_musd:,.1f}" if found.short else "no cash short"
    tests = f", {_tests(len(cure.waived))} not met in place of {len(found.breaches)}" if found.breaches else ""
    return f"{begun} not enough, {short}{tests}"


def _tests(count: int) -> str:
    return "1 test" if count == 1 else f"{count} tests"


def _waivers(cure: Cure) -> str:
    """The tests that have to be waived, by covenant."""
    periods: dict[str, list[str]] = {}
    for each in cure.waived:
        name, _, period = each.rpartition(" ")
        periods.setdefault(name, []).append(period)
    return "a waiver of " + ", ".join(f"{name} in {_enumerated(of)}" for name, of in periods.items())


def _enumerated(periods: Sequence[str]) -> str:
    shown = ", ".join(periods[:MOST_LINES])
    return shown if len(periods) <= MOST_LINES else f"{shown} and {len(periods) - MOST_LINES} more"


def _equity(cure: Cure) -> str:
    if cure.enough == "proven no":
        return "no equity alone is enough, which is proven"
    if cure.enough == "not decided":
        return "whether equity alone is enough is not decided"
    proven = "" if cure.total_musd - cure.proven_musd < 0.05 else f", at least {_musd(cure.proven_musd)}"
    return f"{_musd(cure.total_musd)} of extra equity{_dated(cure.money)}, with every covenant kept{proven}"


def _several(what: str, lines: Sequence[str]) -> list[str]:
    shown = lines if len(lines) <= MOST_LINES else lines[: MOST_LINES - 1]
    found = [line for each in shown for line in _wrapped(f"{what}: {each}")]
    return found if len(shown) == len(lines) else [*found, f"  {what}: and {len(lines) - len(shown)} more (--json)"]


def _wrapped(text: str) -> list[str]:
    """Lines of at most 80 columns, no amount apart from its unit."""
    wrapper = TextWrapper(
        80, initial_indent="  ", subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(JOINED, " m") for line in wrapper.wrap(re.sub(r"(?<=\d) m\b", JOINED, text))]


def _musd(musd: float) -> str:
    return f"{'−' if musd <= -0.05 else ''}${abs(musd):,.1f} m"


def _amount(amount: float) -> str:
    return f"{amount:,.1f}".removesuffix(".0")
