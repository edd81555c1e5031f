"""Neutral changes: what signed deals may say without meaning anything by it."""

from __future__ import annotations

from .neutral_table import (
    BEYOND,
    NEW,
    Change,
    Data,
    as_instance,
    blocks_of,
    entering,
    objectives_of,
    with_added,
    with_fields,
)

DEALS: dict[str, Change] = {}
neutral = entering(DEALS)


def _loans(data: Data, *kinds: str, without: tuple[str, ...] = ()) -> list[Data]:
    """The loans of some kinds that have none of these terms."""
    debts = blocks_of(data, "debt").values()
    return [debt for debt in debts if debt["kind"] in kinds and all(not debt.get(key) for key in without)]


def _is_in_segments(data: Data) -> bool:
    return data["calendar"].get("segments") is not None


# ── loans said in another way ─────────────────────────────────────────────────────────────────────────────────────


@neutral()
def floating_on_its_floor(data: Data) -> Data | None:
    """A reference of nothing counts as its floor, half of it is swapped to the same, and with the margin all of it is
    the fixed rate."""
    debts = [
        debt
        for debt in blocks_of(data, "debt").values()
        if isinstance(debt.get("rate_per_year"), (int, float))
        and debt.get("conversion") is None
        and not (_is_in_segments(data) and debt.get("capitalise_interest"))
    ]
    for debt in debts:
        half = 0.5 * debt.pop("rate_per_year")
        swap = {"share": 0.5, "rate_per_year": half}
        debt["floating"] = {"reference": NEW, "margin_per_year": half, "floor_per_year": half, "swap": swap}
    return with_added(data, "reference_rates", {"rate_per_year": 0.0}) if debts else None


@neutral()
def drawn_once_with_a_delay(data: Data) -> Data | None:
    """A level loan with a window of one period has one maturity for all draws."""
    calendar = as_instance(data).periods
    once = [
        debt
        for debt in _loans(data, "level", without=("prepayment", "capitalise_interest", "opening_balance_musd"))
        if len(calendar.window(debt.get("first_draw"), debt.get("last_draw"))) == 1
    ]
    return with_fields(data, once, kind="delayed_draw")


@neutral()
def all_of_it_a_balloon(data: Data) -> Data | None:
    return with_fields(data, _loans(data, "bullet", without=("conversion",)), kind="level", balloon_share=1.0)


@neutral()
def shares_never_worth_it(data: Data) -> Data | None:
    """Holders may convert at half as much again as shares are ever worth, and ask for no more than the coupon. Shares
    are the company's: not of a loan of a group."""
    equity = blocks_of(data, "equity")
    if not equity or (isinstance(equity.get("dividends"), dict) and equity["dividends"].get("return_of_capital")):
        return None
    without = ("conversion", "prepayment", "capitalise_interest", "opening_balance_musd", "sweep", "floating")
    terms = {"share_price_usd": 1.0, "premium_share": 0.5, "straight_rate_per_year": 0.0}
    owned = {name for group in blocks_of(data, "groups").values() for name in group.get("debt", ())}
    bullets = _loans(data, "bullet", without=without)
    debts = [debt for name, debt in blocks_of(data, "debt").items() if debt in bullets and name not in owned]
    return with_fields(data, [debt for debt in debts if debt.get("limit_musd") is not None], conversion=terms)


@neutral()
def capped_call_of_nothing(data: Data) -> Data | None:
    """Options that cost nothing, up to the conversion price, from which on they would bring something."""
    notes = [debt["conversion"] for debt in blocks_of(data, "debt").values() if debt.get("conversion")]
    bare = [terms for terms in notes if terms.get("capped_call") is None]
    for terms in bare:
        terms["capped_call"] = {"cost_share": 0.0, "cap_premium_share": terms["premium_share"]}
    return data if bare else None


