"""Chains: the same answers as one by one, in any order, and nothing raised."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.comparison import chain as chains
from optimizer.comparison.chain import solve_chain
from optimizer.comparison.point import Chain, Options, Point, Result
from optimizer.comparison.records import read_result, result_data
from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel, build
from optimizer.plan.plan import Plan
from optimizer.solver.levels import solve_levels
from optimizer.solving import compile as compiling
from optimizer.solving.reductions import search as searching
from tests.properties.solving import Data, examples, same
from tests.properties.strategies import instances

KNOWN = Path(__file__).parents[2] / "instances" / "known-optimal"
EXACT = Options(gap_share=0.0, time_limit_s=60.0)


def point(name: str, instance: Instance, **caps: float) -> Point:
    return Point(name, {"sweep": "s"}, instance, EXACT, caps)


def run(points: list[Point], known: dict[str, Result] | None = None) -> tuple[dict[str, Result], list[str]]:
    """Results by name, and the names that were kept, in order."""
    kept: list[str] = []

    def keep(point: Point, plan: Plan | None, result: Result) -> Result:
        kept.append(point.name)
        assert (plan is None) == (result.audit_passed is None)
        return result

    results = solve_chain(Chain("s", tuple(points)), keep, lambda each: (known or {}).get(each.name))
    return {result.name: result for result in results}, kept


def capped_debt(share: float) -> Instance:
    data = load(KNOWN / "debt-to-capital.yaml").model_dump(mode="json")
    [name] = data["covenants"]
    data["covenants"][name]["maximum"] = share
    return Instance.model_validate(data)


def test_what_a_point_alone_found_helps_a_later_chain_where_it_is_remembered() -> None:
    """Both ends alone, then two points between them with what was found: the same as in one chain."""
    points = [point(f"share-{share}", capped_debt(share)) for share in (0.0, 0.3, 0.5, 0.6)]

    def solved(*own: Point, found: tuple[Result, ...] = (), remembered: bool = False) -> list[Result]:
        chain = Chain("s", own, found, remembered)
        return list(solve_chain(chain, lambda _point, _plan, result: result, lambda _point: None))

    ends = [solved(end, remembered=True)[0] for end in (points[0], points[-1])]
    assert all(result.trace for result in ends)
    assert not solved(points[0])[0].trace
    between = solved(*points, found=tuple(ends))
    assert {result.name for result in between} == {"share-0.3", "share-0.5"}
    together, _ = run(points)
    for result in between:
        assert result.first["value"] == pytest.approx(together[result.name].first["value"], rel=1e-9)


SHARES = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


@pytest.mark.parametrize("shares", [SHARES, SHARES[::-1], SHARES[3:] + SHARES[:3]])
def test_a_sweep_gives_what_each_point_gives_alone(shares: list[float]) -> None:
    together, kept = run([point(f"{share}", capped_debt(share)) for share in shares])
    assert sorted(kept) == sorted(f"{share}" for share in shares)
    for share in shares:
        alone, _ = run([point("alone", capped_debt(share))])
        assert together[f"{share}"].status == alone["alone"].status == "optimal"
        assert same(together[f"{share}"].levels[0]["value"], alone["alone"].levels[0]["value"])
        assert together[f"{share}"].audit_passed
    # more debt is never dearer, and here some of it is cheaper
    values = [together[f"{share}"].levels[0]["value"] for share in SHARES]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1] + 1.0


def test_both_ends_first_and_then_the_middle_of_what_is_left() -> None:
    names = [f"{share}" for share in SHARES]
    up = [point(name, capped_debt(share)) for name, share in zip(names, SHARES, strict=True)]
    assert run(up)[1] == [names[place] for place in (6, 0, 3, 1, 2, 4, 5)]
    assert run(up[:1])[1] == names[:1]
    assert run(up[:2])[1] == [names[1], names[0]]


def test_every_point_has_its_turn_once_with_all_that_is_left_between_known_ones() -> None:
    for count in range(1, 40):
        done: list[int] = []
        for place, open_places in chains._in_order(count):
            done.append(place)
            known = sorted({*done, *open_places})
            for left in set(range(count)) - set(done):
                # what is kept for the open places has the nearest that are done on both sides of all that is left
                below = max((each for each in done if each < left), default=None)
                above = min((each for each in done if each > left), default=None)
                assert {below, above} - {None} <= {*open_places} & {*known}
        assert sorted(done) == list(range(count))


def test_what_a_neighbour_answers_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of debt is drawn at most: with room for 0.3 and more the plan of the loosest share is the answer.

    It is the same plan, with the same bound, whether the ends were found in this chain or before it.
    """
    asked: list[str] = []

    def counted(*given: Any, **more: Any) -> Any:
        asked.append("levels")
        return solve_levels(*given, **more)

    monkeypatch.setattr(searching, "solve_levels", counted)
    points = [point(f"{share}", with_limit(share)) for share in (0.1, 0.3, 0.4, 0.5, 0.6)]
    together, _ = run(points)
    assert len(asked) == 2
    loose = together["0.6"]
    for name in ("0.3", "0.4", "0.5"):
        assert together[name].metrics == pytest.approx(loose.metrics)
        assert together[name].levels[0]["bound"] == loose.levels[0]["bound"]
        assert (together[name].status, together[name].audit_passed, together[name].trace) == ("optimal", True, "")
    assert together["0.1"].levels[0]["value"] > loose.levels[0]["value"] + 1e-3
    found = tuple(read_result(result_data(together[name])) for name in ("0.1", "0.6"))
    between = list(solve_chain(Chain("s", tuple(points), found), lambda p, plan, r: r, _unknown))
    assert len(asked) == 2
    for result in between:
        assert result.metrics == pytest.approx(together[result.name].metrics)


