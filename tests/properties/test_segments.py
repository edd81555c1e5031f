"""Calendars of segments: every plan passes its audit, and fine and coarse agree where nothing differs."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.instance.loader import check_source
from optimizer.plan.plan import Plan

from .complete_strategies import complete
from .instrument_strategies import EXTRAS
from .second_opinion import confirmed
from .segments import FINE, in_segments
from .solving import Data, examples, solved, statement
from .test_quarters import DOLLAR, by_year
from .test_quarters import programmes as at_ends


def test_plans_in_segments_are_the_best_and_pass_their_audit() -> None:
    """Each kind of instrument beside others, drawn at random: SCIP finds the same; at least a third have a plan."""
    tried: list[Plan | None] = []
    for extra in EXTRAS:

        @examples(2)
        @given(complete(extra=extra))
        def each(data: Data) -> None:
            assume(data["calendar"]["periods"] > FINE)
            found = check_source(in_segments(data))
            assert found.instance is not None, found.errors
            assert not found.instance.periods.is_equal
            tried.append(confirmed(found.instance))

        each()
    assert 3 * sum(plan is not None for plan in tried) > len(tried) > 0


def in_both(data: Data) -> Data:
    """The first year in quarters, the others as they are: what falls on its end falls on its fourth quarter."""
    years = data["calendar"]["periods"]
    income, demand = data["cash_flows"]["income"], data["markets"]["demand"]
    chips = {key: value for key, value in data["hardware"]["chips"].items() if key != "life_periods"}
    segments = [{"length": "quarter", "periods": 4}, {"length": "year", "periods": years - 1}]

    def at_ends_of_the_first(values: list[float]) -> list[float]:
        return [0, 0, 0, *values]

    return data | {
        "calendar": {"start": "2026Q1", "segments": segments},
        "cash_flows": {"income": income | {"musd_per_period": at_ends_of_the_first(income["musd_per_period"])}},
        "markets": {"demand": demand | {"demand_h100e": at_ends_of_the_first(demand["demand_h100e"])}},
        "hardware": {"chips": {key.replace("_periods", "_months"): value for key, value in chips.items()}
                     | {"life_years": years}},
        "sites": {"campus": data["sites"]["campus"]
                  | {"phases": [{key.replace("lead_periods", "lead_months"): value for key, value in phase.items()}
                                for phase in data["sites"]["campus"]["phases"]]}},
    }  # fmt: skip


@examples(12)
@given(at_ends())
def test_a_year_in_quarters_before_years(data: Data) -> None:
    """What is asked of a year is asked at its end: quarters and years, or years alone, do the same for the same money.

    Programme: as in ``test_quarters``, the same orders and starts at the same instants and the same discount factors,
    so the same least net present cost. Financing: interest of 2026 compounds by the quarter, q = (1 + r/4)⁴ where the
    year has 1 + r, on what is owed at instant 0 and grows by the interest drawn; later years are the same in both.
    With net debt N: 0 ≤ N'_1 − N_1 ≤ (q − 1 − r)·max(0, N_0) = δ_1, then δ_t = (1 + r)·δ_{t−1}, as both bear r alike.
    """
    years, both = solved(data), check_source(in_both(data)).instance
    assert both is not None
    mixed = solved(both)
    assert years is not None
    assert mixed is not None
    assert years.audit_passed
    assert mixed.audit_passed
    one, other = years.metrics["net_present_cost"], mixed.metrics["net_present_cost"]
    assert one is not None
    assert other is not None
    assert abs(one - other) <= DOLLAR
    assert by_year(years, "phase_starts", "count") == by_year(mixed, "phase_starts", "count")
    rate = data["debt"]["line"]["rate_per_year"]
    excess = (1.0 + rate / 4.0) ** 4 - 1.0 - rate
    net, net_in_both = _net_debt(years), _net_debt(mixed)
    delta = excess * max(0.0, net[0])
    for t in range(1, len(net)):
        assert -DOLLAR <= net_in_both[t + 3] - net[t] <= delta + DOLLAR
        delta *= 1.0 + rate


def _net_debt(plan: Plan) -> list[float]:
    sheet = statement(plan, "balance_sheet")
    nothing = [0.0] * (plan.instance.periods.periods + 1)
    debt, cash = sheet.get("Total debt", nothing), sheet.get("Cash", nothing)
    return [d - c for d, c in zip(debt, cash, strict=True)]


@examples(8)
@given(
    st.fixed_dictionaries(
        {name: st.integers(1, 40) for name in ("upkeep", "energy", "fixed", "served", "price", "discount")}
    )
)
def test_flat_years_are_flat_quarters(drawn: dict[str, int]) -> None:
    """What is the same in every quarter is worth the same in years, but for when in a year it falls.

    Four years: all in quarters, or three of them as years. Demand is flat and has to be met, so that both order and
    build in 2026, and what 2027 … 2029 earn is flat, x a quarter. In quarters a year of it is worth, at its end,
    x·(1 + g + g² + g³) with g = (1 + ρ)^¼, the last quarter first; as one flow at the end of the year 4x. So with the
    worth W of what these years earn in the mixed calendar, the costs differ by W·((1 + g + g² + g³)/4 − 1), and by
    nothing else: there the tolerance is a dollar. Orders, spending and service of 2026 are at the same instants.
    """
    data: Data = {
        "name": "flat",
        "discount": {"rate_per_year": drawn["discount"] / 200},
        "objectives": [{"name": "net_present_cost"}],
        "solve": {"gap_share": 0, "threads": 1},
        "opening": {"cash_musd": 1000},
        "regions": {"flat": {"energy_price_usd_per_mwh": 2 * drawn["energy"]}},
        "sites": {"hall": {"region": "flat", "pue": 1.2, "phases": [
            {"name": "one", "mw": 10, "lead_months": 6, "latest_start": "2026Q1", "committed": True,
             "fixed_opex_musd_per_year": drawn["fixed"] / 10, "capex": {"shell": {"musd": 30}}}]}},
        "hardware": {"chips": {"price_usd": 1000 * drawn["price"], "compute_h100e": 1, "kw": 1, "lead_months": 3,
                               "life_years": 10, "upkeep_usd_per_unit_year": 50 * drawn["upkeep"],
                               "last_order": "2026Q4"}},
        "markets": {"m": {"demand_h100e": {"2026Q1": 0, "2026Q4": 200 * drawn["served"]}, "min_served_share": 1,
                          "revenue_usd_per_h100e_hour": 1}},
    }  # fmt: skip
    segments = [{"length": "quarter", "periods": 4}, {"length": "year", "periods": 3}]
    fine = check_source(data | {"calendar": {"start": "2026Q1", "length": "quarter", "periods": 16}}).instance
    both = check_source(data | {"calendar": {"start": "2026Q1", "segments": segments}}).instance
    assert fine is not None
    assert both is not None
    quarters, mixed = solved(fine), solved(both)
    assert quarters is not None
    assert mixed is not None
    assert quarters.audit_passed
    assert mixed.audit_passed
    growth = (1 + drawn["discount"] / 200) ** 0.25
    earned = mixed.books.ebitda()
    worth = sum(earned[t] * growth ** (-4 * (t - 2)) for t in (4, 5, 6))
    later = (1 + growth + growth**2 + growth**3) / 4 - 1
    one, other = quarters.metrics["net_present_cost"], mixed.metrics["net_present_cost"]
    assert one is not None
    assert other is not None
    assert abs(one - (other - worth * later)) <= DOLLAR
    assert by_year(quarters, "orders", "units") == pytest.approx(by_year(mixed, "orders", "units"))
