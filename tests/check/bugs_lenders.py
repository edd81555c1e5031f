"""Deliberate bugs in what lenders test."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # what is earned and owed in twelve months
    Bug("coverage", SIGN, "stand-alone-tax", "cash_for_service", "inside - paid", "inside + paid"),
    Bug(
        "coverage",
        PERIOD,
        "twelve-months-dscr",
        "debt_service",
        "(books(model, group).total('interest', t) for t in look.inside)",
        "(books(model, group).total('interest', t) for t in look.inside[1:])",
    ),
    Bug(
        "coverage",
        TERM,
        "cash-for-service",
        "cash_for_service",
        "line.cash",
        "(line.item == 'revenue') - (line.item == 'opex')",
    ),
    Bug(
        "coverage",
        TERM,
        "twelve-months-history",
        "ebitda",
        "_past_ebitda(model, look, corporate)",
        "0.0 * _past_ebitda(model, look, corporate)",
    ),
    Bug(
        "coverage",
        TERM,
        "dscr-annuity",
        "debt_service",
        "paid + principal_due(model, debt, look.inside, balloons=balloons, group=group)",
        "0.0 * paid + principal_due(model, debt, look.inside, balloons=balloons, group=group)",
    ),
    # where there is something to test
    Bug(
        "coverage",
        SIGN,
        "opened-without-debt",
        "hold_where_owed",
        "(low - level * none) * (1 - tested)",
        "(low - level * none) * tested",
    ),
    Bug(
        "coverage",
        SIGN,
        "lock-up-twelve-months",
        "hold_where_owed",
        "min(0.0, lowest) * (1 - only_if)",
        "min(0.0, lowest) * only_if",
    ),
    Bug("coverage", TERM, "opened-without-debt", "hold_where_owed", "(most - none) * tested", "most - none"),
    Bug(
        "coverage",
        TERM,
        "cover-without-interest",
        "hold_where_owed",
        "least > NOTHING_MUSD or low >= max(0.0, level * none)",
        "True",
    ),
    # principal when it is due
    Bug("principal_due", SIGN, "bridge-refinanced", "principal_due", "-amount", "amount"),
    Bug("principal_due", PERIOD, "prepaid-in-the-window", "_due", "t < window.start", "t <= window.start"),
    Bug("principal_due", PERIOD, "prepaid-before-the-year", "_due", "window.start", "window.start - 1"),
    Bug(
        "principal_due",
        TERM,
        "balloon-counted",
        "principal_due",
        "not balloons and _all_at_once(model, d)",
        "_all_at_once(model, d)",
    ),
    Bug(
        "principal_due",
        TERM,
        "lease-dscr",
        "principal_due",
        "[_of_leases(model, debt, t, group) for t in window]",
        "[0.0]",
    ),
    Bug(
        "principal_due",
        TERM,
        "refinanced-as-it-falls-due",
        "limit_refinancings",
        "quicksum((x for (_, d2, t2), x in found.items() if (d2, t2) == (d, t))) <= due",
        "quicksum((x for (_, d2, t2), x in found.items() if (d2, t2) == (d, t))) <= 1000000.0",
    ),
    # the tax of the infrastructure
    Bug(
        "stand_alone_tax",
        SIGN,
        "stand-alone-tax",
        "stand_alone_tax",
        ("ledger.ebitda(t, corporate=False) + ledger.total('resale', t) - tax_depreciation[t] - ledger.interest(t)"),
        ("ledger.ebitda(t, corporate=False) + ledger.total('resale', t) - tax_depreciation[t] + ledger.interest(t)"),
    ),
    Bug(
        "stand_alone_tax",
        PERIOD,
        "stand-alone-tax",
        "stand_alone_tax",
        "ledger.ebitda(t, corporate=False)",
        "ledger.ebitda(max(2, t), corporate=False)",
    ),
    Bug("stand_alone_tax", TERM, "stand-alone-tax-quarters", "stand_alone_tax", "False", "True"),
    # covenants, dividends and the grid
    Bug(
        "covenants",
        TERM,
        "lease-as-debt",
        "_flows",
        "look.per_year(model.calendar) * ebitda(model, look, corporate=company, group=group)",
        "ebitda(model, look, corporate=company, group=group)",
    ),
    Bug(
        "dividends",
        SIGN,
        "dividend-lock-up",
        "_lock_up",
        (
            "hold_where_owed(model, f'lock_up.{t}', rows, t, base=base, owed=owed, level=rules.lock_up_dscr, "
            "only_if=free[t])"
        ),
        (
            "hold_where_owed(model, f'lock_up.{t}', rows, t, base=base, owed=owed, level=rules.lock_up_dscr, "
            "only_if=1 - free[t])"
        ),
    ),
    Bug(
        "dividends",
        PERIOD,
        "lock-up-twelve-months",
        "_lock_up",
        "lookback(model.instance, t, 'dscr', rules.lock_up_over, rules.lock_up_first_year)",
        "lookback(model.instance, max(4, t - 1), 'dscr', rules.lock_up_over, rules.lock_up_first_year)",
    ),
    Bug(
        "pricing_grid",
        PERIOD,
        "grid-opening-history",
        "_opening",
        "lookback(model.instance, 0, 'interest_cover', grid.over, 'untested')",
        "lookback(model.instance, 1, 'interest_cover', grid.over, 'untested')",
    ),
    Bug("pricing_grid", TERM, "grid-twelve-months", "_choose", "grid.over", "'period'"),
]
