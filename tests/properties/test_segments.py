"""Calendars of segments: every plan passes its audit, and fine and coarse agree where nothing differs."""

from __future__ import annotations

from hypothesis import assume, given

from optimizer.instance.loader import check_source
from optimizer.plan.plan import Plan

from .complete_strategies import complete
from .instrument_strategies import EXTRAS
from .segments import FINE, in_segments
from .solving import Data, examples, solved, statement
from .test_quarters import DOLLAR, by_year
from .test_quarters import programmes as at_ends


def test_plans_in_segments_pass_their_audit() -> None:
    """Each kind of instrument beside others, drawn at random; of all examples at least a third have a plan."""
    tried: list[Plan | None] = []
    for extra in EXTRAS:

        @examples(2)
        @given(complete(extra=extra))
        def each(data: Data) -> None:
            assume(data["calendar"]["periods"] > FINE)
            found = check_source(in_segments(data))
            assert found.instance is not None, found.errors
            assert not found.instance.periods.is_equal
            plan = solved(found.instance)
            tried.append(plan)
            if plan is not None:
                assert plan.audit is not None
                assert plan.audit_passed, [rule for rule in plan.audit["rules"] if not rule["passed"]]

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
