"""Changes to a workbook, and the same changes to the instance and the decisions that it was written for."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.auditing.objectives import Figures
from optimizer.plan.plan import Plan
from tests.workbook.books import Book
from tests.workbook.oracle import replay


@dataclass(frozen=True)
class Edit:
    """Inputs by their path, and decisions by table, names and period; ``cells`` where a cell shows another number."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    cells: Mapping[tuple[str, str, str | None], float] = field(default_factory=dict)
    decisions: Mapping[tuple[str, tuple[str, ...], str], float] = field(default_factory=dict)

    def in_book(self, book: Book) -> dict[tuple[str, str], float]:
        """The cells that are changed, by sheet and address."""
        found = {(sheet, book.at(sheet, where, label)): value for (sheet, where, label), value in self.cells.items()}
        for (table, names, period), value in self.decisions.items():
            found["Decisions", book.at("Decisions", ".".join((table, *names)), period)] = value
        return found

    def replayed(self, plan: Plan) -> Figures:
        """What the audit makes of the same."""
        tables: dict[str, list[dict[str, Any]]] = {}
        for (table, names, period), value in self.decisions.items():
            rows = tables.setdefault(table, copy.deepcopy(plan.decisions[table]))
            column = [*COLUMNS[table][1:]][-1]
            key = dict(zip(COLUMNS[table][:-1], (*names, period), strict=True))
            for row in rows:
                if all(row[name] == part for name, part in key.items()):
                    row[column] = value
                    break
            else:
                rows.append({**key, column: value})
        return replay(plan, plan.instance.replace(self.inputs), tables)


COLUMNS = {
    "debt_draws": ("instrument", "period", "musd"),
    "orders": ("offer", "period", "units"),
    "phase_starts": ("site", "phase", "period", "count"),
}


def changed(path: str, value: float) -> Edit:
    """A figure that is shown as it is written."""
    return Edit({path: value}, {("Inputs", path, None): value})


FLAGSHIP_EDITS = {
    "rate": changed("debt.senior-secured.rate_per_year", 0.075),
    "price": changed("hardware.b200-direct.price_usd.initial", 42000.0),
    "revenue": changed("markets.api.revenue_usd_per_h100e_hour.initial", 1.9),
    "tax": changed("tax.rate", 0.27),
    "delivery": changed("hardware.b200-channel.lead_periods", 1),
    "tenor": changed("debt.term-loan-b.tenor_periods", 9),
    "bonus": changed("depreciation.equipment.bonus_share", 0.4),
    "timing": Edit({"draw_timing": "end"}, {("Inputs", "draw_timing", None): 0.0}),
    "partner": changed("partners.cloud-provider.delivery_lag_periods", 3),
    "profile": Edit(
        {"sites.batavia.phases.first-hall.spend_profile": [0.2, 0.4, 0.4]},
        {
            ("Lists", "sites.batavia.phases.first-hall.spend_profile", "Item or age 1"): 0.2,
            ("Lists", "sites.batavia.phases.first-hall.spend_profile", "Item or age 3"): 0.4,
        },
    ),
    "draw": Edit(decisions={("debt_draws", ("senior-secured",), "2028"): 2000.0}),
    "order": Edit(decisions={("orders", ("b200-direct",), "2027"): 120_000.0}),
    "site": Edit(decisions={("phase_starts", ("massena", "first-hall"), "2032"): 1.0}),
}
"""Thirteen, of every area: what each does to the plan is the audit's to say."""

OTHER_EDITS = {
    "anthropic-50b-quarterly": {
        "quarterly tenor": changed("debt.term-loan-b.tenor_periods", 24),
        "yield of cash": changed("cash.yield_per_year", 0.06),
    },
    "industry-5t": {"opening loan": changed("debt.bonds-outstanding.opening_balance_musd", 250_000.0)},
    "amazon-125b": {"cost of equity": changed("equity.cost_of_equity_per_year", 0.11)},
    "neocloud-11.9b": {
        "price of a contract": changed("contracts.anchor.price_usd_per_h100e_hour", 1.6),
        "margin of a loan": changed("debt.ddtl-investment-grade.floating.margin_per_year", 0.03),
    },
    "neocloud-11.9b-quarterly": {"limit on interest": changed("tax.interest_limit_share", 0.1)},
}
