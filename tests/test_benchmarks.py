"""The benchmarks work on the smallest shape, and everyone in them is given the same programme."""

from __future__ import annotations

import gc
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import highspy
import numpy as np
import pytest

from benchmarks import compile as compiling
from benchmarks import edition, measure, phases, report, routes, sweep, tables
from benchmarks import gap as gap_script
from benchmarks.arrays import Arrays, arrays_of_instance, loaded
from benchmarks.chart import chart
from benchmarks.handwritten import OBJECTIVES, handwritten
from benchmarks.handwritten_finance import _left
from benchmarks.milestones import GAPS, Milestones, gap_share
from benchmarks.shapes import Shape, written
from benchmarks.sheet import series
from benchmarks.solvers import LICENCE_LIMIT, SOLVERS, passed
from tests.in_this_process import in_this_process

ROOT = Path(__file__).resolve().parents[1]
FLAGSHIP = ROOT / measure.FLAGSHIP
TINY = Shape("year", 4, 1, 1, tiers=False)
TIERED = Shape("year", 4, 1, 1, tiers=True)
OBJECTIVE = "cost_of_capital"


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """What is measured runs without the garbage collector; the tests that follow have it again. And HiGHS may have any
    number of threads."""
    highspy.Highs.resetGlobalScheduler(True)
    yield
    gc.enable()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be measured in a fresh process is called in this one."""

    for script in (gap_script, compiling, phases, sweep):
        monkeypatch.setattr(script, "fresh", in_this_process)

    def timed(where: Path, function: str, cap_s: float, **arguments: Any) -> measure.Row:
        return {"process_s": 1.0, **in_this_process(function, cap_s, **arguments)}

    monkeypatch.setattr(edition, "fresh_in", timed)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of a small shape."""
    return written(TIERED, str(tmp_path_factory.mktemp("shape")))


@pytest.fixture(scope="module")
def arrays(instance: str) -> Arrays:
    return arrays_of_instance(instance, OBJECTIVE)


def least(solver: Any) -> float:
    """The minimum of what a Highs object holds, to 1e-9."""
    for name, value in (("output_flag", False), ("mip_rel_gap", 1e-9), ("threads", 1)):
        solver.setOptionValue(name, value)
    solver.run()
    assert solver.modelStatusToString(solver.getModelStatus()) == "Optimal"
    return float(solver.getInfo().objective_function_value)


def rows_of(solver: Any) -> list[tuple[tuple[tuple[int, float], ...], float, float]]:
    """The rows of a Highs object, each as its terms and limits, sorted; the columns keep their order."""
    held = solver.getLp()
    matrix = held.a_matrix_
    by_row: dict[int, list[tuple[int, float]]] = {}
    for outer in range(len(matrix.start_) - 1):
        for k in range(matrix.start_[outer], matrix.start_[outer + 1]):
            inner, value = int(matrix.index_[k]), float(matrix.value_[k])
            row, column = (outer, inner) if matrix.format_.name == "kRowwise" else (inner, outer)
            by_row.setdefault(row, []).append((column, value))
    limits = zip(held.row_lower_, held.row_upper_, strict=True)
    return sorted((tuple(sorted(by_row.get(i, []))), low, high) for i, (low, high) in enumerate(limits))


