"""Rolling forward: the file of the periods that are left, with what a plan will have reached by then as its opening.

What was begun, ordered, drawn and raised by the end of a period c is history then. The plan of the new file that does
the same from c on has the same statements; nothing else holds for what the rules cannot say yet: that is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from optimizer.contract.accounts import CASH, DEBT, PAID_IN
from optimizer.finance.amortisation import outstanding_share
from optimizer.instance.calendar import Calendar
from optimizer.instance.checks.periods import FIRST, LAST
from optimizer.instance.checks.walk import all_series, blocks
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.fair_rate import fair_rate
from optimizer.instance.loader import load
from optimizer.instance.opening_position import arrival, part_books, ready_in, units_book, units_tax
from optimizer.instance.schema import Debt, Instance, Offer, OpeningAsset, OpeningPart, Phase, Site
from optimizer.instance.tax_write_offs import ROUNDING
from optimizer.instance.tax_years import tax_years
from optimizer.plan.figures.coverage import interest
from optimizer.plan.figures.debt import prepaid_by_draw, vintages
from optimizer.plan.figures.hardware import ACCELERATOR, order_costs
from optimizer.plan.figures.opening import sold
from optimizer.plan.figures.principal_due import principal_due
from optimizer.plan.figures.tax import tax_base, written_off
from optimizer.plan.record import Record

Data = dict[str, Any]
SAID = frozenset({
    "phase_starts", "orders", "allocations", "frameworks", "developments", "retirements", "energy", "service",
    "debt_draws", "debt_repayments", "prepayments", "premium_free", "refinancings", "facilities", "pledges",
    "equity_raises", "dividends", "capital_returns", "drawable", "buckets", "deliveries",
})  # fmt: skip
"""Tables of decisions that an opening says, or that bind nobody later; whatever else has begun is refused."""
RUNS_ON = {
    "partners": "a partner's agreement",
    "colocation": "rented megawatts",
    "reservations": "a reservation",
    "energy_contracts": "an energy contract",
    "preferred_raises": "preferred shares",
}
"""The words for tables that it cannot say yet."""
DUST = 1e-9
"""USD million, units: less is rounding of the solver."""


class RollError(ValueError):
    """A plan has, at the end of a period, what a file cannot say of its opening; the message says all of it."""


def rolled(plan: Record, last: str | int) -> Instance:
    """The file that begins after the period ``last``, with the position of the plan at its end as its opening.

    What was begun, ordered, drawn and raised by then is history; the plan that goes on as this one does has the same
    statements to a cent. Raises RollError, a ValueError that names all of it, where the position holds what a file
    cannot say of its opening (contracts that run on, leased units, a tax year that goes on); ValueError for a period
    that the plan does not have, or its last.

    >>> new = optimizer.rolled(plan, 2026)
    >>> new.periods.labels, new.debt["loan-2026"].opening_balance_musd
    (['2027'], 100.0)
    """
    cut = plan.instance.periods.index(last)
    if cut == plan.instance.periods.periods:
        raise ValueError(f"{last} is the last period of the plan: nothing is left to decide")
    return load(_Roll(plan, cut).data())


@dataclass
class _Roll:
    plan: Record
    cut: int
    problems: list[str] = field(default_factory=list)

    @property
    def instance(self) -> Instance:
        return self.plan.instance

    @property
    def calendar(self) -> Calendar:
        return self.plan.instance.periods

    def data(self) -> Data:
        found = self._moved()
        name = f"{self.instance.name}-{self.calendar.label(self.cut + 1)}"
        found |= {"name": name[:64], "calendar": self._left(), "fair_rate_per_year": fair_rate(self.instance)}
        self._refuse_contracts()
        found["opening"] = {
            "cash_musd": max(0.0, self.plan.books.balance(CASH)[self.cut]),
            "paid_in_capital_musd": max(0.0, self.plan.books.balance(PAID_IN)[self.cut]),
            "other_assets_musd": self.instance.opening.other_assets_musd,
        }
        for s, site in self.instance.sites.items():
            self._site(found["sites"][s], s, site)
        for o, offer in self.instance.hardware.items():
            self._offer(found, o, offer)
        found["debt"], names = self._debt(found["debt"])
        self._rename(found, names)
        self._tax(found)
        self._equity(found)
        self._budgets(found)
        self._history(found)
        if self.problems:
            raise RollError("; ".join(self.problems))
        return found

    # ── time ──

    def _left(self) -> Data:
        if not self.calendar.is_equal:
            self.problems.append("a calendar of segments cannot be cut yet")
        length = self.calendar.length
        return {"start": self.label(self.cut + 1), "periods": self.calendar.periods - self.cut, "length": length}

    def label(self, t: int) -> str:
        return self.calendar.label(t)

    def at(self, row: Mapping[str, Any], column: str = "period") -> int:
        return self.calendar.index(str(row[column]))

    def _moved(self) -> Data:
        """All of the file with its series cut, and its windows where they are still open."""
        found: Data = self.instance.model_dump(mode="json", exclude_none=True)
        for path, series, _ in all_series(self.instance):
            if path[0] == "history":
                continue
            values = list(series.expand(self.calendar))[self.cut :]
            _put(found, path, values[0] if len(set(values)) == 1 else values)
        for path, block in blocks(self.instance):
            for name in type(block).model_fields:
                if name.startswith((*FIRST, *LAST)) and name != "first_year" and getattr(block, name) is not None:
                    self._window(found, path, name, self.calendar.index(getattr(block, name)))
        return found

    def _window(self, found: Data, path: tuple[Any, ...], name: str, t: int) -> None:
        holder = _get(found, path)
        if t > self.cut or name.startswith(LAST):
            return  # a window that is over is seen to where it stands
        holder.pop(name)

    # ── what cannot be said yet ──

    def _refuse_contracts(self) -> None:
        decisions = self.plan.decisions
        for table, rows in decisions.items():
            if table not in SAID and any("period" not in row or self.at(row) <= self.cut for row in rows):
                self.problems.append(f"{RUNS_ON.get(table, f'what `{table}` says')} that runs on")
        if self.instance.groups:
            self.problems.append("borrowing groups, whose balance sheets open with cash and loans alone")
        for d, debt in self.instance.debt.items():
            if debt.service_reserve is not None:
                self.problems.append(f"{d}: a debt service reserve")
            begun = debt.opening_balance_musd or any(self._is(row, d) for row in decisions.get("debt_draws", ()))
            if debt.is_delayed and begun:
                self.problems.append(f"{d}: a delayed-draw loan that has been drawn")
        for row in decisions.get("orders", ()):
            if self.instance.hardware[row["offer"]].lease is not None and self.at(row) <= self.cut:
                self.problems.append(f"leased units of {row['offer']}")
        for row in decisions.get("frameworks", ()):
            self.problems.append(f"the framework agreement for {row['offer']}")

    # ── sites ──

    def _site(self, found: Data, s: str, site: Site) -> None:
        opening: Data = {}
        for key, asset in site.opening.items():
            self._asset(opening, key, asset)
        begun: dict[str, list[tuple[int, int]]] = {phase.name: [] for phase in site.phases}
        for row in self.plan.decisions.get("phase_starts", ()):
            if row["site"] == s and self.at(row) <= self.cut:
                begun[row["phase"]].append((self.at(row), round(row["count"])))
        for phase in site.phases:
            for u, count in begun[phase.name]:
                self._phase(opening, phase, u, count)
        if site.phases and begun[site.phases[0].name]:
            if site.land_musd:
                land = {"book_value_musd": site.land_musd, "land_basis_musd": site.land_musd}
                opening["land"] = {"parts": {"land": land}}
            found["land_musd"] = found["opening_cost_musd"] = 0.0
        found["opening"] = opening
        found["phases"] = self._phases_left(found["phases"], site, begun)

    def _phases_left(self, found: list[Data], site: Site, begun: Mapping[str, list[tuple[int, int]]]) -> list[Data]:
        """The entries that have not all begun, no sooner than the gap after what has."""
        kept, before = [], None
        for data, phase in zip(found, site.phases, strict=True):
            started, gap = begun[phase.name], phase.gap_periods
            left = phase.count - sum(count for _, count in started)
            latest = self.calendar.window(None, phase.latest_start).stop - 1
            if left == 0:
                before = max(u for u, _ in started)
                continue
            if latest <= self.cut:
                break  # and none of those after it can begin
            after = [1, *([before + gap] if before is not None else []), *(u + gap for u, _ in started)]
            first = max(self.calendar.window(phase.earliest_start, None).start, *after)
            data["count"] = left
            if first > self.calendar.periods:
                break
            if first > self.cut + 1:
                data["earliest_start"] = self.label(first)
            kept.append(data)
            before = None
        return kept

    def _phase(self, opening: Data, phase: Phase, u: int, count: int) -> None:
        """What phases begun in u have reached: one entry, and others for what was paid in service."""
        ready = self.calendar.later(u, phase.lead_periods)
        key = f"{phase.name}-{self.label(u)}"
        uses = {
            name: {"building": r.building * count, "running": r.running * count} for name, r in phase.resources.items()
        }
        running = [count * musd for musd in phase.fixed_opex_musd_per_year.expand(self.calendar)[self.cut :]]
        head: Data = {"mw": phase.mw * count, "fixed_opex_musd_per_year": running, "resources": uses, "parts": {}}
        if phase.payment_timing is not None:
            head["payment_timing"] = phase.payment_timing
        if ready > self.cut:
            head["ready"] = self.label(ready)
        opening[key] = head
        for part, item in phase.capex.items():
            cost = item.musd.expand(self.calendar)[u - 1] * count
            paid = {u + j: cost * share for j, share in enumerate(phase.spend_profile)}
            self._part(opening, key, part, ready, paid, (item.book_life_years, item.tax_class))

    def _part(
        self,
        opening: Data,
        key: str,
        part: str,
        ready: int,
        paid: Mapping[int, float],
        terms: tuple[float | None, str | None],
    ) -> None:
        life, tax_class = terms
        head = opening[key]
        spent = {t: musd for t, musd in paid.items() if t <= self.cut and musd}
        later = [paid.get(t, 0.0) for t in range(self.cut + 1, max([self.cut, *paid]) + 1)]
        if ready > self.cut:
            whole = fsum(spent.values())
            data: Data = {"book_value_musd": whole, "to_spend_musd": later}
            head["parts"][part] = data | _terms(life, tax_class, {tax_class: whole} if tax_class else {})
            return
        by_age: dict[int, float] = {}
        for t, musd in spent.items():
            age = self.calendar.elapsed(max(t, ready) - 1, self.cut)
            by_age[age] = by_age.get(age, 0.0) + musd
        for age, musd in by_age.items():
            years = age * self.calendar.base_years
            where = self._aged(opening, key, head, age, ready)
            book = musd if life is None else musd * max(0.0, 1.0 - years / life)
            left = None if life is None or years >= life - ROUNDING else life - years
            rest = 1.0 - written_off(self.instance.depreciation[tax_class], years) if tax_class else 0.0
            basis = {tax_class: musd * rest} if tax_class and rest > ROUNDING else {}
            where["parts"][part] = {"book_value_musd": book if left or life is None else 0.0} | _terms(
                left, None, basis
            )
        if any(later):
            extra = opening.setdefault(f"{key}-to-pay", {"parts": {}})
            if "payment_timing" in head:
                extra["payment_timing"] = head["payment_timing"]
            extra["parts"][part] = {"to_spend_musd": later} | _terms(life, tax_class, {})

    def _aged(self, opening: Data, key: str, head: Data, age: int, ready: int) -> Data:
        """The entry for what has served so many base periods: the main one for what was there as it was ready."""
        served = self.calendar.elapsed(ready - 1, self.cut)
        if age == served:
            head["service_periods"] = served
            return head
        found: Data = opening.setdefault(f"{key}-{age}", {"parts": {}, "service_periods": age})
        return found

    def _asset(self, opening: Data, key: str, asset: OpeningAsset) -> None:
        """What was there already, some periods on."""
        ready = ready_in(asset, self.calendar)
        head: Data = {
            "mw": asset.mw,
            "fixed_opex_musd_per_year": list(asset.fixed_opex_musd_per_year.expand(self.calendar)[self.cut :]),
            "resources": {name: use.model_dump(exclude_none=True) for name, use in asset.resources.items()},
            "parts": {},
        }
        if asset.payment_timing is not None:
            head["payment_timing"] = asset.payment_timing
        if ready > self.cut:
            head["ready"] = self.label(ready)
        else:
            head["service_periods"] = self.cut + asset.service_periods if ready == 0 else self.cut - ready + 1
        opening[key] = head
        for name, part in asset.parts.items():
            self._old_part(opening, key, name, asset, part)

    def _old_part(self, opening: Data, key: str, name: str, asset: OpeningAsset, part: OpeningPart) -> None:
        ready, head = ready_in(asset, self.calendar), opening[key]
        paid = dict(enumerate(part.to_spend_musd, 1))
        later = [paid.get(t, 0.0) for t in range(self.cut + 1, max([self.cut, *paid]) + 1)]
        terms = part.book_life_years, part.tax_class
        if ready > self.cut:
            spent = fsum(musd for t, musd in paid.items() if t <= self.cut)
            basis = dict(part.tax_basis_musd)
            if part.tax_class is not None:
                basis[part.tax_class] = basis.get(part.tax_class, 0.0) + spent
            data = {"book_value_musd": part.book_value_musd + spent, "to_spend_musd": later}
            head["parts"][name] = data | _terms(*terms, basis) | {"land_basis_musd": part.land_basis_musd}
            return
        served = max(1, ready)
        writes = part_books(asset, part, self.calendar)
        book = writes[0].left(self.calendar, self.cut) if writes else part.book_value_musd
        years = self.calendar.elapsed(served - 1, self.cut) * self.calendar.base_years
        life = part.book_life_years
        left = None if life is None or years >= life - ROUNDING else life - years
        bases = {
            tax_class: self._basis_left(tax_class, musd, asset.service_periods if ready == 0 else 0, served)
            for tax_class, musd in part.tax_basis_musd.items()
        }
        bases = {tax_class: musd for tax_class, musd in bases.items() if musd}
        data = {"book_value_musd": book, "land_basis_musd": part.land_basis_musd}
        spent_before = {t: musd for t, musd in paid.items() if t <= self.cut and musd}
        early = {t: musd for t, musd in spent_before.items() if t < ready}
        if early:
            whole = fsum(early.values())
            if writes:
                data["book_value_musd"] = book + whole * max(0.0, 1.0 - years / (life or 1.0))
            else:
                data["book_value_musd"] = book + whole
            if part.tax_class is not None and (rest := self._basis_left(part.tax_class, whole, 0, served)):
                bases[part.tax_class] = bases.get(part.tax_class, 0.0) + rest
        head["parts"][name] = data | _terms(left, None, bases)
        for t, musd in spent_before.items():
            if t >= ready:
                self._part(opening, key, f"{name}-{self.label(t)}", max(1, ready), {t: musd}, terms)
        if any(later):
            extra = opening.setdefault(f"{key}-to-pay", {"parts": {}})
            if "payment_timing" in head:
                extra["payment_timing"] = head["payment_timing"]
            extra["parts"][name] = {"to_spend_musd": later} | _terms(*terms, {})

    def _basis_left(self, tax_class: str, musd: float, behind: int, first: int) -> float:
        """What of a basis after so many base periods is left for tax, the first of the plan being ``first``."""
        scheme, step = self.instance.depreciation[tax_class], self.calendar.base_years
        before = 1.0 - written_off(scheme, behind * step) if behind else 1.0
        now = 1.0 - written_off(scheme, (behind + self.calendar.elapsed(first - 1, self.cut)) * step)
        return musd * now / before if now > ROUNDING and before > ROUNDING else 0.0

    # ── hardware ──

    def _offer(self, whole: Data, o: str, offer: Offer) -> None:
        opening: Data = {}
        found = whole["hardware"][o]
        for key, old in offer.opening.items():
            self._lot(opening, o, offer, key, old)
        units: dict[tuple[str, int], float] = {}
        for row in self.plan.decisions.get("allocations", ()):
            if row["offer"] == o and self.at(row) <= self.cut:
                units[row["site"], self.at(row)] = row["units"]
        for row in self.plan.decisions.get("retirements", ()):
            if row["offer"] == o and self.at(row) <= self.cut and row["ordered"] not in offer.opening:
                units[row["site"], self.at(row, "ordered")] -= row["units"]
        ordered = {self.at(r): r["units"] for r in self.plan.decisions.get("orders", ()) if r["offer"] == o}
        for (site, u), number in units.items():
            if number > DUST:
                self._vintage(opening, o, offer, (site, u), number, ordered[u])
        self._gone(whole, o, opening)
        found["opening"] = opening
        last = self.calendar.window(None, offer.last_order).stop - 1
        if last <= self.cut:
            found.pop("last_order", None)
            found["supply_units"] = 0.0
        self._development(found, o, offer)

    def _gone(self, whole: Data, o: str, opening: Data) -> None:
        """Units past their life may have something left to write off for tax: it stays with their site."""
        life = self.instance.hardware[o].life_periods
        for key in [key for key, lot in opening.items() if lot.get("age_periods", 0) >= life]:
            lot = opening.pop(key)
            if lot["tax_basis_musd"]:
                part = {"tax_basis_musd": lot["tax_basis_musd"]}
                asset = {"service_periods": lot["age_periods"], "parts": {o: part}}
                whole["sites"][lot["site"]]["opening"][f"gone-{o}-{key}"[:64]] = asset

    def _vintage(
        self, opening: Data, o: str, offer: Offer, key: tuple[str, int], number: float, ordered: float
    ) -> None:
        site, u = key
        arrives, life = self.calendar.later(u, offer.lead_periods), offer.life_periods
        costs = {part: musd / ordered * number for part, musd in order_costs(self.plan, o, u).items()}
        classes: dict[str, float] = {}
        for part, musd in costs.items():
            tax_class = offer.tax_class if part == ACCELERATOR else offer.attach[part].tax_class
            if tax_class is not None:
                classes[tax_class] = classes.get(tax_class, 0.0) + musd
        whole = fsum(costs.values())
        lot: Data = {"site": site, "units": number, "price_usd": offer.price_usd.expand(self.calendar)[u - 1]}
        if arrives > self.cut:
            deposit = offer.deposit_share * whole
            lot |= {"delivery": self.label(arrives), "deposit_musd": deposit, "due_musd": whole - deposit}
            lot["tax_basis_musd"] = classes
        else:
            age = self.calendar.elapsed(arrives - 1, self.cut)
            years = age * self.calendar.base_years
            rest = {name: 1.0 - written_off(self.instance.depreciation[name], years) for name in classes}
            lot |= {"age_periods": age, "book_value_musd": whole * max(0.0, 1.0 - age / life)}
            lot["tax_basis_musd"] = {name: classes[name] * left for name, left in rest.items() if left > ROUNDING}
        opening[f"{site}-{self.label(u)}"] = lot

    def _lot(self, opening: Data, o: str, offer: Offer, key: str, old: Any) -> None:
        gone = fsum(units for t, units in sold(self.plan, o, key).items() if t <= self.cut)
        kept = (old.units - gone) / old.units
        if kept <= DUST:
            return
        price = offer.price_usd.expand(self.calendar)[0] if old.price_usd is None else old.price_usd
        lot: Data = {"site": old.site, "units": old.units * kept, "price_usd": price}
        arrives = arrival(old, self.calendar)
        if arrives > self.cut:
            lot |= {"delivery": old.delivery, "deposit_musd": old.deposit_musd, "due_musd": old.due_musd}
            lot["tax_basis_musd"] = dict(old.tax_basis_musd)
        else:
            lot["age_periods"] = self.calendar.elapsed(arrives - 1, self.cut)
            lot["book_value_musd"] = kept * units_book(offer, old, self.calendar).left(self.calendar, self.cut)
            left = {
                name: kept * write.left(self.calendar, self.cut)
                for name, write in zip(sorted(old.tax_basis_musd), units_tax(self.instance, old), strict=True)
            }
            lot["tax_basis_musd"] = {name: musd for name, musd in left.items() if musd}
        opening[key] = lot

    def _development(self, found: Data, o: str, offer: Offer) -> None:
        if offer.development is None:
            return
        begun = [self.at(row) for row in self.plan.decisions.get("developments", ()) if row["offer"] == o]
        if begun and begun[0] <= self.cut:
            opens = self.calendar.later(begun[0], offer.development.lead_periods)
            found.pop("development")
            if opens > self.cut + 1 and opens <= self.calendar.periods:
                first = max(opens, self.calendar.window(offer.first_order, None).start)
                found["first_order"] = self.label(first)
            elif opens > self.calendar.periods:
                found["supply_units"] = 0.0
        elif self.calendar.window(None, offer.development.last_start).stop - 1 <= self.cut:
            found.pop("development")
            found["supply_units"] = 0.0

    # ── debt ──

    def _debt(self, found: Data) -> tuple[Data, dict[str, list[str]]]:
        """Every instrument with what it can still lend, and each vintage that lives as an instrument of its own."""
        made: Data = {}
        names: dict[str, list[str]] = {}
        for d, debt in self.instance.debt.items():
            data = found[d]
            window = self.calendar.window(debt.first_draw, debt.last_draw)
            is_open = window.stop - 1 > self.cut
            names[d] = []
            if debt.is_revolving:
                if not is_open and window.stop - 1 < self.cut:
                    continue
                data["opening_balance_musd"] = self._balance(d)
                if not is_open:
                    self.problems.append(f"{d}: a revolver that has to be repaid in the first period")
                made[d], names[d] = data, [d]
                self._signed(data, d, debt)
                continue
            drawn = fsum(r["musd"] for r in self.plan.decisions.get("debt_draws", ()) if self._is(r, d))
            if is_open and (debt.limit_musd is None or debt.limit_musd - drawn > DUST):
                data["opening_balance_musd"] = data["opening_fees_musd"] = 0.0
                if debt.limit_musd is not None:
                    data["limit_musd"] = debt.limit_musd - drawn
                made[d] = data
                names[d].append(d)
                self._signed(data, d, debt)
            if debt.kind == "sculpted":
                self._sculpted(made, names, data, d, debt)
            else:
                for u, amount in vintages(self.plan, d).items():
                    self._live(made, names, (d, u), amount, data)
        return made, names

    def _is(self, row: Mapping[str, Any], d: str) -> bool:
        return row["instrument"] == d and self.at(row) <= self.cut

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
        if self.instance.draw_timing != "end" and u > 0:
            self.problems.append(f"{d}: a draw that came before the end of its period is repaid before one, too")
        if debt.floating is not None and debt.kind == "annuity":
            self.problems.append(f"{d}: an annuity that floats keeps the schedule of its draw")
        data = self._vintage_terms(debt, balance) | self._rate(found, debt, u)
        data["tenor_periods"], data["grace_periods"] = tenor - self.cut + u, max(0, debt.grace_periods - self.cut + u)
        if debt.capitalise_interest and data["grace_periods"]:
            data["capitalise_interest"] = True
        fees = debt.upfront_fee_share + debt.issue_discount_share
        if u > 0 and (fees or debt.issue_fee_musd) and self.instance.tax is not None:
            issue = debt.issue_fee_musd
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
        draws = [(self.at(r), r["musd"]) for r in self.plan.decisions.get("debt_draws", ()) if self._is(r, d)]
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

    def _rename(self, found: Data, names: Mapping[str, list[str]]) -> None:
        """Whoever names an instrument names what has become of it."""
        for covenant in found.get("covenants", {}).values():
            if "instruments" in covenant:
                covenant["instruments"] = [new for d in covenant["instruments"] for new in names[d]]
        for data in found["debt"].values():
            if "refinances" in data:
                data["refinances"] = [new for d in data["refinances"] for new in names[d]]
                if not data["refinances"]:
                    data.pop("refinances")

    # ── tax, equity, budgets, history ──

    def _tax(self, found: Data) -> None:
        tax, base = self.instance.tax, tax_base(self.plan)
        if tax is None or base is None:
            return
        ends = [year.last for year in tax_years(self.calendar, tax.year_end)]
        if self.cut not in ends:
            self.problems.append("the tax year goes on: roll to the end of one")
            return
        found["tax"]["year_to_date_musd"] = 0.0
        losses, carried = base.losses_carried[self.cut - 1] or 0.0, base.interest_carried[self.cut - 1] or 0.0
        found["tax"]["opening_loss_musd"] = losses if tax.loss_usable_share is not None else 0.0
        found["tax"]["opening_interest_musd"] = carried if tax.interest_limit_share is not None else 0.0

    def _equity(self, found: Data) -> None:
        equity = self.instance.equity
        if equity is None:
            return
        raised = {row["round"]: self.at(row) for row in self.plan.decisions.get("equity_raises", ())}
        for name, one in equity.rounds.items():
            if raised.get(name, self.cut + 1) <= self.cut and one.cost_of_equity_per_year is not None:
                self.problems.append(f"{name}: a round with a cost of its own")
            over = self.calendar.window(None, one.last_raise).stop - 1 <= self.cut
            if over or raised.get(name, self.cut + 1) <= self.cut:
                found["equity"]["rounds"].pop(name)

    def _budgets(self, found: Data) -> None:
        for name, budget in self.instance.budgets.items():
            if budget.carry_over:
                spent = [-a - b for a, b in zip(*(self._capex(kind) for kind in ("sites", "hardware")), strict=True)]
                if set(budget.covers) != {"sites", "hardware"}:
                    spent = [-a for a in self._capex(budget.covers[0])]
                left = fsum(budget.musd.expand(self.calendar)[: self.cut]) - fsum(spent[: self.cut])
                values = list(budget.musd.expand(self.calendar)[self.cut :])
                found["budgets"][name]["musd"] = [values[0] + left, *values[1:]]

    def _capex(self, kind: str) -> list[float]:
        from optimizer.contract.accounts import SPENT_ON

        return self.plan.books.item("capex", accounts=SPENT_ON[kind])

    def _history(self, found: Data) -> None:
        """Flows of the twelve months before, for tests that look back on them."""
        found.pop("history", None)
        for name, covenant in list(found.get("covenants", {}).items()):
            end = covenant.get("last_test")
            if end is not None and self.calendar.index(end) <= self.cut:
                del found["covenants"][name]
        dividends = None if self.instance.equity is None else self.instance.equity.dividends
        looks = any(c.kind in ("dscr", "interest_cover", "debt_to_ebitda") for c in self.instance.covenants.values())
        looks = looks or self.instance.pricing_grid is not None
        if not looks and not (dividends is not None and dividends.lock_up_dscr is not None):
            return
        found["history"] = {name: dict(values) for name, values in self._flows().items()}

    def _flows(self) -> Mapping[str, Mapping[str, float]]:
        from optimizer.instance.lookback import Lookback

        books, first = self.plan.books, max(1, self.cut - self.calendar.per_year + 1)
        ebitda, inner = books.item("revenue", "opex"), books.item("revenue", "opex", corporate=False)
        tax = books.item("tax")
        flows: dict[str, dict[str, float]] = {
            name: {} for name in ("ebitda_musd", "corporate_musd", "tax_musd", "interest_musd", "principal_musd")
        }
        for t in range(first, self.cut + 1):
            label, look = self.label(t), Lookback(range(t, t + 1), range(0))
            flows["ebitda_musd"][label] = ebitda[t - 1]
            flows["corporate_musd"][label] = ebitda[t - 1] - inner[t - 1]
            flows["tax_musd"][label] = -tax[t - 1] + 0.0
            flows["interest_musd"][label] = max(0.0, interest(self.plan, look))
            flows["principal_musd"][label] = max(0.0, principal_due(self.plan, range(t, t + 1), True))
        return flows


def _asked(found: Data) -> Data:
    """What a loan asks in the new file."""
    return {name: found[name] for name in ("rate_per_year", "floating") if name in found}


def _terms(life: float | None, tax_class: str | None, basis: Mapping[str, float]) -> Data:
    """What is given of them."""
    given: Data = {"tax_basis_musd": dict(basis)}
    if life is not None:
        given["book_life_years"] = life
    if tax_class is not None:
        given["tax_class"] = tax_class
    return given


def _get(data: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


def _put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    _get(data, path[:-1])[path[-1]] = value
