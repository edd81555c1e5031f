"""What becomes of convertibles."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.convertible import Outcome, charged_rates, outcome
from optimizer.instance.vintage_terms import put_after
from optimizer.plan.figures.debt import drawn
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def convertibles(plan: Record) -> Table:
    """Per draw: when it matures and into what, what a capped call costs, the shares that it may become and that stay.

    ``becomes`` is shares, cash, put (cash, on the date of the put) or open (outstanding after the last period); shares
    are million. ``if_converted`` are
    all that it may become, ``kept`` those that stay issued by the file's prices; ``charged_rate_per_year`` is nominal,
    that of the straight debt that it is charged as.
    """
    columns = (
        "instrument",
        "drawn",
        "musd",
        "conversion_price_usd",
        "matures",
        "share_price_usd",
        "becomes",
        "capped_call_musd",
        "if_converted_million_shares",
        "kept_million_shares",
        "charged_rate_per_year",
    )

    def rows() -> Iterator[dict[str, Cell]]:
        calendar = plan.instance.periods
        for name, debt in sorted(plan.instance.debt.items()):
            if debt.conversion is None:
                continue
            call, rates = debt.conversion.capped_call, charged_rates(plan.instance, debt)
            for u, musd in sorted(drawn(plan, name).items()):
                end = outcome(plan.instance, debt, u)
                yield {
                    "instrument": name,
                    "drawn": calendar.label(u),
                    "musd": musd,
                    "conversion_price_usd": end.conversion_price,
                    "matures": calendar.label(end.matures),
                    "share_price_usd": end.price,
                    "becomes": _becomes(end, put_after(debt, calendar, u) is not None),
                    "capped_call_musd": musd * call.cost_share if call else 0.0,
                    "if_converted_million_shares": musd / end.conversion_price,
                    "kept_million_shares": end.kept * musd / end.conversion_price,
                    "charged_rate_per_year": rates[u - 1],
                }

    return Table.of(columns, rows())


def _becomes(end: Outcome, is_put: bool) -> str:
    if end.price is None:
        return "open"
    return "shares" if end.converts else "put" if is_put else "cash"
