"""Writes what docs/why.md takes from the code: ``python -m scripts.why_page``.

The table of keys has every row of `optimizer/explanation/limits.py`, the list of what is no limit every reason of
`optimizer/explanation/no_limits.py`. tests/test_pages.py sees that the page is what is written here.
"""

from __future__ import annotations

from optimizer.explanation.limits import FAR, KINDS, LIMITS, Kind
from optimizer.explanation.no_limits import NO_LIMITS
from optimizer.instance.reference import ROOT
from scripts.pages import fill

PAGE = ROOT / "docs" / "why.md"
WAYS = {"more": "raised", "less": "lowered", "later": "later", "earlier": "earlier", "off": "lifted"}


def main() -> None:
    fill(PAGE, blocks())


def blocks() -> dict[str, str]:
    """The blocks of the page by their places."""
    return {"keys": f"\n{keys_table()}", "no-limits": f"\n{no_limits_list()}"}


def keys_table() -> str:
    """A row for each kind of limit, way and reach, with its fields."""
    rows: dict[tuple[Kind, str, str], list[str]] = {}
    for row in sorted(LIMITS, key=lambda each: KINDS.index(each.kind)):
        only = f" ({', '.join(row.only)})" if row.only else ""
        named = [f"{row.block.__name__} `{name}`{only}" for name in row.fields]
        rows.setdefault((row.kind, WAYS[row.way], FAR[row.widest]), []).extend(named)
    head = "| kind | keys | may be | how far |\n|---|---|---|---|\n"
    return head + "".join(
        f"| {kind} | {', '.join(keys)} | {way} | {far} |\n" for (kind, way, far), keys in rows.items()
    )


def no_limits_list() -> str:
    """A line for each reason, with the fields that it holds of."""
    reasons: dict[str, dict[str, list[str]]] = {}
    for (block, name), why in NO_LIMITS.items():
        reasons.setdefault(why, {}).setdefault(block.__name__, []).append(f"`{name}`")
    lines = []
    for why, found in reasons.items():
        named = "; ".join(f"{block} {', '.join(names)}" for block, names in found.items())
        lines.append(f"- {why}: {named}\n")
    return "".join(lines)


if __name__ == "__main__":
    main()