class TestSameProgramme:
    """Whatever way is taken, HiGHS is given the same programme."""

    def test_assembling_scattered_nonzeros_restores_the_arrays(self, arrays: Arrays) -> None:
        again = routes.compressed(arrays, *routes.scattered(arrays))
        for name in ("starts", "columns", "data"):
            assert np.array_equal(getattr(again, name), getattr(arrays, name)), name

    def test_arrays_come_back_from_their_file(self, arrays: Arrays, tmp_path: Path) -> None:
        arrays.save(tmp_path / "arrays.npz")
        again = loaded(tmp_path / "arrays.npz")
        assert rows_of(passed(again)) == rows_of(passed(arrays))
        assert (again.shape, again.constant) == (arrays.shape, arrays.constant)

    def test_linopy_holds_the_same_rows_costs_and_bounds(self, arrays: Arrays) -> None:
        pytest.importorskip("linopy")
        model = routes.in_linopy(arrays, routes.families_of(arrays))
        theirs, mine = model.to_highspy(set_names=False), passed(arrays)
        # linopy puts continuous columns first, then whole ones
        order = np.argsort(arrays.integer > 0, kind="stable")
        place = np.argsort(order)
        renumbered = replace(arrays, columns=place[arrays.columns].astype(np.int32))
        for name in ("cost", "low", "high", "integer"):
            renumbered = replace(renumbered, **{name: getattr(arrays, name)[order]})
        assert rows_of(theirs) == rows_of(passed(renumbered))
        held = theirs.getLp()
        for found, name in ((held.col_cost_, "cost"), (held.col_lower_, "low"), (held.col_upper_, "high")):
            assert np.array_equal(np.array(found), getattr(renumbered, name)), name
        assert [int(kind.value) for kind in held.integrality_] == renumbered.integer.tolist()
        # linopy's objective has no constant
        assert least(theirs) + arrays.constant == pytest.approx(least(mine), rel=1e-9)

    @pytest.mark.parametrize("route", ["lp_file", "appsi", "contrib"])
    def test_other_ways_out_of_pyomo_have_the_same_optimum(
        self, route: str, instance: str, arrays: Arrays, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept = []
        row = routes._row
        monkeypatch.setattr(
            routes, "_row", lambda begun, solver, build_s: kept.append(solver) or row(begun, solver, build_s)
        )
        found = getattr(routes, route)(instance, OBJECTIVE)
        assert found["nonzeros"] >= arrays.data.size - 1
        assert least(kept[0]) == pytest.approx(least(passed(arrays)), rel=1e-7)

    @pytest.mark.parametrize(("name", "package"), [("HiGHS", "highspy"), ("Gurobi", "gurobipy"), ("SCIP", "pyscipopt")])
    def test_solvers_find_the_same_optimum(self, name: str, package: str, arrays: Arrays) -> None:
        pytest.importorskip(package)
        found = SOLVERS[name](arrays, 1e-4, 30.0, 1, 0).to_dict()
        optimum = least(passed(arrays))
        # within the gap, and never below the optimum but for the tolerance of the solvers
        assert -1e-6 <= (found["value"] - optimum) / abs(optimum) <= 1e-4
        assert all(0.0 < found[f"to_{wanted:g}"] <= found["seconds"] for wanted in GAPS)

    def test_what_is_too_large_for_the_free_licence_is_refused(self, arrays: Arrays) -> None:
        pytest.importorskip("gurobipy")
        many = LICENCE_LIMIT + 1
        large = replace(arrays, **{n: np.zeros(many) for n in ("cost", "low", "high", "integer")})
        with pytest.raises(ValueError, match="beyond the free licence"):
            SOLVERS["Gurobi"](large, 1e-4, 1.0, 1, 0)


class TestHandWritten:
    """The model that is written by hand."""

    @pytest.mark.parametrize("objective", OBJECTIVES)
    def test_it_is_small_enough_for_the_free_licence(self, objective: str) -> None:
        rows, columns = handwritten(FLAGSHIP, objective).shape
        assert max(rows, columns) < LICENCE_LIMIT

    def test_one_binary_for_each_phase_and_year(self) -> None:
        model = handwritten(FLAGSHIP, OBJECTIVE)
        # the first columns are those of the 5 sites: megawatts by year, then 4 phases × 8 years
        sites = model.integer[: 5 * (8 + 4 * 8)].reshape(5, 40)
        assert (sites == [0] * 8 + [1] * 32).all()
        # and lots: 3 offers × 5 sites × 8 years are whole numbers that may exceed one
        assert ((model.integer > 0) & (model.high > 1.0)).sum() == 3 * 5 * 8 - 5  # no direct order in the last year

    def test_cost_of_capital_without_debt_and_rounds(self) -> None:
        # 12.5 % on the opening 18,000 in the first year, discounted by a year at 10 %; the other years are columns
        assert handwritten(FLAGSHIP, OBJECTIVE).constant == pytest.approx(0.125 * 18000 / 1.1, rel=1e-12)

    def test_an_unknown_objective_is_refused(self) -> None:
        with pytest.raises(ValueError, match="wacc is none of cost_of_capital, net_present_cost"):
            handwritten(FLAGSHIP, "wacc")

    def test_series(self) -> None:
        assert series(3) == [3.0] * 8
        assert series({2027: 5, 2029: 7}) == [0.0, 5.0, 5.0, 7.0, 7.0, 7.0, 7.0, 7.0]
        assert series({"initial": 100.0, "growth_per_year": -0.5})[:3] == [100.0, 50.0, 25.0]

    def test_repayment_schedules(self) -> None:
        # level: two free years, then a fifth of it each year
        assert _left("level", 7, 2, 0.065) == pytest.approx([1, 1, 1, 0.8, 0.6, 0.4, 0.2, 0, 0], abs=1e-12)
        # an annuity of two years at 100 %: 2/3 of the loan is left after the first (1 + 1 − 4/3)
        assert _left("annuity", 2, 0, 1.0)[:3] == pytest.approx([1.0, 2.0 / 3.0, 0.0])


@pytest.mark.usefixtures("here")
class TestScripts:
    """Each script on the smallest shape, from measurement to table; what is skipped says why."""

    def test_compile(self, tmp_path: Path) -> None:
        rows = compiling.measure([TINY], runs=1, cap_s=60.0)
        ways = {row["way"]: row for row in rows}
        assert set(ways) == {*compiling.FROM_ARRAYS, *compiling.FROM_PYOMO, compiling.OURS}
        assert ways[compiling.RAW]["ratio_to_raw"] == 1.0
        for row in rows:
            assert row.get("skipped") == "linopy is not installed" or row["total_s"] >= row["pass_s"] > 0.0
        text = tables.compile({"rows": rows})
        assert text.count("\n") == 1 + len(rows)
        drawn = ElementTree.fromstring(chart(rows))
        lines = drawn.findall("{http://www.w3.org/2000/svg}polyline")
        assert len(lines) == sum("total_s" in row for row in rows)

    def test_stages_and_solves(self) -> None:
        (built,) = phases.stages([TINY], runs=1, cap_s=60.0)
        assert min(built[key] for key in ("import_s", "build_s", "compile_s", "root_s", "peak_mb")) > 0.0
        (solved,) = phases.solves([TINY], runs=1, limit_s=30.0, threads=1)
        assert solved["status"] == "optimal"
        assert solved["gap_share"] <= 1e-4
        assert solved["to_0.0001"] <= solved["seconds"]
        assert TINY.name in tables.stages({"rows": [built]})
        assert TINY.name in tables.solves({"rows": [solved]})

    def test_gap(self, instance: str) -> None:
        only = [gap_script.CAPSTACK, "our matrix, HiGHS"]
        rows = gap_script.with_ratios(gap_script.measure(instance, [OBJECTIVE], 1, 30.0, 1, only))
        assert [row["way"] for row in rows] == only
        for row in rows:
            assert row["gap_share"] <= 1e-4 * (1.0 + 1e-6)
            assert None not in (row["near_best"], row["to_0.0001"])  # a good plan, and the proof of one
        assert rows[0]["value"] == pytest.approx(rows[1]["value"], rel=2e-4)
        assert tables.gap({"rows": rows}).count("\n") == 3

    def test_ratios_are_to_gurobi_on_the_same_objective(self) -> None:
        times = {"capstack": 3.0, "hand-written, Gurobi": 2.0, "our matrix, Gurobi": 6.0}
        rows: list[measure.Row] = [{"objective": "a", "way": way, "to_0.0001": t} for way, t in times.items()]
        rows.append({"objective": "b", "way": "capstack", "to_0.0001": 1.0})
        rated = gap_script.with_ratios(rows)
        assert (rated[0]["ratio"], rated[0]["ratio_own"]) == (1.5, 0.5)
        assert "ratio" not in rated[3]

    def test_sweep(self) -> None:
        (row,) = sweep.measure("instances/templates/minimal.yaml", 0.01, 2, 30.0, 60.0)
        assert [point["share"] for point in row["points"]] == [sweep.FIRST_SHARE, sweep.LAST_SHARE]
        assert (row["cold_runs"], row["done"]) == (2, 2)
        assert row["ratio"] == row["chain_seconds"] / row["cold_seconds"] > 0.0
        assert tables.sweep({"rows": [row]}).count("\n") == 2

    def test_a_checkout_against_itself(self, instance: str) -> None:
        rows = edition.measure(ROOT, instance, 1, 1e-4, 30.0, 1, 60.0)
        assert [row["file"] for row in rows] == [edition.SAME, edition.OWN]
        for row in rows:
            assert [row[f"{key}_ratio"] for key in edition.SIZE] == [1.0] * len(edition.SIZE)
            assert row["seconds_ratio"] == row["seconds"] / row["theirs_seconds"] > 0.0
            assert (row["optimal"], row["runs"]) == (1, 1)
        rows.append({"command": "--help", "process_s": 0.3, "theirs_process_s": 0.2, "ratio": 1.5})
        *_, last = edition.said(rows)
        assert last == "--help: ratio 1.50"
        assert tables.edition({"rows": rows}).count("\n") == 3 + 4
        nowhere = edition.measure(ROOT, "instances/absent.yaml", 1, None, 1.0, 1, 1.0)
        assert [*edition.said(nowhere)] == ["absent, the same file: the other checkout has no such file"]


class TestMeasuring:
    """What the scripts share."""

    def test_contenders_take_turns_and_leave_when_they_have_enough(self) -> None:
        order = []

        def contender(name: str, answer: measure.Row) -> Any:
            return lambda number: order.append((name, number)) or answer

        runs = {
            "a": contender("a", {"s": 1.0}),
            "b": contender("b", {"skipped": "no"}),
            "c": contender("c", {"s": 9.0}),
        }
        answers = measure.in_turn(runs, 3, lambda name, mine: mine[-1]["s"] > 5.0)
        assert order == [("a", 0), ("b", 0), ("c", 0), ("a", 1), ("a", 2)]
        assert [len(answers[name]) for name in "abc"] == [3, 1, 1]

    @pytest.mark.parametrize(
        ("values", "median"), [([1.0, 5.0, 3.0], 3.0), ([2.0, None, 4.0], 4.0), ([2.0, None, None], None), ([], None)]
    )
    def test_a_run_without_a_figure_counts_as_one_that_never_ends(
        self, values: list[float | None], median: float | None
    ) -> None:
        assert measure.median_of([{"s": value} for value in values], "s") == median

    def test_a_process_that_takes_too_long_or_fails_is_skipped_with_a_reason(self) -> None:
        nowhere = {"instance": "nowhere.yaml", "objective": OBJECTIVE, "root_limit_s": 0.0}
        # no interpreter starts in a tenth of a millisecond
        assert measure.fresh("benchmarks.stages:built", 1e-4, **nowhere) == {"skipped": "more than 0.0001 s"}
        assert measure.fresh("benchmarks.stages:nothing", 60.0)["skipped"].startswith("failed: AttributeError")
        assert measure.fresh("benchmarks.absent:nothing", 60.0) == {"skipped": "benchmarks.absent is not installed"}

    def test_a_process_takes_the_modules_of_its_checkout(self, tmp_path: Path) -> None:
        (tmp_path / "benchmarks").mkdir()
        for name, text in (
            ("fresh", "from benchmarks.stages import built\nprint(built())"),
            ("stages", 'def built():\n    return \'{"from": "another checkout"}\''),
        ):
            (tmp_path / "benchmarks" / f"{name}.py").write_text(text, encoding="utf-8")
        answer = measure.fresh_in(tmp_path, "benchmarks.stages:built", 60.0)
        assert answer["from"] == "another checkout"
        assert answer["process_s"] > 0.0

    def test_a_checkout_is_a_folder_or_a_revision(self, tmp_path: Path) -> None:
        with edition.checkout(str(tmp_path)) as folder:
            assert folder == tmp_path.resolve()
        unknown = pytest.raises(ValueError, match="no-such-revision is neither a folder nor a revision")
        with unknown, edition.checkout("no-such-revision"):
            pass
        if (ROOT / ".git").exists():
            with edition.checkout("HEAD") as unpacked:
                assert (unpacked / "optimizer" / "cli.py").exists()
            assert not unpacked.exists()

    def test_milestones(self) -> None:
        found = Milestones()
        found.see(110.0, math.nan)
        found.see(102.0, 100.0)
        found.see(103.0, 101.0)  # worse plans are no news; the gap is that of the best: 1/102
        found.see(102.0, 102.0)
        assert [value for _, value in found.plans] == [110.0, 102.0]
        assert list(found.reached) == [0.01, 0.001, 0.0001]
        assert found.reached[0.01] < found.reached[0.001] == pytest.approx(found.reached[0.0001], abs=1e-3)
        assert gap_share(0.0, 0.0) == 0.0
        assert gap_share(1.0, -math.inf) == math.inf

    def test_the_scaling_law_of_an_exact_power(self) -> None:
        exponent, factor, spread = tables.power_law([(x, 3.0 * x**1.5) for x in (1.0, 10.0, 100.0)])
        assert (exponent, factor, spread) == pytest.approx((1.5, 3.0, 1.0))

    def test_results_are_kept_by_section_and_the_page_is_rewritten(self, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "results.json"
        rows = [{"shape": "a", "skipped": "more than 1 s"}]
        measure.keep(path, "solves", rows, quick=True)
        measure.keep(path, "bars", [], quick=False, runs=5)
        results = json.loads(path.read_text(encoding="utf-8"))
        assert set(results) == {"solves", "bars"}
        page = "before\n<!-- solves -->\nold\n<!-- /solves -->\nbetween\n<!-- bars -->\n<!-- /bars -->\nafter\n"
        written = report.page_with(page, results)
        assert "old" not in written
        assert "| a | more than 1 s |" in written
        assert written.startswith("before\n")
        assert written.endswith("after\n")
        assert report.page_with(written, results) == written
        with pytest.raises(ValueError, match="no place for bars"):
            report.page_with("<!-- solves -->\n<!-- /solves -->", results)

    def test_the_page_has_a_place_for_every_section(self) -> None:
        page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
        assert all(f"<!-- {name} -->" in page and f"<!-- /{name} -->" in page for name in report.SECTIONS)
        assert report.CHART in page
