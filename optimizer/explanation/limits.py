"""Which fields of a file are limits, as data: what they limit, in what unit, which way they are widened and how far.

What is no limit, and why, is in ``no_limits.py``: every field of the schema is in one of the two.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from optimizer.instance import schema as s

Kind = s.LimitKind
KINDS: tuple[Kind, ...] = s.LIMIT_KINDS

Way = Literal["more", "less", "later", "earlier", "sooner", "off"]
"""How a limit is widened: raised, lowered, moved to a later or an earlier period, had so many periods sooner, or
replaced by what lifts it."""

Unit = Literal["USD million", "MW", "units", "H100e", "share", "times", "months", "periods", "phases", "own unit", ""]

Far = Literal["use", "nothing", "all", "usual", "calendar", "half", "twice", "tenor", "two years", "lifted"]
"""How far a limit may credibly be widened; FAR says why."""

FAR: dict[Far, str] = {
    "use": "by as much as the rest of the file has a use for",
    "nothing": "to nothing",
    "all": "to all of it, a share of 1",
    "usual": "to the largest value that loan agreements have",
    "calendar": "to the end of the calendar, or its beginning",
    "half": "to half of it: what takes less than half the time is another undertaking",
    "twice": "to twice as much: beyond that it is another agreement",
    "tenor": "to one period before the tenor ends, which is left to repay in",
    "two years": "by two years: connections and supplies are brought forward by quarters, not by decades",
    "lifted": "it holds or it does not",
}


class Limit(NamedTuple):
    """A row: fields of a block that are limits. ``only`` picks blocks of some ``kind``; ``to`` lifts what is off."""

    block: type[s.Block]
    fields: tuple[str, ...]
    kind: Kind
    way: Way
    unit: Unit
    only: tuple[str, ...] = ()
    far: Far | None = None
    to: Any = None

    @property
    def widest(self) -> Far:
        """How far it may go: what the row says, else what is usual of its way."""
        ways: dict[Way, Far] = {"more": "use", "less": "nothing", "sooner": "two years", "off": "lifted"}
        return self.far or ways.get(self.way, "calendar")


def _window(block: type[s.Block], verb: str, kind: Kind = "time") -> tuple[Limit, Limit]:
    return (
        Limit(block, (f"first_{verb}",), kind, "earlier", "periods"),
        Limit(block, (f"last_{verb}",), kind, "later", "periods"),
    )


def _periods(block: type[s.Block], field: str, way: Way, far: Far, *only: str, kind: Kind = "time") -> Limit:
    return Limit(block, (field,), kind, way, "periods", only, far)


def _off(block: type[s.Block], field: str, kind: Kind, to: Any, *only: str) -> Limit:
    return Limit(block, (field,), kind, "off", "", only, to=to)


def _test(way: Way, unit: Unit, *kinds: str, far: Far | None = None) -> Limit:
    return Limit(s.Covenant, ("minimum" if way == "less" else "maximum",), "covenant", way, unit, kinds, far)


LIMITS: tuple[Limit, ...] = (
    Limit(s.Market, ("min_served_share",), "demand", "less", "share"),
    Limit(s.Market, ("surplus_only_below_share",), "demand", "more", "share", far="all"),
    _off(s.Phase, "committed", "demand", False),
    Limit(s.Framework, ("min_total_units",), "demand", "less", "units"),
    Limit(s.Framework, ("take_or_pay_share",), "demand", "less", "share"),
    Limit(s.Partner, ("delivery_h100e",), "demand", "less", "H100e"),
    Limit(s.Region, ("power_limit_mw",), "power", "more", "MW"),
    Limit(s.Power, ("system_limit_mw",), "power", "more", "MW"),
    Limit(s.Power, ("min_renewable_share",), "power", "less", "share"),
    Limit(s.EnergySource, ("limit_mw",), "power", "more", "MW"),
    Limit(s.EnergyContract, ("take_or_pay_share",), "power", "less", "share"),
    Limit(s.Site, ("existing_mw", "grid_connection_mw"), "power", "more", "MW"),
    Limit(s.Phase, ("count",), "power", "more", "phases", far="twice"),
    Limit(s.Colocation, ("limit_mw",), "power", "more", "MW"),
    _off(s.Colocation, "block_mw", "power", 0.0),
    Limit(s.Resource, ("limit",), "supply", "more", "own unit"),
    Limit(s.Site, ("max_utilisation_share",), "supply", "more", "share", far="all"),
    Limit(s.Offer, ("supply_units",), "supply", "more", "units"),
    _off(s.Offer, "lot_units", "supply", 0.0),
    _off(s.Offer, "sites", "supply", None),
    _off(s.Market, "sites", "supply", None),
    Limit(s.Cloud, ("limit_h100e",), "supply", "more", "H100e"),
    Limit(s.Reserved, ("limit_h100e",), "supply", "more", "H100e"),
    _off(s.Reserved, "block_h100e", "supply", 0.0),
    Limit(s.Phase, ("earliest_start",), "time", "earlier", "periods"),
    Limit(s.Phase, ("latest_start",), "time", "later", "periods"),
    Limit(s.Phase, ("gap_periods",), "time", "less", "periods"),
    _periods(s.Phase, "lead_periods", "less", "half"),
    _periods(s.Offer, "lead_periods", "less", "half"),
    _periods(s.Development, "lead_periods", "less", "half"),
    _periods(s.Colocation, "lead_periods", "less", "half"),
    _periods(s.Partner, "delivery_lag_periods", "more", "twice", "compute"),
    _periods(s.Colocation, "term_periods", "more", "twice"),
    _periods(s.Reserved, "term_periods", "more", "twice"),
    _periods(s.EnergyContract, "term_periods", "more", "twice"),
    *_window(s.Offer, "order"),
    *_window(s.Development, "start"),
    *_window(s.Colocation, "signing"),
    *_window(s.Reserved, "signing"),
    *_window(s.EnergyContract, "signing"),
    *_window(s.Partner, "signing"),
    *_window(s.Contract, "signing"),
    _periods(s.Contract, "acceptance_lag_periods", "more", "twice"),
    _periods(s.Contract, "long_stop_periods", "more", "twice"),
    *_window(s.EquityRound, "raise"),
    *_window(s.PreferredEquity, "raise"),
    *_window(s.Debt, "draw"),
    Limit(s.Opening, ("cash_musd",), "cash", "more", "USD million"),
    Limit(s.Cash, ("minimum_musd",), "cash", "less", "USD million"),
    Limit(s.Cash, ("minimum_opex_months",), "cash", "less", "months"),
    _off(s.Cash, "cover_commitments", "cash", False),
    _periods(s.Cash, "look_ahead_periods", "less", "nothing", kind="cash"),
    _off(s.Cash, "look_ahead_debt_service", "cash", False),
    Limit(s.Budget, ("musd",), "cash", "more", "USD million"),
    _off(s.Budget, "carry_over", "cash", True),
    Limit(s.Offer, ("deposit_share",), "cash", "less", "share"),
    Limit(s.EquityRound, ("max_musd",), "equity", "more", "USD million"),
    Limit(s.EquityRound, ("min_musd",), "equity", "less", "USD million"),
    Limit(s.PreferredEquity, ("max_musd",), "equity", "more", "USD million"),
    Limit(s.PreferredEquity, ("min_musd",), "equity", "less", "USD million"),
    Limit(s.Partner, ("cash_musd",), "equity", "more", "USD million", far="twice"),
    Limit(s.Equity, ("ownership_floor_share",), "equity", "less", "share"),
    Limit(s.Dividends, ("minimum_musd", "minimum_total_musd"), "equity", "less", "USD million"),
    Limit(s.Dividends, ("maximum_musd",), "equity", "more", "USD million"),
    Limit(s.Dividends, ("lock_up_dscr",), "equity", "less", "times"),
    _off(s.Dividends, "lock_up_first_year", "equity", "untested"),
    _off(s.Dividends, "return_of_capital", "equity", True),
    Limit(s.Group, ("minimum_cash_musd",), "cash", "less", "USD million"),
    Limit(s.Group, ("contributions_musd",), "cash", "more", "USD million"),
    _periods(s.Group, "first_distribution", "earlier", "calendar", kind="covenant"),
    Limit(s.Group, ("lock_up_dscr",), "covenant", "less", "times"),
    _off(s.Group, "lock_up_first_year", "covenant", "untested"),
    Limit(s.Debt, ("limit_musd", "max_draw_musd"), "debt", "more", "USD million"),
    Limit(s.Debt, ("min_draw_musd",), "debt", "less", "USD million"),
    Limit(s.Debt, ("letter_of_credit_share",), "debt", "less", "share"),
    Limit(s.Debt, ("security",), "debt", "more", "share", far="all"),
    _periods(s.Debt, "tenor_periods", "more", "twice", kind="debt"),
    _periods(s.Debt, "grace_periods", "more", "tenor", "bullet", "level", "annuity", "delayed_draw", kind="debt"),
    _periods(s.Debt, "grace_periods", "less", "nothing", "sculpted", kind="debt"),
    _off(s.Debt, "capitalise_interest", "debt", True, "level", "annuity"),
    _periods(s.Prepayment, "first_prepayment", "earlier", "calendar", kind="debt"),
    _periods(s.ServiceReserve, "service_periods", "less", "nothing", kind="debt"),
    _periods(s.ServiceReserve, "first_full", "later", "calendar", kind="debt"),
    Limit(s.TiedTo, ("capex_share",), "debt", "more", "share", far="all"),
    Limit(s.Sweep, ("share",), "debt", "less", "share"),
    _periods(s.Sweep, "first_sweep", "later", "calendar", kind="debt"),
    Limit(s.Advance, ("share", "share_by_class"), "debt", "more", "share", far="all"),
    Limit(s.Lender, ("limit_musd",), "debt", "more", "USD million"),
    _test("less", "times", "dscr", "interest_cover"),
    _test("less", "share", "debt_to_capital"),
    _test("less", "USD million", "minimum_liquidity"),
    _test("more", "times", "debt_to_ebitda", "loan_to_value", far="usual"),
    _test("more", "share", "debt_to_capital", far="all"),
    _periods(s.Covenant, "first_test", "later", "calendar", kind="covenant"),
    _off(s.Covenant, "first_year", "covenant", "untested"),
)

DATED = frozenset({"MW", "units", "H100e", "own unit"})
"""Units of limits that grow at a date, so that the same may be had sooner."""
