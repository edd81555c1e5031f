"""What this tree makes of every instance, as files: equal trees write equal files. ``scripts/same.py`` compares them.

Usage: same_build.py FOLDER [--plans known|all|none] [--only NAME …] [--jobs N]. FOLDER gets

- ``matrices/NAME.mps``, the matrix with its first objective as ``capstack export`` writes it, ``NAME.goals.txt``, all
  objectives over its columns, and ``NAME.notes.txt``, what ``capstack validate`` says: of every instance and template;
- ``plans/NAME/``: plan.json, summary.json, audit.json, every table as CSV, and what the terminal shows. Known optima
  are solved under the options of their sidecars, the others (``--plans all``) under their own;
- ``pages/``: what is generated from the code: schemas, docs/instance.md, the help of every command, the rules of the
  audit, and what the terminal shows of the runs in results/reference.

The clock and the versions of packages are left out. The tree is the one that Python finds ``optimizer`` in.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import yaml

import optimizer

PLANS = ("known", "all", "none")
SIDECAR_OPTIONS = {"gap_share": 0.0, "threads": 1, "seed": 0, "time_limit_s": 300.0}
PASSING = {"timings", "seconds", "versions", "summary_sha256"}
"""Keys of a summary and of an audit under which another run, or another machine, has something else."""
WIDTH = 120


@dataclass(frozen=True)
class Task:
    """One instance: its file, its name below the folder, where the files go, and whether it is solved."""

    file: Path
    name: str
    folder: Path
    solved: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plans", choices=PLANS, default="known")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="names of instance files, without ending")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    tasks = list(tasks_of(tree(), given.folder, given.plans, given.only))
    if not tasks:
        parser.error("there is no such instance")
    # what solves comes first, so that no processor waits for the last
    tasks.sort(key=lambda task: not task.solved)
    with ProcessPoolExecutor(given.jobs, mp_context=get_context("spawn")) as pool:
        list(pool.map(build, tasks))
    write_pages(tree(), given.folder / "pages")
    return 0


def tree() -> Path:
    """The folder that the package lies in."""
    return Path(optimizer.__file__).resolve().parents[1]


def tasks_of(root: Path, folder: Path, plans: str, only: list[str]) -> Iterator[Task]:
    """Every instance of a tree; ``only`` keeps those of these names."""
    for file in sorted((root / "instances").rglob("*.yaml")):
        if file.name.endswith((".batch.yaml", ".tree.yaml", ".expected.yaml")) or (only and file.stem not in only):
            continue
        name = file.relative_to(root / "instances").with_suffix("").as_posix()
        yield Task(file, name, folder, plans == "all" or (plans == "known" and sidecar_of(file).exists()))


def sidecar_of(file: Path) -> Path:
    return file.with_name(f"{file.stem}.expected.yaml")


def build(task: Task) -> None:
    """All files of one instance."""
    write(task.folder / "matrices" / f"{task.name}.notes.txt", notes(task.file))
    try:
        instance = optimizer.load(task.file)
    except optimizer.InstanceError as error:
        # as the notes, it names the file by where the tree lies
        write(task.folder / "matrices" / f"{task.name}.error.txt", local(f"{error}\n"))
        return
    write_matrix(instance, task.folder / "matrices", task.name)
    if task.solved:
        write_plan(instance, options_of(task.file), task.folder / "plans" / task.name)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def local(text: str) -> str:
    """A text without the place of the tree."""
    return text.replace(f"{tree()}{os.sep}", "")


def notes(file: Path) -> str:
    return local("".join(f"{each}\n" for each in optimizer.validate(file)))


# ── matrices ──────────────────────────────────────────────────────────────────────────────────────────────────────


def write_matrix(instance: Any, folder: Path, name: str) -> None:
    """The matrix, and all objectives; or why there is none."""
    from optimizer.solver.mps import write_mps
    from optimizer.solving.compile import compile_instance
    from optimizer.solving.compiled import TriviallyInfeasibleError

    try:
        built, compiled = compile_instance(instance)
    except (TriviallyInfeasibleError, optimizer.InstanceError) as error:
        write(folder / f"{name}.error.txt", local(f"{type(error).__name__}: {error}\n"))
        return
    objective = built.objectives[instance.objectives[0].name]
    path = folder / f"{name}.mps"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_mps(
        path,
        compiled.matrix,
        compiled.expression(objective.expression),
        compiled.names,
        maximise=not objective.minimise,
        title=instance.name,
        objective_name=objective.name,
    )
    write(folder / f"{name}.goals.txt", "".join(objectives(built, compiled)))


def objectives(built: Any, compiled: Any) -> Iterator[str]:
    """A line for each term of each objective: objective, its part, column, coefficient."""
    for objective in built.objectives.values():
        sense = "minimise" if objective.minimise else "maximise"
        yield f"{objective.name} {sense} per_year={objective.per_year} {objective.log_share}\n"
        parts = {"": objective.expression, " over": objective.denominator, " base": objective.base}
        parts |= {f" highest {number}": each for number, each in enumerate(objective.highest_of)}
        for part, expression in parts.items():
            if expression is None:
                continue
            linear = compiled.expression(expression)
            yield f"{objective.name}{part} constant {linear.constant!r}\n"
            for column in linear.cost.nonzero()[0]:
                yield f"{objective.name}{part} {compiled.names.columns[column]} {float(linear.cost[column])!r}\n"


# ── plans ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def options_of(file: Path) -> dict[str, Any]:
    """The options of ``optimizer.solve``: of the sidecar, or none, which are the instance's own."""
    sidecar = sidecar_of(file)
    if not sidecar.exists():
        return {}
    written = yaml.safe_load(sidecar.read_text(encoding="utf-8")).get("options") or {}
    options = SIDECAR_OPTIONS | written
    return {key.removesuffix("_share").removesuffix("_s"): value for key, value in options.items()}


