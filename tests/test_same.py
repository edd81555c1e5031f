"""`make same`: equal trees make equal files, and a coefficient that changes is found and named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.same import differences, first_difference, main

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("loan-bullet", "equity-round")
KNOWN = "instances/known-optimal"
RIGHT, WRONG = "debt.issue_discount_share * draw[d, t]", "2.0 * debt.issue_discount_share * draw[d, t]"


def tree(folder: Path, names: tuple[str, ...]) -> Path:
    """A copy of what is built from, with some known optima only."""
    shutil.copytree(ROOT / "optimizer", folder / "optimizer", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "scripts").mkdir()
    for name in ("same.py", "same_build.py"):
        shutil.copy(ROOT / "scripts" / name, folder / "scripts" / name)
    (folder / KNOWN).mkdir(parents=True)
    for name in names:
        for ending in (".yaml", ".expected.yaml"):
            shutil.copy(ROOT / KNOWN / f"{name}{ending}", folder / KNOWN)
    return folder


def build(root: Path, folder: Path, seed: str) -> Path:
    command = [sys.executable, str(root / "scripts" / "same_build.py"), str(folder), "--jobs", "1"]
    # the order of sets is another in every process, and must not matter
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": seed}
    subprocess.run(command, env=environment, check=True, timeout=300)
    return folder


def test_two_builds_of_a_tree_are_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree(tmp_path / "tree", NAMES)
    first, second = (build(root, tmp_path / seed, seed) for seed in ("1", "2"))
    assert main(["compare", str(first), str(second)]) == 0
    assert ", 0 differ" in capsys.readouterr().out
    made = {path.relative_to(first).as_posix() for path in first.rglob("*") if path.is_file()}
    for name in NAMES:
        assert {f"matrices/known-optimal/{name}.{ending}" for ending in ("mps", "goals.txt", "notes.txt")} <= made
        files = ("plan.json", "summary.json", "audit.json", "shown.txt", "balance_sheet.csv")
        assert {f"plans/known-optimal/{name}/{file}" for file in files} <= made
    pages = ("instance.md", "instance.schema.json", "batch.schema.json", "commands/solve --help.txt")
    assert {f"pages/{page}" for page in pages} <= made
    assert str(root) not in "".join(path.read_text(encoding="utf-8") for path in first.rglob("*.txt"))
    # as the repository keeps it
    assert (first / "pages/instance.md").read_bytes() == (ROOT / "docs" / "instance.md").read_bytes()


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_coefficient_that_changes_is_found_and_named(tmp_path: Path) -> None:
    """One fee is counted twice: of the two instances the one with that fee differs, in its matrix and its plan."""
    root = tree(tmp_path / "tree", ("issue-discount", "loan-bullet"))
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(root)]
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "before"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    command = [sys.executable, str(root / "scripts" / "same.py"), "against", "HEAD", "--keep", str(tmp_path / "kept")]
    done = subprocess.run([*command, "--jobs", "1"], capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    block = root / "optimizer" / "model" / "debt.py"
    text = block.read_text(encoding="utf-8")
    assert text.count(RIGHT) == 1
    block.write_text(text.replace(RIGHT, WRONG), encoding="utf-8")
    done = subprocess.run([*command, "--jobs", "1"], capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 1, done.stdout + done.stderr
    named = [line.partition(":")[0] for line in done.stdout.splitlines() if line.startswith(("matrices", "plans"))]
    assert "matrices/known-optimal/issue-discount.mps" in named
    assert "plans/known-optimal/issue-discount/plan.json" in named
    assert not [name for name in named if "loan-bullet" in name]
    worktrees = subprocess.run([*git, "worktree", "list"], capture_output=True, encoding="utf-8", check=True).stdout
    assert len(worktrees.splitlines()) == 1


def test_the_first_difference_is_named() -> None:
    mps = ("COLUMNS\n draw cost 1.0\n draw cash 2.0\n", "COLUMNS\n draw cost 1.0\n draw cash 2.5\n")
    assert first_difference("a.mps", *mps) == "line 3\n  -  draw cash 2.0\n  +  draw cash 2.5"
    data = ('{"a": [{"musd": 1.0}, {"musd": 2}], "b": 1}', '{"a": [{"musd": 1.0}, {"musd": 3}], "b": 2}')
    assert first_difference("a.json", *data) == "a[1].musd\n  - 2\n  + 3"
    table = ("\ufeffperiod,musd\n2026,1\n2027,2\n", "\ufeffperiod,musd\n2026,1\n2027,3\n")
    assert first_difference("a.csv", *table) == "line 3, column musd\n  - 2027,2\n  + 2027,3"
    # equal as data, other as text
    assert first_difference("a.json", "[1, 2]", "[1,2]").startswith("line 1\n")
    assert first_difference("a.txt", "a\nb", "a") == "line 2\n  - b\n  + (the end)"


def test_files_that_one_side_has_differ(tmp_path: Path) -> None:
    for folder, names in (("a", "xy"), ("b", "xz")):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).write_text("", encoding="utf-8")
    assert list(differences(tmp_path / "a", tmp_path / "b")) == ["y: is gone", "z: is new"]
