"""What changes cost by the file, so that they are ranked across kinds: what counts for which limit, and the order."""

from __future__ import annotations

import pytest

import optimizer
from optimizer.explanation.costs import Costs
from optimizer.explanation.keys import keys_of, sooner
from optimizer.instance.loader import check_text
from optimizer.instance.reference import ROOT
from tests.explanation.broken import programme
from tests.explanation.test_steps import KEYS

DSCR = ROOT / "instances" / "known-optimal" / "infeasible-dscr.yaml"
TEXT = DSCR.read_text(encoding="utf-8")


def costed(**costs: float) -> optimizer.Instance:
    return optimizer.load(DSCR).replace(
        {"repair_costs": {name.replace("__", "."): cost for name, cost in costs.items()}}
    )


def test_changes_are_ranked_by_amount_times_cost() -> None:
    """By hand (docs/why.md): cash by 17.6, the tenor by a period, or the cover by 0.22 times from 1.25 to 1.03.

    At 1 per million, 10 per period and 100 per time they cost 17.6, 10 and 22. The cost of the kind debt is per
    million, and says nothing of a tenor.
    """
    found = optimizer.explain(costed(cash=1, covenant=100, debt=1000, debt__loan__tenor_periods=10))
    assert [(each.kind, each.cost) for each in found.repairs] == [
        ("debt", 10.0),
        ("cash", pytest.approx(17.6)),
        ("covenant", pytest.approx(22.0)),
    ]
    told = str(found).splitlines()
    assert "one change of these makes a plan possible, the cheapest first:" in told
    assert next(line for line in told if "2. cash" in line).endswith("costs 17.6")
    assert optimizer.Explanation.from_dict(found.to_dict()) == found
    # a change without a cost comes after those that have one, in the order of kinds
    some = optimizer.explain(costed(covenant=100))
    assert [(each.kind, each.cost) for each in some.repairs] == [
        ("covenant", pytest.approx(22.0)),
        ("cash", None),
        ("debt", None),
    ]


def test_without_costs_kinds_stand_in_their_order() -> None:
    found = optimizer.explain(optimizer.load(DSCR))
    assert [each.kind for each in found.repairs] == ["cash", "debt", "covenant"]
    assert {each.cost for each in found.repairs} == {None}
    assert (found.ranked, "cheapest" in str(found)) == (False, False)


def test_a_cost_by_path_goes_before_that_of_the_kind_and_a_star_is_all_names() -> None:
    costs = Costs.of(programme().replace({"repair_costs": {"debt": 2, "debt.*.limit_musd": 3}}))
    limits = {key.path: key for key in KEYS}
    assert costs.cost(limits["debt.loan.limit_musd"], 5.0) == 15.0
    assert costs.cost(limits["lenders.bank.limit_musd"], 5.0) == 10.0
    assert costs.cost(limits["equity.rounds.a.max_musd"], 5.0) is None


def test_the_same_limit_sooner_is_a_matter_of_time() -> None:
    """Of a limit in MW a cost by path is per MW, and one of the kind time per period."""
    base = programme()
    grown = base.replace({"regions.flat.power_limit_mw": [6.0] + [10.0] * (base.periods.periods - 1)})
    limit = next(key for key in keys_of(grown) if key.path == "regions.flat.power_limit_mw")
    earlier = sooner(limit)
    assert earlier is not None
    by_path = Costs.of(grown.replace({"repair_costs": {"regions.flat.power_limit_mw": 7}}))
    assert (by_path.cost(limit, 2.0), by_path.cost(earlier, 1.0)) == (14.0, None)
    by_kind = Costs.of(grown.replace({"repair_costs": {"time": 4, "power": 7}}))
    assert (by_kind.cost(limit, 2.0), by_kind.cost(earlier, 1.0)) == (14.0, 4.0)


def test_a_cost_of_what_is_no_limit_is_told() -> None:
    found = optimizer.explain(costed(debt__loan__rate_per_year=1, cash=1))
    assert found.idle_costs == ("debt.loan.rate_per_year",)
    assert str(found).splitlines()[-1] == "repair_costs without a limit that can be changed: debt.loan.rate_per_year"


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        ("equty: 1", "repair-cost-of-nothing"),
        ("debt.loan.tenor_period: 1", "repair-cost-of-nothing"),
        ("debt.loan: 1", "repair-cost-of-nothing"),
        ("solve.threads: 1", "repair-cost-of-nothing"),
        ("cash: -1", "value"),
    ],
)
def test_a_cost_that_cannot_be_is_told_with_its_place(cost: str, told: str) -> None:
    (found,) = [each for each in check_text(f"{TEXT}repair_costs:\n  {cost}\n").diagnostics if each.severity == "error"]
    assert found.line == len(TEXT.splitlines()) + 2
    assert told == "value" or found.code == told
    assert found.help or told == "value"


def test_what_was_probably_meant_is_named() -> None:
    def help(cost: str) -> str:
        (found,) = [
            each
            for each in check_text(f"{TEXT}repair_costs:\n  {cost}\n").diagnostics
            if each.help and each.severity == "error"
        ]
        return found.help

    assert "`equity`" in help("equty: 1")
    assert "`tenor_periods`" in help("debt.loan.tenor_period: 1")


def test_no_hash_depends_on_costs() -> None:
    base = optimizer.load(DSCR)
    assert costed(cash=2).hash == base.hash
    assert optimizer.load(costed(cash=2).canonical()).repair_costs == {"cash": 2.0}
