"""The money side of the hand-written flagship: debt, equity, the pricing grid, tax, covenants and cash."""

from __future__ import annotations

from typing import Any

from benchmarks.sheet import INFINITE, YEARS, Sheet, Terms, Year, add, index, scaled, total


def finance(figures: dict[str, Any], sheet: Sheet, flows: list[Year]) -> tuple[list[Terms], list[float]]:
    """Returns what capital costs in each year, as terms and constants. Instant 0 is free of debt."""
    after_tax = 1.0 - figures["tax"]["rate"]
    charges: list[Terms] = [{} for _ in YEARS]
    debt: list[Terms] = [{} for _ in YEARS]
    banks: list[Terms] = [{} for _ in YEARS]
    service: list[Terms] = [{} for _ in YEARS]

    def interest(year: int, column: int, rate: float) -> None:
        add(charges[year], column, after_tax * rate)
        for terms, sign in ((flows[year].cash, -1.0), (flows[year].income, -1.0), (service[year], 1.0)):
            add(terms, column, sign * rate)

    for name, loan in figures["debt"].items():
        balances = sheet.columns()
        for year in YEARS:
            add(debt[year], balances[year], 1.0)
            if loan.get("lender"):
                add(banks[year], balances[year], 1.0)
            if year:
                interest(year, balances[year - 1], loan["rate_per_year"])
        if loan["kind"] == "revolver":
            _revolver(loan, sheet, flows, balances)
        else:
            _term_loan(loan, sheet, flows, balances, charges, service, vendor=name == "vendor-credit")
    for year in YEARS:
        sheet.row(banks[year], -INFINITE, figures["lenders"]["banks"]["limit_musd"])
    raised = _equity(figures["equity"], sheet, flows, charges)
    opening = figures["opening"]["paid_in_capital_musd"]
    constants = [0.0 for _ in YEARS]
    constants[0] = figures["pricing_grid"]["buckets"][0]["cost_of_equity_per_year"] * opening
    most = figures["covenants"]["leverage"]["maximum"]
    for year in YEARS:
        held = total(scaled(debt[year], 1.0 - most), scaled(raised[year], -most))
        sheet.row(held, -INFINITE, most * opening)
        if year + 1 in YEARS:
            for spread, owed, cost, equity in _bucket(figures, sheet, debt[year], raised[year], opening):
                interest(year + 1, owed, spread)
                add(charges[year + 1], equity, cost)
    _tax(figures["tax"], sheet, flows)
    coverage = figures["covenants"]["coverage"]
    for year in range(index(coverage["first_test"], 0), len(YEARS)):
        flow = flows[year]
        covered = total(flow.operating, flow.tax, scaled(service[year], -coverage["minimum"]))
        sheet.row(covered, flow.corporate - flow.cash_constant, INFINITE)
    _cash(figures, sheet, flows)
    return charges, constants


def _bucket(
    figures: dict[str, Any], sheet: Sheet, debt: Terms, raised: Terms, opening: float
) -> list[tuple[float, int, float, int]]:
    """One bucket of leverage for the end of a year; the spread on its debt and the cost of its equity."""
    most_debt = sum(loan["limit_musd"] for loan in figures["debt"].values())
    most_equity = opening + sum(deal["max_musd"] for deal in figures["equity"]["rounds"].values())
    chosen, owed_in_all, equity_in_all = {}, scaled(debt, -1.0), scaled(raised, -1.0)
    found = []
    for bucket in figures["pricing_grid"]["buckets"]:
        owed, equity, binary = sheet.column(), sheet.column(), sheet.column(0.0, 1.0, integer=True)
        chosen[binary] = owed_in_all[owed] = equity_in_all[equity] = 1.0
        sheet.row({owed: 1.0, binary: -most_debt}, -INFINITE, 0.0)
        sheet.row({equity: 1.0, binary: -most_equity}, -INFINITE, 0.0)
        low, high = bucket.get("lower", 0.0), bucket["upper"]
        sheet.row({owed: 1.0 - low, equity: -low}, 0.0, INFINITE)
        sheet.row({owed: 1.0 - high, equity: -high}, -INFINITE, 0.0)
        found.append((bucket["spread_per_year"], owed, bucket["cost_of_equity_per_year"], equity))
    sheet.row(chosen, 1.0, 1.0)
    sheet.row(owed_in_all, 0.0, 0.0)
    sheet.row(equity_in_all, opening, opening)
    return found


def _cash(figures: dict[str, Any], sheet: Sheet, flows: list[Year]) -> None:
    """Cash is carried from year to year and never falls below its minimum."""
    cash = [sheet.column(figures["cash"]["minimum_musd"]) for _ in YEARS]
    for year, flow in enumerate(flows):
        carried = {cash[year - 1]: 1.0} if year else {}
        given = flow.cash_constant + (0.0 if year else figures["opening"]["cash_musd"])
        sheet.row(total(flow.cash, {cash[year]: -1.0}, carried), -given, -given)


