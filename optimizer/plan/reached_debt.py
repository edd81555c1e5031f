"""What a plan owes at the end of a period, and what it can still draw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import fsum

from optimizer.contract.accounts import DEBT
from optimizer.finance.amortisation import capitalised_share, outstanding_share
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.schema import Debt
from optimizer.instance.tranches import tranches
from optimizer.plan.figures.debt import prepaid_by_draw, vintages
from optimizer.plan.reached import DUST, Data, Reached


class ReachedDebt(Reached):
    """The loans of a file that goes on."""

    def loans(self, found: Data) -> tuple[Data, dict[str, list[str]]]:
        """Every instrument with what it can still lend, and each vintage that lives as an instrument of its own."""
        made: Data = {}
        names: dict[str, list[str]] = {}
        for d, debt in self.instance.debt.items():
            data = found[d]
            window = self.calendar.window(debt.first_draw, debt.last_draw)
            is_open = window.stop - 1 > self.cut
            names[d] = []
            if self._is_let_go(d, debt):
                self.problems.append(f"{d}: a loan that is tied to what was bought before")
            if self._is_yet_to_deduct(d, debt):
                self.problems.append(f"{d}: fees of draws without a schedule, which tax has yet to deduct")
            if debt.is_revolving:
                if not is_open and window.stop - 1 < self.cut:
                    continue
                data["opening_balance_musd"] = self._balance(d)
                if not is_open:
                    self.problems.append(f"{d}: a revolver that has to be repaid in the first period")
                made[d], names[d] = data, [d]
                self._signed(data, d, debt)
                continue
            if self._can_be_drawn(d) and (debt.tranche_of is None or self._can_be_drawn(debt.tranche_of)):
                data["opening_balance_musd"] = data["opening_fees_musd"] = 0.0
                if debt.limit_musd is not None:
                    data["limit_musd"] = debt.limit_musd - self._drawn(d)
                made[d] = data
                names[d].append(d)
                self._signed(data, d, debt)
            if debt.kind == "sculpted":
                self._sculpted(made, names, data, d, debt)
            else:
                for u, amount in vintages(self.plan, d).items():
                    self._live(made, names, (d, u), amount, data)
            if d in names[d] and len(names[d]) > 1 and (debt.kind == "sculpted" or debt.prepayment is not None):
                self.problems.append(f"{d}: a loan that may be drawn and repaid early, though not in one period")
            if debt.advance is not None and names[d]:
                self._advanced(made, names[d], d, data)
        return made, names

    def _advanced(self, made: Data, pieces: list[str], d: str, found: Data) -> None:
        """What customers have still to pay covers all that is owed: of one instrument alone that can be said."""
        if len(pieces) > 1:
            self.problems.append(f"{d}: a loan that is advanced on contracts, of several draws or still to be drawn")
        else:
            made[pieces[0]]["advance"] = found["advance"]

    def _can_be_drawn(self, d: str) -> bool:
        """Whether it has a window that is open, and something of its limit is left."""
        debt = self.instance.debt[d]
        is_open = self.calendar.window(debt.first_draw, debt.last_draw).stop - 1 > self.cut
        return is_open and (debt.limit_musd is None or debt.limit_musd - self._drawn(d) > DUST)

    def _leaves_balloons_out(self) -> bool:
        """Whether a test counts principal, and not that of balloons."""
        dividends = None if self.instance.equity is None else self.instance.equity.dividends
        locks = dividends is not None and dividends.lock_up_dscr is not None
        tests = self.instance.covenants.values()
        return locks or any(each.kind == "dscr" and each.balloons != "counted" for each in tests)

    def _is_let_go(self, d: str, debt: Debt) -> bool:
        """Whether a tie to what was bought before holds on: units may be sold, or what was repaid drawn again."""
        tied, drawn = debt.tied_to, self.plan.decisions.get("debt_draws", ())
        if tied is None or debt.is_pooled:
            return tied is not None
        can_be_sold = any(self.instance.hardware[o].resale_share_by_age is not None for o in tied.hardware)
        return can_be_sold and any(self.drew(row, d) for row in drawn) and self._balance(d) > DUST

    def _is_yet_to_deduct(self, d: str, debt: Debt) -> bool:
        """Whether fees of a line or of sculpted debt are deducted beyond the cut: no opening balance can say so."""
        fees = debt.upfront_fee_share or debt.issue_discount_share or debt.issue_fee_musd
        if not debt.is_pooled or not fees or self.instance.tax is None:
            return False
        drawn = [self.at(row) for row in self.plan.decisions.get("debt_draws", ()) if self.drew(row, d)]
        if debt.is_revolving:
            return bool(drawn) and self.calendar.window(debt.first_draw, debt.last_draw).stop - 1 > self.cut
        return any(self.calendar.elapsed(u, self.cut) < (debt.tenor_periods or 0) for u in drawn)

    def _drawn(self, d: str) -> float:
        """What has been drawn under its limit, as itself and as its tranches."""
        under = tranches(self.instance).get(d, (d,))
        drawn = self.plan.decisions.get("debt_draws", ())
        return fsum(row["musd"] for e in under for row in drawn if self.drew(row, e))

    def _signed(self, data: Data, d: str, debt: Debt) -> None:
        signed = any(row["instrument"] == d for row in self.plan.decisions.get("facilities", ()))
        if debt.has_standing_fee and signed:
            data["signed"] = True

    def _balance(self, d: str) -> float:
        return max(0.0, self.plan.books.balance(DEBT + d)[self.cut])

    def _live(self, made: Data, names: dict[str, list[str]], key: tuple[str, int], amount: float, found: Data) -> None:
        d, u = key
        debt = self.instance.debt[d]
        tenor = debt.tenor_periods or 0
        if u > self.cut or amount <= DUST or self.cut - u >= tenor:
            return
        step = vintage_rates(self.instance, debt)[u]
        paid = prepaid_by_draw(self.plan, d).get(u, {}).items()
        gone = fsum(musd / outstanding_share(debt, t - u, step) for t, musd in paid if t <= self.cut)
        balance = (amount - gone) * outstanding_share(debt, self.cut - u, step)
        if balance <= DUST:
            return
        year, left = self.calendar.per_year, tenor - self.cut + u
        if (debt.kind == "bullet" or debt.balloon_share) and tenor > year >= left and self._leaves_balloons_out():
            self.problems.append(f"{d}: a balloon that falls due within a year, which a test would count")
        if self.instance.draw_timing != "end" and u > 0:
            self.problems.append(f"{d}: a draw that came before the end of its period is repaid before one, too")
        if debt.floating is not None and debt.kind == "annuity":
            self.problems.append(f"{d}: an annuity that floats keeps the schedule of its draw")
        data = self._vintage_terms(debt, balance) | self._rate(found, debt, u)
        data["tenor_periods"], data["grace_periods"] = tenor - self.cut + u, max(0, debt.grace_periods - self.cut + u)
        if debt.balloon_share:
            grown = capitalised_share(debt, self.cut - u, step)
            data["balloon_share"] = debt.balloon_share * grown / outstanding_share(debt, self.cut - u, step)
        if debt.capitalise_interest and data["grace_periods"]:
            data["capitalise_interest"] = True
        fees = debt.upfront_fee_share + debt.issue_discount_share
        if u > 0 and (fees or debt.issue_fee_musd) and self.instance.tax is not None:
            issue = debt.issue_fee_musd
            if issue and debt.prepayment is not None:
                self.problems.append(f"{d}: a fixed fee that tax deducts to the end, whatever is prepaid")
            data["opening_fees_musd"] = (fees * (amount - gone) + issue) * (tenor - self.cut + u) / tenor
        elif u == 0 and debt.opening_fees_musd:
            data["opening_fees_musd"] = debt.opening_fees_musd * (1.0 - gone / amount) * (tenor - self.cut) / tenor
        self._add(made, names, d, u, data)

    def _rate(self, found: Data, debt: Debt, u: int) -> Data:
        """A fixed rate stays that of the draw; what floats goes on by the period."""
        if debt.rate_per_year is None:
            return _asked(found)
        return {"rate_per_year": debt.rate_per_year.expand(self.calendar)[max(1, u) - 1]}

    def _sculpted(self, made: Data, names: dict[str, list[str]], data: Data, d: str, debt: Debt) -> None:
        balance = self._balance(d)
        if balance <= DUST:
            return
        draws = [(self.at(r), r["musd"]) for r in self.plan.decisions.get("debt_draws", ()) if self.drew(r, d)]
        draws += [(0, debt.opening_balance_musd)] if debt.opening_balance_musd else []
        if len(draws) > 1 or self.instance.draw_timing != "end":
            self.problems.append(f"{d}: sculpted debt of several draws")
            return
        u = draws[0][0]
        own = self._vintage_terms(debt, balance) | _asked(data)
        own["tenor_periods"] = (debt.tenor_periods or 0) - self.cut + u
        own["grace_periods"] = max(0, debt.grace_periods - self.cut + u)
        self._add(made, names, d, u, own)

    def _vintage_terms(self, debt: Debt, balance: float) -> Data:
        data: Data = {"kind": debt.kind, "limit_musd": 0.0, "opening_balance_musd": balance}
        if debt.security:
            data["security"] = dict(debt.security)
        if debt.lender is not None:
            data["lender"] = debt.lender
        if debt.prepayment is not None:
            data["prepayment"] = {"premium_share": debt.prepayment.premium_share}
            first = debt.prepayment.first_prepayment
            if first is not None and self.calendar.index(first) > self.cut + 1:
                data["prepayment"]["first_prepayment"] = first
        return data

    def _add(self, made: Data, names: dict[str, list[str]], d: str, u: int, data: Data) -> None:
        name = d if d not in made and d not in self.instance.debt else f"{d}-{self.label(u) if u else 'opening'}"
        name = re.sub(r"(-opening)+$", "-opening", name)
        made[name] = data
        names[d].append(name)

    def rename(self, found: Data, names: Mapping[str, list[str]]) -> None:
        """Whoever names an instrument names what has become of it."""
        for name, covenant in list(found.get("covenants", {}).items()):
            if "instruments" in covenant:
                covenant["instruments"] = [new for d in covenant["instruments"] for new in names[d]]
                if not covenant["instruments"]:  # of what is owed no more
                    del found["covenants"][name]
        for data in found["debt"].values():
            if "refinances" in data:
                data["refinances"] = [new for d in data["refinances"] for new in names[d]]
                if not data["refinances"]:
                    data.pop("refinances")


def _asked(found: Data) -> Data:
    """What a loan asks in the new file."""
    return {name: found[name] for name in ("rate_per_year", "floating") if name in found}
