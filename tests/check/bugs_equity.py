"""Deliberate bugs in payouts, retained earnings, what could be drawn, and the rates inside leases."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # capital given back
    Bug("returns", SIGN, "return-of-capital", "before - back[u, name][t]", "before + back[u, name][t]"),
    Bug("returns", PERIOD, "equity-round", "amounts.items() if u <= t)", "amounts.items() if u < t)"),
    Bug(
        "returns",
        TERM,
        "return-of-capital",
        "rows.add(left[piece][t] <= inflows[name].most[u] * (1 - gone[piece]))",
        "pass",
    ),
    # retained earnings
    Bug("retained", SIGN, "dividend-out-of-earnings", "found[t - 1] - model", "found[t - 1] + model"),
    Bug(
        "retained",
        PERIOD,
        "dividend-out-of-earnings",
        "found[t - 1] - model.ledger.movement(RETAINED, t)",
        "found[t - 1] - model.ledger.movement(RETAINED, max(1, t - 1))",
    ),
    Bug("retained", TERM, "book-equity", "- opening.paid_in_capital_musd - owed", "- owed"),
    Bug("retained", TERM, "book-equity-quarters", "paid_in[t] + earned[t]", "paid_in[t]"),
    # dividends
    Bug("dividends", SIGN, "dividend-out-of-earnings", "retained[t] >= range_of", "retained[t] <= range_of"),
    Bug("dividends", PERIOD, "return-of-capital-quarters", "+ returned[t] for t", "+ returned[max(1, t - 1)] for t"),
    Bug(
        "dividends",
        TERM,
        "dividend-lock-up",
        "rows.add(quicksum(out.values()) >= rules.minimum_total_musd)",
        "pass",
    ),
    Bug("dividends", TERM, "dividend-lock-up", "rows.add(out[t] <= most[t] * free[t])", "pass"),
    Bug("dividends", TERM, "dividend-out-of-earnings-quarters", "rows.add(paid[t] <= most[t] * earned[t])", "pass"),
    # what could be drawn
    Bug("drawable", SIGN, "drawable-lender", "for d in own if (d, t) in drawable) <=", "for d in own[:0]) >="),
    Bug(
        "drawable",
        PERIOD,
        "drawable-lender",
        "debt.balance[d, t] for d in own)",
        "debt.balance[d, t - 1] for d in own)",
    ),
    Bug("drawable", TERM, "drawable-covenant-quarters", "debt.tested(t) + quicksum(own.values())", "debt.tested(t)"),
    # prepayments that count as debt
    Bug("debt", TERM, "prepayment-as-debt-quarters", "self.total(t) + self.partners.get(t, 0.0)", "self.total(t)"),
    Bug("pricing_grid", TERM, "prepayment-in-the-grid", "debt.partners.get(t, 0.0)", "0.0"),
    Bug("partners", TERM, "prepayment-as-debt-quarters", "for balance in owed:", "for balance in owed[:1]:"),
    # ties
    Bug("ties", SIGN, "tied-loan-of-sold-units", "- position.released[d, u, t])", "+ position.released[d, u, t])"),
    Bug("ties", PERIOD, "tied-loan-quarters", "(w + offer.lead_periods, 1.0", "(w, 1.0"),
    Bug("ties", TERM, "tied-loan-of-sold-units", "released.setdefault((d, u, t), []).append(amount)", "pass"),
    Bug("ties", TERM, "construction-loan", "rows.add(draw[d, u] <= most[u])", "pass"),
    Bug("vintages", TERM, "tied-loan-of-sold-units", "(paid_early - released)", "paid_early"),
    # leases
    Bug(
        "leases",
        TERM,
        "leased-hardware-secures-nobody",
        "debit=LEASED, credit=account",
        'debit="hardware", credit=account',
    ),
    Bug("leases", PERIOD, "lease-carry", "rate = rates[u - 1] * model.years", "rate = 0.0 * rates[u - 1]"),
    Bug("finance.leases", SIGN, "lease-implicit-rate-quarters", "+ residual * v", "- residual * v"),
    Bug(
        "finance.leases", PERIOD, "lease-implicit-rate", "for k in range(payments))", "for k in range(1, payments + 1))"
    ),
    Bug("finance.leases", TERM, "lease-implicit-rate-quarters", " + residual * v**payments", ""),
    Bug("instance.lease_rates", SIGN, "lease-implicit-rate-quarters", "(1.0 - leased", "(1.0 + leased"),
    Bug("instance.lease_rates", TERM, "lease-implicit-rate-quarters", "append((size * cost,", "append((size * price,"),
]
