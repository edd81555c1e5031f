"""What capital costs: charges by source and period at effective rates, after tax, and the average of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.contract.decisions import EQUITY_RAISES
from optimizer.contract.lines import FEES_ON_DRAWS, GRID_SPREAD, INTEREST_INCOME, RETURN_OF_CAPITAL, STANDING_FEES
from optimizer.instance.schema import Debt
from optimizer.plan.figures.charges import GRID, INCOME
from optimizer.plan.figures.equity import OPENING_EQUITY
from optimizer.workbook.areas.partner_unit import partner_unit
from optimizer.workbook.areas.schedules import fixed_fee, life_of
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ONE, ZERO, Expr, both, greatest, least, ratio, total, when
from optimizer.workbook.found import Found, Instrument, Vintage
from optimizer.workbook.sheet import Figure, Line


@dataclass
class Source:
    """A source of capital: what is held of it and what that costs after tax, in periods 1 … T+1."""

    name: str
    kind: str
    capital: Line
    charge: Line


def add_capital(draft: Draft, found: Found) -> list[Source]:
    """Rows of all sources, and the average by period."""
    made = _Capital(draft, found)
    made.debt()
    made.partners()
    made.equity()
    made.compare()
    made.average()
    return made.sources


class _Capital:
    def __init__(self, draft: Draft, found: Found) -> None:
        self.draft, self.found, self.sheet = draft, found, draft.capital
        self.sources: list[Source] = []
        self.by_age_only: dict[str, str] = {}  # sources whose formulas hold for periods of one length
        self.gone: Line | None = None
        tax = draft.instance.tax
        keeps: Expr = ONE
        self.sheet.heading("Discounting, and what is left of a charge after tax")
        if tax is not None and tax.shield_in_cost_of_capital:
            keeps = 1 - draft.figure("tax", "rate")
        self.after_tax = self.sheet.figure("Left after tax of what is deducted", "share", keeps * 1)
        self.t = self.sheet.positions
        growth = 1 + draft.figure("discount", "rate_per_year")
        theta = draft.figure("discount", "timing")
        found.factor = self.sheet.line("Discount factor", "number", growth ** draft.ahead(self.t, theta), beyond=True)

    def _source(self, name: str, kind: str, capital: Expr, charge: Expr, deducted: bool = True) -> None:
        held = self.sheet.line(f"{name}: capital", "musd", capital, beyond=True)
        after = self.after_tax * charge if deducted else charge * 1
        cost = self.sheet.line(f"{name}: charge after tax", "musd", after, beyond=True)
        self.sheet.line(
            f"{name}: rate", "share a year",
            when(held > self.draft.noise, (1 + ratio(cost, held)) ** self.draft.per_year - 1), beyond=True,
        )  # fmt: skip
        self.sources.append(Source(name, kind, held, cost))

    # ── debt ──

    def debt(self) -> None:
        """Loans, the spread of the grid."""
        draft, found = self.draft, self.found
        for name, one in found.debts.items():
            debt = draft.instance.debt[name]
            self.sheet.heading(f"Debt {name}")
            fees = total([draft.line_of(kind, name) for kind in STANDING_FEES])
            if debt.is_pooled:
                rate = one.rate
                at_end = rate.end if isinstance(rate, Line) else rate
                assert one.draws is not None
                new = one.draws.before
                held = when(
                    self.t > draft.t_last, new, (1 - draft.kappa) * one.balance.before + draft.kappa * one.balance
                )
                row = self.sheet.line(f"{name}: held", "musd", held, beyond=True)
                rate_now = when(self.t > draft.t_last, at_end, rate)
                charge = draft.in_period(rate_now) * row + fees
                if one.draws is not None:
                    charge = charge + self._spread(name, debt)
                self._source(name, "debt", self._by_steps(row), charge)
                continue
            if 0 in one.vintages:
                held, charge = self._vintages(name, one, [0])
                self._source(f"{name}, opening", "debt", held, charge)
            drawn = [u for u in one.vintages if u]
            if drawn:
                held, charge = self._vintages(name, one, drawn)
                if debt.issue_fee_musd:
                    less, more = self._fixed_fee(name, debt, one, drawn)
                    held, charge = held - less, charge + more
                self._source(name, "debt", held, charge + fees)
        if draft.instance.pricing_grid is not None:
            self.sheet.heading("Pricing grid")
            self._source(GRID, "spread", ZERO * 1, draft.line_of(GRID_SPREAD) * 1)
        for offer, (carry, owed) in found.lease_carry.items():
            self.sheet.heading(f"Lease {offer}")
            self.by_age_only[offer] = "leases"
            more, on = found.lease_further[offer]
            after = self.t > draft.t_last
            self._source(offer, "lease", when(after, on, owed), when(after, more, carry))

    def _fixed_fee(self, name: str, debt: Debt, one: Instrument, drawn: list[int]) -> tuple[Expr, Expr]:
        """The fixed fee of each draw as a level annuity at its yield: what of it is not charged yet, and the charge.

        What can be prepaid may be gone before its fee is charged: it lowers nothing.
        """
        draft, sheet = self.draft, self.sheet
        held: list[Expr] = []
        charge: list[Expr] = []
        made: dict[Figure, tuple[Line, Line]] = {}
        fee = draft.figure("debt", name, "issue_fee_musd")
        for u in drawn:
            each = one.vintages[u]
            if each.unit.rate not in made:
                made[each.unit.rate] = fixed_fee(
                    draft, name, each.unit.rate, life_of(draft, name, debt, u), each.unit.dates
                )
            share, left = made[each.unit.rate]
            counts = both(each.drawn > draft.noise, (self.t <= draft.t_last + each.u.equals(draft.t_last)))
            age = self.t - each.u
            words = f"{name}: fixed fee of {draft.calendar.label(u)}"
            charge.append(sheet.line(f"{words}, charged", "musd", when(counts, fee * share.at(age, 0)), beyond=True))
            if debt.early_repayment is None:
                held.append(
                    sheet.line(f"{words}, not charged yet", "musd", when(counts, fee * left.at(age, 0)), beyond=True)
                )
        return total(held), total(charge)

    def _spread(self, name: str, debt: Debt) -> Expr:
        """Fees on the draws of pooled debt: straight line over its window or its tenor; of T one period more."""
        draft, sheet = self.draft, self.sheet
        fees = total([draft.line_of(kind, name) for kind in FEES_ON_DRAWS])
        paid = sheet.line(f"{name}: fees on draws", "musd", fees)
        if isinstance(draft.periods.steps, Line):
            return self._spread_by_time(name, debt, paid, draft.periods.steps)
        after = self.t > draft.t_last
        if debt.kind == "sculpted":
            life = draft.figure("debt", name, "tenor_periods")
            whole = (
                draft.kappa * paid
                + paid.between(self.t - life, self.t - 1)
                + (1 - draft.kappa) * paid.at(self.t - life)
            )
            of_last = when(life > 1, paid.before, (1 - draft.kappa) * paid.before)
            return sheet.line(f"{name}: fees charged", "musd", when(after, of_last, whole) / life, beyond=True)
        last = draft.inputs.window("debt", name, first="first_draw", last="last_draw")[1]
        share = sheet.line(
            f"{name}: a period's share of them", "musd", when(self.t <= last, ratio(paid, last - self.t + 1))
        )
        ends = when(self.t.equals(last + 1), (1 - draft.kappa) * share.whole)
        runs = draft.kappa * share + when(self.t <= last, share.so_far - share)
        of_last = when(last >= draft.t_last, (1 - draft.kappa) * share.before)
        return sheet.line(f"{name}: fees charged", "musd", when(after, of_last, runs + ends), beyond=True)

    def _spread_by_time(self, name: str, debt: Debt, paid: Line, steps: Line) -> Line:
        """The same where periods differ: over the base periods after the draw; of T one period more."""
        draft, sheet, ends, last = self.draft, self.sheet, self.draft.periods.ends, self.draft.last
        if debt.kind == "sculpted":
            life: Expr = draft.figure("debt", name, "tenor_periods") * 1
            life_of_last = life
        else:
            window = draft.inputs.window("debt", name, first="first_draw", last="last_draw")[1]
            until = draft.periods.end_of(window + 1)
            life, life_of_last = until - ends.array(), until - ends.end
        gone = ends - ends.array() + draft.kappa * steps.array()
        share = (self.t.array() <= self.t) * ((gone >= life) + (gone < life) * gone / (life * (life > 0) + (life <= 0)))
        so_far = sheet.line(f"{name}: fees charged so far", "musd", sheet.product(paid.array() * share), 0)
        own = draft.kappa * steps.end
        further = least(life_of_last, own + steps.still(last + 1)) - least(life_of_last, own)
        beyond = when(life_of_last > 0, paid.end * further / life_of_last)
        now = when(self.t > draft.t_last, beyond, so_far - so_far.before)
        return sheet.line(f"{name}: fees charged", "musd", now, beyond=True)

    def _vintages(self, name: str, one: Instrument, drawn: list[int]) -> tuple[Expr, Expr]:
        """What is held, and the charge on it; what is drawn in T is held one period more."""
        rows: list[tuple[Vintage, Line]] = []
        extra: list[Expr] = []
        for u in drawn:
            each = one.vintages[u]
            age, unit = self.t - each.u, each.unit
            words = f"{name}: held of {self.draft.calendar.label(u) if u else 'the opening'}"
            if each.live is None or each.early is None or each.free is None:
                held: Expr = each.drawn * (unit.first.at(age, 0) + unit.second.at(age, 0))
            else:
                held = each.live.before * unit.first.at(age, 0) + each.live * unit.second.at(age, 0)
                gone = ratio(each.early, unit.left.at(age, 0))
                premium: Expr = ZERO
                if self.draft.instance.debt[name].prepayment is not None:
                    premium = self.draft.figure("debt", name, "prepayment", "premium_share") * (each.early - each.free)
                extra.append(each.early + premium - gone * unit.carried.at(age, 0))
            over = both(self.t > self.draft.t_last, each.u < self.draft.t_last)
            rows.append((each, self.sheet.line(words, "musd", when(over, 0, held), beyond=True)))
        by_rate: dict[Figure, list[Expr]] = defaultdict(list)
        for each, row in rows:
            if each.unit.charged is not None:
                extra.append(each.unit.charged.at(self.t - each.u, 0) * row)
            else:
                by_rate[each.unit.rate].append(row)
        held_rows = total([row for _, row in rows])
        return held_rows, total([rate * total(parts) for rate, parts in by_rate.items()] + extra)

    # ── partners ──

    def partners(self) -> None:
        """Partners for compute: what serving them costs beyond their cash, as a rate on what is still to be served."""
        draft, found = self.draft, self.found
        for name, partner in draft.instance.partners.items():
            if partner.kind != "compute":
                continue
            self.sheet.heading(f"Partner {name}")
            self.by_age_only[name] = "partners for compute"
            unit = partner_unit(draft, name, partner)
            found.partner_units[name] = unit
            signed = found.partner_signed[name]
            first = self.sheet.figure(
                f"{name}: signed in",
                "number of the period",
                draft.sheet.product(signed.array() * draft.sheet.positions.array()),
            )
            runs = both(first > 0, self.t <= draft.t_last + first.equals(draft.t_last))
            held = self.sheet.line(
                f"{name}: still to be served", "musd", when(runs, unit.held.at(self.t - first, 0)), beyond=True
            )
            self._source(name, "partner", held * 1, unit.rate * held)

    # ── equity ──

    def equity(self) -> None:
        """Opening equity, rounds, partners for shares, preferred shares."""
        draft, found, instance = self.draft, self.found, self.draft.instance
        self.sheet.heading("Equity")
        if instance.returns_capital:
            self.gone = self.sheet.line("Capital returned so far", "musd", draft.line_of(RETURN_OF_CAPITAL) * 1, 0)
            self.gone.formula = self.gone.before + draft.line_of(RETURN_OF_CAPITAL)
        company = draft.series("equity", "cost_of_equity_per_year") if instance.equity else None
        start = draft.figure("opening", "paid_in_capital_musd")
        opening = self.sheet.line("Equity of the opening", "musd", start * 1, start * 1)
        if self.gone is not None:
            opening.formula = greatest(0, start - self.gone)
        self._shares(OPENING_EQUITY, opening, self.sheet.line("No new money", "musd", ZERO), company, company)
        earlier: list[Line] = []
        for name, partner in instance.partners.items():
            if partner.kind == "equity":
                cash = draft.figure("partners", name, "cash_musd") * found.partner_signed[name]
                raised = self.sheet.line(f"{name}: raised", "musd", cash)
                self._shares(name, self._stock(name, raised, earlier), raised, company, company)
                earlier.append(raised)
        instead = {f"{name}, converted": row for name, row in sorted(found.converted.items())}
        instead |= {f"{name}, shares": row for name, row in sorted(found.shares_given.items())}
        for name, given in instead.items():
            self._shares(name, self._stock(name, given, earlier), given, company, company)
            earlier.append(given)
        for name, terms in sorted((instance.equity.rounds if instance.equity else {}).items()):
            raised = draft.decisions.row(EQUITY_RAISES, name)
            own = company
            if terms.cost_of_equity_per_year is not None:
                own = draft.series("equity", "rounds", name, "cost_of_equity_per_year")
            self._shares(name, self._stock(name, raised, earlier), raised, own, company)
            earlier.append(raised)
        for name, raised in found.preferred_raised.items():
            due = found.preferred_due[name]
            stock = self._all(name, raised)
            held = when(self.t > draft.t_last, raised.before, stock.before + draft.kappa * raised)
            asked = when(self.t > draft.t_last, due.before, due.so_far - due + draft.kappa * due)
            self._source(name, "preferred", self._by_steps(held), draft.in_period(asked), deducted=False)

    def _all(self, name: str, raised: Line) -> Line:
        stock = self.sheet.line(f"{name}: paid in", "musd", opening=0)
        stock.formula = stock.before + raised
        return stock

    def _stock(self, name: str, raised: Line, earlier: Sequence[Line]) -> Line:
        """What is left of a source: what came in first is given back first, in a period in the order of the list."""
        if self.gone is None:
            return self._all(name, raised)
        start = self.draft.figure("opening", "paid_in_capital_musd")
        all_raised = self.found.raised
        before = start + all_raised.so_far - all_raised + total(list(earlier))
        upto = self.sheet.line(f"{name}: came in before it, and with it", "musd", before + raised)
        left, amount = upto.array() - self.gone, raised.array()
        share = (self.t.array() <= self.t) * (left > 0) * ((left < amount) * left + (left >= amount) * amount)
        return self.sheet.line(f"{name}: left of what was paid in", "musd", self.sheet.product(share), 0)

    def _shares(
        self, name: str, stock: Line, raised: Line, own: Figure | Line | None, company: Figure | Line | None
    ) -> None:
        """A source of common equity: its rate on what is carried in, and on κ of new money."""
        draft, found = self.draft, self.found
        carried: Expr = self._effective(own)
        fresh: Expr = self._effective(company if found.bucket is not None else own)
        if found.bucket is not None and found.bucket_cost is not None:
            carried = draft.effective(found.bucket_cost.at(found.bucket.before + 1))
        beyond = self.t > draft.t_last
        held = when(beyond, raised.before, stock.before + draft.kappa * raised)
        if not draft.calendar.is_equal:  # as many base periods as that makes at the company's rate
            held = held * (draft.periods.steps if company is None else self._base_periods(company))
        asked = when(beyond, fresh * raised.before, carried * stock.before + fresh * draft.kappa * raised)
        self._source(name, "equity", held, asked, deducted=False)

    def _effective(self, rate: Figure | Line | None) -> Expr:
        """A rate per period, at the rates of T after it; nothing where nobody asks for anything."""
        if rate is None:
            return ZERO
        return self.draft.effective(self._now(rate))

    def _now(self, rate: Figure | Line) -> Expr:
        return rate if not isinstance(rate, Line) else when(self.t > self.draft.t_last, rate.end, rate)

    def _base_periods(self, rate: Figure | Line) -> Expr:
        now, draft = self._now(rate), self.draft
        of_base = (1 + now) ** (1 / draft.per_year) - 1
        return when(now.equals(0), draft.periods.steps, draft.effective(now) / of_base)

    def _by_steps(self, held: Expr) -> Expr:
        """What is held through a period at a nominal rate, for each base period."""
        return held * (1 if self.draft.calendar.is_equal else self.draft.periods.steps)

    # ── all of it ──

    def compare(self) -> None:
        """Each source against the table of the plan."""
        table = self.draft.plan.rows("cost_of_capital").records()
        sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
        labels = [self.draft.calendar.label(t) for t in range(1, self.draft.last + 2)]
        for row in table:
            t = labels.index(str(row["period"])) + 1
            sums[str(row["source"]), t][0] += float(str(row["capital_musd"]))
            sums[str(row["source"]), t][1] += float(str(row["charge_musd"]))
        for name, debt in self.draft.instance.debt.items():
            if debt.is_pooled:  # what no decision changes stands on a line of its own there
                for t in range(1, self.draft.last + 2):
                    if (opening := sums.pop((f"{name}, opening", t), None)) is not None:
                        own = sums[name, t]
                        own[0], own[1] = own[0] + opening[0], own[1] + opening[1]
        for i, source in enumerate(self.sources):
            span = range(1, self.draft.last + 2)
            wanted = [sums.pop((source.name, t), [0.0, 0.0]) for t in span]
            with self.draft.refusing(self.by_age_only.get(source.name, "")):
                capital = self.draft.trusted(source.capital, [each[0] for each in wanted])
                charge = self.draft.trusted(source.charge, [each[1] for each in wanted])
            self.sources[i] = Source(source.name, source.kind, capital, charge)
        left = sorted({name for name, _ in sums if name != INCOME})
        for name in left:
            wanted = [sums[name, t] for t in range(1, self.draft.last + 2)]
            rows = [
                self.sheet.given(f"{name}: {what}", "musd", [each[i] for each in wanted])
                for i, what in enumerate(("capital", "charge after tax"))
            ]
            self.draft.given += [(row, "no formula for this source here") for row in rows]
            self.sources.append(Source(name, "given", *rows))

    def average(self) -> None:
        """All charges over all capital, by period; income on cash."""
        found, sheet = self.found, self.sheet
        sheet.heading("All capital")
        found.capital = sheet.line("Capital", "musd", total([s.capital for s in self.sources]), beyond=True)
        found.charge = sheet.line("Charge after tax", "musd", total([s.charge for s in self.sources]), beyond=True)
        found.income = sheet.line(
            "Income on cash after tax", "musd", self.after_tax * self.draft.line_of(INTEREST_INCOME), beyond=True
        )
        wacc = sheet.line(
            "Weighted average cost of capital", "share a year",
            when(
                found.capital > self.draft.noise,
                (1 + ratio(found.charge, found.capital)) ** self.draft.per_year - 1,
            ), beyond=True,
        )  # fmt: skip
        wacc.is_total = True
