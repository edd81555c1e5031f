"""Internal rates of return: every rate stated is one, and there is no other.

With x = 1/(1 + r), r of a step between flows, the present value of flows is the polynomial P(x) = Σ_t flow_t·x^t, and
every x > 0 is a rate above −100 %. Its positive roots are isolated by Descartes' rule of signs on ever smaller
intervals (Vincent, Collins and Akritas), in whole numbers, so that none is missed; each is then halved in upon. A plan
finds its rates in another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from optimizer.audit.metric_forms import Stated
from optimizer.audit.objectives import _BEFORE_FINANCING, Figures
from optimizer.audit.report import rule
from optimizer.audit.rows import exact
from optimizer.audit.tolerances import MONEY, ONE, ZERO
from optimizer.instance.calendar import TIMING

PROJECT_IRR = "project_irr_per_year"
RATES = rule(
    "metric.project_irr_per_year",
    "Project IRR: the flows before financing are worth nothing at each rate stated, and at no other.",
    "musd",
    MONEY,
)

DEEPEST = 48
"""So often an interval is halved; what is then not apart is one root, or one that the present value only touches."""
HALVINGS = 200
APART = Decimal("1e-6")
"""Rates whose logarithms are this near to each other are the same."""
ULP = Decimal("2.3e-16")
"""How far a rate may be off for being written as a double, as a share of it or of 1."""
SMALLEST, LARGEST = Decimal("-35"), Decimal("690")
"""Within these logarithms of 1 + r a double holds the rate."""


def is_project_irr(name: str) -> bool:
    """Whether a metric is the project's IRR, or one of several."""
    return name == PROJECT_IRR or name.startswith(f"{PROJECT_IRR}.")


def project_flows(figures: Figures, doubt: int = 1) -> tuple[list[Decimal], Decimal]:
    """EBITDA, investing flows, resale and tax at t − θ, capex that is paid before that at its own instant, and terminal
    value less commitments at the end: by equal steps, whole or half periods, and the years of one. Rounding is no flow,
    nor is what is less than ``doubt`` times as much.
    """
    replay, book = figures.replay, figures.replay.book
    theta, items = exact(TIMING[replay.instance.discount.timing]), (*_BEFORE_FINANCING, "tax")
    dated = [(Decimal(replay.last), figures.terminal + figures.carried - figures.committed)]
    early = {w: amounts for w, amounts in replay.paid.items() if w > theta}
    for t in replay.span:
        later = sum((amounts[t] for amounts in early.values()), ZERO)
        dated.append((t - theta, book.ebitda(t) + sum((book.cash_in(item, t) for item in items), ZERO) + later))
        dated += [(t - w, -amounts[t]) for w, amounts in early.items()]
    rounding = doubt * MONEY.of(max(abs(flow) for _, flow in dated))
    flows = [(2 * instant, flow) for instant, flow in dated if abs(flow) > rounding]
    first = min((instant for instant, _ in flows), default=ZERO)
    halves = 1 if any((instant - first) % 2 for instant, _ in flows) else 2  # of a step
    steps = [ZERO] * (int(max((instant - first for instant, _ in flows), default=ZERO)) // halves + 1)
    for instant, flow in flows:
        steps[int(instant - first) // halves] += flow
    return steps, replay.years * halves / 2


def check_project_irr(figures: Figures, stated: Mapping[str, Stated]) -> None:
    """One rate under its name; of several none under it, and all under numbers from 1, rising."""
    findings = figures.replay.findings
    if PROJECT_IRR not in stated:  # that it is missing is the business of another rule
        return
    only, several = stated[PROJECT_IRR], {name: rate for name, rate in stated.items() if name != PROJECT_IRR}
    numbered = {name: rate for name, rate in several.items() if is_project_irr(name)}
    rates = [numbered.get(f"{PROJECT_IRR}.{i}") for i in range(1, len(numbered) + 1)] if only is None else [only]
    known = [rate for rate in rates if rate is not None and rate > -1]
    whole = len(known) == len(rates) and (only is None or not numbered) and len(numbered) != 1
    rising = all(low < high for low, high in pairwise(known))
    findings.record(RATES, "the rates are not one, or several that rise", None, ZERO if whole and rising else ONE)
    flows, years = project_flows(figures)
    points = [(ONE + rate) ** -years for rate in known]
    if known and not any(flows):
        findings.record(RATES, f"metrics.{PROJECT_IRR}: nothing flows", None, ONE)
    for rate, x in zip(known, points, strict=True):
        off, most = _worth(flows, x), _rounding(flows, x, rate)
        # as a multiple of what rounding may leave, so that the tolerance of the rule is met where that is
        findings.record(RATES, f"metrics.{PROJECT_IRR} {float(rate):.6g}", None, abs(off) / most * MONEY.absolute)
    roots = positive_roots(flows)
    sure, step = project_flows(figures, 2)
    beyond_doubt = [root ** (years / step) for root in positive_roots(sure)]
    for root in roots:
        if not any(abs((root / other).ln()) <= APART or _touching(flows, root, other) for other in beyond_doubt):
            continue  # made by a flow that may be rounding
        growth = -root.ln() / years
        if SMALLEST < growth < LARGEST:
            found = any(_same(flows, root, x, rate) for x, rate in zip(points, known, strict=True))
            # two that rounding can make and take away
            found = found or any(other != root and _touching(flows, root, other) for other in roots)
            place = f"metrics.{PROJECT_IRR}: {float(growth.exp() - 1):.6g} is a rate, too"
            findings.record(RATES, place, None, ZERO if found else ONE)


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
