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
    """The fee of 2 makes a loss in year 1, used in year 2."""
    tax = tax_paid([-2, 80 - 10, 150 - 10], 0.25, usable=1.0)
    return present(0.1, (98 + 2 + tax[0], -80 + tax[1], -150 + tax[2]))
