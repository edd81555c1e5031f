"""The rules of the house: who may import whom, and what must stay light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "optimizer"

# what each folder may import of the package; the API and the command line may import all
ALLOWED = {
    "contract": {"contract"},
    "finance": {"finance"},
    "instance": {"contract", "finance", "instance"},
    "algebra": {"algebra"},
    "model": {"algebra", "contract", "finance", "instance", "model"},
    "solver": {"contract", "finance", "solver"},
    "plan": {"contract", "finance", "instance", "plan"},
    "auditing": {"auditing", "contract", "instance"},
    "solving": {"algebra", "auditing", "contract", "finance", "instance", "model", "plan", "solver", "solving"},
    "pyomo": {"algebra", "contract", "instance", "model", "plan", "pyomo", "solver", "solving", "uncertainty"},
    "known_optima": {"auditing", "contract", "instance", "known_optima", "plan", "solver", "solving", "workers"},
    "comparison": {"comparison", "contract", "explanation", "instance", "plan", "solver", "solving", "workers"},
    "workers": {"solver", "workers"},
    "explanation": {
        "algebra",
        "auditing",
        "comparison",
        "contract",
        "explanation",
        "instance",
        "model",
        "plan",
        "solver",
        "solving",
        "workers",
    },
    "uncertainty": {
        "algebra",
        "auditing",
        "comparison",
        "contract",
        "explanation",
        "finance",
        "instance",
        "model",
        "plan",
        "solver",
        "solving",
        "uncertainty",
        "workers",
    },
    "commands": {
        "auditing",
        "commands",
        "comparison",
        "contract",
        "deck",
        "explanation",
        "instance",
        "known_optima",
        "page",
        "plan",
        "report",
        "solver",
        "solving",
        "uncertainty",
        "workbook",
    },
    "report": {"comparison", "contract", "instance", "plan", "report"},
    "workbook": {"comparison", "contract", "instance", "plan", "report", "workbook"},
    "exhibits": {"comparison", "contract", "exhibits", "instance", "plan", "report", "uncertainty"},
    "deck": {"comparison", "contract", "deck", "exhibits", "instance", "plan", "report"},
    "page": {"comparison", "contract", "exhibits", "instance", "page", "plan", "report", "uncertainty"},
}
# what a single file may import besides: only who makes the tables can say what a file of a run should hold
BESIDES = {"auditing/run_folder.py": {"plan"}}
# the floors of a plan: what is above a file, and so not imported by it
ABOVE = {
    "plan/record.py": ("figures", "tables", "plan", "run_folder"),
    "plan/figures": ("tables", "plan", "run_folder"),
    "plan/tables": ("plan", "run_folder"),
    "plan/plan.py": ("run_folder",),
}


def imports(path: Path) -> set[str]:
    """Top-level modules below ``optimizer`` that a file imports, and other packages by their first name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            parts = name.split(".")
            found.add("optimizer." + parts[1] if parts[0] == "optimizer" and len(parts) > 1 else parts[0])
    return found


@pytest.mark.parametrize("folder", sorted(ALLOWED))
def test_imports_run_one_way(folder: str) -> None:
    files = list((PACKAGE / folder).rglob("*.py"))
    assert files
    for path in files:
        ours = {name.removeprefix("optimizer.") for name in imports(path) if name.startswith("optimizer.")}
        strange = ours - ALLOWED[folder] - BESIDES.get(path.relative_to(PACKAGE).as_posix(), set())
        assert not strange, f"{path.relative_to(ROOT)} imports {sorted(strange)}"


