"""What loans ask: the rate of each period, stated or by a reference rate, and what a vintage asks at each age."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import AuditError
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.instance.schema import Debt


def rates_of(replay: Replay, name: str, debt: Debt) -> Values:
    """Per year, nominal, by period from 1.

    A reference counts at least as its floor; on the swapped share a fixed rate is paid instead; all pay the margin.
    """
    place, floating = f"debt.{name}", debt.floating
    if (floating is None) == (debt.rate_per_year is None):
        raise AuditError(f"instance.json: {place}", "a loan has either a rate or a reference rate")
    if floating is None:
        return replay.values(debt.rate_per_year, f"{place}.rate_per_year")
    if floating.reference not in replay.instance.reference_rates:
        raise AuditError(f"instance.json: {place}.floating", f"no reference rate {floating.reference!r}")
    curve = replay.instance.reference_rates[floating.reference].rate_per_year
    fixings = replay.values(curve, f"reference_rates.{floating.reference}")
    asked = list(replay.values(floating.margin_per_year, f"{place}.floating.margin_per_year"))
    for t in replay.span:
        open_rate = max(fixings[t], exact(floating.floor_per_year))
        swapped = exact(floating.swap.share) if floating.swap else ZERO
        fixed = exact(floating.swap.rate_per_year) if floating.swap else ZERO
        asked[t] += open_rate - swapped * (open_rate - fixed)
    return tuple(asked)


@dataclass(frozen=True)
class Asked:
    """What a vintage asks per step: ``first`` in the period of its draw, by which an annuity is scheduled.

    ``later[k]`` is what it asks k periods after that of the draw, the last for ever, if it floats. Its own periods end
    ``early`` of a period before those of the calendar. ``wait`` is by how many steps its tenor and grace are longer
    than the loan's, which count from the end of its draw window where all draws have one maturity.
    """

    first: Decimal
    early: Decimal
    later: Values | None = None
    wait: int = 0
    lengths: tuple[int, ...] = (1, 1)
    """The steps of the period of the draw and of each after it, to the end of the tenor."""

    def at(self, age: int) -> Decimal:
        """In the calendar period that is ``age`` after that of the draw."""
        return self.first if self.later is None else self.later[min(age, len(self.later) - 1)]

    def ends(self, debt: Debt) -> int:
        """How many steps after its draw the last of it is repaid."""
        if debt.tenor_periods is None:
            raise AuditError("instance.json: debt", f"a {debt.kind} loan has no tenor_periods")
        return debt.tenor_periods + self.wait

    def grown(self, ages: int) -> Decimal:
        """What a unit is worth after so many of its own periods in which interest is added to it."""
        if self.later is None:
            return (ONE + self.first) ** ages
        product = ONE
        for age in range(1, ages + 1):
            product *= ONE + self.at(age) - self.early * (self.at(age) - self.at(age - 1))
        return product


def is_put(replay: Replay, debt: Debt, u: int) -> bool:
    """Whether holders of a convertible drawn in u ask for par at its put: its shares are worth less then, or at T."""
    terms = debt.conversion
    if terms is None or terms.put_periods is None or u == 0:
        return False
    price = replay.values(terms.share_price_usd, "conversion.share_price_usd")
    at = min(replay.last, replay.calendar.later(u, terms.put_periods))
    return price[at] < price[u] * (ONE + exact(terms.premium_share))


def asked_of(replay: Replay, debt: Debt, yearly: Values, u: int) -> Asked:
    """What the vintage drawn in u asks, in 0 the opening balance, which is drawn at the end of instant 0."""
    first, early, wait = yearly[max(1, u)] * replay.step, replay.kappa if u else ZERO, 0
    if debt.kind == "delayed_draw":
        wait = replay.time.passed(u, replay.window(debt.first_draw, debt.last_draw, "debt")[-1])
    if is_put(replay, debt, u):
        assert debt.conversion is not None
        wait = (debt.conversion.put_periods or 0) - (debt.tenor_periods or 0)
    lengths = tuple(replay.time.lengths(u, (debt.tenor_periods or 0) + wait))
    if debt.floating is None:
        return Asked(first, early, None, wait, lengths)
    after = [yearly[t] * replay.step for t in range(max(1, u), replay.last + 1)]
    return Asked(first, early, tuple(after if u else [first, *after]), wait, lengths)
