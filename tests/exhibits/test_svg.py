"""Drawings: well formed, within their frame, with text as text."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from optimizer.exhibits.all import EXHIBITS, exhibits
from optimizer.exhibits.shapes import (
    Bar,
    Bars,
    Branch,
    Branches,
    Bridge,
    Columns,
    Exhibit,
    Fan,
    HeatMap,
    Schedule,
    Series,
    Span,
    Step,
)
from optimizer.exhibits.shapes import (
    Path as Along,
)
from optimizer.exhibits.svg.canvas import width_of
from optimizer.exhibits.svg.columns import COLOURS, few
from optimizer.exhibits.svg.draw import to_svg
from optimizer.exhibits.svg.frame import NARROW, WIDE
from optimizer.exhibits.svg.poster import poster
from optimizer.exhibits.svg.scale import Scale
from optimizer.plan.run_folder import read_run

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = (
    "=cmd()",
    "<script>alert(1)</script>",
    "</svg>",
    "[/red]",
    "x" * 200,
    "\u202eabc\u202c",
    'a"b&c',
    "\x00\ufffe",
)


def marks(svg: str, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def uncertain(name: str, unit: str = "MW") -> list[Exhibit]:
    """A fan, a tree and bars with this name everywhere: 1 in 2026, and 1 to 5 in 2027."""
    ends = ((1.0, 1.0), (1.0, 5.0))
    paths = (Along(name, 0.5, (1.0, 1.0)), Along(name, 0.5, (1.0, 5.0)))
    branches = (
        Branch(name, 0, 0, 1, 1.0, name),
        Branch(name, 1, 1, 2, 0.5, name, name, 0.0),
        Branch(name, 1, 1, 2, 0.5, name, "$1 m", 1.0),
    )
    return [
        Fan(name, unit, ("2026", "2027"), ends, ends, (1.0, 3.0), paths, name),
        Branches(name, ("2026", "2027"), branches, name),
        Bars(name, unit, (Bar(name, "50 %", -20.0, 50.0), Bar(name, "50 %", 30.0, 60.0)), name),
    ]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", sorted(EXHIBITS))
def test_drawings_stay_within_their_frame(name: str, width: float) -> None:
    within(exhibits(read_run(ROOT / "results" / "reference" / "anthropic-50b"))[name], name, width)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("number", range(3))
def test_drawings_of_trees_stay_within_their_frame(number: int, width: float) -> None:
    within(uncertain("a name that is longer than there is room for it, by much and more")[number], "x", width)


def within(exhibit: Exhibit, name: str, width: float) -> None:
    svg = to_svg(exhibit, name, width=width)
    _, _, width, height = map(float, ET.fromstring(svg).attrib["viewBox"].split())
    for rect in marks(svg, "rect"):
        x, y, w, h = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
        assert -0.1 <= x <= x + w <= width + 0.1
        assert -0.1 <= y <= y + h <= height + 0.1
    for text in marks(svg, "text"):
        x, wide = float(text.attrib["x"]), width_of("".join(text.itertext()) if not len(text) else text[0].tail or "")
        left = x - {"start": 0.0, "middle": wide / 2.0, "end": wide}[text.attrib["text-anchor"]]
        assert left >= -1.0
        assert left + wide <= width + 1.0


def test_a_column_is_as_high_as_its_value() -> None:
    """0 to 10 on 250 pixels: a part of 4 is 100 high, and the one on it of 6 ends at the top."""
    svg = to_svg(Columns("t", "MW", ("2026",), (Series("a", (4.0,)), Series("b", (6.0,)))), "x")
    parts = [rect for rect in marks(svg, "rect") if len(rect)]
    assert [float(rect.attrib["height"]) for rect in parts] == [100.0, 150.0]
    assert float(parts[1].attrib["y"]) + 150.0 == float(parts[0].attrib["y"])
    assert [rect[0].text for rect in parts] == ["a, 2026: 4.00 MW", "b, 2026: 6.00 MW"]


def test_a_line_is_broken_where_there_is_nothing() -> None:
    svg = to_svg(Columns("t", "%", tuple("abcde"), (Series("l", (1.0, 2.0, None, 3.0, 4.0), "line"),)), "x")
    drawn = [each for each in marks(svg, "polyline") if each.attrib["class"].startswith("lline")]
    assert sorted(len(each.attrib["points"].split()) for each in drawn) == [2, 2, 2]  # the legend's and two pieces
    assert len(marks(svg, "circle")) == 4


def test_a_fan_opens_from_what_is_known() -> None:
    """1 in 2026 and up to 5 in 2027 on a scale from 0 to 5 and 210 pixels: 42 pixels each; a point, then 4·42 high."""
    (svg, *_) = (to_svg(each, "x") for each in uncertain("f"))
    (outer, inner) = (
        [tuple(map(float, point.split(","))) for point in each.attrib["points"].split()]
        for each in marks(svg, "polygon")
    )
    assert outer == inner
    below, above = outer[:2], outer[2:][::-1]
    assert [round(low[1] - high[1], 1) for low, high in zip(below, above, strict=True)] == [0.0, 168.0]


def test_a_bar_is_full_up_to_what_is_certain() -> None:
    """−20 to 50 is sure of nothing; 30 to 60 is sure of 30, of which half of the pixels are pale again."""
    svg = to_svg(uncertain("b")[2], "x")
    found = [(rect.attrib["class"], float(rect.attrib["width"])) for rect in marks(svg, "rect")]
    assert [style for style, _ in found] == ["begun", "serves", "begun", "serves"]
    widths = [wide for _, wide in found]
    assert widths[1] == 0.0
    assert widths[2] == pytest.approx(widths[3], abs=0.2)
    assert widths[0] == pytest.approx(widths[2] * 7.0 / 3.0, abs=0.3)


def test_hostile_names_are_text_everywhere() -> None:
    for name in HOSTILE:
        for exhibit in (
            Columns(name, name, (name,), (Series(name, (1.0,)), Series(name, (2.0,), "line")), name),
            Schedule(name, (name,), (name,), (Span(name, 0, 1, name, True),), name),
            Bridge(name, name, (Step(name, 1.0), Step(name, 1.0, True)), name),
            HeatMap(name, name, (name,), (name,), ((None,),), words=name),
            *uncertain(name, name),
        ):
            svg = to_svg(exhibit, "x", alone=True)
            tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
            assert tags <= {"svg", "title", "desc", "style", "rect", "polyline", "polygon", "circle", "text"}


def test_more_parts_than_colours_are_drawn_together_and_nothing_is_lost() -> None:
    parts = [Series(f"s{i}", (float(i + 1), -float(i + 1) if i % 2 else 0.0)) for i in range(25)]
    kept = few(parts)
    assert len(kept) == COLOURS
    for i in range(2):
        assert sum(each.values[i] or 0.0 for each in kept) == sum(each.values[i] or 0.0 for each in parts)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([7.0], [0, 2, 4, 6, 8]),
        ([-30.0, 40.0], [-40, -20, 0, 20, 40]),
        ([0.0], [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ([12345.0], [0, 2500, 5000, 7500, 10000, 12500]),
    ],
)
def test_ticks_are_round_and_hold_all_values(values: list[float], ticks: list[float]) -> None:
    scale = Scale.of(values, 0.0, 100.0)
    assert scale.ticks == pytest.approx(ticks)
    assert scale(scale.least) == 0.0
    assert scale(scale.most) == 100.0


def test_the_picture_of_the_first_page_is_of_the_reference_run() -> None:
    picture = (ROOT / "docs" / "plan.svg").read_text(encoding="utf-8")
    run = read_run(ROOT / "results" / "reference" / "anthropic-50b")
    assert picture == poster(run) + "\n"
    texts = ["".join(text.itertext()) for text in marks(picture, "text")]
    assert "b200-direct (the maker)" in texts
    assert f"−{run.metrics['net_present_cost']:,.0f}" in texts
