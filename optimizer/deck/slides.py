"""What stands on each slide: a sentence as its title, then charts, points or a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optimizer.exhibits.all import exhibits
from optimizer.exhibits.shapes import Exhibit
from optimizer.exhibits.story import Chapter, story
from optimizer.report.figures import figures
from optimizer.report.headline import STALE, audit_text, own_text
from optimizer.report.layout import printable
from optimizer.report.numbers import money, percent, ratio

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

MOST_POINTS, MOST_ROWS = 14, 14


@dataclass(frozen=True)
class Slide:
    """A slide: its message, and charts with points beside them, points alone, or rows of a table under columns."""

    title: str
    points: tuple[str, ...] = ()
    charts: tuple[Exhibit, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=())
    shares: tuple[float, ...] = ()
    """How wide the columns are beside each other; all the same if there are none."""


@dataclass(frozen=True)
class Front:
    """The first slide: a title, and lines below it."""

    title: str
    words: tuple[str, ...]


def slides(plan: Plan) -> Iterator[Slide]:
    """The slides of a plan after the first, in the order in which a board asks."""
    chapters, shown = {chapter.question: chapter for chapter in story(plan)}, exhibits(plan)

    def charts(*names: str) -> tuple[Exhibit, ...]:
        return tuple(shown[name] for name in names if name in shown)

    yield Slide("The ask", points=tuple(_ask(plan)))
    yield from _told(chapters.get("When and where"), charts("build_out"))
    yield from _drawn("What it powers and serves", charts("power", "compute"))
    yield from _told(chapters.get("From whom"), charts("orders"))
    yield from _told(chapters.get("For whom"), ())
    yield from _told(chapters.get("How it is paid for"), charts("sources_and_uses"))
    yield from _drawn("What it costs, and what it is worth", charts("value_bridge"))
    yield from _drawn("What capital costs", charts("wacc"))
    yield from _drawn("What is owed, and how far covenants are from their limits", charts("debt", "covenants"))
    for group in sorted(plan.instance.groups):
        yield from _drawn(f"What {group} earns, owes and passes on", charts(f"waterfall.{group}"))
    yield from _told(chapters.get("What binds"), ())
    yield Slide("How sure it is", points=tuple(_sure(plan)))
    heads = ("figure", "value", "source")
    yield Slide("Appendix: assumptions and their sources", (), (), heads, _assumptions(plan), (0.34, 0.22, 0.44))


def _told(chapter: Chapter | None, charts: tuple[Exhibit, ...]) -> Iterator[Slide]:
    """A slide with the answer in its title; nothing if the question does not arise."""
    if chapter is not None:
        yield Slide(f"{chapter.question}: {chapter.answer}", points=chapter.sentences, charts=charts)


def _drawn(title: str, charts: tuple[Exhibit, ...]) -> Iterator[Slide]:
    """A slide of charts; nothing if there is none to show."""
    if charts:
        yield Slide(title, charts=charts)


def _ask(plan: Plan) -> Iterator[str]:
    metrics = plan.metrics
    for name, of in {"capex_musd": "capital spending", "external_capital_raised_musd": "capital from outside"}.items():
        if musd := metrics.get(name):
            yield f"{money(musd)} of {of}"
    if (cost := metrics.get("net_present_cost")) is not None:
        yield f"Net present value {money(0.0 - cost)}"
    if (rate := metrics.get("average_wacc_per_year")) is not None:
        yield f"Capital costs {percent(rate, 2)} a year, effective"
    if sold := metrics.get("dilution_share"):
        yield f"{percent(sold)} of the company goes to new owners"
    if (cover := metrics.get("minimum_dscr")) is not None:
        yield f"Debt service is covered {ratio(cover)} times at least"
    if (least := metrics.get("minimum_cash_musd")) is not None:
        yield f"Cash is never below {money(least)}"


def _sure(plan: Plan) -> Iterator[str]:
    yield printable(str(plan.summary.get("message", plan.status)))
    if own := own_text(plan.summary):
        yield own
    yield audit_text(plan.audit).plain if plan.audit is None or plan.audit_stands else STALE
    for opinion in plan.summary.get("certificates", []):
        yield printable(str(opinion["message"]))
    yield "The bound is what no plan can beat; the audit shares no formula with the model"


def _assumptions(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """The figures that have a source of their own."""
    found, above = [], None
    for each in figures(plan.instance, {}):
        if each["source"] and each["source"] != above:
            value = each["value"]
            told = f"{value:,}" if isinstance(value, (int, float)) else str(value)
            found.append((printable(each["path"]), printable(told)[:60], printable(each["source"])[:110]))
        above = each["source"]
    return tuple(found)
