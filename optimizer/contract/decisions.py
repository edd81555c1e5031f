"""The tables of decisions of a plan: the columns of their keys, the column of their value, its unit and its words.

Rows whose value is nothing are left out. Periods are labels; in a run, so are those of ``ordered`` and ``drawn``, of
which the second may also be ``opening``: what was owed at instant 0.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Decisions:
    """A table of decisions. ``whole`` says that its values are counts, or 1 for yes."""

    name: str
    keys: tuple[str, ...]
    value: str
    words: str
    whole: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns; the last is the value, and its name is its unit: musd, mw, mwh, h100e, units, or a word."""
        return (*self.keys, self.value)


PERIODS = ("period", "ordered", "drawn")
"""Columns that hold periods."""
OPENING = "opening"
"""What stands in ``drawn`` in the place of a period for the opening balance."""

PHASE_STARTS = Decisions("phase_starts", ("site", "phase", "period"), "count", "phases that break ground", whole=True)
COLOCATION_RENTED = Decisions("colocation", ("site", "period"), "mw", "power rented, in the period of signing")
ORDERS = Decisions("orders", ("offer", "period"), "units", "units ordered")
ALLOCATIONS = Decisions("allocations", ("offer", "site", "period"), "units", "units ordered in the period for a site")
FRAMEWORKS = Decisions("frameworks", ("offer",), "signed", "framework agreements signed", whole=True)
DEVELOPMENTS = Decisions("developments", ("offer", "period"), "begun", "developments begun", whole=True)
RETIREMENTS = Decisions("retirements", ("offer", "site", "ordered", "period"), "units", "units sold, by vintage")
ENERGY_TAKEN = Decisions("energy", ("source", "period"), "mwh", "energy taken from a source")
ENERGY_CONTRACTS = Decisions("energy_contracts", ("source", "period"), "signed", "energy contracts signed", whole=True)
SERVICE = Decisions("service", ("market", "from", "period"), "h100e", "what a site or a cloud serves to a market")
RESERVATIONS = Decisions("reservations", ("cloud", "period"), "h100e", "reserved for a term, in the period of signing")
DEBT_DRAWS = Decisions("debt_draws", ("instrument", "period"), "musd", "drawn")
DEBT_REPAYMENTS = Decisions("debt_repayments", ("instrument", "period"), "musd", "repaid of pooled debt")
PREPAYMENTS = Decisions("prepayments", ("instrument", "drawn", "period"), "musd", "repaid early, by vintage")
PREMIUM_FREE = Decisions("premium_free", ("instrument", "drawn", "period"), "musd", "of that, as units are sold")
REFINANCINGS = Decisions("refinancings", ("instrument", "refinanced", "period"), "musd", "drawn to repay another")
FACILITIES = Decisions("facilities", ("instrument",), "signed", "facilities with a standing fee", whole=True)
RESERVE_COVER = Decisions("reserve_cover", ("instrument", "period"), "musd", "reserves met by a facility, not by cash")
PLEDGES = Decisions("pledges", ("instrument", "asset", "period"), "musd", "assets pledged")
EQUITY_RAISES = Decisions("equity_raises", ("round", "period"), "musd", "common equity raised")
PREFERRED_RAISES = Decisions("preferred_raises", ("name", "period"), "musd", "preferred equity raised")
PARTNERS = Decisions("partners", ("partner", "period"), "signed", "partners who sign", whole=True)
DELIVERIES = Decisions("deliveries", ("partner", "from", "period"), "h100e", "what a site serves to a partner")
CONTRACTS = Decisions(
    "contracts", ("contract", "late", "renewals", "period"), "signed", "contracts signed, and how they go", whole=True
)
CONTRACT_SERVICE = Decisions(
    "contract_service", ("contract", "from", "period"), "h100e", "what a site holds for a customer under contract"
)
DIVIDENDS = Decisions("dividends", ("period",), "musd", "dividends paid")
CAPITAL_RETURNS = Decisions("capital_returns", ("period",), "musd", "capital given back")
CONTRIBUTIONS = Decisions("contributions", ("group", "at", "period"), "musd", "paid in by the company")
DISTRIBUTIONS = Decisions("distributions", ("group", "period"), "musd", "paid to the company")
DRAWABLE = Decisions("drawable", ("instrument", "period"), "musd", "what is counted on as liquidity")
LENDABLE = Decisions("lendable", ("instrument", "ahead", "period"), "musd", "counted on of loans as payments fall due")
BUCKETS = Decisions("buckets", ("period", "bucket"), "holds", "the bucket of the pricing grid", whole=True)

TABLES = {each.name: each for each in tuple(globals().values()) if isinstance(each, Decisions)}
"""All of them by name, in the order of this page."""
IF_ANY = frozenset({LENDABLE.name})
"""Tables that a plan has only where there may be something in them."""
WHOLE = frozenset({"bucket", "ahead", "late", "renewals", *(each.value for each in TABLES.values() if each.whole)})
"""Columns that hold whole numbers."""
COMMITTING = tuple(
    each.name
    for each in (
        PHASE_STARTS,
        COLOCATION_RENTED,
        ORDERS,
        FRAMEWORKS,
        DEVELOPMENTS,
        ENERGY_CONTRACTS,
        RESERVATIONS,
        PARTNERS,
        CONTRACTS,
        FACILITIES,
        DEBT_DRAWS,
        EQUITY_RAISES,
        PREFERRED_RAISES,
    )
)
"""Tables of decisions that commit somebody beyond their period."""
