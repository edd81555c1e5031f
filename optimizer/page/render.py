"""Templates with escaping on."""

from __future__ import annotations

from functools import cache
from typing import Any

from optimizer.contract.versions import MissingExtraError


def render(template: str, **values: Any) -> str:
    """A page of ``templates/``; every value is text unless it is SVG or a style sheet of ours.

    Raises MissingExtraError without jinja2.
    """
    return str(_environment().get_template(template).render(**values))


@cache
def _environment() -> Any:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise MissingExtraError("jinja2", "report") from None

    return Environment(
        loader=PackageLoader("optimizer.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
