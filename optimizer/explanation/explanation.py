"""What is known of why there is no plan: data first, words second (``words.py``)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from optimizer.explanation.limits import Kind, Unit, Way

Status = Literal["infeasible", "feasible", "not decided"]
Verdict = Literal["yes", "proven no", "not decided"]


@dataclass(frozen=True)
class Member:
    """A limit of the conflict.

    ``values`` are what is written, by period if it varies. ``needed``: with this key at its widest as well there is a
    plan, so that the conflict cannot do without it. ``alone``: whether there is a plan when nothing but this key is
    widened, at the most by ``widest``.
    """

    path: str
    place: str
    kind: Kind
    way: Way
    unit: Unit
    values: tuple[float, ...]
    widest: float
    needed: bool
    alone: Verdict


@dataclass(frozen=True)
class Repair:
    """A change of one key that makes a plan possible.

    By ``amount``, in ``unit`` and from the period ``first`` to ``last`` (labels; empty where it has no periods of its
    own), ``path`` becomes ``value``. ``not_enough`` is the largest smaller amount that is proven not to do; ``least``
    says that none between the two is left to look into, three digits being looked at. ``verified``: the changed
    instance was solved, and its plan passed the audit.
    """

    path: str
    place: str
    kind: Kind
    way: Way
    unit: Unit
    amount: float
    not_enough: float
    least: bool
    first: str
    last: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    value: Any
    verified: bool


@dataclass(frozen=True)
class Explanation:
    """Why an instance has no plan.

    ``whole_numbers``: without them there would be one; None if that is not known. ``conflict`` are limits that cannot
    hold together while all others of ``limits`` are at their widest; ``proven`` says so, ``minimal`` that no member can
    be left out. Empty and proven: the reason is in what is no limit. ``repairs`` have one change each, in the order of
    ``KINDS`` and then of their paths. ``complete``: there was time for all of it.
    """

    instance: str
    instance_hash: str
    status: Status
    whole_numbers: bool | None = None
    limits: int = 0
    conflict: tuple[Member, ...] = ()
    proven: bool = False
    minimal: bool = False
    repairs: tuple[Repair, ...] = ()
    complete: bool = False
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain data."""
        return asdict(self)

    def __str__(self) -> str:
        from optimizer.explanation.words import words

        return words(self)

    @property
    def cause(self) -> str:
        """The conflict in one line; empty if nothing is known of it."""
        from optimizer.explanation.words import cause

        return cause(self)
