"""Schedules by age: what is left of a unit of a loan, what it pays, its yield, and what is held of it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.instance.schema import Debt, DepreciationClass, Floating
from optimizer.workbook.areas.convertible import charged_at, outcome
from optimizer.workbook.areas.yields import spread_of, yield_of
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ONE, ZERO, Expr, Reference, floored, greatest, least, when
from optimizer.workbook.found import Dates, Unit
from optimizer.workbook.sheet import Figure, Line, Sheet

_PUT_OFF_YEARS = {"half_year": 0.5, "mid_month": 1.0 / 24.0}


def unit_of(draft: Draft, name: str, debt: Debt, words: str, rate_per_year: Figure | Line, u: int) -> Unit:
    """The schedule of a unit drawn in u; the opening one, of u = 0, is carried at par, at its own rate.

    Where the loan floats, the rate is that of each period, after the last that of the last.
    """
    sheet, path, opening = draft.schedules, ("debt", name), u == 0
    sheet.heading(f"{name}: a unit of {words}")
    k, held = sheet.positions, _ages(draft, u)
    rate: Figure | Line
    if debt.floating is not None and isinstance(rate_per_year, Line):
        period = greatest(1, least(k + (Reference(k, still=u) if u else ZERO), draft.figure("calendar", "periods")))
        own = floating_rate(draft, name, debt.floating, period) / draft.per_year
        rate = sheet.line("Interest a period", "share", own, own)
    else:
        at_draw = Reference(rate_per_year, still=max(1, u)) if isinstance(rate_per_year, Line) else rate_per_year
        rate = sheet.figure("Interest a period", "share", at_draw / draft.per_year)
    first_rate: Expr = Reference(rate, still=0) if isinstance(rate, Line) else rate
    tenor, grace = life_of(draft, name, debt, u), draft.figure(*path, "grace_periods") * 1
    if debt.is_delayed:
        tenor, grace = (
            sheet.figure(words_, "periods", each)
            for words_, each in (("Periods to maturity", tenor), ("Without repayment", grace + _wait(draft, name, u)))
        )
    kappa: Expr = sheet.figure("Drawn before the end of its period", "periods", 0) if opening else draft.kappa
    dates = _dates(sheet, held, kappa)
    grown: Expr | None = None
    if debt.capitalise_interest:
        grown = sheet.figure("Last age at which interest is capitalised", "periods", least(grace, tenor - 1))
    balloon = draft.figure(*path, "balloon_share") if debt.balloon_share else None
    left = _left(sheet, debt, held.passed, tenor, grace, rate, kappa, grown, balloon)
    paid_in_cash: Expr = held.passed > (grown if grown is not None else 0)
    from_then = held.passed >= (grown if grown is not None else 0)
    borne = rate if held.steps is None else rate * held.steps
    capitalised: Line | None = None
    before_it: Expr = left.before
    paid_part: Expr = borne
    if grown is not None and held.steps is not None:  # interest of some of the base periods of a period is added
        added = sheet.line(
            "Base periods whose interest is added",
            "base periods",
            greatest(0, least(held.passed, grown) - held.passed.before),
            0,
        )
        before_it = sheet.line("Grown by what is added", "share", left.before * (1 + rate) ** added, 0)
        capitalised = sheet.line("Added", "share", before_it - left.before, 0)
        paid_part = rate * (held.steps - added)
    principal = sheet.line("Principal", "share", paid_in_cash * (before_it - left), 0)
    interest = sheet.line(
        "Interest in cash", "share",
        borne * kappa * left * from_then + paid_part * (1 - kappa) * before_it * paid_in_cash,
        borne * kappa * left * from_then,
    )  # fmt: skip
    coupon = interest
    if debt.conversion is not None and u:  # charged as straight debt, whatever it pays
        end = outcome(draft, name, debt, u)
        first_rate, interest = charged_at(draft, name, end, u, first_rate, left, principal, dates, kappa)
        borne = first_rate if held.steps is None else first_rate * held.steps
    if opening and held.steps is None:
        yield_ = sheet.figure("Yield a period", "share", first_rate * 1)
        received: Expr = sheet.figure("Received", "share", 1)
    elif opening:
        received = sheet.figure("Received", "share", 1)
        yield_ = sheet.figure(
            "Yield a base period", "share", yield_of(sheet, principal, interest, dates, first_rate, received)
        )
    else:
        fees = draft.figure(*path, "upfront_fee_share"), draft.figure(*path, "issue_discount_share")
        received = sheet.figure("Received", "share", 1 - fees[0] - fees[1])
        yield_ = sheet.figure(
            "Yield a period", "share", yield_of(sheet, principal, interest, dates, first_rate, received)
        )
    charged: Line | None = None
    if isinstance(rate, Line):
        over = spread_of(sheet, principal, interest, kappa, rate, received, held.steps)
        charged = sheet.line("Charged a period", "share", rate + over, rate + over)
    cost: Expr = yield_ if charged is None else charged
    over_time = charged is not None or held.steps is not None
    before, after = (
        _share_of_period(sheet, words_, cost, part if held.steps is None else part * held.steps, over_time=over_time)
        for words_, part in (("Held before the payments, per unit", 1 - kappa), ("Held after them, per unit", kappa))
    )
    carried_on = sheet.line("Carrying amount at the end of the period", "share")
    first = sheet.line("Held before the payments", "share", carried_on.before * before, 0)
    amount = sheet.line(
        "Carrying amount after the principal", "share", carried_on.before + cost * first - principal, received * 1
    )
    second = sheet.line("Held after the payments", "share", amount * after, amount * after)
    carried_on.opening = carried_on.formula = amount + cost * second - interest
    carried = sheet.line(
        "Carrying amount without accrued interest", "share",
        amount - paid_in_cash * (borne if capitalised is None else paid_part) * (1 - kappa) * before_it, amount * 1,
    )  # fmt: skip
    return Unit(left, rate, yield_, first, second, carried, principal, interest, dates, charged, coupon, capitalised)


@dataclass(frozen=True)
class _Ages:
    """The periods after a draw: how many base periods have ``passed`` at the end of each, the ``steps`` in it.

    Where periods are equal both are numbers that need no row.
    """

    passed: Line
    steps: Line | None


def _ages(draft: Draft, u: int) -> _Ages:
    """Of what is drawn in u, from the period of the draw on; after the plan periods go on as its last ones."""
    sheet, periods = draft.schedules, draft.periods
    k = sheet.positions
    if draft.calendar.is_equal:
        return _Ages(k, None)
    drawn = Reference(k, still=u) if u else ZERO
    ends = periods.end_of(k + drawn) - (Reference(periods.ends, still=u) if u else ZERO)
    passed = sheet.line("Base periods since the draw", "base periods", ends, 0)
    own = Reference(periods.steps, still=u) if u and isinstance(periods.steps, Line) else ONE
    return _Ages(passed, sheet.line("Base periods in it", "base periods", passed - passed.before, own * 1))


def _dates(sheet: Sheet, held: _Ages, kappa: Expr) -> Dates:
    """When repayments and interest of each age fall, in base periods after the draw."""
    if held.steps is None:
        return Dates(kappa)
    own = Reference(held.steps, still=0)
    repaid = held.passed - kappa * (held.steps - own)
    paid = held.passed + kappa * own
    return Dates(
        kappa,
        held.passed,
        held.steps,
        sheet.line("Base periods to the repayment", "base periods", repaid, repaid),
        sheet.line("Base periods to the interest", "base periods", paid, paid),
    )


def balloon_of(draft: Draft, name: str, unit: Unit, begin: Expr, end: Expr) -> Expr:
    """What of a unit falls due as a balloon between two ages: at the end of its tenor, with interest that was added."""
    at_first = unit.left.still(0) if unit.dates.passed else unit.left.at(draft.figure("debt", name, "grace_periods"), 0)
    whole = draft.figure("debt", name, "balloon_share") * at_first
    return when(unit.left.at(begin, 0) > 0, when(unit.left.at(end, 0).equals(0), whole))


def life_of(draft: Draft, name: str, debt: Debt, u: int) -> Expr:
    """Periods from the draw of u to its last repayment, or to its put, which the plan's prices tell."""
    if debt.conversion is not None and u:
        return outcome(draft, name, debt, u).tenor * 1
    tenor = draft.figure("debt", name, "tenor_periods") * 1
    return tenor + _wait(draft, name, u) if debt.is_delayed else tenor


