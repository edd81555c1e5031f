"""Sidecars: what they may hold, and what is said about those that do not hold it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.auditing.decisions import read_decisions
from optimizer.auditing.report import AuditError
from optimizer.contract.decisions import TABLES
from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.loader import load, loads
from optimizer.known_optima.expected import OBJECTIVES, Expected
from optimizer.known_optima.facts import found
from optimizer.known_optima.reading import check_sidecar, read
from tests.properties.solving import examples

from .problems import BEST, INSTANCE, SIDECAR, expected, write

KNOWN = Path(__file__).parents[2] / "instances" / "known-optimal"


def problems(folder: Path, text: str) -> list[Diagnostic]:
    return check_sidecar(write(folder, sidecar=text)).diagnostics


def test_a_whole_sidecar(tmp_path: Path) -> None:
    sidecar = check_sidecar(write(tmp_path))
    assert sidecar.diagnostics == []
    assert sidecar.expected is not None
    assert sidecar.expected.values == [("cost_of_capital", BEST)]
    assert sidecar.expected.options.model_dump(exclude_none=True) == {
        "gap_share": 0.0,
        "threads": 1,
        "seed": 0,
        "time_limit_s": 300.0,
    }
    assert [sidecar.line(key) for key in (("status",), ("value",), ("facts", 0, "value"))] == [1, 4, 9]
    assert sidecar.line(("levels",)) == 1


def test_the_shipped_sidecars_are_whole() -> None:
    files = sorted(KNOWN.glob("*.expected.yaml"))
    assert len(files) >= 100
    for file in files:
        sidecar = check_sidecar(file)
        assert sidecar.diagnostics == [], file.name
        assert sidecar.against(load(KNOWN / file.name.replace(".expected", ""))) == [], file.name


def test_the_table_of_the_readme_has_every_key() -> None:
    for page in (KNOWN / "README.md", KNOWN.parents[1] / "docs" / "ci.md"):
        text = page.read_text(encoding="utf-8")
        for key in Expected.model_fields.keys() - {"notes"}:
            assert f"`{key}`" in text, (page.name, key)


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "told"),
    [
        ("status: optimal", "status: optimum", 1, "wrong-value", "did you mean `optimal`?"),
        (
            "objective: cost_of_capital",
            "objective: cost_of_captial",
            2,
            "wrong-value",
            "did you mean `cost_of_capital`?",
        ),
        ("sense: minimise", "sens: minimise", 3, "unknown-key", "did you mean `sense`?"),
        ("sense: minimise", "sense: minimize", 3, "wrong-value", "did you mean `minimise`?"),
        (f"value: {BEST!r}", 'value: "1,234"', 4, "wrong-value", "write 1234, or 1.234 if it is a decimal comma"),
        ('source: "own"', "rel_tol: 0.5", 5, "wrong-value", "as a share of the value"),
        ('source: "own"', "source: 5", 5, "wrong-value", 'put it in quotes: "5"'),
        ("proof: closed form", "proof: closed", 6, "wrong-value", "did you mean `closed form`?"),
        ("unique: true", "unique: yes", 7, "wrong-value", "write true or false"),
        ("unique: true", "unique: false", 8, "facts-not-unique", "add `unique: true`"),
        ("unique: true", "options: {gap: 0}", 7, "unknown-key", "gap_share"),
        ("unique: true", "options: {threads: 0}", 7, "wrong-value", "Solver threads."),
        ("table: debt_draws", "table: debt_draw", 9, "wrong-value", "did you mean `debt_draws`?"),
        ("column: musd", "column: units", 9, "wrong-value", "write `column: musd`"),
        ("{instrument: loan", "{loan: loan", 9, "unknown-key", "the names are instrument, period"),
        ('period: "2026"', "period: 2026", 9, "wrong-value", 'put it in quotes: "2026"'),
        ("derivation: ", "abs_tol: 5 #", 10, "loose-tolerance", "use 0.126221 or less"),
        ("derivation: ", "#", 6, "missing-key", "say how to find the value by hand"),
        (f"value: {BEST!r}", "#", 1, "missing-key", "give the best value"),
        (f"value: {BEST!r}", "value:", 1, "missing-key", "give the best value"),
        (f"value: {BEST!r}", "value: .inf", 4, "not-finite", ""),
        ("status: optimal", "status: infeasible", 4, "not-optimal", "delete the key, or correct the status"),
        ("status: optimal", "status: optimal\nstatus: optimal", 2, "duplicate-key", "keep one of the two"),
        ("status: optimal", "status: *here", 1, "alias", "write the value out"),
        ("status: optimal", "\tstatus: optimal", 1, "tab", "indent with spaces"),
    ],
)
def test_a_mistake_has_a_place_and_a_remedy(
    tmp_path: Path, old: str, new: str, line: int, code: str, told: str
) -> None:
    assert SIDECAR.count(old) == 1
    found = problems(tmp_path, SIDECAR.replace(old, new))
    (first, *_) = [each for each in found if (each.code, each.line) == (code, line)]
    assert first.file.endswith("bridge.expected.yaml")
    assert first.column > 0
    assert told in first.help


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = SIDECAR.replace("optimal", "infeasible").replace("cost_of_capital", "wac").replace("debt_draws", "debts")
    assert [each.code for each in problems(tmp_path, text)] == [
        "wrong-value",  # the objective
        "not-optimal",  # a value
        "not-optimal",  # unique
        "not-optimal",  # facts
        "wrong-value",  # the table
    ]


def test_what_the_schema_refuses_hides_no_other_mistake(tmp_path: Path) -> None:
    """Each line has one mistake of the schema's and one that only the whole shows."""
    text = """\
status: optimal
objective: cost_of_captal
sense: minimize
source: own
proof: closed form
facts:
  - {table: debt_drws, column: musd, value: x}
  - {table: debt_draws, column: units, valu: 1}
  - {table: debt_draws, column: musd, where: {instr: a}, abs_tol: -1, value: 1}
levels: [{objective: wac}]
foo: 1
"""
    assert [(each.line, each.code) for each in problems(tmp_path, text)] == [
        (1, "missing-key"),  # the value of an optimum
        (2, "wrong-value"),
        (3, "wrong-value"),
        (5, "missing-key"),  # the derivation
        (6, "facts-not-unique"),
        (7, "wrong-value"),  # the table
        (7, "wrong-value"),  # its value
        (8, "missing-key"),  # value
        (8, "wrong-value"),  # the column
        (8, "unknown-key"),  # valu
        (9, "unknown-key"),  # instr
        (9, "wrong-value"),  # the tolerance
        (10, "missing-key"),
        (10, "wrong-value"),  # wac
        (11, "unknown-key"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        # what is about a part that cannot be read, or depends on it, is not said
        ("status: optimal", "status: optimum", "wrong-value", 1),
        ("table: debt_draws", "table: 5", "wrong-value", 9),
        ("column: musd", "column: [musd]", "wrong-value", 9),
        ("objective: cost_of_capital", "objective: {}", "wrong-value", 2),
        ("proof: closed form", "proof: guess", "wrong-value", 6),
    ],
)
def test_nothing_is_said_on_a_guess(tmp_path: Path, old: str, new: str, code: str, line: int) -> None:
    assert SIDECAR.count(old) == 1
    assert [(each.code, each.line) for each in problems(tmp_path, SIDECAR.replace(old, new))] == [(code, line)]


