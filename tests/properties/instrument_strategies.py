"""Small random instances with a handful of the less common sources and instruments switched on.

A programme of ``strategies`` is made shorter and poorer, then two to five extras are added to it, each a function that
changes the plain data of the file. Most extras are options at terms that are worth a look; the others (an ownership
floor, a renewable share, a lender's limit …) are limits loose enough to leave a plan in most cases.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import assume
from hypothesis import strategies as st

from optimizer.instance.checks import check
from optimizer.instance.opening_position import opening_retained
from optimizer.instance.schema import Instance

from .capital_strategies import (
    compute_partner,
    conditions,
    dividends,
    equity_partner,
    grid_by_cover,
    grid_by_leverage,
    groups,
    issue_discount,
    lenders,
    ownership_floor,
    pik,
    preferred,
    prepayment,
    present_value_rates,
    sculpted,
    tax_extras,
    tied_draws,
    venture,
)
from .customer_strategies import customer_contract
from .instrument_parts import equity_of
from .sourcing_strategies import (
    colocation,
    development,
    energy,
    finance_lease,
    framework,
    opening_position,
    operating_lease,
    renewable_share,
    resale,
    reserved_cloud,
)
from .strategies import START, Data, Draw, cash_rules, financing, physical, taxes

ALL_OBJECTIVES = (
    "net_present_cost",
    "cost_of_capital",
    "wacc",
    "adjusted_present_value",
    "terminal_cash",
    "dilution",
    "peak_funding",
    "capital_raised",
    "total_value",
)
MAXIMISED = ("adjusted_present_value", "terminal_cash", "total_value")
ORDERED_LISTS = [
    [{"name": "cost_of_capital"}, {"name": "net_present_cost"}],
    [{"name": "wacc", "slack_share": 0.05}, {"name": "net_present_cost"}],
    [{"name": "dilution"}, {"name": "net_present_cost", "slack_share": 0.02}, {"name": "capital_raised"}],
    [{"name": "adjusted_present_value", "slack_musd": 2}, {"name": "cost_of_capital"}],
]
# half of the lists begin with what pays for hardware: only then are the extras attractive
OBJECTIVE_LISTS = [
    *([{"name": name}] for name in ALL_OBJECTIVES),
    *([{"name": name}] for name in ("net_present_cost", "net_present_cost", "terminal_cash", "adjusted_present_value")),
    *([{"name": name}] for name in ("net_present_cost", "net_present_cost", "terminal_cash", "adjusted_present_value")),
    *ORDERED_LISTS,
]


@st.composite
def programmes(
    draw: Draw,
    tax: bool | None = None,
    extra: str | None = None,
    without: tuple[str, ...] = (),
    objective: str | None = None,
) -> Data:
    """A whole instance that passes all checks.

    ``tax`` says whether there is a tax block (None: either), ``extra`` names one that is certainly switched on,
    ``without`` those that are not, and ``objective`` a single objective to take.
    """
    length = draw(st.sampled_from(["year", "year", "year", "quarter"]))
    data: Data = {
        "name": "instruments",
        "calendar": {"start": START[length], "periods": draw(st.integers(3, 5)), "length": length},
        "discount": {
            "rate_per_year": draw(st.sampled_from([0.1, 0.0, 0.07])),
            "timing": draw(st.sampled_from(["end", "mid", "start"])),
        },
        "draw_timing": draw(st.sampled_from(["end", "mid", "start"])),
        "payment_timing": draw(st.sampled_from(["end", "end", "mid", "start"])),
        "opening": draw(
            st.sampled_from(
                [
                    {"cash_musd": 60, "paid_in_capital_musd": 60},
                    {"cash_musd": 45, "paid_in_capital_musd": 80, "other_assets_musd": 10},
                    {"cash_musd": 150, "paid_in_capital_musd": 100},
                ]
            )
        ),
        "objectives": [{"name": objective}] if objective else draw(st.sampled_from(OBJECTIVE_LISTS)),
    }
    data |= draw(physical(data))
    data |= draw(financing(data))
    data |= draw(cash_rules(data))
    # the extras come on top: two of each kind are enough of a choice
    data["hardware"] = dict(list(data["hardware"].items())[:2])
    data["debt"] = dict(list(data["debt"].items())[:2])
    terminal = draw(
        st.sampled_from(
            [None, None, {"kind": "book_share", "share": 0.5}, {"kind": "ebitda_multiple", "multiple": 1.5}]
        )
    )
    if terminal:
        data["terminal"] = terminal
    names = [name for name in EXTRAS if name not in without and name != extra]
    least = 1 if extra else 2
    chosen = draw(st.lists(st.sampled_from(names), min_size=least, max_size=4 if extra else 5, unique=True))
    chosen += [extra] if extra else []
    has_tax = draw(st.booleans()) if tax is None else tax
    # in the order of the registry: later ones look at what earlier ones added
    for name in (name for name in EXTRAS if name in chosen):
        EXTRAS[name](draw, data)
    if has_tax:
        data |= draw(taxes(data))
        tax_extras(draw, data)
    fit_objectives(data)
    if "opening_position" in chosen:
        opening_figures(data)
    errors = [f for f in check(Instance.model_validate(data)) if f.severity == "error"]
    assume(not errors)
    return data


def opening_figures(data: Data) -> None:
    """What else the books of a company that already runs have: costs of loans, facilities, interest, earnings."""
    for debt in data.get("debt", {}).values():
        if debt.get("opening_balance_musd") and debt["kind"] in ("bullet", "level", "annuity"):
            debt["opening_fees_musd"] = 0.3
        if debt.get("commitment_fee_per_year"):
            debt["signed"] = True
    if "tax" in data:
        data["tax"].setdefault("interest_limit_share", 0.3)
        data["tax"]["opening_interest_musd"] = 2
    data["opening"]["retained_earnings_musd"] = opening_retained(Instance.model_validate(data))


def fit_objectives(data: Data) -> None:
    """Give the objectives what they need: rates of their own, or a round that states a value."""
    names = {objective["name"] for objective in data["objectives"]}
    if "adjusted_present_value" in names:
        data.setdefault("adjusted_present_value", {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.06})
    if "dilution" in names:
        rounds = equity_of(data).setdefault("rounds", {})
        rounds.setdefault("series_c", {"max_musd": 60, "pre_money_musd": 300})


EXTRAS: dict[str, Callable[[Draw, Data], None]] = {
    "framework": framework,
    "development": development,
    "opening_position": opening_position,
    "operating_lease": operating_lease,
    "finance_lease": finance_lease,
    "resale": resale,
    "colocation": colocation,
    "energy": energy,
    "renewable_share": renewable_share,
    "reserved_cloud": reserved_cloud,
    "sculpted": sculpted,
    "pik": pik,
    "issue_discount": issue_discount,
    "prepayment": prepayment,
    "tied_draws": tied_draws,
    "lenders": lenders,
    "preferred": preferred,
    "compute_partner": compute_partner,
    "customer_contract": customer_contract,
    "conditions": conditions,
    "venture": venture,
    "equity_partner": equity_partner,
    "dividends": dividends,
    "ownership_floor": ownership_floor,
    "grid_by_leverage": grid_by_leverage,
    "grid_by_cover": grid_by_cover,
    "present_value_rates": present_value_rates,
    "groups": groups,
}
