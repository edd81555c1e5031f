"""Exhibits as native charts: their data lies in the slide, and can be edited there."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from optimizer.exhibits.shapes import Bridge, Columns, Exhibit, HeatMap, Scatter, Schedule, Series
from optimizer.exhibits.svg.columns import few
from optimizer.exhibits.svg.heat_map import shade_of
from optimizer.exhibits.svg.scale import number
from optimizer.exhibits.svg.style import HEAT_LIGHT, LIGHT
from optimizer.report.layout import printable

Box = tuple[int, int, int, int]
"""Left, top, width and height in EMU."""
FONT_PT = 11
UP, DOWN, TOTAL, BEGUN = LIGHT[0], LIGHT[9], LIGHT[8], "#c9d8ea"


def add_chart(slide: Any, exhibit: Exhibit, box: Box) -> None:
    """Put an exhibit on a slide; a map, for which there is no chart, as a table with shades."""
    match exhibit:
        case Columns():
            _columns(slide, exhibit, box)
        case Schedule():
            _schedule(slide, exhibit, box)
        case Bridge():
            _bridge(slide, exhibit, box)
        case Scatter():
            _scatter(slide, exhibit, box)
        case HeatMap():
            _heat_map(slide, exhibit, box)


def _columns(slide: Any, exhibit: Columns, box: Box) -> None:
    """Stacked columns, and lines over them on the same axes; a chart of lines where there is nothing to stack."""
    from pptx.enum.chart import XL_CHART_TYPE

    parts, lines = few(exhibit.of("part")), exhibit.of("line", "limit")
    kind = XL_CHART_TYPE.COLUMN_STACKED if parts else XL_CHART_TYPE.LINE_MARKERS
    chart = _chart(slide, kind, exhibit.labels, [*parts, *lines], box, exhibit.unit)
    for i, series in enumerate(chart.plots[0].series):
        _paint(series, LIGHT[i % len(LIGHT)], line=not parts or i >= len(parts))
    if parts:
        chart.plots[0].gap_width = 45
        chart.plots[0].overlap = 100
        _lines_over(chart, len(parts), len(lines))


def _lines_over(chart: Any, parts: int, lines: int) -> None:
    """Move the last series of a chart of columns to a chart of lines that shares its axes."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls, qn

    if not lines:
        return
    columns = chart.plots[0]._element
    moved = columns.findall(qn("c:ser"))[parts:]
    axes = "".join(f'<c:axId val="{axis.get("val")}"/>' for axis in columns.findall(qn("c:axId")))
    grouping = f'<c:grouping val="standard"/><c:varyColors val="0"/><c:marker val="1"/>{axes}'
    over = parse_xml(f"<c:lineChart {nsdecls('c')}>{grouping}</c:lineChart>")
    for series in moved:
        for tag in ("c:invertIfNegative", "c:shape"):
            for found in series.findall(qn(tag)):
                series.remove(found)
        series.append(parse_xml(f'<c:smooth {nsdecls("c")} val="0"/>'))
        over.insert(len(over) - 3, series)
    columns.addnext(over)


def _schedule(slide: Any, exhibit: Schedule, box: Box) -> None:
    """Bars along years: what is not there yet without a colour, then construction, then service; a row a start."""
    from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls, qn

    begins = _begins(exhibit.labels)
    starts = exhibit.starts()[::-1]  # from below
    series = [
        Series("before", tuple(begins[each.start] for each in starts)),
        Series("under construction", tuple(_between(begins, each.start, each.built) for each in starts)),
        Series("in service", tuple(_between(begins, each.start + each.built, each.serves) for each in starts)),
    ]
    chart = _chart(slide, XL_CHART_TYPE.BAR_STACKED, [each.name for each in starts], series, box, "")
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 35, 100
    plot.series[0].format.fill.background()
    _paint(plot.series[1], BEGUN)
    _paint(plot.series[2], UP)
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale = int(begins[0]), ceil(begins[-1])
    axis.major_unit = max(1, round((begins[-1] - begins[0]) / 10))
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0", False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    chart.legend.include_in_layout = False
    hidden = f'<c:legendEntry {nsdecls("c")}><c:idx val="0"/><c:delete val="1"/></c:legendEntry>'
    chart.legend._element.find(qn("c:legendPos")).addnext(parse_xml(hidden))


def _begins(labels: Sequence[str]) -> list[float]:
    """When periods begin, in years, and at last when the last of them ends."""
    last, per_year = _dated(labels[-1])
    return [*(_dated(label)[0] for label in labels), last + 1 / per_year]


def _between(begins: Sequence[float], start: int, periods: int) -> float:
    """How long so many periods from one on are, in years."""
    return begins[start + periods] - begins[start]


def _dated(label: str) -> tuple[float, int]:
    """When a period begins, in years, and how many such there are in one: of 2026, 2026Q3 or 2026-11."""
    per_year = 4 if "Q" in label else 12 if "-" in label else 1
    within = int(label[5:].lstrip("Q-") or 1) if per_year == 12 else int(label[-1]) if per_year == 4 else 1
    return int(label[:4]) + (within - 1) / per_year, per_year


