"""Numbers, layout and progress on a terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from optimizer.contract.progress import Progress
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.table import Table
from optimizer.report.figures import figures, print_figures
from optimizer.report.headline import wrapped
from optimizer.report.layout import Layout, print_table
from optimizer.report.numbers import headroom, money, percent, plain, ranges, ratio
from optimizer.report.progress import ProgressLine, progress_text
from optimizer.report.terminal import print_plan

from .conftest import Solved


@pytest.mark.parametrize(
    ("musd", "text"),
    [
        (0.0, "$0"),
        (0.0125, "$12,500"),
        (-0.0125, "−$12,500"),
        (3.14, "$3.1 m"),
        (1234.4, "$1,234 m"),
        (-12345.0, "−$12.35 bn"),
        (1e6, "$1,000.00 bn"),
        (None, "n/a"),
        (float("inf"), "n/a"),
    ],
)
def test_money(musd: float | None, text: str) -> None:
    assert money(musd) == text


def test_small_numbers_are_not_shown_as_nothing() -> None:
    assert (plain(0.0, 1), plain(0.04, 1), plain(-1234.5, 1), plain(None, 1)) == ("·", "~0", "−1,234.5", "")
    assert (percent(0.0), percent(0.0001), percent(0.125), percent(None)) == ("0.0 %", "<0.1 %", "12.5 %", "n/a")
    assert (percent(-0.0001), percent(-0.125)) == (">−0.1 %", "−12.5 %")


@pytest.mark.parametrize(
    ("value", "limit", "shown"),
    [(-1e-9, 0.6, "0.000"), (1e-9, 0.6, "0.000"), (-0.002, 0.6, "−0.002"), (0.1, 0.6, "0.100"), (-2e-6, 3.0, "0.000")],
)
def test_a_covenant_at_its_limit_shows_no_breach(value: float, limit: float, shown: str) -> None:
    """A headroom of no more than a millionth of its limit, 3e-6 of 3, is rounding; 0.002 of 0.6 is a breach."""
    assert ratio(headroom(value, limit), 3) == shown
    assert percent(headroom(-1e-9, 0.6) / 0.6) == "0.0 %"


def test_ranges() -> None:
    order = ["2026", "2027", "2028", "2029", "2030"]
    assert ranges(["2026", "2027", "2028", "2030"], order) == "2026–2028, 2030"
    assert ranges([], order) == ""


def printed(width: int, show: object) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False, emoji=False)
    show(console)  # type: ignore[operator]
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_columns_that_do_not_fit_go_below() -> None:
    layout = Layout("Title", ["2026", "2027", "total"], together=1)
    layout.row("alpha", ["1,000", "2,000", "3,000"])
    assert printed(30, layout.print) == ["", "Title", "        2026   2027  total", "alpha  1,000  2,000  3,000"]
    assert printed(20, layout.print)[2:] == [
        "        2026   2027",
        "alpha  1,000  2,000",
        "       total",
        "alpha  3,000",
    ]


def test_every_block_of_a_table_says_what_its_rows_are_of() -> None:
    """A covenant and a period make a row; the kind, the same in all of a covenant, tells none apart."""
    rows = (("dscr", "floor", "2026", 1.5, "yes"), ("dscr", "floor", "2027", 1.25, ""))
    table = Table(("name", "kind", "period", "value", "binds"), rows)
    assert printed(80, lambda console: print_table(table, console)) == [
        "name  kind   period   value  binds",
        "dscr  floor  2026    1.5000  yes",
        "dscr  floor  2027    1.2500",
    ]
    assert printed(28, lambda console: print_table(table, console)) == [
        "name  kind   period   value",
        "dscr  floor  2026    1.5000",
        "dscr  floor  2027    1.2500",
        "",
        "name  period  binds",
        "dscr  2026    yes",
        "dscr  2027",
    ]
    # both names with their gaps, 6 + 8, are more than half of a line of 20: only the first stands again
    below = ["name   value  binds", "dscr  1.5000  yes", "dscr  1.2500"]
    assert printed(20, lambda console: print_table(table, console))[-3:] == below


def test_a_table_of_one_name_a_row_repeats_that_name_only() -> None:
    table = Table(("line", "kind", "2026", "2027"), (("cash", "a", 1, 2), ("debt", "b", 3, 4)))
    assert printed(16, lambda console: print_table(table, console))[-3:] == ["line  2027", "cash     2", "debt     4"]


def test_text_of_the_file_cannot_style_or_command_the_terminal() -> None:
    table = Table(("name", "note"), (("[red]x[/red]", ":smile: \x1b[31mred\nline"),))
    lines = printed(80, lambda console: print_table(table, console))
    assert lines[1] == "[red]x[/red]  :smile: \N{REPLACEMENT CHARACTER}[31mred line"


def test_quarters_are_drawn_together_to_years() -> None:
    instance = Instance.model_validate(
        {
            "name": "quarters",
            "calendar": {"start": "2026Q3", "periods": 6, "length": "quarter"},
            "discount": {"rate_per_year": 0.1},
            "opening": {"cash_musd": 500, "paid_in_capital_musd": 500},
        }
    )
    given = [
        {
            "line": "given.staff",
            "item": "opex",
            "period": period,
            "musd": 10.0,
            "debit": "retained_earnings",
            "credit": "cash",
            "corporate": False,
        }
        for period in instance.periods.labels
    ]
    plan = Plan.assemble(instance, {}, given, {}, {"status": "optimal", "levels": []})
    lines = printed(80, lambda console: print_plan(plan, console))
    start = lines.index("How each year is paid for (USD million)")
    # two quarters in 2026, four in 2027, 10 each
    assert [line.split() for line in lines[start + 1 : start + 7]] == [
        ["2026", "2027"],
        ["Opening", "cash", "500", "480"],
        ["Operating", "cash", "flow", "after", "tax", "−20", "−40"],
        ["Total", "sources", "480", "440"],
        ["Closing", "cash", "480", "440"],
        ["Total", "uses", "480", "440"],
    ]


def test_every_rate_of_a_plan_by_quarters_says_whether_it_is_nominal_or_effective() -> None:
    """On the overview, in each table with rates, and among the figures of the file."""
    instance = Instance.model_validate(
        {
            "name": "quarters",
            "calendar": {"start": "2026Q1", "periods": 4, "length": "quarter"},
            "discount": {"rate_per_year": 0.1},
            "opening": {"cash_musd": 500, "paid_in_capital_musd": 500},
            "equity": {"cost_of_equity_per_year": 0.12},
            "cash": {"yield_per_year": 0.03},
            "pricing_grid": {"by": "leverage", "buckets": [{"upper": 1, "spread_per_year": 0.01}]},
            "hardware": {
                "chip": {
                    "vendor": "v",
                    "compute_h100e": 1,
                    "kw": 1,
                    "lead_periods": 0,
                    "life_periods": 4,
                    "price_usd": {"initial": 100, "growth_per_year": -0.1},
                }
            },
        }
    )
    held = [{"period": label, "bucket": 0, "holds": 1} for label in instance.periods.labels]
    plan = Plan.assemble(instance, {"buckets": held}, [], {}, {"status": "optimal", "levels": []})
    overview = printed(100, lambda console: print_plan(plan, console))
    assert "WACC and IRR: effective rates per year" in overview
    assert any(line.startswith("a year: effective rate") for line in overview)
    # 12 % a year is what is shown of a charge of 1.12^¼ − 1 a quarter, and not four times that
    assert any(line.startswith("all ") and line.endswith("12.00 %") for line in overview)
    notes = {
        name: printed(200, lambda console, name=name: print_table(plan.rows(name), console))[-1]  # type: ignore[misc]
        for name in ("wacc", "pricing_grid")
    }
    assert notes == {
        "wacc": "wacc_per_year: effective",
        "pricing_grid": "spread_per_year: nominal; cost_of_equity_per_year: effective",
    }
    listed = [" ".join(line.split()) for line in printed(200, lambda c: print_figures(figures(instance, {}), c))]
    assert {
        "cash.yield_per_year 0.03 nominal",
        "discount.rate_per_year 0.1 effective",
        "equity.cost_of_equity_per_year 0.12 effective",
        "hardware.chip.price_usd {'growth_per_year': -0.1, 'initial': 100.0}, growth effective",
        "pricing_grid.buckets.1.spread_per_year 0.01 nominal",
    } <= set(listed)


def test_the_key_figures_are_not_broken_within_one() -> None:
    items = ["NPV $1 m", "equity IRR 15.0 %", "runway 3.0 months"]
    assert wrapped(items, 80) == ["NPV $1 m · equity IRR 15.0 % · runway 3.0 months"]
    assert wrapped(items, 28) == ["NPV $1 m · equity IRR 15.0 %", "runway 3.0 months"]
    assert wrapped(items, 5) == items


def test_a_plan_that_was_not_audited_says_so(solved: Solved) -> None:
    plan = replace(solved.plan, audit=None)
    assert any("not audited" in line for line in printed(100, lambda console: print_plan(plan, console)))


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


FOUND = Progress("cost_of_capital", 1234.0, 1230.9, 0.0025, 3.1, 42.4)


def test_progress() -> None:
    assert progress_text(FOUND) == "cost_of_capital: best $1,234 m · bound $1,231 m · gap $3.1 m (0.25 %) · 42 s"
    nothing = Progress("cost_of_capital", None, None, None, None, 3.0)
    assert progress_text(nothing) == "cost_of_capital: no plan yet · 3 s"
    second = replace(nothing, level="wacc", number=2, count=2)
    assert progress_text(second) == "level 2 of 2, wacc: no plan yet · 3 s"


def test_progress_renews_one_line_on_a_terminal() -> None:
    screen = Screen()
    line = ProgressLine(screen)
    line(FOUND)
    line(FOUND)  # too soon to be shown again
    line.close()
    before, shown, after = screen.getvalue().split("\r\x1b[2K")
    assert (before, shown.startswith("cost_of_capital: best"), after) == ("", True, "")


def test_progress_elsewhere_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("optimizer.report.progress.time.monotonic", lambda: now[0])
    log = io.StringIO()
    line = ProgressLine(log)
    for second in range(25):
        now[0] = float(second)
        line(FOUND)
    line.close()
    # after 10 and after 20 seconds
    assert log.getvalue() == f"{progress_text(FOUND)}\n" * 2


@pytest.mark.parametrize(
    ("rates", "flows", "shown"),
    [
        ({"": 0.1}, [-1.0, 1.1], "project IRR 10.0 %"),
        ({"": 0.1}, [1.0, -1.1], "project IRR 10.0 % (money comes in first: what that costs)"),
        ({"": 1e-15 - 1.0}, [-1.0, *[0.0] * 40, 1.0], "project IRR −100.0 %"),
        ({"": None, ".1": 0.1, ".2": 0.4}, None, "project IRR not unique (10.0 % and 40.0 %)"),
        ({"": None, ".1": -0.5, ".2": 0.1, ".3": 0.4}, None, "project IRR not unique (−50.0 %, 10.0 % and 40.0 %)"),
        ({"": None}, [-1.0, 0.0, 0.0], "project IRR none (no money comes in)"),
        ({"": None}, [-1.0, 2.0, -1.5], "project IRR none (the present value is negative at every rate)"),
    ],
)
def test_every_project_irr_is_named_or_why_there_is_none(
    solved: Solved, monkeypatch: pytest.MonkeyPatch, rates: dict[str, float | None], flows: list[float], shown: str
) -> None:
    monkeypatch.setattr(
        "optimizer.report.headline.project_flows", lambda plan: [(float(t), flow) for t, flow in enumerate(flows)]
    )
    metrics = {name: value for name, value in solved.plan.metrics.items() if "project_irr" not in name}
    metrics |= {f"project_irr_per_year{ending}": rate for ending, rate in rates.items()}
    plan = replace(solved.plan, metrics=metrics)
    (line,) = [line for line in printed(120, lambda console: print_plan(plan, console)) if "project IRR" in line]
    assert shown in line.split(" · ")


def test_the_headline_names_what_solved_it(solved: Solved) -> None:
    own = solved.plan.summary["versions"]
    line = f"solved by HiGHS {own['highspy']}, 1 thread, seed 0, capstack {own['capstack']}"
    assert line in printed(100, lambda console: print_plan(solved.plan, console))
    older = replace(solved.plan, summary={**solved.plan.summary, "versions": {"highspy": "1.15.1"}, "options": {}})
    assert "solved by HiGHS 1.15.1" in printed(100, lambda console: print_plan(older, console))
    unknown = printed(100, lambda console: print_plan(replace(solved.plan, summary={}), console))
    assert not any("solved by" in line for line in unknown)
