"""Writes what docs/model.md takes from the code: ``python -m scripts.model_page``.

The table of the ledger has every kind of line of `optimizer/contract/lines.py`, in the order of that file.
tests/contract/test_lines.py sees that the page is what is written here.
"""

from __future__ import annotations

import re

from optimizer.contract.lines import KINDS, LineKind
from optimizer.instance.reference import ROOT
from scripts.pages import fill

PAGE = ROOT / "docs" / "model.md"


def main() -> None:
    fill(PAGE, blocks())


def blocks() -> dict[str, str]:
    """The blocks of the page."""
    return {"ledger": "\n" + ledger_table()}


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
