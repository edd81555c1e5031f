"""What opens an offer: a framework agreement with its minimum, or a development of its own."""

from __future__ import annotations

from optimizer.auditing.replay import Entry, Replay
from optimizer.auditing.report import rule
from optimizer.auditing.rows import THOUSAND, exact
from optimizer.auditing.signing import first_signing
from optimizer.auditing.tolerances import MONEY, PHYSICAL, WHOLE, ZERO
from optimizer.instance.schema import Development, Framework, Offer

SIGNED = rule(
    "framework.signed",
    "Under a framework agreement nothing is ordered unless it is signed.",
    "thousand units",
    PHYSICAL,
)
MINIMUM = rule(
    "framework.minimum",
    "A signed framework agreement without take-or-pay gets its minimum.",
    "thousand units",
    PHYSICAL,
)
COSTS = rule("framework.costs", "Signing fees and what is missing under take-or-pay are paid.", "musd", MONEY)
WINDOW = rule("development.window", "A development begins within its window.", "developments", WHOLE)
ONCE = rule("development.once", "A development begins at most once.", "developments", WHOLE)
FIRST = rule("development.first", "Nothing is ordered before its development is done.", "thousand units", PHYSICAL)
COST = rule("development.cost", "A development is paid for when it begins.", "musd", MONEY)

_OPEX = Entry("opex", "retained_earnings", "cash")


def replay_frameworks(replay: Replay) -> None:
    """Framework agreements and developments of all offers."""
    for name, offer in replay.instance.hardware.items():
        if offer.framework is not None:
            _replay_framework(replay, name, offer, offer.framework)
        if offer.development is not None:
            _replay_development(replay, name, offer.development)


def _replay_framework(replay: Replay, name: str, offer: Offer, terms: Framework) -> None:
    """Σ_t order + short ≥ minimum·signed; the window is that of the orders."""
    window = replay.window(offer.first_order, offer.last_order, f"hardware.{name}")
    signed = name in replay.decisions.frameworks
    ordered = ZERO
    for t in replay.span:
        quantity = replay.decisions.orders.get((name, t), ZERO)
        ordered += quantity
        replay.findings.record(SIGNED, name, t, ZERO if signed else abs(quantity))
    if not signed:
        return
    least = exact(terms.min_total_units) / THOUSAND
    first, last = window.start, window.stop - 1
    replay.book.post(COSTS, f"opex.signing.{name}", first, exact(terms.signing_fee_musd), _OPEX)
    if terms.take_or_pay_share is None:
        replay.findings.at_most(MINIMUM, name, None, least, ordered)
    else:
        price = replay.values(offer.price_usd, f"hardware.{name}.price_usd")[last]
        short = max(ZERO, least - ordered)
        musd = short * exact(terms.take_or_pay_share) * price / THOUSAND
        replay.book.post(COSTS, f"opex.take_or_pay.{name}", last, musd, _OPEX)


def _replay_development(replay: Replay, name: str, terms: Development) -> None:
    """order[o,t] > 0 only if what began is done by then."""
    window = replay.window(terms.first_start, terms.last_start, f"hardware.{name}.development")
    periods = [t for offer, t in replay.decisions.developments if offer == name]
    begun = first_signing(replay, name, periods, window, WINDOW, ONCE)
    for t in replay.span:
        quantity = replay.decisions.orders.get((name, t), ZERO)
        ready = begun is not None and replay.time.after(begun, terms.lead_periods) <= t
        replay.findings.record(FIRST, name, t, ZERO if ready else abs(quantity))
    if begun is not None:
        replay.book.post(COST, f"opex.development.{name}", begun, exact(terms.cost_musd), _OPEX)
