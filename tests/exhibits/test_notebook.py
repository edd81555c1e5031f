"""What a notebook shows: the exhibits as plotly figures, and a plan by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.exhibits.all import exhibits
from optimizer.exhibits.notebook import to_figure
from optimizer.exhibits.shapes import Bridge, Columns, HeatMap, Schedule, Series, Span, Step
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_run(ROOT / "results" / "reference" / "anthropic-50b")


def test_figures_hold_the_numbers_of_the_exhibits(plan: Plan) -> None:
    for name, exhibit in exhibits(plan).items():
        figure = getattr(plan.plot, name)()
        assert figure.layout.title.text == exhibit.title
        if isinstance(exhibit, Columns):
            shown = {trace.name: tuple(trace.y) for trace in figure.data}
            assert shown == {each.name: each.values for each in exhibit.series}
        if isinstance(exhibit, Bridge):
            assert list(figure.data[0].y) == [step.value for step in exhibit.steps]
            assert list(figure.data[0].measure)[-1] == "total"
    schedule = exhibits(plan)["build_out"]
    assert isinstance(schedule, Schedule)
    built, serves = plan.plot.build_out().data
    assert sum(built.x) + sum(serves.x) == sum(span.end - span.start for span in schedule.spans)


def test_there_is_a_figure_for_each_name_and_none_beside(plan: Plan) -> None:
    assert list(plan.plot) == list(exhibits(plan))
    assert {*plan.plot} <= {*dir(plan.plot)}
    with pytest.raises(AttributeError, match="there is no figure 'cashflow'; there are: build_out, power"):
        plan.plot.cashflow()


def test_hostile_names_are_text() -> None:
    name = "<b>&"
    for exhibit in (
        Columns(name, name, (name,), (Series(name, (1.0,)), Series(name, (2.0,), "line")), name),
        Schedule(name, (name,), (name,), (Span(name, 0, 1, name, True),), name),
        Bridge(name, name, (Step(name, 1.0),), name),
        HeatMap(name, name, (name,), (name,), ((1.0,),), words=name),
    ):
        assert "<b>" not in str(to_figure(exhibit).to_dict())


def test_a_plan_shows_itself_in_a_notebook(plan: Plan) -> None:
    shown = plan._repr_html_()
    assert str(plan).partition(": ")[2].partition(" (")[0] in shown  # optimal within how many dollars of what
    assert "audit passed" in shown
    assert shown.count("<svg") == 2
    assert "<script" not in shown
