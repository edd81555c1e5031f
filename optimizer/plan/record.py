"""The answer of a solve as data: decisions, ledger and figures, and the first sums over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, wraps
from typing import Any, TypeVar

from optimizer.contract.digest import digest, summary_digest
from optimizer.instance.schema import Instance
from optimizer.plan.books import Books
from optimizer.plan.entities import books_of
from optimizer.plan.physical import Physical

FORMAT = 1

Found = TypeVar("Found")


@dataclass(frozen=True)
class Record:
    """What a solve has decided, and what is said of it: what figures and tables are made from.

    ``decisions`` and ``ledger`` are the lists of rows of plan.json: H100e, units, USD million, periods by their label.
    ``metrics`` are named figures. ``summary`` says how the plan was found (status, levels with bound and gap, options,
    timings, versions). ``audit`` is the report of the audit, None before it has run.

    Two are equal if all six are.
    """

    instance: Instance
    decisions: Mapping[str, list[dict[str, Any]]]
    ledger: list[dict[str, Any]]
    metrics: dict[str, float | None]
    summary: dict[str, Any]
    audit: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The plan.json of this plan: nothing in it depends on the clock.

        >>> list(plan.to_dict())
        ['format', 'instance', 'instance_hash', 'decisions', 'ledger', 'metrics']
        """
        return {
            "format": FORMAT,
            "instance": self.instance.name,
            "instance_hash": self.instance.hash,
            "decisions": {name: list(rows) for name, rows in self.decisions.items()},
            "ledger": self.ledger,
            "metrics": self.metrics,
        }

    @property
    def status(self) -> str:
        """``optimal`` (within the gap asked for) or ``feasible`` (a limit was hit).

        >>> plan.status
        'optimal'
        """
        return str(self.summary.get("status", "unknown"))

    def to_summary(self) -> dict[str, Any]:
        """The summary.json of this plan: its summary, with the levels under ``objectives``, and its metrics.

        >>> [(level["name"], level["unit"], round(level["value"], 3)) for level in plan.to_summary()["objectives"]]
        [('cost_of_capital', 'musd', 6.612)]
        """
        own = {key: value for key, value in self.summary.items() if key != "levels"}
        return {**own, "objectives": self.summary.get("levels", []), "metrics": self.metrics}

    @cached_property
    def audit_stands(self) -> bool:
        """Whether there is an audit, and it is of this plan and of what the summary says of it now.

        >>> plan.audit_stands
        True
        """
        if self.audit is None or self.audit.get("plan_sha256") != digest(self.to_dict()):
            return False
        return bool(self.audit.get("summary_sha256") == summary_digest(self.to_summary()))

    @property
    def audit_passed(self) -> bool | None:
        """Whether the audit passed; None if it has not run, or was of another plan than this.

        >>> plan.audit_passed
        True
        """
        if self.audit is None or not self.audit_stands:
            return None
        return self.audit["passed"] is True and all(rule["passed"] is True for rule in self.audit["rules"])

    @cached_property
    def books(self) -> Books:
        """The ledger, summed."""
        return Books(self.instance, self.ledger)

    @cached_property
    def books_of(self) -> Callable[[str | None], Books]:
        """The ledger of a borrowing group, of the company without its groups (an empty name), or of all (None).

        >>> plan.books_of(None) is plan.books
        True
        """

        @cache
        def found(entity: str | None) -> Books:
            if entity is None or not self.instance.groups:
                return self.books
            return books_of(self.instance, self.decisions, self.ledger, entity)

        return found

    @cached_property
    def _reckoned(self) -> dict[Callable[..., Any], Any]:
        """What was reckoned once of it, and is looked up after that: see ``once``."""
        return {}

    @cached_property
    def physical(self) -> Physical:
        """MW, hardware, load and compute by period."""
        return Physical(self.instance, self.decisions)


def once(reckon: Callable[[Record], Found]) -> Callable[[Record], Found]:
    """The same function of a plan, reckoned once of each plan; what it gives is not to be changed."""

    @wraps(reckon)
    def looked_up(plan: Record) -> Found:
        if reckon not in plan._reckoned:
            plan._reckoned[reckon] = reckon(plan)
        found: Found = plan._reckoned[reckon]
        return found

    return looked_up
