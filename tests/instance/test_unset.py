"""Each default that decides is noted where it is not written down."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.instance.unset import UNSET
from tests.instance.example import GONE

from .parts import (
    BOND,
    COVER,
    DIVIDENDS,
    DSCR,
    GB200,
    LEASED,
    PHASE,
    PPA,
    QUARTERS,
    RENT,
    RESERVED,
    STAKE,
    findings,
    without,
)

# the field that is taken away, for each note
UNSET_TRIGGERS: dict[str, dict[str, Any]] = {
    "unset-discount-timing": {"discount.timing": GONE},
    "unset-objectives": {"objectives": GONE},
    "unset-draw-timing": {"draw_timing": GONE},
    "unset-payment-timing": {"payment_timing": GONE},
    "unset-tax": {"tax": GONE},
    "unset-equity": {"equity": GONE},
    "unset-terminal": {"terminal": GONE},
    "unset-opening-cash": {"opening.cash_musd": GONE},
    "unset-paid-in-capital": {"opening.paid_in_capital_musd": GONE},
    "unset-cash-yield": {"cash.yield_per_year": GONE},
    "unset-minimum-cash": {"cash.minimum_musd": GONE},
    "unset-region-limit": {"regions.north.power_limit_mw": GONE},
    "unset-grid-connection": {"sites.abilene.grid_connection_mw": GONE},
    "unset-uptime": {"sites.abilene.uptime_share": GONE},
    "unset-utilisation": {"sites.abilene.max_utilisation_share": GONE},
    "unset-load-factor": {"sites.abilene.load_factor_share": GONE},
    "unset-capex": {f"{PHASE}.capex": GONE},
    "unset-fixed-opex": {f"{PHASE}.fixed_opex_musd_per_year": GONE},
    "unset-spend-profile": {f"{PHASE}.spend_profile": GONE},
    "unset-book-life": {f"{PHASE}.capex.shell.book_life_years": GONE},
    "unset-tax-class": {f"{PHASE}.capex.shell.tax_class": GONE},
    "unset-hardware-tax-class": {"hardware.gb200.tax_class": GONE},
    "unset-attach-tax-class": {"hardware.gb200.attach": {"server": {"usd_per_unit": 9}}},
    "unset-supply": {"hardware.gb200.supply_units": GONE},
    "unset-lot": {"hardware.gb200.lot_units": GONE},
    "unset-deposit": {"hardware.gb200.deposit_share": GONE},
    "unset-upkeep": {"hardware.gb200.upkeep_usd_per_unit_year": GONE},
    "unset-min-served": {"markets.training.min_served_share": GONE},
    "unset-revenue": {"markets.training.revenue_usd_per_h100e_hour": GONE},
    "unset-loss-carry": {"tax.loss_usable_share": GONE},
    "unset-rent-block": {"sites.abilene.colocation": without(RENT, "block_mw")},
    "unset-renewable-grid": {"power.min_renewable_share": 0.1, "energy_sources.ppa": PPA},
    "unset-renewable": {"power.min_renewable_share": 0.1, "energy_sources.ppa": without(PPA, "renewable")},
    "unset-take-or-pay": {"energy_sources.ppa": {**PPA, "contract": {"term_periods": 2}}},
    "unset-lease-debt": {**LEASED, f"{GB200}.lease": {"payment_usd_per_unit_year": 1, "implicit_rate_per_year": 0}},
    "unset-reserved-block": {"cloud.rented.reserved": without(RESERVED, "block_h100e")},
    "unset-tax-payment": QUARTERS,
    "unset-year-to-date": QUARTERS,
    "unset-loss-value": {"terminal": {"kind": "book_share", "share": 0.5}},
    "unset-pre-money": {"objectives": [{"name": "dilution"}], "partners.p": STAKE},
    "unset-return-of-capital": {"equity.dividends": DIVIDENDS},
    "unset-over": {**QUARTERS, "covenants.cover": COVER},
    "unset-balloons": {"covenants.cover": DSCR},
    "unset-test-tax": {"covenants.cover": {**DSCR, "scope": "infrastructure"}},
    "unset-debt-limit": {f"{BOND}.limit_musd": GONE, "tax": GONE},
    "unset-letter-of-credit-fee": {"debt.line.letter_of_credit_share": 0.2},
}


@pytest.mark.parametrize("row", UNSET, ids=lambda row: row.code)
def test_default_is_noted(row: Any) -> None:
    found = [finding for finding in findings(UNSET_TRIGGERS[row.code]) if finding.code == row.code]
    assert [finding.severity for finding in found] == ["note"]
    assert row.field in found[0].message


def test_a_default_written_down_is_not_noted() -> None:
    assert "unset-uptime" not in {finding.code for finding in findings({"sites.abilene.uptime_share": 1})}


def test_upkeep_by_age_is_upkeep() -> None:
    by_age = {f"{GB200}.upkeep_usd_per_unit_year": GONE, f"{GB200}.upkeep_usd_per_unit_year_by_age": [500]}
    assert findings(by_age) == []


def test_a_tax_year_that_begins_with_the_calendar_has_no_year_to_date() -> None:
    assert "unset-year-to-date" not in {finding.code for finding in findings({**QUARTERS, "tax.year_end": "Q2"})}
    assert "unset-year-to-date" not in {finding.code for finding in findings({})}
    assert findings({**QUARTERS, "tax.year_to_date_musd": -5, "tax.payment": "year_end"}) == []


def test_places_of_a_note_are_collapsed() -> None:
    found = findings({f"{PHASE}.spend_profile": GONE, "sites.abilene.phases.1.spend_profile": GONE})
    assert [finding.message for finding in found] == [
        "`spend_profile` is not given in sites.abilene.phases.one, sites.abilene.phases.two: "
        "the whole cost falls in the start period"
    ]