def with_limit(share: float) -> Instance:
    """``capped_debt`` with a facility of a quarter of what is to be paid for."""
    data = capped_debt(share).model_dump(mode="json")
    [loan] = data["debt"]
    data["debt"][loan]["limit_musd"] = 25.0
    return Instance.model_validate(data)


@pytest.mark.parametrize("least", [0.0, 9.0, 17.0, 18.0, 19.5, 27.0])
def test_a_cap_on_an_objective(least: float) -> None:
    """The least funding that is worth so much, of three projects: p 10 for 6, q 8 for 5, r 9 for 5."""
    worth, cost = (10.0, 8.0, 9.0), (6.0, 5.0, 5.0)
    chosen = [bits for bits in itertools.product((0, 1), repeat=3) if np.dot(worth, bits) >= least]
    result = run([point("p", load(KNOWN / "lexicographic-amount.yaml"), total_value=least)])[0]["p"]
    assert result.levels[0]["name"] == "peak_funding"
    assert same(result.levels[0]["value"], min(float(np.dot(cost, bits)) for bits in chosen))
    assert result.audit_passed


def test_caps_alone_need_no_new_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def building(of: Instance, algebra: Any, asked: Collection[str], **options: bool) -> BuiltModel:
        built.append(of.name)
        return build(of, algebra, asked=asked, **options)

    monkeypatch.setattr(compiling, "build", building)
    base = load(KNOWN / "lexicographic-amount.yaml")
    results, _ = run([point(f"{least}", base, total_value=least) for least in (9.0, 17.0, 18.0, 27.0)])
    # 9 is r for 5, 17 is q and r for 10, 18 is p and q for 11, 27 is all for 16
    assert [results[name].levels[0]["value"] for name in ("9.0", "17.0", "18.0", "27.0")] == pytest.approx(
        [5.0, 10.0, 11.0, 16.0]
    )
    assert built == ["lexicographic-amount"]


def test_a_cap_that_nothing_meets() -> None:
    result = run([point("p", load(KNOWN / "lexicographic-amount.yaml"), total_value=27.5)])[0]["p"]
    assert result.status == "infeasible"


def test_rows_without_a_plan_say_why_and_the_rest_goes_on() -> None:
    good, bad = load(KNOWN / "loan-bullet.yaml"), load(KNOWN / "infeasible-crews.yaml")
    endless = load(KNOWN / "unbounded-scrap.yaml")
    results, kept = run([point("bad", bad), point("endless", endless), point("good", good)])
    assert sorted(kept) == ["bad", "endless", "good"]
    assert {name: result.status for name, result in results.items()} == {
        "bad": "infeasible",
        "endless": "unbounded",
        "good": "optimal",
    }
    assert results["bad"].reason
    assert results["bad"].levels == ()


