"""A plan of ordinary size is audited in seconds."""

from __future__ import annotations

import time

from optimizer.auditing import audited
from optimizer.instance.calendar import Calendar

from .build import case, rows


def test_forty_quarters_ten_sites_ten_offers() -> None:
    """Orders of every offer for every site in every quarter. The ledger is empty: every line that is due is missing."""
    labels = Calendar.of("2026Q1", "quarter", 40).labels
    sites = [f"s{i}" for i in range(10)]
    offers = [f"o{i}" for i in range(10)]
    offer = {
        "price_usd": {"initial": 30_000, "growth_per_year": -0.1},
        "attach": {"server": {"usd_per_unit": 9000, "tax_class": "c"}},
        "compute_h100e": 1,
        "kw": 1,
        "lead_periods": 0,
        "life_periods": 16,
        "upkeep_usd_per_unit_year": 100,
        "tax_class": "c",
    }
    phases = [
        {"name": "p", "count": 20, "mw": 10, "capex": {"x": {"musd": 9, "book_life_years": 20}}, "lead_periods": 2}
    ]
    big = case(
        {
            "calendar": {"start": "2026Q1", "periods": 40, "length": "quarter"},
            "regions": {"r": {"energy_price_usd_per_mwh": 50}},
            "sites": {name: {"region": "r", "pue": 1.2, "phases": phases} for name in sites},
            "hardware": dict.fromkeys(offers, offer),
            "markets": {f"m{i}": {"demand_h100e": 1e6, "revenue_usd_per_h100e_hour": 1} for i in range(5)},
            "depreciation": {"c": {"life_years": 5}},
            "tax": {"rate": 0.21, "loss_usable_share": 0.8},
            "debt": {
                f"d{i}": {"kind": "annuity", "rate_per_year": 0.07, "tenor_periods": 20, "security": {"hardware": 0.7}}
                for i in range(5)
            },
        },
        {
            "phase_starts": rows("site phase period count", *((s, "p", t, 1) for s in sites for t in labels[:20])),
            "orders": rows("offer period units", *((o, t, 100) for o in offers for t in labels)),
            "allocations": rows(
                "offer site period units", *((o, s, t, 10) for o in offers for s in sites for t in labels)
            ),
            "service": rows(
                "market from period h100e", *((f"m{i}", s, t, 10) for i in range(5) for s in sites for t in labels)
            ),
            "debt_draws": rows("instrument period musd", *((f"d{i}", t, 5) for i in range(5) for t in labels)),
        },
        [],
        {},
    )
    instance, plan = big.built()
    start = time.process_time()
    report = audited(instance, plan)
    seconds = time.process_time() - start
    by_name = {result.name: result for result in report.rules}
    assert by_name["hardware.price"].checked == 2 * 10 * 40  # accelerators and servers of each order
    assert not by_name["hardware.price"].passed
    assert by_name["power.load"].checked == 10 * 40
    assert seconds < 10  # about one on a machine that has nothing else to do
