"""What passes between the company and its shareholders, and what is left for them at the end, at the rate they ask.

A year of a rate k counts (1+k); a period of it (1+k)^Δ. What is owed at the end counts at what its payments after T are
worth at the reference rate of debt f, each on its date.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from optimizer.auditing.commitments import fair_rate
from optimizer.auditing.convertible import charged, maturity
from optimizer.auditing.funding import Funding
from optimizer.auditing.pricing_grid import cost_of_equity
from optimizer.auditing.rates import Asked, asked_of, rates_of
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.auditing.vintages import capitalising, share_left
from optimizer.instance.schema import Debt


class _Worth:
    """1 + k of each period, and what money of an instant is worth today."""

    def __init__(self, replay: Replay) -> None:
        instance, self.replay = replay.instance, replay
        grid = instance.pricing_grid
        if grid is not None and grid.relever is not None:
            yearly = [exact(grid.relever.unlevered_cost_per_year)] * replay.last
        elif instance.equity is not None:
            yearly = list(replay.values(instance.equity.cost_of_equity_per_year, "equity")[1:])
        else:
            yearly = [exact(instance.discount.rate_per_year)] * replay.last
        self.growth = (ONE, *(self.period(rate, t) for t, rate in enumerate(yearly, 1)))
        self.factor = [ONE]
        for one in self.growth[1:]:
            self.factor.append(self.factor[-1] / one)

    def period(self, yearly: Decimal, t: int) -> Decimal:
        """(1+k)^Δ_t."""
        return (ONE + yearly) ** self.replay.years(t)

    def early(self, t: int, part: Decimal) -> Decimal:
        """What money that comes a part of a period before the end of t is worth."""
        return self.factor[t] * self.growth[t] ** part


def shareholder_value(
    replay: Replay, funding: Funding, cash: Decimal, terminal: Decimal, committed: Decimal
) -> list[Decimal]:
    """The terms: paid out, paid in, the charge of the grid, and what is left at the end of T, each discounted.

    ``cash``, ``terminal`` value after tax and what is ``committed`` are those of the end of T, musd.
    """
    worth, book = _Worth(replay), replay.book
    parts = [worth.factor[-1] * left for left in (cash, terminal, -committed)]
    parts += [-worth.factor[-1] * owed for owed in _owed(replay, funding, worth)]
    for t in replay.span:
        parts += [-worth.factor[t] * book.cash_in(item, t) for item in ("dividend", "return_of_capital")]
        parts.append(-worth.early(t, replay.kappa) * funding.partners.equity[t])
        parts.append(-worth.early(t, replay.kappa) * funding.common.converted[t])
        parts.append(-worth.factor[t] * _saved(replay, t))
    for (name, t), musd in replay.decisions.raises.items():
        parts.append(-worth.early(t, replay.kappa) * _dearer(replay, worth, name, t) * musd)
    return parts + list(_grid(replay, funding, worth))


_STANDING = ("other_assets", "deposits", "hardware", "sites", "construction_in_progress")


def shareholder_flows(
    replay: Replay, funding: Funding, cash: Decimal, terminal: Decimal, committed: Decimal
) -> list[tuple[Decimal, Decimal]] | None:
    """(instant in steps, musd to shareholders): theirs at instant 0, what they pay in and get, what is left at T.

    None where other assets than cash, or customers' contracts, whose worth is not stated, are part of what is theirs at
    instant 0, or where more is owed then than there is. Arguments as of ``shareholder_value``.
    """
    opening = replay.instance.opening
    theirs = exact(opening.cash_musd) - sum(
        (exact(debt.opening_balance_musd) for debt in replay.instance.debt.values()), ZERO
    )
    others = sum((replay.book.opening.get(account, ZERO) for account in _STANDING), ZERO)
    running = any(each.opening is not None for each in replay.instance.contracts.values())
    if running or others > MONEY.absolute or theirs < -MONEY.absolute:
        return None
    dated, time = [(ZERO, -theirs)], replay.time
    for t in replay.span:
        paid_in = sum((musd for (_, when), musd in replay.decisions.raises.items() if when == t), ZERO)
        put_in = paid_in + funding.partners.equity[t] + funding.common.converted[t]
        dated.append((time.passed(0, t) - replay.kappa * time.steps(t), -put_in))
        paid_out = replay.book.cash_in("dividend", t) + replay.book.cash_in("return_of_capital", t)
        dated.append((Decimal(time.passed(0, t)), -paid_out))
    owed = committed + sum(_owed(replay, funding, _Worth(replay)), ZERO)
    return [*dated, (Decimal(time.passed(0, replay.last)), cash + terminal - owed)]


def _saved(replay: Replay, t: int) -> Decimal:
    """What convertibles pay less interest in t than the straight debt that they are charged as: the right to shares."""
    saved = ZERO
    for name, debt in replay.instance.debt.items():
        if debt.conversion is None:
            continue
        coupon = rates_of(replay, name, debt)
        dear = charged(replay, name, debt)
        for u in range(1, t + 1):
            drawn, end = replay.decisions.draws.get((name, u), ZERO), maturity(replay, debt, u)
            live = (ONE - replay.kappa if u < t <= end else ZERO) + (replay.kappa if t < end else ZERO)
            saved += drawn * live * (dear[u] - coupon[u]) * replay.years(t)
    return saved


def _dearer(replay: Replay, worth: _Worth, name: str, t: int) -> Decimal:
    """Π over the periods s from t to T, and one more like T: (1+k_r)/(1+k) of a round with a rate of its own."""
    equity = replay.instance.equity
    own = equity.rounds[name].cost_of_equity_per_year if equity is not None else None
    if own is None or replay.instance.pricing_grid is not None:
        return ONE
    rates, product = replay.values(own, f"equity.rounds.{name}"), ONE
    for s in [*range(t, replay.last + 1), replay.last]:
        product *= worth.period(rates[s], s) / worth.growth[s]
    return product


def _owed(replay: Replay, funding: Funding, worth: _Worth) -> Iterator[Decimal]:
    """What is owed at the end of T, source by source, musd: what counts more than its balance is dearer than f."""
    instance, last = replay.instance, replay.last
    fair = fair_rate(replay)
    yield funding.partners.owed[last]
    for name, debt in instance.debt.items():
        rates = charged(replay, name, debt)
        if debt.is_pooled:
            yield funding.debts.instruments[name].balance[last] * _premium(replay, rates[last] * replay.step, fair)
            continue
        yield _still_due(replay, name, debt, 0, exact(debt.opening_balance_musd), rates, fair)
        for t in replay.span:
            musd = replay.decisions.draws.get((name, t), ZERO)
            yield _still_due(replay, name, debt, t, musd, rates, fair)
    for inside, liability in funding.leases.at_end:
        yield liability * _premium(replay, inside, fair)
    asked = worth.growth[-1] - ONE
    for name, terms in instance.preferred_equity.items():
        rates = replay.values(terms.dividend_per_year, f"preferred_equity.{name}")
        for t in replay.span:
            musd = replay.decisions.preferred.get((name, t), ZERO)
            yield musd * (max(ONE, rates[t] * replay.years(last) / asked) if asked > 0 else ONE)


def _premium(replay: Replay, period: Decimal, fair: Decimal) -> Decimal:
    """A year of what a rate per step, made effective, is above f."""
    yearly = (ONE + period) ** (ONE / replay.step) - ONE
    return ONE + max(ZERO, yearly - fair)


def _still_due(replay: Replay, name: str, debt: Debt, u: int, musd: Decimal, yearly: Values, fair: Decimal) -> Decimal:
    """The service after T of what is left of a vintage: principal as early in its period as the draw, interest late.

    What is left is the draw less what was repaid early, each part grown back to units of the draw.
    """
    rate, early, time = asked_of(replay, debt, yearly, u), replay.kappa if u else ZERO, replay.time
    ends = time.after(u, rate.ends(debt))
    live = musd
    for (one, drawn, t), back in replay.decisions.prepayments.items():
        if (one, drawn) == (name, u):
            left = share_left(debt, time.passed(u, t), rate)
            live -= back / left if left > 0 else ZERO
    if live == 0 or ends <= replay.last:
        return ZERO
    grown, due, at_end = capitalising(debt), ZERO, time.at(replay.last)
    before = share_left(debt, max(0, time.passed(u, replay.last)), rate)
    for t in range(replay.last + 1, ends + 1):
        begun, age = max(time.passed(u, t - 1), 0), time.passed(u, t)
        after, later, asked = share_left(debt, age, rate), time.at(t) - at_end, rate.at(t - u)
        before *= (ONE + asked) ** max(0, min(age, grown) - begun) if age > grown else ONE
        if age > grown:
            due += (before - after) / (ONE + fair) ** (time.at(t, early) - at_end)
            due += asked * (age - max(begun, grown)) * (ONE - early) * before / (ONE + fair) ** later
        if age >= grown:
            due += asked * time.steps(t) * early * after / (ONE + fair) ** later
        before = after
    return live * due


def _grid(replay: Replay, funding: Funding, worth: _Worth) -> Iterator[Decimal]:
    """What leverage makes shareholders ask more: on debt where equity is relevered, else on common equity."""
    grid = replay.instance.pricing_grid
    if grid is None:
        return
    yearly = fair_rate(replay) if grid.relever is not None else ZERO
    for t in replay.span:
        fair = worth.period(yearly, t)
        held = replay.entered_with[t]
        if grid.relever is not None:
            spread = exact(grid.buckets[held].spread_per_year) * replay.years(t)
            yield -worth.factor[t] * (worth.growth[t] - fair - spread) * funding.debt(t - 1)
            part = worth.growth[t] ** replay.kappa - fair**replay.kappa
            yield -worth.factor[t] * part * _moved_early(replay, funding, t)
        else:
            company = funding.common.company[t]
            own, first = (worth.period(cost_of_equity(replay, grid, index, company), t) for index in (held, 0))
            yield -worth.factor[t] * (own - first) * funding.common.paid_in[t - 1]


def _moved_early(replay: Replay, funding: Funding, t: int) -> Decimal:
    """Draws less repayments that fall as early in t as a draw: all but those of opening balances with a schedule."""
    total = funding.debts.balance(t) - funding.debts.balance(t - 1)
    for name, debt in replay.instance.debt.items():
        opening = exact(debt.opening_balance_musd)
        if not opening or debt.is_pooled:
            continue
        rate = asked_of(replay, debt, rates_of(replay, name, debt), 0)
        left = opening
        for s in range(1, t):
            left -= _early(replay, name, debt, s, rate)
        before = left * share_left(debt, replay.time.passed(0, t - 1), rate)
        after = (left - _early(replay, name, debt, t, rate)) * share_left(debt, replay.time.passed(0, t), rate)
        total -= after - before
    return total


def _early(replay: Replay, name: str, debt: Debt, t: int, rate: Asked) -> Decimal:
    """What is prepaid in t of an opening balance, in units of that balance."""
    share = share_left(debt, replay.time.passed(0, t), rate)
    return replay.decisions.prepayments.get((name, 0, t), ZERO) / share if share > 0 else ZERO
