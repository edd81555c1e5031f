"""What there is at the end of the last period, musd: the terminal value, the tax on it, and what is carried for tax."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from optimizer.auditing.contracts import Followed
from optimizer.auditing.hardware import HardwareReplay
from optimizer.auditing.opening import opening_resale_value, units_after
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import AuditError
from optimizer.auditing.resale import resale_value
from optimizer.auditing.rows import KILOHOURS_PER_YEAR, exact
from optimizer.auditing.sites import SiteReplay
from optimizer.auditing.tax import Losses, Taxpayer, share_written_off
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.instance.schema import Tax


def terminal_value(
    replay: Replay, hardware: HardwareReplay, sites: SiteReplay, customers: Sequence[Followed] = ()
) -> Decimal:
    """What is left of the terminal value after tax on what goes beyond the tax basis; a loss brings no refund."""
    value = value_before_tax(replay, hardware, customers)
    tax = replay.instance.tax
    if tax is None:
        return value
    rate = exact(tax.rate)
    return min(value, (ONE - rate) * value + rate * _tax_basis(replay, sites))


def carried_worth(replay: Replay, taxpayer: Taxpayer) -> Decimal:
    """τ·loss_value_share·(losses + interest carried beyond T)."""
    tax = replay.instance.tax
    if tax is None or tax.rate == 0.0:
        return ZERO
    return _worth_of(replay, tax, taxpayer.losses, taxpayer.interest_carried)


def unlevered_carried_worth(replay: Replay, taxpayer: Taxpayer) -> Decimal:
    """The same of the losses that there would be without debt."""
    tax = replay.instance.tax
    return ZERO if tax is None or tax.rate == 0.0 else _worth_of(replay, tax, taxpayer.unlevered_losses, ZERO)


def _worth_of(replay: Replay, tax: Tax, losses: Losses, interest: Decimal) -> Decimal:
    carried = losses.carried if tax.loss_usable_share is not None else ZERO
    return exact(tax.rate) * exact(replay.instance.terminal.loss_value_share) * (carried + interest)


def value_before_tax(replay: Replay, hardware: HardwareReplay, customers: Sequence[Followed] = ()) -> Decimal:
    """What the instance says that the assets are worth."""
    terminal, book = replay.instance.terminal, replay.book
    if terminal.kind == "book_share":
        if terminal.share is None:
            raise AuditError("instance.json: terminal", "book_share needs a share")
        accounts = ("sites", "construction_in_progress", "hardware")
        return exact(terminal.share) * sum((book.balances(account)[-1] for account in accounts), ZERO)
    if terminal.kind == "ebitda_multiple":
        if terminal.multiple is None:
            raise AuditError("instance.json: terminal", "ebitda_multiple needs a multiple")
        return max(ZERO, exact(terminal.multiple) * _run_rate(replay, hardware, customers))
    return resale_value(replay) + opening_resale_value(replay) if terminal.kind == "resale" else ZERO


def _tax_basis(replay: Replay, sites: SiteReplay) -> Decimal:
    """What is left to write off of what has been paid for by T, by its class; land at its cost."""
    basis = sites.land
    for asset in replay.tax_assets:
        if asset.leaves is not None and asset.leaves <= replay.last:
            continue
        scheme = replay.instance.depreciation[asset.tax_class]
        served = replay.time.at(replay.last) - replay.time.at(asset.first - 1)
        basis += asset.musd * (ONE - share_written_off(scheme, served) if served > 0 else ONE)
    return basis


def _run_rate(replay: Replay, hardware: HardwareReplay, customers: Sequence[Followed]) -> Decimal:
    """EBITDA per year of the last year (of all periods, if they are fewer), less what those who leave no more earn.

    In each of its periods sites serve no more than they can in T+1, the dearest hours first.
    """
    periods = [t for t in replay.time.twelve_months(replay.last) if t >= 1]
    after = _capacity_after(replay, hardware)
    earned = ZERO
    for t in periods:
        earned += replay.book.ebitda(t)
        room = after
        for price, served in sorted(_sold(replay, t, customers), reverse=True):
            lost = served - min(served, room)
            room -= served - lost
            earned -= lost * price * KILOHOURS_PER_YEAR * replay.years(t)
    return earned * 12 / sum(replay.time.months(t) for t in periods)


def _sold(replay: Replay, t: int, customers: Sequence[Followed]) -> list[tuple[Decimal, Decimal]]:
    """(USD an hour, kH100e) of what sites serve in t, to markets, partners and customers under contract."""
    instance, sold = replay.instance, []
    for (market, place, when), served in replay.decisions.service.items():
        if when == t and place in instance.sites:
            price = replay.values(instance.markets[market].revenue_usd_per_h100e_hour, f"markets.{market}")[t]
            sold.append((price, served))
    for (partner, _, when), served in replay.decisions.deliveries.items():
        if when == t:
            sold.append((exact(instance.partners[partner].price_usd_per_h100e_hour or 0.0), served))
    for one in customers:
        month = one.months.get(t)
        if month is not None and month.held:
            hours = month.held * KILOHOURS_PER_YEAR * replay.years(t)
            sold.append(((month.invoiced - month.given) / hours, month.held))
    return sold


def _capacity_after(replay: Replay, hardware: HardwareReplay) -> Decimal:
    """kH100e that the units in service at T whose life does not end with it can serve."""
    instance, ended = replay.instance, defaultdict[tuple[str, str], Decimal](Decimal)
    for (name, site, u), bought in replay.decisions.allocations.items():
        offer = instance.hardware[name]
        if replay.time.after(replay.time.after(u, offer.lead_periods), offer.life_periods) == replay.last + 1:
            ended[name, site] += bought
    for (name, site, u, _), quantity in replay.decisions.retirements.items():
        offer = instance.hardware[name]
        if replay.time.after(replay.time.after(u, offer.lead_periods), offer.life_periods) == replay.last + 1:
            ended[name, site] -= quantity
    for name, site, leaving in units_after(replay):
        ended[name, site] += leaving
    capacity = ZERO
    for (name, site), units in hardware.fleet.items():
        place = instance.sites[site]
        use = exact(place.uptime_share) * exact(place.max_utilisation_share)
        capacity += use * exact(instance.hardware[name].compute_h100e) * (units[-1] - ended[name, site])
    return capacity
