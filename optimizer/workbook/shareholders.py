"""What the plan is worth to common shareholders, and how much of the company they keep."""

from __future__ import annotations

from optimizer.contract.decisions import EQUITY_RAISES
from optimizer.workbook.areas.convertible import outcome
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, Reference, both, greatest, ratio, total, when
from optimizer.workbook.found import Found, Vintage
from optimizer.workbook.sheet import Figure, Line


class Shareholders:
    """Their rows on the sheet of the cost of capital."""

    def __init__(self, draft: Draft, found: Found) -> None:
        self.draft, self.found, self.sheet = draft, found, draft.capital
        self.t = self.sheet.positions

    def value(self, at_end: Expr) -> Expr:
        """What they get less what they pay in, and what is left; ``at_end`` is what there is beside cash and debt."""
        draft, found, sheet = self.draft, self.found, self.sheet
        grid, instance = draft.instance.pricing_grid, draft.instance
        if grid is not None and grid.relever is not None:
            yearly: Figure | Line = draft.figure("pricing_grid", "relever", "unlevered_cost_per_year")
        elif instance.equity is not None:
            yearly = draft.series("equity", "cost_of_equity_per_year")
        else:
            yearly = draft.figure("discount", "rate_per_year")
        growth = sheet.line("Shareholders ask for a dollar after a period", "number", (1 + yearly) ** draft.exponent)
        factor = sheet.line("What a dollar to shareholders is worth at the start", "number", opening=1)
        factor.formula = factor.before / growth
        paid_in: list[Expr] = []
        for name, terms in (instance.equity.rounds if instance.equity else {}).items():
            amount: Expr = draft.decisions.row(EQUITY_RAISES, name)
            if terms.cost_of_equity_per_year is not None and grid is None:
                own = draft.series("equity", "rounds", name, "cost_of_equity_per_year")
                more = sheet.line(f"{name}: dearer a period", "number", ((1 + own) ** draft.exponent) / growth)
                product = sheet.line(f"{name}: dearer up to the end", "number")
                product.opening, product.formula = 1 + ZERO, product.before * more
                amount = amount * product.end * more.end / product.before
            paid_in.append(amount)
        paid_in += [
            draft.figure("partners", n, "cash_musd") * found.partner_signed[n]
            for n, p in instance.partners.items()
            if p.kind == "equity"
        ]
        paid_in += [*found.converted.values(), *found.shares_given.values()]
        early = growth**draft.kappa
        flow = sheet.line(
            "To shareholders less from them, worth at the start",
            "musd",
            factor * (found.paid_out - early * total(paid_in)),
        )
        end = found.cash.end + at_end - self._owed(growth)
        return flow.whole + factor.end * end - self._grid_charge(growth, factor) - self._rights(factor)

    def _rights(self, factor: Line) -> Expr:
        """What convertibles pay less interest than the straight debt that they are charged as: the right to shares."""
        rows: list[Expr] = []
        for name, one in self.found.debts.items():
            if self.draft.instance.debt[name].conversion is None:
                continue
            saved = []
            for u, each in one.vintages.items():
                if u and each.unit.coupon is not None:
                    age = self.t - each.u
                    less = each.unit.paid.at(age, 0) - each.unit.coupon.at(age, 0)
                    words = f"{name}: interest saved of {self.draft.calendar.label(u)}"
                    saved.append(self.sheet.line(words, "musd", each.drawn * less))
            row = self.sheet.line(f"{name}: right to shares, worth at the start", "musd", factor * total(list(saved)))
            rows.append(row.whole)
        return total(rows)

    def _owed(self, growth: Line) -> Expr:
        draft, found = self.draft, self.found
        fair = found.discount(draft)
        terms: list[Expr] = [row.end for row in found.partner_owed.values()]
        period = self.sheet.figure("A period at the reference rate of debt", "number", fair ** (1 / draft.per_year))
        for name, one in found.debts.items():
            debt = draft.instance.debt[name]
            if debt.is_pooled:
                rate = one.rate
                last = rate.end if isinstance(rate, Line) else rate
                dear = (1 + last / draft.per_year) ** draft.per_year - fair
                terms.append(
                    self.sheet.figure(f"{name}: owed at its worth", "musd", one.balance.end * (1 + greatest(0, dear)))
                )
                continue
            for u, each in one.vintages.items():
                terms.append(self._still_due(name, u, each, period))
        for name, (rate, due, lead, life) in found.lease_rates.items():
            age = draft.t_last - draft.t - lead
            left = when(rate.equals(0), life - 1 - age, (1 - (1 + rate) ** (age + 1 - life)) / rate)
            dear = 1 + greatest(0, (1 + rate) ** draft.per_year - fair)
            worth = when(both(age >= 0, age < life), due * left * dear)
            terms.append(self.sheet.line(f"{name}: owed on leases at its worth, by order", "musd", worth).whole)
        asked = growth.end - 1
        for name in found.preferred_raised:
            due, raised = found.preferred_due[name], found.preferred_raised[name]
            row = self.sheet.line(
                f"{name}: at its worth at the end", "musd", greatest(raised, ratio(due * draft.years_of_last, asked))
            )
            terms.append(row.whole)
        return self.sheet.figure("Owed at the end, at its worth", "musd", total(terms))

    def _still_due(self, name: str, u: int, each: Vintage, period: Figure) -> Expr:
        draft = self.draft
        unit, sheet = each.unit, draft.schedules
        early: Expr = ZERO if u == 0 else draft.kappa
        repaid, paid = unit.dates.arrays(sheet, 1)
        now = draft.periods.end + early
        if u:
            now = now - Reference(draft.periods.ends, still=u)
            if isinstance(draft.periods.steps, Line):
                now = now + early * (Reference(draft.periods.steps, still=u) - 1)
        due = (each.u + sheet.positions.array() > draft.t_last) * (
            unit.principal.array() * period ** (now - repaid) + unit.paid.array() * period ** (now - paid)
        )
        live: Expr = each.drawn if each.live is None else each.live.end
        words = draft.calendar.label(u) if u else "the opening"
        return self.sheet.figure(f"{name}: of {words}, at its worth", "musd", live * sheet.product(due))

    def _grid_charge(self, growth: Line, factor: Line) -> Expr:
        draft, found, grid = self.draft, self.found, self.draft.instance.pricing_grid
        if grid is None or found.bucket is None or found.bucket_cost is None:
            return ZERO
        if grid.relever is None:
            first = draft.schedules.figure(
                "Cost of equity of the first bucket", "share a year", Reference(found.bucket_cost, still=1) * 1
            )
            own = (1 + found.bucket_cost.at(found.bucket.before + 1)) ** draft.exponent
            more = own - (1 + first) ** draft.exponent
            row = self.sheet.line(
                "Charge of the grid on equity, worth at the start", "musd", factor * more * found.paid_in.before
            )
            return row.whole
        fair = found.discount(draft) ** draft.exponent
        spreads = draft.inputs.list("pricing_grid", "buckets", "spread_per_year")
        spread = draft.in_period(spreads.at(found.bucket.before + 1))
        new = found.debt - found.debt.before + total([one.at_end for one in found.debts.values()])
        part = growth**draft.kappa - fair**draft.kappa
        charge = (growth - fair - spread) * found.debt.before + part * new
        return self.sheet.line("Charge of the grid on debt, worth at the start", "musd", factor * charge).whole

    def dilution(self) -> Expr:
        """1 less the product of V/(V+e) over rounds and partners that state a value."""
        draft = self.draft
        kept: list[Line] = []

        def keep(words: str, before: Expr, amount: Expr) -> None:
            kept.append(self.sheet.line(words, "share", when(amount > draft.noise, before / (before + amount), 1)))

        for name, terms in (draft.instance.equity.rounds if draft.instance.equity else {}).items():
            if terms.pre_money_musd is not None:
                value = draft.series("equity", "rounds", name, "pre_money_musd")
                keep(f"{name}: kept by owners before", value, draft.decisions.row(EQUITY_RAISES, name))
        for name, partner in draft.instance.partners.items():
            if partner.kind == "equity" and partner.pre_money_musd is not None:
                cash = draft.figure("partners", name, "cash_musd") * self.found.partner_signed[name]
                keep(f"{name}: kept by owners before", draft.series("partners", name, "pre_money_musd"), cash)
        for name, debt in draft.instance.debt.items():
            draws = self.found.debts[name].draws
            if debt.conversion is None or debt.conversion.pre_money_musd is None or draws is None:
                continue
            parts = [
                when(self.t.equals(Reference(self.t, still=u)), outcome(draft, name, debt, u).kept)
                for u in draft.calendar.span
            ]
            share = self.sheet.line(f"{name}: of its shares, those that stay", "share", total(list(parts)))
            path = ("debt", name, "conversion")
            at_price = draft.series(*path, "pre_money_musd") * (1 + draft.figure(*path, "premium_share"))
            keep(f"{name}: kept by owners before", at_price, share * draws)
        for name, given in self.found.shares_given.items():
            shares = draft.instance.contracts[name].shares
            if shares is not None and shares.pre_money_musd is not None:
                keep(
                    f"{name}: kept by owners before", draft.series("contracts", name, "shares", "pre_money_musd"), given
                )
        if not kept:
            return ZERO
        product = self.sheet.line("Kept by today's owners so far", "share", opening=1)
        formula: Expr = product.before
        for row in kept:
            formula = formula * row
        product.formula = formula
        return 1 - product.end
