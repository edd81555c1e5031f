"""The usual range of every figure with a unit, as data. `units` reads it, and docs/instance.md lists it.

A price or a rate has a range of its own. What grows with a programme is measured by something beside it in the file:
an amount of money by the size of the programme, the price of a unit by what it computes and by the power it draws.
A range is wide: real programmes fit, and what is a thousand times too large or too small does not.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from optimizer.instance import schema as s

Per = Literal["size", "fleet", "compute", "power", "price", "phase", "phases", "capex", "year"]

PER_IN_WORDS: dict[Per, str] = {
    "size": "per MW of the programme",
    "fleet": "per unit that the programme can hold",
    "compute": "per H100e",
    "power": "per kW",
    "price": "per 20,000 USD of price",
    "phase": "per MW of the phase",
    "phases": "per MW of a phase of the file",
    "capex": "per 12 USD million of cost",
    "year": "years",
}

THOUSANDS = (1e-3, 1e3, 1e-6, 1e6)
PERCENT = (0.01, 0.1, 100.0, 10.0)
SHARE = (0.01,)
"""Per cent in the place of a share; or what is left of the whole, as the price of what is sold at 98.5 of 100."""
CENTS = (0.01, *THOUSANDS)
CENTS_PER_KWH = (10.0, *THOUSANDS)
USD_PER_KW_MONTH = (0.012, 12.0, *THOUSANDS)
MONTHS = (1 / 12, 1 / 4)
OF_A_CALENDAR = (1.0, 1 / 4, 1 / 12)
"""Years, quarters and months; times the periods a year."""
DAYS = (1 / 30, 12.0)


class Usual(NamedTuple):
    """A row: fields of a block and what their values usually are, divided by each of ``per``; 0 always passes.

    A value is unusual if it is so beside each of them, so that it is blamed itself and not what it is divided by. The
    first of ``per`` has to be there. ``slips`` are the factors by which a likely mistake is undone; ``kind`` picks
    blocks of one kind.
    """

    block: type[s.Block]
    fields: tuple[str, ...]
    low: float
    high: float
    unit: str
    source: str
    per: tuple[Per, ...] = ()
    slips: tuple[float, ...] = THOUSANDS
    kind: str = ""


# what a MW of a programme comes with, by which figures of different kinds are compared
MUSD_PER_MW = 40.0
"""Building for 9 to 15 and hardware for 25 to 35 USD million a MW (2025 and 2026)."""
BUILDING_MUSD_PER_MW = 12.0
"""11.7 on average in the US in 2025."""
H100E_PER_MW = 800.0
"""600 with an H100 at 1.35 kW and a PUE of 1.25; 1,000 and more with what came after it."""
USD_PER_H100E = 20_000.0
"""H100 25,000 to 30,000; B200 40,000 for 2.2 H100e."""

_FINANCE = "cash, leases and loans bore 0.3 to 16 % in 2023 to 2026"
_EQUITY = "9 to 20 % were asked in 2025"
_COMPUTE = "an H100 hour cost 1.7 to 12 USD in 2023 to 2026"
_HARDWARE = "an H100e cost 10,000 to 25,000 USD and drew about 1 kW in 2025 and 2026"
_MONEY = "a MW with its hardware cost about 40 USD million in 2025 and 2026"
_SIZE = "the power, compute and money of the file"
_BUILDING = "a MW cost 9 to 15 USD million to build in 2025"
_ENERGY = "industrial power and purchase agreements cost 35 to 90 in 2025 and 2026"
_EMISSIONS = "lignite emits 1.1"
_LIVES = "5 or 6 years for hardware, 15 to 39 for buildings"
_TERMS = "loans run 1 to 30 years, leases 10 to 25"
_SITES = "sites take 1 to 4 years"
_TESTS = "loan agreements of 2025 and 2026 ask a DSCR of 1.05 to 1.4, a cover of 3, a loan to value of 0.5 to 0.9"


def _rate(block: type[s.Block], *fields: str, low: float = 0.002, high: float = 0.4, source: str = _FINANCE) -> Usual:
    return Usual(block, fields, low, high, "a year", source, slips=PERCENT)


def _hour(block: type[s.Block], *fields: str, low: float = 0.05, high: float = 40.0) -> Usual:
    return Usual(block, fields, low, high, "USD an H100e hour", _COMPUTE, slips=CENTS)


def _month(block: type[s.Block], *fields: str) -> Usual:
    source = "12 to 16 USD million a MW year with the hardware in 2026"
    return Usual(block, fields, 0.02, 6, "USD million a MW month", source, slips=(*THOUSANDS, 1 / 12))


def _share(block: type[s.Block], field: str, high: float, source: str) -> Usual:
    """A share of an amount that is small: written in per cent it is above 1 and refused, but for the smallest."""
    return Usual(block, (field,), 0.0001, high, "of the amount", source, slips=SHARE)


def _unit(field: str, low: float, high: float, unit: str, *per: Per, block: type[s.Block] = s.Offer) -> Usual:
    return Usual(block, (field,), low, high, unit, _HARDWARE, per)


def _units(block: type[s.Block], *fields: str) -> Usual:
    return Usual(block, fields, 0.0003, 50, "units", _SIZE, ("fleet",))


def _h100e(block: type[s.Block], *fields: str, high: float = 9_000.0) -> Usual:
    return Usual(block, fields, 1, high, "H100e", _SIZE, ("size",))


def _mw(block: type[s.Block], *fields: str, high: float = 50.0) -> Usual:
    return Usual(block, fields, 0.0015, high, "MW", _SIZE, ("size",))


def _amount(block: type[s.Block], *fields: str, low: float = 0.01, high: float = 400.0) -> Usual:
    return Usual(block, fields, low, high, "USD million", _MONEY, ("size",))


def _periods(block: type[s.Block], *fields: str, low: float = MONTHS[0], high: float, source: str) -> Usual:
    return Usual(block, fields, low, high, "periods", source, ("year",), OF_A_CALENDAR)


def _test(kind: str, low: float, high: float) -> Usual:
    return Usual(s.Covenant, ("minimum", "maximum"), low, high, f"for {kind}", _TESTS, slips=(0.01, 0.1), kind=kind)


USUAL = (
    _rate(s.Discount, "rate_per_year", source="capital costs 5 to 20 %"),
    _rate(s.Instance, "fair_rate_per_year"),
    _rate(s.Instance, "interest_in_construction_rate_per_year"),
    _rate(s.Conversion, "straight_rate_per_year"),
    Usual(s.Conversion, ("share_price_usd",), 0.1, 10_000, "USD a share", "shares cost 1 to 5,000 USD"),
    _rate(s.Cash, "yield_per_year", low=0.001, high=0.2),
    _rate(s.Lease, "implicit_rate_per_year", high=1.0),
    _rate(s.Debt, "rate_per_year"),
    _rate(s.Advance, "discount_rate_per_year"),
    _rate(s.ReferenceRate, "rate_per_year", low=0.0001, high=0.25, source="SOFR was 0.01 to 5.4 % in 2020 to 2026"),
    _rate(s.Floating, "margin_per_year", low=0.0005, high=0.2, source="SOFR + 1.25 to 13 % was paid in 2023 to 2026"),
    _rate(s.Floating, "floor_per_year", low=0.0001, high=0.1, source="floors of 0 to 1 % are usual"),
    _rate(
        s.Swap, "rate_per_year", low=0.001, high=0.25, source="fixed rates follow the reference: 0.5 to 5 % since 2020"
    ),
    _rate(s.Debt, "commitment_fee_per_year", low=0.0003, high=0.05, source="0.25 to 1 % in 2025 and 2026"),
    _rate(
        s.Debt, "letter_of_credit_fee_per_year", low=0.001, high=0.1, source="0.5 to 5 %, about the margin of a line"
    ),
    _share(s.Debt, "upfront_fee_share", 0.1, "0.25 to 4 % in 2023 to 2026"),
    _share(s.Debt, "issue_discount_share", 0.15, "loans and notes are sold at 95 to 100 of 100: of 98.5 it is 0.015"),
    _share(s.Prepayment, "premium_share", 0.15, "1 to 5 % are asked, and half a coupon at the first call"),
    _share(s.EquityRound, "flotation_share", 0.15, "1 to 7 % in 2023 to 2026"),
    _share(s.PreferredEquity, "flotation_share", 0.15, "1 to 7 % in 2023 to 2026"),
    _share(s.Objective, "slack_share", 0.5, "0.1 to 5 % are given up for what comes next"),
    _rate(s.PreferredEquity, "dividend_per_year"),
    _rate(s.Equity, "cost_of_equity_per_year", low=0.01, high=0.6, source=_EQUITY),
    _rate(s.EquityRound, "cost_of_equity_per_year", low=0.01, high=0.6, source=_EQUITY),
    _rate(s.Bucket, "cost_of_equity_per_year", low=0.01, high=0.6, source=_EQUITY),
    _rate(s.Bucket, "spread_per_year", low=0.0001, high=0.3, source="0.45 % at AAA to 19 % in default in 2025"),
    _rate(s.Relever, "unlevered_cost_per_year", low=0.01, high=0.6, source=_EQUITY),
    _rate(s.Relever, "risk_free_per_year", "cost_of_debt_per_year"),
    _rate(s.AdjustedPresentValue, "unlevered_rate_per_year", low=0.01, source=_EQUITY),
    _rate(s.AdjustedPresentValue, "shield_rate_per_year"),
    _hour(s.Market, "revenue_usd_per_h100e_hour"),
    _hour(s.Market, "shortfall_penalty_usd_per_h100e_hour", low=0.01, high=100),
    _hour(s.Market, "serving_cost_usd_per_h100e_hour", low=0.001, high=20),
    _hour(s.Market, "serving_cost_by_site_usd_per_h100e_hour", low=0.001, high=20),
    _hour(s.Cloud, "price_usd_per_h100e_hour"),
    _hour(s.Reserved, "price_usd_per_h100e_hour"),
    _hour(s.Partner, "price_usd_per_h100e_hour"),
    _hour(s.Partner, "cost_of_serving_usd_per_h100e_hour", low=0.01),
    _hour(s.Contract, "price_usd_per_h100e_hour"),
    _hour(s.Contract, "cost_of_serving_usd_per_h100e_hour", low=0.01),
    _hour(s.Renewal, "price_usd_per_h100e_hour"),
    _month(s.Contract, "price_musd_per_mw_month"),
    _month(s.Renewal, "price_musd_per_mw_month"),
    _rate(s.Contract, "escalator_per_year", source="rents rise by 2 to 4 % a year"),
    _rate(s.Colocation, "escalator_per_year", source="rents rise by 2 to 4 % a year"),
    Usual(s.Region, ("energy_price_usd_per_mwh",), 10, 500, "USD a MWh", _ENERGY, slips=CENTS_PER_KWH),
    Usual(s.EnergySource, ("price_usd_per_mwh",), 10, 500, "USD a MWh", _ENERGY, slips=CENTS_PER_KWH),
    Usual(s.Region, ("grid_emissions_t_per_mwh",), 0.005, 1.5, "t a MWh", _EMISSIONS),
    Usual(s.EnergySource, ("emissions_t_per_mwh",), 0.005, 1.5, "t a MWh", _EMISSIONS),
    Usual(
        s.Colocation,
        ("rent_musd_per_mw_year",),
        0.2,
        12,
        "USD million a MW year",
        "1.1 to 1.8 in 2025 and 2026",
        slips=USD_PER_KW_MONTH,
    ),
    _unit("price_usd", 1_000, 200_000, "USD a unit", "compute", "power"),
    _unit("compute_h100e", 0.05, 20, "H100e a unit", "power", "price"),
    _unit("kw", 0.05, 20, "kW a unit", "compute", "price"),
    _unit("upkeep_usd_per_unit_year", 2, 5_000, "USD a unit and year", "compute", "power"),
    _unit("upkeep_usd_per_unit_year_by_age", 2, 5_000, "USD a unit and year", "compute", "power"),
    _unit("usd_per_unit", 20, 100_000, "USD a unit", "compute", "power", block=s.AttachCost),
    _unit("payment_usd_per_unit_year", 100, 50_000, "USD a unit and year", "compute", "power", block=s.Lease),
    Usual(s.Offer, ("lot_units",), 1, 100_000, "units", "a lot is of one unit or more"),
    _units(s.Offer, "supply_units"),
    _units(s.Tier, "from_units"),
    _units(s.Framework, "min_total_units"),
    _h100e(s.Market, "demand_h100e"),
    _h100e(s.Cloud, "limit_h100e", high=40_000),
    _h100e(s.Reserved, "limit_h100e", high=40_000),
    _h100e(s.Reserved, "block_h100e"),
    _h100e(s.Partner, "delivery_h100e"),
    Usual(s.Contract, ("h100e_per_mw",), 50, 20_000, "H100e a MW", _HARDWARE),
    _mw(s.Region, "power_limit_mw", high=500),
    _mw(s.Power, "system_limit_mw", high=500),
    _mw(s.EnergySource, "limit_mw"),
    _mw(s.Site, "existing_mw"),
    _mw(s.Site, "grid_connection_mw", high=500),
    _mw(s.Colocation, "limit_mw", "block_mw"),
    Usual(s.Phase, ("mw",), 0.1, 20, "MW", _BUILDING, ("capex", "phases")),
    _mw(s.Phase, "mw"),
    Usual(s.Phase, ("capex",), 0.5, 100, "USD million in all", _BUILDING, ("phase", "phases")),
    Usual(s.CapexItem, ("musd",), 0.05, 100, "USD million", _BUILDING, ("phase", "phases")),
    Usual(
        s.Phase,
        ("fixed_opex_musd_per_year",),
        0.001,
        3,
        "USD million a year",
        "0.05 to 0.3 USD million a MW",
        ("phase", "phases"),
    ),
    Usual(
        s.Phase,
        ("income_musd_by_age",),
        0.002,
        60,
        "USD million a period",
        "a MW is let for 1 to 2 USD million a year, and for 10 to 15 with its hardware",
        ("phase", "phases"),
    ),
    _amount(s.Phase, "value_musd"),
    _amount(s.Opening, "cash_musd", high=800),
    _amount(s.Opening, "paid_in_capital_musd", "other_assets_musd", high=5_000),
    _amount(s.Cash, "minimum_musd", low=0.005),
    _amount(s.CashFlow, "musd_per_year", "musd_per_period", low=0.002),
    _amount(s.Budget, "musd"),
    _amount(s.History, "ebitda_musd", "corporate_musd", "tax_musd", "interest_musd", "principal_musd", low=0.002),
    _amount(s.Site, "land_musd", "opening_cost_musd", low=0.0005, high=20),
    _amount(s.Development, "cost_musd", low=0.001, high=40),
    _amount(s.Offer, "order_fee_musd", low=0, high=2),
    _amount(s.Framework, "signing_fee_musd", low=0, high=2),
    _amount(s.Debt, "issue_fee_musd", low=0, high=2),
    _amount(s.EquityRound, "flotation_fixed_musd", low=0, high=2),
    _amount(s.PreferredEquity, "flotation_fixed_musd", low=0, high=2),
    _amount(s.Objective, "slack_musd", low=0, high=40),
    _amount(s.Debt, "limit_musd", "max_draw_musd", "opening_balance_musd", low=0.04),
    _amount(s.Debt, "opening_fees_musd", low=0.0005),
    _amount(s.Debt, "min_draw_musd"),
    _amount(s.Lender, "limit_musd", low=0.04),
    _amount(s.EquityRound, "max_musd", low=0.04),
    _amount(s.EquityRound, "min_musd"),
    _amount(s.EquityRound, "pre_money_musd", low=0.5, high=5_000),
    _amount(s.Conversion, "pre_money_musd", low=0.5, high=5_000),
    _amount(s.PreferredEquity, "min_musd", "max_musd"),
    _amount(s.Partner, "cash_musd"),
    _amount(s.Contract, "prepayment_musd", "delay_damages_musd_per_year"),
    _amount(s.CustomerShares, "musd", low=0.005),
    _amount(s.CustomerShares, "pre_money_musd", low=0.5, high=5_000),
    _amount(s.Partner, "pre_money_musd", low=0.5, high=5_000),
    _amount(s.Dividends, "maximum_musd", "minimum_musd", "minimum_total_musd"),
    _amount(s.Group, "minimum_cash_musd", "opening_cash_musd", "contributions_musd", low=0.005),
    _amount(s.Tax, "opening_loss_musd", "year_to_date_musd", "opening_interest_musd"),
    Usual(s.CapexItem, ("book_life_years",), 2, 50, "years", _LIVES, slips=MONTHS),
    Usual(s.DepreciationClass, ("life_years",), 2, 50, "years", _LIVES, slips=MONTHS),
    _periods(s.Offer, "life_periods", low=2, high=15, source=_LIVES),
    _periods(s.Cash, "look_ahead_periods", high=2, source="treasurers look ahead over 12 to 24 months"),
    _periods(s.Offer, "lead_periods", high=5, source="orders take 3 to 18 months"),
    _periods(s.Development, "lead_periods", high=8, source="a chip takes 2 to 4 years"),
    _periods(s.Phase, "lead_periods", "gap_periods", high=10, source=_SITES),
    _periods(s.Colocation, "lead_periods", high=8, source=_SITES),
    _periods(s.Colocation, "term_periods", low=0.5, high=50, source=_TERMS),
    _periods(s.EnergyContract, "term_periods", low=0.25, high=35, source=_TERMS),
    _periods(s.Reserved, "term_periods", high=15, source="1 to 5 years are sold"),
    _periods(s.Partner, "delivery_periods", high=20, source=_TERMS),
    _periods(s.Contract, "term_periods", high=20, source="2 to 6 years are signed, renewals not counted"),
    _periods(s.Contract, "acceptance_lag_periods", high=10, source=_SITES),
    _periods(s.Contract, "long_stop_periods", high=4, source="customers wait for 3 to 12 months, and rarely for 24"),
    _periods(s.Renewal, "term_periods", high=20, source="2 to 6 years are signed"),
    _periods(s.Partner, "delivery_lag_periods", high=10, source=_SITES),
    _periods(s.ServiceReserve, "service_periods", high=2, source="reserves of 3, 6 and 12 months are kept"),
    _periods(s.Debt, "tenor_periods", high=45, source=_TERMS),
    _periods(s.Conversion, "put_periods", high=15, source="puts after 3 to 7 years are sold"),
    _periods(s.Debt, "grace_periods", high=15, source=_TERMS),
    Usual(s.Cash, ("minimum_opex_months",), 0.1, 36, "months", "1 to 12 months are kept", slips=DAYS),
    _test("dscr", 0.3, 10),
    _test("interest_cover", 0.3, 50),
    _test("debt_to_ebitda", 0.5, 50),
    _test("debt_to_capital", 0.01, 1),
    _test("loan_to_value", 0.01, 2),
    Usual(s.Covenant, ("minimum",), 0.005, 400, "USD million", _MONEY, ("size",), kind="minimum_liquidity"),
    Usual(s.Dividends, ("lock_up_dscr",), 0.3, 10, "for a DSCR", _TESTS, slips=(0.01, 0.1)),
    Usual(s.Group, ("lock_up_dscr",), 0.3, 10, "for a DSCR", _TESTS, slips=(0.01, 0.1)),
    Usual(
        s.Terminal, ("multiple",), 0.5, 50, "times EBITDA", "data centres sold for 10 to 25 times", slips=(0.01, 0.1)
    ),
)

_BOOKED = "what there is stands in the books, of whatever size and age"
_OPENING = {
    s.Opening: ("retained_earnings_musd",),
    s.OpeningUnits: (
        "units",
        "age_periods",
        "book_value_musd",
        "deposit_musd",
        "due_musd",
        "tax_basis_musd",
        "price_usd",
    ),
    s.OpeningPart: ("book_value_musd", "book_life_years", "tax_basis_musd", "land_basis_musd", "to_spend_musd"),
    s.OpeningContract: ("service_periods", "deferred_musd", "shares_left_musd"),
    s.OpeningAsset: ("mw", "service_periods", "fixed_opex_musd_per_year"),
}
NO_RANGE = {
    **{(block, name): _BOOKED for block, names in _OPENING.items() for name in names},
    (s.Contract, "ramp_h100e"): "a customer may be of any size beside the programme",
    (s.Contract, "ramp_mw"): "a customer may be of any size beside the programme",
    (s.Covenant, "first_year"): "it says in words what is tested",
    (s.Dividends, "lock_up_first_year"): "it says in words what is tested",
    (s.Group, "lock_up_first_year"): "it says in words what is tested",
    (s.CalendarBlock, "periods"): "any horizon can be planned",
    (s.SegmentBlock, "periods"): "any horizon can be planned",
    (s.SolveOptions, "time_limit_s"): "it is no figure of the programme",
}
"""Fields with a unit that have no range, and why."""
