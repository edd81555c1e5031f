"""Borrowing groups: which lines of the ledger are whose, from the names that the file puts within each ring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from optimizer.instance.schema import Instance

_OF_SITE = (
    *("opex.energy", "opex.colocation", "opex.site", "opex.opening", "income.site"),
    *("in_service.site", "depreciation.site", "capitalised_interest.site"),
)
_OF_OFFER = (
    *(f"opex.{word}" for word in ("upkeep", "order_fee", "signing", "take_or_pay", "development", "lease")),
    *(f"{word}.hardware" for word in ("delivery", "depreciation", "resale", "write_off")),
    *(f"lease.{word}" for word in ("start", "principal", "interest")),
)
_OF_LOAN = (
    *("draw", "repayment", "interest", "pik"),
    *(f"fee.{word}" for word in ("upfront", "discount", "issue", "commitment", "letter_of_credit", "prepayment")),
)
_OF_PARTNER = tuple(f"partner.{word}" for word in ("cash", "delivery", "revenue", "repayment"))
_OF_CONTRACT = tuple(f"contract.{word}" for word in ("prepayment", "recognised", "revenue", "damages", "refund"))


class Rings:
    """The group of each site, loan, partner and contract (nothing for the company's), and of each line that is one
    group's alone.

    What an offer or a market of several entities costs and brings is told by the place, not by the line.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.names = tuple(instance.groups)
        self._site = {s: g for g, group in instance.groups.items() for s in group.sites}
        self._debt = {d: g for g, group in instance.groups.items() for d in group.debt}
        self._partner = {p: g for g, group in instance.groups.items() for p in group.partners}
        self._contract = {c: g for g, group in instance.groups.items() for c in group.contracts}
        self._line = dict(self._lines()) if instance.groups else {}

    def site(self, name: str) -> str:
        """The group of a site; of a cloud none."""
        return self._site.get(name, "")

    def debt(self, name: str) -> str:
        return self._debt.get(name, "")

    def partner(self, name: str) -> str:
        return self._partner.get(name, "")

    def contract(self, name: str) -> str:
        return self._contract.get(name, "")

    def line(self, name: str) -> str:
        """The group whose line it is."""
        return self._line.get(name, "")

    def _lines(self) -> Iterator[tuple[str, str]]:
        for g, group in self.instance.groups.items():
            for words, names in (
                (_OF_SITE, group.sites),
                (_OF_LOAN, group.debt),
                (_OF_PARTNER, group.partners),
                (_OF_CONTRACT, group.contracts),
                (("given",), group.cash_flows),
            ):
                yield from ((f"{word}.{name}", g) for word in words for name in names)
            for s in group.sites:
                site = self.instance.sites[s]
                parts = {"land", *(part for phase in site.phases for part in phase.capex)}
                parts |= {part for asset in site.opening.values() for part in asset.parts}
                yield from ((f"capex.site.{s}.{part}", g) for part in parts)
        for o, offer in self.instance.hardware.items():
            g = self._all_of(self.instance.sites if offer.sites is None else offer.sites)
            yield from ((f"{word}.{o}", g) for word in _OF_OFFER)
            parts = {"accelerator", *offer.attach}
            yield from ((f"{word}.hardware.{o}.{part}", g) for word in ("deposit", "capex") for part in parts)
        for r in self.instance.regions:
            g = self._all_of([s for s, site in self.instance.sites.items() if site.region == r])
            own = (e for e, source in self.instance.energy_sources.items() if source.region == r)
            yield from ((line, g) for line in (f"opex.grid.{r}", *(f"opex.source.{e}" for e in own)))
        for m, market in self.instance.markets.items():
            places = [*self.instance.sites, *self.instance.cloud] if market.sites is None else market.sites
            yield f"opex.shortfall.{m}", self._all_of(places)

    def _all_of(self, places: Iterable[str]) -> str:
        """The group of all of these places; none if they are of several."""
        found = {self.site(place) for place in places}
        return found.pop() if len(found) == 1 else ""
