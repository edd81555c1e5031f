"""Customers' contracts: what is held, invoiced and settled by what was paid ahead, from the terms and the way they go.

How a contract goes (when it is signed, how late it is accepted, whether it is renewed) is decided. The agreement stands
on the schedules by age in base periods; each period looks up the ages that fall in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.contract.decisions import CONTRACT_SERVICE, CONTRACTS
from optimizer.contract.lines import (
    CONTRACT_DAMAGES,
    CONTRACT_GIVEN,
    CONTRACT_PREPAYMENT,
    CONTRACT_RECOGNISED,
    CONTRACT_REFUND,
    CONTRACT_REVENUE,
    CONTRACT_SHARES,
)
from optimizer.instance.contract_terms import is_served
from optimizer.instance.schema import Contract
from optimizer.plan.figures.contracts import courses, taxed_early
from optimizer.workbook.areas.hardware import off
from optimizer.workbook.areas.partner_unit import hourly_cost
from optimizer.workbook.areas.tax import tax_years
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, both, floored, greatest, least, ratio, total, when
from optimizer.workbook.found import Customer, Found
from optimizer.workbook.sheet import Figure, Line


def opening_deferred(draft: Draft, name: str) -> Expr:
    """What is left of a customer's prepayment as the plan begins."""
    if draft.instance.contracts[name].opening is None:
        return ZERO
    return draft.figure("contracts", name, "opening", "deferred_musd") * 1


def opening_shares(draft: Draft) -> list[Expr]:
    """What of shares that customers got before the plan is not yet taken off revenue."""
    contracts = draft.instance.contracts.items()
    names = [name for name, each in contracts if each.opening is not None and each.opening.shares_left_musd]
    return [draft.figure("contracts", name, "opening", "shares_left_musd") for name in names]


def add_contracts(draft: Draft, found: Found) -> None:
    """Rows of all contracts that are signed."""
    ahead: list[Line] = []
    if draft.instance.tax is not None and any(
        draft.instance.contracts[name].prepayment_taxed != "recognised" for name in courses(draft.plan)
    ):
        draft.sheet.heading("Tax years")
        tax_years(draft)
    for name in courses(draft.plan):
        draft.sheet.heading(f"Contract {name}")
        one = _Contract(draft, found, name)
        one.post()
        found.customers[name] = Customer(one.held, one.invoiced + one.given)
        if one.terms.prepayment_taxed != "recognised" and draft.instance.tax is not None:
            ahead.append(one.taxed_ahead())
        found.contract_owed.append(one.owed_at_end())
    if ahead:
        taxed = draft.sheet.line("Prepayments taxed before they are revenue", "musd", total(list(ahead)))
        found.taxed_early = draft.trusted(taxed, taxed_early(draft.plan))


@dataclass(frozen=True)
class _Agreed:
    """The agreement by age: H100e held, its price with ramp and steps (all of what is held), the same of the first
    term alone, damages by base periods of delay; and what the first term comes to.
    """

    held: Line
    priced: Line
    of_term: Line
    damages: Line
    value: Figure


