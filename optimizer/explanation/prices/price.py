"""What is known of the worth of limits, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from optimizer.explanation.limits import Kind, Unit, Way

Acts = Literal["amounts", "whole numbers", "both"]
Known = Literal["solved", "not solved", "no plan", "no end"]


@dataclass(frozen=True)
class Price:
    """What one step of a limit is worth: by how much the best value of the objective gets better with it.

    Amounts are USD million, above 0 where the objective gets better. ``path`` (written at ``place``) goes from
    ``before`` to ``value`` in the periods ``first`` to ``last`` (labels; empty where it has no periods of its own),
    by ``step`` in ``unit``; ``way`` says which way it is wider.

    ``rate`` is that of the linear programme with all whole numbers held, for one ``unit``: None where the limit acts
    through whole numbers alone or moves in whole steps, of which a rate says nothing. ``same_build`` is the worth of
    the step with whole numbers held, ``same_build_npv`` what net present value then gains (None where there is no
    such plan). With everything free the worth is between ``low`` and ``high``, None where that end is not known.

    ``known``: solved again with everything free; not solved in time, so that only a wider interval is known; there is
    proven to be no plan with this step; or with it the objective can be improved without end. ``acts``: through
    amounts, whole numbers (halls, lots, signatures) or both.
    ``monotone``: a wider limit takes away no plan and makes none dearer, so that its worth is not below 0.
    """

    path: str
    place: str
    kind: Kind
    way: Way
    unit: Unit
    step: float
    first: str
    last: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    value: Any
    acts: Acts
    rate: float | None
    same_build: float | None
    same_build_npv: float | None
    low: float | None
    high: float | None
    known: Known
    monotone: bool

    @property
    def settled(self) -> bool:
        """Whether the worth is known not to be 0."""
        return (self.low is not None and self.low > 0.0) or (self.high is not None and self.high < 0.0)


@dataclass(frozen=True)
class Priced:
    """What the limits of an instance are worth, in ``objective``.

    ``value`` is the best that was found of it, USD million, ``bound`` what is proven, ``plan_value`` what the plan that
    was given comes to, which may have given some up for later objectives or for its gap. ``limits`` counts the keys
    that were looked at, ``binding`` those of ``prices`` and others that hold the plan back and were not asked for.
    ``tighter``: the steps make limits narrower. ``prices`` are in the order of their paths and periods.
    ``complete``: there was time for all of it.
    """

    instance: str
    instance_hash: str
    objective: str
    sense: Literal["minimise", "maximise"]
    value: float
    bound: float
    plan_value: float | None
    gap_share: float
    tighter: bool
    limits: int
    binding: int
    prices: tuple[Price, ...]
    complete: bool
    seconds: float

    @property
    def ranked(self) -> tuple[Price, ...]:
        """The prices by their worth, the largest first.

        >>> less, two = base.replace({"debt.loan.limit_musd": 60}), ["debt.loan.limit_musd", "opening.cash_musd"]
        >>> [price.path for price in optimizer.prices(less, limits=two).ranked]
        ['opening.cash_musd', 'debt.loan.limit_musd']
        """
        return tuple(sorted(self.prices, key=lambda price: (-_size(price), price.path, price.first)))

    def to_dict(self) -> dict[str, Any]:
        """The prices as plain data.

        >>> optimizer.prices(base, limits=["opening.cash_musd"]).to_dict()["objective"]
        'cost_of_capital'
        """
        return asdict(self)


def _size(price: Price) -> float:
    """The worth that is known for certain, then the largest that it may be."""
    if price.known in ("no plan", "no end"):
        return float("inf")
    return max(price.low or 0.0, -(price.high or 0.0)) if price.settled else 0.0
