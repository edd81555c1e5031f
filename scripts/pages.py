"""Pages with places for what a program writes: ``<!-- NAME -->`` … ``<!-- /NAME -->``, within a line or over many."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path


def filled(page: str, blocks: Mapping[str, str]) -> str:
    """The page with each block in its place; the rest stays as it is. Raises ValueError where a place is missing."""
    for name, text in blocks.items():
        place = re.compile(rf"(<!-- {name} -->).*?(<!-- /{name} -->)", re.DOTALL)
        if not place.search(page):
            raise ValueError(f"the page has no place for {name}: <!-- {name} --> and <!-- /{name} -->")
        page = place.sub(lambda found, text=text: found[1] + text + found[2], page)  # type: ignore[misc]
    return page


def fill(path: Path, blocks: Mapping[str, str]) -> None:
    """Write the blocks of a page. Raises ValueError where a place is missing."""
    path.write_text(filled(path.read_text(encoding="utf-8"), blocks), encoding="utf-8")
