"""An exhibit as SVG, for a page or standing alone."""

from __future__ import annotations

from optimizer.exhibits.shapes import Bars, Branches, Bridge, Columns, Exhibit, Fan, HeatMap, Scatter, Schedule
from optimizer.exhibits.svg.bars import draw_bars
from optimizer.exhibits.svg.branches import draw_branches
from optimizer.exhibits.svg.bridge import draw_bridge
from optimizer.exhibits.svg.canvas import Canvas
from optimizer.exhibits.svg.columns import draw_columns
from optimizer.exhibits.svg.fan import draw_fan
from optimizer.exhibits.svg.frame import WIDE
from optimizer.exhibits.svg.heat_map import draw_heat_map
from optimizer.exhibits.svg.scatter import draw_scatter
from optimizer.exhibits.svg.schedule import draw_schedule
from optimizer.exhibits.svg.style import STYLE


def canvas_of(exhibit: Exhibit, width: float = WIDE) -> Canvas:
    """The drawing of an exhibit, whatever its form."""
    match exhibit:
        case Columns():
            return draw_columns(exhibit, width)
        case Schedule():
            return draw_schedule(exhibit, width)
        case Bridge():
            return draw_bridge(exhibit, width)
        case HeatMap():
            return draw_heat_map(exhibit, width)
        case Scatter():
            return draw_scatter(exhibit, width)
        case Fan():
            return draw_fan(exhibit, width)
        case Branches():
            return draw_branches(exhibit, width)
        case Bars():
            return draw_bars(exhibit, width)


def to_svg(exhibit: Exhibit, name: str, alone: bool = False, width: float = WIDE) -> str:
    """The SVG of an exhibit under an id; one that stands ``alone`` brings its colours with it."""
    title = f"{exhibit.title} ({exhibit.unit})" if not isinstance(exhibit, Schedule | Branches) else exhibit.title
    return canvas_of(exhibit, width).svg(name, title, exhibit.words, STYLE if alone else "")
