"""The blocks of an instance file by where they stand, and what else their keys may be called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args, get_origin

from pydantic.fields import FieldInfo

from optimizer.instance.schema import Block, Instance
from optimizer.instance.schema_errors import is_block, without_none
from optimizer.instance.spellings import PER_PERIOD, spellings


def sections() -> Iterator[tuple[str, type[Block]]]:
    """Every block class once, with the path at which a file writes it, in the order of the file."""
    seen: set[type[Block]] = set()
    waiting: list[tuple[str, type[Block]]] = [("", Instance)]
    while waiting:
        path, block = waiting.pop(0)
        if block in seen:
            continue
        seen.add(block)
        yield path, block
        inner = [found for name, field in block.model_fields.items() if (found := _inner(path, name, field))]
        waiting = inner + waiting


def _inner(path: str, name: str, field: FieldInfo) -> tuple[str, type[Block]] | None:
    annotation = without_none(field.annotation)
    here = f"{path}.{name}" if path else name
    if get_origin(annotation) is dict:
        here, annotation = f"{here}.NAME", get_args(annotation)[1]
    elif get_origin(annotation) is list:
        here, annotation = f"{here}[]", get_args(annotation)[0]
    return (here, annotation) if is_block(annotation) else None


def amounts() -> str:
    """The keys of amounts of a period, in words."""
    return ", ".join(dict.fromkeys(f"`{name}`" for names in PER_PERIOD.values() for name in names))


def spellings_section() -> str:
    """What else the keys of the schema may be called, as a table."""
    head = """## Other spellings

Durations in months or years, and amounts of a period as those of a year.
"""
    rows = []
    for path, block in sections():
        others: dict[str, list[str]] = {}
        for other, own in spellings(block):
            others.setdefault(own, []).append(f"`{other}`")
        rows += [f"| `{path + '.' if path else ''}{own}` | {', '.join(found)} |" for own, found in others.items()]
    return "\n".join([head, "| key | may be written |", "|---|---|", *rows, ""])
