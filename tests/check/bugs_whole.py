"""Deliberate bugs in tax, cash, covenants, objectives, and in what all blocks share."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # tax
    Bug("tax", SIGN, "tax-shield", "return 1.0 - tax.rate", "return 1.0 + tax.rate"),
    Bug(
        "tax",
        SIGN,
        "resale-tax",
        '+ ledger.total(("interest_income", "resale"), t)',
        '- ledger.total(("interest_income", "resale"), t)',
    ),
    Bug(
        "tax",
        PERIOD,
        "depreciation-table",
        "- tax_depreciation[t]\n        - deducted",
        "- tax_depreciation[max(1, t - 1)]\n        - deducted",
    ),
    Bug("tax", TERM, "tax-loss-carry-forward", "stock + loss - used", "stock + loss"),
    Bug("tax", TERM, "interest-limitation", "claim = interest + carried", "claim = interest"),
    Bug(
        "tax",
        SIGN,
        "adjusted-present-value-assets",
        't) + ledger.total("resale", t) -',
        't) - ledger.total("resale", t) -',
    ),
    Bug(
        "tax",
        PERIOD,
        "adjusted-present-value-assets",
        '"resale", t) - tax_depreciation[t]',
        '"resale", t) - tax_depreciation[max(1, t - 1)]',
    ),
    # cash and budgets
    Bug(
        "cash", SIGN, "cash-yield", "cash[t - 1] + model.ledger.cash_flow(t)", "cash[t - 1] - model.ledger.cash_flow(t)"
    ),
    Bug("cash", PERIOD, "cash-yield", "held = cash[t - 1] +", "held = cash[t] +"),
    Bug("cash", TERM, "months-of-opex", "/ (12.0 * model.years)", "/ 12.0"),
    Bug("cash", TERM, "capex-budget-carry-over", "sum(limit[u] for u in periods)", "limit[t]"),
    Bug("cash", TERM, "minimum-cash", "rows.add(cash[t] >= least[t])", "pass"),
    # covenants
    Bug("covenants", SIGN, "debt-share-target", "return owed >= level", "return owed <= level"),
    Bug("covenants", PERIOD, "dscr-annuity", "covenant.last_test)", "covenant.last_test)[1:]"),
    Bug(
        "covenants",
        TERM,
        "minimum-liquidity",
        "tested.cash[t] + tested.drawable[t] >= level",
        "tested.cash[t] >= level",
    ),
    Bug("covenants", TERM, "ltv-covenant", "for d in covenant.instruments)", "for d in covenant.instruments[1:])"),
    # objectives
    Bug("objectives", SIGN, "charges-last-quarter", "total - shield(model) * income", "total + shield(model) * income"),
    Bug("objectives", SIGN, "terminal-book-share", "present_cost -= at_end", "present_cost += at_end"),
    Bug("objectives", PERIOD, "charges-last-period", "** -model.years}", "** 0.0}"),
    Bug("objectives", TERM, "wacc-after-cost-quarters", ", per_year=model.calendar.per_year", ""),
    Bug("objectives", TERM, "capital-raised", "self.drawn(t) + self.common", "self.common"),
    Bug("objectives", TERM, "adjusted-present-value", " - at.unlevered_tax.get(t, 0.0))", ")"),
    # ledger
    Bug(
        "ledger",
        SIGN,
        "loan-bullet",
        "(self.debit == CASH) - (self.credit == CASH)",
        "(self.debit == CASH) + (self.credit == CASH)",
    ),
    Bug("ledger", SIGN, "terminal-book-share", "(line.debit == account) - (", "(line.debit == account) + ("),
    Bug(
        "ledger",
        PERIOD,
        "interest-cover",
        'self.total("revenue", period, corporate',
        'self.total("revenue", period - 1, corporate',
    ),
    Bug("ledger", TERM, "interest-cover-pik", '("interest", "pik"), period)', '"interest", period)'),
    Bug("ledger", TERM, "covenant-scope", " and (corporate or not line.corporate)", ""),
    # formulas of finance
    Bug(
        "finance.cost_of_equity",
        SIGN,
        "relever-harris-pringle",
        "(unlevered - cost_of_debt)",
        "(unlevered + cost_of_debt)",
    ),
    Bug(
        "finance.depreciation",
        PERIOD,
        "terminal-book-share",
        "k * years / life_years) for k",
        "(k - 1) * years / life_years) for k",
    ),
    Bug("finance.amortisation", SIGN, "loan-annuity", "math.expm1(-payments", "math.expm1(payments"),
    Bug("finance.leases", PERIOD, "lease-carry", "annuity_factor(term - 1 - k, rate", "annuity_factor(term - k, rate"),
    Bug("finance.amortisation", PERIOD, "loan-grace", "annuity_factor(tenor - age,", "annuity_factor(tenor - age - 1,"),
    Bug("finance.amortisation", TERM, "loan-level", " / annuity_factor(tenor - grace, rate)", ""),
    Bug("finance.depreciation", TERM, "depreciation-bonus", "(1.0 - bonus) * written_off", "written_off"),
    Bug("finance.cost_of_equity", TERM, "relever-hamada", "(1.0 - tax_rate) * debt_to_equity", "debt_to_equity"),
    Bug(
        "finance.depreciation",
        TERM,
        "straight-line-39-mid-month",
        "age_years - CONVENTION_YEARS[convention]",
        "age_years",
    ),
    Bug("finance.depreciation", SIGN, "straight-line-39-mid-month", "age_years - CONVENTION", "age_years + CONVENTION"),
    Bug("finance.tiers", SIGN, "tiers-incremental", "intercept += (", "intercept -= ("),
    Bug("finance.tiers", TERM, "tiers-incremental", "end), intercept, 1.0", "end), 0.0, 1.0"),
    Bug("finance.resale", SIGN, "early-retirement-quarters", "* (1.0 - part)", "* (1.0 + part)"),
    Bug("finance.resale", PERIOD, "early-retirement-falling-price", "int(age_years + 1e-9)", "int(age_years + 1.0)"),
    Bug("finance.resale", TERM, "early-retirement-quarters", " + curve[whole + 1] * part", ""),
    # what every block is handed
    Bug("context", SIGN, "tax-loss-carry-forward", "return low, high", "return -low, high"),
    Bug(
        "context",
        PERIOD,
        "growing-price",
        "zip(self.span, series.expand(self.calendar), strict=True)",
        "zip(self.span, series.expand(self.calendar)[:1] + series.expand(self.calendar))",
    ),
    Bug("context", TERM, "growing-price", "values, scale, integer))", "values, 1.0, integer))"),
    # the whole
    Bug("build", SIGN, "terminal-book-share", "0.0) + model.ledger.movement", "0.0) - model.ledger.movement"),
    Bug("build", PERIOD, "debt-to-capital", "{t: held.equity(t) for t", "{t: held.equity(t - 1) for t"),
    Bug("build", TERM, "capex-budget", "    add_budgets(model)\n", ""),
    Bug(
        "build",
        TERM,
        "interest-cover",
        "add_covenants(model, Tested(debt,",
        "model is None and add_covenants(model, Tested(debt,",
    ),
    Bug("build", TERM, "depreciation-straight-line", "sites.tax_depreciation + fleet", "fleet"),
]
