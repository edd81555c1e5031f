"""`deck.pptx`: a plan as slides with native charts."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.comparison.comparison import Comparison
from optimizer.contract.durable import replacing
from optimizer.contract.versions import MissingExtraError
from optimizer.deck.comparison import comparison_front, comparison_slides
from optimizer.deck.opening import opened
from optimizer.deck.same_bytes import same_bytes
from optimizer.deck.slides import MOST_POINTS, MOST_ROWS, Front, Slide, slides
from optimizer.plan.record import Record
from optimizer.report.layout import printable

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

INCH = 914_400
EMU_PER_POINT = 12_700
COVER_PT, TITLE_PT, TEXT_PT, SMALL_PT, TABLE_PT, LEAST_PT = 36, 24, 18, 14, 10, 9
Box = tuple[int, int, int, int]
"""Left, top, width and height in EMU."""


def to_deck(
    subject: Plan | Comparison, path: str | os.PathLike[str], *, template: str | os.PathLike[str] | None = None
) -> None:
    """Write a plan or a comparison as slides to ``path`` (.pptx).

    Of a plan: the ask, when and where, from whom, how it is paid for, what binds; of a comparison: its tables, mixes
    by scenario, sweeps and frontiers. Charts are native: their numbers, USD million, MW or thousand units, can be
    edited in the slide. ``template`` is a presentation whose size, layouts and colours are taken; its own slides are
    left out. The same subject and template give the same bytes. Raises MissingExtraError without python-pptx,
    TemplateError for a template that is none, OSError if the file cannot be written, and TypeError for what is neither.

    >>> optimizer.to_deck(plan, folder / "deck.pptx")
    """
    if isinstance(subject, Record):
        message = str(subject.summary.get("message", subject.status))
        front = Front(subject.instance.title or subject.instance.name, (f"Plan of {subject.instance.name}", message))
        found = slides(subject)
    elif isinstance(subject, Comparison):
        front, found = comparison_front(subject), comparison_slides(subject)
    else:
        raise TypeError(f"a plan or a comparison is expected, not {type(subject).__name__}")
    try:
        import pptx  # noqa: F401
    except ImportError:
        raise MissingExtraError("python-pptx", "report") from None
    deck = opened(template)
    _first(deck, front)
    for slide in found:
        for page in _pages(slide):
            _add(deck, page)
    deck.core_properties.title = printable(front.title)
    deck.core_properties.author = "capstack"
    stream = io.BytesIO()
    deck.save(stream)
    with replacing(Path(path)) as file:
        file.write(same_bytes(stream.getvalue()))


def _pages(slide: Slide) -> list[Slide]:
    """A slide in as many as its points or rows need."""
    if slide.rows:
        parts = [slide.rows[i : i + MOST_ROWS] for i in range(0, len(slide.rows), MOST_ROWS)]
        return [replace(slide, title=_numbered(slide, i, len(parts)), rows=part) for i, part in enumerate(parts)]
    if slide.points and not slide.charts:
        points = [slide.points[i : i + MOST_POINTS] for i in range(0, len(slide.points), MOST_POINTS)]
        return [Slide(_numbered(slide, i, len(points)), points=part) for i, part in enumerate(points)]
    return [slide] if slide.charts else []


def _numbered(slide: Slide, i: int, count: int) -> str:
    return slide.title if count == 1 else f"{slide.title} ({i + 1} of {count})"


def _first(deck: Any, front: Front) -> None:
    """The title, and what stands below it."""
    wide, high = deck.slide_width, deck.slide_height
    box = (int(0.08 * wide), int(0.28 * high), int(0.84 * wide), int(0.22 * high))
    title = printable(front.title)[:160]
    page = _titled(deck, title, box, _fitting((title,), box, COVER_PT, apart=0.0))
    for i, line in enumerate(front.words):
        below = (box[0], box[1] + box[3] + int((0.02 + 0.09 * i) * high), box[2], int(0.3 * high))
        _text(page, line, below, TEXT_PT if i == 0 else SMALL_PT)


def _titled(deck: Any, title: str, box: Box, size: int = TITLE_PT) -> Any:
    """A new slide with its title where outlines and readers look for it: in a placeholder, if the layout has one."""
    from pptx.util import Pt

    page = deck.slides.add_slide(deck.slide_layouts[-1])
    for shape in list(page.placeholders):
        if shape != page.shapes.title:
            shape._element.getparent().remove(shape._element)
    if page.shapes.title is None:
        _text(page, title, box, size, bold=True)
        return page
    shape = page.shapes.title
    shape.left, shape.top, shape.width, shape.height = box
    frame = shape.text_frame
    frame.text, frame.word_wrap = title, True
    for paragraph in frame.paragraphs:
        paragraph.font.size, paragraph.font.bold = Pt(size), True
        paragraph.alignment = 1
    return page


def _add(deck: Any, slide: Slide) -> None:
    """A slide under its message: charts side by side with points to their right, points alone, or a table."""
    from optimizer.deck.charts import add_chart

    wide, high = deck.slide_width, deck.slide_height
    margin, top = int(0.04 * wide), int(0.16 * high)
    page = _titled(deck, slide.title, (margin, int(0.03 * high), wide - 2 * margin, int(0.12 * high)))
    room = (margin, top, wide - 2 * margin, int(0.8 * high))
    if slide.rows:
        return _table(page, slide, room)
    if not slide.charts:
        return _points(page, slide.points, room, TEXT_PT)
    drawn = int((0.64 if slide.points else 1.0) * room[2])
    each, several = drawn // len(slide.charts), len(slide.charts) > 1
    down = int(0.06 * high) if several else 0
    for i, chart in enumerate(slide.charts):
        left = margin + i * each
        if several:
            _text(page, chart.title, (left, top, each, down), SMALL_PT, bold=True)
        add_chart(page, chart, (left, top + down, each - margin // 2, room[3] - down - int(0.03 * high)))
    if slide.points:
        _points(page, slide.points[:MOST_POINTS], (margin + drawn, top, room[2] - drawn, room[3]), SMALL_PT)


def _text(page: Any, text: str, box: Box, size: int, bold: bool = False) -> None:
    from pptx.util import Pt

    frame = page.shapes.add_textbox(*box).text_frame
    frame.word_wrap = True
    frame.text = printable(text)
    frame.paragraphs[0].font.size, frame.paragraphs[0].font.bold = Pt(size), bold


def _points(page: Any, points: tuple[str, ...], box: Box, size: int) -> None:
    """Points, in smaller letters until they have room."""
    from pptx.util import Pt

    size = _fitting(points, box, size, apart=0.5)
    frame = page.shapes.add_textbox(*box).text_frame
    frame.word_wrap = True
    for i, point in enumerate(points):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.text = f"• {point}"
        paragraph.font.size, paragraph.space_after = Pt(size), Pt(size // 2)


def _fitting(texts: tuple[str, ...], box: Box, size: int, apart: float) -> int:
    """The largest letters, up to ``size`` points, in which texts one below the other have room in a box.

    A letter of a wide font takes 0.6 of its height; ``apart``, in heights of a letter, is what is below each text.
    """

    def high(points_pt: int) -> float:
        across = box[2] / (0.6 * points_pt * EMU_PER_POINT)
        return sum(ceil((len(text) + 2) / across) * 1.2 + apart for text in texts) * points_pt * EMU_PER_POINT

    while size > LEAST_PT and high(size) > box[3]:
        size -= 1
    return size


def _table(page: Any, slide: Slide, box: Box) -> None:
    from pptx.util import Pt

    left, top, wide, _ = box
    high = int(0.3 * INCH) * (len(slide.rows) + 1)
    table = page.shapes.add_table(len(slide.rows) + 1, len(slide.columns), left, top, wide, high).table
    shares = slide.shares or (1.0,) * len(slide.columns)
    for share, column in zip(shares, table.columns, strict=True):
        column.width = int(share / sum(shares) * wide)
    for i, row in enumerate((slide.columns, *slide.rows)):
        for j, text in enumerate(row):
            cell = table.cell(i, j)
            cell.text = text
            cell.margin_top = cell.margin_bottom = int(0.02 * INCH)
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(TABLE_PT)
