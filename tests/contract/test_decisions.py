"""The tables of decisions, the objectives and the kinds of debt, against the schema that names them."""

from __future__ import annotations

from typing import get_args

from optimizer.contract import debt_kinds
from optimizer.contract.debt_kinds import DEBT_KINDS
from optimizer.contract.decisions import TABLES
from optimizer.contract.objectives import LISTED
from optimizer.instance.schema import Debt, ObjectiveName


def test_a_file_may_ask_for_what_is_listed() -> None:
    assert get_args(ObjectiveName) == LISTED
    assert set(get_args(Debt.model_fields["kind"].annotation)) == DEBT_KINDS.keys() == set(get_args(debt_kinds.Name))


def test_a_table_has_one_period_of_its_row() -> None:
    for table in TABLES.values():
        assert not {"musd", "units", "h100e", "mw", "mwh"} & set(table.keys), table
        assert table.keys.count("period") == int(table.value != "signed" or len(table.keys) > 1), table
