"""Tax, depreciation and the tax shield."""

from __future__ import annotations

from tests.oracles.income_tax import tax_paid
from tests.oracles.money import present

from .derived import derives

RESULTS = (-100.0, 60.0, 40.0, 200.0)


@derives("tax-loss-carry-forward")
def tax_loss_carry_forward() -> float:
    """Losses offset 80 % of income; 10 come from before."""
    tax = tax_paid(RESULTS, 0.25, usable=0.8, opening_loss=10)
    assert tax == [0, 3, 2, 42.5]
    return -present(0.1, [result - t for result, t in zip(RESULTS, tax, strict=True)])


@derives("tax-loss-lost")
def tax_loss_lost() -> float:
    """Each year for itself."""
    tax = tax_paid(RESULTS, 0.25)
    return -present(0.1, [result - t for result, t in zip(RESULTS, tax, strict=True)])


def bought(cost: float, write_offs: tuple[float, ...]) -> float:
    """Net present cost at 20 % of an asset bought in year 1 under a tax of 40 % and an income of 500."""
    tax = tax_paid([500 - share * cost for share in write_offs], 0.4)
    return present(0.2, [(cost if t == 0 else 0) - 500 + paid for t, paid in enumerate(tax)])


THIRDS = (1 / 3, 1 / 3, 1 / 3)


@derives("depreciation-table")
def depreciation_table() -> float:
    """Three equal parts of 100 or a table on 101."""
    return min(bought(100, THIRDS), bought(101, (0.5, 0.3, 0.2)))


@derives("depreciation-bonus")
def depreciation_bonus() -> float:
    """Three equal parts of 100, or 80 % at once and 20 % over six years of 101."""
    return min(bought(100, THIRDS), bought(101, (0.8 + 0.2 / 6, 0.2 / 6, 0.2 / 6)))


@derives("depreciation-table-quarters")
def depreciation_table_quarters() -> float:
    """Six quarters of 12.5 % of 100, or four of 15 % and two of 10 % of 101."""

    def total(cost: float, write_offs: list[float]) -> float:
        tax = tax_paid([125 - share * cost for share in write_offs], 0.4)
        flows = [(cost if t == 0 else 0) - 125 + paid for t, paid in enumerate(tax)]
        return present(0.2, flows, years=0.25)

    return min(total(100, [0.125] * 6), total(101, [0.15] * 4 + [0.1] * 2))


@derives("depreciation-straight-line")
def depreciation_straight_line() -> float:
    """The hall is paid in year 1 and in service from year 2; chips of 10 in year 2."""

    def total(cost: float, write_offs: tuple[float, ...]) -> float:
        tax = tax_paid([500 - w for w in write_offs], 0.25)
        spent = (cost, 10, 0, 0)
        return present(0.1, [s - 500 + t for s, t in zip(spent, tax, strict=True)])

    return min(total(100, (0, 50, 50, 0)), total(90, (0, 0, 0, 0)))


@derives("tax-shield")
def tax_shield() -> float:
    """Debt at 12 % after tax or equity at 10 %."""
    return present(0.1, (0, *[min(0.75 * 12, 10)] * 3))


@derives("tax-shield-off")
def tax_shield_off() -> float:
    """Debt at 12 % before tax or equity at 10 %."""
    return present(0.1, (0, *[min(12, 10)] * 3))


@derives("tax-on-interest")
def tax_on_interest() -> float:
    """The fee of 2 is deducted in the two years of the loan, those after its draw."""
    tax = tax_paid([0, 80 - 10 - 1, 150 - 10 - 1], 0.25, usable=1.0)
    return present(0.1, (98 + 2 + tax[0], -80 + tax[1], -150 + tax[2]))


@derives("interest-limitation")
def interest_limitation() -> float:
    """30 % of an EBITDA of 20, −5 (nothing) and 100 against interest of 10 a year; what is left is carried forward."""
    earned, deducted, carried = (20.0, -5.0, 100.0), [], 0.0
    for ebitda in earned:
        claim = 10 + carried
        deducted.append(min(claim, 0.3 * max(0.0, ebitda)))
        carried = claim - deducted[-1]
    assert (deducted, carried) == ([6, 0, 24], 0)
    tax = tax_paid([e - d for e, d in zip(earned, deducted, strict=True)], 0.25)
    return present(0.1, [t - e for t, e in zip(tax, earned, strict=True)])


MACRS_5 = (0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576)
"""The five-year table of the US tax office (half-year convention)."""


@derives("macrs-with-bonus")
def macrs_with_bonus() -> float:
    """Five equal parts of 100, or 40 % at once and the table on the rest of 101."""
    with_bonus = (0.4 + 0.6 * MACRS_5[0], *[0.6 * share for share in MACRS_5[1:]])
    return min(bought(100, (0.2,) * 5 + (0.0,)), bought(101, with_bonus))


def hall_tax(cost: float, income: float, written_off: list[float], years: float) -> float:
    """Net present cost at 20 % of a hall bought in period 1 under a tax of 40 %, all in one tax year."""
    periods = len(written_off)
    tax = [tax_paid([periods * income - sum(written_off) * cost], 0.4)[0] / periods] * periods
    return present(0.2, [(cost if t == 0 else 0) - income + paid for t, paid in enumerate(tax)], years=years)


@derives("straight-line-39-mid-month")
def straight_line_39_mid_month() -> float:
    """Half a month of 1/468 first, then whole months; or 40 years in full months on a hall that costs 1000.2."""
    month = 1 / (39 * 12)
    return min(hall_tax(1000, 500, [month / 2, month, month], 1 / 12), hall_tax(1000.2, 500, [1 / 480] * 3, 1 / 12))


@derives("straight-line-39-half-year")
def straight_line_39_half_year() -> float:
    """Nothing for two quarters, then 1/156 each; or a hall that costs 3 more and is written off from the start."""
    quarter = 1 / (39 * 4)
    return min(hall_tax(1000, 400, [0, 0, quarter, quarter], 0.25), hall_tax(1003, 400, [quarter] * 4, 0.25))
