"""Whose a row of the ledger is: a borrowing group's, or the company's without its groups.

Most lines are of one entity. Those of hardware and of markets within several rings are added up of parts, one for each,
by what stands and what is served there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from optimizer.contract.lines import LedgerLine, LineKind
from optimizer.instance.rings import COMPANY, Rings, rings
from optimizer.plan.plan import Plan
from optimizer.workbook.expression import ZERO, Expr, ratio, total
from optimizer.workbook.sheet import Line

Parts = Mapping[str, Expr]
"""Amounts by entity."""


class Entities:
    """Who is whose, of a plan with groups; without groups everything is the company's."""

    def __init__(self, plan: Plan) -> None:
        self.rings: Rings = rings(plan.instance)
        self.groups = sorted(plan.instance.groups)
        self.parts: dict[str, Parts] = {}  # by the name of the line
        self.paid: dict[str, list[tuple[Expr, Expr]]] = defaultdict(list)  # capital spending with its timing
        self._amounts: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in plan.ledger:
            self._amounts[row["line"], row.get("group", COMPANY)][str(row["period"])] += row["musd"]
        self._owners: dict[str, set[str]] = defaultdict(set)
        for line, entity in self._amounts:
            self._owners[line].add(entity)
        own = self.rings
        sources = {name: own.regions.get(each.region, COMPANY) for name, each in plan.instance.energy_sources.items()}
        self._families: dict[str, Mapping[str, str]] = {
            "site": own.sites, "instrument": own.debt, "partner": own.partners, "contract": own.contracts,
            "flow": own.cash_flows, "offer": own.offers, "market": own.markets, "region": own.regions,
            "source": sources,
        }  # fmt: skip
        self._labels = plan.instance.periods.labels

    def wanted(self, line: str, entity: str) -> list[float]:
        """What the plan has of a line for an entity, by period."""
        amounts = self._amounts.get((line, entity), {})
        return [amounts.get(label, 0.0) for label in self._labels]

    def split(self, line: LedgerLine, parts: Parts) -> None:
        """Note the parts of a line that may be within several rings."""
        if self.groups:
            self.parts[line.name] = parts

    def pay(self, timing: Expr, parts: Parts) -> None:
        """Note capital spending, by whose it is."""
        for entity, musd in parts.items():
            self.paid[entity].append((timing, musd))

    def owner(self, line: str, kind: LineKind | None) -> str:
        """The one entity that a line without parts is of: that of what it names first; of several the company."""
        if kind is None or "{" not in kind.template:
            return COMPANY
        family, name = kind.template.partition("{")[2].partition("}")[0], kind.named(line).partition(".")[0]
        return self._families.get(family, {}).get(name, COMPANY)

    def is_divided(self, line: str) -> bool:
        """Whether a line without parts is of several in the plan."""
        return line not in self.parts and len(self._owners.get(line, set())) > 1

    def of_line(self, line: str, kind: LineKind | None, row: Line, entity: str) -> Expr:
        """What of a row is an entity's."""
        if line in self.parts:
            return self.parts[line].get(entity, ZERO)
        return row if self.owner(line, kind) == entity else ZERO

    def by_site(self, amounts: Mapping[str, Expr]) -> dict[str, Expr]:
        """Amounts by site, or by cloud, added up by entity."""
        found: dict[str, list[Expr]] = defaultdict(list)
        for place, amount in amounts.items():
            found[self.rings.sites.get(place, COMPANY)].append(amount)
        return {entity: total(each) for entity, each in sorted(found.items())}


def shares(bought: Mapping[str, Expr], orders: Line) -> dict[str, Expr]:
    """The part of an order that is each entity's, by what of it was bought for each."""
    return {entity: ratio(amount, orders) for entity, amount in bought.items()}
