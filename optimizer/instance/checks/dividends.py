"""Whether what has to be paid out may be."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit
from optimizer.instance.schema import Instance


def dividend_sizes(instance: Instance) -> Iterator[Hit]:
    """More has to be paid as a dividend than may be."""
    terms = instance.equity.dividends if instance.equity else None
    if terms is None:
        return
    calendar, path = instance.periods, ("equity", "dividends")
    least = terms.minimum_musd.expand(calendar)
    if terms.maximum_musd is None:
        return
    most = terms.maximum_musd.expand(calendar)
    for t in calendar.span:
        if least[t - 1] > most[t - 1]:
            message = f"the minimum {least[t - 1]:g} is above the maximum {most[t - 1]:g} in {calendar.label(t)}"
            yield Hit((*path, "minimum_musd"), message, "lower the minimum or raise the maximum")
            return
    total = math.fsum(most)
    if terms.minimum_total_musd > total * (1 + SUM_TOLERANCE):
        message = f"the minimum of {terms.minimum_total_musd:g} over all periods is above their maxima, {total:g}"
        yield Hit((*path, "minimum_total_musd"), message, "lower it or raise `maximum_musd`")


def lock_up_with_minimum(instance: Instance) -> Iterator[Hit]:
    """A dividend has to be paid that the lock-up may forbid: every such period then has to pass the test."""
    terms = instance.equity.dividends if instance.equity else None
    if terms is not None and terms.lock_up_dscr is not None and max(terms.minimum_musd.expand(instance.periods)) > 0:
        message = "with a minimum dividend, `lock_up_dscr` is a covenant of every period that has one"
        path = ("equity", "dividends", "lock_up_dscr")
        yield Hit(path, message, "use `minimum_total_musd` to leave the time open", on_key=True)
