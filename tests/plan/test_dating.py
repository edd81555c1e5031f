"""When in their periods the payments of a plan fall, and flows put at equal distances."""

from __future__ import annotations

from optimizer.instance.schema import Instance
from optimizer.plan.figures.dating import evenly, inflows, payments
from optimizer.plan.plan import Plan
from tests.audit.cases_timing import dated


def _plan() -> Plan:
    """The plan of the audit's case: a hall and land at the middle, hardware at the start, a loan and a round."""
    case = dated()
    instance = Instance.model_validate(case.instance)
    return Plan(instance, case.plan["decisions"], case.plan["ledger"], {}, {})


def test_payments_by_how_long_before_the_end() -> None:
    """Half of the hall and the land in mid-2026, the other half in mid-2027; deposit and delivery at the start."""
    assert payments(_plan()) == {0.5: [15.0, 10.0, 0.0], 1.0: [30.0, 70.0, 0.0]}


def test_inflows_are_net_of_what_is_kept_back() -> None:
    """60 drawn and 60 raised, less an upfront fee of 1 and flotation of 3; the premium of 2028 is none of it."""
    assert inflows(_plan()) == [116.0, 0.0, 0.0]


def test_flows_at_whole_instants_are_a_period_apart() -> None:
    assert evenly([(0.5, -10.0), (1.5, 4.0), (3.5, 7.0), (2.5, 0.0)]) == ([-10.0, 4.0, 0.0, 7.0], 1)


def test_flows_between_are_half_a_period_apart() -> None:
    assert evenly([(0.0, -10.0), (1.0, 4.0), (0.5, 1.0), (1.0, 1.0)]) == ([-10.0, 1.0, 5.0], 2)


def test_nothing_flows() -> None:
    assert evenly([(1.0, 0.0)]) == ([0.0], 1)
