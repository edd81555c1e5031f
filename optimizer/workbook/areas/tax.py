"""Tax and cash, tax year by tax year.

The tax of a year needs the interest income of the year, which falls as instalments are paid. Within a year income is
linear in what the year begins with and in its tax Y: income = Z + U·cash at the start − B·Y. What the law asks for is a
maximum of lines in Y that fall, so that the tax that it leads to itself is the maximum of where each of them meets Y.
So nothing here goes in a circle.
"""

from __future__ import annotations

from optimizer.contract.accounts import CASH, RETAINED
from optimizer.contract.lines import (
    DISCOUNT,
    INTEREST_INCOME,
    ISSUE_FEE,
    PREMIUM,
    REPAYMENT,
    STANDING_FEES,
    TAX,
    UPFRONT_FEE,
)
from optimizer.instance.schema import Debt, Tax
from optimizer.workbook.areas.reserves import restricted_cash
from optimizer.workbook.areas.schedules import life_of, written_off
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ONE, ZERO, Expr, Reference, greatest, least, ratio, total, when
from optimizer.workbook.found import Found, Instrument
from optimizer.workbook.sheet import Line


def add_tax_depreciation(draft: Draft, found: Found) -> None:
    """What is written off for tax: of each class, what came into service in each period by its age."""
    sheet = draft.sheet
    sheet.heading("Depreciation for tax")
    rows: list[Expr] = []
    if draft.instance.tax is not None:
        for name in sorted({*found.tax_assets, *found.opening_basis}):
            schedule = written_off(draft, name, draft.instance.depreciation[name])
            added = sheet.line(f"{name}: into service", "musd", total(found.tax_assets.get(name, [])))
            off: list[Expr] = []
            for u in draft.calendar.span:
                lot, since = added.still(u), Reference(draft.periods.ends, still=u - 1) if u > 1 else ZERO
                off.append(
                    sheet.line(
                        f"{name}: of {draft.calendar.label(u)}, written off so far", "musd",
                        lot * schedule.at(draft.periods.ends - since), 0,
                    )
                )  # fmt: skip
            for each in found.sold:  # what is sold has been written off in full
                if name in each.cost_by_class:
                    rest = 1 - schedule.at(each.age + draft.periods.steps)
                    cost = each.so_far * each.cost_by_class[name] / draft.million
                    off.append(sheet.line(f"{name}: written off of units sold, beyond that", "musd", cost * rest, 0))
            for was in found.opening_basis.get(name, []):
                gone_of_it = was.written_off(schedule, draft.periods.ends)
                off.append(sheet.line(f"{name}: of {was.words}, written off so far", "musd", gone_of_it, 0))
            gone = sheet.line(f"{name}: written off so far", "musd", total(off), 0)
            rows.append(gone - gone.before)
    found.written_off = sheet.line("Tax depreciation of assets", "musd", total(rows))
    # what is paid for leases that count as debt is deducted as it is paid
    leased = draft.instance.tax is not None and bool(found.lease_principal)
    found.deducted = found.written_off
    if leased:
        found.deducted = sheet.line(
            "Tax depreciation and lease principal", "musd", found.written_off + total(list(found.lease_principal))
        )
    if found.taxed_early is not None:
        found.deducted = sheet.line(
            "The same, less prepayments that are taxed ahead", "musd", found.deducted - found.taxed_early
        )


