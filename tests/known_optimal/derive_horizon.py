"""What there is, and what is still owed, at the end of the last period."""

from __future__ import annotations

from tests.oracles.money import factor, present
from tests.oracles.phasing import Stage, best_value

from .derived import derives

RATE = 0.1
HOUR = 8.76
"""One USD an hour for a thousand units through a year, USD million."""
QUARTER = 0.25


@derives("terminal-at-end")
def terminal_at_end() -> float:
    """Money of the year falls on its middle, the resale of 60 % on its end: 21 % a year are 10 % a half."""
    lasting, brief = 100 / 1.1 - 60 / 1.21, 43 / 1.1
    assert brief < lasting
    assert brief > 100 / 1.1 - 60 / 1.1  # as it would be if the resale, too, fell on the middle
    return brief


@derives("terminal-at-end-quarters")
def terminal_at_end_quarters() -> float:
    """10 % a quarter, money at its start: the resale of 80 % after two quarters is worth 80/1.21, not 80/1.1."""
    kept, renewed = 100 - 80 / 1.21, 100 - 90 / 1.1 + 100 / 1.1 - 90 / 1.21
    assert 100 - 80 / 1.1 < 32 < min(kept, renewed)
    return 32.0


@derives("run-rate")
def run_rate() -> float:
    """Chips that leave after the year earn nothing in the multiple, and what the staff costs counts all the same."""

    def total(lasting: float) -> float:
        earned = 10 * HOUR - 10
        value = max(0.0, 5 * (HOUR * lasting - 10))
        return (30 * lasting + (10 - lasting) - earned - value) / 1.1

    assert min(total(x / 10) for x in range(101)) == total(10)
    return total(10)


@derives("run-rate-quarters")
def run_rate_quarters() -> float:
    """Four quarters, of which the first costs most; a company that would only lose money is worth nothing, not less."""

    def total(lasting: float, least: float) -> float:
        value = max(least, 5 * (HOUR * lasting - 10))
        return 40 * lasting + (10 - lasting) - (10 * HOUR - 10) - value

    assert total(0, -50) > total(10, -50)
    assert min(total(x / 10, 0) for x in range(101)) == total(0, 0)
    return total(0, 0)


@derives("terminal-tax")
def terminal_tax() -> float:
    """Land, a hall and chips that tax writes off no faster than the books bear no tax; a hall without a class does.

    The chips are worth 5 with a basis of 8: that loss comes off what others are worth beyond theirs, and no more.
    """

    def total(paid: float, halls: float, basis: float) -> float:
        value = halls + 5
        return present(RATE, (paid + 10, -min(value, 0.8 * value + 0.2 * (basis + 8))))

    shell = 50 * (1 - 2 / 10)
    plot, bare = total(100, 50 + shell, 50 + shell), total(97, 97, 0)
    assert present(RATE, (97 + 10, -(97 + 5))) < plot < bare
    return plot


@derives("terminal-tax-quarters")
def terminal_tax_quarters() -> float:
    """Two quarters: 5 % of a hall are written off in the books, and for tax of the one that has a class."""
    classed = present(RATE, (100, -95), QUARTER)
    bare = present(RATE, (98, -0.8 * 0.95 * 98), QUARTER)
    assert present(RATE, (98, -0.95 * 98), QUARTER) < classed < bare
    return classed


@derives("losses-at-end")
def losses_at_end() -> float:
    """What is expensed leaves a loss of 100, worth 20 at the end; what is built for 85 leaves nothing."""
    assert (100 - 0.2 * 100) < 85
    return (100 - 0.2 * 100) / 1.1


@derives("losses-at-end-quarters")
def losses_at_end_quarters() -> float:
    """A hall of 100 written off at once leaves a loss of 100, half of whose tax counts; one of 95 leaves none."""
    return min(100 - 0.5 * 0.2 * 100, 95.0)


@derives("unpaid-covered")
def unpaid_covered() -> float:
    """One project pays 10 in the last year and 90 later, which the other 90 in cash cover; two would leave 180."""
    return max(value for value, begun in ((0.0, 0), (9.0, 1), (10.0, 1), (19.0, 2)) if 100 - 10 * begun >= 90 * begun)


