"""Whether the sizes of preferred shares go together."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Instance


def preferred_sizes(instance: Instance) -> Iterator[Hit]:
    """The least issue of preferred shares is above the largest."""
    for name, item in instance.preferred_equity.items():
        if item.min_musd > item.max_musd:
            message = f"`min_musd` {item.min_musd:g} is above `max_musd` {item.max_musd:g}"
            yield Hit(("preferred_equity", name, "min_musd"), message)