def _wait(draft: Draft, name: str, u: int) -> Expr:
    """Periods from the draw of u to the end of the draw window."""
    last = draft.inputs.window("debt", name, first="first_draw", last="last_draw")[1]
    ends = draft.periods.end_of(last * 1)
    if not u:
        return ends * 1
    drawn = Reference(draft.schedules.positions if draft.calendar.is_equal else draft.periods.ends, still=u)
    return greatest(0, ends - drawn)


def floating_rate(draft: Draft, name: str, floating: Floating, period: Expr | None = None) -> Expr:
    """What is asked per year, of each period or of one that is worked out: reference with floor, swap and margin."""
    path = ("debt", name, "floating")

    def of(series: Figure | Line) -> Expr:
        return series.at(period) if period is not None and isinstance(series, Line) else series

    reference = of(draft.series("reference_rates", floating.reference, "rate_per_year"))
    counts: Expr = greatest(reference, draft.figure(*path, "floor_per_year"))
    if floating.swap is not None:
        swapped = draft.figure(*path, "swap", "share")
        counts = (1 - swapped) * counts + swapped * draft.figure(*path, "swap", "rate_per_year")
    return counts + of(draft.series(*path, "margin_per_year"))


def _share_of_period(sheet: Sheet, words: str, cost: Expr, part: Expr, *, over_time: bool) -> Expr:
    share = when(cost.equals(0), part, ((1 + cost) ** part - 1) / cost)
    return sheet.line(words, "periods", share, share) if over_time else sheet.figure(words, "periods", share)


