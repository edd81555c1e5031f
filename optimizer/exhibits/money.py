"""How it is paid for, what is owed, and how near the limits of money are. USD million by period."""

from __future__ import annotations

from optimizer.contract.accounts import CASH, DEBT
from optimizer.exhibits.axis import Axis
from optimizer.exhibits.shapes import Columns, Series, without_empty
from optimizer.instance.rings import COMPANY
from optimizer.plan.books import add
from optimizer.plan.figures.charges import charges, effective_rate, outstanding
from optimizer.plan.figures.covenants import covenant_tests
from optimizer.plan.figures.limits import limits
from optimizer.plan.record import Record
from optimizer.plan.tables.statements import sources_and_uses
from optimizer.report import numbers
from optimizer.report.numbers import money, percent

MUSD = "USD million"
FAR = 200.0
"""Per cent of its limit; a headroom beyond says no more, and would hide what is near."""
CASH_ROWS = {"Opening cash", "Closing cash"}


def paid_for(plan: Record) -> Columns | None:
    """Sources above, uses below: the rows of sources and uses but for the cash carried; None if no money moves."""
    axis, table = Axis.of(plan), sources_and_uses(plan)
    total = min(table.subtotals)
    series = []
    for i, (name, *cells) in enumerate(table.rows):
        if i not in table.subtotals and name not in CASH_ROWS:
            sign = 1.0 if i < total else -1.0
            series.append(Series(str(name), axis.flows([sign * float(cell or 0.0) for cell in cells])))
    series.append(Series("cash at the end", axis.stocks(plan.books.balance(CASH)[1:]), "line"))
    words = "what comes in above, what goes out below; what is left is the cash at the end"
    shown = without_empty(series)
    return Columns("How it is paid for", MUSD, axis.labels, shown, words) if shown else None


def cash(plan: Record) -> Columns | None:
    """Cash at the end without that of groups, and the least that the file asks for; None if there is neither."""
    axis, held = Axis.of(plan), plan.books_of(COMPANY).balance(CASH)[1:]
    least = [limit.allowed for limit in limits(plan) if (limit.limit, limit.place) == ("minimum cash", "company")]
    series = [Series("cash", axis.stocks(held)), Series("least cash allowed", axis.stocks(least), "limit")]
    lowest = min(range(len(held)), key=lambda t: held[t] - least[t])
    room = max(0.0, held[lowest] - least[lowest])
    words = f"nearest to its least in {plan.instance.periods.label(lowest + 1)}, {money(room)} above it"
    shown = without_empty(series)
    return Columns("Cash", MUSD, axis.labels, shown, words) if shown else None


def debt(plan: Record) -> Columns | None:
    """What is owed at the end by instrument; None if nothing ever is."""
    axis, books = Axis.of(plan), plan.books
    owed = [
        Series(account.removeprefix(DEBT), axis.stocks(books.balance(account)[1:])) for account in books.accounts(DEBT)
    ]
    series = without_empty(owed)
    if not series:
        return None
    most = max(add(*(books.balance(account)[1:] for account in books.accounts(DEBT))))
    return Columns("Debt", MUSD, axis.labels, series, f"at most {money(most)} at the end of a period")


def headroom(plan: Record) -> Columns | None:
    """How far each covenant is from its limit, per cent of that limit, up to FAR; None if none is ever tested."""
    calendar, axis = plan.instance.periods, Axis.of(plan)
    by_name: dict[str, list[float | None]] = {}
    for test in covenant_tests(plan):
        if test.headroom is not None and test.limit:
            row = by_name.setdefault(test.covenant, [None] * calendar.periods)
            row[test.t - 1] = min(FAR, 100.0 * test.headroom / abs(test.limit))
    if not by_name:
        return None
    series = tuple(Series(name, axis.least(values), "line") for name, values in by_name.items())
    least = min(value for values in by_name.values() for value in values if value is not None) / 100.0
    words = f"the least is {percent(numbers.headroom(least, 1.0))} of its limit; at 0 a covenant binds; "
    words += f"what is above {FAR:.0f} is drawn there"
    return Columns("Headroom under covenants", "% of the limit", axis.labels, series, words)


def capital(plan: Record) -> Columns | None:
    """The carrying amounts on which capital is charged, by kind; None if there is none."""
    axis, size = Axis.of(plan), plan.instance.periods.periods
    kinds: dict[str, list[list[float]]] = {}
    for charge in charges(plan):
        kinds.setdefault(charge.kind, []).append(outstanding(plan, charge)[:size])
    series = without_empty([Series(kind, axis.stocks(add(*parts, size=size))) for kind, parts in kinds.items()])
    words = "what capital is outstanding, by kind, as its cost is reckoned"
    return Columns("Capital", MUSD, axis.labels, series, words) if series else None


def wacc(plan: Record) -> Columns | None:
    """What all capital costs a year, and each kind of it, per cent, effective; None without capital."""
    axis, found, size = Axis.of(plan), charges(plan), plan.instance.periods.periods
    kinds = sorted({charge.kind for charge in found if any(amount > 0.0 for amount in charge.capital)})
    chosen = {"all capital": found} | {kind: [each for each in found if each.kind == kind] for kind in kinds}
    series = []
    for name, own in chosen.items():
        charged = add(*(each.charge[:size] for each in own), size=size)
        carried = add(*(each.capital[:size] for each in own), size=size)
        rates = [effective_rate(plan, now, on) for now, on in zip(charged, carried, strict=True)]
        values = axis.stocks([None if rate is None else 100.0 * rate for rate in rates])
        series.append(Series(name, values, "line"))
    kept = without_empty(series)
    words = "charges after tax over what is outstanding, effective per year"
    return Columns("What capital costs", "% a year", axis.labels, kept, words) if kept else None
