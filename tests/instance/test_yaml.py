"""What a YAML file may hold, and where each problem is shown."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.loader import Loaded, check_text
from optimizer.instance.tree import Tree, _flatten
from optimizer.instance.yaml_source import MAX_DEPTH, MAX_NODES, Node, Source, parse


def read(text: str) -> tuple[Any, list[Diagnostic]]:
    """The plain data of a text and its problems."""
    root, problems = parse(Source("f", text))
    return (None if root is None else _flatten(root, (), "", Tree(), [])), problems


def codes(text: str) -> list[str]:
    return [d.code for d in read(text)[1]]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e9", 1e9),
        ("1E-3", 0.001),
        ("-1.5", -1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("0", 0),
        ("+7", 7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2026-07", "2026-07"),
        ("2026-07-01", "2026-07-01"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('"5"', "5"),
        ("'null'", "null"),
        ("=", "="),
    ],
)
def test_scalars_follow_the_core_rules(written: str, value: Any) -> None:
    data, problems = read(f"a: {written}\n")
    assert problems == []
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
        ('2026: 1\n"2026": 2\n', "duplicate-key", 2, 1),
        ("a: &x 1\n", "anchor", 1, 4),
        ("a: *x\n", "alias", 1, 4),
        ("a:\n  <<: {b: 1}\n", "merge-key", 2, 3),
        ("a: !!python/object:os.system x\n", "tag", 1, 4),
        ("a: !x {b: 1}\n", "tag", 1, 4),
        ('a: !!int "5"\n', "tag", 1, 4),
        ("a: 017\n", "leading-zero", 1, 4),
        ("a: -00.5\n", "leading-zero", 1, 4),
        ("a: .inf\n", "not-finite", 1, 4),
        ("a: -.INF\n", "not-finite", 1, 4),
        ("a: .nan\n", "not-finite", 1, 4),
        ("a: 1e999\n", "not-finite", 1, 4),
        ("a: 1e-51\n", "too-small", 1, 4),
        ("a: 1.1e15\n", "too-large", 1, 4),
        ("a: -1000000000000001\n", "too-large", 1, 4),
        ("a: 0xFFFFFFFFFFFFFFF\n", "too-large", 1, 4),
        (f"a: {'1' * 41}\n", "too-many-digits", 1, 4),
        ("1.5: a\n", "key", 1, 1),
        ("true: a\n", "key", 1, 1),
        ("~: a\n", "key", 1, 1),
        ("[a]: b\n", "key", 1, 1),
        ("? {a: 1}\n: b\n", "key", 1, 3),
        ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
        ("", "empty-file", 1, 1),
        ("# nothing\n", "empty-file", 1, 1),
        ("- a\n", "not-a-mapping", 1, 1),
        ("just text\n", "not-a-mapping", 1, 1),
        ("\ufeff\ufeffa: 1\n", "control-character", 1, 1),
        ("a: 1\nb: \x00\n", "control-character", 2, 4),
        ("a: \x1b[31m\n", "control-character", 1, 4),
        ("a: \u202ex\n", "control-character", 1, 4),
        ('a: "\\x1b[31m"\n', "control-character", 1, 4),
        ("a:\n\tb: 1\n", "tab", 2, 1),
        ("a: b: c\n", "yaml-syntax", 1, 5),
        ("a: [1, 2\n", "yaml-syntax", 2, 1),
        ('a: "open\n', "yaml-syntax", 2, 1),
        ("a: {b: 1}}\n", "yaml-syntax", 1, 10),
        ("a: @x\n", "yaml-syntax", 1, 4),
    ],
)
def test_refused(text: str, code: str, line: int, column: int) -> None:
    _, problems = read(text)
    assert [(d.code, d.line, d.column) for d in problems] == [(code, line, column)]
    assert problems[0].severity == "error"
    assert problems[0].message


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("a: 017\n", "write 17 for the number, or quote it for the text"),
        ("a: -007.5\n", "write -7.5 for the number, or quote it for the text"),
        ("a: 00.5\n", "write 0.5 for the number, or quote it for the text"),
        ("a: 00\n", "write 0 for the number, or quote it for the text"),
        ("a:\n\tb: 1\n", "indent with spaces"),
        ("a: b: c\n", "a text that contains ': ' needs quotes; otherwise check the indentation"),
    ],
)
def test_help_says_what_to_write(text: str, help: str) -> None:
    assert [d.help for d in read(text)[1]] == [help]


@pytest.mark.parametrize("text", ["1e15", "-1e15", "1000000000000000", "1e-50", "0", "1e-999"])
def test_the_largest_and_the_smallest_figures_are_read(text: str) -> None:
    root, problems = parse(Source("", f"a: {text}\n"))
    assert problems == []
    assert root is not None
    assert root.value["a"].value == float(text)


def test_all_problems_are_reported_at_once() -> None:
    assert codes("a: 017\nb: &x 1\nb: .nan\nc: *x\n") == [
        "leading-zero",
        "anchor",
        "duplicate-key",
        "not-finite",
        "alias",
    ]


def test_depth_is_limited_before_the_stack_is() -> None:
    assert codes("a: " + "[" * 500_000) == ["too-deep"]
    assert codes("".join(" " * i + "a:\n" for i in range(1000))) == ["too-deep"]
    fits = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert codes(fits) == []


def test_number_of_values_is_limited() -> None:
    assert codes("a: [" + "1," * MAX_NODES + "]") == ["too-many-values"]


def test_billion_laughs_expand_to_nothing() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    found = codes("\n".join(lines))
    assert set(found) == {"anchor", "alias"}
    assert found.count("anchor") == 9


def test_places_count_lines_and_columns_from_one() -> None:
    root, _ = parse(Source("f", "a:\n  b: [1, x]\n"))
    assert isinstance(root, Node)
    assert isinstance(root.value, dict)
    inner = root.value["a"].value
    assert isinstance(inner, dict)
    node = inner["b"]
    assert isinstance(node.value, list)
    assert node.key_place is not None
    assert (node.key_place.line, node.key_place.column) == (2, 3)
    assert (node.value[1].place.line, node.value[1].place.column) == (2, 10)


def test_text_of_a_block_scalar_may_span_lines() -> None:
    assert read("a: |\n  one\n  two\n") == ({"a": "one\ntwo\n"}, [])


def test_errors_in_a_file_of_windows_lines() -> None:
    _, problems = read("a: 1\r\nb: 017\r\n")
    assert [(d.line, d.source_line) for d in problems] == [(2, "b: 017")]


def test_what_reading_reports_the_schema_does_not_repeat() -> None:
    loaded: Loaded = check_text("name: x\ncalendar: {start: 2026, periods: 04}\ndiscount: {rate_per_year: .nan}\n")
    assert [d.code for d in loaded.diagnostics if d.severity == "error"] == ["leading-zero", "not-finite"]


@pytest.mark.parametrize(
    ("text", "column", "help"),
    [
        ("x: {pre_money_musd: 2,000}", 21, "write 2000, or 2 if it is a decimal comma"),
        ("x: {a: 2,000, b: 3}", 8, "write 2000, or 2 if it is a decimal comma"),
        ("x: {a: -1,000,b: 2}", 8, "write -1000, or -1 if it is a decimal comma"),
        ("x: {musd: 160,5}", 11, "write 160.5"),
        ("x: {a: 1,000,000.5 , b: 1}", 8, "write 1000000.5"),
        ("x: {a: 1,000,000}", 8, "write 1000000"),
        ("x: {2026: 5, 2027: 3,25}", 20, "write 3.25"),
        ("x: {a: 0,085}", 8, "write 0.085"),
        ("x: {a: 1,2,3}", 8, "write a number without commas, and a list in brackets"),
        ("x: [2,000, 1]", 5, "write 2000, or 2 if it is a decimal comma"),
    ],
)
def test_a_comma_in_a_number_between_brackets(text: str, column: int, help: str) -> None:
    (only,) = read(text)[1]
    assert (only.code, only.line, only.column, only.message) == ("comma-in-number", 1, column, "a comma ends the entry")
    assert only.help == help


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x: [160,5]", [160, 5]),
        ("x: {2026: 5,2027: 6}", {"2026": 5, "2027": 6}),
        ("x: {a: 5,b: 6}", {"a": 5, "b": 6}),
        ("x: {a: '2,000'}", {"a": "2,000"}),
        ("x: {a: 5, 7}", {"a": 5, "7": None}),
    ],
)
def test_commas_that_end_an_entry(text: str, value: Any) -> None:
    data, problems = read(text)
    assert data == {"x": value}
    assert problems == []


def test_each_number_with_a_comma_is_told_of() -> None:
    assert codes("x: {a: 1,000, b: 2,5}\ny: {a: 1,000}\n") == ["comma-in-number"] * 3
    assert codes("x: {a: b 1,000}") == ["leading-zero"]
