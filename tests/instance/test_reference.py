"""The reference is made from the schema, and the JSON Schema accepts what the loader accepts."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from optimizer.instance import check_text
from optimizer.instance.merge import is_figure
from optimizer.instance.reference import MARKDOWN_FILE, ROOT, SCHEMA_FILE, json_schema, reference_markdown, schema_text
from optimizer.instance.tree import Tree, _flatten
from optimizer.instance.yaml_source import Node, Source, parse
from tests.instance.example import TEXT

OTHERS = (".expected.yaml", ".batch.yaml", ".tree.yaml")
SHIPPED = sorted(p for p in (ROOT / "instances").rglob("*.yaml") if not p.name.endswith(OTHERS))


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


def plain(node: Node) -> Any:
    """The data as it is written, figures not unwrapped."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, list) else node.value


def read(text: str) -> Any:
    root, problems = parse(Source("f", text))
    assert root is not None
    assert problems == []
    return plain(root)


def accepted(data: Any) -> bool:
    return bool(validator().is_valid(data))


def test_written_files_are_current() -> None:
    remedy = "run `python -m optimizer.instance.reference`"
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), remedy
    assert MARKDOWN_FILE.read_text(encoding="utf-8") == reference_markdown(), remedy


def test_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json.loads(schema_text()) == json_schema()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: str(p.relative_to(ROOT / "instances")))
def test_schema_accepts_shipped_instances(path: Path) -> None:
    assert [e.message for e in validator().iter_errors(read(path.read_text(encoding="utf-8")))] == []


def test_schema_accepts_the_example_and_figures() -> None:
    assert accepted(read(TEXT))
    assert accepted(read(TEXT.replace("pue: 1.25", "pue: {value: 1.25, source: S1, notes: n}")))
    assert accepted(read(TEXT.replace("musd: 1000", "musd: {value: [1, 2, {value: 3, source: S2}, 4], source: S1}")))
    asked = read(TEXT)  # a list of numbers that is no series, which the loader takes with its source, too
    asked["sites"]["abilene"]["phases"][0]["spend_profile"] = {"value": [0.5, 0.5], "source": "S1"}
    assert accepted(asked)
    assert check_text(json.dumps(asked)).instance is not None
    asked["sites"]["abilene"]["phases"][0]["spend_profile"] = {"value": [0.5, -0.5], "source": "S1"}
    assert not accepted(asked)
    assert check_text(json.dumps(asked)).instance is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pue: 1.25", "pue: 0.5"),
        ("pue: 1.25", "pue: {value: 0.5, source: S1}"),
        ("pue: 1.25", "pue: {value: 1.5}"),
        ("pue: 1.25", "pue: null"),
        ("pue: 1.25", "power: 1"),
        ("kind: bullet", "kind: bulet"),
        ("musd: 1000", "musd: [1, -1]"),
        ("musd: 1000", "musd: {2026Q9: 1}"),
        ("musd: 1000", "musd: {initial: 1}"),
        ("  north: {", "  2north: {"),
        ("limit_musd: 500}", "limit_musd: 500, security: {halls: 1}}"),
        ("start: 2026", "start: soon"),
        ("name: example", "names: example"),
    ],
)
def test_schema_refuses(old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert not accepted(read(TEXT.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("name: v", True),
        ("tax: null\nsites: {abilene: {pue: 1.4, phases: {one: {mw: 5}, two: null}}, other: null}", True),
        ("objectives: {cost_of_capital: {slack_share: 0.01}}", True),
        ("hardware: {gb200: {price_usd: {2026: 5}, kw: {value: 2, source: S1}}}", True),
        ("sites: {abilene: {puee: 1.4}}", False),
        ("sites: {abilene: {pue: 0.4}}", False),
        ("sites: {abilene: {phases: {one: {mw: -5}}}}", False),
    ],
)
def test_schema_of_variants(text: str, fits: bool) -> None:
    assert accepted(read(f"extends: base.yaml\n{text}\n")) is fits


def test_every_key_has_a_description() -> None:
    for name, block in json_schema()["$defs"].items():
        for key, field in block.get("properties", {}).items():
            if "Changes" not in name and name[0].isupper():
                assert field.get("description"), f"{name}.{key}"


def test_reference_names_every_key_and_check() -> None:
    from optimizer.instance.checks import CHECKS

    text = reference_markdown()
    for name, block in json_schema()["$defs"].items():
        if name[0].isupper() and not name.endswith("Changes"):
            assert all(f"`{key}`" in text for key in block["properties"])
    assert all(f"`{row.code}`" in text and row.run.__doc__ for row in CHECKS)


def test_making_the_schema_twice_gives_the_same() -> None:
    first = copy.deepcopy(json_schema())
    assert json_schema() == first


def test_unwrapping_agrees_with_the_schema() -> None:
    root, _ = parse(Source("f", "a: {value: 5, source: S}\nb: {value: 5}\nc: {value: 5, source: S, x: 1}\n"))
    assert root is not None
    assert isinstance(root.value, dict)
    assert [is_figure(node) for node in root.value.values()] == [True, False, False]
    assert _flatten(root, (), "", Tree(), [])["a"] == 5
