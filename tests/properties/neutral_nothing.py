"""Neutral changes: prices of nothing, offers that offer nothing."""

from __future__ import annotations

from collections.abc import Iterator

from .neutral_table import (
    NEW,
    Change,
    Data,
    as_instance,
    blocks_of,
    entering,
    objectives_of,
    offers_within_one_ring,
    offers_without,
    regions_within_one_ring,
    with_added,
    with_fields,
)

NOTHING: dict[str, Change] = {}
neutral = entering(NOTHING)


# ── tax and prices of nothing ─────────────────────────────────────────────────────────────────────────────────────


@neutral()
def tax_at_rate_zero(data: Data) -> Data | None:
    """Nothing of a result is nothing. With a tax every debt has to state a limit, so those that do not are left."""
    debts = blocks_of(data, "debt").values()
    if blocks_of(data, "tax") or any(debt.get("limit_musd") is None for debt in debts):
        return None
    return data | {"tax": {"rate": 0.0}}


@neutral()
def tax_at_rate_zero_with_all_terms(data: Data) -> Data | None:
    """Losses, limits and classes of a tax that nobody pays."""
    taxed = tax_at_rate_zero(data)
    if taxed is None:
        return None
    taxed["tax"] |= {
        "loss_usable_share": 0.8,
        "opening_loss_musd": 10.0,
        "interest_limit_share": 0.3,
        "payment": "year_end",
        "shield_in_cost_of_capital": False,
    }
    assets = [
        item
        for site in blocks_of(data, "sites").values()
        for phase in site.get("phases", ())
        for item in parts_of(phase)
    ]
    assets += [
        item for offer in offers_without(data, "lease") for item in (offer, *blocks_of(offer, "attach").values())
    ]
    for asset in assets:
        asset.setdefault("tax_class", NEW)
    return with_added(taxed, "depreciation", {"life_years": 4.0, "convention": "half_year", "bonus_share": 0.2})


def parts_of(phase: Data) -> Iterator[Data]:
    yield from blocks_of(phase, "capex").values()


@neutral()
def one_tier_of_zero(data: Data) -> Data | None:
    """A discount of nothing on every order. Tiers do not go with a lease or a resale curve."""
    tiers = {"kind": "all_units", "steps": [{"from_units": 0.0, "discount_share": 0.0}]}
    return with_fields(data, offers_within_one_ring(data, "tiers", "lease", "resale_share_by_age"), tiers=tiers)


@neutral()
def incremental_tiers_of_zero(data: Data) -> Data | None:
    steps = [{"from_units": units, "discount_share": 0.0} for units in (0.0, 500.0)]
    return with_fields(
        data,
        offers_within_one_ring(data, "tiers", "lease", "resale_share_by_age"),
        tiers={"kind": "incremental", "steps": steps},
    )


@neutral()
def tier_like_the_last(data: Data) -> Data | None:
    """One more step at the discount of the one before it."""
    tiers = [offer["tiers"]["steps"] for offer in blocks_of(data, "hardware").values() if offer.get("tiers")]
    for steps in tiers:
        steps.append(steps[-1] | {"from_units": steps[-1]["from_units"] + 700.0})
    return data if tiers else None


@neutral()
def framework_of_zero(data: Data) -> Data | None:
    """An agreement for nothing at least, signed for nothing."""
    return with_fields(data, offers_without(data, "framework"), framework={"min_total_units": 0.0})


@neutral()
def take_or_pay_of_zero(data: Data) -> Data | None:
    """Nothing can be missing to nothing."""
    terms = {"min_total_units": 0.0, "take_or_pay_share": 1.0}
    return with_fields(data, offers_without(data, "framework", "lease"), framework=terms)


@neutral()
def development_of_zero(data: Data) -> Data | None:
    """Engineering that costs no money and no time."""
    return with_fields(data, offers_without(data, "development"), development={"cost_musd": 0.0, "lead_periods": 0})


@neutral()
def order_fee_of_zero(data: Data) -> Data | None:
    fee = [0.0] * as_instance(data).periods.periods
    return with_fields(data, offers_without(data, "order_fee_musd"), order_fee_musd=fee)


@neutral()
def costs_of_zero(data: Data) -> Data | None:
    """Another part of every phase and of every unit, free of charge; a first payment of nothing after the last."""
    phases = [phase for site in blocks_of(data, "sites").values() for phase in site.get("phases", ())]
    for phase in phases:
        phase["capex"] = blocks_of(phase, "capex") | {NEW: {"musd": 0.0, "book_life_years": 7.0}}
        phase["spend_profile"] = [*phase.get("spend_profile", [1.0]), 0.0]
    offers = offers_without(data, "lease")
    for offer in offers:
        offer["attach"] = blocks_of(offer, "attach") | {NEW: {"usd_per_unit": 0.0}}
    return data if phases or offers else None