def _left(
    sheet: Sheet,
    debt: Debt,
    passed: Line,
    tenor: Expr,
    grace: Expr,
    rate: Figure | Line,
    kappa: Expr,
    grown: Expr | None,
    balloon: Expr | None,
) -> Line:
    """b(k): 1 while nothing is repaid, 0 from the tenor on, and no less than the ``balloon`` before it."""
    k = passed
    full: Expr = (1 + rate) ** least(k, grown) if grown is not None else 1 + k * 0
    if grown is not None and isinstance(rate, Line):
        growth = 1 + (1 - kappa) * rate + kappa * rate.before
        product = sheet.line("Grown by interest", "share", opening=1)
        product.formula = product.before * when(k <= grown, growth, 1)
        full = product
    if grown is None:
        full = sheet.figure("At the draw", "share", 1)
    if debt.kind == "bullet":
        part: Expr = full
    else:
        level = (tenor - k) / (tenor - grace)
        share = level
        if debt.kind == "annuity":
            growth = 1 + (Reference(rate, still=0) if isinstance(rate, Line) else rate)
            share = when(rate.equals(0), level, (1 - growth ** (k - tenor)) / (1 - growth ** (grace - tenor)))
        if balloon is not None:
            share = balloon + (1 - balloon) * share
        part = when(k <= grace, full, full * share)
    formula = when(k < tenor, part, 0)
    return sheet.line("Left", "share", formula, formula)


def written_off(draft: Draft, name: str, scheme: DepreciationClass) -> Line:
    """The share of a class that has been written off for tax at the end of the k-th period of service."""
    sheet, path = draft.schedules, ("depreciation", name)
    sheet.heading(f"Depreciation for tax: {name}")
    k, bonus = sheet.positions, draft.figure(*path, "bonus_share")
    if scheme.life_years is not None:
        years: Expr = k / draft.per_year
        if scheme.convention != "full":
            late = draft.inputs.constant(
                f"In service later: {scheme.convention.replace('_', ' ')}", "years", _PUT_OFF_YEARS[scheme.convention]
            )
            years = greatest(0, years - late)
        share = least(1, years / draft.figure(*path, "life_years"))
    else:
        table = draft.inputs.list(*path, "table_shares")
        whole = sheet.line("Whole years", "years", floored(k / draft.per_year))
        share = table.between(0, whole) + (k / draft.per_year - whole) * table.at(whole + 1)
    return sheet.line("Written off so far", "share", bonus + (1 - bonus) * share, 0)


def fixed_fee(draft: Draft, name: str, rate: Figure, tenor: Expr, dates: Dates) -> tuple[Line, Line]:
    """A fee of 1 as a level charge that is worth it at the draw, by age; and what of it is not charged yet."""
    sheet, kappa = draft.schedules, draft.kappa
    sheet.heading(f"{name}: a fixed fee of 1")
    k, length = sheet.positions, None
    own: Expr = kappa
    if dates.passed is None or dates.steps is None:
        part = when(k.equals(0), kappa, when(k < tenor, 1, when(k.equals(tenor), 1 - kappa)))
        held = sheet.line("Part of the period in which it runs", "periods", part, part)
    else:
        length = dates.steps
        own = kappa * Reference(length, still=0)
        so_far = sheet.line(
            "Base periods in which it has run", "base periods", *2 * (least(tenor, dates.passed + own),)
        )
        held = sheet.line(
            "Base periods of the period in which it runs", "base periods", so_far - so_far.before, so_far * 1
        )
    late = dates.arrays(sheet)[1]
    worth = sheet.figure(
        "Worth of them at the draw", "periods", sheet.product(held.array(0) * (1 + rate) ** (0 - late), 0)
    )
    share = sheet.line("Charged", "share", held / worth, held / worth)
    first = sheet.figure(
        "Held of the first period", "periods", when(rate.equals(0), own, ((1 + rate) ** own - 1) / rate)
    )
    left = sheet.line("Not charged yet at the end", "share", opening=1 + rate * first - share)
    if length is None:
        left.formula = left.before * (1 + rate) - share
        return share, sheet.line("Not charged yet in the period", "share", left.before * 1, first * 1)
    left.formula = left.before * (1 + rate) ** length - share
    whole = when(rate.equals(0), length, ((1 + rate) ** length - 1) / rate)
    return share, sheet.line("Not charged yet in the period", "share", left.before * whole, first * 1)