def add_fees_deducted(draft: Draft, found: Found) -> Line:
    """Debt fees as they are deducted: those on draws over the life of the draw, the others as they are paid."""
    sheet = draft.sheet
    sheet.heading("Debt fees in tax")
    parts: list[Expr] = [draft.line_of(kind, name) for kind in (*STANDING_FEES, PREMIUM) for name in found.debts]
    for name, one in found.debts.items():
        debt = draft.instance.debt[name]
        if debt.opening_fees_musd and debt.opening_balance_musd and debt.tenor_periods:
            parts.append(_of_opening(draft, name, one))
        by_amount = [draft.line_of(kind, name) for kind in (UPFRONT_FEE, DISCOUNT)]
        if one.draws is None:
            continue
        early = [each for each in one.vintages.values() if each.early is not None and each.live is not None]
        fee: Expr = total(by_amount)
        for each in early:  # what is on a part that is prepaid goes with it, below
            fee = when(draft.t.equals(each.u), 0, fee)
        paid = sheet.line(f"{name}: fees on draws", "musd", fee + draft.line_of(ISSUE_FEE, name))
        if not draft.calendar.is_equal or debt.conversion is not None:
            parts.append(_deducted_by_time(draft, name, debt, paid))
        elif debt.is_revolving:
            last = draft.inputs.window("debt", name, first="first_draw", last="last_draw")[1]
            left = last - draft.t + draft.kappa
            share = sheet.line(f"{name}: a period's share of them", "musd", when(left > 0, ratio(paid, left)))
            later = when(draft.t <= last, share.so_far - share)
            at_once = when(left <= 0, paid)
            parts.append(sheet.line(f"{name}: deducted", "musd", draft.kappa * share + later + at_once))
        elif debt.is_delayed:
            last = draft.inputs.window("debt", name, first="first_draw", last="last_draw")[1]
            matures = last + draft.figure("debt", name, "tenor_periods")
            share = sheet.line(
                f"{name}: a period's share of them", "musd", when(draft.t < matures, ratio(paid, matures - draft.t))
            )
            runs = draft.kappa * share + when(draft.t < matures, share.so_far - share)
            ends = when(draft.t.equals(matures), (1 - draft.kappa) * share.whole)
            parts.append(sheet.line(f"{name}: deducted", "musd", runs + ends))
        else:
            life = life_of(draft, name, debt, 0)
            whole = draft.kappa * paid + paid.between(draft.t - life, draft.t - 1)
            parts.append(
                sheet.line(f"{name}: deducted", "musd", (whole + (1 - draft.kappa) * paid.at(draft.t - life)) / life)
            )
        for u, each in one.vintages.items():
            if each.early is None or each.live is None:
                continue
            life = life_of(draft, name, debt, u)
            age = draft.t - each.u
            drawn_at = Reference(draft.periods.ends, still=u)
            steps = draft.periods.steps
            in_own = draft.kappa * (Reference(steps, still=u) if isinstance(steps, Line) else 1)
            gone_by = when(age >= 0, least(life, draft.periods.ends - drawn_at + in_own))
            passed = sheet.line(f"{name}: time passed of a draw that is prepaid", "periods", gone_by, 0)
            own = sheet.figure(f"{name}: fees on a draw that is prepaid", "musd", total(fees_at(by_amount, each.u)))
            gone = ratio(each.early, each.drawn * each.unit.left.at(age, 0))
            lives = when(age.equals(0), 1, ratio(each.live.before, each.drawn))
            parts.append(
                sheet.line(
                    f"{name}: deducted of a draw that is prepaid",
                    "musd",
                    own * (lives * (passed - passed.before) + gone * (life - passed)) / life,
                )
            )
    return sheet.line("Debt fees deducted", "musd", total(parts))


def _of_opening(draft: Draft, name: str, one: Instrument) -> Line:
    """What is left of the costs of an opening balance, over what is left of its life, less what was prepaid."""
    life, left = draft.figure("debt", name, "tenor_periods"), draft.figure("debt", name, "opening_fees_musd")
    words = f"{name}: costs of the opening balance"
    passed = draft.sheet.line(f"{words}, time passed", "periods", least(life, draft.periods.ends), 0)
    now: Expr = passed - passed.before
    vintage = one.vintages[0]
    if vintage.early is not None and vintage.live is not None:
        gone = ratio(vintage.early, vintage.drawn * vintage.unit.left.at(draft.t, 0))
        now = ratio(vintage.live.before, vintage.drawn) * now + gone * (life - passed)
    return draft.sheet.line(f"{words}, deducted", "musd", left * now / life)


