"""Sites, power, budgets and resources."""

from __future__ import annotations

from tests.oracles.money import factor, present
from tests.oracles.phasing import Stage, best_value

from .derived import derives

RATE = 0.1
HOUR = 8.76
"""One USD an hour for a thousand units through a year, USD million."""


@derives("phase-order-gap")
def phase_order_gap() -> float:
    """The gap of two years costs the room for beta."""

    def sites(gap: int) -> list[list[Stage]]:
        return [[Stage(1, (4,)), Stage(10, (4,), gap=gap)], [Stage(6, (4,), first=3)]]

    assert best_value(sites(1), 3, (4, 4, 4))[0] == 17
    value, winners = best_value(sites(2), 3, (4, 4, 4))
    assert winners == [((1, 3), ())]
    return value


@derives("counted-phases")
def counted_phases() -> float:
    """Three halls alike are three stages, each a year after the one before."""

    def sites(gap: int) -> list[list[Stage]]:
        halls = [Stage(2, (2,), gap=gap) for _ in range(3)]
        return [[*halls, Stage(9, (6,))], [Stage(4, (4,), first=3)]]

    assert best_value(sites(0), 3, (6, 6, 6))[0] == 19
    value, winners = best_value(sites(1), 3, (6, 6, 6))
    assert winners == [((1, 2, 3), (3,))]
    return value


@derives("resources")
def resources() -> float:
    """Crew while building, water while running."""

    def stage(value: float, lead: int, water: float, last: int) -> Stage:
        return Stage(value, lead=lead, last=last, building={"crew": 1}, running={"water": water})

    sites = [[stage(8, 2, 1, last=1)], [stage(4, 1, 1, last=2)], [stage(3, 1, 1, last=4), stage(3, 1, 1, last=4)]]
    assert best_value(sites, 5, resources={"crew": 2, "water": 2})[0] == 12
    assert best_value(sites, 5, resources={"crew": 1, "water": 9})[0] == 14
    value, winners = best_value(sites, 5, resources={"crew": 1, "water": 2})
    assert winners == [((1,), (), (3,)), ((1,), (), (4,))]
    return value


RATIONED = [[Stage(12, (8,))], [Stage(6, (5,))], [Stage(5, (5,))]]


@derives("capex-budget")
def capex_budget() -> float:
    """Five a year, use it or lose it."""
    return best_value(RATIONED, 2, (5, 5))[0]


@derives("capex-budget-carry-over")
def capex_budget_carry_over() -> float:
    """Five a year, saved if not used."""
    value, winners = best_value(RATIONED, 2, (5, 5), carry_over=True)
    assert winners == [((2,), (), ())]
    return value


@derives("budget-covers")
def budget_covers() -> float:
    """Halls of 10 MW for 40 under a budget of 50; chips at 6000 USD, 2 USD an hour."""
    return min(-halls * (10 * (2 * HOUR - 6) - 40) / 1.1 for halls in range(3) if 40 * halls <= 50)


@derives("spend-profile")
def spend_profile() -> float:
    """Start in year 1, 2 or 3 of 4; running cost from the year after the start."""
    cost = {1: 100.0, 2: 112.0, 3: 160.0}

    def total(start: int) -> float:
        spent = sum(
            share * cost[start] * factor(RATE, start + j) for j, share in enumerate((0.5, 0.3, 0.2)) if start + j <= 4
        )
        return spent + sum(3 * factor(RATE, t) for t in range(start + 1, 5))

    return min(total(start) for start in cost)


@derives("committed-phase")
def committed_phase() -> float:
    """What is promised comes first."""
    return 1.0


@derives("land-and-opening")
def land_and_opening() -> float:
    """Where the hall of each of two years is built; chips at 1000 USD are bought anew each year."""

    def total(plan: tuple[str, str]) -> float:
        flows = [10.0, 20.0]
        for t, where in enumerate(plan):
            alpha = where == "alpha"
            flows[t] += 100 if alpha else 113
            if alpha and "alpha" not in plan[:t]:
                flows[t] += 20 + 5
            for later in range(t, 2):
                flows[later] += 2 if alpha else 3
        return present(RATE, flows)

    plans = [(a, b) for a in ("alpha", "beta") for b in ("alpha", "beta")]
    early = [present(RATE, (10 + 2 * 100 + 25 + 4, 20 + 4)), present(RATE, (10 + 2 * 113 + 6, 20 + 6))]
    return min(*map(total, plans), *early)


@derives("grid-connection")
def grid_connection() -> float:
    """8 MW and then 10 MW in use, two halls of 1 each year."""
    margin = HOUR - 5
    return -present(RATE, (8 * margin - 2, 10 * margin - 2))


@derives("region-limit")
def region_limit() -> float:
    """10 MW at a PUE of 1, and the other 2 MW at 1.25."""
    return -(10 + 2 / 1.25) * (HOUR - 5) / 1.1


@derives("system-limit")
def system_limit() -> float:
    """7 MW where energy costs 20 USD/MWh, 5 MW where it costs 60."""
    mwh = 8760 / 1e6
    return -(7 * (HOUR - 5 - 20 * mwh) + 5 * (HOUR - 5 - 60 * mwh)) / 1.1


@derives("energy-cost")
def energy_cost() -> float:
    """Price and energy of a unit through the year; ten thousand units."""
    energy = 1.2 * 0.9 * 8760 * 100 / 1e6
    return 10 * min(5 + energy, 5.3 + energy / 2) / 1.1


@derives("infeasible-crews")
def infeasible_crews() -> None:
    """Both halls on line in year 3 at a lead of 2 would have to start in year 1."""
    crew = {"crew": 1.0}
    sites = [[Stage(1, lead=2, last=1, building=crew)], [Stage(1, lead=2, last=1, building=crew)]]
    assert best_value(sites, 3, resources={"crew": 1})[0] == 1


@derives("infeasible-budget")
def infeasible_budget() -> None:
    """Two halls, 30 in the year of the start and 30 in the next; starts in year 1 or 2."""
    hall = [Stage(1, (30, 30), last=2)]
    assert best_value([hall, hall], 3, (50, 50, 50))[0] == 1
