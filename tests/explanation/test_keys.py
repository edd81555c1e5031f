"""The keys: every field of the schema is a limit or is known to be none, and each can be widened."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, get_args

import pytest

import optimizer
from optimizer.explanation.keys import Key, keys_of, sooner
from optimizer.explanation.limits import FAR, KINDS, LIMITS
from optimizer.explanation.no_limits import NO_LIMITS
from optimizer.instance import schema
from optimizer.instance.reference import ROOT
from optimizer.instance.schema import Block, Instance
from tests.explanation.broken import Break, broken, programme

RICH = {
    "markets.serving.min_served_share": 0,
    "markets.training.min_served_share": 0,
    "cash.cover_commitments": True,
    "cash.minimum_opex_months": 1,
    "hardware.chips.lot_units": 1000,
    "hardware.chips.deposit_share": 0.2,
    "sites.a.phases.hall.lead_periods": 3,
    "sites.a.phases.hall.count": 2,
    "sites.a.max_utilisation_share": 0.75,
    "debt.loan.kind": "level",
    "debt.loan.tenor_periods": 4,
    "debt.loan.grace_periods": 1,
    "debt.loan.security": {"sites": 0.6, "hardware": 0.5},
    "debt.loan.prepayment": {"first_prepayment": "2026Q3"},
    "debt.line": {
        "kind": "revolver",
        "rate_per_year": 0.08,
        "limit_musd": 10,
        "letter_of_credit_share": 0.4,
        "last_draw": "2026Q3",
    },
    "covenants": {
        "cover": {"kind": "interest_cover", "minimum": 2, "first_year": "annualised", "last_test": "2026Q3"},
        "leverage": {"kind": "debt_to_ebitda", "maximum": 4},
    },
    "equity.dividends": {"maximum_musd": 5, "lock_up_dscr": 1.2},
    "power.system_limit_mw": {"2026Q1": 4, "2026Q3": 20},
    "cloud.spot.reserved": {
        "price_usd_per_h100e_hour": 2,
        "limit_h100e": 100,
        "term_periods": 2,
        "block_h100e": 8,
        "last_signing": "2026Q2",
    },
}
"""What the programme, in quarters, does not have: a term of every sort."""


@pytest.fixture(scope="module")
def rich() -> Instance:
    return broken(Break("", RICH, 0.0, length="quarter"))


def _fields() -> Iterator[tuple[type[Block], str]]:
    """Block and field of every figure, name and choice of the schema; not those that hold further blocks."""
    for block in vars(schema).values():
        if inspect.isclass(block) and issubclass(block, Block) and block is not Block:
            for name, field in block.model_fields.items():
                if name not in ("source", "notes") and not _holds_blocks(field.annotation):
                    yield block, name


def _holds_blocks(annotation: Any) -> bool:
    if inspect.isclass(annotation) and not get_args(annotation):
        return issubclass(annotation, Block)
    return any(map(_holds_blocks, get_args(annotation)))


def test_every_field_of_the_schema_is_a_limit_or_is_said_to_be_none() -> None:
    """One that is new is in neither."""
    limits = {(row.block, name) for row in LIMITS for name in row.fields}
    fields = set(_fields())
    assert fields - limits - set(NO_LIMITS) == set()
    assert limits | set(NO_LIMITS) == fields
    assert limits & set(NO_LIMITS) == set()
    assert all(NO_LIMITS.values())


def test_every_row_says_how_far_it_goes_and_of_what_kind_it_is() -> None:
    assert {row.widest for row in LIMITS} | {"two years"} == set(FAR)  # which is said of dates
    assert {row.kind for row in LIMITS} == set(KINDS)


def test_a_pair_of_rows_of_one_field_is_of_different_kinds_of_its_block() -> None:
    """Else a key would be there twice."""
    seen: dict[tuple[type[Block], str], list[str]] = {}
    for row in LIMITS:
        for name in row.fields:
            kinds = seen.setdefault((row.block, name), [])
            assert row.only or not kinds, (row.block, name)
            assert not set(row.only) & set(kinds), (row.block, name)
            kinds += row.only


# path → way, widest, step, whether it is monotone
WIDEST: dict[str, tuple[str, float, float, bool]] = {
    "sites.a.phases.hall.lead_periods": ("less", 2.0, 1.0, False),  # 3 → 1
    "sites.a.phases.hall.count": ("more", 2.0, 1.0, True),  # 2 → 4, the last of its site
    "sites.a.max_utilisation_share": ("more", 0.25, 0.0, True),
    "hardware.chips.lot_units": ("off", 1.0, 1.0, True),
    "hardware.chips.deposit_share": ("less", 0.2, 0.0, False),
    "markets.serving.sites": ("off", 1.0, 1.0, True),
    "debt.loan.tenor_periods": ("more", 4.0, 1.0, False),
    "debt.loan.grace_periods": ("more", 2.0, 1.0, False),  # one of 4 is left to repay in
    "debt.loan.capitalise_interest": ("off", 1.0, 1.0, False),
    "debt.loan.security.sites": ("more", 0.4, 0.0, True),
    "debt.loan.security.hardware": ("more", 0.5, 0.0, True),
    "debt.loan.prepayment.first_prepayment": ("earlier", 2.0, 1.0, True),
    "debt.line.letter_of_credit_share": ("less", 0.4, 0.0, True),
    "covenants.cover.minimum": ("less", 2.0, 0.0, True),
    "covenants.cover.first_test": ("later", 2.0, 1.0, True),  # from the first to the last of its three tests
    "covenants.cover.first_year": ("off", 1.0, 1.0, True),
    "covenants.leverage.maximum": ("more", 46.0, 0.0, True),  # to 50 times
    "covenants.leverage.first_test": ("later", 3.0, 1.0, True),
    "equity.dividends.lock_up_dscr": ("less", 1.2, 0.0, True),
    "equity.dividends.return_of_capital": ("off", 1.0, 1.0, True),
    "cloud.spot.reserved.term_periods": ("more", 2.0, 1.0, False),
    "cloud.spot.reserved.block_h100e": ("off", 1.0, 1.0, True),
    "cloud.spot.reserved.last_signing": ("later", 2.0, 1.0, True),
}


@pytest.mark.parametrize("path", WIDEST)
def test_how_far_a_key_may_go(rich: Instance, path: str) -> None:
    (key,) = (key for key in keys_of(rich) if key.path == path)
    assert (key.way, key.monotone) == (WIDEST[path][0], WIDEST[path][3])
    assert (key.widest, key.step) == pytest.approx(WIDEST[path][1:3])


def test_what_has_no_meaning_is_no_key(rich: Instance) -> None:
    """No grace of a bullet that pays its interest, no committed phases that are too few, no covenant that ends."""
    paths = {key.path for key in (*keys_of(rich), *keys_of(programme()))}
    assert "sites.b.phases.annex.count" not in paths
    assert "debt.line.tenor_periods" not in paths
    assert "covenants.cover.last_test" not in paths
    bullet = {key.path for key in keys_of(programme())}
    assert "debt.loan.tenor_periods" in bullet
    assert not bullet & {"debt.loan.grace_periods", "debt.loan.capitalise_interest"}


@pytest.mark.parametrize("name", ["anthropic-50b", "openai-1400b", "neocloud-11.9b-quarterly"])
def test_each_key_is_there_once_and_all_can_be_widened_together(name: str) -> None:
    instance = optimizer.load(ROOT / "instances" / f"{name}.yaml")
    keys = keys_of(instance)
    assert len({key.path for key in keys}) == len(keys) > 50
    assert instance.replace({key.path: key.at(key.widest) for key in keys}) != instance


def test_each_key_of_a_rich_programme_can_be_widened(rich: Instance) -> None:
    """By itself; and by nothing, which leaves its values."""
    for key in keys_of(rich):
        assert rich.replace({key.path: key.at(key.widest)}).hash != rich.hash
        same = rich.replace({key.path: key.at(0.0)})
        assert [other.values for other in keys_of(same) if other.path == key.path] == [key.values]


def _system(rich: Instance) -> Key:
    return next(key for key in keys_of(rich) if key.path == "power.system_limit_mw")


def test_what_grows_may_be_had_sooner(rich: Instance) -> None:
    """4, 4, 20, 20 a quarter sooner are 4, 20, 20, 20; after two there is nothing left to move."""
    date = sooner(_system(rich))
    assert date is not None
    assert (date.way, date.kind, date.unit, date.widest, date.varies) == ("sooner", "time", "periods", 2.0, False)
    assert [date.numbers(shift) for shift in (0, 1, 2)] == [(4, 4, 20, 20), (4, 20, 20, 20), (20,) * 4]
    assert rich.replace({date.path: date.at(1.0)}) != rich


def test_what_is_level_has_no_date(rich: Instance) -> None:
    assert {key.path for key in keys_of(rich) if sooner(key) is not None} == {"power.system_limit_mw"}