def _deducted_by_time(draft: Draft, name: str, debt: Debt, paid: Line) -> Expr:
    """Fees on draws over base periods, from the instant of each draw to the end of its life."""
    periods, t = draft.periods, draft.t
    steps = periods.steps.array() if isinstance(periods.steps, Line) else ONE
    start = periods.ends.array() - draft.kappa * steps
    life: Expr
    if debt.is_revolving or debt.is_delayed:
        last = draft.inputs.window("debt", name, first="first_draw", last="last_draw")[1]
        end = periods.end_of(last * 1)
        life = end - start
        if debt.is_delayed:
            life = end + draft.figure("debt", name, "tenor_periods") - periods.ends.array()
    elif debt.conversion is not None:
        lives = [when(t.equals(Reference(t, still=u)), life_of(draft, name, debt, u)) for u in draft.calendar.span]
        life = draft.sheet.line(f"{name}: base periods to its end, by draw", "periods", total(list(lives))).array()
    else:
        life = life_of(draft, name, debt, 0)
    gone = periods.ends - start
    # a life of nothing is over at once
    share = (gone >= life) + (gone < life) * gone / (life * (life > 0) + (life <= 0))
    so_far = draft.sheet.line(
        f"{name}: deducted so far", "musd", draft.sheet.product(paid.array() * (t.array() <= t) * share), 0
    )
    return so_far - so_far.before


def fees_at(fees: list[Expr], u: Expr) -> list[Expr]:
    """The fees of the period u, wherever they are looked at."""
    return [each.at(u) for each in fees if isinstance(each, Line)]


def add_cash_and_tax(draft: Draft, found: Found, fees: Line) -> None:
    """Interest income, tax and cash, rolled forward together."""
    sheet = draft.sheet
    sheet.heading("Cash and tax")
    cash = sheet.line("Cash", "musd", opening=draft.figure("opening", "cash_musd"))
    found.cash = cash
    others = sheet.line("Cash flow before tax and interest income", "musd", draft.moved(account=CASH))
    early = sheet.line("Cash held on average beyond what is carried in", "musd", _early(draft, found))
    found.early = early
    rate = sheet.line("Yield of cash a period", "share", draft.in_period(draft.series("cash", "yield_per_year")))
    income = sheet.line("Interest income on cash", "musd", rate * (cash.before + early), note="interest_income")
    tax: Expr = ZERO
    if draft.instance.tax is not None:
        tax = _tax(draft, found, draft.instance.tax, fees, _Income(cash, others, early, rate))
    tax_row = sheet.line("Tax", "musd", tax, note="tax")
    cash.formula = cash.before + others + income - tax_row
    stands = [draft.stand(TAX, tax_row), draft.stand(INTEREST_INCOME, income)]
    if stands != [tax_row, income]:
        cash.formula = cash.before + others + stands[1] - stands[0]
        draft.forget()
    minimum = draft.series("cash", "minimum_musd")
    found.restricted = restricted_cash(draft, found)
    if not draft.instance.groups:  # else of what is in none of them
        draft.check("Cash is at least its minimum", minimum + found.restricted - cash > draft.noise)


class _Income:
    """What interest income is made of."""

    def __init__(self, cash: Line, others: Line, early: Line, rate: Line) -> None:
        self.cash, self.others, self.early, self.rate = cash, others, early, rate


def _early(draft: Draft, found: Found) -> Expr:
    """What moves before the end of its period, by the part of the period for which it is there."""
    received = draft.moved("draw", "raise", "flotation", account=CASH)
    kept = draft.moved("fee", account=CASH, kinds=(UPFRONT_FEE, DISCOUNT, ISSUE_FEE))
    repaid = draft.moved("repayment", account=CASH, kinds=(REPAYMENT,))
    at_end = total([one.at_end for one in found.debts.values() if one.at_end is not ZERO])
    spent = total([timing * musd for timing, musd in found.paid])
    return draft.kappa * (received + kept + repaid + at_end) - spent


