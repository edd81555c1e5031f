"""The objectives: sense, unit, and what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Objective:
    """An objective. ``earns`` says that it sees what is earned; ``listed`` that a file may ask for it.

    ``measure`` says in words what the share of a gap is one of, where it is not of the value; ``no_measure`` what is
    said where that is nothing. ``nullable``: there are plans in which it has no value.
    """

    name: str
    sense: Literal["minimise", "maximise"]
    words: str
    unit: Literal["musd", "share"] = "musd"
    earns: bool = True
    listed: bool = True
    nullable: bool = False
    measure: str = ""
    no_measure: str = ""

    @property
    def minimise(self) -> bool:
        return self.sense == "minimise"


OBJECTIVES = {
    each.name: each
    for each in (
        Objective(
            "cost_of_capital",
            "minimise",
            "what capital costs at effective rates, after tax",
            earns=False,
            measure=" of the charges that are decided",
            no_measure="no charge is decided",
        ),
        Objective(
            "capital_employed", "minimise", "what wacc is divided by, in dollar years", earns=False, listed=False
        ),
        Objective("wacc", "minimise", "charges over capital employed, a year", "share", earns=False, nullable=True),
        Objective("net_present_cost", "minimise", "all free cash flows and what is left, with the sign of a cost"),
        Objective(
            "adjusted_present_value",
            "maximise",
            "what the plan is worth without debt, and what debt adds",
            nullable=True,
        ),
        Objective(
            "shareholder_value",
            "maximise",
            "what common shareholders get, less what they pay in",
            measure=" of the sources used",
            no_measure="no source is used",
        ),
        Objective("terminal_cash", "maximise", "cash at the end"),
        Objective("dilution", "minimise", "the share of the company that is given away", "share", earns=False),
        Objective("peak_funding", "minimise", "the most that is outstanding at once", earns=False),
        Objective("capital_raised", "minimise", "all that is drawn, raised and paid in advance", earns=False),
        Objective("total_value", "maximise", "the value of the phases that are built"),
    )
}
"""All of them by name; every plan has a value of each, or null where that can be."""

LISTED = tuple(name for name, each in OBJECTIVES.items() if each.listed)
"""What a file may ask for."""
MAXIMISED = frozenset(name for name, each in OBJECTIVES.items() if not each.minimise)
BLIND = frozenset(name for name in LISTED if not OBJECTIVES[name].earns)
"""Objectives of a file that do not see what is earned."""
UNITS = {name: each.unit for name, each in OBJECTIVES.items()}
SHARES = frozenset(name for name, unit in UNITS.items() if unit == "share")
"""Objectives that are a share, and not USD million."""
