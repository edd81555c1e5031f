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
from optimizer.instance.schema import Instance

from .strategies import (
    START,
    Data,
    Draw,
    calendar_of,
    cash_rules,
    debts,
    financing,
    physical,
    series,
    sometimes,
    taxes,
)

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
    errors = [f for f in check(Instance.model_validate(data)) if f.severity == "error"]
    assume(not errors)
    return data


def fit_objectives(data: Data) -> None:
    """Give the objectives what they need: rates of their own, or a round that states a value."""
    names = {objective["name"] for objective in data["objectives"]}
    if "adjusted_present_value" in names:
        data.setdefault("adjusted_present_value", {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.06})
    if "dilution" in names:
        rounds = equity_of(data).setdefault("rounds", {})
        rounds.setdefault("series_c", {"max_musd": 60, "pre_money_musd": 300})


def period(draw: Draw, data: Data) -> int | str:
    """The label of some period."""
    calendar = calendar_of(data)
    return calendar.label(draw(st.integers(1, calendar.periods)))


def window(draw: Draw, data: Data, block: Data, what: str) -> None:
    """Open a block late, or close it early, in some cases."""
    calendar = calendar_of(data)
    first = draw(st.sampled_from([1, 1, 1, 2]))
    last = draw(st.sampled_from([calendar.periods] * 2 + [2]))
    if first > 1:
        block[f"first_{what}"] = calendar.label(first)
    if last < calendar.periods:
        block[f"last_{what}"] = calendar.label(last)


def equity_of(data: Data) -> Data:
    """The equity block, made if it is not there."""
    return data.setdefault("equity", {"cost_of_equity_per_year": 0.13})


def offer_like(draw: Draw, data: Data) -> Data:
    """A new hardware offer: a plain copy of one of the instance's, a little cheaper or denser."""
    original = data["hardware"][draw(st.sampled_from(sorted(data["hardware"])))]
    keys = ("compute_h100e", "kw", "lead_periods", "life_periods", "lot_units", "sites", "upkeep_usd_per_unit_year")
    offer = {key: original[key] for key in keys if key in original}
    offer["price_usd"] = draw(series([20000, 15000, 26000], calendar_of(data)))
    sometimes(draw, offer, "kw", st.sampled_from([1, 1.3]))
    sometimes(draw, offer, "deposit_share", st.sampled_from([0.3, 1]))
    sometimes(draw, offer, "supply_units", st.sampled_from([3000, 5000]))
    return offer


# ── sourcing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def framework(draw: Draw, data: Data) -> None:
    """An offer under a framework agreement, take or pay in half of the cases, with a window in some."""
    offer = offer_like(draw, data)
    terms: Data = {"min_total_units": draw(st.sampled_from([2000, 3000, 5000]))}
    sometimes(draw, terms, "take_or_pay_share", st.sampled_from([0.3, 0.8, 0]))
    sometimes(draw, terms, "signing_fee_musd", st.sampled_from([1, 4]))
    window(draw, data, offer, "order")
    offer["framework"] = terms
    data["hardware"]["framed"] = offer


def development(draw: Draw, data: Data) -> None:
    """A custom chip: cheap and dense once it has been developed."""
    offer = offer_like(draw, data)
    offer["price_usd"] = draw(st.sampled_from([9000, 13000]))
    terms: Data = {"cost_musd": draw(st.sampled_from([10, 3, 0])), "lead_periods": draw(st.integers(0, 1))}
    window(draw, data, terms, "start")
    offer["development"] = terms
    if draw(st.integers(0, 3)) == 3:
        offer["framework"] = {"min_total_units": 1000, "take_or_pay_share": 0.5}
    data["hardware"]["custom"] = offer


def operating_lease(draw: Draw, data: Data) -> None:
    """Hardware leased off the balance sheet."""
    data["hardware"]["rented_chips"] = lease_offer(draw, data, as_debt=False)


def finance_lease(draw: Draw, data: Data) -> None:
    """Hardware under a lease that counts as debt."""
    data["hardware"]["leased_chips"] = lease_offer(draw, data, as_debt=True)