def imported(path: Path) -> set[str]:
    """What a file imports of the package, by full names: `optimizer.instance.calendar.Calendar`."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [f"{node.module}.{alias.name}" for node in froms for alias in node.names]
    return {name for name in names if name.startswith("optimizer.")}


def test_the_audit_has_its_own_arithmetic() -> None:
    """Of the instance it takes what a file says and the calendar, and neither of the two brings it a formula.

    What these hold besides data, and the model has as well: the value of a series by period (`Series.expand`), windows
    periods (`Calendar.window`), and the reading of a file with its checks (`loader.checked`). Discounting, which the
    calendar has for the model and the plan, it does by itself.
    """
    data = {"calendar", "digest", "loader", "schema", "series"}
    for path in (PACKAGE / "auditing").rglob("*.py"):
        of_instance = {name.split(".")[2] for name in imported(path) if name.startswith("optimizer.instance.")}
        assert of_instance <= data, f"{path.relative_to(ROOT)} imports {sorted(of_instance - data)}"
        assert ".discount_factors(" not in path.read_text(encoding="utf-8"), path.relative_to(ROOT)
    instance = PACKAGE / "instance"
    below = tuple(
        f"optimizer.{each}." for each in ("contract", "instance.calendar", "instance.schema", "instance.series")
    )
    for path in [instance / "calendar.py", instance / "series.py", *(instance / "schema").glob("*.py")]:
        assert all(name.startswith(below) for name in imported(path)), path.relative_to(ROOT)


def test_formulas_of_finance_know_numbers_only() -> None:
    for path in (PACKAGE / "finance").glob("*.py"):
        allowed = {"__future__", "collections", "dataclasses", "itertools", "math", "typing", "optimizer.finance"}
        assert imports(path) <= allowed


@pytest.mark.parametrize("place", sorted(ABOVE))
def test_a_plan_is_built_from_the_ground_up(place: str) -> None:
    """A record is data, figures are computed from it, tables show both, and a plan is a record with its tables."""
    files = [PACKAGE / place] if place.endswith(".py") else list((PACKAGE / place).glob("*.py"))
    assert files
    for path in files:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        modules = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
        upward = [name for name in modules for floor in ABOVE[place] if name.startswith(f"optimizer.plan.{floor}")]
        assert not upward, f"{path.relative_to(ROOT)} imports {upward}"


def test_the_page_on_the_architecture_has_these_rules() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("<!-- imports -->")[2].partition("<!-- /imports -->")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE)
    assert {folder: set(re.findall(r"`(\w+)`", may)) for folder, may in rows} == ALLOWED


def test_every_folder_has_its_rule() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders - {"templates"} == set(ALLOWED)


@pytest.mark.parametrize("folder", sorted(ALLOWED.keys() - {"pyomo", "solver"}))
def test_only_the_solver_knows_highs_and_only_pyomo_s_folder_pyomo(folder: str) -> None:
    for path in (PACKAGE / folder).rglob("*.py"):
        assert not imports(path) & {"pyomo", "highspy"}, path.relative_to(ROOT)


def untyped(tree: ast.AST) -> list[int]:
    """The lines that say Any, but as the key of a mapping: those can be names, periods, or several of them."""
    keys = {
        id(key)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("dict", "Mapping", "tuple")
        for key in [node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice]
    }
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "Any")
    return sorted(node.lineno for node in names if id(node) not in keys)


def test_expressions_of_the_model_have_a_type() -> None:
    """An expression is an Expr or a TimeExpr (``algebra.expr``), and not Any, which mypy does not look at."""
    for path in (PACKAGE / "model").rglob("*.py"):
        found = untyped(ast.parse(path.read_text(encoding="utf-8")))
        assert not found, f"{path.relative_to(ROOT)}, line {found}"


def test_any_is_seen_where_an_expression_is_meant() -> None:
    text = "a: Any\nb: dict[Any, float]\nc: Mapping[int, Any]\nd: list[Any]\ne: dict[Any, dict[Any, int]]\n"
    assert untyped(ast.parse(text)) == [1, 3, 4]


def test_of_the_solver_and_pyomo_s_folder_each_knows_its_own() -> None:
    for folder, strange in {"solver": "pyomo", "pyomo": "highspy"}.items():
        for path in (PACKAGE / folder).rglob("*.py"):
            assert strange not in imports(path), path.relative_to(ROOT)


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("optimizer", {"pydantic", "pandas", "pyomo", "highspy", "typer", "rich", "numpy"}),
        ("optimizer.cli", {"pandas", "pyomo", "highspy", "numpy"}),
        ("optimizer.instance.loader", {"pandas", "pyomo", "highspy", "typer", "numpy"}),
        ("optimizer.plan.plan", {"pandas", "pyomo", "highspy"}),
        ("optimizer.auditing", {"pandas", "pyomo", "highspy"}),
    ],
)
def test_imports_stay_light(module: str, heavy: set[str]) -> None:
    script = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    command = [sys.executable, "-c", script]
    loaded = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.split()
    assert not heavy & set(loaded)


def test_processes_are_started_in_two_files() -> None:
    """HiGHS has a process of its own; whatever else is spread over processors goes through one pool."""
    start = {"subprocess", "multiprocessing", "concurrent"}
    found = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if imports(path) & start}
    assert found == {"solver/process.py", "workers/pool.py"}


def in_the_encoding_of_the_machine(call: ast.Call) -> bool:
    """Whether a call opens a file, or reads a process, as text and does not say in which encoding."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    values = [value.value for value in [*call.args, *given.values()] if isinstance(value, ast.Constant)]
    binary = any(isinstance(value, str) and value in {"rb", "wb", "ab", "xb", "r+b", "w+b"} for value in values)
    text = name in {"read_text", "write_text", "fdopen"} or ast.unparse(call.func) in {"open", "io.open"}
    process = name in {"run", "Popen", "check_output"} and {"text", "universal_newlines"} & given.keys()
    return bool(process or (text and not binary)) and "encoding" not in given


@pytest.mark.parametrize("folder", ["optimizer", "tests", "scripts", "benchmarks"])
def test_text_has_an_encoding_whatever_the_locale(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        found = [call.lineno for call in calls if in_the_encoding_of_the_machine(call)]
        assert not found, f"{path.relative_to(ROOT)}, line {found}"


@pytest.mark.parametrize("folder", ["optimizer", "tests", "scripts", "benchmarks"])
def test_files_are_short(folder: str) -> None:
    """No file is longer than 400 lines: one that grows is parted by subject, under names that say what is in them."""
    files = {path: path.read_text(encoding="utf-8").count("\n") for path in (ROOT / folder).rglob("*.py")}
    long = {path.relative_to(ROOT).as_posix(): lines for path, lines in files.items() if lines > 400}
    assert files
    assert not long


def test_constraints_hold_versions_and_no_addresses() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        assert name, line
        assert version[0].isdigit(), line


def test_what_is_excused_from_being_used_is_there() -> None:
    """A name that vulture is told to pass over stands in the code; one that is gone comes off the list."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["vulture"]
    files = [path for folder in settings["paths"] for path in (ROOT / folder).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    for name in [*settings["ignore_names"], *settings["ignore_decorators"]]:
        pattern = rf"(?<!\w){re.escape(name)}(?!\w)".replace(r"\*", r"\w*")
        assert re.search(pattern, text), f"{name} is nowhere"


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_stay_with_one_worker(request: pytest.FixtureRequest) -> None:
    """Else what one has solved is solved again by the others; pytest-xdist knows a group by what names end in."""
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@together")
