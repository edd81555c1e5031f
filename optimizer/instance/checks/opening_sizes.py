"""Whether what there is at instant 0 is of a size that can be, beside what new units cost and the power on line."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit, Path
from optimizer.instance.opening_position import serving
from optimizer.instance.reach import most_energised_mw
from optimizer.instance.schema import Instance, Offer, OpeningUnits

MOST_OF_NEW = 5.0
"""Times what a new unit costs: prices have fallen to a third within the life of a unit, and not to a fifth."""
MOST_MUSD_PER_MW = 100.0
"""As of a phase: a MW cost 9 to 15 USD million to build in 2025."""


def opening_value(instance: Instance) -> Iterator[Hit]:
    """What there is at instant 0 is booked, left for tax or still to be paid at far more than it costs new."""
    for name, offer in instance.hardware.items():
        for lot, units in offer.opening.items():
            new = _new_usd(instance, offer, units)
            for field, musd in _amounts(units):
                if musd * 1e6 > MOST_OF_NEW * new * units.units > 0.0:
                    message = f"{musd * 1e6 / units.units:,.0f} USD a unit, and a new one costs {new:,.0f}"
                    help = "write USD million of all its units, or check `units`"
                    yield Hit(("hardware", name, "opening", lot, *field), message, help)
    for name, site in instance.sites.items():
        for asset, each in site.opening.items():
            for part, item in each.parts.items():
                musd = max(item.book_value_musd + sum(item.to_spend_musd), sum(item.tax_basis_musd.values()))
                if each.mw and musd > MOST_MUSD_PER_MW * each.mw:
                    message = f"{musd / each.mw:,.0f} USD million a MW, and to build one costs 9 to 15"
                    help = "write USD million of the whole, or check `mw`"
                    yield Hit(("sites", name, "opening", asset, "parts", part), message, help, True)


def _amounts(units: OpeningUnits) -> Iterator[tuple[Path, float]]:
    yield ("book_value_musd",), units.book_value_musd
    yield ("due_musd" if units.due_musd > units.deposit_musd else "deposit_musd",), units.deposit_musd + units.due_musd
    yield from ((("tax_basis_musd", name), musd) for name, musd in units.tax_basis_musd.items())


def _new_usd(instance: Instance, offer: Offer, units: OpeningUnits) -> float:
    """The most that a unit costs new, with what is bought along: of today, or as those of instant 0 were ordered."""
    calendar = instance.periods
    along = sum(max(item.usd_per_unit.expand(calendar)) for item in offer.attach.values())
    return max(*offer.price_usd.expand(calendar), units.price_usd or 0.0) + along


def opening_beyond_power(instance: Instance) -> Iterator[Hit]:
    """Units of instant 0 draw more than can be on line at their site: what is beyond it has to be sold."""
    calendar = instance.periods
    for name, site in instance.sites.items():
        lots = [
            (("hardware", offer, "opening", lot, "units"), each, units)
            for offer, each in instance.hardware.items()
            for lot, units in each.opening.items()
            if units.site == name
        ]
        if not any(offer.resale_share_by_age for _, offer, _ in lots):
            continue
        drawn = [0.0] * calendar.periods
        for _, offer, units in lots:
            for t in serving(offer, units, calendar):
                drawn[t - 1] += site.pue * offer.kw * units.units / 1000.0
        for t, (load, power) in enumerate(zip(drawn, most_energised_mw(site, calendar), strict=True), 1):
            if load > power * (1.0 + SUM_TOLERANCE) + SUM_TOLERANCE:
                path, _, _ = max(lots, key=lambda lot: lot[1].kw * lot[2].units)
                drawn_mw = f"units of instant 0 draw {load:,.6g} MW at `{name}` in {calendar.label(t)}"
                message = f"{drawn_mw}, and no more than {power:,.6g} can be on line: what is beyond it has to be sold"
                yield Hit(path, message, "check `units`, `site` and the power of the site", rests=(("sites", name),))
                break
