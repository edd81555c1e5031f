"""The parts of an explanation: refusals, limits that cannot hold together, and changes that make a plan possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from optimizer.explanation.limits import Far, Kind, Unit, Way

Verdict = Literal["yes", "proven no", "not decided"]


@dataclass(frozen=True)
class Refusal:
    """What a check says, before any model is built, of a file of which there can be no plan.

    ``code``, ``message`` and ``help`` are those of the check, ``place`` is ``file:line`` or empty.
    """

    code: str
    message: str
    help: str
    place: str


@dataclass(frozen=True)
class Member:
    """A limit of the conflict.

    ``value`` is what is written, ``values`` the same as numbers, by period of ``periods`` (labels) if it varies.
    ``needed``: with this key at its widest, alone or with all keys outside, there is a plan, so that the conflict
    cannot do without it. ``alone``: whether there is a plan when nothing but this key is widened, at the most by
    ``widest``, which is so far for the reason ``far`` (``limits.FAR``).
    """

    path: str
    place: str
    kind: Kind
    way: Way
    unit: Unit
    value: Any
    values: tuple[float, ...]
    widest: float
    far: Far
    needed: bool
    alone: Verdict
    periods: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repair:
    """A change of one key that makes a plan possible.

    By ``amount``, in ``unit`` and from the period ``first`` to ``last`` (labels; empty where it has no periods of its
    own), ``path`` becomes ``value``. ``not_enough`` is the largest smaller amount that is proven not to do; ``least``
    says that none between the two is left to look into, three digits being looked at. ``verified``: the changed
    instance was solved, and its plan passed the audit. ``cost`` is what the file's ``repair_costs`` say of the amount.
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
    cost: float | None = None


@dataclass(frozen=True)
class Pair:
    """Changes of two keys that make a plan possible together; ``not_enough`` of each is so with the other as it is.

    ``verified`` as of a repair, with both.
    """

    changes: tuple[Repair, Repair]
    verified: bool

    @property
    def cost(self) -> float | None:
        """What both cost together; None if that is not known of one of them."""
        one, other = (change.cost for change in self.changes)
        return None if one is None or other is None else one + other


@dataclass(frozen=True)
class Growth:
    """A decision that grows without a limit: a table of decisions and what it is about in words, and the thing.

    ``amounts`` are by period, in ``unit``: by so much it grows together with the others, for each million or so that
    the objective gets better by.
    """

    table: str
    words: str
    thing: str
    unit: str
    amounts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Bound:
    """A limit that is not in the file. ``enough``: with it alone the objective has an end, however large it is."""

    path: str
    place: str
    enough: bool
