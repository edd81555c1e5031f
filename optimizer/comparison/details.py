"""What a comparison tells of a plan beside its metrics: what each instrument gave, and the tightest covenant."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum

from optimizer.contract.lines import DRAW, RAISE
from optimizer.plan.figures.covenants import CovenantTest, covenant_tests
from optimizer.plan.record import Record
from optimizer.plan.table import Cell

DRAWN, RAISED = "drawn_musd.", "raised_musd."
"""How the columns of a debt instrument, and of all else that brings in capital, begin; its name comes after."""

HEADROOM = ("headroom_share", "headroom_covenant", "headroom_period", "headroom_value", "headroom_limit")

ROUNDING = 1e-6
"""Up to this share of its limit a headroom is what solving and adding up leave."""


def details(plan: Record) -> dict[str, Cell]:
    """Column → cell, the same whether the plan was just solved or is read from its run folder.

    ``drawn_musd.NAME`` of each debt instrument and ``raised_musd.NAME`` of each round, class of preferred shares and
    partner, over all periods, USD million. ``headroom_…`` of the covenant that is nearest to its limit, as a share of
    the limit, with the period and what is compared; absent where nothing is tested.
    """
    return {**_drawn(plan), **_headroom(plan)}


def _drawn(plan: Record) -> dict[str, Cell]:
    equity = plan.instance.equity
    parts: dict[str, list[float]] = {DRAWN + name: [] for name in plan.instance.debt}
    parts |= {RAISED + name: [] for name in (equity.rounds if equity is not None else ())}
    for row in plan.ledger:
        if row["item"] in (DRAW.item, RAISE.item):
            parts.setdefault(_column(str(row["line"])), []).append(float(row["musd"]))
    return {column: fsum(amounts) for column, amounts in sorted(parts.items())}


def _column(line: str) -> str:
    """`draw.loan` → `drawn_musd.loan`; `raise.a` → `raised_musd.a`; others by the name of their line."""
    kind, _, name = line.partition(".")
    return DRAWN + name if kind == "draw" else RAISED + (name if kind == "raise" else line)


def _headroom(plan: Record) -> Mapping[str, Cell]:
    tests = [test for test in covenant_tests(plan) if test.headroom is not None and test.limit]
    if not tests:
        return {}
    least = min(tests, key=lambda test: (_share(test), test.covenant, test.t))
    period = plan.instance.periods.label(least.t)
    return dict(zip(HEADROOM, (_share(least), least.covenant, period, least.value, least.limit), strict=True))


def _share(test: CovenantTest) -> float:
    assert test.headroom is not None
    within = abs(test.headroom) <= ROUNDING * max(1.0, abs(test.limit))
    return 0.0 if within else test.headroom / abs(test.limit)
