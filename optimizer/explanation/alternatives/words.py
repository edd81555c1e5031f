"""What all plans near the best have in common, and what others do otherwise, in words for 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from optimizer.comparison.diff import Decision
from optimizer.explanation.alternatives.budgets import Budget
from optimizer.explanation.alternatives.parts import Alternative, Range, Verdict
from optimizer.explanation.alternatives.sums import NOTHING

WIDTH = 80
LABEL = 30
HEADS: dict[Verdict, str] = {
    "must": "must-haves: every one of them has",
    "free": "free choices: some of them have, some do not",
    "never": "nevers: none of them has",
    "not decided": "not decided: whether all, some or none of them have",
}
UNITS = {"mw": " MW", "units": " units", "h100e": " H100e"}
OWNERS = {"vendor": "all of ", "lender": "all loans of "}
CALLED = {
    "colocation": "colocation",
    "frameworks": "framework",
    "developments": "development",
    "energy_contracts": "contract",
    "reservations": "reserved",
    "facilities": "facility",
}
"""What stands behind the name where another sum has the same."""
CLOSE = 0.005
"""Ends that are proven and ends that are seen are the same if they differ by no more than this part."""
VERBS = {
    "colocation": ("rents", "at "),
    "orders": ("orders", "of "),
    "debt_draws": ("draws", "of "),
    "equity_raises": ("raises", "in "),
    "preferred_raises": ("raises", "in "),
    "reservations": ("reserves", "at "),
}
SIGNED = ("partners", "contracts", "frameworks", "developments", "energy_contracts", "facilities")


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def amount(value: float, unit: str) -> str:
    """An amount with its unit: ``$1,234 m``, ``12,000 units``, ``9.412 %``."""
    sign, size = "−" if value < 0.0 else "", abs(value)
    if unit == "musd":
        if size < NOTHING:
            return "$0"
        digits = 3 if size < 0.1 else 1 if size < 100.0 else 0
        return f"{sign}${size:,.{digits}f} m"
    if unit == "share":
        return f"{sign}{100.0 * size:.3f} %"
    digits = 0 if size >= 100.0 or abs(size - round(size)) < NOTHING else 1
    return f"{sign}{size:,.{digits}f}{UNITS.get(unit, '')}"


def percent(share: float) -> str:
    """A share without decimals."""
    return f"{100.0 * share:.0f} %"


def wrapped(text: str, indent: int, hang: int) -> list[str]:
    """The lines of a text, the first of them ``indent`` in and the others ``hang``."""
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * hang, break_on_hyphens=False)


# ── what they have in common ──────────────────────────────────────────────────────────────────────────────────────


def budget_words(budget: Budget) -> list[str]:
    """``cost of capital: at most $1,234 m (the best is found $1,222 m, proven $1,221 m)``."""
    name, found = budget.objective.replace("_", " "), amount(budget.value, budget.unit)
    if budget.offered is None or budget.bound is None:
        return wrapped(f"{name}: the best is found {found}, nothing is proven", 2, 4)
    most = "at most" if budget.sense == "minimise" else "at least"
    limit, proven = amount(budget.offered, budget.unit), amount(budget.bound, budget.unit)
    best = f"the best is {found}" if found == proven else f"the best is found {found}, proven {proven}"
    return wrapped(f"{name}: {most} {limit} ({best})", 2, 4)


def ranges_words(ranges: Sequence[Range]) -> list[str]:
    """The verdicts, must-haves first; starts are told beside their phases."""
    lines: list[str] = []
    for verdict, head in HEADS.items():
        found = [each for each in ranges if each.verdict == verdict and each.kind != "start"]
        if not found:
            continue
        lines += ["", head]
        if verdict == "never":
            lines += wrapped(", ".join(label(each) for each in found), 2, 2)
        else:
            lines += [line for each in found for line in _range_words(each, _starts(each, ranges))]
    return lines


def label(each: Range) -> str:
    """What a sum is of: ``abilene hall``, ``all loans of bank``."""
    column, _ = next(iter(each.what.items()))
    return f"{OWNERS.get(column, '')}{each.name} {CALLED.get(each.table, '')}".rstrip()


def _range_words(each: Range, when: str) -> list[str]:
    text = "; ".join(part for part in (_span(each), when) if part)
    name = label(each)
    first = f"{name:<{LABEL}}" if len(name) < LABEL else f"{name} "
    return wrapped(f"{first}{text}", 2, LABEL + 2)


def _span(each: Range) -> str:
    """The ends that are seen and, where they lie further apart, those that are proven."""
    if each.unit in ("signed", "begun"):
        return f"{each.unit}{'' if each.verdict == 'must' else ' or not'}"
    of = f" of {amount(each.mw_each, 'mw')}" if each.mw_each else ""
    if each.seen_least is None or each.seen_greatest is None:
        return f"{_ends(each.least, each.greatest, each.unit)}{of} (proven)"
    room = NOTHING + CLOSE * max(abs(each.seen_least), abs(each.seen_greatest))
    wide = each.least is None or each.greatest is None
    wide = wide or each.least < each.seen_least - room  # type: ignore[operator]
    wide = wide or each.greatest > each.seen_greatest + room  # type: ignore[operator]
    proven = f" (proven {_ends(each.least, each.greatest, each.unit, bare=True)})" if wide else ""
    return f"{_ends(each.seen_least, each.seen_greatest, each.unit)}{of}{proven}"


def _ends(low: float | None, high: float | None, unit: str, *, bare: bool = False) -> str:
    """``$8,549–9,000 m``, ``2–3 phases``; ``bare`` leaves out what is counted."""
    if high is None:
        return "no limit is known" if low is None else f"from {amount(low, unit)} on"
    low = 0.0 if low is None else low
    most = amount(high, "" if bare and unit != "musd" else unit)
    if abs(high - low) > NOTHING:
        least = amount(low, unit).removesuffix(" m").removesuffix(UNITS.get(unit, ""))
        same = amount(low, unit) == amount(high, unit)
        most = most if same else f"{least}–{most.removeprefix('$')}"
    if unit != "count" or bare:
        return most
    return f"{most} {'phase' if high == 1.0 else 'phases'}"


def _starts(each: Range, ranges: Sequence[Range]) -> str:
    """In which periods a phase starts."""
    if each.table != "phase_starts":
        return ""
    own = [r for r in ranges if r.kind == "start" and {**r.what, **each.what} == {**r.what}]
    possible = [r.what["period"] for r in own if r.verdict != "never"]
    if not possible:
        return ""
    sure = [r.what["period"] for r in own if r.verdict == "must"]
    if len(possible) == 1:
        return f"in {possible[0]}"
    within = "within " if any(r.verdict == "not decided" for r in own) else ""
    return f"{within}{possible[0]}–{possible[-1]}" + (f", some in {', '.join(sure)}" if sure else "")


# ── what others do otherwise ──────────────────────────────────────────────────────────────────────────────────────


def alternatives_words(found: Sequence[Alternative], furthest: float | None, unoffered: str) -> list[str]:
    """Other plans, a paragraph each."""
    if unoffered:
        return ["", *wrapped(f"no other plan is offered: {unoffered}", 0, 0)]
    first = min(found, key=lambda each: each.picked, default=None)
    lines = [""] if found else []
    if first is not None:
        known = f" (proven: none differs by more than {percent(first.apart_at_most)})"
        lines += wrapped(f"other plans, the most different first{known if first.apart_at_most < 1.0 else ''}", 0, 2)
    for number, each in enumerate(found, 1):
        head = f"{number}  {_price(each)}; {percent(each.distance)} different"
        parts = ", ".join(f"{part} {percent(share)}" for part, share in each.by_part.items())
        passed = "" if each.plan.audit_passed else "; the audit failed: do not use this plan"
        lines += [*wrapped(f"{head} ({parts}){passed}", 0, 3)]
        for sentence in changes(each):
            lines += wrapped(sentence, 3, 5)
    if furthest is not None:
        no = "no further plan" if found else "no other plan"
        lines += ["", f"{no} differs by more than {100.0 * furthest:.1f} %, which is proven"]
    return lines


def _price(each: Alternative) -> str:
    told = []
    for name, change in each.changes.items():
        unit = "share" if name in ("wacc", "dilution") else "musd"
        sign = "+" if change >= 0.0 else ""
        told.append(f"{name.replace('_', ' ')} {sign}{amount(change, unit)}")
    return ", ".join(told)


def changes(each: Alternative) -> list[str]:
    """What is done otherwise, a sentence for each kind of decision."""
    by_table: dict[str, list[Decision]] = {}
    for decision in each.difference.decisions:
        by_table.setdefault(decision.table, []).append(decision)
    found = ["; ".join(filter(None, map(_phase, by_table.get("phase_starts", ()))))]
    for table, (verb, before) in VERBS.items():
        moved = sorted(by_table.get(table, ()), key=lambda one: -abs(_total(one.new) - _total(one.old)))
        told = [text for text in (_moved(one, before) for one in moved) if text]
        found.append(f"{verb} {'; '.join(told)}" if told else "")
    for table in SIGNED:
        found += [_signed(one) for one in by_table.get(table, ())]
    return [sentence for sentence in found if sentence]


def _total(amounts: Mapping[str, float]) -> float:
    return sum(amounts.values())


def _name(decision: Decision) -> str:
    return " ".join(str(value) for column, value in decision.what.items() if column != "phase") + (
        f" {decision.what['phase']}" if "phase" in decision.what else ""
    )


def _phase(decision: Decision) -> str:
    """``moves abilene hall from 2026 to 2027``."""
    name = _name(decision)
    old, new = (list(_each(amounts)) for amounts in (decision.old, decision.new))
    if not new:
        return f"drops {name}"
    if not old:
        return f"adds {name} in {_and(new)}"
    gone, came = _less(old, new), _less(new, old)
    if len(gone) == len(came):
        return f"moves {name} from {_and(gone)} to {_and(came)}"
    return f"builds {len(new)} of {name} instead of {len(old)}, in {_and(new)}"


def _each(amounts: Mapping[str, float]) -> Iterator[str]:
    for period, count in sorted(amounts.items()):
        yield from [period] * round(count)


def _less(some: Sequence[str], others: Sequence[str]) -> list[str]:
    rest, found = list(others), []
    for each in some:
        if each in rest:
            rest.remove(each)
        else:
            found.append(each)
    return found


def _and(periods: Sequence[str]) -> str:
    counts = {period: periods.count(period) for period in periods}
    return ", ".join(f"{period} ({count})" if count > 1 else period for period, count in counts.items())


def _moved(decision: Decision, before: str) -> str:
    """``$200 m less of senior``, or the periods if the total stays."""
    old, new = _total(decision.old), _total(decision.new)
    name = f"{before}{_name(decision)}"
    if abs(new - old) <= CLOSE * max(abs(old), abs(new)):
        return f"{amount(new, decision.unit)} {name} at other times"
    if new <= NOTHING:
        return f"nothing {name}, not {amount(old, decision.unit)}"
    if old <= NOTHING:
        return f"{amount(new, decision.unit)} {name}, not nothing"
    way = "more" if new > old else "less"
    return f"{amount(abs(new - old), decision.unit)} {way} {name}"


def _signed(decision: Decision) -> str:
    old, new = _total(decision.old), _total(decision.new)
    name = f"{decision.table.replace('_', ' ')}: {_name(decision)}"
    if old and new:
        return f"{name} in {_and(list(_each(decision.new)))} instead of {_and(list(_each(decision.old)))}"
    return f"{name} {'is signed' if new else 'is not signed'}"
