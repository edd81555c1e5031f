"""`capstack export`: the matrix of an instance for another solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import FINE, IMPOSSIBLE, INVALID, NO_PLAN, Failure
from optimizer.commands.options import Json, ObjectiveName
from optimizer.commands.output import print_json, say


def export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Instance file.")],
    model: Annotated[Path, typer.Argument(metavar="MODEL.mps", help="File to write, free MPS.")],
    objective: Annotated[
        ObjectiveName | None, typer.Option("--objective", metavar="NAME", help="Objective [default: the file's first].")
    ] = None,
    at_ratio: Annotated[
        float | None,
        typer.Option("--at-ratio", metavar="RATIO", help="For wacc = N/D: write N less this ratio times D."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Write the matrix of an instance for another solver."""
    from math import isfinite

    from optimizer.instance.loader import load
    from optimizer.solving.compiled import TriviallyInfeasibleError
    from optimizer.solving.export import ExportError
    from optimizer.solving.export import export as exported

    if at_ratio is not None and not isfinite(at_ratio):
        raise typer.BadParameter(f"{at_ratio} is not a number", param_hint="--at-ratio")
    if model.suffix.lower() != ".mps":
        raise Failure(INVALID, f"{model} does not end in .mps, by which readers know the format")
    instance = load(file)
    try:
        found = exported(instance, objective.value if objective else None, at_ratio)
        found.write(model, instance.name)
    except ExportError as error:
        raise Failure(INVALID, str(error)) from None
    except TriviallyInfeasibleError:
        message = f"{instance.name}: infeasible: a limit that no decision can change does not hold; there is no matrix"
        raise Failure(IMPOSSIBLE, message) from None
    except OSError as error:
        raise Failure(NO_PLAN, f"{model} cannot be written: {error.strerror}") from None
    about = found.to_dict()
    if as_json:
        print_json({**about, "file": str(model), "instance": instance.name, "instance_hash": instance.hash})
    else:
        size = f"{about['rows']:,} rows, {about['columns']:,} columns, {about['integers']:,} of them whole numbers"
        say(f"wrote {model}: {about['sense']} {about['objective']}; {size}\n")
    return FINE
