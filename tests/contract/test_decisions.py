"""The tables of decisions, the objectives and the kinds of debt, against the code that has lists of its own."""

from __future__ import annotations

from typing import get_args

from optimizer.audit.decisions import TABLES as AUDITED
from optimizer.audit.levels import MAXIMISED as AUDITED_AS_MAXIMISED
from optimizer.audit.levels import UNITS as AUDITED_UNITS
from optimizer.audit.reading import METRICS, METRICS_OR_NULL
from optimizer.contract import debt_kinds
from optimizer.contract.debt_kinds import DEBT_KINDS
from optimizer.contract.decisions import TABLES
from optimizer.contract.objectives import LISTED, MAXIMISED, OBJECTIVES
from optimizer.instance.schema import Debt, ObjectiveName


def test_the_audit_reads_these_tables_and_objectives() -> None:
    """It has lists of its own where it says what is read of them."""
    assert TABLES.keys() == AUDITED
    assert set(AUDITED_AS_MAXIMISED) == MAXIMISED
    assert {name: each.unit for name, each in OBJECTIVES.items() if each.unit != "musd"} == AUDITED_UNITS
    nullable = {name for name, each in OBJECTIVES.items() if each.nullable}
    assert (set(METRICS), set(METRICS_OR_NULL)) == (OBJECTIVES.keys() - nullable, nullable)


def test_a_file_may_ask_for_what_is_listed() -> None:
    assert get_args(ObjectiveName) == LISTED
    assert set(get_args(Debt.model_fields["kind"].annotation)) == DEBT_KINDS.keys() == set(get_args(debt_kinds.Name))


def test_a_table_has_one_period_of_its_row() -> None:
    for table in TABLES.values():
        assert not {"musd", "units", "h100e", "mw", "mwh"} & set(table.keys), table
        assert table.keys.count("period") == int(table.value != "signed" or len(table.keys) > 1), table