@derives("unpaid-covered-quarters")
def unpaid_covered_quarters() -> tuple[float, float]:
    """Cash of 30 and a line of 60 that is not drawn cover the 90 of one project, and no more."""
    plans = ((0.0, 0), (9.0, 1), (10.0, 1), (19.0, 2))
    return max(v for v, begun in plans if 40 - 10 * begun + 60 >= 90 * begun), 0.0


@derives("look-ahead")
def look_ahead() -> float:
    """Begun in the first year, a project pays 10 and 90 in the next; the 100 that come in by then do not count."""
    plans = ((0.0, 0), (9.0, 1), (10.0, 1), (19.0, 2))
    assert max(v for v, begun in plans if 100 - 10 * begun + 100 >= 90 * begun) == 19
    return max(v for v, begun in plans if 100 - 10 * begun >= 90 * begun)


@derives("look-ahead-quarters")
def look_ahead_quarters() -> float:
    """Two quarters ahead only the line of 20 is open, for what is due of the projects and interest of 1 a quarter.

    The second, of 62, would do without the interest, and with the line of 60.
    """

    def begun(cost: float, line: float, interest: float) -> bool:
        return 44.1 - 0.1 * cost - 1 + line >= 1 + 0.9 * cost + 2 * interest

    assert begun(62, 20, 0)
    assert begun(62, 80, 1)
    plans = ((0.0, 0.0), (10.0, 60.0), (11.0, 62.0), (21.0, 122.0))
    return max(value for value, cost in plans if begun(cost, 20, 1))


@derives("construction-begun")
def construction_begun() -> float:
    """The hall earns 43.8 in the last year for 10 paid, and 90 are still due."""
    built = 10 + 90 - 0.5 * 10 * HOUR
    assert built > 0 > 10 - 0.5 * 10 * HOUR
    return 0.0


@derives("construction-begun-quarters")
def construction_begun_quarters() -> float:
    """A fifth of 24 is paid in the middle of the second quarter after the end, at 56.25 % a year."""
    earned, later = 1.07 * 10 * HOUR / 4, factor(0.5625, 2, QUARTER, timing=0.5)
    assert 0.8 * 24 + 0.2 * 24 > earned > 0.8 * 24 + later * 0.2 * 24
    return 0.8 * 24 + later * 0.2 * 24 - earned


@derives("partner-beyond")
def partner_beyond() -> float:
    """Three years of 43.8 and what is left of 100 after three deliveries, less the 100 on the account."""

    def owed(cost: float) -> float:
        price, served = 0.01 * 10 * HOUR, cost * 10 * HOUR
        worth = present(0.1, (served, served, served + 100 - 3 * price))
        return max(100.0, worth) - 100

    assert owed(0.5) < owed(1.0)
    return 100 / 1.1 + owed(0.5) / 1.21


@derives("partner-beyond-quarters")
def partner_beyond_quarters() -> float:
    """Served at the 0.40 USD of the cloud, below 0.43 with chips of one's own; a quarter at 2 % with 1 % kept back.

    With energy for nothing the chips would cost 0.36, in the field 0.38: there is none, and no power.
    """
    owned = 10_000 / (5 * 8760) + 876 / 8760
    chips = (owned + 50 * 1e-3 * 1.2) / 0.9
    cost = min(0.4, chips)
    assert cost == 0.4 > owned + 50 * 1e-3 > owned / 0.9
    quarterly = 1.02 / 0.99 - 1
    served, price = cost * 10 * HOUR / 4, 0.01 * 10 * HOUR / 4
    owed = present(quarterly, (served, served, served + 100 - 3 * price)) - 100
    v = factor(RATE, 1, QUARTER)
    partner, equity = 100 * v + owed * v**2, 100 / 0.8 * v
    assert partner < equity
    return partner


def _contracts(years: float) -> float:
    """Two periods with rent 1 (50 % assignable), a lease 0.5, energy 0.876, 0.438 of it taken or paid, a cloud 8.76."""
    v = factor(0.25, 1, years)
    rent, lease, cloud, energy = (years * each for each in (1.0, 0.5, HOUR, 0.876))
    left = 0.5 * rent * (v + v**2) + lease * v + 0.25 * cloud * v + 0.5 * energy * (v + v**2)
    paid = rent + lease + cloud + energy
    return present(RATE, (paid, paid + left), years)


@derives("contracts-after-end")
def contracts_after_end() -> float:
    """Two years of four, or three, of each contract."""
    return _contracts(1.0)


