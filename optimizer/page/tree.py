"""A plan under uncertainty as one HTML page: what is committed now, what waits, what may come, what it is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from optimizer.contract.objectives import SHARES
from optimizer.contract.scenario_value import price_in_need
from optimizer.exhibits.story import listed
from optimizer.exhibits.svg.style import STYLE
from optimizer.exhibits.uncertain import KINDS, tree_exhibits
from optimizer.page.figure import figure_of
from optimizer.page.render import render
from optimizer.page.sheets import Sheet
from optimizer.plan.table import NOTHING, Cell
from optimizer.report.layout import printable
from optimizer.report.numbers import money, percent, plain
from optimizer.report.tree import amount, interval, level_words, sampled_words, signed, worth_words
from optimizer.uncertainty import tables

if TYPE_CHECKING:
    from optimizer.uncertainty.record import TreeRecord

SHOWN = (
    "capex_musd",
    "equity_raised_musd",
    "debt_drawn_musd",
    "ownership_kept_share",
    "average_wacc_per_year",
    "net_present_cost",
    "cost_of_capital",
    "equity_irr_per_year",
    "minimum_dscr",
    "maximum_leverage_share",
    "minimum_cash_musd",
)
"""The metrics of the page; all others are in the table of the folder."""
MOST_ROWS, MOST_APART = 40, 4
AMOUNT = re.compile(r"(?<=\d) (?=(?:m|bn)\b|%)")
"""The space before the unit of an amount."""


def tree_page(record: TreeRecord) -> str:
    """The page of a tree. Raises MissingExtraError."""
    shown = {name: figure_of(name, each) for name, each in tree_exhibits(record).items()}
    below = [_scenarios(record), _distribution(record), _waiting(record), _breaks(record)]
    return render(
        "tree.html",
        style=STYLE,
        name=printable(record.name),
        title=printable(str(record.data["title"] or "")),
        base=printable(str(record.data["base"])),
        verdict=_verdict(record),
        tiles=[(label, _unbroken(text)) for label, text in _tiles(record)],
        now=_now(record),
        now_words=[_unbroken(words) for words in _now_words(record)],
        tree=[shown["tree"]] if "tree" in shown else [],
        head=[shown[name] for name in ("regret", "values") if name in shown],
        fans=[figure for name, figure in shown.items() if name.startswith("fan-")],
        tables=[table for table in below if table is not None],
    )


def _unbroken(text: str) -> str:
    """Text in which no line ends between a minus and its amount, or between an amount and its unit."""
    return AMOUNT.sub("\N{NO-BREAK SPACE}", text.replace("−", "−\N{WORD JOINER}"))


def _verdict(record: TreeRecord) -> list[tuple[str, bool]]:
    data = record.data
    levels = zip(level_words(data), data["levels"], strict=True)
    found = [(words, level["status"] == "optimal") for words, level in levels]
    found += [(words, True) for words in (sampled_words(data),) if words]
    if data["left_out"]:
        found.append((f"of probability 0, and left out: {listed(data['left_out'])}", True))
    failed = [name for name, plan in record.plans.items() if not plan.audit_passed]
    count = len(record.plans)
    told = f"audit passed in {'its scenario' if count == 1 else f'all {count:,} scenarios'}"
    found.append((f"the audit failed in {listed(failed)}: do not use them" if failed else told, not failed))
    return [(printable(words), is_good) for words, is_good in found]


def _tiles(record: TreeRecord) -> list[tuple[str, str]]:
    data, level = record.data, record.level
    name = str(level["name"])
    found = [(f"{name.replace('_', ' ')}, expected", amount(name, level["value"]))]
    worth = data["worth"]
    if worth is not None:
        found.append(("worth of knowing today (EVPI)", interval(name, worth["evpi"])))
        if worth["vss"] is not None:
            found.append(("worth beside the plan for one forecast (VSS)", interval(name, worth["vss"])))
        if (behind := tables.expected_regret(record)) is not None:
            found.append(("regret, expected", interval(name, behind)))
    found.append(("scenarios", f"{len(data['leaves']):,}"))
    if (rescue := data["rescue"]) is not None:
        raised = rescue["raised_musd"]
        chance = sum(leaf["probability"] for leaf in data["leaves"] if raised.get(leaf["name"], 0.0) > NOTHING)
        found.append(("chance that money from outside is needed", percent(chance)))
    return [(label, text) for label, text in found if text != "n/a"]


def _now_words(record: TreeRecord) -> Iterator[str]:
    """What the plan for one forecast is, and what deciding by scenario is worth beside it, in dollars."""
    worth = record.data["worth"]
    if worth is None:
        return
    name, single = str(record.level["name"]), worth["single_plan"] or {}
    if "of" in single:
        alike = " Sites that are alike are searched as one: which of them it is may differ." * bool(
            record.data["search"].get("pooled")
        )
        yield f"The forecast is {single['of']}; compared is what is decided by the end of {single['until']}.{alike}"
    if worth["vss"] is not None:
        value = interval(name, single["value"])
        told = f"Followed in every scenario, the plan for one forecast comes to {value}, expected"
        yield f"{told}; deciding by scenario is worth {signed(name, worth['vss'])} beside it."
        if apart := list(_apart(record)):
            more = f"; and {len(apart) - MOST_APART} more" if len(apart) > MOST_APART else ""
            yield f"What differs: {'; '.join(apart[:MOST_APART])}{more}."
    else:
        yield from (f"{words[0].upper()}{words[1:]}." for words in list(worth_words(record.data))[1:])


def _apart(record: TreeRecord) -> Iterator[str]:
    """What is committed now and differs from the plan for one forecast, in words, but for money."""
    for row in tables.beside_forecast(record).records():
        table, unit = str(row["table"]), str(row["unit"])
        if unit == "musd" or not _differs(row):
            continue
        here, there = (
            "none" if told == "–" else told for told in (_amount(row[of], unit) for of in ("tree", "forecast"))
        )
        when = f" {row['period']}" if row["period"] else ""
        yield printable(f"{row['name']}, {KINDS[table][0]}{when}: {here} in place of {there}")


def _differs(row: Mapping[str, Cell]) -> bool:
    return abs(_number(row["difference"])) > max(NOTHING, 1e-6 * abs(_number(row["tree"])))


def _now(record: TreeRecord) -> Sheet:
    """What is committed now, beside what the plan for one forecast commits."""
    cost = {(row["table"], row["name"], row["period"]): row["musd"] for row in tables.committed(record).records()}
    beside = tables.beside_forecast(record).records()
    both = bool(beside)
    rows = beside or [
        {**row, "tree": row["amount"], "forecast": None, "difference": None}
        for row in tables.committed(record).records()
    ]
    cells: list[tuple[str, ...]] = []
    strong = set()
    for row in rows:
        table, unit = str(row["table"]), str(row["unit"])
        differs = _differs(row)
        if differs:
            strong.add(len(cells))
        musd = cost.get((row["table"], row["name"], row["period"]))
        line = [str(row["name"]), KINDS[table][0], str(row["period"]), _amount(row["tree"], unit)]
        line += [money(musd) if isinstance(musd, float) and unit != "musd" else ""]
        if both:
            line += [_amount(row["forecast"], unit), _amount(row["difference"], unit, True) if differs else "same"]
        cells.append(tuple(printable(each) for each in line))
    columns: tuple[str, ...] = ("which", "what", "when", "now", "cost")
    columns += ("forecast", "difference") if both else ()
    numeric = (False, False, False, *(True for _ in columns[3:]))
    title = "Committed now, beside the plan for one forecast" if both else "Committed now"
    note = "" if not both else "what differs stands out" if strong else "nothing differs"
    return Sheet("now", title, note, columns, numeric, tuple(cells), frozenset(strong))


def _amount(cell: Cell, unit: str, is_signed: bool = False) -> str:
    """An amount of a decision in its unit: ``8,000 units``, ``2``, ``yes``."""
    value = _number(cell)
    if abs(value) <= NOTHING:
        return "–"
    sign = "+" if is_signed and value > 0 else ""
    if unit == "musd":
        return f"{sign}{money(value)}"
    if unit in ("signed", "begun") and not is_signed:
        return "yes" if value == 1.0 else plain(value, 0)
    digits = 0 if abs(value - round(value)) < 1e-6 or abs(value) >= 100 else 1
    words = {"count": "", "signed": "", "begun": "", "h100e": " H100e", "mw": " MW"}.get(unit, f" {unit}")
    return f"{sign}{plain(value, digits)}{words}"


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _scenarios(record: TreeRecord) -> Sheet:
    """What each scenario comes to, what it could be alone, and what is raised in need."""
    rows = tables.scenarios(record).records()
    name = str(record.level["name"])
    rescue, known = record.data["rescue"] is not None, any(row["alone_low"] is not None for row in rows)
    columns = ["scenario", "probability", name.replace("_", " ")]
    columns += (["alone", "regret"] if known else []) + (["from outside"] if rescue else []) + ["audit"]
    rows.sort(key=lambda row: -_number(row["probability"]))
    cells = []
    for row in rows[:MOST_ROWS]:
        value = row["value"]
        line = [str(row["scenario"]), percent(_number(row["probability"]))]
        line.append(amount(name, value if isinstance(value, float) else None))
        for which in ("alone", "regret") if known else ():
            line.append(_between(name, row[f"{which}_low"], row[f"{which}_high"]))
        line += [money(_number(row["rescue_musd"]))] if rescue else []
        cells.append((*map(printable, line), "passed" if row["audit_passed"] else "FAILED"))
    note = f"the {MOST_ROWS} likeliest of {len(rows):,}" if len(rows) > MOST_ROWS else ""
    numeric = (False, *(True for _ in columns[1:-1]), False)
    return Sheet("scenarios", "Scenarios", note, tuple(columns), numeric, tuple(cells), frozenset())


def _between(name: str, low: Cell, high: Cell) -> str:
    if not isinstance(low, float) or not isinstance(high, float):
        return "n/a"
    return interval(name, {"low": low, "high": high})


def _distribution(record: TreeRecord) -> Sheet:
    """What metrics are expected to be, and between which ends they lie."""
    names = ("expected", "least", "p10", "median", "p90", "most")
    cells = []
    for row in tables.distribution(record).records():
        metric = str(row["metric"])
        if metric in SHOWN and any(_number(row[each]) for each in names):
            told = [_metric(metric, row[each]) for each in names]
            label = metric.removesuffix("_musd").removesuffix("_share").removesuffix("_per_year").replace("_", " ")
            cells.append((label, *told))
    columns = ("metric", "expected", "least", "1 in 10 below", "median", "9 in 10 below", "most")
    note = "over the scenarios, by their probabilities; all metrics are in tables/distribution.csv"
    if price := _price_in_need(record):
        note += f"; the price of money from outside, {money(price)} expected, is in the levels above, and not in these"
    return Sheet("distribution", "What may come of it", note, columns, (False, *(True,) * 6), tuple(cells), frozenset())


def _price_in_need(record: TreeRecord) -> float:
    """What money from outside costs beside what equity costs, expected, USD million."""
    leaves = record.data["leaves"]
    return sum((leaf["probability"] * price_in_need(record.data, leaf) for leaf in leaves), 0.0)


def _metric(metric: str, cell: Cell) -> str:
    value = cell if isinstance(cell, float) else float(cell) if isinstance(cell, int) else None
    if metric.endswith(("_share", "_per_year")) or metric in SHARES:
        return percent(value)
    if metric.endswith("_musd") or metric in ("net_present_cost", "cost_of_capital"):
        return money(value)
    return "n/a" if value is None else plain(value, 2)


def _waiting(record: TreeRecord) -> Sheet | None:
    """What waiting is worth by site and framework; None where it was not asked."""
    rows = tables.waiting(record).records()
    if not rows:
        return None
    name = str(record.level["name"])
    cells = []
    for row in rows:
        line = [str(row["name"]), str(row["kind"]), str(row["decided"])]
        for which in ("now", "later", "waiting"):
            line.append(_between(name, row[f"{which}_low"], row[f"{which}_high"]))
        if row["sign"] == 0 and row["waiting_low"] != row["waiting_high"]:
            line[-1] += " (no sign at this gap)"
        cells.append(tuple(map(printable, line)))
    columns = ("name", "kind", "this plan", "if it is begun now", "if it may not be", "worth of waiting")
    words = "expected, of the tree in which it has to be begun now and of that in which it may not"
    note = f"{name.replace('_', ' ')}, {words}"
    numeric = (False, False, False, True, True, True)
    return Sheet("waiting", "What waiting is worth", note, columns, numeric, tuple(cells), frozenset())


def _breaks(record: TreeRecord) -> Sheet | None:
    """How likely each covenant breaks if the plan for one forecast is followed; None where it was not asked."""
    if record.data.get("breaks") is None:
        return None
    cells = []
    for row in tables.covenant_breaks(record).records():
        worst = row["worst_value"]
        told = "" if worst is None else f"{plain(_number(worst), 2)} for {plain(_number(row['limit']), 2)}"
        where = f", {row['worst_in']}" if row["worst_in"] else ""
        chance = percent(_number(row["probability"]))
        for column, words in (("not_followed", "no plan is left of it"), ("not_decided", "not decided")):
            if _number(row[column]) > 0.0:
                chance += f" ({words}: {percent(_number(row[column]))})"
        line = (str(row["covenant"]), chance, str(row["first_period"] or ""), f"{told}{where}", str(row["scenarios"]))
        cells.append(tuple(map(printable, line)))
    columns = ("covenant", "breaks with", "first in", "worst", "scenarios")
    note = "if the plan for one forecast is followed to its end: everything that it commits to is kept, as in a stress"
    numeric = (False, True, False, False, False)
    return Sheet("breaks", "Which covenants would break", note, columns, numeric, tuple(cells), frozenset())
