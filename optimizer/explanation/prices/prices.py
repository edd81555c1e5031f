"""What the limits of an instance are worth: data first (``price.py``), words second (``words.py``)."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.explanation.prices.price import Priced
from optimizer.explanation.prices.words import prices_words


@dataclass(frozen=True)
class Prices(Priced):
    """``str`` of it is a table of 80 columns, the largest worth first."""

    def __str__(self) -> str:
        return prices_words(self)
