"""Covenants: what is divided by what, the limit, and the headroom, in every period that is tested."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.contract.accounts import CASH, RETAINED
from optimizer.contract.decisions import DISTRIBUTIONS, DRAWABLE, REFINANCINGS
from optimizer.instance.rings import COMPANY
from optimizer.instance.schema import Covenant, Group
from optimizer.workbook.areas.convertible import outcome
from optimizer.workbook.areas.history import past_sum, reaches_back
from optimizer.workbook.areas.schedules import balloon_of
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, both, greatest, least, total, when
from optimizer.workbook.found import Found, Instrument, Vintage
from optimizer.workbook.sheet import Line

_FLOWS = {"dscr", "interest_cover", "debt_to_ebitda"}
_SMALLEST_MUSD = 1e-6


def add_covenants(draft: Draft, found: Found) -> None:
    """Rows of all covenants."""
    for name, covenant in sorted(draft.instance.covenants.items()):
        if covenant.kind == "loan_to_value" and covenant.group is not None:
            _of_part(draft, name, covenant)
        else:
            _Covenant(draft, found, name, covenant).add()
    for name, group in sorted(draft.instance.groups.items()):
        if group.lock_up_dscr is not None:
            _lock_up(draft, found, name, group)


def _lock_up(draft: Draft, found: Found, name: str, group: Group) -> None:
    """The cover that a distribution of a group needs, and whether one is paid below it."""
    test = Covenant.model_validate(
        {"kind": "dscr", "group": name, "minimum": group.lock_up_dscr, "balloons": "excluded"}
        | {"over": group.lock_up_over, "first_year": group.lock_up_first_year}
    )
    sheet = draft.covenants
    sheet.heading(f"Lock-up of {name}")
    over, under, _, enough = _Covenant(draft, found, name, test).flows()
    cover = sheet.line("Cover", "number", when(both(enough, under > draft.nothing), over / under))
    limit = draft.figure("groups", name, "lock_up_dscr")
    for row in draft.plan.rows("waterfall").records():
        if row["group"] == name:
            draft.agree(cover, draft.calendar.index(str(row["period"])), float(str(row["dscr"] or 0.0)))
    paid = draft.decisions.row(DISTRIBUTIONS, name)
    low = both(paid > draft.noise, enough, under > draft.nothing, limit * under - over > draft.noise * (1 + limit))
    draft.check(f"{name}: nothing is distributed below its lock-up", low)


def _of_part(draft: Draft, name: str, covenant: Covenant) -> None:
    """A test of the assets of a borrowing group: what the plan says of it, without formulas."""
    draft.covenants.heading(f"{name}: {covenant.kind.replace('_', ' ')}")
    columns = {
        "value": ("Ratio", "number"),
        "limit": ("Limit", "number"),
        "headroom_musd": ("Headroom in money", "musd"),
    }
    for column, (label, unit) in columns.items():
        numbers = [0.0] * draft.calendar.periods
        for row in draft.plan.rows("covenants").records():
            if row["covenant"] == name and row[column] is not None:
                numbers[draft.calendar.index(str(row["period"])) - 1] = float(str(row[column]))
        made = draft.covenants.given(label, unit, numbers)
        draft.given.append((made, "no formula for the assets of a borrowing group alone"))


class _Covenant:
    def __init__(self, draft: Draft, found: Found, name: str, covenant: Covenant) -> None:
        self.draft, self.found, self.name, self.covenant = draft, found, name, covenant
        self.sheet = draft.covenants
        self.months = draft.calendar.per_year if covenant.over == "year" else 1
        flows = covenant.kind in _FLOWS
        self.entity = covenant.group
        looks_back = flows and self.months > 1 and self.entity is None  # the history is the company's
        self.known = reaches_back(draft, covenant.kind, self.months) if looks_back else None

    def add(self) -> None:
        """What is compared, the limit and the headroom."""
        draft, sheet, covenant = self.draft, self.sheet, self.covenant
        sheet.heading(f"{self.name}: {covenant.kind.replace('_', ' ')}")
        floor = covenant.minimum is not None
        limit_series = draft.series("covenants", self.name, "minimum" if floor else "maximum")
        first, last = draft.inputs.window("covenants", self.name, first="first_test", last="last_test")
        over, under, owed, enough = self._sides()
        limit = sheet.line("Limit", "number", limit_series * 1)
        in_window = both(draft.t >= first, draft.t <= last, enough)
        asked = when(both(in_window, owed > draft.nothing), 1) if owed is not None else when(in_window, 1)
        tested = sheet.line("Tested", "1 for yes", asked)
        smallest = draft.inputs.constant("Smallest amount that is divided by", "musd", _SMALLEST_MUSD)
        value = sheet.line("Ratio", "number", when(under > smallest, over / under))
        slack = over - limit * under if floor else limit * under - over
        room = sheet.line(
            "Headroom", "number", when(both(tested > 0, under > smallest), value - limit if floor else limit - value)
        )
        money = sheet.line("Headroom in money", "musd", when(tested > 0, slack))
        self._compare({"value": value, "limit": limit, "headroom": room, "headroom_musd": money})
        draft.check(f"Covenant {self.name} is kept", money + draft.noise * (1 + limit) < 0)

    def _compare(self, rows: dict[str, Line]) -> None:
        table = self.draft.plan.rows("covenants").records()
        for column, line in rows.items():
            for row in table:
                if row["covenant"] == self.name and row[column] is not None:
                    t = self.draft.calendar.index(str(row["period"]))
                    self.draft.agree(line, t, float(str(row[column])))

    def _sides(self) -> tuple[Expr, Expr, Expr | None, Expr]:
        """Over, under, what has to be owed for a test, and whether enough periods lie behind."""
        draft, found, covenant, sheet = self.draft, self.found, self.covenant, self.sheet
        if covenant.kind in _FLOWS:
            return self.flows()
        if covenant.kind == "debt_to_capital":
            debt = sheet.line("Debt as lenders count it", "musd", found.tested * 1)
            basis: Expr = found.equity
            if covenant.equity_basis == "book":
                basis = found.equity + found.retained
            whole = sheet.line("Debt and equity", "musd", debt + basis)
            return debt, whole, debt if covenant.minimum is None else None, draft.t > 0
        if covenant.kind == "loan_to_value":
            named = covenant.instruments
            rows = [found.debts[each].balance for each in named] if named is not None else [found.tested]
            debt = sheet.line("Debt", "musd", total(list(rows)))
            assets = [found.accounts[each] for each in covenant.assets or () if each in found.accounts]
            worth = sheet.line("Book value of the assets", "musd", total(list(assets)))
            return debt, worth, debt, draft.t > 0
        whose, owed = self.entity or COMPANY, draft.entities.rings.debt
        counted = [
            draft.decisions.row(DRAWABLE, *key) for key in draft.decisions.keys(DRAWABLE) if owed[key[0]] == whose
        ]
        if draft.instance.groups:
            held = [row for name, row in found.reserved.items() if owed[name] == whose]
            free = found.group_cash[whose] - total(list(held))
            cash = sheet.line("Cash and what can be drawn", "musd", free + total(list(counted)))
            return cash, sheet.line("Nothing to divide by", "number", 1 + ZERO), None, draft.t > 0
        cash = sheet.line("Cash and what can be drawn", "musd", found.cash - found.restricted + total(list(counted)))
        return cash, sheet.line("Nothing to divide by", "number", 1 + ZERO), None, draft.t > 0

    def _back(self, words: str, amount: Expr, past: Sequence[tuple[int, str]] = ()) -> Line:
        """The sum over the periods looked back on, with those of the history: flows with their signs."""
        row = self.sheet.line(f"{words} of the period", "musd", amount)
        if self.months == 1:
            return row
        draft = self.draft
        total_ = draft.periods.lasting(row, draft.per_year)
        if self.known is not None:
            missing = greatest(0, draft.per_year - draft.periods.ends)
            for sign, flow in past:
                before = self.known * past_sum(draft, flow, missing)
                total_ = total_ + before if sign > 0 else total_ - before
        return self.sheet.line(f"{words} of twelve months", "musd", total_)

    def flows(self) -> tuple[Expr, Expr, Expr, Expr]:
        """The same of a test of flows."""
        draft, found, covenant = self.draft, self.found, self.covenant
        company = covenant.scope == "company"
        length: Expr = draft.per_year if self.months > 1 else draft.t * 0 + draft.periods.steps
        ends = draft.periods.ends
        enough: Expr = ends >= length if covenant.first_year == "untested" and self.months > 1 else draft.t > 0
        if self.known is not None:
            enough = when(ends >= length, 1, self.known if covenant.first_year == "untested" else 1).equals(1)
        corporate: list[tuple[int, str]] = [] if company else [(-1, "corporate_musd")]
        if covenant.kind == "dscr":
            cash = draft.moved("revenue", "opex", account=CASH, corporate=company, entity=self.entity)
            tax = "none" if self.entity else covenant.tax or ("company" if company else "stand_alone")
            if tax == "company":
                cash = cash + draft.moved("tax", account=CASH)
            elif tax == "stand_alone":
                cash = cash - (ZERO if found.stand_alone is None else found.stand_alone)
            balloons = covenant.balloons == "counted" if covenant.balloons else not company
            taxed: list[tuple[int, str]] = [] if tax == "none" else [(-1, "tax_musd")]
            over = self._back("Cash for debt service", cash, [(1, "ebitda_musd"), *corporate, *taxed])
            paid = self._back(
                "Interest paid", draft.moved("interest", account=RETAINED, entity=self.entity), [(1, "interest_musd")]
            )
            due = self._principal(balloons)
            under = self.sheet.line("Debt service", "musd", paid + due)
            return over, under, under, enough
        earned = draft.moved("revenue", "opex", account=RETAINED, corporate=company, negative=True, entity=self.entity)
        ebitda = self._back("EBITDA", earned, [(1, "ebitda_musd"), *corporate])
        if covenant.kind == "interest_cover":
            under = self._back(
                "Interest", draft.moved("interest", "pik", account=RETAINED, entity=self.entity), [(1, "interest_musd")]
            )
            return ebitda, under, under, enough
        debt = self.sheet.line("Debt as lenders count it", "musd", self._owed())
        months: Expr = least(ends, length)
        if self.known is not None:
            months = when(self.known > 0, length, months)
        yearly = self.sheet.line("EBITDA of a year", "musd", ebitda * draft.per_year / months)
        return debt, yearly, debt, enough

    def _owed(self) -> Expr:
        """Debt as lenders count it, of a group alone if the test is one of it."""
        draft, found, whose = self.draft, self.found, self.draft.entities.rings
        if self.entity is None:
            return found.tested * 1
        owed: list[Expr] = [one.balance for name, one in found.debts.items() if whose.debt[name] == self.entity]
        partners, contracts = draft.instance.partners, draft.instance.contracts
        owed += [
            found.partner_owed[name]
            for name, each in partners.items()
            if each.counts_as_debt and whose.partners[name] == self.entity
        ]
        owed += [
            row
            for name, row in found.deferred.items()
            if contracts[name].counts_as_debt and whose.contracts[name] == self.entity
        ]
        return total(owed)

    def _principal(self, balloons: bool) -> Expr:
        """Principal that is due, less what is refinanced."""
        draft, found = self.draft, self.found
        terms: list[Expr] = list(found.lease_principal) if self.entity is None else []
        per_year = draft.calendar.per_year
        whole: list[Expr] = []
        for name, debt in draft.instance.debt.items():
            long = debt.tenor_periods is not None and debt.tenor_periods > per_year
            if debt.is_revolving or self.entity not in (None, draft.entities.rings.debt[name]):
                continue
            one = found.debts[name]
            if debt.kind == "bullet" and long and not balloons:  # of it what is put after a year or less
                drawn = one.vintages.items() if debt.conversion is not None else ()
                terms += [
                    when(outcome(draft, name, debt, u).tenor <= draft.per_year, self._on_schedule(each))
                    for u, each in drawn
                    if u
                ]
                continue
            refinanced = [
                draft.decisions.row(REFINANCINGS, *key) for key in draft.decisions.keys(REFINANCINGS) if key[1] == name
            ]
            early = [each for each in one.vintages.values() if each.live is not None and each.early is not None]
            due: Expr = one.scheduled
            apart = debt.balloon_share > 0.0 and long and not balloons
            if apart:  # of what is repaid early below, as it is due
                due = due - total([self._balloon(name, each) for each in one.vintages.values() if each.live is None])
            if early:
                due = due - total([self._on_schedule(each) for each in early])
                for each in early:
                    whole.append(self._as_due(each, name if apart else None))
            if refinanced:
                other: Expr = total(list(refinanced))
                due = due - (when(self._matures(name, one) > 0, 0, other) if apart else other)
            terms.append(due)
        row = self._back("Principal due", total(terms), [(1, "principal_musd")])
        return row if not whole else self.sheet.line("Principal due, with what is prepaid", "musd", row + total(whole))

    def _on_schedule(self, each: Vintage) -> Expr:
        due = each.balance.before - each.balance
        return when(self.draft.t > each.u, due - each.early if each.early is not None else due)

    def _balloon(self, name: str, each: Vintage) -> Expr:
        """What of a vintage is due in the period as its balloon."""
        age = self.draft.t - each.u
        return when(age > 0, each.drawn * balloon_of(self.draft, name, each.unit, age - 1, age))

    def _matures(self, name: str, one: Instrument) -> Expr:
        """Above nothing in the periods in which the balloon of what could be drawn may fall due."""
        draft = self.draft
        first, last = draft.inputs.window("debt", name, first="first_draw", last="last_draw")
        parts: list[Expr] = []
        for u, each in one.vintages.items():
            age = draft.t - each.u
            ends = when(age > 0, balloon_of(draft, name, each.unit, age - 1, age))
            parts.append(when(both(each.u >= first, each.u <= last), ends) if u else ends)
        return total(parts)

    def _as_due(self, each: Vintage, balloon_of_loan: str | None = None) -> Expr:
        assert each.live is not None
        draft = self.draft
        before = draft.t - (draft.per_year if self.months > 1 else draft.t * 0 + 1)
        if isinstance(draft.periods.steps, Line):  # the period that ended a year ago
            a_year_ago = draft.periods.ends - draft.per_year if self.months > 1 else draft.periods.starts
            before = draft.t.by(draft.periods.ends, a_year_ago - 1, a_year_ago)
        live = when(before >= each.u, each.live.at(before, 0), each.drawn)
        left = each.unit.left
        begin, end = greatest(0, before - each.u), greatest(0, draft.t - each.u)
        due: Expr = left.at(begin, 0) - left.at(end, 0)
        if balloon_of_loan is not None:
            due = due - balloon_of(draft, balloon_of_loan, each.unit, begin, end)
        return when(draft.t > each.u, live * due)
