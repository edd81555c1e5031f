"""`capstack schema`: the JSON Schema of what a user writes."""

from __future__ import annotations

from typing import Annotated

import typer

from optimizer.commands.failure import FINE
from optimizer.commands.options import Json
from optimizer.commands.output import print_json


def schema(
    batch: Annotated[bool, typer.Option("--batch", help="Of batch files.")] = False,
    as_json: Json = False,  # noqa: ARG001 (it prints nothing else)
) -> int:
    """Print the JSON Schema of instance files, or of batch files."""
    if batch:
        from optimizer.comparison.reference import json_schema
    else:
        from optimizer.instance.reference import json_schema

    print_json(json_schema())
    return FINE
