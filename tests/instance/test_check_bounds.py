"""Checks that bound what is possible: renewable energy, supply, cash and capital of the first period."""

from __future__ import annotations

from typing import Any

import pytest

from tests.instance.example import GONE

from .parts import BOND, COMPUTE, GB200, PPA, RENT, RESERVED, STAKE, findings


class TestRenewableBound:
    """Half of the energy has to be renewable, and three tenths of the grid's is."""

    def codes(self, changes: dict[str, Any]) -> set[str]:
        base = {"power.min_renewable_share": 0.5, "regions.north.grid_renewable_share": 0.3}
        return {f.code for f in findings({**base, **changes}) if f.code.startswith("renewable")}

    def test_the_grid_alone_is_enough(self) -> None:
        assert self.codes({"regions.north.grid_renewable_share": 0.5}) == set()

    def test_a_source_can_be_all_there_is(self) -> None:
        assert self.codes({"energy_sources.ppa": PPA}) == set()
        assert self.codes({"energy_sources.ppa": {**PPA, "renewable": False}}) == {"renewable-stops"}

    def test_a_contract_comes_too_late(self) -> None:
        # power is on line from 2027 on, the contract from 2028 on
        late = {**PPA, "contract": {"term_periods": 2, "first_signing": 2028}}
        assert self.codes({"energy_sources.ppa": late}) == {"renewable-stops"}
        target = {"2026": 0.5, "2027": 0, "2028": 0.5}
        assert self.codes({"energy_sources.ppa": late, "power.min_renewable_share": target}) == set()

    def test_what_the_cloud_can_serve_needs_no_energy(self) -> None:
        must = {"markets.training.demand_h100e": 1000, "markets.training.min_served_share": 1}
        assert self.codes(must) == {"renewable-stops"}
        assert self.codes({**must, "markets.training.demand_h100e": [1000, 1001, 1000, 1000]}) == {
            "renewable-impossible"
        }


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

    def test_rented_power_counts(self) -> None:
        # 10 MW more within a connection of 70: a sixth of what 60 MW serve
        changes = {"sites.abilene.grid_connection_mw": 70, "sites.abilene.colocation": RENT}
        assert self.shortage(43_200 * 7 / 6 + 1_000, changes) == []
        assert self.shortage(43_200 * 7 / 6 + 1_001, changes) != []

    def test_reserved_compute_counts(self) -> None:
        assert self.shortage(self.MOST + 500, {"cloud.rented.reserved": RESERVED}) == []
        assert self.shortage(self.MOST + 501, {"cloud.rented.reserved": RESERVED}) != []

    def test_what_has_to_be_developed_comes_later(self) -> None:
        # begun in 2026, first ordered in 2028: in 2027 there is only the cloud
        changes = {f"{GB200}.development": {"cost_musd": 1, "lead_periods": 2}}
        assert self.shortage(1_001, changes) != []
        assert self.shortage(1_001, {f"{GB200}.development": {"cost_musd": 1, "lead_periods": 1}}) == []

    def test_hardware_without_power_is_unbounded(self) -> None:
        changes = {"hardware.gb200.kw": 0, "hardware.gb200.supply_units": GONE}
        assert self.shortage(1e12, changes) == []

    def test_surplus_market_has_no_cloud(self) -> None:
        changes = {"markets.training.surplus_only_below_share": 0.5, "markets.training.demand_h100e": [1, 1, 1, 1]}
        assert self.shortage(0, changes) != []  # nothing of its own is on line in 2026


class TestFirstPeriod:
    """What cash and capital there can be at the end of the first period."""

    def codes(self, changes: dict[str, Any]) -> set[str]:
        return {finding.code for finding in findings(changes)}

    def test_partners_and_preferred_shares_bring_cash(self) -> None:
        # 100·(1 + 2 %) − 5 + 400 + 500 + 50 + 5,000 H100e at 2 USD an hour
        most = 97 + 950 + 5_000 * 2 * 8760 / 1e6
        assert "cash-unreachable" in self.codes({"cash.minimum_musd": most + 0.01})
        preferred = {"preferred_equity.a": {"dividend_per_year": 0.08, "max_musd": 30}}
        assert "cash-unreachable" not in self.codes({"cash.minimum_musd": most + 30, **preferred})
        assert "cash-unreachable" in self.codes({"cash.minimum_musd": most + 30.01, **preferred})
        for partner in (COMPUTE, STAKE):
            assert "cash-unreachable" not in self.codes({"cash.minimum_musd": most + 50, "partners.p": partner})
            assert "cash-unreachable" in self.codes({"cash.minimum_musd": most + 50.01, "partners.p": partner})

    def test_a_compute_partner_is_no_capital(self) -> None:
        # 1,050 of bond: 1,050/(1,050 + 450) is 0.7, the covenant
        base = {f"{BOND}.opening_balance_musd": 1051}
        assert "covenant-impossible" in self.codes({**base, "partners.p": COMPUTE})
        assert "covenant-impossible" not in self.codes({**base, "partners.p": STAKE})

    def test_what_may_be_prepaid_need_not_be_there(self) -> None:
        base = {f"{BOND}.opening_balance_musd": 1051}
        assert "covenant-impossible" not in self.codes({**base, f"{BOND}.prepayment": {}})
        assert "covenant-impossible" in self.codes({**base, f"{BOND}.prepayment": {"first_prepayment": 2027}})

    def test_capitalised_interest_is_debt(self) -> None:
        # 990·1.07 = 1,059 at the end of the first period, more than 1,050
        grace = {f"{BOND}.opening_balance_musd": 990, f"{BOND}.grace_periods": 1, f"{BOND}.capitalise_interest": True}
        assert "covenant-impossible" in self.codes(grace)
        assert "covenant-impossible" not in self.codes({f"{BOND}.opening_balance_musd": 990})
