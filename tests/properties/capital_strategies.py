"""Random terms of capital: loans and their terms, equity, partners, pricing grids, rates of their own, tax."""

from __future__ import annotations

from hypothesis import strategies as st

from .customer_strategies import customer_contract
from .instrument_parts import equity_of, period, window
from .strategies import Data, Draw, calendar_of, debts, series, sometimes


def sculpted(draw: Draw, data: Data) -> None:
    """A loan whose repayments are decided."""
    loan = draw(debts(calendar_of(data), "sculpted"))
    loan["rate_per_year"] = draw(series([0.07, 0.05], calendar_of(data), growth=False))
    if draw(st.booleans()):
        loan["grace_periods"] = 1
    sometimes(draw, loan, "issue_discount_share", st.just(0.02))
    data["debt"]["sculpted_loan"] = loan


def pik(draw: Draw, data: Data) -> None:
    """A loan whose interest is added to the balance in its grace, and to what is built; cash may look ahead."""
    kind = draw(st.sampled_from(["bullet", "level", "annuity"]))
    loan = draw(debts(calendar_of(data), kind))
    loan["tenor_periods"] = draw(st.integers(3, 6))
    loan |= {"grace_periods": draw(st.integers(1, 2)), "capitalise_interest": True}
    data["debt"]["pik_loan"] = loan
    if kind != "bullet":
        data["capitalise_interest_in_construction"] = True
        data["interest_in_construction_rate_per_year"] = 0.06
    else:
        data.setdefault("cash", {}).update(look_ahead_periods=1, look_ahead_debt_service=True)


def issue_discount(draw: Draw, data: Data) -> None:
    """A bond below par, cheap otherwise; a bullet is a convertible."""
    loan = draw(debts(calendar_of(data), draw(st.sampled_from(["bullet", "level", "annuity"]))))
    loan |= {"issue_discount_share": draw(st.sampled_from([0.03, 0.01])), "rate_per_year": 0.05}
    data["debt"]["bond"] = loan
    if loan["kind"] == "bullet":
        loan["conversion"] = {
            "share_price_usd": {"initial": 20, "growth_per_year": 0.3},
            "premium_share": 0.25,
            "straight_rate_per_year": 0.07,
            "capped_call": {"cost_share": 0.02, "cap_premium_share": 0.5},
            "pre_money_musd": 400,
        }
        if loan["tenor_periods"] > 1:
            sometimes(draw, loan["conversion"], "put_periods", st.just(1))


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


def conditions(draw: Draw, data: Data) -> None:
    """A customer's contract and a partner for shares, and what goes with what."""
    customer_contract(draw, data)
    equity_partner(draw, data)
    pair = ["contracts.customer", "partners.strategic"]
    kind = draw(st.sampled_from(["exactly_one", "requires", "excludes"]))
    choice: Data = {"exactly_one": pair} if kind == "exactly_one" else {"of": pair[0], kind: pair[1:]}
    data["choices"] = {"together": choice}


def venture(draw: Draw, data: Data) -> None:
    """A project of which any share can be taken, with an income of its own by age."""
    phase: Data = {
        "name": "share",
        "mw": 0,
        "lead_periods": draw(st.integers(0, 1)),
        "fractional": True,
        "income_musd_by_age": draw(st.sampled_from([[4, 5, 3], [9, 6], [1]])),
        "capex": {"all": {"musd": 10}},
    }
    data["sites"]["venture"] = {"region": next(iter(data["regions"])), "pue": 1.2, "phases": [phase]}


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


def groups(draw: Draw, data: Data) -> None:
    """A borrowing group around the sites of a region, with some of the loans, and tests of its own."""
    if "pricing_grid" in data:
        return
    region = next(iter(data["sites"].values()))["region"]
    own = [s for s, site in data["sites"].items() if site["region"] == region]
    for offer in data["hardware"].values():
        if "lease" in offer or "tiers" in offer:
            offer["sites"] = own
    spoken_for = {d for loan in data["debt"].values() for d in loan.get("refinances", ())}
    free = [
        d
        for d, loan in data["debt"].items()
        if not {"tied_to", "refinances", "advance", "tranche_of"} & loan.keys() and d not in spoken_for
    ]
    group: Data = {"sites": own, "debt": free[: draw(st.integers(1, 2))], "opening_cash_musd": 10}
    group["cash_flows"] = list(data.get("cash_flows", ()))[:1] if draw(st.booleans()) else []
    group["partners"] = [p for p, partner in data.get("partners", {}).items() if partner["kind"] == "compute"]
    if "contracts" not in data and draw(st.booleans()):
        customer_contract(draw, data)
    group["contracts"] = list(data.get("contracts", ()))[: draw(st.integers(1, 2))]
    # advanced on the group's customer
    group["debt"] += [d for d in ("contract_loan", "contract_tranche") if d in data["debt"]]
    calendar = calendar_of(data)
    if data.get("draw_timing", "end") == "end" and draw(st.booleans()):
        data["debt"]["swept_loan"] = {"kind": "level", "rate_per_year": 0.02, "tenor_periods": 4, "limit_musd": 40} | {
            "last_draw": calendar.label(1),
            "sweep": {"share": 0.4, "first_sweep": calendar.label(2)},
            "service_reserve": {"service_periods": 1},
        }
        group["debt"].append("swept_loan")
    else:  # its reserve by letters of credit of the group's line, or by a line of the company
        by = "letter_of_credit" if group["cash_flows"] else "standby"
        data["debt"]["reserved_loan"] = {
            "kind": "level",
            "rate_per_year": 0.02,
            "tenor_periods": 4,
            "limit_musd": 40,
        } | {"service_reserve": {"service_periods": 1, "facility": "reserve_line", "facility_by": by}}
        data["debt"]["reserve_line"] = {"kind": "revolver", "rate_per_year": 0.12, "limit_musd": 15} | {
            "letter_of_credit_fee_per_year": 0.01
        }
        group["debt"] += ["reserved_loan", *(["reserve_line"] if by == "letter_of_credit" else [])]
    sometimes(draw, group, "minimum_cash_musd", st.just(5))
    sometimes(draw, group, "contributions_musd", st.sampled_from([30, 60]))
    group["lock_up_dscr"] = draw(st.sampled_from([1.2, 2]))
    sometimes(draw, group, "lock_up_over", st.just("period"))
    sometimes(draw, group, "lock_up_first_year", st.just("annualised"))
    if group["cash_flows"]:  # by no choice of its own: examples of other terms stay what they were
        group["first_distribution"] = calendar.label(2)
    data["groups"] = {"ring": group}
    for covenant in data.get("covenants", {}).values():
        plain = covenant["kind"] != "debt_to_capital" and "instruments" not in covenant
        if plain and covenant.get("tax", "none") == "none" and draw(st.booleans()):
            covenant["group"] = "ring"
    if not group["cash_flows"]:  # a test that binds soon: what is left above it is distributed
        kept = {
            "kind": "minimum_liquidity",
            "minimum": 8,
            "first_test": calendar.label(calendar.periods),
            "group": "ring",
        }
        data.setdefault("covenants", {})["ring_cash"] = kept
        # each ring looks ahead; a reserve holds the service of its loan already
        data.setdefault("cash", {}).update(look_ahead_periods=1, look_ahead_debt_service=False)
