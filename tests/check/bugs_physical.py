"""Deliberate bugs in what is built, ordered and served."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # sites
    Bug("sites", SIGN, "resources", "(cumulated(s, p.name, t) - on_line)", "(cumulated(s, p.name, t) + on_line)"),
    Bug("sites", SIGN, "grid-connection", "site.existing_mw + added", "site.existing_mw - added"),
    Bug("sites", PERIOD, "spend-profile", "paid = u + j\n", "paid = u + j + 1\n"),
    Bug("sites", PERIOD, "spend-profile", "u], u + phase.lead_periods", "u], u"),
    Bug("sites", PERIOD, "phase-order-gap", "before.name, t - after.gap_periods)", "before.name, t - 1)"),
    Bug("sites", PERIOD, "counted-phases-gap", "range(t - phase.gap_periods + 1, t + 1)", "range(t, t + 1)"),
    Bug("sites", TERM, "land-and-opening", "reached[t] - (reached[t - 1] if t > 1 else 0)", "reached[t]"),
    Bug("sites", TERM, "depreciation-straight-line", "begin = max(paid, in_service)", "begin = paid"),
    # colocation
    Bug("colocation", SIGN, "colocation", "rows.add(rented[s, t] <= limit[t])", "rows.add(rented[s, t] >= limit[t])"),
    Bug("colocation", PERIOD, "colocation", "offer.lead_periods + offer.term_periods]", "offer.term_periods]"),
    Bug("colocation", TERM, "colocation", "rent[u] * model.years * take[u]", "rent[u] * take[u]"),
    # hardware
    Bug("hardware", SIGN, "early-retirement", "- retired.leaving(o, s, t)", "+ retired.leaving(o, s, t)"),
    Bug(
        "hardware", PERIOD, "lead-and-life", "arrived = buy.get((o, s, t - lead), 0)", "arrived = buy.get((o, s, t), 0)"
    ),
    Bug("hardware", PERIOD, "lead-and-life", "t - lead - life), 0) - retired", "t - lead - life + 1), 0) - retired"),
    Bug("hardware", TERM, "retired-vintage-ends", " - retired.before_end(o, s, t - lead - life)", ""),
    Bug("hardware", TERM, "upkeep", "upkeep[t] * model.years / THOUSAND * in_service", "0.0 * in_service"),
    # purchases
    Bug("purchases", SIGN, "deposit", "(1.0 - deposit) * cost", "(1.0 + deposit) * cost"),
    Bug(
        "purchases",
        PERIOD,
        "terminal-book-share",
        "range(arrival, model.horizon + 1)",
        "range(u + 1, model.horizon + 1)",
    ),
    Bug("purchases", TERM, "tiers-incremental", "c * z[b] + d * q[b]", "d * q[b]"),
    Bug("purchases", TERM, "attach-cost", "unit_cost * order[o, u]", "0.0 * order[o, u]"),
    Bug("purchases", TERM, "order-fee", "fee[u] * placed", "0.0 * placed"),
    # frameworks
    Bug("frameworks", SIGN, "framework-take-or-pay", "rows.add(total + short[o] >=", "rows.add(total - short[o] >="),
    Bug("frameworks", PERIOD, "custom-chip", "u <= t - project.lead_periods", "u < t - project.lead_periods"),
    Bug("frameworks", PERIOD, "framework-take-or-pay", "last = window[-1]", "last = window[-1] - 1"),
    Bug("frameworks", TERM, "framework-fee", "agreement.signing_fee_musd * signed[o]", "0.0 * signed[o]"),
    # leases
    Bug("leases", SIGN, "lease-as-debt", "(1.0 - interest) * due", "(1.0 + interest) * due"),
    Bug("leases", PERIOD, "lease-carry", "rate * factors[k - 1] if k", "rate * factors[k] if k"),
    Bug(
        "leases",
        PERIOD,
        "lease-as-debt",
        "owed[t].append(factors[k] * due)",
        "owed[t].append(factors[min(k + 1, term - 1)] * due)",
    ),
    Bug("leases", TERM, "lease-taken-over", ".append((1.0 + factors[0]) * due)", ".append(factors[0] * due)"),
    Bug("leases", TERM, "lease-carry", 'carry[t].append(sums["interest"][t])', "pass"),
    Bug("leases", TERM, "lease-tax", 'tax[t].append(sums["principal"][t])', "pass"),
    Bug("leases", TERM, "lease-dscr", 'principal[t].append(sums["principal"][t])\n                tax', "tax"),
    # resale
    Bug("resale", SIGN, "resale-book", "(left - proceeds) * units", "(left + proceeds) * units"),
    Bug("resale", SIGN, "resale-book", "-share * cost * units", "share * cost * units"),
    Bug("resale", PERIOD, "early-retirement", "served = t - arrival", "served = t - arrival + 1"),
    Bug("resale", PERIOD, "terminal-resale", "(model.horizon + 1 - arrival)", "(model.horizon - arrival)"),
    Bug("resale", TERM, "resale-tax", "tax[t].append((1.0 - sum(shares[:served])) * amount * units)", "pass"),
    # power
    Bug("power", SIGN, "system-limit-years", "rows.add(total <= limit[t])", "rows.add(total >= limit[t])"),
    Bug(
        "power", PERIOD, "system-limit-years", "rows.add(total <= limit[t])", "rows.add(total <= limit[max(1, t - 1)])"
    ),
    Bug("power", PERIOD, "grid-connection", "<= capacity.energised[s, t]", "<= capacity.energised[s, max(1, t - 1)]"),
    Bug("power", TERM, "region-limit", "site.pue * it_load", "it_load"),
    # energy
    Bug("energy", SIGN, "renewable-share", "green >= target[t] * total", "green <= target[t] * total"),
    Bug(
        "energy",
        PERIOD,
        "energy-contracts",
        "u <= t < u + contract.term_periods",
        "u <= t <= u + contract.term_periods",
    ),
    Bug("energy", TERM, "energy-take-or-pay", "rows.add(paid[t] >= least * active)", "pass"),
    Bug("energy", TERM, "renewable-share", "shares[r][t] * grid[r, t]", "0.0 * grid[r, t]"),
    Bug("energy", TERM, "energy-cost", "cost = site.load_factor_share * model", "cost = model"),
    # service
    Bug("service", SIGN, "serving-cost-by-site", "everywhere[t] + (by_site", "everywhere[t] - (by_site"),
    Bug("service", PERIOD, "prices-by-year", "revenue[t] * hours", "revenue[max(1, t - 1)] * hours"),
    Bug("service", TERM, "uptime-and-utilisation", "\n        * site.max_utilisation_share", ""),
    Bug(
        "service",
        TERM,
        "shortfall-penalty",
        "penalty[t] * model.calendar.hours / THOUSAND * short[t]",
        "0.0 * short[t]",
    ),
    Bug("service", TERM, "partner-surplus", "used <= share * owned +", "used <= owned +"),
    # lumpy capacity and the least load
    Bug("lumpy_capacity", SIGN, "grid-connection", "rented + size * block", "rented - size * block"),
    Bug(
        "lumpy_capacity",
        PERIOD,
        "grid-connection",
        "sites.phases_mw[s, t] for",
        "sites.phases_mw[s, max(1, t - 1)] for",
    ),
    Bug("lumpy_capacity", TERM, "grid-connection", "<= existing + rented", "<= rented"),
    Bug("lumpy_capacity", TERM, "colocation", "<= existing + rented", "<= existing"),
    Bug("lumpy_capacity", TERM, "colocation", "least[t] - existing - most_rented", "least[t]"),
    Bug("least_load", SIGN, "rent-or-build", "least[t] - most / THOUSAND", "least[t] + most / THOUSAND"),
    Bug("least_load", PERIOD, "land-and-opening", "* demand[t]", "* demand[min(model.horizon, t + 1)]"),
    Bug("least_load", TERM, "rent-or-build", "least[t] - most / THOUSAND", "least[t]"),
    Bug("least_load", TERM, "rent-or-build", "offer.compute_h100e * site", "site"),
    # cloud
    Bug("cloud", SIGN, "reserved-cloud", "hourly = served - used", "hourly = served + used"),
    Bug("cloud", PERIOD, "reserved-cloud-terms", "price[t] * hours * hourly", "price[max(1, t - 1)] * hours * hourly"),
    Bug("cloud", PERIOD, "reserved-cloud-terms", "u <= t < u + term}", "u <= t <= u + term}"),
    Bug("cloud", TERM, "reserved-cloud-terms", "rows.add(standing <= most)", "pass"),
    Bug("cloud", TERM, "cloud", "price[t] * hours * hourly", "0.0 * hourly"),
    # given cash flows
    Bug("cash_flows", SIGN, "cost-then-present-cost", "item, t, -amount", "item, t, amount"),
    Bug(
        "cash_flows",
        PERIOD,
        "loan-level",
        "in amounts.items():\n            operating",
        "in zip(amounts, [0.0, *amounts.values()]):\n            operating",
    ),
    Bug("cash_flows", TERM, "months-of-opex", "model.years * amount for", "amount for"),
    Bug("cash_flows", TERM, "covenant-scope", "-amount, corporate=flow.corporate)", "-amount)"),
]
