"""`capstack import`: an input workbook as an instance file."""

from __future__ import annotations

from typing import Annotated

import typer

from optimizer.commands.failure import FINE, INVALID, Failure
from optimizer.commands.output import say, warn


def import_(
    book: Annotated[str, typer.Argument(metavar="BOOK.xlsx", help="Input workbook.")],
) -> int:
    """Print an input workbook as an instance file."""
    from optimizer.contract.versions import MissingExtraError
    from optimizer.instance.book.as_yaml import as_yaml
    from optimizer.instance.book.reading import book_tree
    from optimizer.instance.diagnostics import Diagnostic, InstanceError
    from optimizer.instance.loader import finish

    problems: list[Diagnostic] = []
    try:
        root = book_tree(book, problems)
    except MissingExtraError as error:
        raise Failure(INVALID, str(error)) from None
    found = finish(root, list(problems))
    if found.instance is None or root is None:
        raise InstanceError(found.errors)
    warn(found.diagnostics)
    say(as_yaml(root))
    return FINE
