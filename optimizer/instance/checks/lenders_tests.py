"""Whether what lenders test has its terms, the past that it looks back on, and something to refinance."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.lookback import NEEDED, FirstYear, Over, lookback
from optimizer.instance.schema import Covenant, History, Instance
from optimizer.instance.series import Series

TERMS = {"over": tuple(NEEDED), "first_year": tuple(NEEDED), "tax": ("dscr",), "balloons": ("dscr",)}
"""Terms of a covenant that only some kinds have."""


def covenant_term(instance: Instance) -> Iterator[Hit]:
    """A covenant has a term that its kind does not take: twelve months of balances, or tax and balloons without
    CFADS."""
    for name, covenant in instance.covenants.items():
        for field, kinds in TERMS.items():
            usual = Covenant.model_fields[field].default
            if covenant.kind not in kinds and getattr(covenant, field) != usual:
                message = f"`{field}` has no meaning for `kind: {covenant.kind}`"
                yield Hit(("covenants", name, field), message, "delete it", on_key=True)


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
    if instance.history is None or any(over == "year" for _, _, over, _, _ in _looking_back(instance)):
        return
    grid = instance.pricing_grid
    if grid is None or grid.by != "interest_cover":
        yield Hit(("history",), "nothing looks back on the history", "delete it, or test twelve months", on_key=True)


def first_year_untested(instance: Instance) -> Iterator[Hit]:
    """A test is not made in the first year, as twelve months do not lie behind."""
    calendar = instance.periods
    for path, kind, over, first_year, window in _looking_back(instance):
        untested = [t for t in window if lookback(instance, t, kind, over, first_year) is None]
        if not untested:
            continue
        last = calendar.label(untested[-1])
        when = last if len(untested) == 1 else f"{calendar.label(untested[0])} to {last}"
        all_of_it = ", which is all of its window" if len(untested) == len(window) else ""
        needed = ", ".join(f"`{name}`" for name in NEEDED[kind])
        first = calendar.label(untested[0] - calendar.per_year + 1)
        help = f"give {needed} from {first} on in `history`, or write `{_first_year(path)}: annualised`"
        yield Hit(path, f"not tested in {when}{all_of_it}: fewer than twelve months lie behind", help, on_key=True)


def refinances_nothing(instance: Instance) -> Iterator[Hit]:
    """An instrument may refinance a revolver, of which nothing falls due, or nothing counts principal and it is tied to
    nothing."""
    for name, debt in instance.debt.items():
        for i, other in enumerate(debt.refinances or ()):
            if other in instance.debt and instance.debt[other].kind == "revolver":
                message = f"`{other}` is a revolver: none of it falls due"
                yield Hit(("debt", name, "refinances", i), message, "delete it: its draws may repay it as they are")
        if debt.refinances and not debt.tied_to and not any(kind == "dscr" for _, kind, *_ in _looking_back(instance)):
            message = "nothing counts principal: there is no covenant `dscr` and no lock-up"
            yield Hit(("debt", name, "refinances"), message, "delete it, or give the covenant", on_key=True)


def _looking_back(instance: Instance) -> Iterator[tuple[Path, str, Over, FirstYear, range]]:
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
