"""Colocation: megawatts rented from a landlord, for a term from delivery on."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, PHYSICAL, WHOLE, ZERO
from optimizer.instance.schema import Colocation

WINDOW = rule("colocation.window", "Contracts are signed within their window.", "MW", PHYSICAL)
DELIVERY = rule("colocation.delivery", "No contract is signed that is delivered after the last period.", "MW", PHYSICAL)
BLOCKS = rule("colocation.blocks", "Contracts are whole numbers of blocks.", "blocks", WHOLE)
LIMIT = rule("colocation.limit", "No more is rented at a time than the landlord has.", "MW", PHYSICAL)
RENT = rule(
    "colocation.rent",
    "Rent of the signing period, stepped up at anniversaries, is paid from delivery to the term's end.",
    "musd",
    MONEY,
)

_OPEX = Entry("opex", "retained_earnings", "cash")


def replay_colocation(replay: Replay) -> dict[str, Values]:
    """Check all contracts and post their rent. Returns the MW rented in each period, by site."""
    rented: dict[str, Values] = {}
    for name, site in replay.instance.sites.items():
        terms = site.colocation
        if terms is None:
            continue
        place = f"sites.{name}.colocation"
        window = replay.window(terms.first_signing, terms.last_signing, place)
        rent = replay.values(terms.rent_musd_per_mw_year, f"{place}.rent_musd_per_mw_year")
        limit = replay.values(terms.limit_mw, f"{place}.limit_mw")
        block, active = exact(terms.block_mw), replay.zeros()
        for u in replay.span:
            mw = replay.decisions.colocation.get((name, u), ZERO)
            delivery = replay.time.after(u, terms.lead_periods)
            replay.findings.record(WINDOW, name, u, ZERO if u in window else abs(mw))
            replay.findings.record(DELIVERY, name, u, ZERO if delivery <= replay.last else abs(mw))
            if block > 0:
                replay.findings.record(BLOCKS, name, u, abs(mw / block - round(mw / block)))
            for t in range(delivery, min(replay.time.after(delivery, terms.term_periods), replay.last + 1)):
                active[t] += mw
            for t in range(delivery, replay.last + 1):
                due = rent_years(replay, terms, delivery, t)
                replay.book.post(RENT, f"opex.colocation.{name}", t, mw * rent[u] * due, _OPEX)
        for t in replay.span:
            replay.findings.at_most(LIMIT, name, t, active[t], limit[t])
        rented[name] = tuple(active)
    return rented


def rent_years(replay: Replay, terms: Colocation, delivery: int, t: int) -> Decimal:
    """Years of the first year's rent that fall due in t, each anniversary of the delivery a step dearer."""
    dearer, steps = ONE + exact(terms.escalator_per_year), replay.time.within(delivery, terms.term_periods, t)
    return sum((dearer ** (age // replay.calendar.per_year) for age in steps), ZERO) * replay.step
