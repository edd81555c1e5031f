"""Partners: cash now, for compute deliveries at an agreed price or for equity at a valuation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import KILOHOURS_PER_YEAR, THOUSAND, exact
from optimizer.auditing.signing import first_signing
from optimizer.auditing.tolerances import MONEY, PHYSICAL, WHOLE, ZERO
from optimizer.instance.schema import Partner

WINDOW = rule("partner.window", "A partner signs within its window.", "signings", WHOLE)
ONCE = rule("partner.once", "A partner signs at most once.", "signings", WHOLE)
DELIVERY = rule(
    "partner.delivery", "A partner gets what is agreed, when it is agreed, and no more.", "kH100e", PHYSICAL
)
RING = rule(
    "partner.ring",
    "A partner of a group is delivered from its sites, a partner of the company from sites within no ring.",
    "kH100e",
    PHYSICAL,
)
MONEY_OF = rule(
    "partner.money",
    "A partner's cash comes in; deliveries are set against it, the rest is paid in cash or paid back.",
    "musd",
    MONEY,
)

_EQUITY = Entry("raise", "cash", "paid_in_capital")
_REVENUE = Entry("revenue", "cash", "retained_earnings")


@dataclass(frozen=True)
class PartnerReplay:
    """``delivered[site][t]`` in kH100e; over time, musd: what is ``owed`` to partners and how much of it is ``counted``
    as debt, ``cash`` from all of them and what they pay for ``equity``; ``signed`` the period of each signing.
    """

    delivered: dict[str, Values]
    owed: Values
    counted: Values
    cash: Values
    equity: Values
    signed: dict[str, int]


def replay_partners(replay: Replay) -> PartnerReplay:
    """Check all agreements and post their money."""
    delivered = {site: replay.zeros() for site in replay.instance.sites}
    owed, counted, cash, equity = replay.zeros(), replay.zeros(), replay.zeros(), replay.zeros()
    signings: dict[str, int] = {}
    for name, partner in replay.instance.partners.items():
        window = replay.window(partner.first_signing, partner.last_signing, f"partners.{name}")
        periods = [t for one, t in replay.decisions.partners if one == name]
        signed = first_signing(replay, name, periods, window, WINDOW, ONCE)
        if signed is not None:
            signings[name] = signed
            cash[signed] += exact(partner.cash_musd)
        if partner.kind == "compute":
            account = _replay_deliveries(replay, name, partner, signed)
            for t in replay.span:
                owed[t] += account[t]
                counted[t] += account[t] if partner.counts_as_debt else ZERO
        elif signed is not None:
            equity[signed] += exact(partner.cash_musd)
            replay.book.post(MONEY_OF, f"partner.equity.{name}", signed, exact(partner.cash_musd), _EQUITY)
    for (name, site, t), amount in replay.decisions.deliveries.items():
        delivered[site][t] += amount
        own = replay.rings.site(site) == replay.rings.partner(name)
        replay.findings.record(RING, f"{name} from {site}", t, ZERO if own else abs(amount))
    return PartnerReplay(
        {site: tuple(values) for site, values in delivered.items()},
        tuple(owed),
        tuple(counted),
        tuple(cash),
        tuple(equity),
        signings,
    )


def _replay_deliveries(replay: Replay, name: str, partner: Partner, signed: int | None) -> list[Decimal]:
    """Returns what is left in the partner's account at the end of each period, musd."""
    if partner.delivery_periods is None or partner.delivery_h100e is None or partner.price_usd_per_h100e_hour is None:
        raise AuditError(
            f"instance.json: partners.{name}",
            "a partner for compute needs delivery_periods, delivery_h100e and price_usd_per_h100e_hour",
        )
    time = replay.time
    first = replay.last + 1 if signed is None else time.after(signed, partner.delivery_lag_periods)
    deliveries = range(first, time.after(first, partner.delivery_periods))
    agreed = exact(partner.delivery_h100e) / THOUSAND
    book, account, left = replay.book, f"partner.{name}", replay.zeros()
    for t in replay.span:
        left[t] = left[t - 1]
        if t == signed:
            book.post(MONEY_OF, f"partner.cash.{name}", t, exact(partner.cash_musd), Entry("draw", "cash", account))
            left[t] += exact(partner.cash_musd)
        got = sum((replay.decisions.deliveries.get((name, site, t), ZERO) for site in replay.instance.sites), ZERO)
        replay.findings.equal(DELIVERY, name, t, got, agreed if t in deliveries else ZERO)
        if t in deliveries:
            value = agreed * exact(partner.price_usd_per_h100e_hour) * KILOHOURS_PER_YEAR * replay.years(t)
            set_off = min(value, left[t])
            left[t] -= set_off
            book.post(MONEY_OF, f"partner.delivery.{name}", t, set_off, Entry("revenue", account, "retained_earnings"))
            book.post(MONEY_OF, f"partner.revenue.{name}", t, value - set_off, _REVENUE)
            if t == deliveries[-1]:
                book.post(MONEY_OF, f"partner.repayment.{name}", t, left[t], Entry("repayment", account, "cash"))
                left[t] = ZERO
    return left
