"""`capstack validate`: every problem of instance files, batch files and trees."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.commands.failure import FINE, IMPOSSIBLE, INVALID
from optimizer.commands.options import Json
from optimizer.commands.output import counted, print_json, rendered, say

if TYPE_CHECKING:
    from optimizer.instance.diagnostics import Diagnostic
    from optimizer.uncertainty.survival import Survival


def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Instance, batch or tree files.")],
    recourse: Annotated[
        bool,
        typer.Option("--recourse", help="Of trees also, in which scenarios what is best today in others can go on."),
    ] = False,
    as_json: Json = False,
) -> int:
    """Check instance files, batch files (*.batch.yaml) and trees (*.tree.yaml) and report every problem."""
    checked = [(file, *_problems(file)) for file in files]
    found = {file: each for file, valid, _ in checked if recourse and valid and (each := _survival(file)) is not None}
    if as_json:
        report: list[dict[str, object]] = [
            {"file": file, "valid": valid, "diagnostics": [diagnostic.to_dict() for diagnostic in diagnostics]}
            | ({"recourse": asdict(found[file])} if file in found else {})
            for file, valid, diagnostics in checked
        ]
        print_json({"files": report})
    for file, valid, diagnostics in checked if not as_json else ():
        if diagnostics:
            say(rendered(diagnostics) + "\n")
        kinds = [diagnostic.severity for diagnostic in diagnostics]
        counts = [counted(kinds.count(kind), kind) for kind in ("error", "warning", "note") if kind in kinds]
        say(f"{file}: {'valid' if valid else 'not valid'}{': ' if counts else ''}{', '.join(counts)}\n")
        if file in found:
            say(f"{file}: {found[file].words()}\n")
    if not all(valid for _, valid, _ in checked):
        return INVALID
    return IMPOSSIBLE if any(each.impossible for each in found.values()) else FINE


def _survival(file: str) -> Survival | None:
    """In which scenarios of a tree what is best today in others can go on; None for a file of another kind."""
    from optimizer.instance.kinds import TREE_ENDINGS

    if not file.endswith(TREE_ENDINGS):
        return None
    from optimizer.uncertainty.reading import load_tree
    from optimizer.uncertainty.survival import survival

    return survival(load_tree(file))


def _problems(file: str) -> tuple[bool, list[Diagnostic]]:
    """Whether an instance, a batch or a tree is valid, and everything there is to say about it."""
    from optimizer.instance.kinds import BATCH_ENDINGS, TREE_ENDINGS

    if file.endswith(TREE_ENDINGS):
        from optimizer.uncertainty.reading import check_tree

        tree, diagnostics = check_tree(file)
        return tree is not None, diagnostics

    if file.endswith(BATCH_ENDINGS):
        from optimizer.comparison.reading import check_batch

        batch, diagnostics = check_batch(file)
        return batch is not None, diagnostics
    from optimizer.instance.loader import check_file

    loaded = check_file(file)
    return loaded.instance is not None, loaded.diagnostics