@neutral()
def tranche_of_nothing(data: Data) -> Data | None:
    """Under the commitment of every loan with a schedule a tranche of which nothing may be drawn."""
    kinds, without = ("bullet", "level", "annuity", "delayed_draw"), ("tranche_of", "conversion")
    taken = {debt.get("tranche_of") for debt in blocks_of(data, "debt").values()}
    heads = [name for name, debt in blocks_of(data, "debt").items() if debt in _loans(data, *kinds, without=without)]
    heads = [name for name in heads if name not in taken and data["debt"][name].get("limit_musd")]
    for name in heads:
        own = f"{NEW}.{name}"
        window = {key: data["debt"][name][key] for key in ("first_draw", "last_draw") if key in data["debt"][name]}
        tranche = {"tranche_of": name, "kind": "level", "rate_per_year": 0.01, "tenor_periods": 2, "limit_musd": 0.0}
        data["debt"][own] = tranche | window
        for group in blocks_of(data, "groups").values():
            if name in group.get("debt", ()):
                group["debt"].append(own)
    return data if heads else None


@neutral()
def sweep_of_nothing(data: Data) -> Data | None:
    """Of loans of a group after their window. What may be repaid early is charged otherwise: not for what it costs."""
    if {"cost_of_capital", "wacc", "adjusted_present_value"} & {*objectives_of(data)} or "draw_timing" in data:
        return None
    owned = {name for group in blocks_of(data, "groups").values() for name in group.get("debt", ())}
    without = ("sweep", "prepayment", "capitalise_interest", "conversion", "tranche_of")
    if any(offer.get("resale_share_by_age") for offer in blocks_of(data, "hardware").values()):
        without += ("tied_to",)  # what is sold takes from what was drawn for it
    loans = _loans(data, "bullet", "level", "annuity", "delayed_draw", without=without)
    calendar, swept = as_instance(data).periods, []
    for name in owned:
        debt = data["debt"][name]
        window = calendar.window(debt.get("first_draw"), debt.get("last_draw"))
        after = window.stop if debt.get("limit_musd") else 1  # nothing is drawn
        if debt in loans and after <= calendar.periods and debt.get("limit_musd") is not None:
            debt["sweep"] = {"share": 0.0, "first_sweep": calendar.label(after)}
            swept.append(name)
    return data if swept else None


# ── contracts and groups ──────────────────────────────────────────────────────────────────────────────────────────


@neutral()
def contract_for_nothing(data: Data) -> Data | None:
    """Signed, for no capacity at all."""
    if not blocks_of(data, "sites"):
        return None
    terms = {"signed": True, "term_periods": 1, "acceptance_lag_periods": 0, "ramp_h100e": [0.0]}
    terms |= {"price_usd_per_h100e_hour": 1.0, "cost_of_serving_usd_per_h100e_hour": 0.0}
    return with_added(data, "contracts", terms)


@neutral()
def used_less_than_is_paid_for(data: Data) -> Data | None:
    """All that is held is paid for, whatever is used."""
    whole = [each for each in blocks_of(data, "contracts").values() if each.get("take_or_pay_share", 1.0) == 1.0]
    return with_fields(data, whole, used_share=0.25)


@neutral()
def terms_of_no_prepayment(data: Data) -> Data | None:
    ahead = ("prepayment_share", "prepayment_musd", "opening")
    bare = [each for each in blocks_of(data, "contracts").values() if all(not each.get(key) for key in ahead)]
    terms = {"prepayment_taxed": "received", "prepayment_credited": "first", "counts_as_debt": True}
    return with_fields(data, bare, **terms)


@neutral()
def income_of_nothing(data: Data) -> Data | None:
    phases = [phase for site in blocks_of(data, "sites").values() for phase in site.get("phases", ())]
    return with_fields(data, [each for each in phases if "income_musd_by_age" not in each], income_musd_by_age=[0.0])


@neutral()
def group_of_nothing(data: Data) -> Data | None:
    """A ring around nothing, beside others."""
    return with_added(data, "groups", {"lock_up_dscr": 1.5}) if blocks_of(data, "groups") else None


@neutral(limits=True)
def group_terms_that_hold_anyway(data: Data) -> Data | None:
    """Distributions from the first period on, and more than there is to put in. No lock-up at a cover of 0, which is a
    test that what comes in is not negative."""
    first = as_instance(data).periods.label(1)
    for group in blocks_of(data, "groups").values():
        group.setdefault("first_distribution", first)
        group.setdefault("contributions_musd", BEYOND)
        group.setdefault("minimum_cash_musd", 0.0)
    return data if blocks_of(data, "groups") else None
