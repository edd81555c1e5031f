"""Writes what docs/model.md takes from the code: ``python -m scripts.model_page``.

The table of the ledger has every kind of line of `optimizer/contract/lines.py`, in the order of that file. A place that
is called as a function of the model, ``<!-- model.cash.add_budgets -->``, gets the algebra of its docstring: the
paragraph after ``::``. tests/test_pages.py sees that the page is what is written here.
"""

from __future__ import annotations

import importlib
import inspect
import re
from textwrap import dedent

from optimizer.contract.lines import KINDS, LineKind
from optimizer.instance.reference import ROOT
from scripts.pages import fill

PAGE = ROOT / "docs" / "model.md"
PLACE = re.compile(r"<!-- ((?:model|solving\.reductions|plan\.figures)\.\w+\.\w+) -->")


def main() -> None:
    fill(PAGE, blocks(PAGE.read_text(encoding="utf-8")))


def blocks(page: str) -> dict[str, str]:
    """The blocks of the page by their places."""
    found = {place: f"\n```text\n{algebra(place)}\n```\n" for place in PLACE.findall(page)}
    return {"ledger": "\n" + ledger_table()} | found


def algebra(place: str) -> str:
    """The algebra in the docstring of a function: of ``model.cash.add_budgets``. Raises ValueError if there is none."""
    module, _, name = place.rpartition(".")
    text = inspect.getdoc(getattr(importlib.import_module(f"optimizer.{module}"), name)) or ""
    found = re.search(r"::\n\n(.+?)(?:\n\n|\Z)", text, re.DOTALL)
    if found is None:
        raise ValueError(f"{place} has no algebra in its docstring")
    return dedent(found[1]).replace("``", "").rstrip()


def ledger_table() -> str:
    """A row for each kind of line."""
    head = "| line | item | debit ← credit | row of the statements | row of the sources |\n|---|---|---|---|---|\n"
    return head + "".join(map(_row, KINDS))


def _row(kind: LineKind) -> str:
    first = (re.findall(r"\{\w+\}", kind.template) or [""])[0]
    debit, credit = (account + first if account.endswith(".") else account for account in (kind.debit, kind.credit))
    cells = (f"`{kind.template}`", kind.item, f"{debit} ← {credit}", kind.row or "–", kind.source or "–")
    return _in_capitals(f"| {' | '.join(cells)} |\n")


def _in_capitals(text: str) -> str:
    """``interest.INSTRUMENT`` for ``interest.{instrument}``."""
    return re.sub(r"\{(\w+)\}", lambda found: found[1].upper(), text)


if __name__ == "__main__":
    main()
