"""Mutations of the cases of `cases_sources.py`."""

from __future__ import annotations

from .build import Case
from .mutations import MUTATIONS, _amount, _data, _missing, _tighten, mutation

__all__ = ["MUTATIONS"]

# ── frameworks and developments ───────────────────────────────────────────────────────────────────────────────────


@mutation("framework.signed", "frameworks")
def ordered_unsigned(c: Case) -> None:
    c.decide("orders", "offer period units", ("idle", "2026", 10))
    c.decide("allocations", "offer site period units", ("idle", "s", "2026", 10))


@mutation("development.once", "frameworks")
def developed_twice(c: Case) -> None:
    c.decide("developments", "offer period begun", ("chip", "2027", 1))


_data("framework.minimum", "frameworks", "hardware/hard/framework/min_total_units", 1001)
_amount("framework.costs", "frameworks", "opex.take_or_pay.agreed", 2027)
_amount("framework.costs", "frameworks", "opex.signing.agreed", 2026)
_data("development.window", "frameworks", "hardware/chip/development/first_start", 2027)
_data("development.first", "frameworks", "hardware/chip/development/lead_periods", 2)
_amount("development.cost", "frameworks", "opex.development.chip", 2026)

# ── leases ────────────────────────────────────────────────────────────────────────────────────────────────────────

_amount("lease.payments", "leases", "lease.start.fin.a", 2026)
_amount("lease.payments", "leases", "lease.principal.fin.a", 2027)
_amount("lease.payments", "leases", "lease.interest.fin.a", 2028)
_amount("lease.payments", "leases", "opex.lease.op", 2028)
_missing("lease.payments", "leases", "lease.principal.fin.a", 2026)
_amount("hardware.depreciation", "leases", "depreciation.hardware.fin.a", 2028)
_tighten("covenant.dscr", "leases", "dscr", "minimum", 2e-3)
_tighten("covenant.interest_cover", "leases", "cover", "minimum", 2e-3)
_tighten("covenant.debt_to_ebitda", "leases", "leverage", "maximum", -2e-3)
_tighten("covenant.debt_to_capital", "leases", "capital", "maximum", -2e-3)

# ── resale ────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("resale.window", "resale")
def retired_on_arrival(c: Case) -> None:
    c.decide("retirements", "offer site ordered period units", ("free", "s", "2026", "2026", 1))


@mutation("resale.units", "resale")
def more_retired_than_bought(c: Case) -> None:
    c.decide("retirements", "offer site ordered period units", ("free", "s", "2026", "2027", 6))
    c.decide("retirements", "offer site ordered period units", ("free", "s", "2026", "2028", 5))


_amount("resale.proceeds", "resale", "resale.hardware.used", 2028)
_amount("resale.proceeds", "resale", "write_off.hardware.used", 2028)
_amount("hardware.depreciation", "resale", "depreciation.hardware.used", 2029)
_amount("tax.exact", "resale", "tax", 2028)

# ── energy ────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("energy.once", "energy")
def contract_signed_twice(c: Case) -> None:
    c.decide("energy_contracts", "source period signed", ("ppa", "2027", 1))


@mutation("energy.balance", "energy")
def more_energy_than_used(c: Case) -> None:
    c.decide("energy", "source period mwh", ("sun", "2026", 1))


@mutation("energy.grid", "energy")
def island_out_of_energy(c: Case) -> None:
    c.instance["sites"]["i"]["load_factor_share"] = 0.51
    c.instance["power"] = {}


_data("energy.window", "energy", "energy_sources/ppa/contract/first_signing", 2027)
_data("energy.limit", "energy", "energy_sources/gas/limit_mw", 1.99)
_data("energy.renewable", "energy", "power/min_renewable_share", [0.575, 0.276, 0.2])
_amount("energy.costs", "energy", "opex.source.ppa", 2027)
_amount("energy.costs", "energy", "opex.source.gas", 2028)
_amount("energy.costs", "energy", "opex.grid.north", 2026)


@mutation("energy.limit", "energy")
def taken_after_the_contract(c: Case) -> None:
    """The grid gives 1 MW less and costs as much more a MW; the contract costs nothing."""
    c.instance["energy_sources"]["ppa"]["price_usd_per_mwh"] = [40, 40, 0]
    c.instance["regions"]["north"]["energy_price_usd_per_mwh"] = [50, 50, 50 * 8 / 7]
    c.decide("energy", "source period mwh", ("ppa", "2028", 8760))


# ── colocation and reserved clouds ────────────────────────────────────────────────────────────────────────────────


@mutation("colocation.delivery", "rented")
def delivered_after_the_end(c: Case) -> None:
    c.decide("colocation", "site period mw", ("s", "2029", 2.5))


_data("colocation.window", "rented", "sites/s/colocation/first_signing", 2027)
_data("colocation.window", "rented", "sites/s/colocation/last_signing", 2026)
_data("colocation.blocks", "rented", "sites/s/colocation/block_mw", 2)
_data("colocation.limit", "rented", "sites/s/colocation/limit_mw", 7.49)
_amount("colocation.rent", "rented", "opex.colocation.s", 2028)
_data("sites.grid", "rented", "sites/s/grid_connection_mw", 7.49)
_data("cloud.window", "rented", "cloud/c/reserved/first_signing", 2027)
_data("cloud.window", "rented", "cloud/c/reserved/last_signing", 2026)
_data("cloud.blocks", "rented", "cloud/c/reserved/block_h100e", 2000)
_data("cloud.limit", "rented", "cloud/c/reserved/limit_h100e", 3999)
_amount("cloud.costs", "rented", "opex.reserved.c", 2027)
_data("service.cloud_limit", "rented", "cloud/c/limit_h100e", 499)
