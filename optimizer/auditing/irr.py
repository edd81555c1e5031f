"""Internal rates of return: every rate stated is one, and there is no other.

With x = 1/(1 + r), r of a step between flows, the present value of flows is the polynomial P(x) = Σ_t flow_t·x^t, and
every x > 0 is a rate above −100 %. Its positive roots are isolated by Descartes' rule of signs on ever smaller
intervals (Vincent, Collins and Akritas), in whole numbers, so that none is missed; each is then halved in upon. A plan
finds its rates in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from optimizer.auditing.metric_forms import Stated
from optimizer.auditing.objectives import _BEFORE_FINANCING, Figures
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.shareholder_value import shareholder_flows
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.instance.calendar import TIMING

Dated = list[tuple[Decimal, Decimal]]
"""(instant in steps, musd)."""


@dataclass(frozen=True)
class Return:
    """A metric that is an internal rate of return, the rule that judges it, and its flows; None if they are unknown."""

    name: str
    rule: str
    flows: Callable[[Figures], Dated | None]


DEEPEST = 48
"""So often an interval is halved; what is then not apart is one root, or one that the present value only touches."""
HALVINGS = 200
APART = Decimal("1e-6")
"""Rates whose logarithms are this near to each other are the same."""
ULP = Decimal("2.3e-16")
"""How far a rate may be off for being written as a double, as a share of it or of 1."""
LOWEST, HIGHEST = Decimal("-35"), Decimal("690")
"""Within these logarithms of 1 + r a double holds the rate."""


def is_irr(name: str) -> bool:
    """Whether a metric is an internal rate of return, or one of several."""
    return any(name == each.name or name.startswith(f"{each.name}.") for each in RETURNS)


def _project(figures: Figures) -> Dated:
    """With the tax of the company."""
    tax = [figures.replay.book.cash_in("tax", t) for t in (0, *figures.replay.span)]
    return _before_financing(figures, tax, figures.terminal + figures.carried)


def unlevered_flows(figures: Figures, at_end: bool = True) -> Dated:
    """With the tax that it would pay without debt; what is left at the end may be left out."""
    left = figures.terminal + figures.untaxed.carried if at_end else figures.committed
    return _before_financing(figures, [-musd for musd in figures.unlevered_tax], left)


def before_tax_flows(figures: Figures) -> Dated:
    """Before any tax."""
    return _before_financing(figures, figures.replay.zeros(), figures.untaxed.terminal)


def _before_financing(figures: Figures, tax: Sequence[Decimal], left: Decimal) -> Dated:
    """EBITDA, growth of prepayments, investing flows, resale and tax at t − θ, less what leases that count as debt take
    over; capex that is paid before that at its own instant; what is left less commitments at the end."""
    replay, book = figures.replay, figures.replay.book
    theta, time = exact(TIMING[replay.instance.discount.timing]), replay.time
    dated = [(Decimal(time.passed(0, replay.last)), left - figures.committed)]
    early = {w: amounts for w, amounts in replay.paid.items() if w > theta}
    for t in replay.span:
        later = sum((amounts[t] for amounts in early.values()), ZERO)
        bought = sum((book.cash_in(item, t) for item in _BEFORE_FINANCING), -book.taken_over(t))
        end, steps = time.passed(0, t), time.steps(t)
        dated.append((end - theta * steps, book.ebitda(t) + book.deferred(t) + bought + tax[t] + later))
        dated += [(end - w * steps, -amounts[t]) for w, amounts in early.items()]
    return dated


def _equity(figures: Figures) -> Dated | None:
    left = figures.terminal + figures.carried
    return shareholder_flows(figures.replay, figures.funding, figures.cash[-1], left, figures.committed)


RETURNS = (
    Return(
        "project_irr_per_year",
        rule(
            "metric.project_irr_per_year",
            "Project IRR: the flows before financing are worth nothing at each rate stated, and at no other.",
            "musd",
            MONEY,
        ),
        _project,
    ),
    Return(
        "unlevered_irr_per_year",
        rule(
            "metric.unlevered_irr_per_year",
            "Unlevered IRR: the same flows with the tax of a company without debt.",
            "musd",
            MONEY,
        ),
        unlevered_flows,
    ),
    Return(
        "equity_irr_per_year",
        rule(
            "metric.equity_irr_per_year",
            "Equity IRR: what shareholders put in and get is worth nothing at each rate stated, and at no other.",
            "musd",
            MONEY,
        ),
        _equity,
    ),
)


def evened(figures: Figures, dated: Dated, doubt: int = 1) -> tuple[list[Decimal], Decimal]:
    """By equal steps, whole or half periods, and the years of one. Rounding is no flow, nor is what is less than
    ``doubt`` times as much.
    """
    rounding = doubt * MONEY.of(max(abs(flow) for _, flow in dated))
    flows = [(2 * instant, flow) for instant, flow in dated if abs(flow) > rounding]
    first = min((instant for instant, _ in flows), default=ZERO)
    halves = 1 if any((instant - first) % 2 for instant, _ in flows) else 2  # of a step
    steps = [ZERO] * (int(max((instant - first for instant, _ in flows), default=ZERO)) // halves + 1)
    for instant, flow in flows:
        steps[int(instant - first) // halves] += flow
    return steps, figures.replay.step * halves / 2


def check_irrs(figures: Figures, stated: Mapping[str, Stated]) -> None:
    """One rate under its name; of several none under it, and all under numbers from 1, rising."""
    for each in RETURNS:
        if each.name in stated:  # that it is missing is the business of another rule
            _check(figures, each, stated)


def _check(figures: Figures, which: Return, stated: Mapping[str, Stated]) -> None:
    findings, name, dated = figures.replay.findings, which.name, which.flows(figures)
    only = stated[name]
    numbered = {other: rate for other, rate in stated.items() if other.startswith(f"{name}.")}
    if dated is None:
        none = only is None and not numbered
        findings.record(which.rule, f"metrics.{name}: nobody knows the flows", None, ZERO if none else ONE)
        return
    rates = [numbered.get(f"{name}.{i}") for i in range(1, len(numbered) + 1)] if only is None else [only]
    known = [rate for rate in rates if rate is not None and rate > -1]
    whole = len(known) == len(rates) and (only is None or not numbered) and len(numbered) != 1
    rising = all(low < high for low, high in pairwise(known))
    findings.record(which.rule, "the rates are not one, or several that rise", None, ZERO if whole and rising else ONE)
    flows, years = evened(figures, dated)
    points = [(ONE + rate) ** -years for rate in known]
    if known and not any(flows):
        findings.record(which.rule, f"metrics.{name}: nothing flows", None, ONE)
    for rate, x in zip(known, points, strict=True):
        off, most = _worth(flows, x), _rounding(flows, x, rate)
        # as a multiple of what rounding may leave, so that the tolerance of the rule is met where that is
        findings.record(which.rule, f"metrics.{name} {float(rate):.6g}", None, abs(off) / most * MONEY.absolute)
    roots = positive_roots(flows)
    sure, step = evened(figures, dated, 2)
    beyond_doubt = [root ** (years / step) for root in positive_roots(sure)]
    for root in roots:
        if not any(abs((root / other).ln()) <= APART or _touching(flows, root, other) for other in beyond_doubt):
            continue  # made by a flow that may be rounding
        growth = -root.ln() / years
        if LOWEST < growth < HIGHEST:
            found = any(_same(flows, root, x, rate) for x, rate in zip(points, known, strict=True))
            # two that rounding can make and take away
            found = found or any(other != root and _touching(flows, root, other) for other in roots)
            place = f"metrics.{name}: {float(growth.exp() - 1):.6g} is a rate, too"
            findings.record(which.rule, place, None, ZERO if found else ONE)


def _worth(flows: Sequence[Decimal], x: Decimal) -> Decimal:
    value = ZERO
    for flow in reversed(flows):
        value = value * x + flow
    return value


def _rounding(flows: Sequence[Decimal], x: Decimal, rate: Decimal | None = None) -> Decimal:
    """What a present value may be off: ten dollars and a billionth of each flow, and the last digit of a rate."""
    most, slope = ZERO, ZERO
    for t in range(len(flows) - 1, -1, -1):
        most = most * x + MONEY.of(flows[t])
        slope = slope * x + t * abs(flows[t])
    return most if rate is None else most + slope * ULP * max(ONE, abs(rate)) / (ONE + rate)


def _same(flows: Sequence[Decimal], root: Decimal, x: Decimal, rate: Decimal) -> bool:
    """Whether a rate stated is this root; two between which the flows are worth nothing are one."""
    if abs((root / x).ln()) <= APART + ULP * max(ONE, abs(rate)) / (ONE + rate):
        return True
    return _touching(flows, root, x)


def _touching(flows: Sequence[Decimal], one: Decimal, other: Decimal) -> bool:
    """Whether the flows are worth nothing between two roots."""
    middle = (one * other).sqrt()
    return abs(_worth(flows, middle)) <= _rounding(flows, middle)


# ── roots ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def positive_roots(flows: Sequence[Decimal]) -> list[Decimal]:
    """The positive roots of Σ flow_t·x^t, rising; several within 2^−DEEPEST of each other count as one."""
    times = [t for t, flow in enumerate(flows) if flow]
    if not times:
        return []
    places = max(0, *(-int(flows[t].normalize().as_tuple().exponent) for t in times))
    whole = [int(flow.scaleb(places)) for flow in flows[times[0] : times[-1] + 1]]
    if _turns(whole) == 0:
        return []
    below = _between_0_and_1(whole)
    above = [ONE / root for root in _between_0_and_1(whole[::-1])]
    return sorted([*below, *([ONE] if sum(whole) == 0 else []), *above])


def _between_0_and_1(whole: Sequence[int]) -> list[Decimal]:
    """The roots in the open interval; q(y) is the polynomial on (c/2^k, (c+1)/2^k), stretched to (0, 1)."""
    found, left = [], [(list(whole), 0, 0)]
    while left:
        q, k, c = left.pop()
        turns = _turns(_shifted(q[::-1]))  # of (1+y)^n·q(1/(1+y)): no fewer than there are roots in (0, 1)
        if turns == 0:
            continue
        if turns == 1 or k == DEEPEST:
            found.append((c + _halved_in_upon(q)) / Decimal(2**k))
            continue
        lower = [value << (len(q) - 1 - i) for i, value in enumerate(q)]  # q(y/2), without fractions
        upper = _shifted(lower)  # q((y + 1)/2)
        if upper[0] == 0:
            found.append((2 * c + ONE) / Decimal(2 ** (k + 1)))
        left += [(lower, k + 1, 2 * c), (upper, k + 1, 2 * c + 1)]
    return found


def _turns(whole: Sequence[int]) -> int:
    """How often the sign turns from one coefficient that is not 0 to the next."""
    signs = [value > 0 for value in whole if value]
    return sum(one != other for one, other in pairwise(signs))


def _shifted(whole: Sequence[int]) -> list[int]:
    """The coefficients of q(y + 1)."""
    found = list(whole)
    for i in range(len(found) - 1):
        for j in range(len(found) - 2, i - 1, -1):
            found[j] += found[j + 1]
    return found


def _halved_in_upon(q: Sequence[int]) -> Decimal:
    """The root of q in (0, 1), of which there is one."""
    values = [Decimal(value) for value in q]
    begins = next(value for value in values if value) > 0  # the sign to the right of 0
    low, high = ZERO, ONE
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        value = _worth(values, middle)
        if value == 0 or middle in (low, high):
            return middle
        low, high = (middle, high) if (value > 0) == begins else (low, middle)
    return (low + high) / 2
