"""Neutral changes: limits that cannot bind."""

from __future__ import annotations

from .neutral_table import (
    BEYOND,
    NEW,
    Change,
    Data,
    blocks_of,
    both_names,
    entering,
    facilities,
    offers_without,
    with_added,
    with_fields,
)

LIMITS: dict[str, Change] = {}
neutral = entering(LIMITS)


@neutral(limits=True)
def supply_beyond_need(data: Data) -> Data | None:
    return with_fields(data, offers_without(data, "supply_units"), supply_units=BEYOND)


@neutral(limits=True)
def power_beyond_need(data: Data) -> Data | None:
    """For the system, every region and every site, where no limit is given."""
    for region in blocks_of(data, "regions").values():
        region.setdefault("power_limit_mw", BEYOND)
    for site in blocks_of(data, "sites").values():
        site.setdefault("grid_connection_mw", BEYOND)
    return data | {"power": {"system_limit_mw": BEYOND} | blocks_of(data, "power")}


@neutral(limits=True)
def resource_beyond_need(data: Data) -> Data | None:
    phases = [phase for site in blocks_of(data, "sites").values() for phase in site.get("phases", ())]
    for phase in phases:
        phase["resources"] = blocks_of(phase, "resources") | {NEW: {"building": 1.0, "running": 2.0}}
    return with_added(data, "resources", {"limit": BEYOND}) if phases else None


@neutral(limits=True)
def budget_beyond_need(data: Data) -> Data | None:
    return with_added(data, "budgets", {"musd": BEYOND, "carry_over": True})


@neutral(limits=True)
def lender_beyond_need(data: Data) -> Data | None:
    alone = [debt for debt in blocks_of(data, "debt").values() if debt.get("lender") is None]
    return with_fields(with_added(data, "lenders", {"limit_musd": BEYOND}), alone, lender=NEW)


@neutral(limits=True)
def loan_limit_beyond_need(data: Data) -> Data | None:
    return with_fields(
        data, [debt for debt in blocks_of(data, "debt").values() if "limit_musd" not in debt], limit_musd=BEYOND
    )


@neutral()
def largest_draw_is_the_limit(data: Data) -> Data | None:
    """No draw is larger than all draws together, or than what a revolver may have outstanding."""
    debts = [
        debt for debt in blocks_of(data, "debt").values() if debt.get("limit_musd") and "max_draw_musd" not in debt
    ]
    for debt in debts:
        debt["max_draw_musd"] = debt["limit_musd"]
    return data if debts else None


@neutral()
def letters_of_credit_beside_the_limit(data: Data) -> Data | None:
    """Twice the limit, half of which is set aside at no fee, leaves what there was."""
    used = facilities(data)  # whose fee is charged
    lines = [debt for name, debt in blocks_of(data, "debt").items() if debt["kind"] == "revolver" and name not in used]
    lines = [line for line in lines if not line.get("letter_of_credit_share")]
    for line in lines:
        line |= {"limit_musd": 2 * line["limit_musd"], "letter_of_credit_share": 0.5}
        line.pop("letter_of_credit_fee_per_year", None)
    return data if lines else None


@neutral()
def covenants_that_hold_anyway(data: Data) -> Data | None:
    """Cash is never below 0, and debt never more than all capital nor less than none of it."""
    data = with_added(data, "covenants", {"kind": "minimum_liquidity", "minimum": 0.0})
    data = with_added(data, "covenants", {"kind": "debt_to_capital", "maximum": 1.0}, f"{NEW}.most")
    return with_added(data, "covenants", {"kind": "debt_to_capital", "minimum": 0.0}, f"{NEW}.least")


@neutral()
def dividends_of_zero(data: Data) -> Data | None:
    equity = blocks_of(data, "equity")
    if not equity or equity.get("dividends") is not None:
        return None
    return data | {"equity": equity | {"dividends": {"maximum_musd": 0.0}}}


@neutral()
def ownership_floor_of_zero(data: Data) -> Data | None:
    equity = blocks_of(data, "equity")
    if not equity or equity.get("ownership_floor_share") is not None:
        return None
    return data | {"equity": equity | {"ownership_floor_share": 0.0}}


@neutral()
def grid_of_one_bucket(data: Data) -> Data | None:
    """One price for all leverage. A grid needs a limit on all debt, overrides a cost by round, and knows no groups."""
    unlimited = any(debt.get("limit_musd") is None for debt in blocks_of(data, "debt").values())
    unlimited |= any(
        blocks_of(offer, "lease").get("counts_as_debt") and not offer["kw"] for offer in offers_without(data)
    )
    rounds = blocks_of(blocks_of(data, "equity"), "rounds").values()
    if (
        blocks_of(data, "pricing_grid")
        or blocks_of(data, "groups")
        or unlimited
        or any("cost_of_equity_per_year" in item for item in rounds)
    ):
        return None
    return data | {"pricing_grid": {"by": "leverage", "buckets": [{"spread_per_year": 0.0}]}}


@neutral()
def interest_added_in_a_grace_of_none(data: Data) -> Data | None:
    """Interest is only capitalised in grace. A convertible and a loan that is swept have none of it, nor one that
    floats where periods are of several lengths."""
    debts = blocks_of(data, "debt").values()
    without = ("conversion", "sweep", *(("floating",) if data["calendar"].get("segments") else ()))
    plain = [debt for debt in debts if all(debt.get(key) is None for key in without)]
    vintages = [debt for debt in plain if debt["kind"] in ("bullet", "level", "annuity")]
    return with_fields(data, [debt for debt in vintages if not debt.get("grace_periods")], capitalise_interest=True)


@neutral()
def limits_stated_twice(data: Data) -> Data | None:
    """Budgets, covenants and resources once more under another name."""
    for where in ("budgets", "covenants", "resources"):
        data = data | {where: {key: each for name, each in blocks_of(data, where).items() for key in both_names(name)}}
    for site in blocks_of(data, "sites").values():
        for phase in site.get("phases", ()):
            phase["resources"] = {
                key: use for name, use in blocks_of(phase, "resources").items() for key in both_names(name)
            }
    return data if any(blocks_of(data, where) for where in ("budgets", "covenants", "resources")) else None
