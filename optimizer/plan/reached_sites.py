"""What stands and is being built at sites at the end of a period of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum

from optimizer.instance.opening_position import part_books, ready_in
from optimizer.instance.schema import OpeningAsset, OpeningPart, Phase, Site
from optimizer.instance.tax_write_offs import ROUNDING
from optimizer.plan.figures.tax import written_off
from optimizer.plan.reached import DUST, Data, Reached, terms_left


class ReachedSites(Reached):
    """The sites of a file that goes on."""

    def site(self, found: Data, s: str, site: Site) -> None:
        """Write into the data of a site what stands and is being built there, and the phases that are left."""
        opening: Data = {}
        for key, asset in site.opening.items():
            self._asset(opening, key, asset)
        begun: dict[str, list[tuple[int, float]]] = {phase.name: [] for phase in site.phases}
        shared = {phase.name for phase in site.phases if phase.fractional}
        for row in self.plan.decisions.get("phase_starts", ()):
            if row["site"] == s and self.at(row) <= self.cut:
                count = row["count"] if row["phase"] in shared else round(row["count"])
                begun[row["phase"]].append((self.at(row), count))
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

    def _phases_left(self, found: list[Data], site: Site, begun: Mapping[str, list[tuple[int, float]]]) -> list[Data]:
        """The entries that have not all begun, no sooner than the gap after what has."""
        kept, before = [], None
        for data, phase in zip(found, site.phases, strict=True):
            started, gap = begun[phase.name], phase.gap_periods
            left = phase.count - sum(count for _, count in started)
            latest = self.calendar.window(None, phase.latest_start).stop - 1
            if left <= DUST:
                before = max(u for u, _ in started)
                continue
            if latest <= self.cut:
                break  # and none of those after it can begin
            if phase.fractional and started:
                self.problems.append(f"{phase.name}: what is left of a phase of which a share has begun")
            later = [*([before] if before is not None else []), *(u for u, _ in started)]
            after = [1, *(self.calendar.later(u, gap) for u in later)]
            first = max(self.calendar.window(phase.earliest_start, None).start, *after)
            data["count"] = left
            if first > self.calendar.periods:
                break
            if first > self.cut + 1:
                data["earliest_start"] = self.label(first)
            kept.append(data)
            before = None
        return kept

    def _phase(self, opening: Data, phase: Phase, u: int, count: float) -> None:
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
            head["parts"][part] = data | terms_left(life, tax_class, {tax_class: whole} if tax_class else {})
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
            where["parts"][part] = {"book_value_musd": book if left or life is None else 0.0} | terms_left(
                left, None, basis
            )
        if any(later):
            extra = opening.setdefault(f"{key}-to-pay", {"parts": {}})
            if "payment_timing" in head:
                extra["payment_timing"] = head["payment_timing"]
            extra["parts"][part] = {"to_spend_musd": later} | terms_left(life, tax_class, {})

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
            head["parts"][name] = data | terms_left(*terms, basis) | {"land_basis_musd": part.land_basis_musd}
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
        head["parts"][name] = data | terms_left(left, None, bases)
        for t, musd in spent_before.items():
            if t >= ready:
                self._part(opening, key, f"{name}-{self.label(t)}", max(1, ready), {t: musd}, terms)
        if any(later):
            extra = opening.setdefault(f"{key}-to-pay", {"parts": {}})
            if "payment_timing" in head:
                extra["payment_timing"] = head["payment_timing"]
            extra["parts"][name] = {"to_spend_musd": later} | terms_left(*terms, {})

    def _basis_left(self, tax_class: str, musd: float, behind: int, first: int) -> float:
        """What of a basis after so many base periods is left for tax, the first of the plan being ``first``."""
        scheme, step = self.instance.depreciation[tax_class], self.calendar.base_years
        before = 1.0 - written_off(scheme, behind * step) if behind else 1.0
        now = 1.0 - written_off(scheme, (behind + self.calendar.elapsed(first - 1, self.cut)) * step)
        return musd * now / before if now > ROUNDING and before > ROUNDING else 0.0
