"""Whether given flows, tax, terminal value, debt and equity are complete and free of contradiction."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.calendar import Calendar
from optimizer.instance.checks.walk import Hit, exactly
from optimizer.instance.schema import Debt, Instance
from optimizer.instance.series import Series

TABLE_TOLERANCE = 1e-6
REPAID_OVER_TIME = ("level", "annuity", "sculpted")
_SHOWN_NAMES = 5


def cash_flow_amount(instance: Instance) -> Iterator[Hit]:
    """A given flow has no amount, or two."""
    for name, flow in instance.cash_flows.items():
        if (flow.musd_per_year is None) == (flow.musd_per_period is None):
            message = f"the flow `{name}` needs exactly one of `musd_per_year` and `musd_per_period`"
            yield Hit(("cash_flows", name), message, on_key=True)


def depreciation_schedule(instance: Instance) -> Iterator[Hit]:
    """A depreciation class has no schedule, or two."""
    for name, item in instance.depreciation.items():
        if (item.life_years is None) == (item.table_shares is None):
            message = f"the class `{name}` needs exactly one of `life_years` and `table_shares`"
            yield Hit(("depreciation", name), message, on_key=True)


def depreciation_sum(instance: Instance) -> Iterator[Hit]:
    """A depreciation table does not sum to 1."""
    for name, item in instance.depreciation.items():
        total = math.fsum(item.table_shares or [1.0])
        if abs(total - 1.0) > TABLE_TOLERANCE:
            yield Hit(("depreciation", name, "table_shares"), f"`table_shares` sums to {total:.10g}, not to 1")


def loss_not_carried(instance: Instance) -> Iterator[Hit]:
    """Losses are carried in that can never be used."""
    tax = instance.tax
    if tax and tax.opening_loss_musd > 0 and tax.loss_usable_share is None:
        help = "give `loss_usable_share`, or delete the opening loss"
        yield Hit(("tax", "opening_loss_musd"), "the opening loss can never be used: losses are not carried", help)


def terminal_figure(instance: Instance) -> Iterator[Hit]:
    """The terminal value lacks its figure, or has one that its kind does not use."""
    used = {"book_share": "share", "ebitda_multiple": "multiple"}.get(instance.terminal.kind)
    yield from exactly(("terminal",), instance.terminal, used, ("share", "multiple"), instance.terminal.kind)


def tenor_missing(instance: Instance) -> Iterator[Hit]:
    """A debt that is repaid on a schedule has no tenor."""
    for name, debt in instance.debt.items():
        if debt.kind != "revolver" and debt.tenor_periods is None:
            yield Hit(("debt", name), f"`tenor_periods` is missing: `kind: {debt.kind}` needs it", on_key=True)


def tenor_of_revolver(instance: Instance) -> Iterator[Hit]:
    """A revolver has a tenor or a grace period."""
    for name, debt in instance.debt.items():
        if debt.kind == "revolver" and debt.tenor_periods is not None:
            help = "its life is the window from `first_draw` to `last_draw`"
            yield Hit(("debt", name, "tenor_periods"), "a revolver has no tenor", help, on_key=True)


def grace_without_schedule(instance: Instance) -> Iterator[Hit]:
    """A grace period is given for debt that has no schedule of repayments."""
    for name, debt in instance.debt.items():
        if debt.kind == "bullet" and debt.capitalise_interest:
            continue  # in grace its interest is added to what is owed
        if debt.kind in ("bullet", "revolver") and debt.grace_periods > 0:
            message = f"`grace_periods` has no meaning for `kind: {debt.kind}`"
            yield Hit(("debt", name, "grace_periods"), message, "delete it", on_key=True)


def grace_too_long(instance: Instance) -> Iterator[Hit]:
    """The grace period leaves no period in which the debt is repaid."""
    for name, debt in instance.debt.items():
        if debt.kind in REPAID_OVER_TIME and debt.tenor_periods and debt.grace_periods >= debt.tenor_periods:
            message = f"a grace of {debt.grace_periods} periods leaves none of {debt.tenor_periods} to repay in"
            yield Hit(("debt", name, "grace_periods"), message)


def draw_sizes(instance: Instance) -> Iterator[Hit]:
    """The least draw is more than may be drawn."""
    for name, debt in instance.debt.items():
        for field in ("max_draw_musd", "limit_musd"):
            most = getattr(debt, field)
            if most is not None and debt.min_draw_musd > most:
                message = f"`min_draw_musd` {debt.min_draw_musd:g} is above `{field}` {most:g}"
                yield Hit(("debt", name, "min_draw_musd"), message)
                break


def limit_missing(instance: Instance) -> Iterator[Hit]:
    """A debt needs a limit: a revolver, one with a commitment fee, or one whose size decides a yes or no."""
    for name, debt in instance.debt.items():
        reason = _limit_reason(debt, instance)
        if debt.limit_musd is None and reason:
            yield Hit(("debt", name), f"`limit_musd` is missing: {reason}", "give `limit_musd`", on_key=True)


def _limit_reason(debt: Debt, instance: Instance) -> str:
    if debt.kind == "revolver":
        return "a revolver needs it"
    if debt.commitment_fee_per_year > 0:
        return "the commitment fee is charged on its undrawn part"
    if debt.max_draw_musd is None and debt.min_draw_musd > 0:
        return "with `min_draw_musd`, the model has to know the largest draw"
    if debt.max_draw_musd is None and debt.issue_fee_musd > 0:
        return "with `issue_fee_musd`, the model has to know the largest draw"
    if instance.tax is not None and instance.tax.rate > 0.0:
        return "with `tax`, the model has to know the largest interest"
    dividends = instance.equity.dividends if instance.equity else None
    payable = dividends is not None and (dividends.maximum_musd is None or max(_written(dividends.maximum_musd)) > 0.0)
    return "with `dividends`, the model has to know how low earnings can be" if payable else ""


def _written(series: Series) -> list[float]:
    """The values as they are written, whether or not they fit the calendar."""
    values = series.written()
    if isinstance(values, dict):
        return list(values.values())
    return values if isinstance(values, list) else [values]


def limit_for_one_movement(instance: Instance) -> Iterator[Hit]:
    """A debt without a limit can be drawn in a period in which it can be prepaid, or repaid at will."""
    calendar = instance.periods
    for name, debt in instance.debt.items():
        both = next((t for t in _drawn_or_repaid(debt, calendar) if debt.limit_musd is None), None)
        if both is not None:
            label = calendar.label(both)
            message = f"`limit_musd` is missing: in {label} the debt can be drawn and be repaid early or at will"
            yield Hit(("debt", name), message, f"give `limit_musd`, or a `last_draw` before {label}", on_key=True)


def _drawn_or_repaid(debt: Debt, calendar: Calendar) -> Iterator[int]:
    """Periods in which it is a choice whether a loan is drawn or repaid."""
    window, tenor = calendar.window(debt.first_draw, debt.last_draw), debt.tenor_periods or 0
    first = 0 if debt.opening_balance_musd else window.start
    if debt.kind == "sculpted":
        yield from (t for t in window if t > first + debt.grace_periods)
    elif debt.prepayment is not None:
        allowed = calendar.window(debt.prepayment.first_prepayment, None)
        alive = (t for t in window if (t > window.start and tenor > 1) or (first == 0 and t < tenor))
        yield from (t for t in alive if t in allowed)


def opening_above_limit(instance: Instance) -> Iterator[Hit]:
    """A revolver is drawn above its limit at the start."""
    for name, debt in instance.debt.items():
        if debt.kind == "revolver" and debt.limit_musd is not None and debt.opening_balance_musd > debt.limit_musd:
            message = f"the opening balance {debt.opening_balance_musd:g} is above the limit {debt.limit_musd:g}"
            yield Hit(("debt", name, "opening_balance_musd"), message)


def tenor_past_end(instance: Instance) -> Iterator[Hit]:
    """Repayments lie beyond the last period and stay on the closing balance sheet."""
    calendar = instance.periods
    late = []
    for name, debt in instance.debt.items():
        last = calendar.window(debt.first_draw, debt.last_draw).stop - 1
        if debt.tenor_periods and last + debt.tenor_periods > calendar.periods:
            late.append(name)
    if late:
        names = ", ".join(late[:_SHOWN_NAMES]) + (" and more" if len(late) > _SHOWN_NAMES else "")
        message = f"draws of {names} may fall due after {calendar.labels[-1]} and stay on the closing balance sheet"
        yield Hit(("debt", late[0]), message, on_key=True)


def equity_sizes(instance: Instance) -> Iterator[Hit]:
    """The least size of an equity round is above its largest."""
    for name, item in (instance.equity.rounds if instance.equity else {}).items():
        if item.min_musd > item.max_musd:
            path = ("equity", "rounds", name, "min_musd")
            yield Hit(path, f"`min_musd` {item.min_musd:g} is above `max_musd` {item.max_musd:g}")
