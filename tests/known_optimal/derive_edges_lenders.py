"""What lenders call nothing, what ties allow once units are gone or debt falls due, and taxes that lower a cover."""

from __future__ import annotations

from .derived import derives


def _with_a_trifle(cash: float, earned: float, given: float) -> float:
    """Debt of 400 dollars is none, and any that is drawn would be some: no asset and no EBITDA bears it."""
    assert earned < 0
    return cash + 2 * earned + given


@derives("trifle-of-debt")
def trifle_of_debt() -> float:
    """10 − 2·6 + 5: what a loan and a line of 100 could bring may not be drawn on no assets."""
    return _with_a_trifle(10, -6, 5)


@derives("trifle-of-debt-quarters")
def trifle_of_debt_quarters() -> float:
    """The same by the quarter, where three times an EBITDA of −6 is less than any debt."""
    return _with_a_trifle(10, -6, 5)


@derives("write-off-for-a-cover")
def write_off_for_a_cover() -> float:
    """18 of service are covered by 20 less half of (20 − w) in tax: from a write-off of 16 on.

    A dollar of chips costs half a dollar after tax; 100 are there.
    """
    written_off = 20 - (20 - 18) / 0.5
    return 100 + 20 - written_off - 0.5 * (20 - written_off) - 18


@derives("write-off-for-a-cover-quarters")
def write_off_for_a_cover_quarters() -> float:
    """The same in four quarters of one tax year, tested in the last: 4·5 less the tax of the year for 4·4.5."""
    return write_off_for_a_cover()


def _sold_units(chips: float, boards: float, grant: float, liquid: float) -> float:
    """A line stands at what the units that are held cost: of 50 for chips that are gone, 30 for boards.

    The grant pays for boards and takes the line down to that; nothing more can be drawn, so that equity brings what is
    to be there.
    """
    left = grant - boards - (chips - boards)
    return chips + max(0.0, liquid - left)


@derives("tied-line-of-units-gone")
def tied_line_of_units_gone() -> float:
    """50, and 1 that is to be liquid."""
    return _sold_units(50, 30, 50, 1)


@derives("tied-line-of-units-gone-quarters")
def tied_line_of_units_gone_quarters() -> float:
    """50, and 2 of the 2.5 that are to be liquid: half a million of the grant is left."""
    return _sold_units(50, 30, 50.5, 2.5)


@derives("tied-paper-refinances")
def tied_paper_refinances() -> float:
    """50 fall due; a loan tied to spending repays them, and 5 come in later. It can be drawn for nothing else."""
    due, drawn, cash = 50.0, 50.0, 2.5
    return cash - 0.05 * due + drawn - due + 5 - 0.05 * drawn


@derives("tied-line-refinances-quarters")
def tied_line_refinances_quarters() -> float:
    """50 fall due with 20 in hand and 20 to be liquid. The line is tied to nothing that is spent: no room is left."""
    cash, due, liquid = 20.0, 50.0, 20.0
    return liquid + due - cash
