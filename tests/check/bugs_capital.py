"""Deliberate bugs in what is borrowed, raised and promised."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # partners
    Bug("partners", SIGN, "partner-compute", "left -= against", "left += against"),
    Bug(
        "partners",
        PERIOD,
        "partner-compute",
        "first + (each.delivery_periods or 0) - 1",
        "first + (each.delivery_periods or 0)",
    ),
    Bug(
        "partners",
        TERM,
        "partner-compute",
        '("repayment", t), []).append(left * sign)',
        '("repayment", t), []).append(0.0 * sign)',
    ),
    Bug(
        "partners",
        TERM,
        "ownership-floor",
        "log_sold.append(math.log1p(each.cash_musd / value[u]) * sign[p, u])",
        "pass",
    ),
    # debt
    Bug("debt", SIGN, "commitment-fee", "(available - used)", "(available + used)"),
    Bug("debt", PERIOD, "commitment-fee", "for u in window if u < t)", "for u in window if u <= t)"),
    Bug(
        "debt",
        PERIOD,
        "commitment-fee-drawn",
        "position.balance[d, t - 1] if debt.kind",
        "position.balance[d, t] if debt.kind",
    ),
    Bug("debt", TERM, "issue-fee", "debt.issue_fee_musd * issue[t]", "0.0 * issue[t]"),
    Bug("debt", TERM, "issue-discount", "debt.issue_discount_share * draw[d, t]", "0.0 * draw[d, t]"),
    Bug("ties", TERM, "vendor-loan", 'spent += model.ledger.capex(u, "hardware", debt.tied_to.hardware)', "pass"),
    Bug("debt", TERM, "lender-limit-pik", "_lenders(model, position)\n    limit", "limit"),
    # vintages
    Bug("vintages", SIGN, "pik-grace", "+ new + pik - due", "+ new - pik - due"),
    Bug("vintages", PERIOD, "loan-bullet", "if not 0 <= age <= tenor:", "if not 0 <= age < tenor:"),
    Bug("vintages", PERIOD, "prepayment-opening", "if v == u and when < t)", "if v == u and when <= t)"),
    Bug(
        "vintages",
        TERM,
        "draw-timing-mid",
        "held(position.balance[d, t - 1], position.balance[d, t], timing)",
        "position.balance[d, t - 1]",
    ),
    Bug("vintages", PERIOD, "loan-mid-quarters", "own.principal[age] * live", "own.principal[max(0, age - 1)] * live"),
    Bug("vintages", TERM, "prepayment", " - due - paid_early)", " - due)"),
    # pooled debt
    Bug("pooled_debt", SIGN, "revolver-mid", "* before + kappa * after", "* before - kappa * after"),
    Bug(
        "pooled_debt",
        PERIOD,
        "sculpted-grace",
        "drawn_by(t - debt.grace_periods - 1)",
        "drawn_by(t - debt.grace_periods)",
    ),
    Bug(
        "pooled_debt",
        PERIOD,
        "sculpted-debt",
        "drawn_by(t - debt.tenor_periods)",
        "drawn_by(t - debt.tenor_periods - 1)",
    ),
    Bug("pooled_debt", TERM, "minimum-liquidity", "undrawn[d, t] = available - after", "undrawn[d, t] = available"),
    Bug("pooled_debt", TERM, "sculpted-debt", "scheduled[d, t] = repay[d, t]", "scheduled[d, t] = 0.0"),
    # security
    Bug("security", SIGN, "security", "pledged <= book_value[c, t]", "pledged >= book_value[c, t]"),
    Bug("security", PERIOD, "security", "position.balance[d, t] <=", "position.balance[d, t - 1] <="),
    Bug("security", TERM, "security", "quicksum(ltv * pledge", "quicksum(pledge"),
    Bug(
        "security",
        TERM,
        "security-shared",
        "for d, shares in secured.items() if c in shares)",
        "for d in list(secured)[:1])",
    ),
    # equity
    Bug("equity", SIGN, "equity-round", "paid_in[t - 1] + new[t]", "paid_in[t - 1] - new[t]"),
    Bug("equity", SIGN, "ownership-floor", "- slope * middle", "+ slope * middle"),
    Bug("equity", PERIOD, "equity-round", "each.left[t - 1]", "each.left[t]"),
    Bug("equity", TERM, "equity-round", "each.flotation_share * amount[r, t] + each", "each"),
    Bug(
        "equity",
        TERM,
        "ownership-partner",
        "inflows[PARTNERS] = Inflow(company, bought_in,",
        "inflows[PARTNERS] = Inflow(company, {},",
    ),
    Bug(
        "equity",
        PERIOD,
        "equity-terms",
        "each.rate[t], model.years) * each",
        "each.rate[max(1, t - 1)], model.years) * each",
    ),
    Bug("equity", TERM, "equity-terms", "* kappa * each.new.get(t, 0.0)", "* each.new.get(t, 0.0)"),
    # preferred shares
    Bug(
        "preferred",
        SIGN,
        "preferred-equity",
        "each.flotation_share * amount[r, t] +",
        "-each.flotation_share * amount[r, t] +",
    ),
    Bug("preferred", PERIOD, "preferred-equity", "for u in windows[r] if u < t)", "for u in windows[r] if u <= t)"),
    Bug("preferred", TERM, "preferred-mid", "(carried + fresh)", "carried"),
    Bug("preferred", TERM, "preferred-terms", "rows.add(quicksum(issued[r, t] for t in windows[r]) <= 1)", "pass"),
    Bug("preferred", TERM, "preferred-terms", "rows.add(amount[r, t] <= each.max_musd * issued[r, t])", "pass"),
    Bug(
        "preferred",
        TERM,
        "preferred-terms",
        "max(each.min_musd, smallest(each.max_musd)) * issued",
        "smallest(each.max_musd) * issued",
    ),
    Bug("preferred", PERIOD, "preferred-terms", "rate[u] * amount[r, u]", "rate[max(1, u - 1)] * amount[r, u]"),
    # pricing grid
    Bug(
        "pricing_grid",
        SIGN,
        "least-cost-of-capital",
        "<= bucket.upper * (d[b] + q[b] + e[b])",
        "<= bucket.upper * (d[b] + q[b] - e[b])",
    ),
    Bug(
        "pricing_grid",
        SIGN,
        "grid-by-cover",
        "parts[b] >= bucket.lower * owed[b]",
        "parts[b] <= bucket.lower * owed[b]",
    ),
    Bug(
        "pricing_grid",
        PERIOD,
        "pricing-grid-years",
        '"interest.grid", "interest", t,',
        '"interest.grid", "interest", min(t + 1, model.horizon),',
    ),
    Bug("pricing_grid", TERM, "grid-of-a-target", "rows.add(d[b] + q[b] >= lower * (d[b] + q[b] + e[b]))", "pass"),
    Bug("pricing_grid", TERM, "least-cost-of-capital", "return model.years * quicksum", "return 0.0 * quicksum"),
]
