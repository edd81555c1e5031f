"""Deliberate bugs in what is built, ordered and served."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # sites
    Bug("sites", SIGN, "resources", "(started[s, p.name] - running)", "(started[s, p.name] + running)"),
    Bug("sites", SIGN, "grid-connection", "site.existing_mw + added", "site.existing_mw - added"),
    Bug("sites", PERIOD, "spend-profile", "[0.0] * len(before)", "[0.0] * (len(before) + 1)"),
    Bug("sites", PERIOD, "spend-profile", "sum(before) * cost.shift(lead)", "sum(before) * cost"),
    Bug("sites", PERIOD, "phase-order-gap", ".shift(after.gap_periods)", ".shift(1)"),
    Bug("sites", PERIOD, "counted-phases-gap", "range(t - phase.gap_periods + 1, t + 1)", "range(t, t + 1)"),
    Bug("sites", TERM, "land-and-opening", "reached - reached.shift(1)", "reached"),
    Bug("sites", TERM, "depreciation-straight-line", "begin = max(j, lead)", "begin = j"),
    # colocation
    Bug("colocation", SIGN, "colocation", "rows.add_each(rented[s] <= ", "rows.add_each(rented[s] >= "),
    Bug("colocation", PERIOD, "colocation", "model.timeline(take).shift(offer.lead_periods)", "model.timeline(take)"),
    Bug("colocation", TERM, "colocation", "rent[u] * model.years * amount", "rent[u] * amount"),
    # hardware
    Bug("hardware", SIGN, "early-retirement", "change - retired", "change + retired"),
    Bug("hardware", PERIOD, "lead-and-life", "= buy[o, s].shift(offers[o].lead_periods),", "= buy[o, s],"),
    Bug("hardware", PERIOD, "lead-and-life", "- arrived.shift(life)", "- arrived.shift(life - 1)"),
    Bug(
        "hardware", TERM, "retired-vintage-ends", " + retired.by_vintage[o, s].shift(offers[o].lead_periods + life)", ""
    ),
    Bug("hardware", TERM, "upkeep", "upkeep * in_service", "0.0 * in_service"),
    # purchases
    Bug("purchases", SIGN, "deposit", "(1.0 - deposit) * cost", "(1.0 + deposit) * cost"),
    Bug(
        "purchases",
        PERIOD,
        "terminal-book-share",
        "delivered.lagged(book)",
        "delivered.lagged((0.0, *book))",
    ),
    Bug("purchases", TERM, "tiers-incremental", "c * z[b] + d * q[b]", "d * q[b]"),
    Bug("purchases", TERM, "attach-cost", "/ THOUSAND * ordered[o]", "* 0.0 * ordered[o]"),
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
    Bug("leases", TERM, "lease-tax", 'tax.append(model.timeline(sums["principal"]))', "pass"),
    Bug("leases", TERM, "lease-dscr", 'principal[t].append(sums["principal"][t])', "pass"),
    # resale
    Bug("resale", SIGN, "resale-book", "(left - proceeds) * units", "(left + proceeds) * units"),
    Bug("resale", SIGN, "resale-book", "-share * cost * units", "share * cost * units"),
    Bug("resale", PERIOD, "early-retirement", "served = t - arrival", "served = t - arrival + 1"),
    Bug("resale", PERIOD, "terminal-resale", "u, model.horizon + 1)", "u, model.horizon)"),
    Bug("resale", PERIOD, "early-retirement-falling-price", "model.calendar, u, t)", "model.calendar, u, t - 1)"),
    Bug("resale", TERM, "resale-tax", "deducted[t].append((1.0 - sum(shares[:served])) * amount * units)", "pass"),
    # power
    Bug("power", SIGN, "system-limit-years", "total <= model.array(series)", "total >= model.array(series)"),
    Bug("power", PERIOD, "system-limit-years", "total <= model.array(series)", "total.shift(1) <= model.array(series)"),
    Bug("power", PERIOD, "grid-connection", "<= capacity.energised[s]", "<= capacity.energised[s].shift(1)"),
    Bug("power", TERM, "region-limit", "site.pue * offer.kw", "offer.kw"),
    # energy
    Bug("energy", SIGN, "renewable-share", "green >= target[t] * total", "green <= target[t] * total"),
    Bug(
        "energy",
        PERIOD,
        "energy-contracts",
        "u <= t < u + contract.term_periods",
        "u <= t <= u + contract.term_periods",
    ),
    Bug("energy", TERM, "energy-negative-price", "if price[t] < 0.0:", "if False:"),
    Bug("energy", TERM, "energy-take-or-pay", "rows.add(paid[t] >= least * active)", "pass"),
    Bug("energy", TERM, "renewable-share", "shares[r][t] * grid[r, t]", "0.0 * grid[r, t]"),
    Bug("energy", TERM, "energy-cost", "cost = site.load_factor_share * model", "cost = model"),
    # service
    Bug("service", SIGN, "serving-cost-by-site", "everywhere + by_site", "everywhere - by_site"),
    Bug("service", PERIOD, "prices-by-year", '"revenue", revenue)', '"revenue", revenue.shift(1))'),
    Bug("service", TERM, "uptime-and-utilisation", "site.max_utilisation_share * offer", "offer"),
    Bug(
        "service",
        TERM,
        "shortfall-penalty",
        "penalty[t] * model.calendar.hours / THOUSAND * short[t]",
        "0.0 * short[t]",
    ),
    Bug("service", TERM, "partner-surplus", "used <= share * owned +", "used <= owned +"),
    # lumpy capacity and the least load
    Bug("lumpy_capacity", SIGN, "grid-connection", "rented[t] + size * block", "rented[t] - size * block"),
    Bug(
        "lumpy_capacity",
        PERIOD,
        "grid-connection",
        "size * block == phases[t]",
        "size * block == phases[max(1, t - 1)]",
    ),
    Bug("lumpy_capacity", TERM, "grid-connection", "<= existing + rented", "<= rented"),
    Bug("lumpy_capacity", TERM, "colocation", "<= existing + rented[t]", "<= existing"),
    Bug("lumpy_capacity", TERM, "colocation", "least[t] - existing - most_rented[t - 1]", "least[t]"),
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
