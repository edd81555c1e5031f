"""Deliberate bugs in what lenders test."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # what is earned and owed in twelve months
    Bug("coverage", SIGN, "stand-alone-tax", "return inside - paid + before", "return inside + paid + before"),
    Bug(
        "coverage",
        PERIOD,
        "twelve-months-dscr",
        'total("interest", t) for t in look.inside)',
        'total("interest", t) for t in look.inside[1:])',
    ),
    Bug(
        "coverage",
        TERM,
        "cash-for-service",
        "return float(line.cash) if",
        'return float((line.item == "revenue") - (line.item == "opex")) if',
    ),
    Bug(
        "coverage", TERM, "twelve-months-history", "return inside + _past_ebitda", "return inside + 0.0 * _past_ebitda"
    ),
    Bug("coverage", TERM, "dscr-annuity", "return paid + principal_due", "return 0.0 * paid + principal_due"),
    # where there is something to test
    Bug("coverage", SIGN, "opened-without-debt", "(1 - tested) + room", "tested + room"),
    Bug("coverage", SIGN, "lock-up-twelve-months", "(1 - only_if)", "only_if"),
    Bug("coverage", TERM, "opened-without-debt", "(most - none) * tested", "(most - none)"),
    Bug(
        "coverage",
        TERM,
        "cover-without-interest",
        "certain = least > NOTHING_MUSD or low >= max(0.0, level * none)",
        "certain = True",
    ),
    # principal when it is due
    Bug("principal_due", SIGN, "bridge-refinanced", "parts += [-amount for", "parts += [amount for"),
    Bug(
        "principal_due", PERIOD, "prepaid-in-the-window", "v == u and t < window.start", "v == u and t <= window.start"
    ),
    Bug(
        "principal_due",
        PERIOD,
        "prepaid-before-the-year",
        "v == u and t < window.start",
        "v == u and t < window.start - 1",
    ),
    Bug(
        "principal_due",
        TERM,
        "balloon-counted",
        "(is_balloon(model, terms) and not balloons)",
        "is_balloon(model, terms)",
    ),
    Bug("principal_due", TERM, "lease-dscr", "[debt.leases.principal[t] for t in window]", "[0.0]"),
    Bug("principal_due", TERM, "refinanced-as-it-falls-due", "(d, t)) <= due)", "(d, t)) <= 1e6)"),
    # the tax of the infrastructure
    Bug("stand_alone_tax", SIGN, "stand-alone-tax", "- ledger.interest(t)", "+ ledger.interest(t)"),
    Bug(
        "stand_alone_tax",
        PERIOD,
        "stand-alone-tax",
        "ledger.ebitda(t, corporate=False)",
        "ledger.ebitda(max(2, t), corporate=False)",
    ),
    Bug("stand_alone_tax", TERM, "stand-alone-tax-quarters", "corporate=False", "corporate=True"),
    # covenants, dividends and the grid
    Bug("covenants", TERM, "lease-as-debt", "look.per_year(model.calendar) * ", ""),
    Bug("dividends", SIGN, "dividend-lock-up", "only_if=free[t]", "only_if=1 - free[t]"),
    Bug(
        "dividends",
        PERIOD,
        "lock-up-twelve-months",
        "lookback(model.instance, t,",
        "lookback(model.instance, max(4, t - 1),",
    ),
    Bug("pricing_grid", PERIOD, "grid-opening-history", "lookback(model.instance, 0,", "lookback(model.instance, 1,"),
    Bug("pricing_grid", TERM, "grid-twelve-months", 'grid.over, "annualised"', '"period", "annualised"'),
]
