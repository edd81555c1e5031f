"""The parts of what is known of a committed plan in another world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

Status = Literal["holds", "does not hold", "impossible", "not decided"]
Verdict = Literal["yes", "proven no", "not decided"]


@dataclass(frozen=True)
class Interval:
    """What a plan comes to by an objective, in its unit, and the best that is possible at most."""

    value: float
    bound: float | None


@dataclass(frozen=True)
class Money:
    """USD million in a period."""

    period: str
    musd: float


@dataclass(frozen=True)
class Late:
    """What is not kept of a commitment: ``kept`` of what was ``planned`` by the end of the ``period``, in the ``unit``
    of its table of decisions. Of ``allocations`` units that go to another site.
    """

    table: str
    name: str
    period: str
    planned: float
    kept: float
    unit: str


@dataclass(frozen=True)
class Exceeded:
    """A limit of the world that the commitments of the plan break as they stand, MW: where nothing is late all the
    same, more units are sold than was planned.
    """

    limit: str
    period: str
    limit_mw: float
    committed_mw: float


@dataclass(frozen=True)
class Unserved:
    """What is missing of the least that has to be served to a market, H100e, and as a share of its demand."""

    market: str
    period: str
    h100e: float
    share: float


@dataclass(frozen=True)
class Damages:
    """What is paid for demand that is missed, USD million, in the world and in the plan."""

    market: str
    period: str
    musd: float
    planned_musd: float


@dataclass(frozen=True)
class Breach:
    """A test that is not met: its ``value`` against its ``threshold``, and what its numerator falls short by, or is too
    high by, USD million. ``value`` is None over nothing.
    """

    covenant: str
    kind: str
    period: str
    threshold: float
    value: float | None
    short_musd: float


@dataclass(frozen=True)
class Cure:
    """What mends it, and the least of it: ``enough`` says whether it does.

    ``equity`` is money alone, with all covenants kept; ``equity and waiver`` has covenants waived where they are
    breached; ``waiver`` needs no money. ``proven_musd`` is a total that is proven not to be enough, if it is above 0.
    """

    kind: Literal["equity", "equity and waiver", "waiver", "later decisions"]
    enough: Verdict
    money: tuple[Money, ...] = ()
    total_musd: float = 0.0
    proven_musd: float = 0.0
    waived: tuple[str, ...] = ()
    free_from: str = ""


@dataclass(frozen=True)
class Stressed:
    """A committed plan in one world.

    ``status``: it ``holds`` if all commitments, payments, promises and covenants are kept; ``impossible`` is proven: no
    money from outside and no waiver makes a plan of it. ``before`` and ``after`` are by the first objective. ``short``
    is the cash that is missing, as late as it can come when everything else has been used; ``short_verdict`` says
    whether any is. ``paid_later``: how much less has been spent on sites and hardware by then, where something is late.
    ``dividends_musd`` are all that are paid, in the plan and in the world. ``audit_passed`` is of ``plan``, what is
    left of the committed one with money from outside and waivers.
    """

    scenario: str
    title: str
    status: Status
    before: Interval
    after: Interval | None = None
    short_verdict: Verdict = "not decided"
    short: tuple[Money, ...] = ()
    breaches: tuple[Breach, ...] = ()
    late: tuple[Late, ...] = ()
    exceeded: tuple[Exceeded, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    damages: tuple[Damages, ...] = ()
    paid_later: tuple[Money, ...] = ()
    dividends_musd: tuple[float, float] = (0.0, 0.0)
    cures: tuple[Cure, ...] = ()
    audit_passed: bool | None = None
    message: str = ""
    seconds: float = 0.0
    plan: Plan | None = field(default=None, compare=False, repr=False)

    @property
    def short_musd(self) -> float:
        """All cash that is missing."""
        return sum(each.musd for each in self.short)
