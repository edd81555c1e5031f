"""An empty presentation: sixteen to nine, or a company's template without its slides."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

WIDE, HIGH = 12_192_000, 6_858_000


class TemplateError(ValueError):
    """A template that cannot be used, and why."""


TITLE = 0
"""The index of a title among the places of a layout."""
MOST_BYTES, MOST_MEMBERS = 200_000_000, 5_000
"""A template that unpacks to more is none."""


def opened(template: str | os.PathLike[str] | None) -> Any:
    """The presentation. Raises TemplateError for a template that is missing, no presentation, or too large."""
    from pptx import Presentation
    from pptx.util import Emu

    if template is None:
        deck = Presentation()
        deck.slide_width, deck.slide_height = Emu(WIDE), Emu(HIGH)
        _last(deck, "Title Only")
        return deck
    _check(Path(template))
    try:
        deck = Presentation(os.fspath(template))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise _refused(template, f"is no presentation (.pptx): {error}") from None
    if not deck.slide_layouts:
        raise _refused(template, "has no slide layout")
    slides = deck.slides._sldIdLst
    for slide in list(slides):
        deck.part.drop_rel(slide.rId)
        slides.remove(slide)
    _last(deck, min(deck.slide_layouts, key=_beside_a_title).name)
    return deck


def _beside_a_title(layout: Any) -> tuple[bool, int]:
    """Whether a layout lacks a title, and how many places for other things it has."""
    kinds = [placeholder.placeholder_format.idx for placeholder in layout.placeholders]
    return TITLE not in kinds, len(kinds)


def _last(deck: Any, name: str) -> None:
    """Bring a layout to the end: it is the one that all slides have."""
    layouts = deck.slide_layouts._sldLayoutIdLst
    place = next(i for i, layout in enumerate(deck.slide_layouts) if layout.name == name)
    element = list(layouts)[place]
    layouts.remove(element)
    layouts.append(element)


def _check(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
    except FileNotFoundError:
        raise _refused(path, "does not exist") from None
    except (OSError, zipfile.BadZipFile) as error:
        raise _refused(path, f"is no presentation (.pptx): {error}") from None
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        raise _refused(path, f"unpacks to more than {MOST_BYTES // 1_000_000} MB, or {MOST_MEMBERS:,} parts")


def _refused(path: str | os.PathLike[str], why: str) -> Exception:
    return TemplateError(f"template {os.fspath(path)} {why}")
