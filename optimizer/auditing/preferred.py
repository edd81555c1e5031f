"""Preferred shares: issued once, for a fixed dividend that is paid in cash and is not deductible."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO

WINDOW = rule("preferred.window", "Preferred shares are issued only within their window.", "musd", MONEY)
ONCE = rule("preferred.once", "Preferred shares of a class are issued in at most one period.", "musd", MONEY)
SIZE = rule("preferred.size", "An issue of preferred shares is between its least and largest size.", "musd", MONEY)
RAISES = rule("preferred.raises", "What is issued comes in, and flotation costs are paid on it.", "musd", MONEY)
DIVIDENDS = rule(
    "preferred.dividends", "The dividend is paid on what was issued, at the rate of its issue.", "musd", MONEY
)

_RAISE = Entry("raise", "cash", "preferred_equity")
_FLOTATION = Entry("flotation", "retained_earnings", "cash")
_DIVIDEND = Entry("preferred_dividend", "retained_earnings", "cash")


@dataclass(frozen=True)
class PreferredReplay:
    """Over time, musd: what is ``outstanding`` and what is ``raised``; ``further`` what that of T costs in T+1."""

    outstanding: Values
    raised: Values
    further: Decimal


def replay_preferred(replay: Replay) -> PreferredReplay:
    """dividend_t = Σ_u rate_u·Δ·p_u over what was issued before t, + κ·rate_t·Δ·p_t."""
    outstanding, raised, further = replay.zeros(), replay.zeros(), ZERO
    for name, terms in replay.instance.preferred_equity.items():
        place = f"preferred_equity.{name}"
        window = replay.window(terms.first_raise, terms.last_raise, place)
        rate = replay.values(terms.dividend_per_year, f"{place}.dividend_per_year")
        yearly, so_far, largest = ZERO, ZERO, ZERO
        for t in replay.span:
            amount = replay.decisions.preferred.get((name, t), ZERO)
            dividend = (yearly + replay.kappa * rate[t] * amount) * replay.years(t)
            yearly += rate[t] * amount
            further += rate[t] * replay.years(t + 1) * amount if t == replay.last else ZERO
            so_far += amount
            outstanding[t] += so_far
            raised[t] += amount
            flotation = exact(terms.flotation_share) * amount
            replay.findings.record(WINDOW, name, t, ZERO if t in window else abs(amount))
            if amount > MONEY.absolute:  # less is rounding, not an issue
                flotation += exact(terms.flotation_fixed_musd)
                replay.findings.at_most(SIZE, name, t, exact(terms.min_musd), amount)
                replay.findings.at_most(SIZE, name, t, amount, exact(terms.max_musd))
                replay.findings.record(ONCE, name, t, min(amount, largest))
                largest = max(largest, amount)
            replay.book.post(RAISES, f"raise.preferred.{name}", t, amount, _RAISE)
            replay.book.post(RAISES, f"flotation.preferred.{name}", t, flotation, _FLOTATION)
            replay.book.post(DIVIDENDS, f"dividend.preferred.{name}", t, dividend, _DIVIDEND)
    return PreferredReplay(tuple(outstanding), tuple(raised), further)
