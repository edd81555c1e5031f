"""The kinds of ledger lines tell any two postings apart that the statements show on different rows."""

from __future__ import annotations

import re
from itertools import permutations

import pytest

from optimizer.contract import lines
from optimizer.contract.accounts import CASH, DEBT, PAID_IN, RETAINED
from optimizer.contract.lines import KINDS, LineKind, kind_of
from scripts.model_page import PAGE, ledger_table


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.template}-{kind.item}-{kind.debit}-{kind.credit}")
def test_a_line_is_found_again(kind: LineKind) -> None:
    """Names with dots in them, too; what is found need not be the same kind, but is shown on the same row."""
    names = [f"a.{i}" for i in range(kind.template.count("{"))]
    line = kind.of(*names)
    assert line.name == kind.stem + ".".join(names)
    assert kind_of(line.name, line.item, line.debit, line.credit) == kind
    assert kind.named(line.name) == ".".join(names)


def test_a_name_that_begins_with_a_word_of_the_model_changes_no_row() -> None:
    """For each two kinds with the same item and accounts, a name that makes a line of the one look like the other."""
    compared = 0
    for kind, other in permutations(KINDS, 2):
        if "{" not in kind.template or not other.stem.startswith(kind.stem) or other.stem == kind.stem:
            continue
        rest = other.stem.removeprefix(kind.stem)
        name = rest + "a" * (kind.template.count("{") == 1 and "{" in other.template)
        line = kind.of(*[name] * kind.template.count("{"))
        found = kind_of(line.name, line.item, line.debit, line.credit)
        assert found is not None
        assert (found.row, found.item) == (kind.row, kind.item), (kind, found)
        compared += 1
    assert compared


def test_a_round_that_is_called_as_preferred_shares_are_is_common() -> None:
    line = lines.RAISE.of("preferred.a")
    assert (line.name, line.credit) == ("raise.preferred.a", PAID_IN)
    assert kind_of(line.name, line.item, line.debit, line.credit) is lines.RAISE
    assert lines.RAISE.row_of(line.name, source=True) == "Equity: preferred.a"


def test_what_is_none_of_the_kinds() -> None:
    assert kind_of("interest.loan", "interest", RETAINED, CASH) is lines.INTEREST
    assert kind_of("interest.loan", "fee", RETAINED, CASH) is None
    assert kind_of("interest.loan", "interest", CASH, RETAINED) is None
    assert kind_of("draw.loan", "draw", CASH, DEBT + "another") is None
    with pytest.raises(ValueError, match="does not have the names none"):
        lines.INTEREST.of()


def test_the_page_on_the_model_has_every_line() -> None:
    """A row for each kind in docs/model.md, as `make docs` writes it."""
    page = PAGE.read_text(encoding="utf-8")
    assert ledger_table() in page
    table = page.partition("<!-- ledger -->")[2].partition("<!-- /ledger -->")[0]
    told = re.findall(r"^\| `([a-z_.]+(?:\.[A-Z]+)*)` \|", table, re.MULTILINE)
    stems = {re.sub(r"\{\w+\}", "X", kind.template) for kind in KINDS}
    assert {re.sub(r"\.[A-Z]+", ".X", name) for name in told} == stems
    assert len(told) == len(KINDS)


def test_a_row_of_the_table() -> None:
    """What is named is written large, in the accounts, too; a row that there is not is a dash."""
    table = ledger_table()
    interest = "| `interest.INSTRUMENT` | interest | retained_earnings ← cash | Interest paid | – |\n"
    draw = "| `draw.INSTRUMENT` | draw | cash ← debt.INSTRUMENT | Debt drawn | Debt: INSTRUMENT |\n"
    assert table.index(draw) < table.index(interest)
