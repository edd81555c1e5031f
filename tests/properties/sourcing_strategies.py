"""Random terms of sourcing: frameworks, development, leases, resale, rented power, energy, reserved compute."""

from __future__ import annotations

from hypothesis import strategies as st

from .instrument_parts import offer_like, window
from .strategies import Data, Draw, calendar_of, series, sometimes


def framework(draw: Draw, data: Data) -> None:
    """An offer under a framework agreement, take or pay in half of the cases, with a window in some."""
    offer = offer_like(draw, data)
    terms: Data = {"min_total_units": draw(st.sampled_from([2000, 3000, 5000]))}
    sometimes(draw, terms, "take_or_pay_share", st.sampled_from([0.3, 0.8, 0]))
    sometimes(draw, terms, "signing_fee_musd", st.sampled_from([1, 4]))
    window(draw, data, offer, "order")
    offer["framework"] = terms
    data["hardware"]["framed"] = offer


def development(draw: Draw, data: Data) -> None:
    """A custom chip: cheap and dense once it has been developed."""
    offer = offer_like(draw, data)
    offer["price_usd"] = draw(st.sampled_from([9000, 13000]))
    terms: Data = {"cost_musd": draw(st.sampled_from([10, 3, 0])), "lead_periods": draw(st.integers(0, 1))}
    window(draw, data, terms, "start")
    offer["development"] = terms
    if draw(st.integers(0, 3)) == 3:
        offer["framework"] = {"min_total_units": 1000, "take_or_pay_share": 0.5}
    data["hardware"]["custom"] = offer


def opening_position(draw: Draw, data: Data) -> None:
    """Units in service and on order, a hall that stands and one that is being built."""
    calendar = calendar_of(data)
    name, site = draw(st.sampled_from(sorted(data["hardware"]))), sorted(data["sites"])[0]
    offer = data["hardware"][name]
    if offer.get("lease") or (offer.get("sites") and site not in offer["sites"]):
        return
    data.setdefault("depreciation", {}).setdefault("begun", {"life_years": 7, "bonus_share": 0.2})
    lot: Data = {"site": site, "units": draw(st.sampled_from([20, 400])), "age_periods": 1, "book_value_musd": 6}
    lot["tax_basis_musd"], lot["price_usd"] = {"begun": 4}, 21000
    due: Data = {"site": site, "units": 30, "delivery": calendar.label(calendar.periods), "deposit_musd": 0.2}
    opening: Data = {"coming": {**due, "due_musd": 0.4, "tax_basis_musd": {"begun": 0.6}}}
    opening |= {"there": lot} if offer["life_periods"] > 1 else {}
    offer["opening"] = opening
    wing: Data = {"mw": 4, "ready": calendar.label(2 if calendar.periods > 1 else 1), "fixed_opex_musd_per_year": 0.3}
    part = {"book_value_musd": 2, "book_life_years": 6, "to_spend_musd": [1, 0.5], "tax_class": "begun"}
    wing["parts"] = {"shell": {**part, "tax_basis_musd": {"begun": 2}}}
    sometimes(draw, wing, "payment_timing", st.sampled_from(["mid", "start", "end"]))
    for resource in sorted(data.get("resources", {}))[:1]:
        wing["resources"] = {resource: {"running": 0.01}}
    hall: Data = {"mw": 3, "service_periods": 1}
    hall["parts"] = {"hall": {"book_value_musd": 3, "book_life_years": 5, "tax_basis_musd": {"begun": 1}}}
    hall["parts"]["land"] = {"book_value_musd": 1, "land_basis_musd": 1}
    data["sites"][site]["opening"] = {"wing": wing, "hall": hall}


def operating_lease(draw: Draw, data: Data) -> None:
    """Hardware leased off the balance sheet."""
    data["hardware"]["rented_chips"] = lease_offer(draw, data, as_debt=False)


def finance_lease(draw: Draw, data: Data) -> None:
    """Hardware under a lease that counts as debt."""
    data["hardware"]["leased_chips"] = lease_offer(draw, data, as_debt=True)


def lease_offer(draw: Draw, data: Data, as_debt: bool) -> Data:
    offer = offer_like(draw, data)
    for key in ("price_usd", "deposit_share"):
        offer.pop(key, None)
    offer["supply_units"] = draw(st.sampled_from([2000, 4000]))
    years = offer["life_periods"] * calendar_of(data).years
    share = draw(st.sampled_from([1.1, 0.8, 1.3]))
    offer["lease"] = {
        "payment_usd_per_unit_year": draw(series([round(20000 * share / years), 15000 / years], calendar_of(data))),
        "implicit_rate_per_year": draw(st.sampled_from([0.08, 0.05, 0])),
        "counts_as_debt": as_debt,
    }
    sometimes(draw, offer, "order_fee_musd", st.just(0.5))
    if draw(st.integers(0, 3)) == 3:
        offer["framework"] = {"min_total_units": 1500, "signing_fee_musd": 0.5}
    return offer


