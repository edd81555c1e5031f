"""What can be shown to people: short forms of functions of the public interface, which know more than their subject."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any


class Shown:
    """A plan or a comparison, as page, workbook and slides."""

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """``optimizer.to_html`` of this.

        >>> plan.to_html() == optimizer.to_html(plan)
        True
        """
        return str(interface("to_html")(self, path))

    def to_excel(self, path: str | os.PathLike[str]) -> tuple[str, ...]:
        """``optimizer.to_excel`` of this.

        >>> plan.to_excel(folder / "plan.xlsx")
        ()
        """
        found: tuple[str, ...] = interface("to_excel")(self, path)
        return found

    def to_deck(self, path: str | os.PathLike[str], *, template: str | os.PathLike[str] | None = None) -> None:
        """``optimizer.to_deck`` of this.

        >>> plan.to_deck(folder / "deck.pptx")
        """
        interface("to_deck")(self, path, template=template)


def interface(name: str) -> Any:
    """A function of the public interface: what is below it cannot import it."""
    return getattr(import_module("optimizer"), name)