def write_plan(instance: Any, options: dict[str, Any], folder: Path) -> None:
    """All that is known of a plan; or why there is none."""
    from optimizer.plan.run_folder import to_csv

    try:
        plan = optimizer.solve(instance, **options)
    except (optimizer.NoPlanError, optimizer.InstanceError) as error:
        about = getattr(error, "summary", {"message": local(str(error))})
        write(folder / "no-plan.json", as_json(about))
        return
    write(folder / "plan.json", as_json(plan.to_dict()))
    write(folder / "summary.json", as_json(plan.to_summary()))
    write(folder / "audit.json", as_json(plan.audit))
    for name in plan.tables:
        write(folder / f"{name}.csv", to_csv(plan.rows(name)))
    write(folder / "shown.txt", shown(lambda console: print_plan(plan, console)))


def print_plan(plan: Any, console: Any) -> None:
    from dataclasses import replace

    from optimizer.report import terminal

    terminal.print_plan(replace(plan, summary=lasting(plan.summary)), console)


def shown(show: Callable[[Any], None]) -> str:
    """What is printed to a terminal of a fixed width, without colours."""
    from rich.console import Console

    text = io.StringIO()
    show(Console(file=text, width=WIDTH, color_system=None))
    return text.getvalue()


def lasting(data: Any) -> Any:
    """Data without what PASSING names."""
    if isinstance(data, dict):
        return {key: lasting(value) for key, value in data.items() if key not in PASSING}
    return [lasting(item) for item in data] if isinstance(data, list) else data


def as_json(data: Any) -> str:
    return json.dumps(lasting(data), sort_keys=True, ensure_ascii=False, indent=1) + "\n"


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_pages(root: Path, folder: Path) -> None:
    """What is generated from the code without solving."""
    from optimizer.comparison import reference as of_batches
    from optimizer.instance import reference as of_instances
    from optimizer.plan.run_folder import RunError, read_run

    write(folder / "instance.schema.json", of_instances.schema_text())
    write(folder / "instance.md", of_instances.reference_markdown())
    write(folder / "batch.schema.json", of_batches.schema_text())
    for run in sorted(path for path in (root / "results" / "reference").glob("*") if path.is_dir()):
        try:
            plan = read_run(run)
        except RunError as error:
            write(folder / f"{run.name}.error.txt", local(f"{error}\n"))
            continue
        write(folder / f"{run.name}.shown.txt", shown(lambda console, plan=plan: print_plan(plan, console)))
    for arguments in (["--help"], *([name, "--help"] for name in commands()), ["audit", "--rules"]):
        write(folder / "commands" / f"{' '.join(arguments)}.txt", printed(arguments))


def commands() -> list[str]:
    """The names of the commands of capstack."""
    from typer.main import get_command

    from optimizer.cli import app

    return sorted(get_command(app).commands)


def printed(arguments: list[str]) -> str:
    """What a command prints, at a fixed width."""
    from typer.testing import CliRunner

    from optimizer.cli import app

    return CliRunner().invoke(app, arguments, env={"COLUMNS": str(WIDTH), "TERMINAL_WIDTH": str(WIDTH)}).output


if __name__ == "__main__":
    sys.exit(main())
