"""What the decisions put on the ground: MW, hardware in service, load and compute.

Arrays have one number per period, index 0 is period 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from optimizer.instance.opening_position import in_place_mw, serving
from optimizer.plan.books import add

if TYPE_CHECKING:
    from optimizer.instance.schema import Instance

Rows = Sequence[Mapping[str, Any]]
USD_PER_MUSD = 1e6
#: One H100 equivalent for an hour at 1 USD, over a year: 8760 hours in USD million.
MUSD_PER_USD_HOUR_YEAR = 8760.0 / USD_PER_MUSD


class Physical:
    """Derived from an instance and its decisions.

    vintages[o,s,u]   units ordered in u (from 1) in service: delivered, not past their life, not retired
    opening[o,s,l]    units of the lot l that were there or on order at instant 0, in service
    fleet[o,s]        Σ_u vintages[o,s,u] + Σ_l opening[o,s,l]
    rented_mw[s]      colocation that is delivered and within its term
    energised_mw[s]   existing + Σ_p mw_p·(phases on line) + rented_mw[s]
    load_mw[s]        PUE_s·Σ_o kW_o·fleet[o,s]/1000
    capacity_h100e[s] uptime·max_utilisation·Σ_o compute_o·fleet[o,s]
    reserved_h100e[c] reservations within their term
    delivered[p,s]    H100e delivered to partner p from site s
    held[c,s]         H100e held for contract c at site s
    """

    def __init__(self, instance: Instance, decisions: Mapping[str, Rows]) -> None:
        self.calendar = instance.periods
        self._instance = instance
        self.started = self._phases_started(decisions.get("phase_starts", ()))
        self.vintages = self._in_service(decisions.get("allocations", ()), decisions.get("retirements", ()))
        self.opening = self._opening_units(decisions.get("retirements", ()))
        self.fleet = self._fleet()
        self.rented_mw = self._rented(decisions.get("colocation", ()))
        self.reserved_h100e = self._reserved(decisions.get("reservations", ()))
        self.delivered: dict[tuple[str, str], list[float]] = defaultdict(self.zeros)
        for row in decisions.get("deliveries", ()):
            self.delivered[row["partner"], row["from"]][self._at(row)] += row["h100e"]
        self.held: dict[tuple[str, str], list[float]] = defaultdict(self.zeros)
        for row in decisions.get("contract_service", ()):
            self.held[row["contract"], row["from"]][self._at(row)] += row["h100e"]
        self.energised_mw = {name: self._energised(name) for name in sorted(instance.sites)}
        self.load_mw = {name: self._load(name) for name in sorted(instance.sites)}
        self.capacity_h100e = {name: self._capacity(name) for name in sorted(instance.sites)}
        self.served: dict[tuple[str, str], list[float]] = defaultdict(self.zeros)
        for row in decisions.get("service", ()):
            self.served[row["market"], row["from"]][self._at(row)] += row["h100e"]

    def zeros(self) -> list[float]:
        return [0.0] * self.calendar.periods

    def served_by(self, market: str | None = None, source: str | None = None) -> list[float]:
        """H100e served, of one market or all, from one site or cloud or all."""
        chosen = [hours for (m, s), hours in sorted(self.served.items()) if market in (None, m) and source in (None, s)]
        return add(*chosen, size=self.calendar.periods)

    def delivered_by(self, partner: str | None = None, source: str | None = None) -> list[float]:
        """H100e delivered, to one partner or all, from one site or all."""
        found = sorted(self.delivered.items())
        chosen = [hours for (p, s), hours in found if partner in (None, p) and source in (None, s)]
        return add(*chosen, size=self.calendar.periods)

    def held_by(self, contract: str | None = None, source: str | None = None) -> list[float]:
        """H100e held, for one contract or all, at one site or all."""
        found = sorted(self.held.items())
        chosen = [hours for (c, s), hours in found if contract in (None, c) and source in (None, s)]
        return add(*chosen, size=self.calendar.periods)

    def hourly_h100e(self, cloud: str) -> list[float]:
        """What is rented by the hour: served beyond what is reserved."""
        pairs = zip(self.served_by(source=cloud), self.reserved_h100e[cloud], strict=True)
        return [max(0.0, served - reserved) for served, reserved in pairs]

    def on_line(self, site: str, phase: str, lead: int) -> list[int]:
        """How many of an entry of phases are energised in each period."""
        started, found = self.started[site, phase], self.calendar.periods * [0]
        for u in self.calendar.span:
            for t in range(self.calendar.later(u, lead), self.calendar.periods + 1):
                found[t - 1] = started[u - 1]
        return found

    def _at(self, row: Mapping[str, Any]) -> int:
        return self.calendar.index(str(row["period"])) - 1

    def _within(self, first: int, base_periods: int) -> range:
        """The periods of the calendar, from 0, that lie within so many base periods from period ``first``, from 1."""
        return range(first - 1, min(self.calendar.later(first, base_periods) - 1, self.calendar.periods))

    def _phases_started(self, rows: Rows) -> dict[tuple[str, str], list[int]]:
        sites = self._instance.sites
        started = {(name, p.name): [0] * self.calendar.periods for name, site in sites.items() for p in site.phases}
        for row in rows:
            for t in range(self._at(row), self.calendar.periods):
                started[row["site"], row["phase"]][t] += row["count"]
        return started

    def _in_service(self, bought: Rows, retired: Rows) -> dict[tuple[str, str, int], list[float]]:
        vintages: dict[tuple[str, str, int], list[float]] = defaultdict(self.zeros)
        for row in bought:
            offer = self._instance.hardware[row["offer"]]
            first = self.calendar.later(self._at(row) + 1, offer.lead_periods)
            for t in self._within(first, offer.life_periods):
                vintages[row["offer"], row["site"], self._at(row) + 1][t] += row["units"]
        for row in retired:
            offer = self._instance.hardware[row["offer"]]
            if row["ordered"] in offer.opening:
                continue
            ordered = self.calendar.index(str(row["ordered"]))
            first = self.calendar.later(ordered, offer.lead_periods)
            for t in (t for t in self._within(first, offer.life_periods) if t >= self._at(row)):
                vintages[row["offer"], row["site"], ordered][t] -= row["units"]
        return dict(sorted(vintages.items()))

    def _opening_units(self, retired: Rows) -> dict[tuple[str, str, str], list[float]]:
        lots: dict[tuple[str, str, str], list[float]] = {}
        for name, offer in sorted(self._instance.hardware.items()):
            for lot, terms in sorted(offer.opening.items()):
                served = serving(offer, terms, self.calendar)
                units = lots.setdefault((name, terms.site, lot), self.zeros())
                for t in served:
                    sold = (r for r in retired if (r["offer"], r["ordered"]) == (name, lot) and self._at(r) < t)
                    units[t - 1] = terms.units - sum(r["units"] for r in sold)
        return lots

    def _fleet(self) -> dict[tuple[str, str], list[float]]:
        parts: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
        for (offer, site, _), units in (*self.vintages.items(), *self.opening.items()):
            parts[offer, site].append(units)
        return {key: add(*arrays) for key, arrays in sorted(parts.items())}

    def _rented(self, rows: Rows) -> dict[str, list[float]]:
        rented = {name: self.zeros() for name in sorted(self._instance.sites)}
        for row in rows:
            terms = self._instance.sites[row["site"]].colocation
            assert terms is not None
            for t in self._within(self.calendar.later(self._at(row) + 1, terms.lead_periods), terms.term_periods):
                rented[row["site"]][t] += row["mw"]
        return rented

    def _reserved(self, rows: Rows) -> dict[str, list[float]]:
        reserved = {name: self.zeros() for name in sorted(self._instance.cloud)}
        for row in rows:
            terms = self._instance.cloud[row["cloud"]].reserved
            assert terms is not None
            for t in self._within(self._at(row) + 1, terms.term_periods):
                reserved[row["cloud"]][t] += row["h100e"]
        return reserved

    def _energised(self, name: str) -> list[float]:
        site = self._instance.sites[name]
        parts = [[p.mw * n for n in self.on_line(name, p.name, p.lead_periods)] for p in site.phases]
        return add(in_place_mw(site, self.calendar), *parts, self.rented_mw[name])

    def _weighted(self, site: str, field: str) -> list[float]:
        hardware = self._instance.hardware
        parts = [
            [getattr(hardware[offer], field) * units for units in fleet]
            for (offer, place), fleet in self.fleet.items()
            if place == site
        ]
        return add(*parts, size=self.calendar.periods)

    def _load(self, name: str) -> list[float]:
        return [self._instance.sites[name].pue * kw / 1000.0 for kw in self._weighted(name, "kw")]

    def _capacity(self, name: str) -> list[float]:
        site = self._instance.sites[name]
        return [
            site.uptime_share * site.max_utilisation_share * h100e for h100e in self._weighted(name, "compute_h100e")
        ]
