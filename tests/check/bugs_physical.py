"""Deliberate bugs in what is built, ordered and served."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # sites
    Bug("sites", SIGN, "resources", "_resources", "started[s, p.name] - running", "started[s, p.name] + running"),
    Bug("sites", SIGN, "grid-connection", "_energised", "site.existing_mw + added", "site.existing_mw - added"),
    Bug("sites", PERIOD, "spend-profile", "_spend", "[0.0] * len(before)", "[0.0] * (len(before) + 1)"),
    Bug("sites", PERIOD, "spend-profile", "_spend", "cost.shift(lead)", "cost"),
    Bug("sites", PERIOD, "phase-order-gap", "_order", "after.gap_periods", "1"),
    Bug("sites", PERIOD, "counted-phases-gap", "add_sites", "t - phase.gap_periods + 1", "t"),
    Bug("sites", TERM, "land-and-opening", "_opening_costs", "reached - reached.shift(1)", "reached"),
    Bug("sites", TERM, "depreciation-straight-line", "_spend", "max(j, lead)", "j"),
    # colocation
    Bug(
        "colocation",
        SIGN,
        "colocation",
        "add_colocation",
        "rented[s] <= model.array(offer.limit_mw)",
        "rented[s] >= model.array(offer.limit_mw)",
    ),
    Bug(
        "colocation",
        PERIOD,
        "colocation",
        "add_colocation",
        "model.timeline(take).shift(offer.lead_periods)",
        "model.timeline(take)",
    ),
    Bug("colocation", TERM, "colocation", "add_colocation", "rent[u] * model.years", "rent[u]"),
    # hardware
    Bug(
        "hardware",
        SIGN,
        "early-retirement",
        "_fleet",
        "change - retired.by_period[o, s]",
        "change + retired.by_period[o, s]",
    ),
    Bug("hardware", PERIOD, "lead-and-life", "_fleet", "buy[o, s].shift(offers[o].lead_periods)", "buy[o, s]"),
    Bug("hardware", PERIOD, "lead-and-life", "_fleet", "arrived.shift(life)", "arrived.shift(life - 1)"),
    Bug(
        "hardware",
        TERM,
        "retired-vintage-ends",
        "_fleet",
        "change + retired.by_vintage[o, s].shift(offers[o].lead_periods + life)",
        "change",
    ),
    Bug("hardware", TERM, "upkeep", "_upkeep", "upkeep * in_service", "0.0 * in_service"),
    # purchases
    Bug("purchases", SIGN, "deposit", "_buy", "1.0 - deposit", "1.0 + deposit"),
    Bug("purchases", PERIOD, "terminal-book-share", "_buy", "delivered.lagged(book)", "delivered.lagged((0.0, *book))"),
    Bug("purchases", TERM, "tiers-incremental", "_accelerator_cost", "c * z[b] + d * q[b]", "d * q[b]"),
    Bug(
        "purchases",
        TERM,
        "attach-cost",
        "add_purchases",
        "model.array(cost.usd_per_unit) / THOUSAND",
        "model.array(cost.usd_per_unit) * 0.0",
    ),
    Bug("purchases", TERM, "order-fee", "add_purchases", "fee[u] * placed", "0.0 * placed"),
    # frameworks
    Bug(
        "frameworks",
        SIGN,
        "framework-take-or-pay",
        "add_frameworks",
        "total + short[o] >= minimum * signed[o]",
        "total - short[o] >= minimum * signed[o]",
    ),
    Bug(
        "frameworks",
        PERIOD,
        "custom-chip",
        "add_developments",
        "u <= t - project.lead_periods",
        "u < t - project.lead_periods",
    ),
    Bug("frameworks", PERIOD, "framework-take-or-pay", "add_frameworks", "window[-1]", "window[-1] - 1"),
    Bug("frameworks", TERM, "framework-fee", "add_frameworks", "agreement.signing_fee_musd", "0.0"),
    # leases
    Bug("leases", SIGN, "lease-as-debt", "add_lease", "1.0 - interest", "1.0 + interest"),
    Bug("leases", PERIOD, "lease-carry", "add_lease", "rate * factors[k - 1]", "rate * factors[k]"),
    Bug(
        "leases",
        PERIOD,
        "lease-as-debt",
        "add_lease",
        "owed[t].append(factors[k] * due)",
        "owed[t].append(factors[min(k + 1, len(factors) - 1)] * due)",
    ),
    Bug("leases", TERM, "lease-taken-over", "add_lease", "(1.0 + factors[0]) * due", "factors[0] * due"),
    Bug("leases", TERM, "lease-carry", "add_lease", "carry[t].append(sums['interest'][t])", "pass"),
    Bug("leases", TERM, "lease-tax", "add_lease", "tax.append(model.timeline(sums['principal']))", "pass"),
    Bug("leases", TERM, "lease-dscr", "add_lease", "principal[t].append(sums['principal'][t])", "pass"),
    # resale
    Bug("resale", SIGN, "resale-book", "_sell", "(left - proceeds) * units", "(left + proceeds) * units"),
    Bug(
        "resale",
        SIGN,
        "resale-book",
        "_sell",
        (
            "ledger.post(f'depreciation.hardware.{o}', 'depreciation', later, -share * cost * units, "
            "debit=RETAINED, credit=HARDWARE)"
        ),
        (
            "ledger.post(f'depreciation.hardware.{o}', 'depreciation', later, share * cost * units, "
            "debit=RETAINED, credit=HARDWARE)"
        ),
    ),
    Bug("resale", PERIOD, "early-retirement", "_sell", "served = t - arrival", "served = t - arrival + 1"),
    Bug("resale", PERIOD, "terminal-resale", "add_resale", "model.horizon + 1", "model.horizon"),
    Bug(
        "resale",
        PERIOD,
        "early-retirement-falling-price",
        "_sell",
        "offer.resale_usd(model.calendar, u, t)",
        "offer.resale_usd(model.calendar, u, t - 1)",
    ),
    Bug(
        "resale",
        TERM,
        "resale-tax",
        "_sell",
        "deducted[t].append((1.0 - sum(shares[:served])) * amount * units)",
        "pass",
    ),
    # power
    Bug(
        "power", SIGN, "system-limit-years", "add_power", "total <= model.array(series)", "total >= model.array(series)"
    ),
    Bug(
        "power",
        PERIOD,
        "system-limit-years",
        "add_power",
        "total <= model.array(series)",
        "total.shift(1) <= model.array(series)",
    ),
    Bug("power", PERIOD, "grid-connection", "add_power", "capacity.energised[s]", "capacity.energised[s].shift(1)"),
    Bug("power", TERM, "region-limit", "add_power", "site.pue * offer.kw", "offer.kw"),
    # energy
    Bug(
        "energy",
        SIGN,
        "renewable-share",
        "_renewable_share",
        "green >= target[t] * total",
        "green <= target[t] * total",
    ),
    Bug(
        "energy",
        PERIOD,
        "energy-contracts",
        "_sources",
        "u <= t < u + contract.term_periods",
        "u <= t <= u + contract.term_periods",
    ),
    Bug("energy", TERM, "energy-negative-price", "_sources", "price[t] < 0.0", "False"),
    Bug("energy", TERM, "energy-take-or-pay", "_sources", "rows.add(paid[t] >= least * active)", "pass"),
    Bug("energy", TERM, "renewable-share", "_renewable_share", "shares[r][t]", "0.0"),
    Bug(
        "energy",
        TERM,
        "energy-cost",
        "_bill_sites",
        "site.load_factor_share * model.calendar.hours",
        "model.calendar.hours",
    ),
    # service
    Bug(
        "service",
        SIGN,
        "serving-cost-by-site",
        "_money",
        "everywhere + by_site.get(s, 0.0)",
        "everywhere - by_site.get(s, 0.0)",
    ),
    Bug(
        "service",
        PERIOD,
        "prices-by-year",
        "_money",
        "model.ledger.income_each(f'revenue.{m}', 'revenue', revenue)",
        "model.ledger.income_each(f'revenue.{m}', 'revenue', revenue.shift(1))",
    ),
    Bug(
        "service",
        TERM,
        "uptime-and-utilisation",
        "_useful",
        "site.uptime_share * site.max_utilisation_share",
        "site.uptime_share",
    ),
    Bug("service", TERM, "shortfall-penalty", "_demand", "penalty[t] * model.calendar.hours / THOUSAND", "0.0"),
    Bug("service", TERM, "partner-surplus", "_surplus", "share * owned", "owned"),
    # lumpy capacity and the least load
    Bug(
        "lumpy_capacity",
        SIGN,
        "grid-connection",
        "add_lumpy_capacity",
        "existing + rented[t] + size * block",
        "existing + rented[t] - size * block",
    ),
    Bug(
        "lumpy_capacity",
        PERIOD,
        "grid-connection",
        "add_lumpy_capacity",
        "size * block == phases[t]",
        "size * block == phases[max(1, t - 1)]",
    ),
    Bug("lumpy_capacity", TERM, "grid-connection", "add_lumpy_capacity", "existing + rented[t]", "rented[t]"),
    Bug("lumpy_capacity", TERM, "colocation", "add_lumpy_capacity", "existing + rented[t]", "existing"),
    Bug(
        "lumpy_capacity",
        TERM,
        "colocation",
        "add_lumpy_capacity",
        "power[t] * least[t] - existing - most_rented[t - 1]",
        "power[t] * least[t]",
    ),
    Bug(
        "least_load", SIGN, "rent-or-build", "least_served", "least[t] - most / THOUSAND", "least[t] + most / THOUSAND"
    ),
    Bug(
        "least_load",
        PERIOD,
        "land-and-opening",
        "least_served",
        "share[t] * demand[t] / THOUSAND",
        "share[t] * demand.get(t + 1, demand[t]) / THOUSAND",
    ),
    Bug("least_load", TERM, "rent-or-build", "least_served", "least[t] - most / THOUSAND", "least[t]"),
    Bug(
        "least_load",
        TERM,
        "rent-or-build",
        "least_power",
        "offer.compute_h100e * site.uptime_share",
        "site.uptime_share",
    ),
    # cloud
    Bug("cloud", SIGN, "reserved-cloud", "add_cloud", "served - used", "served + used"),
    Bug(
        "cloud",
        PERIOD,
        "reserved-cloud-terms",
        "add_cloud",
        "model.ledger.expense(f'opex.cloud.{c}', 'opex', t, price[t] * hours * hourly)",
        "model.ledger.expense(f'opex.cloud.{c}', 'opex', t, price[max(1, t - 1)] * hours * hourly)",
    ),
    Bug("cloud", PERIOD, "reserved-cloud-terms", "add_cloud", "u <= t < u + term", "u <= t <= u + term"),
    Bug("cloud", TERM, "reserved-cloud-terms", "add_cloud", "if active:\n    rows.add(standing <= most)", "pass"),
    Bug(
        "cloud",
        TERM,
        "cloud",
        "add_cloud",
        "model.ledger.expense(f'opex.cloud.{c}', 'opex', t, price[t] * hours * hourly)",
        "model.ledger.expense(f'opex.cloud.{c}', 'opex', t, 0.0 * hourly)",
    ),
    # given cash flows
    Bug("cash_flows", SIGN, "cost-then-present-cost", "add_cash_flows", "-amount", "amount"),
    Bug(
        "cash_flows",
        PERIOD,
        "loan-level",
        "add_cash_flows",
        "amounts.items()",
        "zip(amounts, [0.0, *amounts.values()])",
    ),
    Bug("cash_flows", TERM, "months-of-opex", "add_cash_flows", "model.years * amount", "amount"),
    Bug(
        "cash_flows",
        TERM,
        "covenant-scope",
        "add_cash_flows",
        "model.ledger.expense(f'given.{name}', item, t, -amount, corporate=flow.corporate)",
        "model.ledger.expense(f'given.{name}', item, t, -amount)",
    ),
]
