"""Whether every line of the ledger stands for one thing: names with dots can make two lines the same.

The lines are those of docs/model.md. Phases of one site may share a part: their spending is one line by intent.
"""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.lines import OPENING_PART
from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.schema import Instance

Named = tuple[str, Path, str]
"""A ledger line, what in the file it comes from, and that in words."""


def line_clash(instance: Instance) -> Iterator[Hit]:
    """Two things of the file would share a ledger line, because of dots in their names or a name the ledger uses."""
    seen: dict[str, tuple[Path, str]] = {}
    for line, path, words in _lines(instance):
        if line not in seen:
            seen[line] = path, words
            continue
        first, other = seen[line]
        if path != first:
            yield Hit(path, f"{words} and {other} would share the ledger line `{line}`", "rename one of them", True)


def _lines(instance: Instance) -> Iterator[Named]:
    for name, site in instance.sites.items():
        if site.land_musd > 0:
            yield f"capex.site.{name}.land", ("sites", name, "land_musd"), f"the land of site `{name}`"
        parts: dict[str, Path] = {}
        for i, phase in enumerate(site.phases):
            for part in phase.capex:
                parts.setdefault(part, ("sites", name, "phases", i, "capex", part))
        for key, asset in site.opening.items():
            for part in asset.parts:
                parts.setdefault(part, ("sites", name, "opening", key, "parts", part))
        for part, path in parts.items():
            yield f"capex.site.{name}.{part}", path, f"part `{part}` of site `{name}`"
    for name, offer in instance.hardware.items():
        line = f"capex.hardware.{name}"
        if offer.lease is None:
            yield f"{line}.accelerator", ("hardware", name), f"the price of offer `{name}`"
        if offer.opening:
            yield f"{line}.{OPENING_PART}", ("hardware", name, "opening"), f"what is on order of offer `{name}`"
        for part in offer.attach:
            yield f"{line}.{part}", ("hardware", name, "attach", part), f"attach cost `{part}` of offer `{name}`"
    if instance.pricing_grid is not None:
        yield "interest.grid", ("pricing_grid",), "the spread of the pricing grid"
    for name in instance.debt:
        yield f"interest.{name}", ("debt", name), f"the interest of `{name}`"
    for name in instance.preferred_equity:
        yield f"raise.preferred.{name}", ("preferred_equity", name), f"the preferred shares `{name}`"
    for name in instance.equity.rounds if instance.equity else ():
        yield f"raise.{name}", ("equity", "rounds", name), f"the equity round `{name}`"
