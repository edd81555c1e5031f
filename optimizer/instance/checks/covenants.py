"""Whether what lenders test has its terms, the past that it looks back on, and a plan that can meet it at first."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.finance.amortisation import outstanding_share
from optimizer.instance.checks.cash import most_cash, most_equity
from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit, Path, exactly
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.lookback import NEEDED, FirstYear, Over, lookback
from optimizer.instance.schema import Covenant, History, Instance
from optimizer.instance.series import Series
from optimizer.instance.vintage_terms import terms_of

FLOORS = {"dscr", "interest_cover", "minimum_liquidity"}
NOTHING_MUSD = 1e-3
"""Debt of up to 1,000 dollars, which no lender tests."""
TERMS = {"over": tuple(NEEDED), "first_year": tuple(NEEDED), "tax": ("dscr",), "balloons": ("dscr",)}
"""Terms of a covenant that only some kinds have."""


def covenant_bound(instance: Instance) -> Iterator[Hit]:
    """A covenant lacks its minimum or maximum, or has the one that its kind does not use."""
    for name, covenant in instance.covenants.items():
        # a share of debt may be a ceiling or a target to be reached
        target = covenant.kind == "debt_to_capital" and covenant.minimum is not None and covenant.maximum is None
        used = "minimum" if covenant.kind in FLOORS or target else "maximum"
        yield from exactly(("covenants", name), covenant, used, ("minimum", "maximum"), covenant.kind)


def covenant_assets(instance: Instance) -> Iterator[Hit]:
    """A loan-to-value covenant lacks its assets, or another one names assets or instruments."""
    for name, covenant in instance.covenants.items():
        path = ("covenants", name)
        if covenant.kind == "loan_to_value":
            yield from exactly(path, covenant, "assets", ("assets",), covenant.kind)
        else:
            yield from exactly(path, covenant, None, ("assets", "instruments"), covenant.kind)


def equity_basis_of_other_kind(instance: Instance) -> Iterator[Hit]:
    """A covenant that does not look at equity says on which basis it is measured."""
    for name, covenant in instance.covenants.items():
        if covenant.kind != "debt_to_capital" and covenant.equity_basis != "paid_in":
            message = f"`equity_basis` has no meaning for `kind: {covenant.kind}`"
            yield Hit(("covenants", name, "equity_basis"), message, "delete it", on_key=True)


def covenant_term(instance: Instance) -> Iterator[Hit]:
    """A covenant has a term that its kind does not take: twelve months of balances, or tax and balloons without
    CFADS."""
    for name, covenant in instance.covenants.items():
        for field, kinds in TERMS.items():
            usual = Covenant.model_fields[field].default
            if covenant.kind not in kinds and getattr(covenant, field) != usual:
                message = f"`{field}` has no meaning for `kind: {covenant.kind}`"
                yield Hit(("covenants", name, field), message, "delete it", on_key=True)


def covenant_impossible(instance: Instance) -> Iterator[Hit]:
    """No plan can pass the first test of a covenant."""
    calendar = instance.periods
    for name, covenant in instance.covenants.items():
        first = calendar.window(covenant.first_test, covenant.last_test).start
        if covenant.kind == "debt_to_capital" and covenant.maximum and covenant.equity_basis == "paid_in":
            limit = covenant.maximum.expand(calendar)[first - 1]
            debt, equity = _least_debt(instance, first), most_equity(instance, first)
            if debt > NOTHING_MUSD and debt > limit * (debt + equity) + SUM_TOLERANCE * (1 + debt):
                message = (
                    f"opening debt of {debt:,.6g} is still there in {calendar.label(first)} and paid-in equity is at "
                    f"most {equity:,.6g}: no plan has debt_to_capital of {limit:g} or less"
                )
                yield Hit(("covenants", name, "maximum"), message)
        if covenant.kind == "minimum_liquidity" and covenant.minimum and first == 1:
            yield from _liquidity(instance, covenant, ("covenants", name, "minimum"))


def _liquidity(instance: Instance, covenant: Covenant, path: Path) -> Iterator[Hit]:
    assert covenant.minimum
    need, most = covenant.minimum.expand(instance.periods)[0], most_cash(instance, undrawn=True)
    if need > most + SUM_TOLERANCE * (1 + need):
        label = instance.periods.label(1)
        yield Hit(path, f"liquidity of {need:,.6g} is asked for in {label}, and no plan can have more than {most:,.6g}")


def _least_debt(instance: Instance, t: int) -> float:
    """Opening debt that is outstanding at the end of t whatever is decided."""
    total = 0.0
    for debt in instance.debt.values():
        if debt.kind == "sculpted" and instance.periods.end(t) <= debt.grace_periods:
            total += debt.opening_balance_musd
        early = debt.early_repayment
        if early is not None and instance.periods.window(early.first_prepayment, None).start <= t:
            continue
        if not debt.is_pooled and debt.opening_balance_musd > 0:
            terms, rate = terms_of(debt, instance.periods, 0), vintage_rates(instance, debt)[0]
            total += debt.opening_balance_musd * outstanding_share(terms, instance.periods.end(t), rate)
    return total


def history_form(instance: Instance) -> Iterator[Hit]:
    """The history has a list or a growth, which begin with the calendar, or a step that does not lie before it."""
    history = instance.history
    for field in History.model_fields if history is not None else ():
        series = getattr(history, field)
        if not isinstance(series, Series):
            continue
        written, path = series.written(), ("history", field)
        if isinstance(written, list) or series.is_growth:
            message = (
                f"`{field}` is of periods before {instance.periods.label(1)}, and says of none of them what it was"
            )
            yield Hit(path, message, "write a number, or steps such as {2025Q2: 10, 2025Q4: 12}")
        elif isinstance(written, dict):
            for label in written:
                if instance.periods.step_index(label) >= 1:
                    message = f"{label} does not lie before {instance.periods.label(1)}, the first period"
                    yield Hit((*path, label), message, "delete it: the plan itself says what happens then", on_key=True)


def history_idle(instance: Instance) -> Iterator[Hit]:
    """There is a history, and nothing looks back on it: no test or grid of flows, or all in the first year are made on
    the period alone."""
    if instance.history is None or any(over == "year" for _, _, over, _, _ in looking_back(instance)):
        return
    grid = instance.pricing_grid
    if grid is None or grid.by != "interest_cover":
        message, help = "nothing looks back on the history", "delete it, or test twelve months"
        rests = (("pricing_grid",), ("covenants",), ("groups",), ("equity",))
        yield Hit(("history",), message, help, on_key=True, rests=rests)


def first_year_untested(instance: Instance) -> Iterator[Hit]:
    """A test is not made in the first year, as twelve months do not lie behind."""
    calendar = instance.periods
    for path, kind, over, first_year, window in looking_back(instance):
        untested = [t for t in window if lookback(instance, t, kind, over, first_year) is None]
        if not untested:
            continue
        last = calendar.label(untested[-1])
        when = last if len(untested) == 1 else f"{calendar.label(untested[0])} to {last}"
        all_of_it = ", which is all of its window" if len(untested) == len(window) else ""
        needed = ", ".join(f"`{name}`" for name in NEEDED[kind])
        first = calendar.label(calendar.last_year(untested[0]).start)
        help = f"give {needed} from {first} on in `history`, or write `{_first_year(path)}: annualised`"
        message = f"not tested in {when}{all_of_it}: fewer than twelve months lie behind"
        yield Hit(path, message, help, on_key=True, rests=(("history",),))


def looking_back(instance: Instance) -> Iterator[tuple[Path, str, Over, FirstYear, range]]:
    """The tests of flows: place, kind, what they look back on, what they do in the first year, and when."""
    for name, covenant in instance.covenants.items():
        if covenant.kind in NEEDED:
            window = instance.periods.window(covenant.first_test, covenant.last_test)
            yield ("covenants", name), covenant.kind, covenant.over, covenant.first_year, window
    terms = instance.equity.dividends if instance.equity else None
    if terms is not None and terms.lock_up_dscr is not None:
        path = ("equity", "dividends", "lock_up_dscr")
        yield path, "dscr", terms.lock_up_over, terms.lock_up_first_year, instance.periods.span


def _first_year(path: Path) -> str:
    return "first_year" if path[0] == "covenants" else "lock_up_first_year"
