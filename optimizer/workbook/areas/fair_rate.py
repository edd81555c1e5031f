"""The reference rate of debt: as stated, or the least yield of a loan that can be drawn, or the discount rate."""

from __future__ import annotations

from optimizer.contract.debt_kinds import DEBT_KINDS
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, Reference, least
from optimizer.workbook.found import Found, Unit
from optimizer.workbook.sheet import Line


def fair_rate(draft: Draft, found: Found) -> Expr:
    """f per year, effective."""
    if draft.instance.fair_rate_per_year is not None:
        return draft.inputs.figure("fair_rate_per_year")
    yields: list[Expr] = []
    for name, debt in draft.instance.debt.items():
        kept = 1.0 - debt.upfront_fee_share - debt.issue_discount_share
        if debt.limit_musd == 0.0 or debt.letter_of_credit_share == 1.0 or kept <= 0:
            continue
        if not debt.is_pooled:
            units: list[Unit] = []
            window = draft.calendar.window(debt.first_draw, debt.last_draw)
            for u, each in found.debts[name].vintages.items():
                if u in window and each.unit not in units:
                    units.append(each.unit)
            yields += [(1 + unit.rate) ** draft.per_year - 1 for unit in units]
            continue
        rate = found.debts[name].rate
        window = draft.calendar.window(debt.first_draw, debt.last_draw)
        first, last = draft.inputs.window("debt", name, first="first_draw", last="last_draw")
        life: Expr = draft.periods.end_of(last * 1) - draft.periods.end_of(first - 1)
        if debt.tenor_periods is not None:
            life = draft.figure("debt", name, "tenor_periods") * 1
        fees: Expr = draft.figure("debt", name, "upfront_fee_share")
        if "issue_discount_share" not in DEBT_KINDS[debt.kind].refused:
            fees = fees + draft.figure("debt", name, "issue_discount_share")
        rates: list[Expr] = [Reference(rate, still=u) for u in window] if isinstance(rate, Line) else [rate]
        for each_rate in rates:
            yields.append((1 + each_rate / draft.per_year) ** draft.per_year - 1 + fees * draft.per_year / life)
    return least(*yields) if yields else draft.figure("discount", "rate_per_year") * 1
