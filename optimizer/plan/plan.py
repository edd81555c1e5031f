"""The answer of a solve: a record of it, and the tables made from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from optimizer.instance.schema import Instance
from optimizer.plan.asked import Asked
from optimizer.plan.figures.leverage import other_basis
from optimizer.plan.figures.metrics import metrics as figures
from optimizer.plan.record import Record
from optimizer.plan.table import Table
from optimizer.plan.tables.builders import BUILDERS

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Plan(Asked, Record):
    """What to build, order, serve and raise, and what it comes to: a record with its tables.

    The tables are made when they are asked for.

    >>> round(plan.metrics["debt_drawn_musd"], 6)
    100.0
    """

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
        about = {"instance": instance.name, "instance_hash": instance.hash}
        plan = cls(instance, decisions, ledger, dict(metrics), {**summary, **about})
        plan = replace(plan, metrics=figures(plan) | plan.metrics)
        warnings = other_basis(plan)
        return replace(plan, summary={**plan.summary, "warnings": warnings}) if warnings else plan

    def __repr__(self) -> str:
        """Three lines: how good it is, whether its audit passed, where to look next."""
        audit = {None: "not audited as it stands", True: "audit passed", False: "audit failed: do not use this plan"}
        return (
            f"Plan of {self.instance.name}: {self.summary.get('message', self.status)}\n"
            f"{audit[self.audit_passed]}; {len(self.ledger):,} postings, {len(self.metrics):,} metrics\n"
            'next: .summary, .metrics, .table("sources_and_uses"); list(.tables) names all'
        )

    @cached_property
    def _built(self) -> dict[str, Table]:
        return {}

    def rows(self, name: str) -> Table:
        """A schedule or statement as plain rows. Raises KeyError, with the names there are, if there is none.

        >>> plan.rows("financing").columns[:3]
        ('instrument', 'kind', 'period')
        """
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
        return iter(BUILDERS)

    def __len__(self) -> int:
        return len(BUILDERS)