@neutral()
def deposit_at_delivery(data: Data) -> Data | None:
    """Half of the cost when it is ordered and half when it is delivered, in the same period."""
    at_once = [offer for offer in offers_without(data, "lease", "deposit_share") if offer["lead_periods"] == 0]
    return with_fields(data, at_once, deposit_share=0.5)


@neutral()
def flows_of_zero(data: Data) -> Data | None:
    kinds = ("operating", "investing", "financing")
    flows = {f"{NEW}.{kind}": {"kind": kind, "musd_per_period": 0.0} for kind in kinds}
    return data | {"cash_flows": blocks_of(data, "cash_flows") | flows}


@neutral()
def terminal_share_of_zero(data: Data) -> Data | None:
    if blocks_of(data, "terminal").get("kind", "none") != "none":
        return None
    return data | {"terminal": blocks_of(data, "terminal") | {"kind": "book_share", "share": 0.0}}


@neutral()
def terminal_multiple_of_zero(data: Data) -> Data | None:
    if blocks_of(data, "terminal").get("kind", "none") != "none":
        return None
    return data | {"terminal": blocks_of(data, "terminal") | {"kind": "ebitda_multiple", "multiple": 0.0}}


@neutral()
def equity_that_costs_nothing(data: Data) -> Data | None:
    """What the file means without an ``equity`` block."""
    return None if blocks_of(data, "equity") else data | {"equity": {"cost_of_equity_per_year": 0.0}}


# ── offers that offer nothing ─────────────────────────────────────────────────────────────────────────────────────


@neutral()
def loan_with_limit_zero(data: Data) -> Data | None:
    loan = {"kind": "bullet", "rate_per_year": 0.01, "tenor_periods": 3, "limit_musd": 0.0}
    return with_added(data, "debt", loan | {"upfront_fee_share": 0.01, "issue_fee_musd": 0.5})


@neutral()
def revolver_with_limit_zero(data: Data) -> Data | None:
    revolver = {"kind": "revolver", "rate_per_year": 0.01, "limit_musd": 0.0, "commitment_fee_per_year": 0.01}
    return with_added(data, "debt", revolver)


@neutral()
def empty_market(data: Data) -> Data | None:
    return with_added(
        data, "markets", {"demand_h100e": 0.0, "revenue_usd_per_h100e_hour": 9.0, "min_served_share": 1.0}
    )


@neutral()
def empty_surplus_market(data: Data) -> Data | None:
    surplus = {"demand_h100e": 0.0, "revenue_usd_per_h100e_hour": 9.0, "surplus_only_below_share": 0.5}
    return with_added(data, "markets", surplus)


@neutral()
def market_that_pays_nothing(data: Data) -> Data | None:
    """It may be served for nothing, and need not be: hardware costs the same whether it serves or not."""
    return with_added(data, "markets", {"demand_h100e": 1000.0})


@neutral()
def penalty_without_a_minimum(data: Data) -> Data | None:
    """What nobody asks for cannot be missing."""
    free = [market for market in blocks_of(data, "markets").values() if "min_served_share" not in market]
    return with_fields(data, free, shortfall_penalty_usd_per_h100e_hour=0.5)


@neutral()
def cloud_with_limit_zero(data: Data) -> Data | None:
    reserved = {"price_usd_per_h100e_hour": 0.0, "limit_h100e": 0.0, "term_periods": 2, "block_h100e": 10.0}
    return with_added(data, "cloud", {"price_usd_per_h100e_hour": 0.0, "limit_h100e": 0.0, "reserved": reserved})


@neutral()
def reserved_with_limit_zero(data: Data) -> Data | None:
    clouds = [cloud for cloud in blocks_of(data, "cloud").values() if cloud.get("reserved") is None]
    reserved = {"price_usd_per_h100e_hour": 0.0, "limit_h100e": 0.0, "term_periods": 1}
    return with_fields(data, clouds, reserved=reserved)


@neutral()
def colocation_with_limit_zero(data: Data) -> Data | None:
    sites = [site for site in blocks_of(data, "sites").values() if site.get("colocation") is None]
    return with_fields(data, sites, colocation={"rent_musd_per_mw_year": 0.0, "limit_mw": 0.0, "term_periods": 1})


