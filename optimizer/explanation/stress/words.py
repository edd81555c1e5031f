"""A committed plan in other worlds, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from optimizer.explanation.stress.parts import Breach, Cure, Exceeded, Interval, Late, Money, Stressed

MOST_LINES = 8
"""Lines of one kind before the rest is counted."""

NAMES = {
    "phase_starts": "start of",
    "colocation": "colocation at",
    "orders": "order of",
    "frameworks": "framework with",
    "developments": "development of",
    "energy_contracts": "energy contract with",
    "reservations": "cloud reserved from",
    "partners": "contract with",
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
    return [f"{instance}: the plan is committed ({what}), and the world turns out otherwise"]


def stressed_words(found: Stressed, objective: str, unit: str) -> list[str]:
    """What comes of it in one world."""
    title = f": {found.title}" if found.title else ""
    lines = [f"{found.scenario}{title}"]
    lines += _wrapped(f"{VERDICTS[found.status]}{_after(found, objective, unit)}")
    if found.message:
        lines += _wrapped(found.message)
    lines += _several("power", [_exceeded(each) for each in found.exceeded])
    lines += _several("late", list(_lates(found.late)))
    if found.paid_later:
        most = max(found.paid_later, key=lambda each: each.musd)
        lines += _wrapped(
            f"what is late is paid later: by the end of {most.period} {_musd(most.musd)} less is spent on sites and "
            "hardware than planned; who has to pay as planned is short of that as well"
        )
    lines += _several(
        "not served",
        [f"{each.market} {each.period}: {each.h100e:,.0f} H100e, {each.share:.1%} of demand" for each in found.unserved],
    )
    lines += _several(
        "damages",
        [f"{each.market} {each.period}: {_musd(each.musd)} (plan {each.planned_musd:,.1f})" for each in found.damages],
    )
    lines += _cash(found)
    lines += _several("covenant", [_breach(each) for each in found.breaches])
    before, after = found.dividends_musd
    if found.after is not None and abs(before - after) > 0.05:
        lines += _wrapped(f"dividends: {_musd(after)} in place of {before:,.1f}")
    lines += _cures(found.cures)
    if found.after is not None and found.audit_passed is not True:
        lines += _wrapped("THE AUDIT OF THE PLAN THAT IS LEFT FAILED: do not use these figures")
    return lines


VERDICTS = {
    "holds": "the plan holds",
    "does not hold": "the plan does not hold",
    "impossible": "the plan cannot go on",
    "not decided": "not decided in the time that was given",
}


def _after(found: Stressed, objective: str, unit: str) -> str:
    if found.after is None:
        return ""
    return f"; {objective} {_interval(found.before, unit)} → {_interval(found.after, unit)}"


def _interval(interval: Interval, unit: str) -> str:
    if unit == "share":
        value, bound = f"{interval.value:.2%}", "?" if interval.bound is None else f"{interval.bound:.2%}"
    else:
        value, bound = f"{interval.value:,.1f}", "?" if interval.bound is None else f"{interval.bound:,.1f}"
    return value if value == bound else f"{value} (best possible {bound})"


def _exceeded(each: Exceeded) -> str:
    over = each.committed_mw - each.limit_mw
    return f"{each.limit} {each.period}: {each.committed_mw:,.1f} MW committed, {over:,.1f} above {each.limit_mw:,.1f}"


def _lates(late: Sequence[Late]) -> Iterator[str]:
    """A line for each commitment: the period in which most of it is missing."""
    for key in dict.fromkeys((each.table, each.name) for each in late):
        own = [each for each in late if (each.table, each.name) == key]
        worst = max(own, key=lambda each: each.planned - each.kept)
        unit = UNITS.get(worst.unit, "")
        missing = f"{_amount(worst.planned - worst.kept)}{' ' + unit if unit else ''}"
        when = f" by the end of {worst.period}" if worst.period else ""
        span = f", {own[0].period} to {own[-1].period}" if len(own) > 1 else ""
        yield f"{NAMES[worst.table]} {worst.name}: {missing} of {_amount(worst.planned)} not there{when}{span}"


def _cash(found: Stressed) -> list[str]:
    if not found.short:
        return ["  cash: never short"] if found.after is not None or found.status == "holds" else []
    sure = "" if found.short_verdict == "yes" else "; whether it is needed is not decided"
    return _wrapped(f"cash: short by {_musd(found.short_musd)}{_dated(found.short)}{sure}")


def _dated(money: Sequence[Money]) -> str:
    if len(money) == 1:
        return f" in {money[0].period}"
    return ": " + ", ".join(f"{each.period} {each.musd:,.1f}" for each in money)


def _breach(each: Breach) -> str:
    value = "nothing to measure it by" if each.value is None else f"{each.value:,.3f}"
    return (
        f"{each.covenant} {each.period}: {value} against {each.threshold:,.3f}, {KINDS[each.kind]} "
        f"{_musd(each.short_musd)}"
    )


def _cures(cures: Sequence[Cure]) -> list[str]:
    lines = []
    for each in cures:
        if each.kind == "equity":
            lines += _wrapped(f"cure: {_equity(each)}")
        else:
            money = f"{_musd(each.total_musd)} from outside{_dated(each.money)}, and " if each.money else ""
            lines += _wrapped(f"cure: {money}waivers of {', '.join(each.waived)}")
    return lines


def _equity(cure: Cure) -> str:
    if cure.enough == "proven no":
        return "no equity alone is enough, which is proven"
    if cure.enough == "not decided":
        return "whether equity alone is enough is not decided"
    proven = "" if cure.total_musd - cure.proven_musd < 0.05 else f", at least {_musd(cure.proven_musd)}"
    return f"{_musd(cure.total_musd)} of extra equity{_dated(cure.money)} keeps all covenants{proven}"


def _several(what: str, lines: Sequence[str]) -> list[str]:
    shown = lines if len(lines) <= MOST_LINES else lines[: MOST_LINES - 1]
    found = [line for each in shown for line in _wrapped(f"{what}: {each}")]
    return found if len(shown) == len(lines) else [*found, f"  {what}: and {len(lines) - len(shown)} more (--json)"]


def _wrapped(text: str) -> list[str]:
    """Lines of at most 80 columns."""
    return wrap(text, 80, initial_indent="  ", subsequent_indent="      ", break_long_words=False, break_on_hyphens=False)


def _musd(musd: float) -> str:
    return f"${musd:,.1f} m"


def _amount(amount: float) -> str:
    return f"{amount:,.1f}".removesuffix(".0")
