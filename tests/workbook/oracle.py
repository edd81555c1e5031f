"""The audit's replay of a plan with other inputs and decisions: what an edited workbook has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from typing import Any

from optimizer.auditing import covenants, objectives
from optimizer.auditing.objectives import Figures
from optimizer.auditing.reserves import restricted_cash
from optimizer.auditing.run import DIGITS, replayed
from optimizer.auditing.transfers import transferred
from optimizer.contract.accounts import ASSETS
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.workbook.sheet import FIRST_COLUMN
from tests.workbook.books import Book

CENT = 1e-8
"""One cent, in USD million."""
ROUNDING = 5e-15
"""LibreOffice writes 15 digits: of more than two trillion dollars the cent is not among them."""


def agree(found: float, wanted: float, money: bool = True) -> bool:
    """Whether two amounts are the same to a cent; two quantities, such as MWh, to a millionth of a millionth."""
    return abs(found - wanted) <= max(CENT, (ROUNDING if money else 1e-12) * abs(wanted))


def replay(plan: Plan, instance: Instance, decisions: Mapping[str, list[dict[str, Any]]]) -> Figures:
    """The figures of these decisions under these inputs; that rules are broken is no matter here."""
    data = {**plan.to_dict(), "instance_hash": instance.hash, "decisions": {**plan.decisions, **decisions}}
    return replayed(instance, data, None)


def differences(figures: Figures, book: Book) -> Iterator[str]:
    """What a workbook says otherwise: lines of the ledger, balances, covenants, objectives."""
    replay_, last = figures.replay, figures.replay.last
    labels = replay_.calendar.labels

    def row_sum(sheet: str, rows: list[int], t: int) -> float:
        return sum(float(book.cell(sheet, row, FIRST_COLUMN + t) or 0.0) for row in rows)

    lines = {line for line, _ in replay_.book.lines}
    noted = {str(row[2]) for row in book.table("Calculations") if len(row) > 2}
    yield from (f"{line} is missing" for line in sorted(lines - noted))
    for line in sorted(noted - {"", "Where from"}):
        rows = [
            i
            for i in book.rows("Calculations", line)
            if not str(book.cell("Calculations", i, 0)).endswith("(not used)")
        ]
        for t in replay_.span:
            wanted = float(sum(replay_.book.lines.get((line, t), {}).values()))
            found = row_sum("Calculations", rows, t)
            if not agree(found, wanted):
                yield f"{line} {labels[t - 1]}: {found} for {wanted}"
    for account, name in ASSETS.items():
        rows = book.labelled("Balance sheet", name)
        wanted_all = replay_.book.balances(account)
        for t in range(last + 1):
            found = row_sum("Balance sheet", rows, t)
            if not agree(found, float(wanted_all[t])):
                yield f"balance of {account} {t}: {found} for {wanted_all[t]}"
    yield from _groups(figures, book)
    yield from _covenants(figures, book)
    yield from _objectives(figures, book)


def group_cash(figures: Figures) -> dict[str, list[Decimal]]:
    """Cash at the ends of 0 … T of each borrowing group, and of the company without them (an empty name)."""
    replay_ = figures.replay
    found: dict[str, list[Decimal]] = {}
    with localcontext() as context:
        context.prec = DIGITS
        for name, group in replay_.instance.groups.items():
            held = [Decimal(str(group.opening_cash_musd))]
            for t in replay_.span:
                held.append(held[-1] + replay_.book.part(name).cash_flow(t) + transferred(replay_, name, t))
            found[name] = held
        groups = list(found.values())
        found[""] = [whole - sum((each[t] for each in groups), Decimal(0)) for t, whole in enumerate(figures.cash)]
    return found


def _groups(figures: Figures, book: Book) -> Iterator[str]:
    for name, held in group_cash(figures).items():
        if not name:
            continue
        (row,) = book.labelled("Borrowing groups", f"{name}: closing cash")
        for t, musd in enumerate(held):
            found = float(book.cell("Borrowing groups", row, FIRST_COLUMN + t) or 0.0)
            if not agree(found, float(musd)):
                yield f"cash of {name} {t}: {found} for {musd}"


def _covenants(figures: Figures, book: Book) -> Iterator[str]:
    replay_ = figures.replay
    with localcontext() as context:
        context.prec = DIGITS
        free = {
            whose: [each - kept for each, kept in zip(held, restricted_cash(replay_, whose), strict=True)]
            for whose, held in group_cash(figures).items()
        }
        for name, covenant in replay_.instance.covenants.items():
            (start,) = [
                i for i, row in enumerate(book.table("Covenants")) if row and str(row[0]).startswith(f"{name}: ")
            ]
            money = next(i for i in book.labelled("Covenants", "Headroom in money") if i > start)
            floor = covenant.minimum is not None
            bound = replay_.values(covenant.minimum if floor else covenant.maximum, name)
            test = covenants._Test(replay_, covenant, figures.funding, free, figures.lenders, name)
            for t in replay_.window(covenant.first_test, covenant.last_test, name):
                if covenant.kind in covenants._FLOWS:
                    left, right, _ = test.flows(t, bound[t])
                else:
                    left, right = test.sides(t, bound[t])
                found = float(book.cell("Covenants", money, FIRST_COLUMN + t) or 0.0)
                if not agree(found, float(right - left)):
                    yield f"headroom of {name} {t}: {found} for {right - left}"


def objective_values(figures: Figures) -> dict[str, float]:
    """What the audit finds for the objectives that it adds up of terms, by name."""
    with localcontext() as context:
        context.prec = DIGITS
        wanted = {
            "cost_of_capital": sum(objectives._cost_of_capital(figures)),
            "net_present_cost": sum(objectives._net_present_cost(figures)),
            "capital_employed": sum(figures.charged.capital),
            "shareholder_value": sum(objectives._shareholder_value(figures)),
            "terminal_cash": figures.cash[-1],
            "dilution": 1 - figures.kept,
        }
    return {name: float(value) for name, value in wanted.items()}


def _objectives(figures: Figures, book: Book) -> Iterator[str]:
    for objective, value in objective_values(figures).items():
        name = objective.replace("_", " ").capitalize()
        rows = [
            i for i in book.labelled("Cost of capital", name) if isinstance(book.cell("Cost of capital", i, 3), float)
        ]
        if not rows and value == 0:  # nothing in the file that it could see
            continue
        (row,) = rows
        found = float(book.cell("Cost of capital", row, 3))
        if not agree(found, float(value)):
            yield f"{name}: {found} for {value}"
