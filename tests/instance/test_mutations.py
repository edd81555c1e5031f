"""Files with slips in them: each is refused with a reason, or means what a second reader says.

The files are small, so that ten thousand take no longer than a minute.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer.comparison.point import Point
from optimizer.comparison.points import mix_runs
from optimizer.comparison.reading import check_batch
from optimizer.instance import check_file, check_text
from tests.compare.examples import TWO_SOURCES
from tests.instance import reference_reading as reference
from tests.instance.example import TEXT
from tests.thorough import examples_tried

FOLDER = Path(__file__).resolve().parents[2] / "instances"
SHIPPED = [
    path.read_text(encoding="utf-8")
    for path in (*sorted(FOLDER.glob("known-optimal/*.yaml")), FOLDER / "templates" / "minimal.yaml")
    if not path.stem.endswith(".expected") and "segments:" not in path.read_text(encoding="utf-8")
]
"""Those in the spelling of the schema, which is the only one that the reading of the reference knows."""
VARIANT = """\
extends: base.yaml
name: variant
title: "A variant: of the base"
sites:
  abilene: {pue: 1.3, phases: {one: {mw: 25, capex: {shell: {musd: 250}, roof: {new: true, musd: 10}}}, two: null}}
hardware: {gb200: {price_usd: {2026: 39000, 2028: 35000}, tiers: null}}
markets:
  training: {demand_h100e: {value: 6000, source: "A: 017"}}
  api: {new: true, demand_h100e: [1, 2, 3, 4]}
cloud: {rented: {price_usd_per_h100e_hour: {initial: 3, growth_per_year: -0.1}}}
debt:
  line: {limit_musd: 60}
  mezz: {new: true, kind: bullet, rate_per_year: 0.1, tenor_periods: 2, limit_musd: 100}
equity: {rounds: {seed: {max_musd: 4e2}}}
covenants: null
"""
DEAR = """\
extends: two-sources.yaml
name: dear
debt: {loan: {rate_per_year: 0.09}}
equity: {rounds: {a: {max_musd: 120}}}
"""
BATCH = """\
name: test
base: two-sources.yaml
objectives: [{name: cost_of_capital, slack_share: 0.01}, {name: terminal_cash}]
options: {gap_share: 0.001, time_limit_s: 30}
mixes:
  equity: {set: {debt: null}}
  dear: {variant: dear.yaml, set: {cash_flows: {income: {musd_per_period: [0, 130]}}}}
  more:
    set: {debt: {second: {new: true, kind: bullet, rate_per_year: 0.07, tenor_periods: 1, limit_musd: 30}}}
    objectives: [{name: cost_of_capital}]
scenarios:
  base: {}
  dear-loans: {set: {debt: {loan: {rate_per_year: 0.2}}}}
sweeps:
  s: {mix: dear, axes: [{path: debt.loan.rate_per_year, values: [0.05, 0.1], label: rate}]}
frontiers:
  f: {objectives: [cost_of_capital, terminal_cash], points: 3}
