"""The rules of the audit as a list, without a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def rules() -> list[dict[str, str]]:
    """Name of every rule and what it checks, in the order of the audit's report."""
    from optimizer.auditing import RULES

    return [{"name": name, "checks": text} for name, text in RULES.items()]


def print_rules(console: Console) -> None:
    """The rules as two columns, with their number."""
    from rich.table import Table
    from rich.text import Text

    listed = rules()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column("what it checks")
    for rule in listed:
        table.add_row(Text(rule["name"]), Text(rule["checks"]))
    console.print(table)
    console.print()
    console.print(Text(f"{len(listed)} rules"))