class _Contract:
    def __init__(self, draft: Draft, found: Found, name: str) -> None:
        self.draft, self.found, self.name = draft, found, name
        self.terms: Contract = draft.instance.contracts[name]
        self.path = ("contracts", name)
        self.way()
        self.agreed = self.agreement()
        self.over_time()

    # ── how it goes ──

    def way(self) -> None:
        """When it is signed, the base periods with which it should begin and does, and whether the customer ends it."""
        draft, sheet, name, periods = self.draft, self.draft.schedules, self.name, self.draft.periods
        sheet.heading(f"Contract {name}: how it goes")
        self.signed = draft.decisions.row(CONTRACTS, name)
        self.late, renewals = (draft.decisions.figure(CONTRACTS, name, each) for each in ("late", "renewals"))
        self.stands = sheet.figure(f"{name}: signed", "1 for yes", self.signed.whole)
        at = self.signed.sheet.product(self.signed.array() * self.signed.sheet.positions.array())
        self.u = sheet.figure(f"{name}: signed in", "number of the period", at)
        before = self.terms.opening
        if before is None:
            agreed = periods.end_of(self.u) + draft.figure(*self.path, "acceptance_lag_periods")
        elif before.acceptance is None:
            agreed = 1 - draft.figure(*self.path, "opening", "service_periods")
        else:
            agreed = periods.end_of(draft.inputs.period((*self.path, "opening", "acceptance"), 1) - 1) + 1
        self.due = sheet.figure(f"{name}: acceptance agreed", "base period", agreed)
        ended: Expr = ZERO
        if self.terms.long_stop_periods is not None and not is_served(self.terms):
            ended = when(self.late > draft.figure(*self.path, "long_stop_periods"), self.stands)
        self.ended = sheet.figure(f"{name}: ended by the customer", "1 for yes", ended)
        self.last_wait = sheet.figure(f"{name}: last period of waiting", "base period", self.due + self.late - 1)
        self.first = sheet.figure(f"{name}: accepted", "base period", periods.begins(self.due + self.late))
        self.term = draft.figure(*self.path, "term_periods")
        length: Expr = self.term * 1
        if self.terms.renewal is not None:
            length = length + renewals * draft.figure(*self.path, "renewal", "term_periods")
        self.serves = sheet.figure(f"{name}: is served", "1 for yes", self.stands * (1 - self.ended))
        self.length = sheet.figure(f"{name}: base periods that are served", "base periods", self.serves * length)

    # ── the agreement ──

    def agreement(self) -> _Agreed:
        """Its rows by age, from 0 on."""
        draft, sheet, path, terms = self.draft, self.draft.schedules, self.path, self.terms
        k = sheet.positions
        sheet.heading(f"Contract {self.name}: by age in base periods")
        ramp = draft.inputs.list(*path, "ramp_mw" if terms.ramp_mw is not None else "ramp_h100e")
        volume = ramp.at(least(k + 1, ramp.sheet.positions.still(ramp.high)))
        amount = sheet.line("What is held", ramp.unit, volume, volume)
        by_mw = terms.ramp_mw is not None
        price = draft.series(*path, "price_musd_per_mw_month" if by_mw else "price_usd_per_h100e_hour")
        at_signing: Expr = price * 1
        if isinstance(price, Line):
            at_signing = price.still(1) if terms.opening is not None else price.at(self.u)
        base = sheet.figure("Price as it is signed", price.unit, at_signing)
        step = (1 + draft.figure(*path, "escalator_per_year")) ** floored(k / draft.per_year)
        now: Expr = base * step
        if terms.renewal is not None:
            own = "price_musd_per_mw_month" if by_mw else "price_usd_per_h100e_hour"
            if getattr(terms.renewal, own) is not None:
                now = when(k < self.term, now, draft.figure(*path, "renewal", own))
        price_now = sheet.line("Price", price.unit, now, now)
        if by_mw:
            of_base: Expr = draft.inputs.constant("Months of a year", "months", 12.0) / draft.per_year
        else:
            hours = draft.inputs.constant("Hours of a year", "hours", 8760.0)
            of_base = hours / draft.per_year / draft.million
        unit = sheet.figure("A base period at a price of 1", "musd", of_base)
        whole = when(k < self.term, amount * price_now * unit)
        of_term = sheet.line("Of the first term, at its price", "musd", whole, whole)
        served = when(k < self.length, amount * price_now * unit)
        priced = sheet.line("Of what is served, at its price", "musd", served, served)
        compute: Expr = amount
        if by_mw:
            compute = amount * draft.figure(*path, "h100e_per_mw")
        held_now = when(k < self.length, compute)
        held = sheet.line("Compute held", "H100e", held_now, held_now)
        value = sheet.figure("Value of the contract", "musd", sheet.product(of_term.array(0), 0))
        cap = draft.figure(*path, "delay_damages_cap_share") * value
        due = draft.figure(*path, "delay_damages_musd_per_year") / draft.per_year
        delayed = when(k < self.late, self.stands * least(due, greatest(0, cap - k * due)))
        damages = sheet.line("Damages, by base periods of delay", "musd", delayed, delayed)
        return _Agreed(held, priced, of_term, damages, value)

    # ── by period ──

    def over_time(self) -> None:
        """What is held and invoiced, what is left of the prepayment, what is paid for delay and paid back."""
        draft, sheet, name, periods, agreed = self.draft, self.draft.sheet, self.name, self.draft.periods, self.agreed
        per = periods.steps if isinstance(periods.steps, Line) else None
        amount = periods.of_ages(agreed.held, self.first)
        self.held = sheet.line(f"{name}: held", "H100e", amount if per is None else amount / per)
        used = draft.series(*self.path, "used_share")
        least_paid = draft.figure(*self.path, "take_or_pay_share")
        self.paid = sheet.line(f"{name}: paid for of what is held", "share", greatest(least_paid, used))
        self.invoiced = sheet.line(f"{name}: invoiced", "musd", self.paid * periods.of_ages(agreed.priced, self.first))
        in_term = self.serves * self.paid * periods.of_ages(agreed.of_term, self.first)
        self.of_term = sheet.line(f"{name}: invoiced in the first term", "musd", in_term)
        later = agreed.of_term.between(periods.end - self.first, draft.schedules.positions.end, 0)
        self.whole = sheet.figure(
            f"{name}: invoiced in all of the first term", "musd",
            self.of_term.whole + self.serves * self.paid.end * later,
        )  # fmt: skip
        self.prepaid = sheet.figure(f"{name}: prepayment", "musd", self._prepayment())
        self.credited = sheet.line(f"{name}: settled by it", "musd", self._credited(self.of_term, ZERO))
        gone = self.ended * self.prepaid * self._in(self.last_wait)
        self.refunded = sheet.line(f"{name}: paid back", "musd", gone)
        self.damages = sheet.line(f"{name}: delay damages", "musd", periods.of_ages(agreed.damages, self.due))

    def _prepayment(self) -> Expr:
        if self.terms.opening is not None:
            return opening_deferred(self.draft, self.name)
        share = self.draft.figure(*self.path, "prepayment_share") * self.agreed.value
        amount = self.draft.figure(*self.path, "prepayment_musd")
        return self.stands * when(amount > 0, amount, share)

    def _credited(self, of_term: Line, earlier: Expr) -> Expr:
        """What settles invoices of the first term, of which so much was invoiced earlier than the row begins."""
        if self.terms.prepayment_credited == "over_term":
            return self.prepaid * ratio(of_term, self.whole)
        before = earlier + of_term.so_far - of_term
        return least(of_term, greatest(0, self.prepaid - before))

    def _in(self, step: Expr) -> Expr:
        """1 in the period that holds a base period."""
        periods = self.draft.periods
        if self.draft.calendar.is_equal:
            return self.draft.t.equals(step)
        return (periods.ends >= step) * (periods.ends.before < step)

    def post(self) -> None:
        """The lines of the ledger, and what is left of the prepayment."""
        draft, found, name, terms = self.draft, self.found, self.name, self.terms
        received: Expr = ZERO
        if terms.opening is None:
            received = draft.post(CONTRACT_PREPAYMENT, name, amount=self.signed * self.prepaid)
        recognised = draft.post(CONTRACT_RECOGNISED, name, amount=self.credited * 1)
        back: Expr = ZERO
        if terms.long_stop_periods is not None and not is_served(terms):  # else it is never late
            back = draft.post(CONTRACT_REFUND, name, amount=self.refunded * 1)
            draft.post(CONTRACT_DAMAGES, name, amount=-self.damages)
        draft.post(CONTRACT_REVENUE, name, amount=self.invoiced - self.credited)
        self.given = self._shares()
        left = draft.sheet.line(f"{name}: deferred revenue", "musd", opening=opening_deferred(draft, name))
        left.formula = left.before + received - recognised - back
        found.deferred[name] = self.left = left
        served = [
            draft.decisions.row(CONTRACT_SERVICE, *key)
            for key in draft.decisions.keys(CONTRACT_SERVICE)
            if key[0] == name
        ]
        if served:
            draft.check(f"{name}: what is agreed is held", off(draft, total(list(served)) - self.held))

    def _shares(self) -> Expr:
        """Post what the customer gets in shares, and what is taken off revenue for them, which is less than nothing."""
        draft, name, before = self.draft, self.name, self.terms.opening
        if before is not None and before.shares_left_musd:
            shares: Expr = draft.figure(*self.path, "opening", "shares_left_musd") * 1
        elif before is None and self.terms.shares is not None:
            shares = draft.figure(*self.path, "shares", "musd") * 1
            row = draft.post(CONTRACT_SHARES, name, amount=self.signed * shares)
            self.found.shares_given[name] = row
        else:
            return ZERO
        none_left = self.serves * shares * self._in(greatest(1, self.first))
        in_term = when(self.whole > 0, shares * ratio(self.of_term, self.whole), none_left)
        lost = self.ended * shares * self._in(self.last_wait)
        given = draft.post(CONTRACT_GIVEN, name, amount=-(in_term + lost))
        self.found.given.append(given)
        return given

    # ── what follows for tax, and for the end of the plan ──

    def taxed_ahead(self) -> Line:
        """Taxable income beside the revenue: what is left at the end of a tax year then, and less as it is earned."""
        draft, before = self.draft, self.terms.opening
        year, _, last, _ = tax_years(draft)
        if before is None:
            by: Expr = year.at(self.u)
            if self.terms.prepayment_taxed == "deferred_a_year":
                by = by + 1
        elif before.taxed_in is not None:
            by = year.at(draft.inputs.period((*self.path, "opening", "taxed_in"), 1))
        else:
            by = ZERO * 1
        when_taxed = draft.sheet.figure(f"{self.name}: tax year that takes in the prepayment", "year", by)
        taxed = when(both(year.equals(when_taxed), last > 0), self.left)
        earned = when(year > when_taxed, self.credited + self.refunded)
        return draft.sheet.line(f"{self.name}: taxed ahead of revenue", "musd", taxed - earned)

    def owed_at_end(self) -> Figure:
        """What is left of the prepayment, or more where holding after T costs more than is still paid."""
        draft, sheet, agreed, periods = self.draft, self.draft.sheet, self.agreed, self.draft.periods
        growth = self.found.discount(draft)

        def worth(later: Expr) -> Expr:
            """Of a dollar so many periods after T, at the end of T."""
            return growth ** (0 - later * periods.years_after)

        def dated(words: str, first: Expr) -> Line:
            """How many periods after T an age lies."""
            step = first + draft.schedules.positions
            later = when(step > periods.end, periods.after_end(step))
            return draft.schedules.line(f"{self.name}: {words}", "periods", later, later)

        hours = draft.inputs.constant("Hours of a year", "hours", 8760.0) / draft.per_year / draft.million
        cost = hourly_cost(draft, self.path, self.terms)
        due = cost * hours * agreed.held.array(0) - self.paid.end * agreed.priced.array(0) + self._credited_after()
        served = dated("periods after the end, by age", self.first).array(0)
        waited = dated("periods after the end, by delay", self.due).array(0)
        holding = (served > 0) * due * worth(served)
        delays = (waited > 0) * agreed.damages.array(0) * worth(waited)
        later = sheet.figure(
            f"{self.name}: cost of holding after the end, less what is paid in cash", "musd",
            draft.schedules.product(holding, 0),
        )  # fmt: skip
        waits = sheet.figure(f"{self.name}: damages after the end", "musd", draft.schedules.product(delays, 0))
        ended = both(self.ended > 0, self.last_wait > periods.end)
        back = when(ended, self.prepaid * worth(periods.after_end(self.last_wait * 1)))
        return sheet.figure(f"{self.name}: owed at the end", "musd", greatest(self.left.end, later + waits + back))

    def _credited_after(self) -> Expr:
        """What of the prepayment settles invoices of each age after T, as an array."""
        of_term = self.agreed.of_term
        invoiced = self.serves * self.paid.end * of_term.array(0)
        if self.terms.prepayment_credited == "over_term":
            return invoiced * ratio(self.prepaid, self.whole)
        schedules = self.draft.schedules
        so_far = schedules.line(f"{self.name}: of the first term so far, at its price", "musd", opening=of_term * 1)
        so_far.formula = so_far.before + of_term
        by_end = so_far.at(self.draft.periods.end - self.first, 0)
        before = self.of_term.whole + self.serves * self.paid.end * (so_far.array(0) - of_term.array(0) - by_end)
        left = self.prepaid - before
        some = (left > 0) * left
        return (invoiced < some) * invoiced + (invoiced >= some) * some
