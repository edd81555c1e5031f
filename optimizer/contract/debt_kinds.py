"""The kinds of debt: how they are repaid, and what they can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Name = Literal["bullet", "level", "annuity", "delayed_draw", "sculpted", "revolver"]


@dataclass(frozen=True)
class DebtKind:
    """A kind of debt.

    ``pooled`` debt has one balance and is repaid as decided; the other kinds have a vintage of each draw with its own
    schedule. ``revolving``: the limit is of what is outstanding, and what is repaid may be drawn again; nothing falls
    due before the window ends, and there is no tenor, which every other kind needs. ``over_time``: it is repaid in
    parts, so that a grace has a meaning. ``delayed``: tenor and grace count from the end of the draw window, so that
    all draws have one maturity. ``refused`` are options that have none for it.
    """

    name: Name
    words: str
    pooled: bool = False
    revolving: bool = False
    over_time: bool = True
    delayed: bool = False
    refused: tuple[str, ...] = ()


_LETTERS = ("letter_of_credit_share", "letter_of_credit_fee_per_year")

DEBT_KINDS: dict[str, DebtKind] = {
    each.name: each
    for each in (
        DebtKind(
            "bullet", "repaid at once at the end of its tenor", over_time=False, refused=("balloon_share", *_LETTERS)
        ),
        DebtKind("level", "repaid in equal parts of principal", refused=_LETTERS),
        DebtKind("annuity", "repaid by equal payments of principal and interest", refused=_LETTERS),
        DebtKind(
            "delayed_draw",
            "drawn in its window, and all of it repaid in equal parts of principal by one maturity",
            delayed=True,
            refused=("capitalise_interest", *_LETTERS),
        ),
        DebtKind(
            "sculpted",
            "repaid as decided, by the end of its tenor",
            pooled=True,
            refused=("balloon_share", "capitalise_interest", "prepayment", "sweep", "service_reserve", *_LETTERS),
        ),
        DebtKind(
            "revolver",
            "drawn and repaid at will in its window",
            pooled=True,
            revolving=True,
            over_time=False,
            refused=(
                "balloon_share",
                "capitalise_interest",
                "prepayment",
                "sweep",
                "service_reserve",
                "issue_discount_share",
            ),
        ),
    )
}
