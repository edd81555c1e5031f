"""What is left to be paid after the last period: its worth at the end of that period, and the cash to cover it.

Worth is at the reference rate of debt f: a payment i periods after T counts (1+f)^(−Δ·i).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache

from optimizer.auditing.colocation import rent_years
from optimizer.auditing.contracts import Followed, left_owed
from optimizer.auditing.convertible import charged
from optimizer.auditing.rates import asked_of
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import THOUSAND, exact
from optimizer.auditing.sites import SiteReplay
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.auditing.upkeep import spent_by
from optimizer.auditing.yields import internal_rate, paid
from optimizer.instance.schema import Contract, Offer, Partner, Site

COVER = rule(
    "cash.commitments",
    "At the end cash and what can be drawn cover the least cash and what construction begun still costs.",
    "musd",
    MONEY,
)

_HOURS_PER_YEAR = Decimal(8760)
_USD_PER_MUSD = Decimal(1_000_000)


def check_cover(replay: Replay, sites: SiteReplay, cash: dict[str, Values]) -> None:
    """cash_T + what is counted on as drawable ≥ the least cash of T + what is still to be paid for the phases begun.

    Of what is in no ring; what a group is short of by its own account and revolvers is due besides.
    """
    terms, last = replay.instance.cash, replay.last
    if not terms.cover_commitments or sum(sites.unpaid.values(), ZERO) == 0:
        return

    def can_be_drawn(whose: str) -> Decimal:
        counted = replay.decisions.drawable.items()
        return sum((musd for (d, t), musd in counted if t == last and replay.rings.debt(d) == whose), ZERO)

    still_due = sites.unpaid_by.get("", ZERO)
    for name, group in replay.instance.groups.items():
        floor = replay.values(group.minimum_cash_musd, f"groups.{name}.minimum_cash_musd")[last]
        short = floor + sites.unpaid_by.get(name, ZERO) - cash[name][last] - can_be_drawn(name)
        still_due += max(ZERO, short)
    drawable, own = can_be_drawn(""), cash[""]
    opex = -replay.book.part("").cash_in("opex", last)
    least = max(
        replay.values(terms.minimum_musd, "cash.minimum_musd")[last],
        exact(terms.minimum_opex_months) * opex / replay.time.months(last),
    )
    gross = replay.book.cash_gross(last)
    replay.findings.at_most(COVER, "cash", last, least + still_due, own[last] + drawable, magnitude=gross)


def committed(replay: Replay, sites: SiteReplay, signed: dict[str, int], customers: Sequence[Followed] = ()) -> Decimal:
    """All that counts, musd at the end of T: construction, partners, and contracts unless a multiple holds their cost.

    ``signed`` are the periods in which partners signed, ``customers`` their contracts.
    """
    discount = _discount(replay)
    total = sum((musd * discount(later) for later, musd in sites.unpaid.items()), ZERO)
    for name, u in signed.items():
        total += _beyond_balance(replay, replay.instance.partners[name], u, discount)
    for one in customers:
        total += left_owed(replay, one, discount, hourly_cost(replay, one.terms))
    if replay.instance.terminal.kind != "ebitda_multiple" or not replay.instance.terminal.multiple:
        total += sum((share * musd * discount(later) for share, later, musd in _contracts(replay)), ZERO)
    return total


def _discount(replay: Replay) -> Callable[[int | Decimal], Decimal]:
    """The rate is only worked out where something is left to be paid."""

    @cache
    def growth() -> Decimal:
        return ONE + fair_rate(replay)

    return lambda later: growth() ** (-replay.years(replay.last + 1) * later)


# ── contracts that run on ─────────────────────────────────────────────────────────────────────────────────────────


def _contracts(replay: Replay) -> Iterator[tuple[Decimal, int, Decimal]]:
    """For each payment after T: the share that nobody takes over, how many periods after T, and musd."""
    instance, decisions, years, time = replay.instance, replay.decisions, replay.step, replay.time
    hour = _HOURS_PER_YEAR / THOUSAND * years  # a step of one kH100e at 1 USD an hour, musd
    for (site, u), mw in decisions.colocation.items():
        terms = instance.sites[site].colocation
        if terms is not None:
            rent = replay.values(terms.rent_musd_per_mw_year, f"sites.{site}.colocation")[u]
            first = time.after(u, terms.lead_periods)
            t = max(first, replay.last + 1)
            while due := rent_years(replay, terms, first, t):
                yield ONE - exact(terms.assignable_share), t - replay.last, mw * rent * due
                t += 1
    for (name, u), units in decisions.orders.items():
        offer = instance.hardware[name]
        if offer.lease is not None and not offer.lease.counts_as_debt:
            payment = replay.values(offer.lease.payment_usd_per_unit_year, f"hardware.{name}.lease")[u] * years
            first = time.after(u, offer.lead_periods)
            due = units * payment / THOUSAND
            yield from _after(replay, offer.lease.assignable_share, first, offer.life_periods, due)
    for (cloud, u), amount in decisions.reservations.items():
        block = instance.cloud[cloud].reserved
        if block is not None:
            price = replay.values(block.price_usd_per_h100e_hour, f"cloud.{cloud}.reserved")[u]
            yield from _after(replay, block.assignable_share, u, block.term_periods, amount * hour * price)
    for source, u in decisions.energy_contracts:
        energy = instance.energy_sources[source]
        if energy.contract is not None:
            price = max(ZERO, replay.values(energy.price_usd_per_mwh, f"energy_sources.{source}")[-1])
            limit = replay.values(energy.limit_mw, f"energy_sources.{source}")[-1]
            least = exact(energy.contract.take_or_pay_share) * limit * _HOURS_PER_YEAR * years * price / _USD_PER_MUSD
            yield from _after(replay, energy.contract.assignable_share, u, energy.contract.term_periods, least)


def _after(
    replay: Replay, assignable: float, first: int, steps: int, musd: Decimal
) -> Iterator[tuple[Decimal, int, Decimal]]:
    """Equal payments for each of so many steps from the beginning of ``first`` on: those after T."""
    t = max(first, replay.last + 1)
    while inside := replay.time.within(first, steps, t):
        yield ONE - exact(assignable), t - replay.last, len(inside) * musd
        t += 1


# ── partners ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _beyond_balance(replay: Replay, partner: Partner, u: int, discount: Callable[[int | Decimal], Decimal]) -> Decimal:
    """max(0, what serving after T costs, less what the partner pays in cash, plus what is paid back − the balance)."""
    if partner.kind != "compute":
        return ZERO
    hourly = hourly_cost(replay, partner)
    first = replay.time.after(u, partner.delivery_lag_periods)
    last = replay.time.after(first, partner.delivery_periods or 0) - 1
    left, balance, worth = exact(partner.cash_musd), exact(partner.cash_musd), ZERO
    for t in range(first, last + 1):
        hours = exact(partner.delivery_h100e or 0.0) * _HOURS_PER_YEAR * replay.years(t) / _USD_PER_MUSD
        price, cost = hours * exact(partner.price_usd_per_h100e_hour or 0.0), hours * hourly
        against = min(price, left)
        left -= against
        back = left if t == last else ZERO
        if t > replay.last:
            worth += (cost - (price - against) + back) * discount(t - replay.last)
        else:
            balance = left - back
    return max(ZERO, worth - balance)


def hourly_cost(replay: Replay, partner: Partner | Contract) -> Decimal:
    """USD to serve an H100e-hour: stated, or the cheapest of clouds and of own hardware at any site."""
    if partner.cost_of_serving_usd_per_h100e_hour is not None:
        return exact(partner.cost_of_serving_usd_per_h100e_hour)
    instance, ways = replay.instance, []
    for name, cloud in instance.cloud.items():
        offers = [(cloud.limit_h100e, cloud.price_usd_per_h100e_hour)]
        offers += [(cloud.reserved.limit_h100e, cloud.reserved.price_usd_per_h100e_hour)] if cloud.reserved else []
        for limit, price in offers:
            if max(replay.values(limit, f"cloud.{name}")) > 0:
                ways.append(replay.values(price, f"cloud.{name}")[-1])
    for name, offer in instance.hardware.items():
        if offer.supply_units is not None and max(replay.values(offer.supply_units, f"hardware.{name}")) <= 0:
            continue
        for place, site in instance.sites.items():
            if offer.kw > 0 and not _powered(replay, place, site):
                continue
            use = exact(offer.compute_h100e) * exact(site.uptime_share) * exact(site.max_utilisation_share)
            if use > 0 and (offer.sites is None or place in offer.sites):
                ways.append((_unit_hour(replay, name, offer) + _power_hour(replay, offer, site)) / use)
    return min(ways, default=ZERO)


def _powered(replay: Replay, name: str, site: Site) -> bool:
    """Whether there is ever power at a site."""
    built = [exact(phase.mw) for phase in site.phases]
    rented = replay.values(site.colocation.limit_mw, f"sites.{name}.colocation") if site.colocation else ()
    stands = sum((exact(asset.mw) for asset in site.opening.values()), exact(site.existing_mw))
    return max([stands, *built, *rented]) > 0


def _unit_hour(replay: Replay, name: str, offer: Offer) -> Decimal:
    """USD an hour for having a unit: price and attach costs over its life, or the lease; and upkeep, by age as well."""
    last_order = replay.window(offer.first_order, offer.last_order, f"hardware.{name}")[-1]
    yearly = replay.values(offer.upkeep_usd_per_unit_year, f"hardware.{name}.upkeep")[-1]
    life = offer.life_periods * replay.step
    yearly += spent_by([exact(each) for each in offer.upkeep_usd_per_unit_year_by_age], life) / life
    if offer.lease is not None:
        yearly += replay.values(offer.lease.payment_usd_per_unit_year, f"hardware.{name}.lease")[last_order]
    else:
        bought = [offer.price_usd, *(part.usd_per_unit for part in offer.attach.values())]
        cost = sum((replay.values(each, f"hardware.{name}.price_usd")[last_order] for each in bought), ZERO)
        yearly += cost / life
    return yearly / _HOURS_PER_YEAR


def _power_hour(replay: Replay, offer: Offer, site: Site) -> Decimal:
    """USD an hour for the energy of a unit, at the cheapest price of the region in the last period."""
    region = replay.instance.regions[site.region]
    sources = [one for one in replay.instance.energy_sources.values() if one.region == site.region]
    place = f"regions.{site.region}"
    series = [one.price_usd_per_mwh for one in sources if max(replay.values(one.limit_mw, place)) > 0]
    if region.energy_price_usd_per_mwh is not None:
        series.append(region.energy_price_usd_per_mwh)
    cheapest = min((replay.values(each, place)[-1] for each in series), default=ZERO)
    return cheapest * exact(offer.kw) / THOUSAND * exact(site.pue) * exact(site.load_factor_share)


# ── the reference rate of debt ────────────────────────────────────────────────────────────────────────────────────


def fair_rate(replay: Replay) -> Decimal:
    """f per year, effective: as stated, or the least yield of a loan that can be drawn, or the discount rate."""
    instance = replay.instance
    if instance.fair_rate_per_year is not None:
        return exact(instance.fair_rate_per_year)
    yields = []
    for name, debt in instance.debt.items():
        kept = ONE - exact(debt.upfront_fee_share) - exact(debt.issue_discount_share)
        if debt.limit_musd == 0.0 or debt.letter_of_credit_share == 1.0 or kept <= 0:
            continue
        window = replay.window(debt.first_draw, debt.last_draw, f"debt.{name}")
        rates = charged(replay, name, debt)
        time, steps_a_year = replay.time, ONE / replay.step
        for asked in {asked_of(replay, debt, rates, u) for u in window}:
            if debt.is_pooled:
                life = (debt.tenor_periods or time.passed(window[0] - 1, window[-1])) * replay.step
                yields.append((ONE + asked.first) ** steps_a_year - ONE + (ONE - kept) / life)
            else:
                principal, interest, _ = paid(debt, asked)
                own = internal_rate(principal, interest, kept, replay.kappa, asked.lengths)
                yields.append((ONE + own) ** steps_a_year - ONE)
    return min(yields, default=exact(instance.discount.rate_per_year))
