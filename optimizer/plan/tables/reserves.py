"""Debt service reserves: what each has to hold, and what meets it."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.rings import rings
from optimizer.plan.figures.reserves import by_facility, required
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def service_reserves(plan: Record) -> Table:
    """Per loan with a debt service reserve and period: what has to be held at its end, what of it the ``facility``
    meets, by letters of credit or held ready, and what is kept in cash; ``group`` is empty for the company.
    """
    columns = ("instrument", "group", "period", "required_musd", "facility", "by_facility_musd", "cash_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        owed = rings(plan.instance).debt
        for name, held in required(plan).items():
            terms, met = plan.instance.debt[name].service_reserve, by_facility(plan, name)
            for t, label in enumerate(plan.instance.periods.labels, 1):
                yield {
                    "instrument": name,
                    "group": owed[name] or None,
                    "period": label,
                    "required_musd": held[t],
                    "facility": None if terms is None else terms.facility,
                    "by_facility_musd": met[t],
                    "cash_musd": held[t] - met[t],
                }

    return Table.of(columns, rows())
