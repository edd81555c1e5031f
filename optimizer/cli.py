"""The command line: the table of its commands, each a file of `commands/` that parses, calls and prints.

Exit codes: 0 fine · 1 a check failed · 2 usage or invalid file · 3 proven infeasible, undefined or unbounded · 4 a
limit was hit or you stopped it, a usable plan was written · 5 no plan, or an error of solver or disk (what a solver
that crashed had found is kept) · 70 a bug of ours · 130 interrupted.

What a command needs is imported when it runs: pandas, Pyomo and the like cost more than `--help` and `validate` may.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Annotated, Any

try:
    import typer
    import typer.core

    from optimizer.commands.failure import FINE, INTERRUPTED
    from optimizer.commands.output import open_closed_streams, say
except KeyboardInterrupt:  # most of the first tenth of a second is spent here
    sys.exit(130)

COMMANDS = {
    "init": "Write a small commented instance to start from.",
    "validate": "Check instance files, batch files (*.batch.yaml) and trees (*.tree.yaml) and report every problem.",
    "solve": "Find the plan of an instance, or of a tree of scenarios, audit it and keep it.",
    "explain": "Say why an instance has no plan, or no best one, and what it would take.",
    "prices": "Say what one more of each limit that holds a plan back is worth.",
    "alternatives": "Say what all plans near the best have in common, and find some that differ most.",
    "stress": "Say what comes of a committed plan in a world that turns out otherwise.",
    "tornado": "Say how much the answer depends on each figure, solved again and with the plan held.",
    "roll": "Write the file of the periods that are left, with the position of a plan as its opening balance sheet.",
    "export": "Write the matrix of an instance for another solver: free MPS, or SMPS for a tree of scenarios.",
    "show": "Show a run, one of its tables, or the figures of an instance with their sources.",
    "import": "Print an input workbook as an instance file.",
    "report": "Write a run or a comparison as page, workbook and slides, a tree as a page.",
    "workbook": "Write an instance as an input workbook, or say what was changed in the workbook of a plan.",
    "audit": "Replay a run in plain arithmetic and check every rule.",
    "check": "Solve instances with a known optimum and compare.",
    "compare": "Compare financing mixes over scenarios, along sweeps and frontiers.",
    "runs": "List and search the runs below a folder.",
    "diff": "Say what differs between two runs: inputs, options, figures and decisions.",
    "schema": "Print the JSON Schema of instance files, or of batch files.",
}
"""What each command does, in the order of the help. It is the function of its name in the file of its name."""


class Listed(typer.core.TyperCommand):
    """A command of which name and line of help are known; it is imported when it is run, or asked for its help."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """The context of the command itself."""
        return _imported(str(self.name)).make_context(*args, **kwargs)


def home_of(name: str) -> str:
    """The name of the file and the function of a command: its own, with a line below a word that Python keeps."""
    return f"{name}_" if iskeyword(name) else name


def _imported(name: str) -> Any:
    from optimizer.commands.guard import guarded
    from optimizer.commands.options import Command

    own = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    home = home_of(name)
    own.command(name, cls=Command)(guarded(getattr(import_module(f"optimizer.commands.{home}"), home)))
    return typer.main.get_command(own)


class Table(typer.core.TyperGroup):
    """All commands, as they are listed."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, line in COMMANDS.items():
            self.add_command(Listed(name, help=line))


app = typer.Typer(
    name="capstack",
    cls=Table,
    help="Plan the building and financing of AI infrastructure at the least cost of capital.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        import optimizer

        say(f"capstack {optimizer.__version__}\n")
        raise typer.Exit(FINE)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Plan the building and financing of AI infrastructure at the least cost of capital."""


def main() -> None:
    """Entry point of the command."""
    open_closed_streams()
    try:
        app()
    except KeyboardInterrupt:
        pass
    except SystemExit as end:
        if end.code != INTERRUPTED:
            raise
    # SCIP may still run in a thread of its own; the usual way out would wait for it, or abort
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
