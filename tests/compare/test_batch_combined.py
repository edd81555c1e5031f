"""What is a mistake in some combination of mix and scenario, and what is only an answer there."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.comparison.point import Result
from optimizer.comparison.points import mix_runs
from optimizer.comparison.reading import load_batch

from .batches import instances, said
from .examples import batch_file


def test_a_scenario_that_fits_one_mix_is_no_mistake_of_the_file(tmp_path: Path) -> None:
    text = """\
mixes:
  small: {set: {equity: {rounds: {a: {max_musd: 20}}}}}
  large: {}
scenarios:
  plain: {}
  floor: {set: {equity: {rounds: {a: {min_musd: 50}}}}}
"""
    batch = load_batch(batch_file(tmp_path, text))
    assert list(instances(batch)) == ["small/plain", "large/plain", "large/floor"]
    invalid = [each for each in mix_runs(batch) if isinstance(each, Result)]
    assert [(each.name, each.status) for each in invalid] == [("mixes/small/floor", "invalid")]
    assert "test.batch.yaml:8:49: `min_musd` 50 is above `max_musd` 20" in invalid[0].reason


@pytest.mark.parametrize(
    ("change", "code", "wrong", "remedy"),
    [
        ("{debt: {loan: {rate_per_year: 10%}}}", "wrong-value", "10%", "0.1"),
        ("{debt: {loan: {rate_per_yr: 0.1}}}", "unknown-key", "rate_per_yr", "did you mean `rate_per_year`"),
        ("{debt: {loan: {tenor_periods: -3}}}", "wrong-value", "-3", ""),
        ("{debt: {loan: {last_draw: 2099}}}", "period-outside", "2099", ""),
        ("{debt: None}", "wrong-value", "None", ""),
        ("{debt: }", "empty-removal", "debt", "write `debt: null`"),
        ("{debt: {loan: {new: true}}}", "not-new", "new", "delete `new`"),
    ],
)
@pytest.mark.parametrize("mixes", ["{base: {}, none: {set: {debt: null}}}", "{none: {set: {debt: null}}}"])
def test_a_mix_in_which_a_scenario_is_empty_does_not_hide_its_mistakes(
    tmp_path: Path, mixes: str, change: str, code: str, wrong: str, remedy: str
) -> None:
    scenario = f"scenarios: {{base: {{}}, dear: {{set: {change}}}}}\n"
    ((found, line, column, _, help),) = said(tmp_path, f"mixes: {mixes}\n{scenario}")
    assert (found, line, column) == (code, 4, scenario.index(wrong) + 1)
    assert remedy in help


@pytest.mark.parametrize("scenarios", ["{base: {}, none: {set: {debt: null}}}", "{none: {set: {debt: null}}}"])
def test_a_scenario_that_removes_what_a_mix_changes_does_not_hide_its_mistakes(tmp_path: Path, scenarios: str) -> None:
    for change, code in (("rate_per_yr: 0.1", "unknown-key"), ("last_draw: 2099", "period-outside")):
        mix = f"mixes: {{base: {{}}, dear: {{set: {{debt: {{loan: {{{change}}}}}}}}}}}\n"
        ((found, line, _, message, _),) = said(tmp_path, f"{mix}scenarios: {scenarios}\n")
        assert (found, line, message[:10]) == (code, 3, "mix `dear`")
    # a mix that some scenario completes is none
    new = "{debt: {second: {new: true, kind: bullet, tenor_periods: 1}}}"
    rate = "{debt: {second: {rate_per_year: 0.1}}}"
    text = f"mixes: {{two: {{set: {new}}}}}\nscenarios: {{a: {{set: {rate}}}, none: {{set: {{debt: null}}}}}}\n"
    assert said(tmp_path, text) == []


def test_a_mistake_that_shows_at_a_figure_of_the_base_is_not_hidden_either(tmp_path: Path) -> None:
    """A revolver has no tenor, which the loan of the base has."""
    mixes = "mixes: {none: {set: {debt: null}}, base: {}}\n"
    change = "scenarios: {base: {}, short: {set: {debt: {loan: {kind: revolver, limit_musd: 100}}}}}\n"
    ((code, line, _, message, _),) = said(tmp_path, mixes + change)
    assert (code, line) == ("tenor-of-revolver", 4)
    assert message.startswith("scenario `short` makes no instance: ")


def test_a_change_that_works_where_it_is_applied_is_no_mistake(tmp_path: Path) -> None:
    """With the round of at most 20 a least amount of 50 fails; without loans it holds, as the loan's rate does here."""
    text = """\
mixes:
  none: {set: {debt: null}}
  small: {set: {equity: {rounds: {a: {max_musd: 20}}}}}
scenarios:
  plain: {}
  cheap: {set: {debt: {loan: {rate_per_year: 0.07}}}}
  floor: {set: {equity: {rounds: {a: {min_musd: 50}}}}}
"""
    runs = mix_runs(load_batch(batch_file(tmp_path, text)))
    assert [each.name for each in runs if isinstance(each, Result)] == ["mixes/small/floor"]
