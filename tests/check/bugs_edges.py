"""Deliberate bugs that once were faults: the last day, money early in a period, charges nobody decides, trifles."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # leases and lines that go on after the plan
    Bug(
        "charges",
        TERM,
        "lease-last-period",
        "capital_charges",
        "found.charge.append(factors[model.horizon + 1] * interest)",
        "pass",
    ),
    Bug(
        "charges",
        PERIOD,
        "lease-last-quarter",
        "capital_charges",
        "found.charge.append(factors[model.horizon + 1] * interest)",
        "found.charge.append(factors[1] * interest)",
    ),
    Bug(
        "leases",
        TERM,
        "lease-last-period",
        "add_lease",
        "further.append((rate * left * due, left * due))",
        "pass",
    ),
    Bug(
        "loan_worth",
        SIGN,
        "lease-worth-at-the-end",
        "loan_worth",
        "-at_end * dearer_by(model, inside, f)",
        "at_end * dearer_by(model, inside, f)",
    ),
    Bug(
        "loan_worth",
        TERM,
        "lease-worth-quarters",
        "dearer_by",
        "math.expm1(math.log1p(nominal * model.base_years) / model.base_years)",
        "nominal",
    ),
    Bug(
        "loan_worth",
        PERIOD,
        "line-worth-quarters",
        "dearer_by",
        "math.log1p(nominal * model.base_years) / model.base_years",
        "math.log1p(nominal * model.base_years)",
    ),
    Bug(
        "loan_worth", TERM, "line-worth", "loan_worth", "parts.append(-at_end * dearer * debt.balance[d, last])", "pass"
    ),
    Bug(
        "loan_worth",
        PERIOD,
        "line-worth",
        "loan_worth",
        "parts.append(-at_end * dearer * debt.balance[d, last])",
        "parts.append(-at_end * dearer * debt.balance[d, last - 1])",
    ),
    Bug("shareholder_value", TERM, "lease-owed-at-the-end", "owed", "1.0 + dearer_by(model, inside, rate)", "1.0"),
    Bug(
        "shareholder_value",
        SIGN,
        "lease-owed-quarters",
        "owed",
        "1.0 + dearer_by(model, inside, rate)",
        "1.0 - dearer_by(model, inside, rate)",
    ),
    # money before the end of a period, and debt from before the plan
    Bug(
        "shareholder_value",
        TERM,
        "relever-early",
        "_grid_charge",
        "parts.append(asked.factor(t) * _for_a_part(model, asked.per_period[t - 1], t) * _moved(model, at.debt, t))",
        "pass",
    ),
    Bug("shareholder_value", PERIOD, "relever-mid-quarters", "_for_a_part", "kappa * math.log1p(asked)", "asked"),
    Bug(
        "shareholder_value",
        TERM,
        "relever-opening",
        "_moved",
        "terms.opening_balance_musd and (not terms.is_pooled)",
        "False",
    ),
    Bug(
        "shareholder_value",
        PERIOD,
        "relever-opening-quarters",
        "_opening_left",
        "model.calendar.end(t)",
        "model.calendar.end(t + 1)",
    ),
    # what nobody decides
    Bug(
        "charges",
        TERM,
        "slack-of-what-is-decided",
        "_instrument",
        "(factors[t] * rate[t] * model.years_of(t) * part for t, part in sure.items())",
        "(factors[t] * rate[t] * model.years_of(t) * 0.0 for t in sure)",
    ),
    Bug(
        "charges",
        TERM,
        "slack-of-a-line-quarters",
        "_instrument",
        ("terms.opening_balance_musd * paid"),
        "0.0 * paid",
    ),
    Bug(
        "charges",
        TERM,
        "slack-of-returned-capital",
        "_opening_equity",
        "t == 1 or not model.instance.returns_capital",
        "t < 1",
    ),
    Bug(
        "charges",
        PERIOD,
        "slack-of-returned-capital-quarters",
        "_opening_equity",
        "(factors[t] * least[t] for t in model.span if t == 1 or not model.instance.returns_capital)",
        "(factors[t] * least[t] for t in model.span)",
    ),
    Bug("charges", PERIOD, "slack-of-prepayable-debt", "_instrument", "t <= until", "t < until"),
    # no draw for the sake of its fee
    Bug(
        "debt", TERM, "fee-out-of-idle-cash", "_fees", "max(least, min(most, _least_for_fee(model, debt, t)))", "least"
    ),
    Bug(
        "debt",
        TERM,
        "fee-out-of-idle-cash-quarters",
        "_least_for_fee",
        "least_for_fee(terms_of(debt, model.calendar, t), rate, TIMING[model.instance.draw_timing])",
        "0.0",
    ),
    # interest income below 0
    Bug(
        "tax",
        TERM,
        "income-below-zero",
        "_deductible_interest",
        "dict.fromkeys(most, 0.0) | {'deducted': least_earned}",
        "dict.fromkeys(most, 0.0)",
    ),
    Bug(
        "tax",
        SIGN,
        "income-below-zero-quarters",
        "_deductible_interest",
        "{'deducted': least_earned}",
        "{'deducted': -least_earned}",
    ),
    # trifles
    Bug("coverage", TERM, "trifle-of-debt", "hold_where_owed", "max(0.0, least, opening_trifle(model))", "0.0"),
    Bug(
        "coverage",
        SIGN,
        "trifle-of-debt-quarters",
        "opening_trifle",
        "opening <= NOTHING_MUSD",
        "opening >= NOTHING_MUSD",
    ),
    Bug(
        "covenants",
        TERM,
        "trifle-of-debt",
        "_loan_to_value",
        "hold_where_owed(model, f'{name}.{t}', rows, t, base=base, owed=owed, level=1.0)",
        "rows.add(owed <= base)",
    ),
    Bug(
        "covenants",
        TERM,
        "trifle-of-debt-quarters",
        "_debt_to_capital",
        "hold_where_owed(model, f'{name}.{t}', rows, t, base=base, owed=owed, level=1.0 - level)",
        "rows.add((1.0 - level) * owed <= base)",
    ),
    Bug(
        "drawable",
        TERM,
        "trifle-of-debt",
        "_covenants",
        (
            "if covenant.kind == 'debt_to_capital':\n"
            "    base = level * equity[covenant.equity_basis][t]\n"
            "    hold_where_owed(model, place, rows, t, base=base, owed=owed, level=1.0 - level)\n"
            "else:\n"
            "    value = level * quicksum(\n"
            "        (tested_value(covenant, c, t, book_value, by_group) for c in covenant.assets or ())\n"
            "    )\n"
            "    named = covenant.instruments\n"
            "    whole = owed if named is None else quicksum(debt.balance[d, t] + own.get(d, 0.0) for d in named)\n"
            "    hold_where_owed(model, place, rows, t, base=value, owed=whole, level=1.0)\n"
        ),
        (
            "if covenant.kind == 'debt_to_capital':\n"
            "    base = level * equity[covenant.equity_basis][t]\n"
            "    hold_where_owed(model, place, rows, t, base=base, owed=owed, level=1.0 - level)\n"
            "else:\n"
            "    value = level * quicksum(\n"
            "        (tested_value(covenant, c, t, book_value, by_group) for c in covenant.assets or ())\n"
            "    )\n"
            "    named = covenant.instruments\n"
            "    whole = owed if named is None else quicksum(debt.balance[d, t] + own.get(d, 0.0) for d in named)\n"
            "    rows.add(whole <= value)\n"
        ),
    ),
    # ties
    Bug("ties", TERM, "tied-line-of-units-gone", "add_tie", "still[d, t] = held", "pass"),
    Bug(
        "drawable",
        TERM,
        "tied-line-of-units-gone-quarters",
        "add_drawable",
        "rows.add(debt.balance[d, t] + more <= debt.tied_held[d, t])",
        "pass",
    ),
    Bug("principal_due", TERM, "tied-paper-refinances", "refinancings", "counted or terms.tied_to", "counted"),
    Bug(
        "drawable",
        TERM,
        "tied-line-refinances-quarters",
        "add_drawable",
        "rows.add(debt.draws[d, t] + more <= debt.tied[d, t])",
        "pass",
    ),
    # what a lease leaves to the lessor
    Bug(
        "instance.resale",
        TERM,
        "lease-falling-price",
        "resale_usd",
        "min(price[ordered - 1], new)",
        "price[ordered - 1]",
    ),
    Bug(
        "instance.lease_rates",
        PERIOD,
        "lease-falling-price-quarters",
        "purchase",
        "calendar.later(t, offer.lead_periods)",
        "calendar.later(t, offer.lead_periods) - 1",
    ),
    # hours that partners are served, and capital while they are
    Bug(
        "instance.partner_unit",
        TERM,
        "partner-served-at-once",
        "partner_unit",
        "timing * calendar.steps(u) * cash",
        "0.0 * calendar.steps(u) * cash",
    ),
    Bug(
        "instance.partner_unit",
        PERIOD,
        "partner-served-at-once-quarters",
        "partner_unit",
        "timing * calendar.steps(u) * cash",
        "(1.0 - timing) * calendar.steps(u) * cash",
    ),
    Bug(
        "instance.partner_service",
        SIGN,
        "partner-beyond-quarters",
        "_hourly_costs",
        "max(offer.supply_units.expand(calendar)) == 0.0",
        "max(offer.supply_units.expand(calendar)) != 0.0",
    ),
    Bug(
        "instance.partner_service",
        PERIOD,
        "partner-beyond-quarters",
        "_hourly_costs",
        "cloud.price_usd_per_h100e_hour.expand(calendar)[-1]",
        "cloud.price_usd_per_h100e_hour.expand(calendar)[0]",
    ),
    Bug(
        "instance.partner_service",
        TERM,
        "partner-beyond-quarters",
        "_hourly_costs",
        "offer.kw == 0.0 or _has_power(calendar, site)",
        "True",
    ),
    Bug(
        "instance.partner_service",
        TERM,
        "partner-beyond-quarters",
        "_energy_price",
        "source.region == name and max(source.limit_mw.expand(calendar)) > 0.0",
        "source.region == name",
    ),
    # units that serve nobody
    Bug(
        "instance.largest_order",
        TERM,
        "write-off-for-a-cover",
        "_worthless_beyond_need",
        "_lowers_tax(instance, offer) and (_tax_is_tested(instance) or _tax_is_worth_more(instance, asked))",
        "False",
    ),
    Bug(
        "instance.largest_order",
        TERM,
        "write-off-for-a-cover-quarters",
        "_tax_is_tested",
        "tested or (terms is not None and terms.lock_up_dscr is not None)",
        "terms is not None and terms.lock_up_dscr is not None",
    ),
    Bug(
        "instance.largest_order",
        SIGN,
        "order-of-all-there-is",
        "most_cash",
        "cash * (1.0 + interest) + incoming[t - 1] * (1.0 + TIMING[instance.draw_timing] * interest)",
        "cash * (1.0 + interest) - incoming[t - 1] * (1.0 + TIMING[instance.draw_timing] * interest)",
    ),
    Bug("instance.largest_order", PERIOD, "order-of-all-there-is", "_payable", "paid - 1", "max(0, paid - 2)"),
    Bug(
        "instance.largest_order",
        PERIOD,
        "order-of-all-there-is",
        "_incoming",
        "largest_draw(debt) if t in window else 0.0",
        "largest_draw(debt) if t - 1 in window else 0.0",
    ),
    Bug(
        "instance.largest_order",
        TERM,
        "order-of-all-there-is-quarters",
        "_most_needed",
        "max(most / least_use, last_tier, minimum, 1.0)",
        "max(last_tier, minimum, 1.0)",
    ),
]
