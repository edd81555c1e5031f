"""What the schema refuses is said in plain words, at its place, with a remedy."""

from __future__ import annotations

import pytest

from optimizer.instance import check_text
from optimizer.instance.schema import Debt, Equity, Instance, Offer, Site, Tiers
from optimizer.instance.schema_errors import in_words
from tests.instance.example import TEXT

from .loading import about, errors


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "message", "help"),
    [
        (
            "price_usd: 40000",
            'price_usd: "25k"',
            "wrong-value",
            '"25k"',
            '`price_usd` should be a number of at least 0 or a series of such, not text "25k"',
            "write 25000 for 25k",
        ),
        (
            "price_usd: 40000",
            "price_usd: 25_000",
            "wrong-value",
            "25_000",
            '`price_usd` should be a number of at least 0 or a series of such, not text "25_000"',
            "write 25000, without separators or quotes",
        ),
        (
            "price_usd: 40000",
            "price_usd: 160,5",
            "wrong-value",
            "160,5",
            '`price_usd` should be a number of at least 0 or a series of such, not text "160,5"',
            "write 160.5, with a decimal point",
        ),
        (
            "price_usd: 40000",
            "price_usd: [1, -2, 3, 4]",
            "wrong-value",
            "-2",
            "`price_usd`: value 2 should be at least 0, not -2",
            about(Offer, "price_usd"),
        ),
        (
            "price_usd: 40000",
            "price_usd: [1, x, 3, 4]",
            "wrong-value",
            "x, 3",
            '`price_usd`: value 2 should be a number, not text "x"',
            about(Offer, "price_usd"),
        ),
        (
            "price_usd: 40000",
            "price_usd: {2026: 1, 2027: -1}",
            "wrong-value",
            "-1}",
            "`price_usd`: the step 2027 should be at least 0, not -1",
            about(Offer, "price_usd"),
        ),
        (
            "price_usd: 40000",
            "price_usd: {initial: 1}",
            "wrong-value",
            "price_usd: {",
            "`price_usd`: growth is written {initial: …, growth_per_year: …}, both and nothing else",
            about(Offer, "price_usd"),
        ),
        (
            "price_usd: 40000",
            "price_usd: {value: 4}",
            "series-fit",
            "value: 4}",
            "`price_usd`: 'value' is not a period: write 2026, 2026Q3 or 2026-07",
            'a figure with its source is written {value: 5, source: "…"}',
        ),
        (
            "price_usd: 40000",
            "prise_usd: 40000",
            "unknown-key",
            "prise_usd",
            "`prise_usd` is not a key of `hardware.gb200`",
            "did you mean `price_usd`?",
        ),
        (
            "upkeep_usd_per_unit_year: 500",
            "upkeep: 500",
            "unknown-key",
            "upkeep",
            "`upkeep` is not a key of `hardware.gb200`",
            "did you mean `upkeep_usd_per_unit_year`?",
        ),
        (
            "upkeep_usd_per_unit_year: 500",
            "upkeep_by_age: [500]",
            "unknown-key",
            "upkeep_by_age",
            "`upkeep_by_age` is not a key of `hardware.gb200`",
            "did you mean `upkeep_usd_per_unit_year_by_age`?",
        ),
        (
            "upkeep_usd_per_unit_year: 500",
            "upkeep_usd_per_unit_year_by_age: 500",
            "wrong-value",
            "500",
            "`upkeep_usd_per_unit_year_by_age` should be a list, each item a number of at least 0, not 500",
            f"a list of one is written [500]. {about(Offer, 'upkeep_usd_per_unit_year_by_age')}",
        ),
        (
            "    kw: 2\n",
            "",
            "missing-key",
            "gb200:",
            "`kw` is missing from `hardware.gb200`",
            f"write `kw: …`, a number of at least 0. {about(Offer, 'kw')}",
        ),
        (
            "deposit_share: 0.2",
            "deposit_share: 20",
            "wrong-value",
            "20",
            "`deposit_share` should be a number from 0 to 1, not 20",
            "a share is a fraction: write 0.2 for 20 %",
        ),
        (
            "cost_of_equity_per_year: 0.12",
            "cost_of_equity_per_year: 15",
            "wrong-value",
            "15",
            "`cost_of_equity_per_year` should be a number from 0 to 10 or a series of such, not 15",
            "write 0.15 for 15 %",
        ),
        (
            "cost_of_equity_per_year: 0.12",
            "cost_of_equity_per_year: -15",
            "wrong-value",
            "-15",
            "`cost_of_equity_per_year` should be a number from 0 to 10 or a series of such, not -15",
            about(Equity, "cost_of_equity_per_year"),
        ),
        (
            "discount: {rate_per_year: 0.08",
            "discount: {rate_per_year: -8",
            "wrong-value",
            "-8",
            "`rate_per_year` should be a number above -1 and of at most 10, not -8",
            "write -0.08 for -8 %",
        ),
        (
            "price_usd: 40000",
            "price_usd: {initial: 5, growth_per_year: -8}",
            "wrong-value",
            "-8",
            "`price_usd`: growth_per_year should be above -1",
            "write -0.08 for -8 %",
        ),
        (
            "price_usd: 40000",
            "price_usd: {initial: 5, growth_per_year: -100}",
            "wrong-value",
            "-100",
            "`price_usd`: growth_per_year should be above -1",
            about(Offer, "price_usd"),
        ),
        (
            "min_served_share: 0",
            "min_served_share: [0, 5, 0, 0]",
            "wrong-value",
            "5, 0",
            "`min_served_share`: value 2 should be at most 1, not 5",
            "a share is a fraction: write 0.05 for 5 %",
        ),
        (
            "pue: 1.25",
            "pue: 12",
            "wrong-value",
            "12",
            "`pue` should be a number from 1 to 10, not 12",
            about(Site, "pue"),
        ),
        (
            "lead_periods: 0",
            "lead_periods: yes",
            "wrong-value",
            "yes",
            '`lead_periods` should be a whole number from 0 to 2,000, not text "yes"',
            about(Offer, "lead_periods"),
        ),
        (
            "rate_per_year: 0.07,",
            "rate_per_year: 7%,",
            "wrong-value",
            "7%",
            '`rate_per_year` should be a number from 0 to 10 or a series of such, not text "7%"',
            "write 0.07 for 7%",
        ),
        (
            "kind: bullet",
            "kind: bulet",
            "wrong-value",
            "bulet",
            f'`kind` should be {in_words(Debt.model_fields["kind"].annotation)}, not text "bulet"',
            "did you mean `bullet`?",
        ),
        (
            "lead_periods: 0",
            "lead_periods: 0.5",
            "wrong-value",
            "0.5",
            "`lead_periods` should be a whole number from 0 to 2,000, not 0.5",
            about(Offer, "lead_periods"),
        ),
        (
            "lead_periods: 0",
            "lead_periods: 1.0",
            "wrong-value",
            "1.0",
            "`lead_periods` should be a whole number from 0 to 2,000, not 1.0",
            "write 1",
        ),
        (
            "lead_periods: 0",
            "lead_periods: true",
            "wrong-value",
            "true",
            "`lead_periods` should be a whole number from 0 to 2,000, not true",
            about(Offer, "lead_periods"),
        ),
        (
            "last_draw: 2027, limit_musd: 500",
            "last_draw: soon, limit_musd: 500",
            "wrong-value",
            "soon",
            '`last_draw` should be a period such as 2026, 2026Q3 or 2026-07, not text "soon"',
            about(Debt, "last_draw"),
        ),
        (
            "name: one\n",
            "name: one\n        committed: yes\n",
            "wrong-value",
            "yes",
            '`committed` should be true or false, not text "yes"',
            "write true or false",
        ),
        (
            "kw: 2\n",
            "kw:\n",
            "wrong-value",
            "kw:",
            "`kw` should be a number of at least 0, not empty",
            about(Offer, "kw"),
        ),
        (
            "region: north",
            "region: nroth",
            "unknown-region",
            "nroth",
            "there is no region `nroth`",
            "did you mean `north`?",
        ),
        ("region: north", "region: 5", "wrong-value", "5", "`region` should be a name, not 5", 'put it in quotes: "5"'),
        (
            "  north: {",
            "  2north: {",
            "wrong-value",
            "2north",
            "`2north` is not a name",
            "a name begins with a letter and has up to 64 letters, digits, _ . or -",
        ),
        (
            "  north: {",
            "  n\u043erth: {",
            "wrong-value",
            "n\u043erth",
            "`n\u043erth` is not a name",
            "a name begins with a letter and has up to 64 letters, digits, _ . or -; the \u043e in it is cyrillic "
            "small letter o, U+043E",
        ),
        (
            "region: north",
            "region: n\u043erth",
            "wrong-value",
            "n\u043erth",
            '`region` should be a name, not text "n\u043erth"',
            "a name begins with a letter and has up to 64 letters, digits, _ . or -; the \u043e in it is cyrillic "
            "small letter o, U+043E",
        ),
        (
            "steps: [{from_units: 0, discount_share: 0}, {from_units: 1000, discount_share: 0.05}]",
            "steps: []",
            "wrong-value",
            "steps",
            "`steps` is empty: it needs at least one item",
            about(Tiers, "steps"),
        ),
        (
            "limit_musd: 500}",
            "limit_musd: 500, security: {halls: 1}}",
            "wrong-value",
            "halls",
            "`halls` is not one of sites, hardware, construction_in_progress",
            "the names are sites, hardware, construction_in_progress",
        ),
        (
            "tax: {rate",
            "tax: 0.21 #",
            "wrong-value",
            "0.21",
            "`tax` should be a block of keys, not 0.21",
            about(Instance, "tax"),
        ),
        (
            "equity:\n",
            "equity: []\nold:\n",
            "wrong-value",
            "equity",
            "`equity` should be a block of keys, not a list",
            about(Instance, "equity"),
        ),
    ],
)
def test_schema_errors_in_plain_words(old: str, new: str, code: str, at: str, message: str, help: str) -> None:
    assert TEXT.count(old) == 1, old
    text = TEXT.replace(old, new)
    found = errors(check_text(text).diagnostics)
    wanted = [d for d in found if d.code == code and d.message == message]
    assert wanted, [d.message for d in found]
    assert wanted[0].help == help
    start = text.index(new) + new.index(at) if at in new else text.index(at)
    line = text[:start].count("\n") + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    assert (wanted[0].line, wanted[0].column) == (line, column)
