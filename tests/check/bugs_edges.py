"""Deliberate bugs that once were faults: the last day, money early in a period, charges nobody decides, trifles."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # leases and lines that go on after the plan
    Bug("charges", TERM, "lease-last-period", "found.charge.append(factors[model.horizon + 1] * interest)", "pass"),
    Bug("charges", PERIOD, "lease-last-quarter", "(factors[model.horizon + 1] * interest)", "(factors[1] * interest)"),
    Bug("leases", TERM, "lease-last-period", "if arrival == model.horizon:", "if arrival > model.horizon:"),
    Bug("loan_worth", SIGN, "lease-worth-at-the-end", "parts += [-at_end * dearer_by", "parts += [at_end * dearer_by"),
    Bug(
        "loan_worth",
        TERM,
        "lease-worth-quarters",
        "math.expm1(math.log1p(nominal * model.years) / model.years) - fair",
        "nominal - fair",
    ),
    Bug(
        "loan_worth",
        PERIOD,
        "line-worth-quarters",
        "(nominal * model.years) / model.years)",
        "(nominal * model.years))",
    ),
    Bug("loan_worth", TERM, "line-worth", "parts.append(-at_end * dearer * debt.balance[d, last])", "pass"),
    Bug("loan_worth", PERIOD, "line-worth", "parts.append(-at_end * dearer", "parts.append(-early[last] * dearer"),
    Bug(
        "shareholder_value",
        TERM,
        "lease-owed-at-the-end",
        "[(1.0 + dearer_by(model, inside, rate)) * liability",
        "[1.0 * liability",
    ),
    Bug(
        "shareholder_value",
        SIGN,
        "lease-owed-quarters",
        "[(1.0 + dearer_by(model, inside, rate)) * liability",
        "[(1.0 - dearer_by(model, inside, rate)) * liability",
    ),
    # money before the end of a period, and debt from before the plan
    Bug(
        "shareholder_value",
        TERM,
        "relever-early",
        "parts.append(asked.factor(t) * _for_a_part(model, asked.per_period[t - 1]) * _moved(model, at.debt, t))",
        "pass",
    ),
    Bug(
        "shareholder_value",
        PERIOD,
        "relever-mid-quarters",
        "math.expm1(kappa * math.log1p(asked))",
        "math.expm1(asked)",
    ),
    Bug(
        "shareholder_value",
        TERM,
        "relever-opening",
        "if terms.opening_balance_musd and not terms.is_pooled",
        "if False",
    ),
    Bug(
        "shareholder_value",
        PERIOD,
        "relever-opening-quarters",
        "outstanding_share(terms, t, ",
        "outstanding_share(terms, t + 1, ",
    ),
    # what nobody decides
    Bug("charges", TERM, "slack-of-what-is-decided", " * part for t, part in sure.items())", " * 0.0 for t in sure)"),
    Bug(
        "charges",
        TERM,
        "slack-of-a-line-quarters",
        "        return terms.opening_balance_musd *",
        "        return 0.0 *",
    ),
    Bug(
        "charges", TERM, "slack-of-returned-capital", " if t == 1 or not model.instance.returns_capital)", " if t < 1)"
    ),
    Bug(
        "charges",
        PERIOD,
        "slack-of-returned-capital-quarters",
        " if t == 1 or not model.instance.returns_capital)",
        ")",
    ),
    Bug("charges", PERIOD, "slack-of-prepayable-debt", "if t <= until)", "if t < until)"),
    # no draw for the sake of its fee
    Bug(
        "debt",
        TERM,
        "fee-out-of-idle-cash",
        "max(least, min(most, _least_for_fee(model, debt, t)))",
        "least",
    ),
    Bug("finance.fees", TERM, "fee-out-of-idle-cash-quarters", "debt.issue_fee_musd * max(", "0.0 * max("),
    # interest income below 0
    Bug("tax", TERM, "income-below-zero", ' | {"deducted": least_earned}', ""),
    Bug("tax", SIGN, "income-below-zero-quarters", '{"deducted": least_earned}', '{"deducted": -least_earned}'),
    # trifles
    Bug("coverage", TERM, "trifle-of-debt", "max(0.0, least, opening_trifle(model))", "0.0"),
    Bug(
        "coverage",
        SIGN,
        "trifle-of-debt-quarters",
        "opening if opening <= NOTHING_MUSD",
        "opening if opening >= NOTHING_MUSD",
    ),
    Bug(
        "covenants",
        TERM,
        "trifle-of-debt",
        "hold_where_owed(model, name, rows, base=level * value, owed=owed, level=1.0)",
        "rows.add(owed <= level * value)",
    ),
    Bug(
        "covenants",
        TERM,
        "trifle-of-debt-quarters",
        "hold_where_owed(model, name, rows, base=base, owed=tested.debt.tested(t), level=1.0 - level)",
        "rows.add((1.0 - level) * tested.debt.tested(t) <= base)",
    ),
    Bug(
        "drawable",
        TERM,
        "trifle-of-debt",
        "hold_where_owed(model, place, rows, base=value, owed=whole, level=1.0)",
        "rows.add(whole <= value)",
    ),
    # ties
    Bug("ties", TERM, "tied-line-of-units-gone", "position.tied_held[d, t] = held", "pass"),
    Bug(
        "drawable",
        TERM,
        "tied-line-of-units-gone-quarters",
        "rows.add(debt.balance[d, t] + more <= debt.tied_held[d, t])",
        "pass",
    ),
    Bug("principal_due", TERM, "tied-paper-refinances", "if counted or terms.tied_to}", "if counted}"),
    Bug(
        "drawable",
        TERM,
        "tied-line-refinances-quarters",
        "rows.add(debt.draws[d, t] + more <= debt.tied[d, t])",
        "pass",
    ),
    # what a lease leaves to the lessor
    Bug(
        "instance.lease_rates",
        TERM,
        "lease-falling-price",
        "resale_usd(offer, calendar, t, t + offer.lead_periods + leased.life_periods)",
        "price * offer.resale_share_by_age[-1]",
    ),
    Bug(
        "instance.lease_rates",
        PERIOD,
        "lease-falling-price-quarters",
        "t + offer.lead_periods + leased.life_periods)",
        "t + offer.lead_periods + leased.life_periods - 1)",
    ),
    # hours that partners are served, and capital while they are
    Bug("instance.partner_unit", TERM, "partner-served-at-once", "[timing * cash, *", "[0.0 * cash, *"),
    Bug(
        "instance.partner_unit",
        PERIOD,
        "partner-served-at-once-quarters",
        "[timing * cash, *",
        "[(1.0 - timing) * cash, *",
    ),
    Bug(
        "instance.partner_service",
        SIGN,
        "partner-beyond-quarters",
        "max(offer.supply_units.expand(calendar)) == 0.0",
        "max(offer.supply_units.expand(calendar)) != 0.0",
    ),
    Bug(
        "instance.partner_service",
        PERIOD,
        "partner-beyond-quarters",
        "yield cloud.price_usd_per_h100e_hour.expand(calendar)[-1]",
        "yield cloud.price_usd_per_h100e_hour.expand(calendar)[0]",
    ),
    Bug(
        "instance.partner_service",
        TERM,
        "partner-beyond-quarters",
        "powered = offer.kw == 0.0 or _has_power(calendar, site)",
        "powered = True",
    ),
    Bug(
        "instance.partner_service",
        TERM,
        "partner-beyond-quarters",
        " and max(source.limit_mw.expand(calendar)) > 0.0",
        "",
    ),
    # units that serve nobody
    Bug(
        "instance.largest_order",
        TERM,
        "write-off-for-a-cover",
        "(_lowers_tax(instance, offer) and (_tax_is_tested(instance) or _tax_is_worth_more(instance, asked)))",
        "False",
    ),
    Bug(
        "instance.largest_order",
        TERM,
        "write-off-for-a-cover-quarters",
        "return tested or (terms is not None",
        "return (terms is not None",
    ),
    Bug("instance.largest_order", SIGN, "order-of-all-there-is", "+ incoming[t - 1] *", "- incoming[t - 1] *"),
    Bug("instance.largest_order", PERIOD, "order-of-all-there-is", "cash[paid - 1] /", "cash[max(0, paid - 2)] /"),
    Bug(
        "instance.largest_order",
        PERIOD,
        "order-of-all-there-is",
        "largest_draw(debt) if t in window",
        "largest_draw(debt) if t - 1 in window",
    ),
    Bug("instance.largest_order", TERM, "order-of-all-there-is-quarters", "max(most / least_use, ", "max("),
]