def resale(draw: Draw, data: Data) -> None:
    """A resale curve for each offer that can have one, and sometimes a terminal value by it."""
    curve = draw(st.sampled_from([[0.9, 0.7, 0.5, 0.3], [1, 0.8, 0.6, 0.45, 0.3, 0.2], [0.6, 0.3], [1, 1, 0.9]]))
    for offer in data["hardware"].values():
        if "lease" not in offer and ("tiers" not in offer or draw(st.booleans())):
            offer.pop("tiers", None)
            offer["resale_share_by_age"] = curve
            if len(curve) > 3:
                offer["upkeep_usd_per_unit_year_by_age"] = [300, 3000, 9000]
    if any("resale_share_by_age" in offer for offer in data["hardware"].values()) and draw(st.booleans()):
        data["terminal"] = {"kind": "resale"}


def colocation(draw: Draw, data: Data) -> None:
    """Power to be rented at a site; the site may have no phases of its own."""
    calendar = calendar_of(data)
    site = data["sites"][draw(st.sampled_from(sorted(data["sites"])))]
    rent: Data = {
        "rent_musd_per_mw_year": draw(series([0.4, 0.8, 1.5], calendar)),
        "limit_mw": draw(series([6, 10], calendar, growth=False)),
        "term_periods": draw(st.integers(1, 4)),
    }
    sometimes(draw, rent, "lead_periods", st.just(1))
    sometimes(draw, rent, "block_mw", st.sampled_from([2, 1.5]))
    sometimes(draw, rent, "escalator_per_year", st.sampled_from([0.03, 0.25]))
    window(draw, data, rent, "signing")
    site["colocation"] = rent
    if draw(st.integers(0, 3)) == 3:
        site["phases"] = []


# ── energy and cloud ──────────────────────────────────────────────────────────────────────────────────────────────


def energy(draw: Draw, data: Data) -> None:
    """One to three sources of energy, with or without a contract; sometimes no grid at all."""
    calendar = calendar_of(data)
    north = data["regions"]["north"]
    sometimes(draw, north, "grid_renewable_share", series([0.2, 0.4], calendar, growth=False))
    sometimes(draw, north, "grid_emissions_t_per_mwh", st.just(0.4))
    sources: Data = {}
    for name in ["wind", "plant", "gas"][: draw(st.integers(1, 3))]:
        source: Data = {
            "region": "north",
            "price_usd_per_mwh": draw(series([35, 60, 20], calendar)),
            "limit_mw": draw(series([4, 10], calendar, growth=False)),
            "renewable": name != "gas",
        }
        sometimes(draw, source, "emissions_t_per_mwh", st.just(0.3))
        if draw(st.booleans()):
            contract: Data = {"term_periods": draw(st.integers(1, 4))}
            sometimes(draw, contract, "take_or_pay_share", st.sampled_from([0.7, 1]))
            window(draw, data, contract, "signing")
            source["contract"] = contract
        sources[name] = source
    data["energy_sources"] = sources
    if draw(st.integers(0, 4)) == 4:
        north.pop("energy_price_usd_per_mwh")


def renewable_share(draw: Draw, data: Data) -> None:
    """A target for the renewable share that a source or the grid can meet."""
    if "energy_sources" not in data:
        energy(draw, data)
    data["power"] = data.get("power", {}) | {
        "min_renewable_share": draw(series([0.3, 0.5, 0.8], calendar_of(data), growth=False))
    }


def reserved_cloud(draw: Draw, data: Data) -> None:
    """Blocks of cloud compute beside the hourly ones."""
    calendar = calendar_of(data)
    terms: Data = {
        "price_usd_per_h100e_hour": draw(series([1.2, 0.9, 1.7], calendar)),
        "limit_h100e": draw(series([3000, 6000], calendar, growth=False)),
        "term_periods": draw(st.integers(1, 4)),
    }
    sometimes(draw, terms, "block_h100e", st.sampled_from([1000, 700]))
    window(draw, data, terms, "signing")
    hourly = {"price_usd_per_h100e_hour": 1.8, "limit_h100e": draw(st.sampled_from([2000, 0]))}
    cloud = data.setdefault("cloud", {"rented": hourly})
    next(iter(cloud.values()))["reserved"] = terms