def _tax(draft: Draft, found: Found, terms: Tax, fees: Line, of: _Income) -> Expr:
    sheet = draft.sheet
    year, first, last, count = tax_years(draft)
    share = sheet.line("Share of the year's tax paid", "share", _instalment(draft, terms, last, count))
    operating = sheet.line("Taxable before interest and fees", "musd", _operating(draft) - found.deducted)
    interest = sheet.line("Interest of all kinds", "musd", draft.moved("interest", "pik", account=RETAINED))
    ebitda = sheet.line("EBITDA for tax", "musd", draft.moved("revenue", "opex", account=RETAINED, negative=True))
    # paths within the tax year: from nothing, of a dollar at its start, of a dollar of its tax
    z = sheet.line("Path of cash from nothing, before tax", "musd", opening=0)
    z_income = sheet.line("Interest income on it", "musd", of.rate * ((1 - first) * z.before + of.early))
    z.formula = (1 - first) * z.before + z_income + of.others
    unit = sheet.line("Path of a dollar at the start of the tax year", "share", opening=1)
    unit_income = sheet.line("Interest income on that dollar", "share", of.rate * (first + (1 - first) * unit.before))
    unit.formula = (first + (1 - first) * unit.before) + unit_income
    less = sheet.line("Path of a dollar of the year's tax", "share", opening=0)
    less_income = sheet.line("Interest income lost to it", "share", of.rate * (1 - first) * less.before)
    less.formula = (1 - first) * less.before + less_income + share
    start = sheet.line("Cash at the start of the tax year", "musd", opening=of.cash * 1)
    start.formula = first * of.cash.before + (1 - first) * start.before

    def in_year(words: str, row: Line) -> Line:
        return sheet.line(f"{words}, of the tax year", "musd", row.where(year, year))

    earlier: Expr = ZERO
    if terms.year_to_date_musd and draft.begins_within_a_tax_year:
        begun = draft.figure("tax", "year_to_date_musd")
        earlier = when(year.equals(year.still(1)), begun)
    income = sheet.line(
        "Interest income of the year, without its tax",
        "musd",
        in_year("Income from nothing", z_income) + in_year("Income of a dollar", unit_income) * start,
    )
    lost = in_year("Income lost to a dollar of tax", less_income)
    base = sheet.line(
        "Taxable of the year before interest", "musd", in_year("Operating", operating) - in_year("Fees", fees) + earlier
    )
    owed = in_year("Interest", interest)
    rate = draft.figure("tax", "rate")
    losses = sheet.line("Losses carried", "musd", opening=draft.figure("tax", "opening_loss_musd"))
    usable = draft.figure("tax", "loss_usable_share") if terms.loss_usable_share is not None else None
    carried_interest = (
        sheet.line("Interest carried forward", "musd", opening=draft.figure("tax", "opening_interest_musd"))
        if terms.interest_limit_share is not None
        else None
    )
    taxable_free = sheet.line(
        "Taxable of the year, interest deducted, without its tax", "musd",
        base + income - owed - (carried_interest.before if carried_interest is not None else 0),
    )  # fmt: skip

    def asked(taxable: Expr, slope: Expr) -> Expr:
        """Where what is asked of taxable − slope·Y is Y."""
        if usable is None:
            return greatest(0, rate * taxable / (1 + rate * slope))
        most = rate * (1 - usable)
        return greatest(0, most * taxable / (1 + most * slope), rate * (taxable - losses.before) / (1 + rate * slope))

    tax_of_year: Expr = asked(taxable_free, lost)
    allowed: Expr | None = None
    if carried_interest is not None:
        limit = draft.figure("tax", "interest_limit_share")
        allowed = sheet.line("Interest allowed beside income", "musd", limit * greatest(0, in_year("EBITDA", ebitda)))
        tax_of_year = greatest(tax_of_year, asked(base - allowed, ZERO))
    whole = sheet.line("Tax of the tax year", "musd", tax_of_year)
    earned = sheet.line("Interest income of the tax year", "musd", income - lost * whole)
    deducted: Expr = owed
    if carried_interest is not None and allowed is not None:
        deducted = sheet.line("Interest deducted", "musd", least(owed + carried_interest.before, earned + allowed))
        carried_interest.formula = when(last > 0, carried_interest.before + owed - deducted, carried_interest.before)
    taxable = sheet.line("Taxable of the tax year", "musd", base + earned - deducted)
    if usable is None:
        losses.formula = losses.before
    else:
        used = sheet.line("Losses used", "musd", least(losses.before, usable * greatest(0, taxable)))
        losses.formula = when(last > 0, losses.before + greatest(0, -taxable) - used, losses.before)
    found.losses, found.interest_carried = losses if usable is not None else None, carried_interest
    if draft.instance.adjusted_present_value is not None:
        found.unlevered = _unlevered(draft, in_year("Unlevered", operating) + earlier, last, share)
    return share * whole


