"""Reports for machines and for people: escaped, whole, and in a form that others read."""

from __future__ import annotations

import io
import json
import math
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from optimizer.instance.diagnostics import Diagnostic
from optimizer.known_optima.collect import Case, CheckError, Collected
from optimizer.known_optima.files import destinations
from optimizer.known_optima.findings import Finding, Outcome, SolvedLevel, Verdict
from optimizer.known_optima.outputs import as_json, as_junit, counts, workflow_commands
from optimizer.known_optima.rules import rules
from optimizer.known_optima.screen import print_results, progress
from optimizer.known_optima.solving import Result
from optimizer.plan.run_folder import WriteError
from tests.properties.solving import examples

from .problems import expected, solved

HOSTILE = 'a%b\r\n::error::c,d:e <f> & "g" [bold]h[/bold] \x1b[31m \x00 \ud800 \uffff é'


def result(outcome: Outcome = "passed", *findings: Finding, name: str = "bridge") -> Result:
    case = Case(name, Path(f"problems/{name}.yaml"), Path(f"problems/{name}.expected.yaml"))
    if outcome == "invalid":
        return Result(case, Verdict(outcome, findings), 0.5)
    return Result(case, Verdict(outcome, findings), 0.5, expected(), solved())


def finding(text: str = "off", line: int = 4) -> Finding:
    return Finding("value-missed", text, "correct the sidecar", ("value",), "problems/bridge.expected.yaml", line)


ALL = [
    result(),
    result("failed", finding(), finding("also", 0), name="wrong"),
    result("timeout", finding(), name="slow"),
    result("invalid", finding(), name="bad"),
    result("error", finding(), name="crash"),
]


# ── JUnit ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_junit_counts_what_it_lists() -> None:
    root = ElementTree.fromstring(as_junit(ALL, {"capstack": "1.2"}))
    (suite,) = root
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    for element in (root, suite):
        assert {key: element.get(key) for key in ("tests", "failures", "errors", "time")} == {
            "tests": "5",
            "failures": "2",  # failed, timeout
            "errors": "2",  # invalid, error
            "time": "2.500",
        }
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["bridge", "wrong", "slow", "bad", "crash"]
    assert [case.get("classname") for case in cases] == ["problems"] * 5
    told = [[child.tag for child in case if child.tag != "system-out"] for case in cases]
    assert told == [[], ["failure"], ["failure"], ["error"], ["error"]]
    assert suite.find("properties/property").attrib == {"name": "capstack", "value": "1.2"}  # type: ignore[union-attr]


def test_junit_says_all_that_is_known() -> None:
    (suite,) = ElementTree.fromstring(as_junit(ALL, {}))
    failure = suite[2].find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("value-missed", "off")
    assert failure.text == (
        "problems/bridge.expected.yaml:4: value-missed: off\n  remedy: correct the sidecar\n"
        "problems/bridge.expected.yaml: value-missed: also\n  remedy: correct the sidecar"
    )
    assert suite[1].findtext("system-out") == "status optimal\ncost_of_capital: value 20, bound 20, expected 20"


@examples(60)
@given(st.text(max_size=60))
def test_junit_is_xml_whatever_is_in_it(text: str) -> None:
    wrong = result("failed", Finding("x", text, text, (), text, 1), name="n" + text)
    root = ElementTree.fromstring(as_junit([wrong], {text: text}).encode("utf-8", "replace"))
    message = root.find("testsuite/testcase/failure").get("message")  # type: ignore[union-attr]
    assert message == re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_json_has_everything() -> None:
    level = SolvedLevel("cost_of_capital", "minimise", math.nan, -math.inf)
    odd = Result(ALL[0].case, Verdict("failed", (finding(HOSTILE),)), 1.0, expected(), solved(levels=(level,)))
    report = json.loads(as_json(Collected((), (Path("bare.yaml"),)), [*ALL, odd], 1, "1.2"))
    assert {key: report[key] for key in ("passed", "failed", "exit_code", "version", "not_checked")} == {
        "passed": 1,
        "failed": 5,
        "exit_code": 1,
        "version": "1.2",
        "not_checked": ["bare.yaml"],
    }
    assert [case["outcome"] for case in report["cases"]] == [each.outcome for each in [*ALL, odd]]
    good, last = report["cases"][0], report["cases"][-1]
    assert good["levels"] == [
        {"objective": "cost_of_capital", "sense": "minimise", "value": 20.0, "bound": 20.0, "expected": 20.0}
    ]
    assert (good["status"], good["expected_status"], good["findings"]) == ("optimal", "optimal", [])
    assert (last["levels"][0]["value"], last["levels"][0]["bound"]) == (None, None)
    assert last["findings"][0]["message"] == HOSTILE
    assert report["cases"][3]["status"] is None


# ── GitHub ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_annotations_are_escaped() -> None:
    """Percent first; line ends in both parts; colon and comma in properties only."""
    wrong = result("failed", Finding("x", "1%\r\n::2,3:4", "", (), "a,b/c:d%.yaml", 7), name="p:q,r")
    assert list(workflow_commands([wrong])) == [
        "::error file=a%2Cb/c%3Ad%25.yaml,line=7,title=p%3Aq%2Cr%3A x::1%25%0D%0A::2,3:4"
    ]


def test_annotations_name_files_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inside, outside = Finding("x", "m", "r", (), str(tmp_path / "a" / "b.yaml"), 0), Finding("x", "m", file="/b.yaml")
    nowhere = Finding("x", "m")
    assert list(workflow_commands([result("failed", inside, outside, nowhere)])) == [
        "::error file=a/b.yaml,title=bridge%3A x::m%0Ar",
        "::error file=/b.yaml,title=bridge%3A x::m",
        "::error title=bridge%3A x::m",
    ]


