"""Debt: draws, balances, interest, fees and repayments of each instrument, vintage by vintage where it has any."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.contract.debt_kinds import DEBT_KINDS
from optimizer.contract.decisions import (
    DEBT_DRAWS,
    DEBT_REPAYMENTS,
    FACILITIES,
    PREMIUM_FREE,
    PREPAYMENTS,
)
from optimizer.contract.lines import (
    CAPITALISED,
    CAPPED_CALL,
    COMMITMENT_FEE,
    CONVERSION,
    DISCOUNT,
    DRAW,
    INTEREST,
    ISSUE_FEE,
    LETTER_OF_CREDIT_FEE,
    PREMIUM,
    REPAYMENT,
    UPFRONT_FEE,
)
from optimizer.instance.schema import Debt
from optimizer.instance.tranches import tranches
from optimizer.workbook.areas.convertible import outcome
from optimizer.workbook.areas.reserves import held_for_reserves
from optimizer.workbook.areas.schedules import floating_rate, unit_of
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, Reference, both, ratio, total, when
from optimizer.workbook.found import Found, Instrument, Unit, Vintage
from optimizer.workbook.sheet import Figure, Line


def add_debt(draft: Draft, found: Found) -> None:
    """Rows of all instruments."""
    for name, debt in draft.instance.debt.items():
        draft.sheet.heading(f"Debt {name}")
        if debt.is_pooled:
            draws = draft.decisions.row(DEBT_DRAWS, name)
            found.debts[name] = _pooled(draft, name, debt, draws)
        else:  # where nothing can be drawn there is no such decision
            draws_ = None if debt.limit_musd == 0.0 else draft.decisions.row(DEBT_DRAWS, name)
            found.debts[name] = _vintages(draft, name, debt, draws_)
        if debt.conversion is not None and found.debts[name].draws is not None:
            found.converted[name] = draft.line_named(CONVERSION, name)
        _fees(draft, name, debt, found.debts[name])
        draws_row = found.debts[name].draws
        if draws_row is not None:
            first, last = draft.inputs.window("debt", name, first="first_draw", last="last_draw")
            outside = when(draft.t < first, 1, when(draft.t > last, 1))
            draft.check(f"{name}: drawn within its window", outside * draws_row > draft.noise)
        if debt.limit_musd and draws_row is not None:
            owed: Expr = found.debts[name].balance if debt.is_revolving else draws_row.so_far
            limit = draft.figure("debt", name, "limit_musd") * (1 - _letters(draft, name, debt))
            owed = total([owed, *held_for_reserves(draft, name)])
            draft.check(f"{name}: within its limit", owed - limit > draft.noise)
    for name, under in tranches(draft.instance).items():
        whole, limit = [row.so_far for row in _draws_of(draft, under)], draft.figure("debt", name, "limit_musd")
        draft.check(f"{name}: what all tranches draw is within it", total(whole) - limit > draft.noise)
    for lender in draft.instance.lenders:
        behind = [found.debts[name].balance for name, debt in draft.instance.debt.items() if debt.lender == lender]
        if behind:
            limit = draft.series("lenders", lender, "limit_musd")
            draft.check(f"{lender}: what is owed is within its limit", total(list(behind)) - limit > draft.noise)


def _letters(draft: Draft, name: str, debt: Debt) -> Expr:
    return draft.figure("debt", name, "letter_of_credit_share") if debt.letter_of_credit_share else ZERO


def _draws_of(draft: Draft, under: Sequence[str]) -> list[Line]:
    """What is drawn as each tranche of a commitment, of those that can be."""
    able = [name for name in under if draft.instance.debt[name].limit_musd != 0.0]
    return [draft.decisions.row(DEBT_DRAWS, name) for name in able]


def _opening(draft: Draft, name: str) -> Expr:
    return draft.figure("debt", name, "opening_balance_musd")


def _rate(draft: Draft, name: str, debt: Debt) -> Figure | Line:
    """What it asks, nominal per year: as stated, or by its reference with floor, swap and margin."""
    if debt.floating is None:
        return draft.series("debt", name, "rate_per_year")
    return draft.sheet.line(f"{name}: rate of the period", "share a year", floating_rate(draft, name, debt.floating))


def _pooled(draft: Draft, name: str, debt: Debt, draws: Line) -> Instrument:
    repaid = draft.decisions.row(DEBT_REPAYMENTS, name)
    sheet = draft.sheet
    drawn = draft.post(DRAW, name, amount=draws * 1)
    back = draft.post(REPAYMENT, name, amount=repaid * 1)
    balance = sheet.line(f"{name}: owed at the end", "musd", opening=_opening(draft, name))
    balance.formula = balance.before + drawn - back
    held = (1 - draft.kappa) * balance.before + draft.kappa * balance
    rate = _rate(draft, name, debt)
    draft.post(INTEREST, name, amount=draft.in_period(rate) * held)
    return Instrument(rate, balance, draws, back, back, ZERO, ZERO)


def _vintages(draft: Draft, name: str, debt: Debt, draws: Line | None) -> Instrument:
    sheet, rate = draft.sheet, _rate(draft, name, debt)
    early_keys = [key for key in draft.decisions.keys(PREPAYMENTS) if key[0] == name]
    vintages: dict[int, Vintage] = {}
    shared: Unit | None = None
    if debt.opening_balance_musd:
        unit = unit_of(draft, name, debt, "what was owed at the start", rate, 0)
        vintages[0] = _vintage(draft, name, 0, _opening(draft, name), unit, early_keys, draft.in_period(rate))
    for u in draft.calendar.span if draws is not None else ():  # a draw outside its window is for the checks
        if isinstance(rate, Line) or debt.is_delayed or debt.conversion is not None or not draft.calendar.is_equal:
            unit = unit_of(draft, name, debt, f"what is drawn in {draft.calendar.label(u)}", rate, u)
        else:
            unit = shared = shared or unit_of(draft, name, debt, "what is drawn", rate, u)
        assert draws is not None
        vintages[u] = _vintage(draft, name, u, Reference(draws, still=u), unit, early_keys, draft.in_period(rate))
    rows = [each.balance for each in vintages.values()]
    balance = sheet.line(f"{name}: owed at the end", "musd", total(rows), rows[0] if 0 in vintages else 0)
    old = vintages.get(0)
    interest: list[Expr] = []
    capitalised: list[Expr] = []
    for u, each in vintages.items():
        i, kappa = each.rate, ZERO if u == 0 else draft.kappa
        age = draft.t - each.u
        if debt.capitalise_interest:
            grace, tenor = draft.figure("debt", name, "grace_periods"), draft.figure("debt", name, "tenor_periods")
            grown = when(grace < tenor, grace, tenor - 1)
            words = f"{name}: of {_of(draft, u)}"
            if each.unit.capitalised is not None:  # by base periods, of what lives at the beginning of the period
                live = each.drawn if each.live is None else each.live.before
                paid, more = (row.at(age, 0) for row in (each.unit.paid, each.unit.capitalised))
                interest.append(sheet.line(f"{words}, interest", "musd", when(age > 0, live * paid)))
                capitalised.append(sheet.line(f"{words}, capitalised", "musd", when(age > 0, live * more)))
                continue
            cash = (1 - kappa) * each.balance.before * (age > grown) + kappa * each.balance * (age >= grown)
            interest.append(sheet.line(f"{words}, interest", "musd", i * cash))
            added: Expr = i
            if debt.floating is not None and isinstance(rate, Line) and u:
                added = (1 - kappa) * i + kappa * rate.before / draft.per_year
            pik = when(both(age > 0, age <= grown), added * each.balance.before)
            capitalised.append(sheet.line(f"{words}, capitalised", "musd", pik))
    if debt.floating is not None and not debt.capitalise_interest:  # all that is owed pays the rate of the period
        held = (1 - draft.kappa) * balance.before + draft.kappa * balance
        if old:
            held = held + draft.kappa * (old.balance.before - old.balance)
        interest.append(draft.in_period(rate) * held)
    elif not debt.capitalise_interest:
        new = balance - old.balance if old else balance
        if isinstance(rate, Line):
            for u, each in vintages.items():
                kappa = ZERO if u == 0 else draft.kappa
                held = (1 - kappa) * each.balance.before + kappa * each.balance
                interest.append(sheet.line(f"{name}: interest on what is of {_of(draft, u)}", "musd", each.rate * held))
        else:
            held = sheet.line(f"{name}: drawn in the plan and owed", "musd", new) if old else balance
            if len(vintages) > (1 if old else 0):
                interest.append(draft.in_period(rate) * ((1 - draft.kappa) * held.before + draft.kappa * held))
            if old:
                interest.append(draft.in_period(rate) * old.balance.before)
    drawn: Expr = ZERO if draws is None else draft.post(DRAW, name, amount=draws * 1)
    pik_row = draft.post(CAPITALISED, name, amount=total(capitalised)) if capitalised else ZERO
    shares: Expr = ZERO
    if debt.conversion is not None and draws is not None:
        shares = _converted(draft, name, debt, draws)
    back = draft.post(REPAYMENT, name, amount=balance.before + drawn + pik_row - balance - shares)
    draft.post(INTEREST, name, amount=total(interest))
    prepaid = total([each.early for each in vintages.values() if each.early is not None])
    at_end = old.balance.before - old.balance if old and not debt.capitalise_interest else ZERO
    if old and debt.capitalise_interest:
        grace = draft.figure("debt", name, "grace_periods")
        at_end = when(draft.periods.ends > grace, old.balance.before - old.balance)
    scheduled = sheet.line(f"{name}: repaid on schedule", "musd", back - prepaid)
    return Instrument(rate, balance, draws, back, scheduled, prepaid, at_end, vintages)


def _converted(draft: Draft, name: str, debt: Debt, draws: Line) -> Line:
    """What becomes shares, without cash; a capped call is paid for as it is drawn."""
    parts = []
    for u in draft.calendar.span:
        end = outcome(draft, name, debt, u)
        parts.append(when(draft.t.equals(end.matures), end.converts * Reference(draws, still=u)))
    if debt.conversion is not None and debt.conversion.capped_call is not None:
        cost = draft.figure("debt", name, "conversion", "capped_call", "cost_share")
        draft.post(CAPPED_CALL, name, amount=cost * draws)
    return draft.post(CONVERSION, name, amount=total(parts))


def _of(draft: Draft, u: int) -> str:
    return draft.calendar.label(u) if u else "the opening"


def _vintage(
    draft: Draft, name: str, u: int, drawn: Expr, unit: Unit, early_keys: list[tuple[str, ...]], rate_now: Expr
) -> Vintage:
    sheet, when_drawn = draft.sheet, Reference(draft.sheet.positions, still=u)
    words, age = f"{name}: of {_of(draft, u)}", draft.t - Reference(draft.sheet.positions, still=u)
    left = unit.left.at(age, 0)
    label = draft.calendar.label(u) if u else "opening"
    rate = rate_now if isinstance(unit.interest, Line) else unit.interest
    if not isinstance(unit.interest, Line) and isinstance(draft.periods.steps, Line):
        rate = rate * draft.periods.steps
    if (name, label) not in early_keys:
        balance = sheet.line(f"{words}, owed", "musd", drawn * left, drawn * left if u == 0 else 0)
        return Vintage(when_drawn, drawn, balance, unit, rate)
    early, free = (
        sheet.line(f"{words}, {what}", "musd", when(age > 0, draft.decisions.row(table, name, label)))
        for what, table in (("repaid early", PREPAYMENTS), ("of that without premium", PREMIUM_FREE))
    )
    live = sheet.line(f"{words}, live in units drawn", "musd", opening=drawn if u == 0 else ZERO)
    live.formula = when(age.equals(0), drawn, live.before - ratio(early, left))
    live.high = sheet.axis.last + 1
    balance = sheet.line(f"{words}, owed", "musd", live * left, drawn * left if u == 0 else 0)
    return Vintage(when_drawn, drawn, balance, unit, rate, live, early, free)


def _fees(draft: Draft, name: str, debt: Debt, one: Instrument) -> None:
    path, draws = ("debt", name), one.draws
    if draws is not None:
        draft.post(UPFRONT_FEE, name, amount=draft.figure(*path, "upfront_fee_share") * draws)
    if draws is not None and "issue_discount_share" not in DEBT_KINDS[debt.kind].refused:
        draft.post(DISCOUNT, name, amount=draft.figure(*path, "issue_discount_share") * draws)
    if draws is not None and debt.issue_fee_musd:
        draft.post(ISSUE_FEE, name, amount=when(draws > draft.noise, draft.figure(*path, "issue_fee_musd")))
    if debt.prepayment is not None:
        free = total([each.free for each in one.vintages.values() if each.free is not None])
        premium = draft.figure(*path, "prepayment", "premium_share")
        draft.post(PREMIUM, name, amount=premium * (one.prepaid - free))
    issued = [each.before for each in held_for_reserves(draft, name, letters=True)]
    yearly = draft.in_period(draft.figure(*path, "letter_of_credit_fee_per_year"))
    on_letters: list[Expr] = [yearly * total(issued)] if issued and debt.letter_of_credit_fee_per_year else []
    if debt.has_standing_fee and draws is not None:
        first, last = draft.inputs.window(*path, first="first_draw", last="last_draw")
        signed = draft.decisions.figure(FACILITIES, name)
        is_open = both(draft.t >= first, draft.t <= last)
        limit, letters = draft.figure(*path, "limit_musd"), _letters(draft, name, debt)
        if debt.has_commitment_fee:
            fee = draft.in_period(draft.series(*path, "commitment_fee_per_year")) * signed
            used: Expr = one.balance.before if debt.is_revolving else draws.so_far - draws
            others = _draws_of(draft, tranches(draft.instance).get(name, ())[1:])
            used = total([used, *issued, *(each.so_far - each for each in others)])
            draft.post(COMMITMENT_FEE, name, amount=when(is_open, fee * (limit * (1 - letters) - used)))
        if debt.letter_of_credit_fee_per_year and debt.letter_of_credit_share:
            on_letters.append(when(is_open, yearly * signed * limit * letters))
    if on_letters:
        draft.post(LETTER_OF_CREDIT_FEE, name, amount=total(on_letters))
