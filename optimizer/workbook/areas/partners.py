"""Partners: cash now, for deliveries that work it off or for shares."""

from __future__ import annotations

from optimizer.contract.decisions import PARTNERS
from optimizer.contract.lines import (
    PARTNER_CASH,
    PARTNER_DELIVERY,
    PARTNER_EQUITY,
    PARTNER_REPAYMENT,
    PARTNER_REVENUE,
)
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Reference, least, when
from optimizer.workbook.found import Found


def add_partners(draft: Draft, found: Found) -> None:
    """Rows of all partners."""
    for name, partner in draft.instance.partners.items():
        sheet, path = draft.sheet, ("partners", name)
        sheet.heading(f"Partner {name}")
        signed = draft.decisions.row(PARTNERS, name)
        found.partner_signed[name] = signed
        cash = draft.figure(*path, "cash_musd") * signed
        if partner.kind == "equity":
            draft.post(PARTNER_EQUITY, name, amount=cash)
            continue
        lag, count = draft.figure(*path, "delivery_lag_periods"), draft.figure(*path, "delivery_periods")
        worth = draft.figure(*path, "delivery_h100e") * draft.figure(*path, "price_usd_per_h100e_hour")
        value = draft.a_period(f"{name}: deliveries of a period", "musd", worth * draft.hours / draft.million)
        periods = draft.periods
        first = sheet.line(f"{name}: first delivery", "1 for yes", periods.arriving(signed, lag))
        delivered = sheet.line(f"{name}: delivered", "1 for yes", periods.lasting(first, count))
        goes = first.by(periods.ends, periods.ends - count, Reference(periods.ends, back=-1) - count)
        last = sheet.line(f"{name}: last delivery", "1 for yes", goes)
        got = draft.post(PARTNER_CASH, name, amount=cash)
        owed = sheet.line(f"{name}: owed at the end", "musd", opening=0)
        set_off = sheet.line(f"{name}: worked off", "musd", delivered * least(value, owed.before + got))
        back = sheet.line(f"{name}: paid back", "musd", last * (owed.before + got - set_off))
        owed.formula = owed.before + got - set_off - back
        found.partner_owed[name] = owed
        draft.post(PARTNER_DELIVERY, name, amount=set_off * 1)
        draft.post(PARTNER_REVENUE, name, amount=when(delivered > 0, value - set_off))
        draft.post(PARTNER_REPAYMENT, name, amount=back * 1)