def lease_offer(draw: Draw, data: Data, as_debt: bool) -> Data:
    offer = offer_like(draw, data)
    for key in ("price_usd", "deposit_share"):
        offer.pop(key, None)
    offer["supply_units"] = draw(st.sampled_from([2000, 4000]))
    years = offer["life_periods"] * calendar_of(data).years
    share = draw(st.sampled_from([1.1, 0.8, 1.3]))
    offer["lease"] = {
        "payment_usd_per_unit_year": draw(series([round(20000 * share / years), 15000 / years], calendar_of(data))),
        "implicit_rate_per_year": draw(st.sampled_from([0.08, 0.05, 0])),
        "counts_as_debt": as_debt,
    }
    sometimes(draw, offer, "order_fee_musd", st.just(0.5))
    if draw(st.integers(0, 3)) == 3:
        offer["framework"] = {"min_total_units": 1500, "signing_fee_musd": 0.5}
    return offer


def resale(draw: Draw, data: Data) -> None:
    """A resale curve for each offer that can have one, and sometimes a terminal value by it."""
    curve = draw(st.sampled_from([[0.9, 0.7, 0.5, 0.3], [1, 0.8, 0.6, 0.45, 0.3, 0.2], [0.6, 0.3], [1, 1, 0.9]]))
    for offer in data["hardware"].values():
        if "lease" not in offer and ("tiers" not in offer or draw(st.booleans())):
            offer.pop("tiers", None)
            offer["resale_share_by_age"] = curve
    if any("resale_share_by_age" in offer for offer in data["hardware"].values()) and draw(st.booleans()):
        data["terminal"] = {"kind": "resale"}


def colocation(draw: Draw, data: Data) -> None:
    """Power to be rented at a site; the site may have no phases of its own."""
    calendar = calendar_of(data)
    site = data["sites"][draw(st.sampled_from(sorted(data["sites"])))]
    rent: Data = {
        "rent_musd_per_mw_year": draw(series([0.4, 0.8, 1.5], calendar)),
        "limit_mw": draw(series([6, 10], calendar, growth=False)),
        "term_periods": draw(st.integers(1, 4)),
    }
    sometimes(draw, rent, "lead_periods", st.just(1))
    sometimes(draw, rent, "block_mw", st.sampled_from([2, 1.5]))
    window(draw, data, rent, "signing")
    site["colocation"] = rent
    if draw(st.integers(0, 3)) == 3:
        site["phases"] = []


# ── energy and cloud ──────────────────────────────────────────────────────────────────────────────────────────────


def energy(draw: Draw, data: Data) -> None:
    """One to three sources of energy, with or without a contract; sometimes no grid at all."""
    calendar = calendar_of(data)
    north = data["regions"]["north"]
    sometimes(draw, north, "grid_renewable_share", series([0.2, 0.4], calendar, growth=False))
    sometimes(draw, north, "grid_emissions_t_per_mwh", st.just(0.4))
    sources: Data = {}
    for name in ["wind", "plant", "gas"][: draw(st.integers(1, 3))]:
        source: Data = {
            "region": "north",
            "price_usd_per_mwh": draw(series([35, 60, 20], calendar)),
            "limit_mw": draw(series([4, 10], calendar, growth=False)),
            "renewable": name != "gas",
        }
        sometimes(draw, source, "emissions_t_per_mwh", st.just(0.3))
        if draw(st.booleans()):
            contract: Data = {"term_periods": draw(st.integers(1, 4))}
            sometimes(draw, contract, "take_or_pay_share", st.sampled_from([0.7, 1]))
            window(draw, data, contract, "signing")
            source["contract"] = contract
        sources[name] = source
    data["energy_sources"] = sources
    if draw(st.integers(0, 4)) == 4:
        north.pop("energy_price_usd_per_mwh")