@neutral()
def energy_source_with_limit_zero(data: Data) -> Data | None:
    """In every region of one borrowing group, or of none, one with a contract and one without."""
    source = {"price_usd_per_mwh": 0.0, "limit_mw": 0.0, "renewable": True}
    contract = {"contract": {"term_periods": 2, "take_or_pay_share": 1.0}}
    regions = regions_within_one_ring(data)
    for region in regions:
        data = with_added(data, "energy_sources", source | {"region": region}, f"{NEW}.{region}")
        data = with_added(data, "energy_sources", source | contract | {"region": region}, f"{NEW}.signed.{region}")
    return data if regions else None


@neutral()
def dear_energy_source(data: Data) -> Data | None:
    """Never taken where the grid is cheaper and at least as green; of no use for a ratio, which may gain by waste."""
    grid = blocks_of(data, "regions")
    regions = [name for name in regions_within_one_ring(data) if "energy_price_usd_per_mwh" in grid[name]]
    if not regions or "wacc" in objectives_of(data):
        return None
    for region in regions:
        source = {"region": region, "price_usd_per_mwh": 20000.0, "limit_mw": 50.0}
        data = with_added(data, "energy_sources", source, f"{NEW}.{region}")
    return data


@neutral()
def offer_with_supply_zero(data: Data) -> Data | None:
    """Behind every gate there is, and nothing behind it."""
    offer = {
        "price_usd": 1.0,
        "compute_h100e": 9.0,
        "kw": 0.1,
        "lead_periods": 0,
        "life_periods": 3,
        "supply_units": 0.0,
        "order_fee_musd": 1.0,
        "tiers": {"kind": "all_units", "steps": [{"from_units": 0.0, "discount_share": 0.0}]},
        "framework": {"min_total_units": 0.0},
        "development": {"cost_musd": 0.0, "lead_periods": 0},
        "sites": list(blocks_of(data, "sites"))[:1],  # tiers are of one borrowing group
    }
    return with_added(data, "hardware", offer) if blocks_of(data, "sites") else None


@neutral()
def dominated_offers(data: Data) -> Data | None:
    """Each offer again with dearer upkeep, and none of its units there at the start: what is ordered of it is better
    ordered of the first.

    Not where the supply is limited, which two would have twice, nor with larger orders at a smaller discount; nor for a
    ratio, which may gain by waste.
    """
    offers = {name: offer for name, offer in blocks_of(data, "hardware").items() if offer.get("supply_units") is None}
    offers = {name: offer for name, offer in offers.items() if is_rising(offer.get("tiers"))}
    if not offers or "wacc" in objectives_of(data):
        return None
    read = as_instance(data)
    for name, offer in offers.items():
        dearer = [usd + 50.0 for usd in read.hardware[name].upkeep_usd_per_unit_year.expand(read.periods)]
        other = {key: value for key, value in offer.items() if key != "opening"}
        data = with_added(data, "hardware", other | {"upkeep_usd_per_unit_year": dearer}, f"{NEW}.{name}")
    return data


def is_rising(tiers: Data | None) -> bool:
    discounts = [step["discount_share"] for step in tiers["steps"]] if tiers else []
    return discounts == sorted(discounts)


@neutral()
def phase_of_no_megawatts(data: Data) -> Data | None:
    """After all others, at no cost. Not beside a phase of which a share can be taken, which is alone at its site."""
    sites = [
        site
        for site in blocks_of(data, "sites").values()
        if not any(phase.get("fractional") for phase in site.get("phases", ()))
    ]
    for site in sites:
        site["phases"] = [*site.get("phases", ()), {"name": NEW, "mw": 0.0, "lead_periods": 0}]
    return data if sites else None


@neutral()
def site_without_power(data: Data) -> Data | None:
    """Like the first, but with nothing on it. Hardware that draws no power could be put there."""
    sites = blocks_of(data, "sites")
    if not sites or any(offer["kw"] == 0.0 for offer in offers_without(data)):
        return None
    first = next(iter(sites.values()))
    return with_added(data, "sites", {key: first[key] for key in ("region", "pue")})


@neutral()
def unused_region(data: Data) -> Data | None:
    return with_added(data, "regions", {"energy_price_usd_per_mwh": -10.0, "grid_renewable_share": 1.0})


@neutral()
def unused_resource(data: Data) -> Data | None:
    """One that no phase names, and one of which every phase takes nothing."""
    for site in blocks_of(data, "sites").values():
        for phase in site.get("phases", ()):
            phase["resources"] = blocks_of(phase, "resources") | {f"{NEW}.named": {"building": 0.0, "running": 0.0}}
    return with_added(with_added(data, "resources", {"limit": 0.0}), "resources", {"limit": 0.0}, f"{NEW}.named")


@neutral()
def unused_class(data: Data) -> Data | None:
    return with_added(data, "depreciation", {"table_shares": [0.5, 0.5]})
