"""Deliberate bugs in payouts, retained earnings, what could be drawn, and the rates inside leases."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # capital given back
    Bug("returns", SIGN, "return-of-capital", "add_sources", "before - back[u, name][t]", "before + back[u, name][t]"),
    Bug("returns", PERIOD, "equity-round", "_running", "u <= t", "u < t"),
    Bug(
        "returns",
        TERM,
        "return-of-capital",
        "add_sources",
        "rows.add(left[piece][t] <= inflows[name].most[u] * (1 - gone[piece]))",
        "pass",
    ),
    # retained earnings
    Bug(
        "retained",
        SIGN,
        "dividend-out-of-earnings",
        "add_retained",
        "found[t - 1] - model.ledger.movement(RETAINED, t)",
        "found[t - 1] + model.ledger.movement(RETAINED, t)",
    ),
    Bug(
        "retained",
        PERIOD,
        "dividend-out-of-earnings",
        "add_retained",
        "found[t - 1] - model.ledger.movement(RETAINED, t)",
        "found[t - 1] - model.ledger.movement(RETAINED, max(1, t - 1))",
    ),
    Bug("retained", TERM, "book-equity-quarters", "equity_bases", "paid_in[t] + earned[t]", "paid_in[t]"),
    # dividends
    Bug(
        "dividends",
        SIGN,
        "dividend-out-of-earnings",
        "_out_of_earnings",
        "retained[t] >= range_of.lowest[t] * (1 - earned[t])",
        "retained[t] <= range_of.lowest[t] * (1 - earned[t])",
    ),
    Bug(
        "dividends",
        PERIOD,
        "return-of-capital-quarters",
        "add_dividends",
        "paid[t] + returned[t]",
        "paid[t] + returned[max(1, t - 1)]",
    ),
    Bug(
        "dividends",
        TERM,
        "dividend-lock-up",
        "_within",
        "rows.add(quicksum(out.values()) >= rules.minimum_total_musd)",
        "pass",
    ),
    Bug("dividends", TERM, "dividend-lock-up", "_lock_up", "rows.add(out[t] <= most[t] * free[t])", "pass"),
    Bug(
        "dividends",
        TERM,
        "dividend-out-of-earnings-quarters",
        "_out_of_earnings",
        "rows.add(paid[t] <= most[t] * earned[t])",
        "pass",
    ),
    # what could be drawn
    Bug(
        "drawable",
        SIGN,
        "drawable-lender",
        "_lenders",
        "owed + quicksum((drawable[d, t] for d in own if (d, t) in drawable)) <= limit[t]",
        "owed + quicksum((drawable[d, t] for d in own[:0])) >= limit[t]",
    ),
    Bug("drawable", PERIOD, "drawable-lender", "_lenders", "debt.balance[d, t]", "debt.balance[d, t - 1]"),
    Bug(
        "drawable",
        TERM,
        "drawable-covenant-quarters",
        "_covenants",
        "(debt.tested(t) if group is None else group_debt(model, debt, group, t)) + quicksum(mine.values())",
        "debt.tested(t)",
    ),
    # prepayments that count as debt
    Bug(
        "positions",
        SIGN,
        "lease-as-debt",
        "DebtPosition.total",
        "quicksum(amount for (_, u), amount in self.balance.items() if u == t) + self.leases.owed.get(t, 0.0)",
        "quicksum(amount for (_, u), amount in self.balance.items() if u == t) - self.leases.owed.get(t, 0.0)",
    ),
    Bug("positions", PERIOD, "peak-funding", "DebtPosition.total", "u == t", "u == t - 1"),
    Bug(
        "positions",
        TERM,
        "prepayment-as-debt-quarters",
        "DebtPosition.tested",
        "self.total(t) + self.partners.get(t, 0.0)",
        "self.total(t)",
    ),
    Bug("pricing_grid", TERM, "prepayment-in-the-grid", "_choose", "debt.partners.get(t, 0.0)", "0.0"),
    Bug(
        "partners",
        TERM,
        "prepayment-as-debt-quarters",
        "add_partners",
        "(owed, debt) if each.counts_as_debt else (owed,)",
        "(owed,)",
    ),
    # ties
    Bug(
        "ties",
        SIGN,
        "tied-loan-of-sold-units",
        "add_tie",
        "most[u] - position.released[d, u, t]",
        "most[u] + position.released[d, u, t]",
    ),
    Bug("ties", PERIOD, "tied-loan-quarters", "add_released", "model.later(w, offer.lead_periods)", "w"),
    Bug(
        "ties",
        TERM,
        "tied-loan-of-sold-units",
        "add_released",
        "released.setdefault((d, u, t), []).append(amount)",
        "pass",
    ),
    Bug("ties", TERM, "construction-loan", "add_tie", "rows.add(borrowed.draws[d, u] <= most[u])", "pass"),
    Bug(
        "vintages",
        TERM,
        "tied-loan-of-sold-units",
        "add_vintages",
        "debt.prepayment.premium_share * (paid_early - released)",
        "debt.prepayment.premium_share * paid_early",
    ),
    # leases
    Bug(
        "leases",
        TERM,
        "leased-hardware-secures-nobody",
        "_finance_lease",
        "LEASE_START.of(o)",
        "__import__('dataclasses').replace(LEASE_START.of(o), debit='hardware')",
    ),
    Bug("leases", PERIOD, "lease-carry", "add_lease", "rates[u - 1] * base", "0.0 * rates[u - 1]"),
    # convertible
    Bug(
        "convertible",
        SIGN,
        "convertible",
        "add_convertibles",
        "terms.capped_call.cost_share * draw",
        "-terms.capped_call.cost_share * draw",
    ),
    Bug(
        "convertible",
        PERIOD,
        "convertible",
        "add_convertibles",
        "model.ledger.post(CONVERSION.of(d), end.matures, draw)",
        "model.ledger.post(CONVERSION.of(d), end.matures - 1, draw)",
    ),
    Bug("convertible", TERM, "convertible-quarters", "add_convertibles", "1.0 + terms.premium_share", "1.0"),
    Bug(
        "charges",
        TERM,
        "convertible-quarters",
        "_instrument",
        "charged_vintages(model.instance, terms)",
        "dict.fromkeys(range(9), terms.rate_per_year.raw * model.base_years)",
    ),
]
