"""Whether shareholder_value has what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.finance.rates import effective_per_period
from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.fair_rate import effective_yields
from optimizer.instance.schema import Instance
from optimizer.instance.series import Series, written_values

NAME = "shareholder_value"


def dividends_unsaid(instance: Instance) -> Iterator[Hit]:
    """shareholder_value is an objective, and the equity block does not say whether anything is paid out."""
    equity = instance.equity
    if equity is None or "dividends" in equity.model_fields_set or "objectives" not in instance.model_fields_set:
        return
    for level in _levels(instance):
        message = "`dividends` is missing: what a plan is worth to shareholders depends on what is paid out to them"
        help = "write `dividends: {return_of_capital: true}` to pay out freely, or `dividends: none`"
        yield Hit(("equity",), message, help, on_key=True, rests=(("objectives", level),))


def nothing_paid_out(instance: Instance) -> Iterator[Hit]:
    """shareholder_value is an objective, and nothing is paid out before the end."""
    for level in _levels(instance):
        if instance.equity is None or instance.equity.dividends is None:
            message = (
                "`shareholder_value` without dividends: money earned early is kept at the cash yield to the end, and "
                "good projects can look bad"
            )
            help = "write `dividends: {return_of_capital: true}` in `equity` to let it be paid out"
            yield Hit(_place(instance, level), message, help, _defaulted(instance), (("equity",),))


def value_not_counted(instance: Instance) -> Iterator[Hit]:
    """shareholder_value is an objective, and a phase states a value, which is no part of it."""
    phases = (phase for site in instance.sites.values() for phase in site.phases)
    if not any(any(written_values(phase.value_musd)) for phase in phases):
        return
    for level in _levels(instance):
        message = "`value_musd` is not in `shareholder_value`: only money that comes in and goes out is"
        help = "give the phase's revenue, or put `total_value` before it"
        yield Hit(_place(instance, level), message, help, _defaulted(instance), (("sites",),))


def equity_below_cash_yield(instance: Instance) -> Iterator[Hit]:
    """shareholder_value is an objective, and equity costs no more than cash earns: it pays to raise and keep it."""
    calendar, equity = instance.periods, instance.equity
    earned = instance.cash.yield_per_year.expand(calendar)
    if equity is None or not max(earned) or not any(True for _ in _levels(instance)):
        return
    asked: list[tuple[Path, Series]] = [(("equity", "cost_of_equity_per_year"), equity.cost_of_equity_per_year)]
    for name, each in equity.rounds.items():
        if each.cost_of_equity_per_year is not None and instance.pricing_grid is None:
            asked.append((("equity", "rounds", name, "cost_of_equity_per_year"), each.cost_of_equity_per_year))
    for path, series in asked:
        pairs = zip(series.expand(calendar), earned, map(calendar.years_of, calendar.span), strict=True)
        if any(effective_per_period(k, years) <= y * years for k, y, years in pairs if y > 0.0):
            message = "equity costs no more than cash earns: it pays to raise it and leave it in the bank"
            yield Hit(path, message, "check it and `cash.yield_per_year`", rests=(("cash",), ("objectives",)))


def round_cheaper_than_equity(instance: Instance) -> Iterator[Hit]:
    """shareholder_value is an objective, and a round costs less than what is paid out is worth to shareholders."""
    calendar, equity = instance.periods, instance.equity
    if equity is None or equity.dividends is None or instance.pricing_grid is not None:
        return
    company = equity.cost_of_equity_per_year.expand(calendar)
    for name, each in equity.rounds.items() if any(True for _ in _levels(instance)) else ():
        own = each.cost_of_equity_per_year
        if own is not None and any(k_r < k for k_r, k in zip(own.expand(calendar), company, strict=True)):
            path = ("equity", "rounds", name, "cost_of_equity_per_year")
            message = "the round costs less than the company's equity: to raise it and pay it out looks like a gain"
            yield Hit(path, message, "check it and the company's rate", rests=(("objectives",),))


def debt_cheaper_than_equity(instance: Instance) -> Iterator[Hit]:
    """shareholder_value is an objective, dividends are free, and nothing makes equity dearer where debt is drawn."""
    calendar, equity, grid = instance.periods, instance.equity, instance.pricing_grid
    if equity is None or equity.dividends is None or (grid is not None and grid.relever is not None):
        return
    least, tax = min(equity.cost_of_equity_per_year.expand(calendar)), instance.tax.rate if instance.tax else 0.0
    for name, debt in instance.debt.items() if any(True for _ in _levels(instance)) else ():
        yields = effective_yields(instance, debt).values()
        if yields and (1.0 - tax) * min(yields) < least:
            message = (
                f"`{name}` costs {(1.0 - tax) * min(yields):.2%} a year after tax and equity {least:.2%} "
                "(effective) at any leverage: to borrow and pay out looks like a gain"
            )
            help = "give a `pricing_grid` with `relever`, by which equity costs more where there is debt"
            if instance.groups:
                help = "say when how much may be paid out (`equity.dividends`): no `pricing_grid` goes with `groups`"
            rests = (("equity",), ("pricing_grid",), ("tax",), ("objectives",), ("groups",))
            yield Hit(("debt", name), message, help, True, rests)


def grid_without_relever(instance: Instance) -> Iterator[Hit]:
    """shareholder_value is an objective, the grid states costs of equity, and there can be debt without any equity."""
    grid, equity = instance.pricing_grid, instance.equity
    if grid is None or grid.relever is not None or equity is None or not instance.debt:
        return
    returned = getattr(equity.dividends, "return_of_capital", False)
    if instance.opening.paid_in_capital_musd > 0.0 and not returned:
        return
    if any(bucket.cost_of_equity_per_year is not None for bucket in grid.buckets):
        for level in _levels(instance):
            message = (
                "the grid's costs of equity are charged on paid-in equity, which can be 0 while debt stands: then "
                "leverage costs shareholders nothing"
            )
            help = "give the grid `relever: {method: harris_pringle, …}` instead of costs of equity"
            yield Hit(("pricing_grid",), message, help, True, (("objectives", level), ("equity",), ("opening",)))


def _levels(instance: Instance) -> Iterator[int]:
    return (i for i, level in enumerate(instance.objectives) if level.name == NAME)


def _defaulted(instance: Instance) -> bool:
    return "objectives" not in instance.model_fields_set


def _place(instance: Instance, level: int) -> tuple[str | int, ...]:
    """The level where it is written; the file where it is the default."""
    return ("name",) if _defaulted(instance) else ("objectives", level, "name")
