"""Which decisions of a plan are commitments: what is begun, ordered and signed."""

from __future__ import annotations

from optimizer.contract import decisions as tables

COMMITTED: dict[str, str] = {
    tables.PHASE_STARTS.name: "ground that is broken",
    tables.COLOCATION_RENTED.name: "power that is rented, at signing",
    tables.ORDERS.name: "units that are ordered",
    tables.FRAMEWORKS.name: "framework agreements, from the first period that they cover",
    tables.DEVELOPMENTS.name: "developments that are begun",
    tables.ENERGY_CONTRACTS.name: "energy contracts that are signed",
    tables.RESERVATIONS.name: "cloud that is reserved, at signing",
    tables.PARTNERS.name: "partners who sign",
    tables.CONTRACTS.name: "customers' contracts, and how they go",
}
"""Their tables, and what each is. Of money, see ``stress/holding.py``."""
