"""Which fields of a file are limits, as data: what they limit, in what unit, and which way they are widened."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from optimizer.instance import schema as s

Kind = Literal["demand", "power", "supply", "time", "cash", "equity", "debt", "covenant"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The kinds of limits, in the order in which repairs are listed: none is worth more than another."""

Way = Literal["more", "less", "later", "earlier", "off"]
"""How a limit is widened: raised, lowered, moved to a later or an earlier period, or lifted."""

Unit = Literal["USD million", "MW", "units", "H100e", "share", "times", "months", "periods", "own unit", ""]


class Limit(NamedTuple):
    """A row: fields of a block that are limits. ``only`` picks blocks of one ``kind``."""

    block: type[s.Block]
    fields: tuple[str, ...]
    kind: Kind
    way: Way
    unit: Unit
    only: str = ""


def _window(block: type[s.Block], verb: str, kind: Kind = "time") -> tuple[Limit, Limit]:
    return (
        Limit(block, (f"first_{verb}",), kind, "earlier", "periods"),
        Limit(block, (f"last_{verb}",), kind, "later", "periods"),
    )


LIMITS: tuple[Limit, ...] = (
    Limit(s.Market, ("min_served_share",), "demand", "less", "share"),
    Limit(s.Phase, ("committed",), "demand", "off", ""),
    Limit(s.Framework, ("min_total_units",), "demand", "less", "units"),
    Limit(s.Region, ("power_limit_mw",), "power", "more", "MW"),
    Limit(s.Power, ("system_limit_mw",), "power", "more", "MW"),
    Limit(s.Power, ("min_renewable_share",), "power", "less", "share"),
    Limit(s.EnergySource, ("limit_mw",), "power", "more", "MW"),
    Limit(s.Site, ("existing_mw", "grid_connection_mw"), "power", "more", "MW"),
    Limit(s.Colocation, ("limit_mw",), "power", "more", "MW"),
    Limit(s.Resource, ("limit",), "supply", "more", "own unit"),
    Limit(s.Offer, ("supply_units",), "supply", "more", "units"),
    Limit(s.Cloud, ("limit_h100e",), "supply", "more", "H100e"),
    Limit(s.Reserved, ("limit_h100e",), "supply", "more", "H100e"),
    Limit(s.Phase, ("earliest_start",), "time", "earlier", "periods"),
    Limit(s.Phase, ("latest_start",), "time", "later", "periods"),
    Limit(s.Phase, ("gap_periods",), "time", "less", "periods"),
    *_window(s.Offer, "order"),
    *_window(s.Development, "start"),
    *_window(s.Colocation, "signing"),
    *_window(s.Reserved, "signing"),
    *_window(s.EnergyContract, "signing"),
    *_window(s.Partner, "signing"),
    *_window(s.EquityRound, "raise"),
    *_window(s.PreferredEquity, "raise"),
    *_window(s.Debt, "draw"),
    Limit(s.Opening, ("cash_musd",), "cash", "more", "USD million"),
    Limit(s.Cash, ("minimum_musd",), "cash", "less", "USD million"),
    Limit(s.Cash, ("minimum_opex_months",), "cash", "less", "months"),
    Limit(s.Cash, ("cover_commitments",), "cash", "off", ""),
    Limit(s.Budget, ("musd",), "cash", "more", "USD million"),
    Limit(s.EquityRound, ("max_musd",), "equity", "more", "USD million"),
    Limit(s.EquityRound, ("min_musd",), "equity", "less", "USD million"),
    Limit(s.PreferredEquity, ("max_musd",), "equity", "more", "USD million"),
    Limit(s.PreferredEquity, ("min_musd",), "equity", "less", "USD million"),
    Limit(s.Equity, ("ownership_floor_share",), "equity", "less", "share"),
    Limit(s.Dividends, ("minimum_musd", "minimum_total_musd"), "equity", "less", "USD million"),
    Limit(s.Dividends, ("maximum_musd",), "equity", "more", "USD million"),
    Limit(s.Dividends, ("lock_up_dscr",), "equity", "less", "times"),
    Limit(s.Debt, ("limit_musd", "max_draw_musd"), "debt", "more", "USD million"),
    Limit(s.Debt, ("min_draw_musd",), "debt", "less", "USD million"),
    Limit(s.TiedTo, ("capex_share",), "debt", "more", "share"),
    Limit(s.Lender, ("limit_musd",), "debt", "more", "USD million"),
    Limit(s.Covenant, ("minimum",), "covenant", "less", "times", only="dscr"),
    Limit(s.Covenant, ("minimum",), "covenant", "less", "times", only="interest_cover"),
    Limit(s.Covenant, ("minimum",), "covenant", "less", "share", only="debt_to_capital"),
    Limit(s.Covenant, ("minimum",), "covenant", "less", "USD million", only="minimum_liquidity"),
    Limit(s.Covenant, ("maximum",), "covenant", "more", "times", only="debt_to_ebitda"),
    Limit(s.Covenant, ("maximum",), "covenant", "more", "share", only="debt_to_capital"),
    Limit(s.Covenant, ("maximum",), "covenant", "more", "times", only="loan_to_value"),
)
