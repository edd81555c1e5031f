"""The shipped cases, the page on checks, and the list of rules of the audit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from optimizer import cli
from optimizer.known_optima.collect import collect
from optimizer.known_optima.solving import check_case

from .calling import ROOT, RUN, call, last
from .problems import write

pytestmark = pytest.mark.usefixtures("folder")


PAGE = ROOT / "docs" / "ci.md"


@pytest.mark.parametrize(
    "name",
    ["sculpted-debt", "lexicographic-amount", "dilution", "wacc-fixed-fee", "infeasible-dscr", "unbounded-scrap"],
)
def test_shipped_cases_pass(name: str) -> None:
    """One of each kind; all of them are solved by the tests of known optima."""
    (case,) = collect([ROOT / "instances" / "known-optimal" / f"{name}.yaml"]).cases
    assert check_case(case).verdict.findings == ()


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_example_of_the_page_passes(folder: Path) -> None:
    instance, sidecar, _ = blocks("yaml")
    write(folder / "problems", "two-lenders", instance, sidecar)
    by_hand = (0.07 * 40 + 0.08 * 60) * (1 / 1.1**2 + 1 / 1.1**3)
    assert yaml.safe_load(sidecar)["value"] == pytest.approx(by_hand, rel=1e-12)
    assert f"{15.96 / 1.331:.12f}" in PAGE.read_text(encoding="utf-8")
    result = call("problems")
    assert (result.exit_code, last(result)) == (0, "1 passed, 0 failed")


def test_the_workflow_of_the_page_is_one() -> None:
    workflow = yaml.safe_load(blocks("yaml")[2])
    assert workflow["on" if "on" in workflow else True] == ["push", "pull_request"]  # YAML 1.1 reads `on` as true
    (job,) = workflow["jobs"].values()
    uses = [step["uses"].split("@")[0] for step in job["steps"] if "uses" in step]
    assert uses == ["actions/checkout", "actions/setup-python", "actions/upload-artifact"]
    (command,) = [step["run"] for step in job["steps"] if step.get("run", "").startswith("capstack")]
    # every option of the command is one that there is
    listed = RUN.invoke(cli.app, ["check", "--help"]).stdout
    options = re.findall(r"--\w+", command)
    assert options
    assert all(option in listed for option in options)


def test_the_page_explains_every_code_and_outcome() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for source in ("values.py", "verdict.py", "solving.py"):
        code = (ROOT / "optimizer" / "known_optima" / source).read_text(encoding="utf-8")
        named = set(re.findall(r'Finding\(\s*"([a-z-]+)"', code)) - {"error"}
        assert named
        assert not {each for each in named if f"`{each}`" not in text}


def test_audit_lists_its_rules_without_a_run() -> None:
    from optimizer.auditing import RULES

    shown = RUN.invoke(cli.app, ["audit", "--rules"])
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[-1] == f"{len(RULES)} rules"
    assert all(name in shown.stdout for name in RULES)
    listed = json.loads(RUN.invoke(cli.app, ["audit", "--rules", "--json"]).stdout)["rules"]
    assert {each["name"]: each["checks"] for each in listed} == RULES
    assert RUN.invoke(cli.app, ["audit"]).exit_code == 2
    assert RUN.invoke(cli.app, ["audit", "a-run", "--rules"]).exit_code == 2
