"""What falls due next of a loan with a schedule: what a debt service reserve has to hold."""

from __future__ import annotations

from functools import lru_cache
from math import fsum

from optimizer.finance.amortisation import Rate, Service, service
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt, Instance
from optimizer.instance.vintage_terms import VintageTerms, terms_of


def service_ahead(instance: Instance, debt: Debt, u: int, rate: Rate, age: int) -> float:
    """Interest and principal of a unit drawn in u that fall due in the periods of the reserve after an age.

    The maturity of a bullet of more than a year, a balloon, is left out: it is refinanced, not reserved for.
    """
    assert debt.service_reserve is not None
    terms = terms_of(debt, instance.periods, u)
    whole = _service(terms, rate, TIMING[instance.draw_timing] if u else 0.0)
    ages = range(age + 1, min(age + debt.service_reserve.service_periods, terms.tenor_periods) + 1)
    balloon = debt.kind == "bullet" and terms.tenor_periods > instance.periods.per_year
    return fsum(whole.interest[k] + (0.0 if balloon else whole.principal[k]) for k in ages)


@lru_cache(maxsize=256)
def _service(terms: VintageTerms, rate: Rate, timing: float) -> Service:
    return service(terms, rate, timing)