def _bridge(slide: Any, exhibit: Bridge, box: Box) -> None:
    """Columns that float: what lies between them and 0 has no colour; one that crosses 0 is in two pieces."""
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Pt

    names = ("hidden", "up", "down", "total", "hidden below", "up below", "down below", "total below")
    cells: list[list[float]] = []
    at = 0.0
    for step in exhibit.steps:
        low, high = sorted((0.0, step.value) if step.total else (at, at + step.value))
        at = step.value if step.total else at + step.value
        kind = 3 if step.total else 1 if step.value >= 0 else 2
        row = [0.0] * len(names)
        row[0], row[kind] = max(low, 0.0), max(high, 0.0) - max(low, 0.0)
        row[4], row[4 + kind] = min(high, 0.0), min(low, 0.0) - min(high, 0.0)
        cells.append(row)
    labels = [f"{step.name}\n{step.value:,.0f}".replace("-", "−") for step in exhibit.steps]
    series = [Series(name, tuple(row[i] for row in cells)) for i, name in enumerate(names)]
    chart = _chart(slide, XL_CHART_TYPE.COLUMN_STACKED, labels, series, box, exhibit.unit)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 35, 100
    for i, each in enumerate(plot.series):
        colour = (None, UP, DOWN, TOTAL)[i % 4]
        if colour is None:
            each.format.fill.background()
        else:
            _paint(each, colour)
    chart.has_legend = False
    chart.category_axis.tick_labels.font.size = Pt(FONT_PT - 2)
    chart.category_axis._element.get_or_add_txPr().bodyPr.set("rot", "0")


def _heat_map(slide: Any, exhibit: HeatMap, box: Box) -> None:
    from pptx.util import Pt

    table = slide.shapes.add_table(len(exhibit.rows) + 1, len(exhibit.columns) + 1, *box[:3], box[3] // 2).table
    texts = [(exhibit.unit, *exhibit.columns)]
    for row, values in zip(exhibit.rows, exhibit.values, strict=True):
        texts.append((row, *("–" if value is None else number(value, 1) for value in values)))
    for i, line in enumerate(texts):
        for j, text in enumerate(line):
            cell = table.cell(i, j)
            cell.text = printable(text)
            cell.text_frame.paragraphs[0].font.size = Pt(FONT_PT)
            value = exhibit.values[i - 1][j - 1] if i and j else None
            if value is not None:
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb(HEAT_LIGHT[shade_of(exhibit, value)])


def _scatter(slide: Any, exhibit: Scatter, box: Box) -> None:
    """Points of two figures, joined."""
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Pt

    data = XyChartData(number_format="#,##0")
    points = data.add_series(printable(exhibit.title))
    for _, x, y in exhibit.points:
        points.add_data_point(x, y)
    chart = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES, *box, data).chart
    chart.font.size = Pt(FONT_PT)
    chart.has_legend = chart.has_title = False
    _paint(chart.plots[0].series[0], UP, line=True)
    _name_axis(chart.category_axis, exhibit.x_unit)
    _name_axis(chart.value_axis, exhibit.unit)


def _name_axis(axis: Any, words: str) -> None:
    from pptx.util import Pt

    axis.has_title = True
    axis.axis_title.text_frame.text = words
    axis.axis_title.text_frame.paragraphs[0].font.size = Pt(FONT_PT)
    axis.axis_title.text_frame.paragraphs[0].font.bold = False


def _chart(slide: Any, kind: Any, labels: Sequence[str], series: Sequence[Series], box: Box, unit: str) -> Any:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
    from pptx.util import Pt

    data = CategoryChartData(number_format="#,##0.0" if _small(series) else "#,##0")
    data.categories = [printable_lines(label) for label in labels]
    for each in series:
        data.add_series(printable(each.name), each.values)
    chart = slide.shapes.add_chart(kind, *box, data).chart
    chart.font.size = Pt(FONT_PT)
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.has_title = False
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.has_major_gridlines = False
    axis = chart.value_axis
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = _rgb("#dfe4ea")
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "#,##0", False
    if unit:
        _name_axis(axis, unit)
    return chart


def _small(series: Sequence[Series]) -> bool:
    return max((abs(value) for each in series for value in each.values if value is not None), default=0.0) < 20.0


def printable_lines(text: str) -> str:
    """Text line by line, each without what is no text; trailing spaces, which tell equal names apart, stay."""
    kept = text[len(text.rstrip(" ")) :]
    return "\n".join(printable(line) for line in text.split("\n")) + kept


def _paint(series: Any, colour: str, line: bool = False) -> None:
    from pptx.util import Pt

    if line:
        series.format.line.color.rgb = _rgb(colour)
        series.format.line.width = Pt(2.25)
        series.smooth = False
    else:
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(colour)


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.removeprefix("#").upper())