def test_without_an_optimum(tmp_path: Path) -> None:
    text = "status: unbounded\nobjective: net_present_cost\nsense: minimise\nsource: own\nproof: second solver\n"
    sidecar = check_sidecar(write(tmp_path, sidecar=text))
    assert sidecar.diagnostics == []
    assert sidecar.expected is not None
    assert sidecar.expected.values == []


def test_read_raises_with_everything(tmp_path: Path) -> None:
    path = write(tmp_path, sidecar="status: optimal\n")
    with pytest.raises(InstanceError, match="`objective` is missing") as error:
        read(path)
    assert len(error.value.diagnostics) == 5  # objective, sense, source, proof, and the value of an optimum
    with pytest.raises(InstanceError, match="no such file"):
        read(tmp_path / "nowhere.expected.yaml")


@pytest.mark.parametrize("text", ["", "[]", "just text", "a: [", "\x00", "{" * 100, "é: \xff"])
def test_any_text_is_answered(tmp_path: Path, text: str) -> None:
    sidecar = check_sidecar(write(tmp_path, sidecar=text))
    assert sidecar.expected is None
    assert sidecar.errors
    assert sidecar.line(("value",)) in (0, 1)


@examples(250)
@given(st.integers(0, len(SIDECAR)), st.integers(0, 40), st.text(alphabet=":-{}[]\"'#,.&*!|> \n0a9eé\t", max_size=8))
def test_no_change_to_a_sidecar_is_too_much(start: int, length: int, put: str) -> None:
    """Whatever stands there: it is read, or refused with a reason."""
    with TemporaryDirectory() as folder:
        sidecar = check_sidecar(write(Path(folder), sidecar=SIDECAR[:start] + put + SIDECAR[start + length :]))
    assert (sidecar.expected is None) == bool(sidecar.errors)
    assert all(each.message and each.file for each in sidecar.diagnostics)


# ── facts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("table", TABLES)
def test_facts_know_every_column(table: str) -> None:
    """The audit, which knows the columns itself, finds none missing and none too many in such a row."""
    keys, amounts = TABLES[table].keys, TABLES[table].value
    data: dict[str, list[object]] = {name: [] for name in TABLES}
    with pytest.raises(AuditError) as error:
        read_decisions(loads(INSTANCE), {**data, table: [{**dict.fromkeys(keys, None), amounts: None}]})
    assert not error.value.message.endswith(("is missing", "does not belong here"))


def test_a_fact_about_nothing_is_found_out() -> None:
    """What is misspelt is never bought, so that a fact that it is 0 would hold."""
    where = {"instrument": "laon", "period": "2031"}
    known = expected(unique=True, facts=[{"table": "debt_draws", "where": where, "column": "musd", "value": 0}])
    assert found(known.facts[0], {"debt_draws": []}) == 0.0
    from optimizer.known_optima.facts import misplaced

    mistakes = list(misplaced(known, loads(INSTANCE)))
    assert [(each.code, each.key[-1]) for each in mistakes] == [
        ("unknown-name", "instrument"),
        ("unknown-name", "period"),
    ]
    assert "did you mean `loan`?" in mistakes[0].help


def test_sums() -> None:
    rows = {"orders": [{"offer": "a", "period": "2026", "units": 2.0}, {"offer": "b", "period": "2026", "units": 3.0}]}
    stated = {"table": "orders", "column": "units", "value": 0}
    totals = [
        found(expected(unique=True, facts=[{**stated, "where": where}]).facts[0], rows)
        for where in ({}, {"offer": "a"}, {"period": "2026"}, {"offer": "a", "period": "2027"})
    ]
    assert totals == [5.0, 2.0, 5.0, 0.0]


def test_objectives_are_those_of_instances() -> None:
    assert len(OBJECTIVES) == 10
    assert {"cost_of_capital", "wacc", "total_value"} <= set(OBJECTIVES)
