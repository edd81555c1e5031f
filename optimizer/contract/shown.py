"""What can be shown to people: short forms of functions of the public interface, which know more than their subject."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any


class Shown:
    """A plan or a comparison, as page and as slides."""

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """``optimizer.to_html`` of this.

        >>> plan.to_html() == optimizer.to_html(plan)
        True
        """
        return str(interface("to_html")(self, path))

    def to_deck(self, path: str | os.PathLike[str], *, template: str | os.PathLike[str] | None = None) -> None:
        """``optimizer.to_deck`` of this.

        >>> plan.to_deck(folder / "deck.pptx")
        """
        interface("to_deck")(self, path, template=template)


def interface(name: str) -> Any:
    """A function of the public interface: what is below it cannot import it."""
    return getattr(import_module("optimizer"), name)