def renewable_share(draw: Draw, data: Data) -> None:
    """A target for the renewable share that a source or the grid can meet."""
    if "energy_sources" not in data:
        energy(draw, data)
    data["power"] = data.get("power", {}) | {
        "min_renewable_share": draw(series([0.3, 0.5, 0.8], calendar_of(data), growth=False))
    }


def reserved_cloud(draw: Draw, data: Data) -> None:
    """Blocks of cloud compute beside the hourly ones."""
    calendar = calendar_of(data)
    terms: Data = {
        "price_usd_per_h100e_hour": draw(series([1.2, 0.9, 1.7], calendar)),
        "limit_h100e": draw(series([3000, 6000], calendar, growth=False)),
        "term_periods": draw(st.integers(1, 4)),
    }
    sometimes(draw, terms, "block_h100e", st.sampled_from([1000, 700]))
    window(draw, data, terms, "signing")
    hourly = {"price_usd_per_h100e_hour": 1.8, "limit_h100e": draw(st.sampled_from([2000, 0]))}
    cloud = data.setdefault("cloud", {"rented": hourly})
    next(iter(cloud.values()))["reserved"] = terms


# ── debt ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def sculpted(draw: Draw, data: Data) -> None:
    """A loan whose repayments are decided."""
    loan = draw(debts(calendar_of(data), "sculpted"))
    loan["rate_per_year"] = draw(series([0.07, 0.05], calendar_of(data), growth=False))
    if draw(st.booleans()):
        loan["grace_periods"] = 1
    sometimes(draw, loan, "issue_discount_share", st.just(0.02))
    data["debt"]["sculpted_loan"] = loan


def pik(draw: Draw, data: Data) -> None:
    """A loan whose interest is added to the balance in its grace."""
    kind = draw(st.sampled_from(["bullet", "level", "annuity"]))
    loan = draw(debts(calendar_of(data), kind))
    loan["tenor_periods"] = draw(st.integers(3, 6))
    loan |= {"grace_periods": draw(st.integers(1, 2)), "capitalise_interest": True}
    data["debt"]["pik_loan"] = loan


def issue_discount(draw: Draw, data: Data) -> None:
    """A bond below par, cheap otherwise."""
    loan = draw(debts(calendar_of(data), draw(st.sampled_from(["bullet", "level", "annuity"]))))
    loan |= {"issue_discount_share": draw(st.sampled_from([0.03, 0.01])), "rate_per_year": 0.05}
    data["debt"]["bond"] = loan


def prepayment(draw: Draw, data: Data) -> None:
    """A loan with vintages that may be repaid early, some of them dear enough to be worth it."""
    loan = draw(debts(calendar_of(data), draw(st.sampled_from(["bullet", "level", "annuity"]))))
    loan["rate_per_year"] = draw(series([0.09, 0.05, 0.14], calendar_of(data), growth=False))
    loan["tenor_periods"] = draw(st.integers(2, 5))
    terms: Data = {}
    sometimes(draw, terms, "premium_share", st.sampled_from([0.01, 0.03]))
    if draw(st.integers(0, 2)) == 2:
        terms["first_prepayment"] = period(draw, data)
    loan["prepayment"] = terms
    if draw(st.integers(0, 2)) == 2:
        loan |= {"grace_periods": 1, "capitalise_interest": True, "tenor_periods": 4}
    if draw(st.booleans()):
        loan["opening_balance_musd"] = 15
        loan.pop("security", None)
    data["debt"]["callable_loan"] = loan


def tied_draws(draw: Draw, data: Data) -> None:
    """A vendor or construction loan."""
    loan = draw(debts(calendar_of(data), draw(st.sampled_from(["level", "bullet", "annuity", "sculpted", "revolver"]))))
    loan["rate_per_year"] = 0.06
    bought = sorted(name for name, offer in data["hardware"].items() if "lease" not in offer)
    tie: Data = {"capex_share": draw(st.sampled_from([0.8, 0.5, 1]))}
    which = draw(st.sampled_from(["hardware", "sites", "both"]))
    if which != "sites":
        tie["hardware"] = bought[: draw(st.integers(1, len(bought)))]
    if which != "hardware":
        tie["sites"] = sorted(data["sites"])
    loan["tied_to"] = tie
    data["debt"]["vendor_loan"] = loan