def _revolver(loan: dict[str, Any], sheet: Sheet, flows: list[Year], balances: list[int]) -> None:
    """Drawn and repaid at will: only the balance is decided."""
    for year, flow in enumerate(flows):
        sheet.high[balances[year]] = loan["limit_musd"]
        add(flow.cash, balances[year], 1.0)
        if year:
            add(flow.cash, balances[year - 1], -1.0)


def _term_loan(
    loan: dict[str, Any],
    sheet: Sheet,
    flows: list[Year],
    balances: list[int],
    charges: list[Terms],
    service: list[Terms],
    *,
    vendor: bool,
) -> None:
    """Draws in the window, none or at least the minimum; each is repaid by its schedule."""
    tenor, grace, limit = loan["tenor_periods"], loan.get("grace_periods", 0), loan["limit_musd"]
    left = _left(loan["kind"], tenor, grace, loan["rate_per_year"])
    first, last = index(loan.get("first_draw"), 0), index(loan.get("last_draw"), YEARS[-1])
    draws = sheet.columns()
    minimum, fee = loan.get("min_draw_musd", 0.0), loan.get("upfront_fee_share", 0.0)
    for year, flow in enumerate(flows):
        draw = draws[year]
        sheet.high[draw] = limit if first <= year <= last else 0.0
        if minimum and first <= year <= last:
            drawn = sheet.column(0.0, 1.0, integer=True)
            sheet.row({draw: 1.0, drawn: -minimum}, 0.0, INFINITE)
            sheet.row({draw: 1.0, drawn: -limit}, -INFINITE, 0.0)
        if vendor:
            sheet.row({draw: 1.0, **scaled(flow.vendor, -loan["tied_to"]["capex_share"])}, -INFINITE, 0.0)
        add(flow.cash, draw, 1.0 - fee)
        add(flow.free_cash, draw, -fee)
        add(flow.income, draw, -fee)
        add(charges[year], draw, fee)
        owed = {draws[earlier]: left[year - earlier] for earlier in range(year + 1) if left[year - earlier]}
        sheet.row({**owed, balances[year]: -1.0}, 0.0, 0.0)
        for earlier in range(year):
            repaid = left[year - earlier - 1] - left[year - earlier]
            if repaid:
                add(flow.cash, draws[earlier], -repaid)
                add(service[year], draws[earlier], repaid)
    sheet.row(dict.fromkeys(draws, 1.0), -INFINITE, limit)


def _left(kind: str, tenor: int, grace: int, rate: float) -> list[float]:
    """The share of a draw that is still owed after k years, level principal or annuity."""
    left = []
    for age in range(len(YEARS) + 1):
        k = min(max(age, grace), tenor)
        if kind == "level":
            left.append(1.0 - (k - grace) / (tenor - grace))
        else:
            growth = (1.0 + rate) ** (tenor - grace)
            left.append((growth - (1.0 + rate) ** (k - grace)) / (growth - 1.0))
    return left


def _equity(equity: dict[str, Any], sheet: Sheet, flows: list[Year], charges: list[Terms]) -> list[Terms]:
    """Rounds, each raised at most once; returns what was raised so far in each year."""
    raised: list[Terms] = [{} for _ in YEARS]
    for deal in equity["rounds"].values():
        window = range(index(deal["first_raise"], 0), index(deal["last_raise"], YEARS[-1]) + 1)
        chosen: Terms = {}
        for year in window:
            amount, binary = sheet.column(0.0, deal["max_musd"]), sheet.column(0.0, 1.0, integer=True)
            chosen[binary] = 1.0
            sheet.row({amount: 1.0, binary: -deal["min_musd"]}, 0.0, INFINITE)
            sheet.row({amount: 1.0, binary: -deal["max_musd"]}, -INFINITE, 0.0)
            for column, cost in ((amount, deal["flotation_share"]), (binary, deal["flotation_fixed_musd"])):
                add(flows[year].cash, column, -cost)
                add(flows[year].free_cash, column, -cost)
                add(charges[year], column, cost)
            add(flows[year].cash, amount, 1.0)
            for later in range(year, len(YEARS)):
                raised[later][amount] = 1.0
        sheet.row(chosen, -INFINITE, 1.0)
    return raised


def _tax(tax: dict[str, Any], sheet: Sheet, flows: list[Year]) -> None:
    """Tax on income less losses carried forward, which cover a share of it."""
    profit, loss, used, pool = (sheet.columns() for _ in range(4))
    for year, flow in enumerate(flows):
        sheet.row(
            total(flow.income, {profit[year]: -1.0, loss[year]: 1.0}), -flow.income_constant, -flow.income_constant
        )
        sheet.row({used[year]: 1.0, profit[year]: -tax["loss_usable_share"]}, -INFINITE, 0.0)
        balance = {pool[year]: 1.0, loss[year]: -1.0, used[year]: 1.0}
        if year:
            balance[pool[year - 1]] = -1.0
            sheet.row({used[year]: 1.0, pool[year - 1]: -1.0}, -INFINITE, 0.0)
        else:
            sheet.high[used[year]] = 0.0
        sheet.row(balance, 0.0, 0.0)
        for terms in (flow.cash, flow.free_cash, flow.tax):
            add(terms, profit[year], -tax["rate"])
            add(terms, used[year], tax["rate"])