def _instalment(draft: Draft, terms: Tax, last: Line, count: Line) -> Expr:
    """The part of a year's tax that is paid in a period: by its length, or all of it at the end of the year."""
    if terms.payment == "year_end":
        return last * 1
    steps = draft.periods.steps
    if not isinstance(steps, Line):
        return 1 / count
    year = tax_years(draft)[0]
    return steps / steps.where(year, year)


def _unlevered(draft: Draft, taxable: Expr, last: Line, share: Line) -> Line:
    """The tax of the same company without interest, interest income and debt fees, its own losses carried."""
    sheet, terms = draft.sheet, draft.instance.tax
    assert terms is not None
    row = sheet.line("Taxable of the tax year without debt", "musd", taxable)
    income: Expr = greatest(0, row)
    if terms.loss_usable_share is not None:
        losses = sheet.line("Losses carried without debt", "musd", opening=draft.figure("tax", "opening_loss_musd"))
        used = sheet.line(
            "Used of them without debt", "musd", least(losses.before, draft.figure("tax", "loss_usable_share") * income)
        )
        losses.formula = when(last > 0, losses.before + greatest(0, -row) - used, losses.before)
        income = income - used
    return sheet.line("Tax without debt", "musd", draft.figure("tax", "rate") * income * share)


def _operating(draft: Draft) -> Expr:
    """EBITDA and what is got for units sold."""
    return draft.moved("resale", account=CASH) + draft.moved("revenue", "opex", account=RETAINED, negative=True)


def tax_years(draft: Draft) -> tuple[Line, Line, Line, Line]:
    """Of each period its tax year, whether it is the first and the last of it, and how many there are."""
    if draft.made_years is None:
        numbers = draft.tax_year_numbers()
        year = draft.inputs.constants_row("Tax year", "year", numbers)
        sheet = draft.sheet
        first = sheet.line(
            "First period of its tax year", "1 for yes", when(draft.t.equals(1), 1, when(year.differs(year.before), 1))
        )
        count = sheet.line("Periods of the tax year", "periods", sheet.product(year.array().equals(year) * 1))
        later = sheet.product(year.array().equals(year) * (draft.t.array() > draft.t))
        last = sheet.line("Last period of its tax year", "1 for yes", when(later.equals(0), 1))
        draft.made_years = (year, first, last, count)
    return draft.made_years


def add_stand_alone_tax(draft: Draft, found: Found) -> None:
    """The tax of the infrastructure as if it were a company of its own, where a covenant asks for it."""
    needed = any(
        one.kind == "dscr" and (one.tax or ("company" if one.scope == "company" else "stand_alone")) == "stand_alone"
        for one in draft.instance.covenants.values()
    )
    terms, sheet = draft.instance.tax, draft.sheet
    if not needed:
        return
    sheet.heading("Tax of the infrastructure on its own")
    if terms is None:
        found.stand_alone = sheet.line("Tax of the infrastructure", "musd", ZERO)
        return
    year, _, last, count = tax_years(draft)
    own = draft.moved("resale", account=CASH) + draft.moved(
        "revenue", "opex", account=RETAINED, corporate=False, negative=True
    )
    interest = draft.moved("interest", "pik", account=RETAINED)
    result = sheet.line("Taxable of the infrastructure", "musd", own - found.deducted - interest)
    of_year = sheet.line("Taxable of the infrastructure, of the tax year", "musd", result.where(year, year))
    taxed: Expr = greatest(0, of_year)
    if terms.loss_usable_share is not None:
        carried = sheet.line("Losses of the infrastructure", "musd", opening=0)
        used = sheet.line(
            "Used of them", "musd", least(carried.before, draft.figure("tax", "loss_usable_share") * taxed)
        )
        carried.formula = when(last > 0, carried.before + greatest(0, -of_year) - used, carried.before)
        taxed = taxed - used
    share = _instalment(draft, terms, last, count)
    found.stand_alone = sheet.line("Tax of the infrastructure", "musd", draft.figure("tax", "rate") * taxed * share)