def lenders(draw: Draw, data: Data) -> None:
    """A bank behind all of the debt but one instrument, with a limit on the sum."""
    names = sorted(data["debt"])
    if not names:
        data["debt"]["level_loan"] = draw(debts(calendar_of(data), "level"))
        names = ["level_loan"]
    opening = sum(debt.get("opening_balance_musd", 0) for debt in data["debt"].values())
    data["lenders"] = {"bank": {"limit_musd": opening + draw(st.sampled_from([30, 60, 100]))}}
    for name in names[: max(1, len(names) - draw(st.integers(0, 1)))]:
        data["debt"][name]["lender"] = "bank"


# ── equity, partners ──────────────────────────────────────────────────────────────────────────────────────────────


def preferred(draw: Draw, data: Data) -> None:
    """One or two classes of preferred shares, in a programme short of cash and without other rounds."""
    data["opening"] = {"cash_musd": draw(st.sampled_from([30, 50])), "paid_in_capital_musd": 60}
    data.get("equity", {}).pop("rounds", None)
    data["preferred_equity"] = {}
    for name in ["senior", "junior"][: draw(st.integers(1, 2))]:
        item: Data = {
            "dividend_per_year": draw(series([0.06, 0.1, 0.04], calendar_of(data), growth=False)),
            "max_musd": draw(st.sampled_from([90, 40])),
        }
        sometimes(draw, item, "min_musd", st.sampled_from([10, 25]))
        sometimes(draw, item, "flotation_share", st.just(0.02))
        sometimes(draw, item, "flotation_fixed_musd", st.just(0.3))
        window(draw, data, item, "raise")
        data["preferred_equity"][name] = item


def compute_partner(draw: Draw, data: Data) -> None:
    """A partner that pays now for compute later."""
    partner: Data = {
        "kind": "compute",
        "cash_musd": draw(st.sampled_from([20, 40, 8])),
        "delivery_periods": draw(st.integers(1, 3)),
        "delivery_h100e": draw(st.sampled_from([1000, 2500, 400])),
        "price_usd_per_h100e_hour": draw(st.sampled_from([2, 1.3, 2.4, 0.5])),
    }
    sometimes(draw, partner, "delivery_lag_periods", st.sampled_from([0, 1, 2]))
    window(draw, data, partner, "signing")
    data.setdefault("partners", {})["anchor"] = partner


def equity_partner(draw: Draw, data: Data) -> None:
    """A partner that pays for a share in the company."""
    equity_of(data)
    partner: Data = {
        "kind": "equity",
        "cash_musd": draw(st.sampled_from([25, 50])),
        "pre_money_musd": draw(series([300, 800], calendar_of(data))),
    }
    window(draw, data, partner, "signing")
    data.setdefault("partners", {})["strategic"] = partner


def dividends(draw: Draw, data: Data) -> None:
    """Dividends, some of which have to be paid, with a lock-up in half of the cases, and with capital in some."""
    terms: Data = {"maximum_musd": draw(series([8, 15], calendar_of(data)))}
    sometimes(draw, terms, "minimum_total_musd", st.sampled_from([4, 7]))
    if draw(st.integers(0, 3)) == 3:
        terms["minimum_musd"] = 0.5
    sometimes(draw, terms, "lock_up_dscr", st.sampled_from([1.2, 2, 1]))
    sometimes(draw, terms, "return_of_capital", st.just(True))
    equity_of(data)["dividends"] = terms


def ownership_floor(draw: Draw, data: Data) -> None:
    """A floor on what today's owners keep, and rounds that would take more."""
    equity = equity_of(data)
    equity["ownership_floor_share"] = draw(st.sampled_from([0.85, 0.7, 0.95]))
    sometimes(draw, equity, "ownership_segments", st.sampled_from([1, 3, 8]))
    item: Data = {"max_musd": 120, "pre_money_musd": draw(series([250, 500], calendar_of(data)))}
    sometimes(draw, item, "min_musd", st.sampled_from([5, 30]))
    window(draw, data, item, "raise")
    equity.setdefault("rounds", {})["growth"] = item


