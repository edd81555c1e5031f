"""`capstack solve` of a tree file: the plan of all its scenarios, kept with a run for each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.commands.failure import (
    CHECK_FAILED,
    FINE,
    IMPOSSIBLE,
    INTERRUPTED,
    INVALID,
    LIMIT_HIT,
    NO_PLAN,
    Failure,
)
from optimizer.commands.options import usable_cores
from optimizer.commands.output import print_json, say, stderr, warn
from optimizer.commands.reporting import report_beside

if TYPE_CHECKING:
    from optimizer.uncertainty.plan import TreePlan
    from optimizer.uncertainty.tree import ScenarioTree


def solve_tree_file(
    file: str,
    out: Path,
    *,
    jobs: int | None,
    scheduler: str | None,
    resume: bool,
    as_json: bool,
    quiet: bool,
    with_report: bool = False,
    **asked: Any,
) -> int:
    """Find the plan of a tree and keep it below ``out``/NAME; returns the exit code."""
    from optimizer.plan.run_folder import try_folder
    from optimizer.uncertainty.kept import write_tree
    from optimizer.uncertainty.reading import load_tree

    tree = load_tree(file)
    warn(tree.diagnostics)
    folder = out / tree.name
    try_folder(folder)
    found = write_tree(_solve(tree, folder, jobs or usable_cores(), scheduler, resume, quiet or as_json, asked), folder)
    if as_json:
        print_json({**found.to_dict(), "folder": str(folder)})
    elif quiet:
        say(f"{folder}\n")
    else:
        from optimizer.report.tree import tree_words

        say(tree_words(found.to_dict()))
        say(f"\nkept in {folder}\n")
    if with_report:
        report_beside(found.record, folder, quiet or as_json)
    if not found.audit_passed:
        failed = [name for name, plan in found.plans.items() if not plan.audit_passed]
        stderr(f"the audit failed: do not use the plans of {', '.join(failed)}")
        return CHECK_FAILED
    return FINE if found.status == "optimal" else LIMIT_HIT


def _solve(
    tree: ScenarioTree, folder: Path, jobs: int, scheduler: str | None, resume: bool, quiet: bool, asked: dict[str, Any]
) -> TreePlan:
    from optimizer.comparison.executor import ExecutorError
    from optimizer.comparison.run import executor_of
    from optimizer.comparison.store import Store
    from optimizer.solver.highs import SolverError
    from optimizer.uncertainty.joined import NotSharedError
    from optimizer.uncertainty.run import NoTreePlanError, asked_of, solve_tree
    from optimizer.uncertainty.tasks import SOLVE, runner
    from optimizer.uncertainty.waits import NothingToWaitForError

    def listen(words: str) -> None:
        if not quiet:
            stderr(words)

    try:
        executor = executor_of(jobs, scheduler, SOLVE)
        return solve_tree(tree, asked_of(tree, **asked), runner(executor, Store(folder), resume), listen)
    except NoTreePlanError as nothing:
        code = IMPOSSIBLE if nothing.status == "infeasible" else NO_PLAN
        about = {"status": nothing.status, "leaves": list(nothing.leaves)}
        raise Failure(code, nothing.message, about) from None
    except NothingToWaitForError as error:
        raise Failure(INVALID, f"{tree.name}: {error}") from None
    except NotSharedError as error:
        raise Failure(NO_PLAN, f"{tree.name}: {error}") from error
    except (ExecutorError, SolverError) as error:
        raise Failure(NO_PLAN, f"{tree.name}: {error}") from error
    except KeyboardInterrupt:
        message = f"interrupted; what was answered by then is kept in {folder}: go on with --resume"
        raise Failure(INTERRUPTED, message) from None
