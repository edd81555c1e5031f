"""The objectives: what the plan is measured by, each as a formula where there is one here."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.contract.accounts import CASH, CONSTRUCTION, HARDWARE, RETAINED, SITES
from optimizer.contract.decisions import ALLOCATIONS, DEBT_DRAWS, EQUITY_RAISES, RETIREMENTS
from optimizer.contract.objectives import OBJECTIVES
from optimizer.workbook.adjusted import adjusted_present_value
from optimizer.workbook.areas.opening_units import fetched_after
from optimizer.workbook.areas.resale import resale_curve
from optimizer.workbook.areas.run_rate import run_rate
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import (
    ZERO,
    Array,
    Expr,
    SumProduct,
    both,
    greatest,
    least,
    total,
    when,
)
from optimizer.workbook.found import Found
from optimizer.workbook.shareholders import Shareholders
from optimizer.workbook.sheet import Figure, Line


def add_objectives(draft: Draft, found: Found) -> None:
    """Rows of all objectives that have a value."""
    made = _Objectives(draft, found)
    draft.capital.heading("Objectives")
    asked = [objective.name for objective in draft.instance.objectives]
    formulas: dict[str, Callable[[], Expr]] = {
        "cost_of_capital": made.cost_of_capital,
        "capital_employed": made.capital_employed,
        "wacc": made.wacc,
        "net_present_cost": made.net_present_cost,
        "adjusted_present_value": made.adjusted_present_value,
        "shareholder_value": made.shareholder_value,
        "terminal_cash": made.terminal_cash,
        "dilution": made.dilution,
        "peak_funding": made.peak_funding,
        "capital_raised": made.capital_raised,
        "total_value": made.total_value,
    }
    for name in sorted(OBJECTIVES, key=lambda each: (each not in asked, list(OBJECTIVES).index(each))):
        value = draft.plan.metrics.get(name)
        if value is None:
            continue
        unit = {"musd": "musd", "share": "share"}[OBJECTIVES[name].unit]
        words = name.replace("_", " ").capitalize()
        if name not in formulas:
            row = draft.capital.given_figure(words, unit, value)
            draft.given.append((row, "no formula for this objective here"))
            found.objectives[name] = row
            continue
        with draft.refusing(made.by_age_only(name)):
            _put(draft, found, words, unit, name, formulas[name](), value)


def _put(draft: Draft, found: Found, words: str, unit: str, name: str, made_of: Expr, value: float) -> None:
    if made_of is ZERO:  # nothing in the file that it could see
        return
    formula = draft.capital.figure(words, unit, made_of)
    found.objectives[name] = draft.trusted_figure(formula, value)


class _Objectives:
    def __init__(self, draft: Draft, found: Found) -> None:
        self.draft, self.found, self.sheet = draft, found, draft.capital
        self.t = self.sheet.positions
        self.shareholders = Shareholders(draft, found)
        self._terminal: Figure | None = None
        self._carried: Expr = ZERO
        self._committed: Figure | None = None

    def by_age_only(self, name: str) -> str:
        """What an objective sees that has formulas for periods of one length alone; nothing if it sees nothing such."""
        if name == "adjusted_present_value":
            return "adjusted present value"
        if self.found.lease_carry:
            return "leases"
        return "partners for compute" if self.found.partner_units else ""

    def _pv(self, row: Line, low: int = 1) -> Expr:
        high = self.sheet.axis.last + 1
        return SumProduct(Array(self.found.factor, low, high) * Array(row, low, high), low, high)

    def cost_of_capital(self) -> Expr:
        """Σ DF·(charges − income on cash)."""
        return self._pv(self.found.charge) - self._pv(self.found.income)

    def capital_employed(self) -> Expr:
        """Σ DF·Δ·capital."""
        return self._pv(self.found.capital) / self.draft.per_year

    def wacc(self) -> Expr:
        """Σ DF·charges over Σ DF·capital, compounded yearly."""
        return (1 + self._pv(self.found.charge) / self._pv(self.found.capital)) ** self.draft.per_year - 1

    # ── value ──

    def terminal(self) -> Figure:
        """The terminal value after tax, and what is carried for tax beyond."""
        if self._terminal is None:
            draft, found = self.draft, self.found
            before = self.sheet.figure("Terminal value before tax", "musd", self._before_tax())
            tax = draft.instance.tax
            after: Expr = before * 1
            if tax is not None:
                rate = draft.figure("tax", "rate")
                written = found.written_off.whole
                cost = [
                    self.sheet.line(f"Paid for what is written off for tax, {i}", "musd", each)
                    for i, each in enumerate([total(found.tax_cost)])
                ]
                land = [each.whole for each in found.land] + list(found.opening_land)
                land += [each.basis for lots in found.opening_basis.values() for each in lots]
                basis = self.sheet.figure(
                    "Tax basis at the end", "musd", total([row.whole for row in cost]) - written + total(land)
                )
                after = least(before, (1 - rate) * before + rate * basis)
                losses: list[Expr] = []
                if found.losses is not None:
                    losses.append(found.losses.end)
                if found.interest_carried is not None:
                    losses.append(found.interest_carried.end)
                share = draft.figure("terminal", "loss_value_share")
                self._carried = self.sheet.figure(
                    "Worth of what is carried for tax", "musd", rate * share * total(losses)
                )
            self._terminal = self.sheet.figure("Terminal value after tax", "musd", after)
        return self._terminal

    def _before_tax(self) -> Expr:
        draft, found, terminal = self.draft, self.found, self.draft.instance.terminal
        if terminal.kind == "book_share":
            books = [found.accounts[each].end for each in (SITES, CONSTRUCTION, HARDWARE) if each in found.accounts]
            return draft.figure("terminal", "share") * total(books)
        if terminal.kind == "resale":
            return self._resale()
        if terminal.kind == "none":
            return ZERO * 1
        return greatest(0, draft.figure("terminal", "multiple") * run_rate(draft, found))

    def _resale(self) -> Expr:
        """What the units that still serve fetch: their share by age of the lower of their price and the last one."""
        draft = self.draft
        values: list[Expr] = []
        for name, offer in draft.instance.hardware.items():
            if offer.resale_share_by_age is None:
                continue
            lead, life = draft.figure("hardware", name, "lead_periods"), draft.figure("hardware", name, "life_periods")
            curve = resale_curve(draft, name)
            price = draft.series("hardware", name, "price_usd")
            last: Expr = price.end if isinstance(price, Line) else price
            periods = draft.periods
            arrived = periods.ends + lead
            served = (periods.end + 1 - periods.begins(arrived)) / draft.per_year
            age = self.sheet.line(f"{name}: age after the last period, by order", "years", served)
            share = self.sheet.line(
                f"{name}: share of the price that it fetches", "share", when(age > 0, curve.at(age))
            )
            units = total(
                [draft.decisions.row(ALLOCATIONS, *key) for key in draft.decisions.keys(ALLOCATIONS) if key[0] == name]
            )
            for site, ordered in draft.decisions.vintages(name):
                sold = draft.decisions.row(RETIREMENTS, name, site, ordered)
                units = units - when(draft.t.equals(draft.calendar_position(ordered)), sold.whole)
            there = both(arrived <= periods.end, periods.end - periods.ends_holding(arrived) < life)
            row = self.sheet.line(
                f"{name}: fetched at the end", "musd", when(there, units * least(price, last) * share / draft.million)
            )
            values.append(row.whole)
            values += [fetched_after(draft, name, lot) for lot in self.found.lots[name]]
        return total(values)

    def committed(self) -> Figure:
        """What is still owed under contracts, at its worth at the end."""
        if self._committed is None:
            found, draft = self.found, self.draft
            terms: list[Expr] = [row.whole for row in found.unpaid_worth]
            multiple = draft.instance.terminal.kind == "ebitda_multiple" and draft.instance.terminal.multiple
            if not multiple:
                terms += [self.sheet.figure(f"{words} after the end", "musd", each) for words, each in found.contracts]
            terms += [self._beyond(name) for name in found.partner_units]
            terms += found.contract_owed
            self._committed = self.sheet.figure("Committed beyond the end", "musd", total(terms))
        return self._committed

    def _beyond(self, name: str) -> Expr:
        """What serving a partner after the end costs beyond what is owed to it."""
        draft, unit = self.draft, self.found.partner_units[name]
        signed_in = self.found.partner_signed[name]
        first = self.sheet.figure(
            f"{name}: agreement signed in",
            "number of the period",
            draft.sheet.product(signed_in.array() * draft.sheet.positions.array()),
        )
        age = draft.schedules.positions.array(0)
        later = first + age - draft.t_last
        growth = self.found.discount(draft) ** (1 / draft.per_year)
        worth = draft.schedules.product((later > 0) * unit.service.array(0) * growth ** (0 - later), 0)
        owed = unit.owed.at(draft.t_last - first, 0)
        return self.sheet.figure(f"{name}: beyond what is owed", "musd", when(first > 0, greatest(0, worth - owed)))

    def _at_end(self) -> Expr:
        return (1 + self.draft.figure("discount", "rate_per_year")) ** (
            0 - self.draft.periods.end / self.draft.per_year
        )

    def net_present_cost(self) -> Expr:
        """−Σ DF·(free cash flow and debt fees) − DF_T·(what there is at the end − what is committed)."""
        draft = self.draft
        cash = draft.moved("other_investing", "resale", "capex", "tax", "fee", "flotation", account=CASH)
        earned = draft.moved("revenue", "opex", account=RETAINED, negative=True)
        taken = total(list(self.found.taken_over))
        ahead = total([row - row.before for row in self.found.deferred.values()]) - total(self.found.given)
        flow = self.sheet.line("Free cash flow before financing, less debt fees", "musd", earned + ahead + cash - taken)
        theta = draft.figure("discount", "timing")
        early = self._dearer(theta)
        end = self.terminal() + self._carried - self.committed()
        return early - self._pv_own(flow) - self._at_end() * end

    def _pv_own(self, row: Line) -> Expr:
        return self.sheet.product(self.found.factor.array() * row.array())

    def _dearer(self, theta: Figure) -> Expr:
        """What payments before the instant that others are discounted from cost more."""
        draft = self.draft
        growth = 1 + draft.figure("discount", "rate_per_year")
        rows: list[Expr] = []
        for i, (timing, amounts) in enumerate(self.found.paid_by_timing().items(), 1):
            own = growth ** draft.ahead(self.t, greatest(theta, timing))
            row = self.sheet.line(
                f"Dearer because it is paid early, {i}", "musd", (own - self.found.factor) * total(amounts)
            )
            rows.append(row.whole)
        return total(rows)

    def adjusted_present_value(self) -> Expr:
        """What the plan is worth without debt, and what debt adds."""
        terminal = self.terminal()
        return adjusted_present_value(self.draft, self.found, terminal, self._carried, self.committed())

    def shareholder_value(self) -> Expr:
        """What shareholders get less what they pay in, and what is left for them at the end."""
        terminal = self.terminal()
        return self.shareholders.value(terminal + self._carried - self.committed())

    def dilution(self) -> Expr:
        """1 less the product of V/(V+e) over all who get shares."""
        return self.shareholders.dilution()

    # ── the others ──

    def terminal_cash(self) -> Expr:
        """Cash at the end."""
        return self.found.cash.end * 1

    def peak_funding(self) -> Expr:
        """The most that is outstanding at the end of a period."""
        found = self.found
        out = found.debt + total(list(found.partner_owed.values())) + found.equity - found.equity.first
        row = self.sheet.line("Outstanding", "musd", out)
        most = self.sheet.line("Most outstanding so far", "musd", opening=0)
        most.formula = greatest(most.before, row)
        return most.end * 1

    def capital_raised(self) -> Expr:
        """All draws, raises and partners' cash."""
        draft, found = self.draft, self.found
        terms: list[Expr] = [
            draft.decisions.row(DEBT_DRAWS, n) for n, one in found.debts.items() if one.draws is not None
        ]
        terms += [
            draft.decisions.row(EQUITY_RAISES, name)
            for name in (draft.instance.equity.rounds if draft.instance.equity else {})
        ]
        terms += list(found.preferred_raised.values())
        terms += [draft.figure("partners", name, "cash_musd") * row for name, row in found.partner_signed.items()]
        return self.sheet.line("Raised", "musd", total(terms)).whole

    def total_value(self) -> Expr:
        """The value of the phases that are energised by the end."""
        return total(self.found.values)