@derives("contracts-after-end-quarters")
def contracts_after_end_quarters() -> float:
    """The same in quarters."""
    return _contracts(QUARTER)


def _rents(rent: float, step: float, terms: int, years: float) -> float:
    """A rent of so many periods, those after the end too, where the reference rate is that of discounting."""
    a_year = round(1 / years)
    return present(RATE, [years * rent * step ** (k // a_year) for k in range(terms)], years)


@derives("rent-escalator")
def rent_escalator() -> float:
    """Chips for 10 and the cheaper of two rents of four years."""
    return present(RATE, [10.0]) + min(_rents(1.0, 1.1, 4, 1.0), _rents(1.08, 1.0, 4, 1.0))


@derives("rent-escalator-quarters")
def rent_escalator_quarters() -> float:
    """The same of eight quarters."""
    return present(RATE, [10.0], QUARTER) + min(_rents(1.0, 1.1, 8, QUARTER), _rents(1.04, 1.0, 8, QUARTER))


@derives("value-by-start")
def value_by_start() -> float:
    """Cash for one: nine if it starts in 2027; the twenty of 2028 would come a year after the end."""

    def stage(value: float, first: int, lead: int = 1) -> list[Stage]:
        return [Stage(value, (60,), first=first, last=first, lead=lead)]

    def best(lead: int) -> float:
        plans = [[stage(value, t, lead), stage(8, u, 1)] for t, value in ((1, 5), (2, 9), (3, 20)) for u in (1, 2, 3)]
        return max(best_value(plan, 3, (100, 0, 0), carry_over=True)[0] for plan in plans)

    assert best(0) == 20
    return best(1)


@derives("value-by-start-quarters")
def value_by_start_quarters() -> float:
    """Two alike, one a quarter: 5 and 9; the 20 of the third quarter come too late."""
    return 5.0 + 9.0


@derives("loan-ahead")
def loan_ahead() -> float:
    """Every set of halls by (cost, value, whether the loan pays half of it): nine tenths are due before anything comes
    in, and of what the loan lends a tenth is kept back.

    By cash alone only the cheap one is begun; a loan without fee, or of all that is due, would pay for the larger one.
    """
    halls = ((40.0, 9.0, False), (100.0, 10.0, True), (102.0, 11.0, True))

    def best(share: float, kept_back: float) -> float:
        found = [0.0]
        for n in range(1, 2 ** len(halls)):
            begun = [hall for k, hall in enumerate(halls) if n >> k & 1]
            cost = sum(each[0] for each in begun)
            lent = min(60.0, share * 0.9 * sum(each[0] for each in begun if each[2]))
            if 62 - 0.1 * cost + (1 - kept_back) * lent >= 2 + 0.9 * cost:
                found.append(sum(each[1] for each in begun))
        return max(found)

    assert (best(0, 0.1), best(0.5, 0), best(1, 0.1)) == (9, 11, 11)
    return best(0.5, 0.1)


@derives("loan-ahead-quarters")
def loan_ahead_quarters() -> float:
    """k thousand chips: of the wing's 10 the bank lends all, and on the chips what its 24 leave; the vendor, of whose
    money 0.9 come in, the least of 5, of half of what is due and of what the bank does not lend on.

    More are worth having: two quarters of a thousand earn 21.9 for 10. Without the look ahead all 2.5 were ordered; if
    the vendor lent on what the bank lends on, or if the tranche had a commitment of its own, more than 2.
    """

    def most(*, once: bool = True, commitment: float = 24.0) -> float:
        low, high = 0.0, 2.5
        for _ in range(60):
            k = (low + high) / 2
            bank = min(0.8 * 9 * k, commitment - 10)
            vendor = min(5.0, 0.5 * 9 * k, 9 * k - bank if once else 5.0)
            low, high = (k, high) if 3.4 - k + 10 + bank + 0.9 * vendor >= 1 + 10 + 9 * k else (low, k)
        return low

    assert 3.4 - 2.5 < 1 + 10  # by cash alone nothing is covered, not even the wing
    assert round(most(once=False), 9) == 2.09
    assert most(commitment=34.0) > 2.03
    k = most()
    assert abs(k - 2) < 1e-9
    return 3.4 + 40 - 10 - 10 * k + 2 * (5 * HOUR / 4) * k
