"""Customers' contracts: late or ended, paid ahead or lent, taxed ahead, renewed, from before. Every way is compared."""

from __future__ import annotations

from tests.oracles.money import present

from .derived import derives

RATE = 0.1
QUARTER = 0.25


def _damages(a_period: float, late: int, cap: float) -> float:
    return min(a_period * late, cap)


def _late_or_in_time(value: float) -> float:
    """200 in hand, chips for 5; power for 16 in time, for 5 two periods late; or nothing, at the stop."""
    in_time = 200 + value - 5 - 16
    late = 200 + value - 5 - 5 - _damages(6, 2, 0.25 * value)
    ended = 200 - _damages(6, 3, 0.25 * value)
    return max(in_time, late, ended)


@derives("contract-damages-cap")
def contract_damages_cap() -> float:
    return _late_or_in_time(12.0 * 3)


@derives("contract-damages-cap-quarters")
def contract_damages_cap_quarters() -> float:
    """4 a month for a megawatt, and damages of 24 a year, are 12 and 6 a quarter."""
    return _late_or_in_time(4 * 3 * 3.0)


def _ended_or_dear() -> float:
    """Four periods late is later than two: in time for 60, or ended after three periods of damages."""
    in_time = 200 + 48 - 5 - 60
    ended = 200 + 12 - 12 - _damages(1.5, 3, 48 / 12)
    return max(in_time, ended)


@derives("contract-long-stop")
def contract_long_stop() -> float:
    return _ended_or_dear()


@derives("contract-long-stop-quarters")
def contract_long_stop_quarters() -> float:
    """4000 H100e for a quarter are 1000 for a year, and damages of 6 a year 1.5 a quarter."""
    return _ended_or_dear()


def _ahead_or_lent(rate: float, ahead: float, later: float) -> float:
    """20 of chips, three periods of service: 12 paid ahead, or all of it lent until the last."""

    def left(revenue: float, prepaid: float) -> float:
        return 3 * revenue - 20 - 3 * rate * (20 - prepaid)

    return max(left(ahead, 12.0), left(later, 0.0))


@derives("contract-prepayment")
def contract_prepayment() -> float:
    return _ahead_or_lent(0.1, 12.0, 12.5)


@derives("contract-prepayment-quarters")
def contract_prepayment_quarters() -> float:
    return _ahead_or_lent(0.1 / 4, 12.0, 12.2)


@derives("contract-renewed-quarters")
def contract_renewed_quarters() -> float:
    """Four fifths of what is held are paid for; what stays held for a second term serves no market."""
    first = 0.8 * 3 * (0.5 + 1 + 1 + 1 + 1.1)
    second = 2 * 0.8 * 3 * 0.9
    market = 2 * 0.9 * 1000 * 8760 / 4 / 1e6
    return 50 - 1 + first + max(second, market)


@derives("contract-taxed-ahead")
def contract_taxed_ahead() -> float:
    """12 of revenue a year, a third out of the prepayment; what is left of that after 2027 is taxed then."""
    left = 12 - 4
    taxable = (0, 12 + left, 12 - 4, 12 - 4)
    cash = (12, 8, 8, 8)
    ahead = [each - 0.25 * income for each, income in zip(cash, taxable, strict=True)]
    later = [0, *[0.75 * 12.88] * 3]
    chips = present(RATE, (0, 1))
    return chips - max(present(RATE, ahead), present(RATE, later))


@derives("contract-taxed-ahead-quarters")
def contract_taxed_ahead_quarters() -> float:
    """The tax year 2026 has one quarter, in which 12 come in; of the 48 of 2027 the first 12 have been taxed."""
    of_2027 = 0.25 * (4 * 12 - 12) / 4
    ahead = [12 - 0.25 * 12, -of_2027, *[12 - of_2027] * 3]
    later = [0, *[0.75 * 12.03] * 4]
    chips = present(RATE, (0, 1), QUARTER)
    return chips - max(present(RATE, ahead, QUARTER), present(RATE, later, QUARTER))


@derives("contract-from-before")
def contract_from_before() -> float:
    """The third to fifth of the five prices of two megawatts, then a sixth or a market, with a tax of a quarter."""
    invoices = [24 * 1.1**age for age in (2, 3, 4)]
    credited = [9.61224 * each / sum(invoices) for each in invoices]
    cash = [each - part for each, part in zip(invoices, credited, strict=True)]
    taxable = [invoices[0] + 9.61224 - credited[0], cash[1], cash[2]]
    after = 0.75 * max(24 * 1.1**5, 2 * 8.76 * 1.8)
    flows = [paid - 0.25 * income for paid, income in zip(cash, taxable, strict=True)]
    return -present(RATE, [*flows, after])


@derives("contract-from-before-quarters")
def contract_from_before_quarters() -> float:
    """The 8 that are owed already bound what is lent in the first quarter; late is a quarter later, with damages."""
    paid_ahead, equity, cash, invoice, rate = 8.0, 8.0, 4.0, 12.0, 0.02
    room = (0.6 * (paid_ahead + equity) - paid_ahead) / 0.4
    service = max(0.0, invoice - paid_ahead) + min(invoice, 2 * invoice - paid_ahead)
    plans = []
    if 9 - cash <= room:
        plans.append(cash - 9 + service - 2 * rate * (9 - cash))
    plans.append(cash - 6 - 5 + service - 2 * rate * (6 + 5 - cash))
    return max(plans)


@derives("customer-shares")
def customer_shares() -> float:
    """(revenue of a year, shares): revenue less shares is taxed, and owners keep 96 of 96 and the shares, or 0.95."""

    def worth(revenue: float, shares: float) -> float:
        left = 10 - 1 + 2 * revenue - 0.25 * (2 * revenue - shares)
        return left / (1 + RATE) ** 3 - shares / (1 + RATE)

    offers = [(12.0, 4.0), (9.0, 0.0), (18.0, 10.0)]
    return max(worth(*each) for each in offers if 96 / (96 + each[1]) >= 0.95)


@derives("customer-shares-quarters")
def customer_shares_quarters() -> float:
    """The old one brings 24, of which 3 are not taxed; with it one of the two others."""

    def left(revenue: float, shares: float) -> float:
        return 10 - 1 + 24 + 3 * revenue - 0.25 * (24 - 3 + 3 * revenue - shares)

    return max(left(12.0, 8.0), left(12.6, 0.0))