# ── pricing and purposes ──────────────────────────────────────────────────────────────────────────────────────────

RELEVER = [
    {"method": "hamada", "unlevered_cost_per_year": 0.1, "risk_free_per_year": 0.03},
    {"method": "harris_pringle", "unlevered_cost_per_year": 0.1, "cost_of_debt_per_year": 0.05},
]


def grid_by_leverage(draw: Draw, data: Data) -> None:
    """Spreads and costs of equity by leverage: stated, relevered or left to the company."""
    for item in equity_of(data).get("rounds", {}).values():
        item.pop("cost_of_equity_per_year", None)
    low, high = draw(st.sampled_from([(0.3, 0.6), (0.15, 0.4), (0.5, 0.7)]))
    buckets: list[Data] = [
        {"upper": low},
        {"lower": low, "upper": high, "spread_per_year": 0.01},
        {"lower": high, "upper": 1, "spread_per_year": draw(st.sampled_from([0.03, 0.02]))},
    ]
    sometimes(draw, buckets[0], "spread_per_year", st.sampled_from([-0.005, 0.002]))
    grid: Data = {"by": "leverage", "buckets": buckets}
    way = draw(st.sampled_from(["stated", "relevered", "company"]))
    if way != "company":
        buckets[2]["cost_of_equity_per_year"] = 0.2
    if way == "stated":
        buckets[0]["cost_of_equity_per_year"] = 0.12
        buckets[1]["cost_of_equity_per_year"] = 0.15
    if way == "relevered":
        grid["relever"] = dict(draw(st.sampled_from(RELEVER)))
    data["pricing_grid"] = grid


def grid_by_cover(draw: Draw, data: Data) -> None:
    """Spreads, and sometimes costs of equity, by interest cover."""
    high, low = draw(st.sampled_from([(4, 2), (2.5, 1), (8, 3)]))
    buckets: list[Data] = [
        {"lower": high},
        {"lower": low, "upper": high, "spread_per_year": 0.01},
        {"upper": low, "spread_per_year": 0.025},
    ]
    if draw(st.booleans()):
        for item in equity_of(data).get("rounds", {}).values():
            item.pop("cost_of_equity_per_year", None)
        for bucket, cost in zip(buckets, (0.12, 0.14, 0.18), strict=True):
            bucket["cost_of_equity_per_year"] = cost
    data["pricing_grid"] = {"by": "interest_cover", "buckets": buckets}


def present_value_rates(draw: Draw, data: Data) -> None:
    """The rates of the adjusted present value, as a metric or for the objective."""
    data["adjusted_present_value"] = {
        "unlevered_rate_per_year": draw(st.sampled_from([0.1, 0.12])),
        "shield_rate_per_year": draw(st.sampled_from([0.06, 0.1, 0])),
    }


def tax_extras(draw: Draw, data: Data) -> None:
    """Interest limitation and conventions, where there is a tax; a lease has no class of its own."""
    if draw(st.booleans()) and (data["debt"] or "leased_chips" in data["hardware"]):
        data["tax"]["interest_limit_share"] = draw(st.sampled_from([0.3, 0.1, 0]))
    for item in data["depreciation"].values():
        if "life_years" in item:
            sometimes(draw, item, "convention", st.sampled_from(["half_year", "mid_month"]))
    for offer in data["hardware"].values():
        if "lease" in offer:
            offer.pop("tax_class", None)


EXTRAS: dict[str, Callable[[Draw, Data], None]] = {
    "framework": framework,
    "development": development,
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
    "equity_partner": equity_partner,
    "dividends": dividends,
    "ownership_floor": ownership_floor,
    "grid_by_leverage": grid_by_leverage,
    "grid_by_cover": grid_by_cover,
    "present_value_rates": present_value_rates,
}
