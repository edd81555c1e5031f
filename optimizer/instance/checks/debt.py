"""Whether the terms of debt go together, and whether its size is bounded where it has to be."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.debt_kinds import DEBT_KINDS
from optimizer.finance.amortisation import capitalised_share
from optimizer.instance.calendar import Calendar
from optimizer.instance.checks.covenants import looking_back
from optimizer.instance.checks.reserves import letters_for_reserves
from optimizer.instance.checks.walk import Hit
from optimizer.instance.debt_rates import has_rate, yearly_rates
from optimizer.instance.schema import Debt, Instance
from optimizer.instance.series import Series
from optimizer.instance.tranches import tranches
from optimizer.instance.vintage_terms import tenor_of, terms_of

MOST_GROWTH = 1e6
"""What capitalised interest may make of a draw; beyond, dollars drown in the rounding of what is owed."""


def rate_missing(instance: Instance) -> Iterator[Hit]:
    """A debt has neither a rate nor a reference that it follows, or both."""
    for name, debt in instance.debt.items():
        if debt.rate_per_year is None and debt.floating is None:
            help = "give `rate_per_year`, or `floating: {reference: …, margin_per_year: …}`"
            yield Hit(("debt", name), "what it asks is missing", help, on_key=True)
        if debt.rate_per_year is not None and debt.floating is not None:
            message = "it has a `rate_per_year` and floats: either is its rate"
            help = "delete it: what is paid over the reference is `floating.margin_per_year`"
            yield Hit(("debt", name, "rate_per_year"), message, help, on_key=True)


def floor_swapped_away(instance: Instance) -> Iterator[Hit]:
    """All of a loan is swapped, and it has a floor, which then makes no difference."""
    for name, debt in instance.debt.items():
        floating = debt.floating
        if (
            floating is not None
            and floating.swap is not None
            and floating.swap.share == 1.0
            and floating.floor_per_year
        ):
            message = "the floor makes no difference: all of the reference is swapped"
            yield Hit(("debt", name, "floating", "floor_per_year"), message, "delete it, or swap less", on_key=True)


def floor_above_reference(instance: Instance) -> Iterator[Hit]:
    """The floor of a loan is above its reference rate in every period: it never floats."""
    for name, debt in instance.debt.items():
        if debt.floating is None or debt.floating.reference not in instance.reference_rates:
            continue
        floor, reference = debt.floating.floor_per_year, debt.floating.reference
        most = max(instance.reference_rates[reference].rate_per_year.expand(instance.periods))
        if floor > most:
            message = f"`{reference}` is never above {most:.4g}: the floor of {floor:.4g} always holds"
            help, rests = "check the floor, which is no margin, and the reference", (("reference_rates", reference),)
            yield Hit(("debt", name, "floating", "floor_per_year"), message, help, rests=rests)


def delayed_without_window(instance: Instance) -> Iterator[Hit]:
    """A delayed-draw loan has no last period of its draw window, from which its tenor counts."""
    for name, debt in instance.debt.items():
        if debt.is_delayed and debt.last_draw is None:
            message = "`last_draw` is missing: tenor and grace of `kind: delayed_draw` count from it"
            yield Hit(("debt", name), message, "give `last_draw`", on_key=True)


def tenor_missing(instance: Instance) -> Iterator[Hit]:
    """A debt that is repaid on a schedule has no tenor."""
    for name, debt in instance.debt.items():
        if not debt.is_revolving and debt.tenor_periods is None:
            yield Hit(("debt", name), f"`tenor_periods` is missing: `kind: {debt.kind}` needs it", on_key=True)


def tenor_of_revolver(instance: Instance) -> Iterator[Hit]:
    """A revolver has a tenor or a grace period."""
    for name, debt in instance.debt.items():
        if debt.is_revolving and debt.tenor_periods is not None:
            help = "its life is the window from `first_draw` to `last_draw`"
            yield Hit(("debt", name, "tenor_periods"), "a revolver has no tenor", help, on_key=True)


def grace_without_schedule(instance: Instance) -> Iterator[Hit]:
    """A grace period is given for debt that has no schedule of repayments."""
    for name, debt in instance.debt.items():
        if debt.kind == "bullet" and debt.capitalise_interest:
            continue  # in grace its interest is added to what is owed
        if not DEBT_KINDS[debt.kind].over_time and debt.grace_periods > 0:
            message = f"`grace_periods` has no meaning for `kind: {debt.kind}`"
            yield Hit(("debt", name, "grace_periods"), message, "delete it", on_key=True)


def grace_too_long(instance: Instance) -> Iterator[Hit]:
    """The grace period leaves no period in which the debt is repaid."""
    for name, debt in instance.debt.items():
        if DEBT_KINDS[debt.kind].over_time and debt.tenor_periods and debt.grace_periods >= debt.tenor_periods:
            message = f"a grace of {debt.grace_periods} periods leaves none of {debt.tenor_periods} to repay in"
            yield Hit(("debt", name, "grace_periods"), message)


def term_of_other_kind(instance: Instance) -> Iterator[Hit]:
    """A debt has a term that its kind does not take: PIK or prepayment of sculpted debt, either or an issue discount of
    a revolver, letters of credit of anything else."""
    for name, debt in instance.debt.items():
        for field in DEBT_KINDS[debt.kind].refused:
            if getattr(debt, field):
                yield Hit(
                    ("debt", name, field),
                    f"`{field}` has no meaning for `kind: {debt.kind}`",
                    _remedy(field),
                    on_key=True,
                )


def _remedy(field: str) -> str:
    if field == "balloon_share":
        return "delete it, or choose level, annuity or delayed_draw"
    if field in ("prepayment", "sweep"):
        return "delete it: its repayments are decided anyway"
    if field == "service_reserve":
        return "delete it: there is no schedule to keep a reserve for"
    if field == "issue_discount_share":
        return "delete it: `upfront_fee_share` is a fee on each draw"
    if field.startswith("letter_of_credit"):
        return "delete it, or choose `kind: revolver`"
    return "delete it, or choose bullet, level or annuity"


def pik_without_grace(instance: Instance) -> Iterator[Hit]:
    """Interest is to be capitalised in grace, and there is no grace."""
    for name, debt in instance.debt.items():
        if debt.capitalise_interest and debt.grace_periods == 0 and not debt.is_pooled:
            message = "no interest is ever capitalised: `grace_periods` is 0"
            yield Hit(("debt", name, "capitalise_interest"), message, "give `grace_periods`", on_key=True)


def pik_in_segments(instance: Instance) -> Iterator[Hit]:
    """Interest is capitalised in a calendar of segments, where draws come before the end of periods or the rate floats:
    a period of the loan would lie in periods of two lengths."""
    if instance.periods.is_equal:
        return
    for name, debt in instance.debt.items():
        if debt.capitalise_interest and not debt.is_pooled and (instance.draw_timing != "end" or debt.floating):
            why = "at a floating rate" if debt.floating else f"with `draw_timing: {instance.draw_timing}`"
            message = f"interest cannot be capitalised {why} where periods are of several lengths"
            help = "pay it, or take a stated rate and `draw_timing: end`, or plan in a calendar of equal periods"
            yield Hit(("debt", name, "capitalise_interest"), message, help, rests=(("calendar",), ("draw_timing",)))


def pik_beyond_measure(instance: Instance) -> Iterator[Hit]:
    """Interest is capitalised at such a rate for so long that a draw becomes more than a million times itself."""
    calendar = instance.periods
    for name, debt in instance.debt.items():
        if not has_rate(instance, debt):
            continue
        highest = max(yearly_rates(instance, debt).values())
        grown = capitalised_share(debt, calendar.end(calendar.periods), highest * calendar.base_years)
        if not debt.is_pooled and grown > MOST_GROWTH:
            when = f"at {highest:.4g} a year, added in {debt.grace_periods} periods of grace"
            message = f"{when}, interest makes of a draw more than {MOST_GROWTH:,.0f} times itself"
            yield Hit(("debt", name, "capitalise_interest"), message, "check `rate_per_year` and `grace_periods`")


def draw_sizes(instance: Instance) -> Iterator[Hit]:
    """The least draw is more than may be drawn."""
    for name, debt in instance.debt.items():
        for what, most in (("`max_draw_musd`", debt.max_draw_musd), (_limit_words(debt), debt.cash_limit_musd)):
            if most is not None and debt.min_draw_musd > most:
                message = f"`min_draw_musd` {debt.min_draw_musd:g} is above {what} {most:g}"
                yield Hit(("debt", name, "min_draw_musd"), message)
                break


def _limit_words(debt: Debt) -> str:
    return "`limit_musd` less letters of credit" if debt.letter_of_credit_share else "`limit_musd`"


def limit_missing(instance: Instance) -> Iterator[Hit]:
    """A debt needs a limit: a revolver, one with a commitment fee or tranches, a tranche, or one whose size decides a
    yes or no."""
    shared = tranches(instance)
    for name, debt in instance.debt.items():
        reason = "tranches are drawn within it" if name in shared else _limit_reason(debt, instance)
        if debt.limit_musd is None and reason:
            yield Hit(("debt", name), f"`limit_musd` is missing: {reason}", "give `limit_musd`", on_key=True)


def _limit_reason(debt: Debt, instance: Instance) -> str:
    if debt.is_revolving:
        return "a revolver needs it"
    if debt.has_commitment_fee:
        return "the commitment fee is charged on its undrawn part"
    if debt.tranche_of is not None:
        return f"how much of the commitment of `{debt.tranche_of}` may be drawn as this tranche"
    if debt.max_draw_musd is None and debt.min_draw_musd > 0:
        return "with `min_draw_musd`, the model has to know the largest draw"
    if debt.max_draw_musd is None and debt.issue_fee_musd > 0:
        return "with `issue_fee_musd`, the model has to know the largest draw"
    if instance.tax is not None and instance.tax.rate > 0.0:
        return "with `tax`, the model has to know the largest interest"
    if debt.conversion is not None and debt.max_draw_musd is None:
        return "with `conversion`, the model has to know how much may become shares"
    if instance.groups:
        return "with `groups`, the model has to know the largest debt service"
    if instance.capitalise_interest_in_construction:
        return "with `capitalise_interest_in_construction`, the model has to know the largest interest"
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
    window = calendar.window(debt.first_draw, debt.last_draw)
    tenor = tenor_of(debt, calendar, window.start)
    first = 0 if debt.opening_balance_musd else window.start
    if debt.kind == "sculpted":
        yield from (t for t in window if t > calendar.later(first, debt.grace_periods))
    elif debt.prepayment is not None:
        allowed = calendar.window(debt.prepayment.first_prepayment, None)
        alive = (t for t in window if (t > window.start and tenor > 1) or (first == 0 and calendar.end(t) < tenor))
        yield from (t for t in alive if t in allowed)


def opening_above_limit(instance: Instance) -> Iterator[Hit]:
    """A revolver is drawn above its limit at the start."""
    for name, debt in instance.debt.items():
        limit = debt.cash_limit_musd
        if debt.is_revolving and limit is not None and debt.opening_balance_musd > limit:
            message = f"the opening balance {debt.opening_balance_musd:g} is above {_limit_words(debt)} {limit:g}"
            yield Hit(("debt", name, "opening_balance_musd"), message)


def letter_of_credit_fee_idle(instance: Instance) -> Iterator[Hit]:
    """A fee is asked for letters of credit, and nothing is set aside for them."""
    used = letters_for_reserves(instance)
    for name, debt in instance.debt.items():
        if not debt.is_revolving or name in used:
            continue
        if debt.letter_of_credit_fee_per_year and not debt.letter_of_credit_share:
            message = "the fee is never charged: `letter_of_credit_share` is 0"
            help = "give `letter_of_credit_share`, or delete the fee"
            yield Hit(("debt", name, "letter_of_credit_fee_per_year"), message, help, on_key=True)


def fees_take_all(instance: Instance) -> Iterator[Hit]:
    """Fee and discount leave nothing of a draw, so that it has no yield."""
    for name, debt in instance.debt.items():
        if debt.cash_limit_musd != 0.0 and debt.upfront_fee_share + debt.issue_discount_share >= 1.0:
            upfront = debt.upfront_fee_share >= debt.issue_discount_share
            field = "upfront_fee_share" if upfront else "issue_discount_share"
            message = f"`upfront_fee_share` and `issue_discount_share` leave nothing of a draw of `{name}`"
            yield Hit(("debt", name, field), message, "give shares of a draw that sum to less than 1: 2 % is 0.02")


def refinances_nothing(instance: Instance) -> Iterator[Hit]:
    """An instrument may refinance a revolver, of which nothing falls due, or what falls due after its last draw, or
    nothing counts principal and it is tied to nothing."""
    for name, debt in instance.debt.items():
        for i, other in enumerate(debt.refinances or ()):
            if other in instance.debt and instance.debt[other].kind == "revolver":
                message = f"`{other}` is a revolver: none of it falls due"
                yield Hit(("debt", name, "refinances", i), message, "delete it: its draws may repay it as they are")
            elif other in instance.debt and (due := _first_due(instance, other)) > (last := _last_draw(instance, debt)):
                labels = instance.periods.label(last), instance.periods.label(due)
                message = f"its last draw is in {labels[0]}, and nothing of `{other}` falls due before {labels[1]}"
                help = "give a later `last_draw`: what is prepaid is not refinanced"
                yield Hit(("debt", name, "refinances", i), message, help, rests=(("debt", other),))
        if debt.refinances and not debt.tied_to and not any(kind == "dscr" for _, kind, *_ in looking_back(instance)):
            message = "nothing counts principal: there is no covenant `dscr` and no lock-up"
            help, rests = "delete it, or give the covenant", (("covenants",), ("groups",), ("equity",))
            yield Hit(("debt", name, "refinances"), message, help, on_key=True, rests=rests)


def _last_draw(instance: Instance, debt: Debt) -> int:
    return instance.periods.window(debt.first_draw, debt.last_draw).stop - 1


def _first_due(instance: Instance, name: str) -> int:
    """The first period in which principal of an instrument can fall due."""
    debt, calendar = instance.debt[name], instance.periods
    drawn = 0 if debt.opening_balance_musd else calendar.window(debt.first_draw, debt.last_draw).start
    terms = terms_of(debt, calendar, drawn)
    return calendar.later(drawn, terms.tenor_periods if debt.kind == "bullet" else terms.grace_periods + 1)
