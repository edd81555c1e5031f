"""Every figure of an instance with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from optimizer.instance.rate_kinds import rate_kind
from optimizer.instance.schema import Instance
from optimizer.report.layout import printable

PROSE = {"source", "notes"}


def figures(instance: Instance, sources: Mapping[str, str]) -> list[dict[str, Any]]:
    """Path, value and source of every figure, defaults filled in; absent ones are left out.

    The source is the one written beside the figure, else that of the innermost block that names one, else None. A phase
    goes by its name: ``sites.abilene.phases.one.mw``.
    """
    return [
        {"path": path, "value": value, "source": sources.get(path, source)}
        for path, value, source in _walk(instance.canonical(), "", None)
    ]


def _walk(data: Mapping[str, Any], path: str, source: str | None) -> Iterator[tuple[str, Any, str | None]]:
    own = data.get("source")
    source = own if isinstance(own, str) else source
    for key, value in data.items():
        if value is None or (key in PROSE and isinstance(value, str)) or value in ({}, []):
            continue
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict) and not _is_series(value):
            yield from _walk(value, here, source)
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
            for i, item in enumerate(value, 1):
                yield from _walk(item, f"{here}.{item.get('name', i)}", source)
        else:
            yield here, value, source


def _is_series(value: Mapping[str, Any]) -> bool:
    """Steps or growth, rather than a block or blocks by name."""
    return set(value) == {"initial", "growth_per_year"} or all(key[:1].isdigit() for key in value)


def print_figures(found: list[dict[str, Any]], console: Console) -> None:
    """One line a figure: path, value, of a rate whether it is nominal or effective, source."""
    width = max((len(figure["path"]) for figure in found), default=0)
    for figure in found:
        value = printable(str(figure["value"]))
        if kind := rate_kind(figure["path"]):
            value += f" {kind}"
        elif isinstance(figure["value"], dict) and (kind := rate_kind(next(iter(figure["value"])))):
            value += f", growth {kind}"
        line = Text.assemble((figure["path"].ljust(width), "dim"), "  ", value)
        if figure["source"]:
            line.append(f"  [{printable(figure['source'])}]", style="cyan")
        console.print(line, soft_wrap=True)
