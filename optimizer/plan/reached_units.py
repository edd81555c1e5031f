"""The units that a plan has in service and on order at the end of a period."""

from __future__ import annotations

from math import fsum
from typing import Any

from optimizer.instance.opening_position import arrival, units_book, units_tax
from optimizer.instance.schema import Offer
from optimizer.instance.tax_write_offs import ROUNDING
from optimizer.plan.figures.hardware import ACCELERATOR, order_costs
from optimizer.plan.figures.opening import sold
from optimizer.plan.figures.tax import written_off
from optimizer.plan.reached import DUST, Data, Reached


class ReachedUnits(Reached):
    """The offers of a file that goes on."""

    def offer(self, whole: Data, o: str, offer: Offer) -> None:
        """Write into the data of an offer the lots that are there and on order, and what can still be ordered."""
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