def test_an_error_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Plan:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(chains, "search", broken)
    result = run([point("p", load(KNOWN / "loan-bullet.yaml"))])[0]["p"]
    assert (result.status, result.reason) == ("error", "ZeroDivisionError: of all things")


def test_what_is_known_is_not_solved_again() -> None:
    points = [point(f"{share}", capped_debt(share)) for share in SHARES]
    first, _ = run(points)
    again, kept = run(points, {name: result for name, result in first.items() if name != "0.3"})
    assert kept == ["0.3"]
    assert list(again) == ["0.6", "0.0", "0.3", "0.1", "0.2", "0.4", "0.5"]
    assert same(again["0.3"].levels[0]["value"], first["0.3"].levels[0]["value"])
    renamed = [dataclasses.replace(each, labels={"sweep": "t"}) for each in points]
    assert run(renamed, first)[0]["0.1"].labels == {"sweep": "t"}


LOOSE = dataclasses.replace(EXACT, gap_share=0.1)


def lots(price: float) -> Instance:
    """A programme with whole lots, tiers and phases, which a gap of a tenth leaves many answers to."""
    data = load(KNOWN.parent / "templates" / "minimal.yaml").model_dump(mode="json")
    data["discount"]["rate_per_year"] = price
    return Instance.model_validate(data)


@pytest.mark.parametrize("finished", [0, 1, 3, 5])
def test_an_interruption_changes_nothing(finished: int) -> None:
    """What is found before an interruption helps what comes after it as it would have without one."""
    rates = [0.04, 0.06, 0.08, 0.1, 0.12, 0.14]
    points = [dataclasses.replace(point(f"{rate}", lots(rate)), options=LOOSE) for rate in rates]

    def solved(found: tuple[Result, ...]) -> list[Result]:
        chain = Chain("s", tuple(points), tuple(read_result(result_data(result)) for result in found))
        return [dataclasses.replace(each, seconds=0.0) for each in solve_chain(chain, lambda p, plan, r: r, _unknown)]

    whole = solved(())
    assert any(result.levels[0]["gap_share"] > 1e-3 for result in whole)
    assert [_lasting(each) for each in solved(tuple(whole[:finished]))] == [_lasting(each) for each in whole[finished:]]
    assert all(result.trace for result in whole)


def test_a_trace_of_another_instance_helps_nobody(caplog: pytest.LogCaptureFixture) -> None:
    points = [point(f"{share}", capped_debt(share)) for share in SHARES[:3]]
    results, _ = run(points)
    spoilt = dataclasses.replace(results["0.2"], trace="AAAA")
    chain = Chain("s", tuple(points), (spoilt,))
    rest = list(solve_chain(chain, lambda p, plan, r: r, _unknown))
    assert [result.name for result in rest] == ["0.0", "0.1"]
    assert all(same(each.levels[0]["value"], results[each.name].levels[0]["value"]) for each in rest)
    assert "0.2 helps no neighbour" in caplog.text


def _unknown(point: Point) -> Result | None:
    return None


def _lasting(result: Result) -> Result:
    """A result without what a clock told."""
    levels = tuple({key: value for key, value in level.items() if key != "seconds"} for level in result.levels)
    return dataclasses.replace(result, levels=levels)


@given(data=instances(), factors=st.permutations([0.5, 0.8, 1.0, 1.3, 2.0]))
@examples(15)
def test_any_sweep_gives_what_each_point_gives_alone(data: Data, factors: list[float]) -> None:
    """Prices of energy and of capital swept in any order: each point's optimum is that of a cold solve."""
    points = []
    for factor in factors:
        rate = data["discount"]["rate_per_year"]
        changed = {**data, "discount": {**data["discount"], "rate_per_year": 0.1 * factor if rate else 0.0}}
        if "budgets" in data:
            changed["budgets"] = {name: {**budget, "musd": 50.0 * factor} for name, budget in data["budgets"].items()}
        points.append(point(f"{factor}", Instance.model_validate(changed)))
    together, _ = run(points)
    for each in points:
        alone = run([each])[0][each.name]
        assert together[each.name].status == alone.status
        if alone.levels:
            assert same(together[each.name].levels[0]["value"], alone.levels[0]["value"])
            assert together[each.name].audit_passed
