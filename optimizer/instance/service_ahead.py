"""What falls due next of a loan with a schedule: what a debt service reserve has to hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import fsum

from optimizer.finance.amortisation import Rate, Service, balloon_due, service
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt, Instance
from optimizer.instance.vintage_terms import VintageTerms, has_balloon, terms_of


def service_ahead(instance: Instance, debt: Debt, u: int, rate: Rate, age: int) -> float:
    """Interest and principal of a unit drawn in u that fall due in the periods of the reserve after an age.

    Where periods differ the reserve is for base periods, of which each has an equal part of what its period pays: half
    a year of service is half of what falls due in the year. The maturity of a bullet of more than a year, and a
    balloon of such a loan, are left out: they are refinanced, not reserved for.
    """
    assert debt.service_reserve is not None
    terms = terms_of(debt, instance.periods, u)
    whole = _service(terms, rate, TIMING[instance.draw_timing] if u else 0.0)
    long = has_balloon(debt, instance.periods, u)
    bullet, balloon = debt.kind == "bullet" and long, balloon_due(terms, rate) if long else 0.0
    last = len(whole.principal) - 1
    shares = ahead(whole.steps, age, debt.service_reserve.service_periods)
    due = (0.0 if bullet else whole.principal[k] - (balloon if k == last else 0.0) for k, _ in shares)
    return fsum(part * (whole.interest[k] + principal) for (k, part), principal in zip(shares, due, strict=True))


def ahead(steps: Sequence[int], age: int, base_periods: int) -> list[tuple[int, float]]:
    """(age, which part of it) of the periods after an age that lie in the base periods to come; ``steps`` by age.

    Of a quarter and two years after the first, two quarters ahead are a half of the first year: [(2, 0.5)].
    """
    found, left = [], base_periods
    for k in range(age + 1, len(steps)):
        if left <= 0:
            break
        found.append((k, min(left, steps[k]) / steps[k]))
        left -= steps[k]
    return found


@lru_cache(maxsize=256)
def _service(terms: VintageTerms, rate: Rate, timing: float) -> Service:
    return service(terms, rate, timing)
