"""How far each covenant is from its limit, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.figures.covenants import YES, covenant_tests
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def covenants(plan: Record) -> Table:
    """Per covenant and period of its window: value, limit, headroom, whether it binds, and whether it is tested.

    ``value`` and ``headroom`` are ratios (USD million for minimum_liquidity), empty where there is nothing to divide
    by; ``headroom_musd`` is the distance of the two amounts that the test compares. Flows are those of the last twelve
    months. Where it is not tested, as nothing is owed or no year lies behind the period, there is no headroom.
    """
    columns = ["covenant", "kind", "scope", "period", "value", "limit", "headroom", "headroom_musd"]
    columns += ["binding", "tested"]

    def rows() -> Iterator[dict[str, Cell]]:
        for test in covenant_tests(plan):
            covenant = plan.instance.covenants[test.covenant]
            yield {
                "covenant": test.covenant,
                "kind": covenant.kind,
                "scope": f"group {covenant.group}" if covenant.group else covenant.scope,
                "period": plan.instance.periods.label(test.t),
                "value": test.value,
                "limit": test.limit,
                "headroom": test.headroom,
                "headroom_musd": test.headroom_musd if test.tested == YES else None,
                "binding": test.binding,
                "tested": test.tested,
            }

    return Table.of(columns, rows())
