"""Each check has a file that triggers it, and one that does not: the example."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.instance.checks import CHECKS, Finding, check
from optimizer.instance.schema import Instance
from optimizer.instance.unset import UNSET
from tests.instance.example import GONE, changed, data

PHASE = "sites.abilene.phases.0"
BOND = "debt.bond"
SEED = "equity.rounds.seed"


def findings(changes: dict[str, Any]) -> list[Finding]:
    return check(Instance.model_validate(changed(changes)))


def test_example_is_clean() -> None:
    assert check(Instance.model_validate(data())) == []


# code, what is changed in the example, where the finding points
TRIGGERS: list[tuple[str, dict[str, Any], str]] = [
    ("calendar-start", {"calendar.start": "2026Q1"}, "calendar.start"),
    ("calendar-start", {"calendar.start": 26}, "calendar.start"),
    ("series-fit", {"hardware.gb200.price_usd": [1000, 1000]}, "hardware.gb200.price_usd"),
    ("series-fit", {"hardware.gb200.price_usd": {"2026": 1000, "2031": 900}}, "hardware.gb200.price_usd.2031"),
    ("series-fit", {"hardware.gb200.price_usd": {"2026Q1": 1000}}, "hardware.gb200.price_usd.2026Q1"),
    ("series-fit", {"hardware.gb200.price_usd": {"2027": 1000}}, "hardware.gb200.price_usd"),
    (
        "series-fit",
        {"markets.training.serving_cost_by_site_usd_per_h100e_hour": {"abilene": [1]}},
        "markets.training.serving_cost_by_site_usd_per_h100e_hour.abilene",
    ),
    # 0.9·1.1³ = 1.1979 is no share
    (
        "series-range",
        {"markets.training.min_served_share": {"initial": 0.9, "growth_per_year": 0.1}},
        "markets.training.min_served_share",
    ),
    ("series-range", {"budgets.all.musd": {"initial": 1, "growth_per_year": 1e300}}, "budgets.all.musd"),
    ("period-outside", {f"{BOND}.first_draw": 2025}, f"{BOND}.first_draw"),
    ("period-outside", {f"{PHASE}.latest_start": "2026-07"}, f"{PHASE}.latest_start"),
    ("window-empty", {f"{BOND}.first_draw": 2028}, f"{BOND}.first_draw"),
    ("unknown-region", {"sites.abilene.region": "nroth"}, "sites.abilene.region"),
    ("unknown-resource", {f"{PHASE}.resources": {"crew": {}}}, f"{PHASE}.resources.crew"),
    ("unknown-site", {"hardware.gb200.sites": ["rented"]}, "hardware.gb200.sites.0"),
    ("unknown-site", {"markets.training.sites": ["rented", "mars"]}, "markets.training.sites.1"),
    (
        "unknown-site",
        {"markets.training.serving_cost_by_site_usd_per_h100e_hour": {"mars": 1}},
        "markets.training.serving_cost_by_site_usd_per_h100e_hour.mars",
    ),
    ("unknown-tax-class", {"hardware.gb200.tax_class": "chip"}, "hardware.gb200.tax_class"),
    ("unknown-tax-class", {f"{PHASE}.capex.shell.tax_class": "hall"}, f"{PHASE}.capex.shell.tax_class"),
    (
        "unknown-instrument",
        {"covenants.ltv": {"kind": "loan_to_value", "maximum": 1, "assets": ["sites"], "instruments": ["bnd"]}},
        "covenants.ltv.instruments.0",
    ),
    ("name-clash", {"cloud.abilene": {"price_usd_per_h100e_hour": 3, "limit_h100e": 1}}, "cloud.abilene"),
    ("duplicate-phase", {"sites.abilene.phases.1.name": "one"}, "sites.abilene.phases.1.name"),
    ("objective-twice", {"objectives": [{"name": "peak_funding"}, {"name": "peak_funding"}]}, "objectives.1.name"),
    ("listed-twice", {"budgets.all.covers": ["sites", "sites"]}, "budgets.all.covers.1"),
    ("spend-profile-sum", {f"{PHASE}.spend_profile": [0.5, 0.4]}, f"{PHASE}.spend_profile"),
    # starts in 2029 at the earliest, one period of lead: 2030, after the last period
    ("committed-late", {f"{PHASE}.committed": True, f"{PHASE}.earliest_start": 2029}, f"{PHASE}.committed"),
    # the two phases of the entry are 4 periods apart, and there are 4 periods
    (
        "committed-late",
        {"sites.abilene.phases.1.committed": True, "sites.abilene.phases.1.gap_periods": 4},
        "sites.abilene.phases.1.committed",
    ),
    ("never-online", {f"{PHASE}.lead_periods": 4}, PHASE),
    # phase one not before 2028, phase two three periods later: 2031
    (
        "never-online",
        {f"{PHASE}.earliest_start": 2028, "sites.abilene.phases.1.gap_periods": 3},
        "sites.abilene.phases.1",
    ),
    ("hardware-without-site", {"sites": {}}, "hardware"),
    ("never-delivered", {"hardware.gb200.lead_periods": 4}, "hardware.gb200"),
    ("never-delivered", {"hardware.gb200.supply_units": 99}, "hardware.gb200"),  # less than a lot
    ("tiers-start", {"hardware.gb200.tiers.steps.0.from_units": 1}, "hardware.gb200.tiers.steps.0.from_units"),
    ("tiers-order", {"hardware.gb200.tiers.steps.1.from_units": 0}, "hardware.gb200.tiers.steps.1.from_units"),
    (
        "falling-discount",
        {"hardware.gb200.tiers.steps.0.discount_share": 0.1},
        "hardware.gb200.tiers.steps.1.discount_share",
    ),
    ("surplus-alone", {"markets.training.surplus_only_below_share": 0.5}, "markets.training.surplus_only_below_share"),
    ("demand-beyond-supply", {"markets.training.min_served_share": 1}, "markets.training.demand_h100e"),
    (
        "demand-beyond-supply",
        {
            "markets.training": {"demand_h100e": 600, "min_served_share": 1, "sites": ["rented"]},
            "markets.research": {"demand_h100e": 600, "min_served_share": 1, "sites": ["rented"]},
        },
        "markets",
    ),
    ("cash-flow-amount", {"cash_flows.staff.musd_per_period": 1}, "cash_flows.staff"),
    ("cash-flow-amount", {"cash_flows.staff.musd_per_year": GONE}, "cash_flows.staff"),
    ("depreciation-schedule", {"depreciation.building.life_years": GONE}, "depreciation.building"),
    ("depreciation-schedule", {"depreciation.chips.life_years": 5}, "depreciation.chips"),
    ("depreciation-sum", {"depreciation.chips.table_shares": [0.5, 0.4]}, "depreciation.chips.table_shares"),
    ("loss-not-carried", {"tax": {"rate": 0.2, "opening_loss_musd": 1}}, "tax.opening_loss_musd"),
    ("terminal-figure", {"terminal": {"kind": "book_share"}}, "terminal"),
    ("terminal-figure", {"terminal": {"kind": "none", "multiple": 2}}, "terminal.multiple"),
    ("tenor-missing", {f"{BOND}.tenor_periods": GONE}, BOND),
    ("tenor-of-revolver", {"debt.line.tenor_periods": 2}, "debt.line.tenor_periods"),
    ("grace-without-schedule", {f"{BOND}.grace_periods": 1}, f"{BOND}.grace_periods"),
    ("grace-without-schedule", {"debt.line.grace_periods": 1}, "debt.line.grace_periods"),
    ("grace-too-long", {f"{BOND}.kind": "level", f"{BOND}.grace_periods": 2}, f"{BOND}.grace_periods"),
    ("draw-sizes", {f"{BOND}.min_draw_musd": 501}, f"{BOND}.min_draw_musd"),
    ("draw-sizes", {f"{BOND}.min_draw_musd": 5, f"{BOND}.max_draw_musd": 4}, f"{BOND}.min_draw_musd"),
    ("limit-missing", {"debt.line.limit_musd": GONE}, "debt.line"),
    ("limit-missing", {f"{BOND}.limit_musd": GONE}, BOND),  # because of tax
    ("limit-missing", {f"{BOND}.limit_musd": GONE, f"{BOND}.commitment_fee_per_year": 0.01, "tax": GONE}, BOND),
    ("limit-missing", {f"{BOND}.limit_musd": GONE, f"{BOND}.min_draw_musd": 1, "tax": GONE}, BOND),
    ("limit-missing", {f"{BOND}.limit_musd": GONE, f"{BOND}.issue_fee_musd": 1, "tax": GONE}, BOND),
    ("opening-above-limit", {"debt.line.opening_balance_musd": 51}, "debt.line.opening_balance_musd"),
    ("tenor-past-end", {f"{BOND}.tenor_periods": 3}, BOND),  # drawn in period 2 of 4
    ("equity-sizes", {f"{SEED}.min_musd": 401}, f"{SEED}.min_musd"),
    ("covenant-bound", {"covenants.leverage": {"kind": "debt_to_capital"}}, "covenants.leverage"),
    ("covenant-bound", {"covenants.cover": {"kind": "dscr", "minimum": 1, "maximum": 2}}, "covenants.cover.maximum"),
    ("covenant-assets", {"covenants.ltv": {"kind": "loan_to_value", "maximum": 1}}, "covenants.ltv"),
    ("covenant-assets", {"covenants.leverage.assets": ["sites"]}, "covenants.leverage.assets"),
    # 1,500 of bond are outstanding in period 1, and equity is at most 50 + 400: 1500/1950 = 0.77
    ("covenant-impossible", {f"{BOND}.opening_balance_musd": 1500}, "covenants.leverage.maximum"),
    (
        "covenant-impossible",
        {"covenants.leverage.maximum": 0, f"{BOND}.opening_balance_musd": 1},
        "covenants.leverage.maximum",
    ),
    (
        "covenant-impossible",
        {"covenants.cash": {"kind": "minimum_liquidity", "minimum": 1e6}},
        "covenants.cash.minimum",
    ),
    ("cash-unreachable", {"cash.minimum_musd": 1e6}, "cash.minimum_musd"),
    ("cash-below-minimum", {"cash.minimum_musd": 101}, "cash.minimum_musd"),
    (
        "terminal-cash-with-debt",
        {"objectives": [{"name": "terminal_cash"}], f"{BOND}.tenor_periods": 4},
        "objectives.0.name",
    ),
    (
        "terminal-cash-with-debt",
        {"objectives": [{"name": "terminal_cash"}], "debt.line.last_draw": 2029},
        "objectives.0.name",
    ),
    ("unusual-price", {"hardware.gb200.price_usd": 40}, "hardware.gb200.price_usd"),
    ("unusual-price", {"hardware.gb200.price_usd": 4e7}, "hardware.gb200.price_usd"),
    ("unusual-power", {"hardware.gb200.kw": 2000}, "hardware.gb200.kw"),
    ("unusual-phase-cost", {f"{PHASE}.capex.shell.musd": 5}, f"{PHASE}.capex"),  # 0.25 a MW
    ("unusual-rate", {f"{BOND}.rate_per_year": 6.5}, f"{BOND}.rate_per_year"),
    ("unusual-rate", {"discount.rate_per_year": 8}, "discount.rate_per_year"),
    (
        "unusual-rate",
        {"markets.training.demand_h100e": {"initial": 1, "growth_per_year": 3}},
        "markets.training.demand_h100e.growth_per_year",
    ),
]


@pytest.mark.parametrize(
    ("code", "changes", "path"), TRIGGERS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_check_finds(code: str, changes: dict[str, Any], path: str) -> None:
    found = [finding for finding in findings(changes) if finding.code == code]
    assert [".".join(map(str, finding.path)) for finding in found] == [path]
    assert found[0].severity == next(row.severity for row in CHECKS if row.code == code)
    assert found[0].message


def test_every_check_is_triggered() -> None:
    assert {row.code for row in CHECKS} == {code for code, _, _ in TRIGGERS}
    assert len({row.code for row in CHECKS}) == len(CHECKS)


# the field that is taken away, for each note
UNSET_TRIGGERS: dict[str, dict[str, Any]] = {
    "unset-discount-timing": {"discount.timing": GONE},
    "unset-objectives": {"objectives": GONE},
    "unset-draw-timing": {"draw_timing": GONE},
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
    "unset-debt-limit": {f"{BOND}.limit_musd": GONE, "tax": GONE},
}


@pytest.mark.parametrize("row", UNSET, ids=lambda row: row.code)
def test_default_is_noted(row: Any) -> None:
    found = [finding for finding in findings(UNSET_TRIGGERS[row.code]) if finding.code == row.code]
    assert [finding.severity for finding in found] == ["note"]
    assert row.field in found[0].message


def test_a_default_written_down_is_not_noted() -> None:
    assert "unset-uptime" not in {finding.code for finding in findings({"sites.abilene.uptime_share": 1})}


def test_places_of_a_note_are_collapsed() -> None:
    found = findings({f"{PHASE}.spend_profile": GONE, "sites.abilene.phases.1.spend_profile": GONE})
    assert [finding.message for finding in found] == [
        "`spend_profile` is not given in sites.abilene.phases.one, sites.abilene.phases.two: "
        "the whole cost falls in the start period"
    ]


class TestSupplyBound:
    """Phase one can be on line in period 2 and both of phase two as well: 60 MW from then on; the cloud gives 1,000."""

    # 60 MW / 1.25 PUE = 48 MW of IT = 24,000 units of 2 kW; · 2.5 H100e · 0.9 up · 0.8 used = 43,200, and the cloud
    MOST = 43_200 + 1_000

    def shortage(self, demand: float, changes: dict[str, Any] | None = None) -> list[str]:
        steps = {"2026": 1000, "2027": demand}
        base = {"markets.training.demand_h100e": steps, "markets.training.min_served_share": 1}
        found = findings({**base, **(changes or {})})
        return [finding.message for finding in found if finding.code == "demand-beyond-supply"]

    def test_just_enough_passes(self) -> None:
        assert self.shortage(self.MOST) == []

    def test_a_little_more_fails(self) -> None:
        (message,) = self.shortage(self.MOST + 1)
        assert "44,201 H100e in 2027" in message
        assert "44,200" in message

    def test_shortfall_penalty_makes_it_soft(self) -> None:
        assert self.shortage(1e9, {"markets.training.shortfall_penalty_usd_per_h100e_hour": 5}) == []

    @pytest.mark.parametrize(
        "limit", ["sites.abilene.grid_connection_mw", "regions.north.power_limit_mw", "power.system_limit_mw"]
    )
    def test_each_limit_counts(self, limit: str) -> None:
        # 30 MW is half of 60
        assert self.shortage(21_600 + 1_000, {limit: 30}) == []
        assert self.shortage(21_600 + 1_001, {limit: 30}) != []

    def test_supply_counts(self) -> None:
        # 100 units in each of the two periods until 2027
        served = 2 * 100 * 2.5 * 0.72
        assert self.shortage(served + 1_000, {"hardware.gb200.supply_units": 100}) == []
        assert self.shortage(served + 1_001, {"hardware.gb200.supply_units": 100}) != []

    def test_units_leave_after_their_life(self) -> None:
        served = 100 * 2.5 * 0.72
        changes = {"hardware.gb200.supply_units": 100, "hardware.gb200.life_periods": 1}
        assert self.shortage(served + 1_000, changes) == []
        assert self.shortage(served + 1_001, changes) != []

    def test_hardware_without_power_is_unbounded(self) -> None:
        changes = {"hardware.gb200.kw": 0, "hardware.gb200.supply_units": GONE}
        assert self.shortage(1e12, changes) == []

    def test_surplus_market_has_no_cloud(self) -> None:
        changes = {"markets.training.surplus_only_below_share": 0.5, "markets.training.demand_h100e": [1, 1, 1, 1]}
        assert self.shortage(0, changes) != []  # nothing of its own is on line in 2026


def test_series_and_labels_are_reported_together() -> None:
    codes = {
        f.code for f in findings({f"{BOND}.first_draw": 2020, "budgets.all.musd": [1], "sites.abilene.region": "x"})
    }
    assert codes == {"period-outside", "series-fit", "unknown-region"}


def test_rate_per_year_help_says_what_to_write() -> None:
    (finding,) = [f for f in findings({f"{BOND}.rate_per_year": 6.5}) if f.code == "unusual-rate"]
    assert finding.message == "a rate of 6.5 is 650 % a year"
    assert finding.help == "write 0.065 for 6.5 %"