"""


# ── slips ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Slip = Callable[[random.Random, str], str]
CHARACTERS = " \n:,{}[]#-'\"|>&*!%?@`~.0159eE+_xoabn\t=\ufeff\u00a0é"
VALUES = ["null", "~", "", "yes", "NO", "true", "017", "0x1F", "0o17", "1e3", "1_000", ".5", "5.", "+5", "-5", "1,5",
          "2,000", ".inf", "12:30", "2026", "2027Q1", '"7"', "'7'", "{}", "[]", "[5]", "{value: 5, source: s}",
          "{2026: 5}", "{initial: 5, growth_per_year: 0.1}"]  # fmt: skip


def _at(rng: random.Random, pattern: str, text: str, change: Callable[[str], str]) -> str:
    """One of the matches changed."""
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + change(match[0]) + text[match.end() :]


def character(rng: random.Random, text: str) -> str:
    i = rng.randrange(len(text))
    return text[:i] + rng.choice(["", rng.choice(CHARACTERS), text[i] + rng.choice(CHARACTERS)]) + text[i + 1 :]


def line(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(4)
    if how == 0:
        lines[i], lines[j] = lines[j], lines[i]
    elif how == 1:
        lines.insert(j, lines[i])
    elif how == 2:
        del lines[i]
    else:
        lines[i] = rng.choice([" ", "  ", "    "]) + lines[i] if rng.random() < 0.5 else lines[i][rng.choice([1, 2]) :]
    return "".join(lines)


def word(rng: random.Random, text: str) -> str:
    def misspelt(found: str) -> str:
        i = rng.randrange(len(found))
        return rng.choice([found[:i] + found[i + 1 :], found[: i + 1] + found[i:], found[:i] + "x" + found[i + 1 :]])

    return _at(rng, r"[A-Za-z][A-Za-z0-9_-]+", text, misspelt)


def other_word(rng: random.Random, text: str) -> str:
    words = re.findall(r"[A-Za-z][A-Za-z0-9_-]+", text)
    return _at(rng, r"[A-Za-z][A-Za-z0-9_-]+", text, lambda found: rng.choice(words))


def number(rng: random.Random, text: str) -> str:
    def slipped(found: str) -> str:
        figure = float(found)
        ways = [f"{figure * 1000:.10g}", f"{figure / 1000:.10g}"]
        forms = ["{}0", "0{}", "{},000", "-{}", "{}%", '"{}"', "{}e0", "{}.0", "${}"]
        return rng.choice([*ways, *(form.format(found) for form in forms)])

    return _at(rng, r"(?<![\w.])\d+(\.\d+)?(?![\w.])", text, slipped)


def value(rng: random.Random, text: str) -> str:
    return _at(rng, r"(?<=: )[^\s,{}\[\]]+", text, lambda found: rng.choice(VALUES))


def quotes(rng: random.Random, text: str) -> str:
    return _at(
        rng, r"[A-Za-z0-9_.-]+", text, lambda found: rng.choice([f'"{found}"', f"'{found}'", f'"{found}', f"{found}'"])
    )


def mark(rng: random.Random, text: str) -> str:
    if rng.random() < 0.3:
        return "\ufeff" + text
    return (
        _at(rng, r": \{", text, lambda found: ": {new: true, ")
        if rng.random() < 0.5
        else text.replace("new: true, ", "", 1)
    )


SLIPS: list[Slip] = [character, line, word, other_word, number, value, quotes, mark]


def slipped(rng: random.Random, text: str) -> str:
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        text = rng.choice(SLIPS)(rng, text) or text
    return text


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def answered(diagnostics: list[Any], accepted: bool) -> None:
    assert accepted != any(each.severity == "error" for each in diagnostics)
    assert all(each.code and each.message for each in diagnostics)


def of_text(rng: random.Random, folder: Path) -> bool:
    text = slipped(rng, TEXT if rng.random() < 0.2 else rng.choice(SHIPPED))
    loaded = check_text(text)
    answered(loaded.diagnostics, loaded.instance is not None)
    if loaded.instance is not None:
        data = reference._unwrapped(reference.read(text), reference.Instance)
        assert reference.plain(loaded.instance) == reference.canonical(data), text
    return loaded.instance is not None


def of_variant(rng: random.Random, folder: Path) -> bool:
    base, variant = (slipped(rng, TEXT), VARIANT) if rng.random() < 0.2 else (TEXT, slipped(rng, VARIANT))
    (folder / "base.yaml").write_text(base, encoding="utf-8")
    (folder / "variant.yaml").write_text(variant, encoding="utf-8")
    loaded = check_file(folder / "variant.yaml")
    answered(loaded.diagnostics, loaded.instance is not None)
    if loaded.instance is not None:
        data = reference.instance_file(folder / "variant.yaml")
        assert reference.plain(loaded.instance) == reference.canonical(data), base + variant
    return loaded.instance is not None


def of_batch(rng: random.Random, folder: Path) -> bool:
    texts = {"two-sources.yaml": TWO_SOURCES, "dear.yaml": DEAR, "test.batch.yaml": BATCH}
    chosen = rng.choice(["test.batch.yaml"] * 4 + ["dear.yaml"])
    texts[chosen] = slipped(rng, texts[chosen])
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    batch, diagnostics = check_batch(folder / "test.batch.yaml")
    answered(diagnostics, batch is not None)
    if batch is not None:
        whole, cells = reference.batch_file(folder / "test.batch.yaml")
        assert reference.plain(batch.file) == whole, texts[chosen]
        for run in mix_runs(batch):
            if isinstance(run, Point):
                data = cells.get((str(run.labels["mix"]), str(run.labels["scenario"])))
                assert reference.plain(run.instance) == data, texts[chosen]
    return batch is not None


@pytest.mark.parametrize("read", [of_text, of_variant, of_batch])
def test_the_second_reader_agrees_on_files_without_a_slip(
    read: Callable[[random.Random, Path], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.instance.test_mutations.slipped", lambda rng, text: text)
    assert all(read(random.Random(seed), tmp_path) for seed in range(10))


def test_the_second_reader_sees_a_misreading() -> None:
    """An octal number, a word that YAML 1.1 takes for false, equal keys: read otherwise, they would not agree."""
    assert reference.read("a: 0o17\nb: NO\nc: 1e3\nd: '5'") == {"a": 15, "b": "NO", "c": 1000.0, "d": "5"}
    for text in ("a: 017", "a: 1\na: 2"):
        with pytest.raises(reference.Unreadable):
            reference.read(text)


def accepted(read: Callable[[random.Random, Path], bool], count: int, folder: Path, seed: int) -> int:
    rng = random.Random(seed)
    return sum(read(rng, folder) for _ in range(count))


def test_slips_are_refused_or_mean_what_they_say(tmp_path: Path) -> None:
    for read, count in ((of_text, 300), (of_variant, 100), (of_batch, 50)):
        assert 0 < accepted(read, count, tmp_path, 1) < count


@pytest.mark.slow
def test_thousands_of_slips(tmp_path: Path) -> None:
    """Ten thousand in a thorough run, an eighth of them in the gate."""
    for read, whole in ((of_text, 8800), (of_variant, 800), (of_batch, 400)):
        count = examples_tried(whole, gate=whole // 8)
        assert count / 20 < accepted(read, count, tmp_path, 2) < count * 19 / 20
