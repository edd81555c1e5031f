"""`capstack export`: the matrix of an instance, or the programme of a tree, for another solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import FINE, IMPOSSIBLE, INVALID, NO_PLAN, Failure
from optimizer.commands.options import Json, ObjectiveName
from optimizer.commands.output import print_json, say


def export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Instance file, or tree file.")],
    model: Annotated[
        Path, typer.Argument(metavar="MODEL.mps", help="File to write, free MPS; of a tree a folder for its SMPS.")
    ],
    objective: Annotated[
        ObjectiveName | None, typer.Option("--objective", metavar="NAME", help="Objective [default: the file's first].")
    ] = None,
    at_ratio: Annotated[
        float | None,
        typer.Option("--at-ratio", metavar="RATIO", help="For wacc = N/D: write N less this ratio times D."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Write the matrix of an instance for another solver: free MPS, or SMPS for a tree of scenarios."""
    from math import isfinite

    from optimizer.instance.kinds import TREE_ENDINGS
    from optimizer.instance.loader import load
    from optimizer.solving.compiled import TriviallyInfeasibleError
    from optimizer.solving.export import ExportError
    from optimizer.solving.export import export as exported

    if at_ratio is not None and not isfinite(at_ratio):
        raise typer.BadParameter(f"{at_ratio} is not a number", param_hint="--at-ratio")
    if file.endswith(TREE_ENDINGS):
        if objective is not None or at_ratio is not None:
            raise Failure(
                INVALID, "of a tree the first level is written; --objective and --at-ratio are of an instance"
            )
        return _tree(file, model, as_json)
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


def _tree(file: str, folder: Path, as_json: bool) -> int:
    """The three files of a tree, written to a folder."""
    from optimizer.uncertainty.reading import load_tree
    from optimizer.uncertainty.smps import write_smps

    tree = load_tree(file)
    try:
        paths = write_smps(tree, folder)
    except ValueError as error:
        raise Failure(INVALID, str(error)) from None
    except OSError as error:
        raise Failure(NO_PLAN, f"{folder} cannot be written: {error.strerror}") from None
    if as_json:
        print_json({"files": [str(path) for path in paths], "tree": tree.name, "scenarios": len(tree.leaves)})
    else:
        say(f"wrote {', '.join(map(str, paths))}: SMPS, {len(tree.leaves)} scenarios\n")
    return FINE
