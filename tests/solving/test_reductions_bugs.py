"""Bugs put into the reductions on purpose: none loses a plan without a word, and none spoils an answer."""

from __future__ import annotations

from copy import deepcopy

import pytest

from optimizer.solving.reductions.reduced import PARTED
from tests.check.planting import Bug, planted

from .alike_sites import OFFER, SITE, Data, programme, solved, value

ALIKE, GROUPS, SPLIT = (f"solving.reductions.{name}" for name in ("alike", "groups", "split"))
HALL: Data = SITE["phases"][0]
FALLING: Data = {**OFFER, "price_usd": [30000, 20000, 10000]}
MORE: Data = {"name": "more", "mw": 5, "count": 2, "lead_periods": 1, "capex": {"shell": {"musd": [40, 36, 30]}}}
GROWING = programme(
    calendar__periods=3,
    hardware__chip=FALLING,
    hardware__brief={**OFFER, "price_usd": 2000, "life_periods": 1, "lead_periods": 1},
    **{f"sites__{s}__phases": [{**HALL, "capex": {"shell": {"musd": [100, 90, 80]}}}, deepcopy(MORE)] for s in "ab"},
    markets__training__demand_h100e=[12000, 26000, 30000],
)
"""Power, units and demand that grow; units that leave, one kind by its life."""
RETIRED = programme(
    hardware__chip={**OFFER, "resale_share_by_age": [1, 0.9]},
    markets__training__demand_h100e=[15000, 4000],
    sites__a__phases__0__mw=9,
    sites__b__phases__0__mw=9,
)
"""Units that are sold when demand falls."""
RENTED = programme(
    **{
        f"sites__{s}": {
            "region": "north",
            "pue": 1,
            "colocation": {
                "rent_musd_per_mw_year": 1,
                "limit_mw": 10,
                "lead_periods": 0,
                "term_periods": 1,
                "assignable_share": 1,
                "first_signing": year,
                "last_signing": year,
            },
        }
        for s, year in (("a", 2026), ("b", 2027))
    },
    hardware__chip__resale_share_by_age=[1, 0],
    markets__training__demand_h100e=10000,
)
"""Power that moves from one site to the other."""
COUNTED = programme(**{f"sites__{s}__{key}": what for s in "ab" for key, what in (("grid_connection_mw", 18),)})
APART = programme(**{f"sites__{s}__phases__0__{key}": 2 for s in "ab" for key in ("count", "gap_periods")})
LAND = programme(**{f"sites__{s}__{key}": 2 for s in "ab" for key in ("land_musd", "phases__0__count")})
TWICE = programme(**{f"sites__{s}__phases": [{**HALL, "count": 2}, {**MORE, "capex": {}}] for s in "ab"})
COUNTED["sites"]["a"]["phases"][0]["count"] = COUNTED["sites"]["b"]["phases"][0]["count"] = 2

TWO_MARKETS = programme(
    markets__api={"demand_h100e": 4000, "min_served_share": 1}, markets__training__demand_h100e=15000
)
BUGS: list[tuple[Data, Bug]] = [
    (
        RENTED,
        Bug(
            ALIKE,
            "off by one period",
            "",
            "never_shrinks",
            "first + terms.lead_periods + terms.term_periods > instance.periods.periods",
            "first > 0",
        ),
    ),
    (
        COUNTED,
        Bug(
            ALIKE,
            "wrong sign",
            "",
            "_has_connection",
            "most <= min(site.grid_connection_mw.expand(instance.periods))",
            "most >= min(site.grid_connection_mw.expand(instance.periods))",
        ),
    ),
    (APART, Bug(ALIKE, "missing term", "", "_is_parted", "phase.gap_periods > 0 and phase.count > 1", "False")),
    (LAND, Bug(ALIKE, "missing term", "", "is_counted", "site.phases[0].count == 1", "True")),
    (TWICE, Bug(GROUPS, "wrong sign", "", "sources", "before.count == 1", "before.count >= 1")),
    (GROWING, Bug(GROUPS, "off by one period", "", "sources", "t - gap", "t - gap - 1")),
    (
        GROWING,
        Bug(
            SPLIT,
            "off by one period",
            "",
            "_Hardware._leave",
            "u + self.offers[o].lead_periods + self.offers[o].life_periods <= t",
            "u + self.offers[o].lead_periods + self.offers[o].life_periods < t",
        ),
    ),
    (RETIRED, Bug(SPLIT, "wrong sign", "", "_Hardware._leave", "alive[o, u] - gone", "alive[o, u] + gone")),
    (
        GROWING,
        Bug(
            SPLIT,
            "off by one period",
            "",
            "_Hardware.part",
            "t - self.offers[o].lead_periods",
            "t - self.offers[o].lead_periods + 1",
        ),
    ),
    (TWO_MARKETS, Bug(SPLIT, "wrong sign", "", "_filled", "room[i] -= part * each", "room[i] += part * each")),
    (GROWING, Bug(SPLIT, "missing term", "", "_Phases._first", "len(begun[s, phase.name]) < phase.count", "True")),
]


@pytest.mark.parametrize("data", [GROWING, RETIRED, RENTED, COUNTED, APART, LAND, TWICE, TWO_MARKETS])
def test_without_a_bug_nothing_fails(data: Data) -> None:
    whole, found = solved(data, "off"), solved(data, "always")
    assert found.summary.get("reductions", {"split": PARTED})["split"] == PARTED
    assert value(found) == pytest.approx(value(whole))
    assert found.audit_passed


@pytest.mark.parametrize(("data", "bug"), BUGS, ids=lambda each: each.where if isinstance(each, Bug) else "")
def test_a_bug_is_seen_and_spoils_nothing(data: Data, bug: Bug) -> None:
    """The record tells of it, or the shares come from the linear programme; the plan is the best one all the same."""
    right = value(solved(data, "off"))
    with planted(bug):
        found = solved(data, "always")
    assert found.summary["reductions"].get("split") != PARTED
    assert value(found) == pytest.approx(right)
    assert found.audit_passed
