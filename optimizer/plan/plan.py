"""The answer of a solve: decisions, ledger, figures, and the tables made from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from optimizer.instance.digest import digest, summary_digest
from optimizer.instance.schema import Instance
from optimizer.plan.books import Books
from optimizer.plan.physical import Physical
from optimizer.plan.table import Table

if TYPE_CHECKING:
    from pandas import DataFrame

FORMAT = 1


@dataclass(frozen=True)
class Plan:
    """What to build, order, serve and raise, and what it comes to.

    ``decisions`` and ``ledger`` are the lists of rows of plan.json: H100e, units, USD million, periods by their label.
    ``metrics`` are named figures. ``summary`` says how the plan was found (status, levels with bound and gap, options,
    timings, versions). ``audit`` is the report of the audit, None before it has run.

    Two plans are equal if all six are. The tables are made when they are asked for.

    >>> round(plan.metrics["debt_drawn_musd"], 6)
    100.0
    """

    instance: Instance
    decisions: Mapping[str, list[dict[str, Any]]]
    ledger: list[dict[str, Any]]
    metrics: dict[str, float | None]
    summary: dict[str, Any]
    audit: dict[str, Any] | None = None

    @classmethod
    def assemble(
        cls,
        instance: Instance,
        decisions: Mapping[str, list[dict[str, Any]]],
        ledger: list[dict[str, Any]],
        metrics: Mapping[str, float | None],
        summary: Mapping[str, Any],
    ) -> Plan:
        """The plan of a solve, not yet audited: ``metrics`` are its objectives, the other figures are added here."""
        from optimizer.plan.metrics import with_metrics
        from optimizer.plan.schedules.leverage import other_basis

        about = {"instance": instance.name, "instance_hash": instance.hash}
        plan = with_metrics(cls(instance, decisions, ledger, dict(metrics), {**summary, **about}))
        warnings = other_basis(plan)
        return replace(plan, summary={**plan.summary, "warnings": warnings}) if warnings else plan

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

    def __repr__(self) -> str:
        """Three lines: how good it is, whether its audit passed, where to look next."""
        audit = {None: "not audited as it stands", True: "audit passed", False: "audit failed: do not use this plan"}
        return (
            f"Plan of {self.instance.name}: {self.summary.get('message', self.status)}\n"
            f"{audit[self.audit_passed]}; {len(self.ledger):,} postings, {len(self.metrics):,} metrics\n"
            'next: .summary, .metrics, .table("sources_and_uses"); list(.tables) names all'
        )

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
    def physical(self) -> Physical:
        """MW, hardware, load and compute by period."""
        return Physical(self.instance, self.decisions)

    @cached_property
    def _built(self) -> dict[str, Table]:
        return {}

    def rows(self, name: str) -> Table:
        """A schedule or statement as plain rows. Raises KeyError, with the names there are, if there is none.

        >>> plan.rows("financing").columns[:3]
        ('instrument', 'kind', 'period')
        """
        from optimizer.plan.tables import BUILDERS

        if name not in BUILDERS:
            raise KeyError(f"there is no table {name!r}; there are: {', '.join(BUILDERS)}")
        if name not in self._built:
            self._built[name] = BUILDERS[name](self)
        return self._built[name]

    def table(self, name: str) -> DataFrame:
        """A schedule or statement as a DataFrame of its own. Raises KeyError if there is none of that name.

        >>> plan.table("sources_and_uses").set_index("line").loc["Debt: loan"].round(6).to_list()
        [100.0, 0.0]
        """
        return self.rows(name).frame()

    @property
    def tables(self) -> Mapping[str, DataFrame]:
        """All schedules and statements by name, each made when it is asked for.

        >>> list(plan.tables)[-4:]
        ['income', 'cash_flow', 'balance_sheet', 'sources_and_uses']
        """
        return _Frames(self)


class _Frames(Mapping[str, "DataFrame"]):
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __getitem__(self, name: str) -> DataFrame:
        return self._plan.table(name)

    def __iter__(self) -> Iterator[str]:
        from optimizer.plan.tables import BUILDERS

        return iter(BUILDERS)

    def __len__(self) -> int:
        from optimizer.plan.tables import BUILDERS

        return len(BUILDERS)