def test_annotations_are_one_line_each() -> None:
    lines = list(workflow_commands([result("failed", finding(HOSTILE), name=HOSTILE), *ALL]))
    assert len(lines) == 1 + 5
    assert not [line for line in lines if "\n" in line or "\r" in line or not line.startswith("::error ")]


# ── the screen ────────────────────────────────────────────────────────────────────────────────────────────────────


def printed(*results: Result, unchecked: tuple[Path, ...] = (), width: int = 120) -> str:
    console = Console(width=width, highlight=False, emoji=False, record=True, file=io.StringIO())
    print_results(Collected(tuple(each.case for each in results), unchecked), results, console)
    return console.export_text()


def test_the_table_has_a_line_for_each_case_and_reasons_below() -> None:
    text = printed(*ALL)
    rows = [line.split() for line in text.splitlines()]
    assert rows[0] == ["case", "outcome", "value", "expected", "gap", "seconds"]
    assert rows[1] == ["bridge", "passed", "20", "20", "0.0e+00", "0.5"]
    assert [row[:2] for row in rows[2:6]] == [[each.case.name, each.outcome] for each in ALL[1:]]
    below = text.split("wrong: failed\n")[1]
    assert below.startswith("problems/bridge.expected.yaml:4: value-missed: off\n  remedy: correct the sidecar\n")
    assert "bridge: passed" not in text


def test_without_an_optimum_the_table_has_the_status() -> None:
    case = ALL[0].case
    known = expected(status="infeasible", value=None)
    right = Result(case, Verdict("passed"), 0.1, known, solved(status="infeasible", levels=()))
    assert printed(right).splitlines()[1].split() == ["bridge", "passed", "infeasible", "infeasible", "0.1"]


def test_diagnostics_are_printed_with_their_caret() -> None:
    long = "key: " + "x" * 90
    told = Diagnostic("wrong-value", "error", "no", "a.yaml", 3, 6, long, "do this")
    wrong = Result(ALL[0].case, Verdict("invalid", (finding(),)), 0.1, diagnostics=(told,))
    lines = printed(wrong, width=60).splitlines()
    assert f" 3 | {long}" in lines
    assert "   |      ^" in lines
    assert "   = help: do this" in lines


def test_what_nobody_checks_is_listed_up_to_a_point() -> None:
    text = printed(ALL[0], unchecked=tuple(Path(f"i{n}.yaml") for n in range(23)))
    listed = " ".join(text.split("not checked: no sidecar: ")[1].split())
    assert listed.startswith("i0.yaml, i1.yaml, ")
    assert listed.endswith("i19.yaml and 3 more")


def test_text_of_files_cannot_command_the_terminal() -> None:
    text = printed(result("failed", finding(HOSTILE), name="n" + HOSTILE))
    assert "[bold]h[/bold]" in text
    assert not set(text) & {"\x1b", "\x00", "\r"}


def test_progress_is_silent_where_there_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with progress(2) as listener:
        listener(ALL[0])
        listener(ALL[1])
    assert capfd.readouterr() == ("", "")


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_replaces_the_one_before_it(tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.xml"
    for text in ("one", "twö"):
        with destinations(target, None) as (destination, none):
            assert none is None
            assert destination is not None
            if target.exists():
                assert target.read_text(encoding="utf-8") == "one"
            destination.write(text)
    assert target.read_text(encoding="utf-8") == "twö"
    assert list(target.parent.iterdir()) == [target]


def test_what_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text("before", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt), destinations(tmp_path / "report.xml"):
        raise KeyboardInterrupt
    assert [file.name for file in tmp_path.iterdir()] == ["report.xml"]
    assert (tmp_path / "report.xml").read_text(encoding="utf-8") == "before"


def test_a_link_stays(tmp_path: Path) -> None:
    (tmp_path / "real.xml").write_text("before", encoding="utf-8")
    (tmp_path / "link.xml").symlink_to(tmp_path / "real.xml")
    with destinations(tmp_path / "link.xml") as (destination,):
        assert destination is not None
        destination.write("after")
    assert (tmp_path / "link.xml").is_symlink()
    assert (tmp_path / "real.xml").read_text(encoding="utf-8") == "after"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with destinations(tmp_path / "pipe") as (destination,):
        assert destination is not None
        destination.write("text")
    assert os.read(reader, 10) == b"text"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path, told in ((tmp_path, "this is a folder"), (tmp_path / "file" / "x.xml", "cannot be written")):
        with pytest.raises(CheckError, match=told), destinations(path):
            pass
    with (
        pytest.raises(CheckError, match="two reports cannot go to one file"),
        destinations(tmp_path / "x", tmp_path / "." / "x"),
    ):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_disk_that_refuses_at_the_end(tmp_path: Path) -> None:
    with destinations(tmp_path / "a" / "x.xml") as (destination,):
        assert destination is not None
        for file in (tmp_path / "a").iterdir():
            file.unlink()
        (tmp_path / "a").rmdir()
        with pytest.raises(WriteError, match=r"x\.xml: cannot be written"):
            destination.write("text")


def test_counts() -> None:
    assert counts(ALL) == (1, 4)
    assert counts([]) == (0, 0)


def test_rules_are_those_of_the_audit() -> None:
    from optimizer.auditing import RULES

    assert {rule["name"]: rule["checks"] for rule in rules()} == RULES
    assert all(rule["checks"].endswith(".") for rule in rules())
