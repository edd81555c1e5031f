"""Exhibits as plotly figures, for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from optimizer.contract.versions import MissingExtraError
from optimizer.exhibits.shapes import Bars, Branches, Bridge, Columns, Exhibit, Fan, HeatMap, Scatter, Schedule
from optimizer.exhibits.svg.style import HEAT_LIGHT, LIGHT

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BEGUN, SERVES, UP, DOWN, TOTAL = "#c9d8ea", LIGHT[0], LIGHT[0], LIGHT[9], LIGHT[8]


def to_figure(exhibit: Exhibit) -> Figure:
    """The plotly figure of an exhibit, with its words below. Raises MissingExtraError without plotly."""
    try:
        import plotly.graph_objects as go
    except ImportError:
        raise MissingExtraError("plotly", "notebook") from None
    figure = go.Figure()
    match exhibit:
        case Columns():
            _columns(go, figure, exhibit)
        case Schedule():
            _schedule(go, figure, exhibit)
        case Bridge():
            _bridge(go, figure, exhibit)
        case HeatMap():
            _heat_map(go, figure, exhibit)
        case Scatter():
            names, across, up = zip(*exhibit.points, strict=True)
            texts = [_text(name) for name in names]
            figure.add_trace(go.Scatter(x=across, y=up, text=texts, mode="lines+markers", line={"color": UP}))
            figure.update_layout(xaxis_title=_text(exhibit.x_unit), yaxis_title=_text(exhibit.unit))
        case Fan():
            _fan(go, figure, exhibit)
        case Branches():
            _branches(go, figure, exhibit)
        case Bars():
            _bars(go, figure, exhibit)
    below = {"text": _text(exhibit.words)}
    figure.update_layout(template="plotly_white", title={"text": _text(exhibit.title), "subtitle": below})
    return figure


def _columns(go: Any, figure: Any, exhibit: Columns) -> None:
    labels = [_text(label) for label in exhibit.labels]
    for i, series in enumerate((*exhibit.of("part"), *exhibit.of("line", "limit"))):
        own = {"name": _text(series.name), "x": labels, "y": list(series.values)}
        colour = LIGHT[i % len(LIGHT)]
        if series.role == "part":
            figure.add_trace(go.Bar(**own, marker_color=colour))
        else:
            dash = "dash" if series.role == "limit" else "solid"
            figure.add_trace(go.Scatter(**own, mode="lines+markers", line={"color": colour, "dash": dash}))
    figure.update_layout(barmode="relative", yaxis_title=_text(exhibit.unit), xaxis_type="category")


def _schedule(go: Any, figure: Any, exhibit: Schedule) -> None:
    """A row a start: what it is built for, and what it serves after that."""
    starts = exhibit.starts()
    names = [_text(each.name) for each in starts]
    built = {"base": [each.start for each in starts], "x": [each.built for each in starts]}
    serves = {"base": [each.start + each.built for each in starts], "x": [each.serves for each in starts]}
    figure.add_trace(go.Bar(name="under construction", orientation="h", y=names, marker_color=BEGUN, **built))
    figure.add_trace(go.Bar(name="in service", orientation="h", y=names, marker_color=SERVES, **serves))
    places = _some(range(len(exhibit.labels)))
    ticks = {"tickvals": [i + 0.5 for i in places], "ticktext": [_text(exhibit.labels[i]) for i in places]}
    figure.update_layout(barmode="overlay", xaxis=ticks)
    figure.update_yaxes(autorange="reversed")


def _bridge(go: Any, figure: Any, exhibit: Bridge) -> None:
    measures = ["total" if step.total else "relative" for step in exhibit.steps]
    figure.add_trace(
        go.Waterfall(
            x=[_text(step.name) for step in exhibit.steps],
            y=[step.value for step in exhibit.steps],
            measure=measures,
            text=[f"{step.value:,.0f}" for step in exhibit.steps],
            increasing={"marker": {"color": UP}},
            decreasing={"marker": {"color": DOWN}},
            totals={"marker": {"color": TOTAL}},
        )
    )
    figure.update_layout(yaxis_title=_text(exhibit.unit))


def _heat_map(go: Any, figure: Any, exhibit: HeatMap) -> None:
    shades = HEAT_LIGHT if exhibit.low_is_good else HEAT_LIGHT[::-1]
    figure.add_trace(
        go.Heatmap(
            x=[_text(column) for column in exhibit.columns],
            y=[_text(row) for row in exhibit.rows],
            z=[list(row) for row in exhibit.values],
            colorscale=[[i / (len(shades) - 1), shade] for i, shade in enumerate(shades)],
            colorbar={"title": {"text": _text(exhibit.unit)}},
        )
    )
    figure.update_yaxes(autorange="reversed")


def _fan(go: Any, figure: Any, exhibit: Fan) -> None:
    labels = [_text(label) for label in exhibit.labels]
    for (low, high), name, colour in (
        (exhibit.outer, "all scenarios", "rgba(51,102,168,.14)"),
        (exhibit.inner, "eight in ten", "rgba(51,102,168,.24)"),
    ):
        edge = {"x": labels, "mode": "lines", "line": {"width": 0}}
        figure.add_trace(go.Scatter(**edge, y=list(low), showlegend=False, hoverinfo="skip"))
        figure.add_trace(go.Scatter(**edge, y=list(high), fill="tonexty", fillcolor=colour, name=name))
    for path in exhibit.paths:
        line = {"color": UP, "width": 1}
        own = {"name": _text(path.name), "x": labels, "y": list(path.values), "opacity": 0.55, "showlegend": False}
        figure.add_trace(go.Scatter(**own, mode="lines", line=line))
    middle = {"x": labels, "y": list(exhibit.expected), "mode": "lines+markers", "line": {"color": UP}}
    figure.add_trace(go.Scatter(**middle, name="expected"))
    figure.update_layout(yaxis_title=_text(exhibit.unit), xaxis_type="category")


def _branches(go: Any, figure: Any, exhibit: Branches) -> None:
    """A row a node, further in the deeper."""
    names = [f"{'   ' * each.depth}{_text(each.name)}, {100.0 * each.probability:.3g} %" for each in exhibit.nodes]
    base, lasts = [each.start for each in exhibit.nodes], [each.end - each.start for each in exhibit.nodes]
    texts = [_text(each.text or each.note) for each in exhibit.nodes]
    figure.add_trace(go.Bar(orientation="h", y=names, base=base, x=lasts, text=texts, marker_color=UP))
    places = _some(range(len(exhibit.labels)))
    ticks = {"tickvals": [i + 0.5 for i in places], "ticktext": [_text(exhibit.labels[i]) for i in places]}
    figure.update_layout(xaxis=ticks)
    figure.update_yaxes(autorange="reversed")


def _bars(go: Any, figure: Any, exhibit: Bars) -> None:
    names = [f"{_text(bar.name)}, {_text(bar.note)}" for bar in exhibit.bars]
    middle = [(bar.low + bar.high) / 2.0 for bar in exhibit.bars]
    half = {"type": "data", "array": [(bar.high - bar.low) / 2.0 for bar in exhibit.bars]}
    figure.add_trace(go.Bar(orientation="h", y=names, x=middle, error_x=half, marker_color=UP))
    figure.update_layout(xaxis_title=_text(exhibit.unit))
    figure.update_yaxes(autorange="reversed")


def _some(places: Sequence[int]) -> Sequence[int]:
    """At most a dozen of them, evenly."""
    return places[:: max(1, -(-len(places) // 12))]


def _text(text: str) -> str:
    """Text as text: plotly takes a little HTML in names."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
