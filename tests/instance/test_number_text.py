"""What is said of a number that is not written as one: the number that was meant, or nothing that may be wrong."""

from __future__ import annotations

import pytest

from optimizer.instance import check_text
from optimizer.instance.number_text import number_hint
from tests.instance.example import TEXT

BARE = "write the bare number: the unit is in the name of the key"


@pytest.mark.parametrize(
    ("key", "text", "help"),
    [
        ("price_usd", "300", "write 300, without separators or quotes"),
        ("price_usd", "25_000", "write 25000, without separators or quotes"),
        ("price_usd", "1.300,00", "write 1300, without separators or quotes"),
        ("price_usd", "1.300,5", "write 1300.5, without separators or quotes"),
        ("price_usd", "1.300.000", "write 1300000, without separators or quotes"),
        ("price_usd", "1,300,000", "write 1300000, without separators or quotes"),
        ("price_usd", "1,300.5", "write 1300.5, without separators or quotes"),
        ("price_usd", "1.300", "write 1.3, without separators or quotes"),
        ("price_usd", "1,300", "write 1300, or 1.3 if it is a decimal comma"),
        ("price_usd", "-1,300", "write -1300, or -1.3 if it is a decimal comma"),
        ("price_usd", "1'300", "write 1300, without separators or quotes"),
        ("price_usd", "1 300", "write 1300, without separators or quotes"),
        ("price_usd", "1\u00a0300", "write 1300 for 1\u00a0300"),
        ("price_usd", "1\u202f300,5", "write 1300.5 for 1\u202f300,5"),
        ("rate_per_year", "0,085", "write 0.085, with a decimal point"),
        ("rate_per_year", "-0,125", "write -0.125, with a decimal point"),
        ("rate_per_year", "\u22120.08", "write -0.08 for \u22120.08"),
        ("rate_per_year", "(0.08)", "write -0.08 for (0.08)"),
        ("rate_per_year", "850bps", "write 0.085 for 850bps"),
        ("rate_per_year", "8.5 percent", "write 0.085 for 8.5 percent"),
        ("rate_per_year", "8,5%", "write 0.085 for 8,5%"),
        ("rate_per_year", ".085%", "write 0.00085 for .085%"),
        ("rate_per_year", "8% p.a.", "write 0.08 for 8% p.a."),
        ("rate_per_year", "(8%)", "write -0.08 for (8%)"),
        ("rate_per_year", "(-0.08)", "write -0.08 for (-0.08)"),
        ("rate_per_year", "0.1k", BARE),
        ("rate_per_year", "$300", BARE),
        ("rate_per_year", "300m", BARE),
        ("max_musd", "8%", BARE),
        ("max_musd", "300m", "write 300 for 300m"),
        ("max_musd", "300 mm", "write 300 for 300 mm"),
        ("max_musd", "0.3bn", "write 300 for 0.3bn"),
        ("max_musd", "$0.3bn", "write 300 for $0.3bn"),
        ("max_musd", "300m USD", "write 300 for 300m USD"),
        ("max_musd", "300 MUSD", "write 300 for 300 MUSD"),
        ("max_musd", "USD 300", "write 300 for USD 300"),
        ("max_musd", "$300", "write 300 for $300"),
        ("max_musd", "-$300", "write -300 for -$300"),
        ("max_musd", "($300)", "write -300 for ($300)"),
        ("max_musd", "1,300m", "write 1300, or 1.3 if it is a decimal comma"),
        ("max_musd", "$300,000,000", BARE),
        ("max_musd", "300k", BARE),
        ("max_musd", "\u20ac300", BARE),
        ("max_musd", "EUR 300", BARE),
        ("price_usd", "0.3bn", "write 300000000 for 0.3bn"),
        ("price_usd", "300m", "write 300000000 for 300m"),
        ("price_usd", "15k", "write 15000 for 15k"),
        ("demand_h100e", "15k", "write 15000 for 15k"),
        ("demand_h100e", "300m", BARE),
        ("limit_mw", "20 MW", "write 20 for 20 MW"),
        ("limit_mw", "20 kW", BARE),
        ("limit_mw", "20 cores", BARE),
        ("demand_h100e", "0, 15000, 30000", "put the list in brackets: [0, 15000, 30000]"),
        ("demand_h100e", "0,15000", "write 0.15, with a decimal point"),
        ("demand_h100e", "1,2,3", "put the list in brackets: [1, 2, 3]"),
        *(("price_usd", text, "") for text in ("1.2.3", "1..2", "", "-", ".", "yes", "2026Q3", "12:30", "1/2", "5-6")),
        ("price_usd", "9" * 1000, ""),
    ],
)
def test_what_was_meant(key: str, text: str, help: str) -> None:
    assert number_hint(text, key, True) == help


def test_a_list_is_proposed_only_where_one_may_stand() -> None:
    assert number_hint("20, 30", "mw", False) == ""


@pytest.mark.parametrize(
    ("old", "new", "help"),
    [
        ("limit_musd: 500", "limit_musd: 0.5bn", "write 500 for 0.5bn"),
        ("demand_h100e: 5000", "demand_h100e: [5k, 1, 2, 3]", "write 5000 for 5k"),
        ("price_usd: 40000", "price_usd: {initial: 40k, growth_per_year: 0}", "write 40000 for 40k"),
        ("price_usd: 40000", "price_usd: {initial: 4, growth_per_year: 8%}", "write 0.08 for 8%"),
        ("max_musd: 400", "max_musd: $400", "write 400 for $400"),
        ("[0.2, 0.32, 0.192", "[0.2, 32%, 0.192", "write 0.32 for 32%"),
    ],
)
def test_the_unit_is_that_of_the_key(old: str, new: str, help: str) -> None:
    assert TEXT.count(old) == 1
    found = [d.help for d in check_text(TEXT.replace(old, new)).diagnostics if d.code == "wrong-value"]
    assert found == [help]
