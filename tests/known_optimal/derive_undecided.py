"""Slack is one of what is decided: charges that no decision can change are no part of what it is a share of."""

from __future__ import annotations

from tests.oracles.money import factor, present

from .derived import derives

RATE, QUARTER = 0.1, 0.25


@derives("slack-of-what-is-decided")
def slack_of_what_is_decided() -> tuple[float, float]:
    """A tenth of the 5 a year that 100 cost at 5 %: 2 of them at 30 % save tax. 1000 at 8 % are in their grace."""
    dear = 0.1 * 5 / (0.3 - 0.05)
    tax = 0.21 * (10 - 0.05 * (100 - dear) - 0.3 * dear)
    cost = 0.79 * (80 * present(RATE, (1, 1, 1)) + 5 * present(RATE, (0, 1, 1)))
    return cost, present(RATE, (20, tax - 90, tax - 90))


@derives("slack-of-a-line-quarters")
def slack_of_a_line_quarters() -> tuple[float, float]:
    """40 of an old line are repaid in the first quarter, whose interest of 2 nobody decides.

    140 at 1.25 % a quarter are 1.75 three times; a tenth of that buys 2.8 at 7.5 %, which save tax at the year's end.
    To keep some of the line for a quarter and repay it out of income costs more than it saves: 3.75 % against twice
    1.25 %.
    """
    dear = 0.1 * 1.75 / (0.075 - 0.0125)
    interest = 0.0125 * (140 - dear) + 0.075 * dear
    tax = 0.21 * (2 + 3 * 4 - 2 - 3 * interest)
    cost = 0.79 * present(RATE, (2, 1.75, 1.75, 1.75), QUARTER)
    return cost, present(RATE, (98, -4, -4, tax - 4), QUARTER)


def _kept_capital(years: float) -> tuple[float, float]:
    """1000 may go back at the end of period 1. 400 are needed in period 2; half of what they cost keeps 200 more.

    Of two lots of the last period, 180 for a value of 5 and 230 for 9, they pay for the first.
    """
    asked = (1 + RATE) ** years - 1
    cost, decided = (asked * present(RATE, each, years) for each in ((1000, 400, 400), (0, 400, 400)))
    values = [
        value for value, lot in ((5.0, 180), (9.0, 230)) if asked * present(RATE, (0, lot, lot), years) <= decided / 2
    ]
    return cost, max(values)


@derives("slack-of-returned-capital")
def slack_of_returned_capital() -> tuple[float, float]:
    """100 on the 1000 of the first year are given, 40 a year on what stays are decided."""
    return _kept_capital(1.0)


@derives("slack-of-returned-capital-quarters")
def slack_of_returned_capital_quarters() -> tuple[float, float]:
    """The same by the quarter."""
    return _kept_capital(QUARTER)


@derives("slack-of-prepayable-debt")
def slack_of_prepayable_debt() -> tuple[float, float]:
    """50 at 8 % may be prepaid at the end of 2027, with the 22 that are left by then; half of what 28 cost keeps 14.

    Not prepaid they bear interest in 2028 out of an income of 5. 15.64 pay for the lot of 15, not for that of 17.
    """
    able = 100 - 2 * 4 - 70
    kept = 0.5 * (50 - able)
    cost = 4 * present(RATE, (1, 1)) + 0.08 * (50 - able) * factor(RATE, 3)
    left = kept + 5 - 0.08 * (50 - able + kept)
    return cost, max(value for value, lot in ((3.0, 15), (5.0, 17)) if lot <= left)


@derives("fee-out-of-idle-cash")
def fee_out_of_idle_cash() -> float:
    """100 are there at 10 %, 20 of them idle. Were 1 drawn for a fee of 5, less than no capital would be in it."""
    return 0.1


@derives("fee-out-of-idle-cash-quarters")
def fee_out_of_idle_cash_quarters() -> float:
    """The same by the quarter, at 12 % a year."""
    return 0.12
