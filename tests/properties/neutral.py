"""Changes of a file that change nothing: what the best plan is worth stays, or is stated in another unit.

Each takes the plain data of a file and gives it changed; None where there is nothing to change, or where the change
would mean something. Why it is neutral stands with each.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from optimizer.instance.schema import Block, History, Instance
from optimizer.instance.series import Series

from .test_limits import scaled
from .test_meaning import doubled, enumerated, reversed_names

Data = dict[str, Any]
Apply = Callable[[Data], Data | None]

BEYOND = 1e6
"""More megawatts, units and USD million than any of the instances compared can use."""
NEW = "nothing"
"""The name of what is added."""


@dataclass(frozen=True)
class Change:
    """A change that is neutral; where the best has no end only if it sets no limit, however large (``limits``).

    ``money`` is how many times as many dollars everything is afterwards.
    """

    name: str
    apply: Apply
    limits: bool
    money: float

    def __call__(self, data: Data) -> Data | None:
        """The changed data; None where it does not apply, or leaves the file as it was written."""
        changed = self.apply(copy.deepcopy(data))
        return None if changed is None or json.dumps(changed) == json.dumps(data) else changed


CHANGES: dict[str, Change] = {}


def neutral(limits: bool = False, money: float = 1.0) -> Callable[[Apply], Apply]:
    """Enter a change in the table under its name."""

    def enter(apply: Apply) -> Apply:
        CHANGES[apply.__name__] = Change(apply.__name__, apply, limits, money)
        return apply

    return enter


def _of(data: Data, block: str) -> dict[str, Data]:
    return data.get(block) or {}


def _offers(data: Data, *without: str) -> list[Data]:
    """The offers that have none of these blocks."""
    return [offer for offer in _of(data, "hardware").values() if all(offer.get(key) is None for key in without)]


def _each(data: Data, blocks: list[Data], **fields: Any) -> Data | None:
    """The data with fields set in each of some blocks; None if there is no such block."""
    for block in blocks:
        block |= copy.deepcopy(fields)
    return data if blocks else None


def _added(data: Data, where: str, block: Data, name: str = NEW) -> Data:
    return data | {where: _of(data, where) | {name: block}}


def _read(data: Data) -> Instance:
    return Instance.model_validate(data)


def _objectives(data: Data) -> list[str]:
    return [level.name for level in _read(data).objectives]


# ── tax and prices of nothing ─────────────────────────────────────────────────────────────────────────────────────


@neutral()
def tax_at_rate_zero(data: Data) -> Data | None:
    """Nothing of a result is nothing. With a tax every debt has to state a limit, so those that do not are left."""
    debts = _of(data, "debt").values()
    if _of(data, "tax") or any(debt.get("limit_musd") is None for debt in debts):
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
        item for site in _of(data, "sites").values() for phase in site.get("phases", ()) for item in _parts(phase)
    ]
    assets += [item for offer in _offers(data, "lease") for item in (offer, *_of(offer, "attach").values())]
    for asset in assets:
        asset.setdefault("tax_class", NEW)
    return _added(taxed, "depreciation", {"life_years": 4.0, "convention": "half_year", "bonus_share": 0.2})


def _parts(phase: Data) -> Iterator[Data]:
    yield from _of(phase, "capex").values()


@neutral()
def one_tier_of_zero(data: Data) -> Data | None:
    """A discount of nothing on every order. Tiers do not go with a lease or a resale curve."""
    tiers = {"kind": "all_units", "steps": [{"from_units": 0.0, "discount_share": 0.0}]}
    return _each(data, _offers(data, "tiers", "lease", "resale_share_by_age"), tiers=tiers)


@neutral()
def incremental_tiers_of_zero(data: Data) -> Data | None:
    steps = [{"from_units": units, "discount_share": 0.0} for units in (0.0, 500.0)]
    return _each(
        data, _offers(data, "tiers", "lease", "resale_share_by_age"), tiers={"kind": "incremental", "steps": steps}
    )


@neutral()
def tier_like_the_last(data: Data) -> Data | None:
    """One more step at the discount of the one before it."""
    tiers = [offer["tiers"]["steps"] for offer in _of(data, "hardware").values() if offer.get("tiers")]
    for steps in tiers:
        steps.append(steps[-1] | {"from_units": steps[-1]["from_units"] + 700.0})
    return data if tiers else None


@neutral()
def framework_of_zero(data: Data) -> Data | None:
    """An agreement for nothing at least, signed for nothing."""
    return _each(data, _offers(data, "framework"), framework={"min_total_units": 0.0})


@neutral()
def take_or_pay_of_zero(data: Data) -> Data | None:
    """Nothing can be missing to nothing."""
    terms = {"min_total_units": 0.0, "take_or_pay_share": 1.0}
    return _each(data, _offers(data, "framework", "lease"), framework=terms)


@neutral()
def development_of_zero(data: Data) -> Data | None:
    """Engineering that costs no money and no time."""
    return _each(data, _offers(data, "development"), development={"cost_musd": 0.0, "lead_periods": 0})


@neutral()
def order_fee_of_zero(data: Data) -> Data | None:
    fee = [0.0] * _read(data).periods.periods
    return _each(data, _offers(data, "order_fee_musd"), order_fee_musd=fee)


@neutral()
def costs_of_zero(data: Data) -> Data | None:
    """Another part of every phase and of every unit, free of charge; a first payment of nothing after the last."""
    phases = [phase for site in _of(data, "sites").values() for phase in site.get("phases", ())]
    for phase in phases:
        phase["capex"] = _of(phase, "capex") | {NEW: {"musd": 0.0, "book_life_years": 7.0}}
        phase["spend_profile"] = [*phase.get("spend_profile", [1.0]), 0.0]
    offers = _offers(data, "lease")
    for offer in offers:
        offer["attach"] = _of(offer, "attach") | {NEW: {"usd_per_unit": 0.0}}
    return data if phases or offers else None


@neutral()
def deposit_at_delivery(data: Data) -> Data | None:
    """Half of the cost when it is ordered and half when it is delivered, in the same period."""
    at_once = [offer for offer in _offers(data, "lease", "deposit_share") if offer["lead_periods"] == 0]
    return _each(data, at_once, deposit_share=0.5)


@neutral()
def flows_of_zero(data: Data) -> Data | None:
    kinds = ("operating", "investing", "financing")
    flows = {f"{NEW}.{kind}": {"kind": kind, "musd_per_period": 0.0} for kind in kinds}
    return data | {"cash_flows": _of(data, "cash_flows") | flows}


@neutral()
def terminal_share_of_zero(data: Data) -> Data | None:
    if _of(data, "terminal").get("kind", "none") != "none":
        return None
    return data | {"terminal": _of(data, "terminal") | {"kind": "book_share", "share": 0.0}}


@neutral()
def terminal_multiple_of_zero(data: Data) -> Data | None:
    if _of(data, "terminal").get("kind", "none") != "none":
        return None
    return data | {"terminal": _of(data, "terminal") | {"kind": "ebitda_multiple", "multiple": 0.0}}


@neutral()
def equity_that_costs_nothing(data: Data) -> Data | None:
    """What the file means without an ``equity`` block."""
    return None if _of(data, "equity") else data | {"equity": {"cost_of_equity_per_year": 0.0}}


# ── offers that offer nothing ─────────────────────────────────────────────────────────────────────────────────────


@neutral()
def loan_with_limit_zero(data: Data) -> Data | None:
    loan = {"kind": "bullet", "rate_per_year": 0.01, "tenor_periods": 3, "limit_musd": 0.0}
    return _added(data, "debt", loan | {"upfront_fee_share": 0.01, "issue_fee_musd": 0.5})


@neutral()
def revolver_with_limit_zero(data: Data) -> Data | None:
    revolver = {"kind": "revolver", "rate_per_year": 0.01, "limit_musd": 0.0, "commitment_fee_per_year": 0.01}
    return _added(data, "debt", revolver)


@neutral()
def empty_market(data: Data) -> Data | None:
    return _added(data, "markets", {"demand_h100e": 0.0, "revenue_usd_per_h100e_hour": 9.0, "min_served_share": 1.0})


@neutral()
def empty_surplus_market(data: Data) -> Data | None:
    surplus = {"demand_h100e": 0.0, "revenue_usd_per_h100e_hour": 9.0, "surplus_only_below_share": 0.5}
    return _added(data, "markets", surplus)


@neutral()
def market_that_pays_nothing(data: Data) -> Data | None:
    """It may be served for nothing, and need not be: hardware costs the same whether it serves or not."""
    return _added(data, "markets", {"demand_h100e": 1000.0})


@neutral()
def penalty_without_a_minimum(data: Data) -> Data | None:
    """What nobody asks for cannot be missing."""
    free = [market for market in _of(data, "markets").values() if "min_served_share" not in market]
    return _each(data, free, shortfall_penalty_usd_per_h100e_hour=0.5)


@neutral()
def cloud_with_limit_zero(data: Data) -> Data | None:
    reserved = {"price_usd_per_h100e_hour": 0.0, "limit_h100e": 0.0, "term_periods": 2, "block_h100e": 10.0}
    return _added(data, "cloud", {"price_usd_per_h100e_hour": 0.0, "limit_h100e": 0.0, "reserved": reserved})


@neutral()
def reserved_with_limit_zero(data: Data) -> Data | None:
    clouds = [cloud for cloud in _of(data, "cloud").values() if cloud.get("reserved") is None]
    reserved = {"price_usd_per_h100e_hour": 0.0, "limit_h100e": 0.0, "term_periods": 1}
    return _each(data, clouds, reserved=reserved)


@neutral()
def colocation_with_limit_zero(data: Data) -> Data | None:
    sites = [site for site in _of(data, "sites").values() if site.get("colocation") is None]
    return _each(data, sites, colocation={"rent_musd_per_mw_year": 0.0, "limit_mw": 0.0, "term_periods": 1})


@neutral()
def energy_source_with_limit_zero(data: Data) -> Data | None:
    """In every region, one with a contract and one without."""
    source = {"price_usd_per_mwh": 0.0, "limit_mw": 0.0, "renewable": True}
    contract = {"contract": {"term_periods": 2, "take_or_pay_share": 1.0}}
    for region in _of(data, "regions"):
        data = _added(data, "energy_sources", source | {"region": region}, f"{NEW}.{region}")
        data = _added(data, "energy_sources", source | contract | {"region": region}, f"{NEW}.signed.{region}")
    return data if _of(data, "regions") else None


@neutral()
def dear_energy_source(data: Data) -> Data | None:
    """Never taken where the grid is cheaper and at least as green; of no use for a ratio, which may gain by waste."""
    regions = [name for name, region in _of(data, "regions").items() if "energy_price_usd_per_mwh" in region]
    if not regions or "wacc" in _objectives(data):
        return None
    for region in regions:
        source = {"region": region, "price_usd_per_mwh": 20000.0, "limit_mw": 50.0}
        data = _added(data, "energy_sources", source, f"{NEW}.{region}")
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
    }
    return _added(data, "hardware", offer) if _of(data, "sites") else None


@neutral()
def dominated_offers(data: Data) -> Data | None:
    """Each offer again with dearer upkeep: what is ordered of it is better ordered of the first.

    Not where the supply is limited, which two would have twice, nor with larger orders at a smaller discount; nor for a
    ratio, which may gain by waste.
    """
    offers = {name: offer for name, offer in _of(data, "hardware").items() if offer.get("supply_units") is None}
    offers = {name: offer for name, offer in offers.items() if _rising(offer.get("tiers"))}
    if not offers or "wacc" in _objectives(data):
        return None
    read = _read(data)
    for name, offer in offers.items():
        dearer = [usd + 50.0 for usd in read.hardware[name].upkeep_usd_per_unit_year.expand(read.periods)]
        data = _added(data, "hardware", offer | {"upkeep_usd_per_unit_year": dearer}, f"{NEW}.{name}")
    return data


def _rising(tiers: Data | None) -> bool:
    discounts = [step["discount_share"] for step in tiers["steps"]] if tiers else []
    return discounts == sorted(discounts)


@neutral()
def phase_of_no_megawatts(data: Data) -> Data | None:
    """After all others, at no cost."""
    for site in _of(data, "sites").values():
        site["phases"] = [*site.get("phases", ()), {"name": NEW, "mw": 0.0, "lead_periods": 0}]
    return data if _of(data, "sites") else None


@neutral()
def site_without_power(data: Data) -> Data | None:
    """Like the first, but with nothing on it. Hardware that draws no power could be put there."""
    sites = _of(data, "sites")
    if not sites or any(offer["kw"] == 0.0 for offer in _offers(data)):
        return None
    first = next(iter(sites.values()))
    return _added(data, "sites", {key: first[key] for key in ("region", "pue")})


@neutral()
def unused_region(data: Data) -> Data | None:
    return _added(data, "regions", {"energy_price_usd_per_mwh": -10.0, "grid_renewable_share": 1.0})


@neutral()
def unused_resource(data: Data) -> Data | None:
    """One that no phase names, and one of which every phase takes nothing."""
    for site in _of(data, "sites").values():
        for phase in site.get("phases", ()):
            phase["resources"] = _of(phase, "resources") | {f"{NEW}.named": {"building": 0.0, "running": 0.0}}
    return _added(_added(data, "resources", {"limit": 0.0}), "resources", {"limit": 0.0}, f"{NEW}.named")


@neutral()
def unused_class(data: Data) -> Data | None:
    return _added(data, "depreciation", {"table_shares": [0.5, 0.5]})


# ── limits that cannot bind ───────────────────────────────────────────────────────────────────────────────────────


@neutral(limits=True)
def supply_beyond_need(data: Data) -> Data | None:
    return _each(data, _offers(data, "supply_units"), supply_units=BEYOND)


@neutral(limits=True)
def power_beyond_need(data: Data) -> Data | None:
    """For the system, every region and every site, where no limit is given."""
    for region in _of(data, "regions").values():
        region.setdefault("power_limit_mw", BEYOND)
    for site in _of(data, "sites").values():
        site.setdefault("grid_connection_mw", BEYOND)
    return data | {"power": {"system_limit_mw": BEYOND} | _of(data, "power")}


@neutral(limits=True)
def resource_beyond_need(data: Data) -> Data | None:
    phases = [phase for site in _of(data, "sites").values() for phase in site.get("phases", ())]
    for phase in phases:
        phase["resources"] = _of(phase, "resources") | {NEW: {"building": 1.0, "running": 2.0}}
    return _added(data, "resources", {"limit": BEYOND}) if phases else None


@neutral(limits=True)
def budget_beyond_need(data: Data) -> Data | None:
    return _added(data, "budgets", {"musd": BEYOND, "carry_over": True})


@neutral(limits=True)
def lender_beyond_need(data: Data) -> Data | None:
    alone = [debt for debt in _of(data, "debt").values() if debt.get("lender") is None]
    return _each(_added(data, "lenders", {"limit_musd": BEYOND}), alone, lender=NEW)


@neutral(limits=True)
def loan_limit_beyond_need(data: Data) -> Data | None:
    return _each(data, [debt for debt in _of(data, "debt").values() if "limit_musd" not in debt], limit_musd=BEYOND)


@neutral()
def largest_draw_is_the_limit(data: Data) -> Data | None:
    """No draw is larger than all draws together, or than what a revolver may have outstanding."""
    debts = [debt for debt in _of(data, "debt").values() if debt.get("limit_musd") and "max_draw_musd" not in debt]
    for debt in debts:
        debt["max_draw_musd"] = debt["limit_musd"]
    return data if debts else None


@neutral()
def letters_of_credit_beside_the_limit(data: Data) -> Data | None:
    """Twice the limit, half of which is set aside at no fee, leaves what there was."""
    lines = [debt for debt in _of(data, "debt").values() if debt["kind"] == "revolver"]
    lines = [line for line in lines if not line.get("letter_of_credit_share")]
    for line in lines:
        line |= {"limit_musd": 2 * line["limit_musd"], "letter_of_credit_share": 0.5}
        line.pop("letter_of_credit_fee_per_year", None)
    return data if lines else None


@neutral()
def covenants_that_hold_anyway(data: Data) -> Data | None:
    """Cash is never below 0, and debt never more than all capital nor less than none of it."""
    data = _added(data, "covenants", {"kind": "minimum_liquidity", "minimum": 0.0})
    data = _added(data, "covenants", {"kind": "debt_to_capital", "maximum": 1.0}, f"{NEW}.most")
    return _added(data, "covenants", {"kind": "debt_to_capital", "minimum": 0.0}, f"{NEW}.least")


@neutral()
def dividends_of_zero(data: Data) -> Data | None:
    equity = _of(data, "equity")
    if not equity or equity.get("dividends") is not None:
        return None
    return data | {"equity": equity | {"dividends": {"maximum_musd": 0.0}}}


@neutral()
def ownership_floor_of_zero(data: Data) -> Data | None:
    equity = _of(data, "equity")
    if not equity or equity.get("ownership_floor_share") is not None:
        return None
    return data | {"equity": equity | {"ownership_floor_share": 0.0}}


@neutral()
def grid_of_one_bucket(data: Data) -> Data | None:
    """One price for all leverage. A grid needs a limit on all debt, and overrides what a round costs."""
    unlimited = any(debt.get("limit_musd") is None for debt in _of(data, "debt").values())
    unlimited |= any(_of(offer, "lease").get("counts_as_debt") and not offer["kw"] for offer in _offers(data))
    rounds = _of(_of(data, "equity"), "rounds").values()
    if _of(data, "pricing_grid") or unlimited or any("cost_of_equity_per_year" in item for item in rounds):
        return None
    return data | {"pricing_grid": {"by": "leverage", "buckets": [{"spread_per_year": 0.0}]}}


@neutral()
def interest_added_in_a_grace_of_none(data: Data) -> Data | None:
    """Interest is only capitalised in grace."""
    vintages = [debt for debt in _of(data, "debt").values() if debt["kind"] in ("bullet", "level", "annuity")]
    return _each(data, [debt for debt in vintages if not debt.get("grace_periods")], capitalise_interest=True)


@neutral()
def limits_stated_twice(data: Data) -> Data | None:
    """Budgets, covenants and resources once more under another name."""
    for where in ("budgets", "covenants", "resources"):
        data = data | {where: {key: each for name, each in _of(data, where).items() for key in _both(name)}}
    for site in _of(data, "sites").values():
        for phase in site.get("phases", ()):
            phase["resources"] = {key: use for name, use in _of(phase, "resources").items() for key in _both(name)}
    return data if any(_of(data, where) for where in ("budgets", "covenants", "resources")) else None


def _both(name: str) -> tuple[str, str]:
    return name, f"{name}.again"


# ── one thing written as two ──────────────────────────────────────────────────────────────────────────────────────


def _halved(data: Data, where: str, names: list[str], fields: tuple[str, ...]) -> Data | None:
    """The data with two blocks for each of ``names``, alike but for the fields, of which each has half."""
    if not names:
        return None
    blocks = _of(data, where)
    halves: Data = {}
    for name, block in blocks.items():
        half = block | {key: scaled(block[key], 0.5) for key in fields if block.get(key) is not None}
        halves |= {key: copy.deepcopy(half) for key in _both(name)} if name in names else {name: block}
    return {key: _mentioned(value, key, set(names)) for key, value in (data | {where: halves}).items()}


def _mentioned(value: Any, field: str, names: set[str]) -> Any:
    """The value with the second half named wherever the first is."""
    if isinstance(value, list) and field in REFERENCES:
        return [each for name in value for each in (_both(name) if name in names else (name,))]
    if isinstance(value, list):
        return [_mentioned(item, field, names) for item in value]
    if not isinstance(value, dict):
        return value
    if field == BY_SITE:
        return {key: cost for name, cost in value.items() for key in (_both(name) if name in names else (name,))}
    return {key: _mentioned(item, key, names) for key, item in value.items()}


@neutral()
def split_sites(data: Data) -> Data | None:
    """Half of everything on either side of the road, where all of it can be halved.

    Not with land or an opening cost, which are paid once, a grid connection, which whole phases fill, an odd count, a
    gap between phases, an entry that waits for another, or power rented in blocks.
    """
    names = [name for name, site in _of(data, "sites").items() if _can_be_halved(site)]
    for name in names:
        site = data["sites"][name]
        for phase in site.get("phases", ()):
            phase["count"] //= 2
        if site.get("colocation"):
            site["colocation"]["limit_mw"] = scaled(site["colocation"]["limit_mw"], 0.5)
    return _halved(data, "sites", names, ("existing_mw", "grid_connection_mw"))


def _can_be_halved(site: Data) -> bool:
    phases, rent = site.get("phases", []), _of(site, "colocation")
    if site.get("land_musd") or site.get("opening_cost_musd") or rent.get("block_mw") or len(phases) > 1:
        return False
    if not phases:
        return True
    (phase,) = phases
    return "grid_connection_mw" not in site and not phase.get("gap_periods") and phase.get("count", 1) % 2 == 0


@neutral()
def second_like_region(data: Data) -> Data | None:
    """Every second site of a region moves to another like it. Not where they share a limit or a source of energy."""
    shared = {source["region"] for source in _of(data, "energy_sources").values()}
    moved = False
    for name, region in list(_of(data, "regions").items()):
        own = [site for site in _of(data, "sites").values() if site["region"] == name]
        if len(own) < 2 or name in shared or "power_limit_mw" in region:
            continue
        data = _added(data, "regions", region, f"{NEW}.{name}")
        for site in own[1::2]:
            site["region"] = f"{NEW}.{name}"
        moved = True
    return data if moved else None


@neutral()
def split_phases(data: Data) -> Data | None:
    """An entry for each of ``count`` phases."""
    for site in _of(data, "sites").values():
        site.setdefault("phases", [])
    counts = [phase.get("count", 1) for site in _of(data, "sites").values() for phase in site.get("phases", ())]
    return enumerated(data) if any(1 < count <= 20 for count in counts) and max(counts) <= 20 else None


@neutral()
def split_offers(data: Data) -> Data | None:
    """Half of the supply each, where nothing is asked of an order as a whole."""
    whole, read = ("tiers", "framework", "development"), _read(data)
    names = [
        name
        for name, offer in _of(data, "hardware").items()
        if all(offer.get(key) is None for key in whole)
        and not offer.get("lot_units")
        and not any(read.hardware[name].order_fee_musd.expand(read.periods))
    ]
    return _halved(data, "hardware", names, ("supply_units",))


@neutral()
def split_markets(data: Data) -> Data | None:
    return _halved(data, "markets", list(_of(data, "markets")), ("demand_h100e",))


@neutral()
def split_clouds(data: Data) -> Data | None:
    """Not where compute is reserved in blocks."""
    names = [name for name, cloud in _of(data, "cloud").items() if not _of(cloud, "reserved").get("block_h100e")]
    for name in names:
        if reserved := _of(data["cloud"][name], "reserved"):
            reserved["limit_h100e"] = scaled(reserved["limit_h100e"], 0.5)
    return _halved(data, "cloud", names, ("limit_h100e",))


@neutral()
def split_sources(data: Data) -> Data | None:
    """Not where a contract is signed as a whole."""
    sources = _of(data, "energy_sources").items()
    return _halved(
        data, "energy_sources", [name for name, source in sources if source.get("contract") is None], ("limit_mw",)
    )


@neutral()
def split_flows(data: Data) -> Data | None:
    return _halved(data, "cash_flows", list(_of(data, "cash_flows")), ("musd_per_year", "musd_per_period"))


@neutral()
def split_loans(data: Data) -> Data | None:
    """Not where something is charged or asked for a draw or a facility as a whole, and not where one half could be
    drawn while the other is repaid."""
    whole = (
        "min_draw_musd",
        "issue_fee_musd",
        "commitment_fee_per_year",
        "letter_of_credit_fee_per_year",
        "prepayment",
    )
    names = [
        name
        for name, debt in _of(data, "debt").items()
        if debt["kind"] != "sculpted" and not any(key in debt and debt[key] not in (None, 0) for key in whole)
    ]
    for name in names:
        if tie := _of(data["debt"][name], "tied_to"):
            tie["capex_share"] = 0.5 * tie.get("capex_share", 1.0)
    return _halved(data, "debt", names, ("limit_musd", "max_draw_musd", "opening_balance_musd"))


# ── other units ───────────────────────────────────────────────────────────────────────────────────────────────────


@neutral(money=2.0)
def half_dollars(data: Data) -> Data | None:
    """Every amount of money doubled. What is fixed in dollars is the least order, draw or raise that has a fee."""
    return doubled(data)  # type: ignore[no-any-return]


def _in_units(value: Any, factor: Callable[[str], float], field: str = "") -> Any:
    """The data with each figure times a factor that depends on its field."""
    if factor(field) != 1.0:
        return scaled(value, factor(field))
    if isinstance(value, dict):
        return {key: _in_units(item, factor, key) for key, item in value.items()}
    return [_in_units(item, factor) for item in value] if isinstance(value, list) else value


@neutral()
def half_h100e(data: Data) -> Data | None:
    """Compute counted in a unit of half the size: twice as many, each hour at half the price."""
    return _in_units(data, lambda f: 2.0 if f.endswith("_h100e") else 0.5 if f.endswith("_h100e_hour") else 1.0)  # type: ignore[no-any-return]


@neutral()
def half_megawatts(data: Data) -> Data | None:
    """Power counted in a unit of half the size."""

    def factor(field: str) -> float:
        if field in ("mw", "kw") or field.endswith("_mw"):
            return 2.0
        return 0.5 if field.endswith(("_per_mwh", "_per_mw_year")) else 1.0

    return _in_units(data, factor)  # type: ignore[no-any-return]


HALVES = ("price_usd", "compute_h100e", "kw", "usd_per_unit", "upkeep_usd_per_unit_year", "payment_usd_per_unit_year")
TWICE = ("lot_units", "supply_units", "from_units", "min_total_units")


@neutral()
def half_units(data: Data) -> Data | None:
    """Every unit of hardware sold as two."""
    return _in_units(data, lambda field: 0.5 if field in HALVES else 2.0 if field in TWICE else 1.0)  # type: ignore[no-any-return]


# ── other ways to write it ────────────────────────────────────────────────────────────────────────────────────────


def _rewritten(value: Any, write: Callable[[Series], Any]) -> Any:
    """The data of a block with its series written in another way."""
    if isinstance(value, Series):
        return write(value)
    if isinstance(value, History):
        return value.model_dump(mode="json", exclude_unset=True)  # it has the periods before the calendar
    if isinstance(value, Block):
        return {name: _rewritten(getattr(value, name), write) for name in sorted(value.model_fields_set)}
    if isinstance(value, dict):
        return {key: _rewritten(item, write) for key, item in value.items()}
    return [_rewritten(item, write) for item in value] if isinstance(value, list) else value


@neutral()
def series_as_lists(data: Data) -> Data | None:
    instance = _read(data)
    return _rewritten(instance, lambda series: list(series.expand(instance.periods)))  # type: ignore[no-any-return]


@neutral()
def series_as_steps(data: Data) -> Data | None:
    instance = _read(data)
    labels = instance.periods.labels
    return _rewritten(  # type: ignore[no-any-return]
        instance, lambda series: dict(zip(labels, series.expand(instance.periods), strict=True))
    )


@neutral()
def series_as_growth_of_zero(data: Data) -> Data | None:
    def grown(series: Series) -> Any:
        written = series.written()
        return {"initial": written, "growth_per_year": 0.0} if isinstance(written, float) else written

    return _rewritten(_read(data), grown)  # type: ignore[no-any-return]


@neutral()
def windows_as_wide_as_the_calendar(data: Data) -> Data | None:
    """Every window that is not given, given."""
    labels = _read(data).periods.labels

    def opened(value: Any) -> Any:
        if isinstance(value, list):
            return [opened(item) for item in value]
        if isinstance(value, dict):
            return {key: opened(item) for key, item in value.items()}
        if not isinstance(value, Block):
            return value.written() if isinstance(value, Series) else value
        fields = {name: opened(getattr(value, name)) for name in value.model_fields_set}
        unset = [name for name in type(value).model_fields if getattr(value, name) is None]
        fields |= {name: labels[0] for name in unset if name.startswith(("first_", "earliest_"))}
        return fields | {name: labels[-1] for name in unset if name.startswith(("last_", "latest_"))}

    return opened(_read(data))  # type: ignore[no-any-return]


@neutral()
def defaults_written_down(data: Data) -> Data | None:
    return _read(data).canonical()


@neutral()
def names_in_reverse(data: Data) -> Data | None:
    return reversed_names(data)  # type: ignore[no-any-return]


BY_SITE = "serving_cost_by_site_usd_per_h100e_hour"
REFERENCES = ("region", "tax_class", "lender", "sites", "hardware", "instruments", "refinances")
NAMED = (
    *("regions", "energy_sources", "resources", "sites", "hardware", "markets", "cloud", "cash_flows", "depreciation"),
    *("lenders", "debt", "rounds", "preferred_equity", "partners", "budgets", "covenants", "capex", "attach", BY_SITE),
)


@neutral()
def other_names(data: Data) -> Data | None:
    """Every name a user gave, given again so that the order of the alphabet is another."""

    def name(old: str) -> str:
        return f"{chr(ord('z') - ord(old[0].lower()) + ord('a'))}-{old}"

    def renamed(value: Any, field: str) -> Any:
        if isinstance(value, dict) and field in NAMED:
            return {name(key): renamed(item, "") for key, item in value.items()}
        if isinstance(value, dict):
            return {key: renamed(item, key) for key, item in value.items()}
        if isinstance(value, list) and field == "phases":
            return [renamed(item, "") | {"name": name(item["name"])} for item in value]
        if isinstance(value, list):
            return [renamed(item, field) for item in value]
        return name(value) if isinstance(value, str) and field in REFERENCES else value

    return {key: renamed(value, key) for key, value in data.items()}


@neutral()
def another_level(data: Data) -> Data | None:
    """What is best next does not change what is best first."""
    names = _objectives(data)
    if "capital_raised" in names:
        return None
    levels = [level.model_dump(mode="json") for level in _read(data).objectives]
    return data | {"objectives": [*levels, {"name": "capital_raised"}]}
