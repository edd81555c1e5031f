"""Small random instances, as the plain data of a file.

They are made so that most of them have a plan: demand is soft (a shortfall has a price), the opening cash covers what
cannot be avoided, covenants are loose. Money, power and supply are short often enough for the limits to bind. Numbers
are drawn from short lists of round figures, so that a failing example reads like a file somebody could have written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from optimizer.instance.calendar import Calendar
from optimizer.instance.checks import check
from optimizer.instance.schema import Instance
from optimizer.instance.tax_years import tax_years

Data = dict[str, Any]
Draw = st.DrawFn

OBJECTIVES = ("net_present_cost", "cost_of_capital", "terminal_cash", "peak_funding", "total_value")
LEXICOGRAPHIC = [
    [{"name": "cost_of_capital"}, {"name": "net_present_cost"}],
    [{"name": "cost_of_capital", "slack_share": 0.1, "slack_musd": 2}, {"name": "net_present_cost"}],
    [{"name": "peak_funding", "slack_share": 0.2}, {"name": "net_present_cost"}],
    [{"name": "total_value"}, {"name": "cost_of_capital", "slack_musd": 1}, {"name": "net_present_cost"}],
    [{"name": "net_present_cost", "slack_share": 0.05}, {"name": "terminal_cash"}],
]
START = {"year": 2026, "quarter": "2026Q3"}


def calendar_of(data: Data) -> Calendar:
    """The calendar of an instance's data."""
    block = data["calendar"]
    return Calendar.of(block["start"], block.get("length", "year"), block["periods"])


@st.composite
def instances(draw: Draw, tax: bool | None = None) -> Data:
    """A whole instance that passes all checks, with a tax block or without as ``tax`` says (None: either)."""
    length = draw(st.sampled_from(["year", "year", "quarter"]))
    data: Data = {
        "name": "small",
        "calendar": {"start": START[length], "periods": draw(st.integers(2, 6)), "length": length},
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
                    {"cash_musd": 120, "paid_in_capital_musd": 100, "other_assets_musd": 10},
                    {"cash_musd": 300, "paid_in_capital_musd": 200},
                ]
            )
        ),
        "objectives": draw(st.sampled_from(ONE_OR_MORE)),
    }
    data |= draw(physical(data))
    has_tax = draw(st.booleans()) if tax is None else tax
    if has_tax:
        data |= draw(taxes(data))
    data |= draw(financing(data))
    data |= draw(cash_rules(data))
    terminal = draw(
        st.sampled_from([None, {"kind": "book_share", "share": 0.5}, {"kind": "ebitda_multiple", "multiple": 1.5}])
    )
    if terminal:
        data["terminal"] = terminal
    errors = [f for f in check(Instance.model_validate(data)) if f.severity == "error"]
    assume(not errors)
    return data


ONE_OR_MORE = [*([{"name": name}] for name in ("net_present_cost", *OBJECTIVES)), *LEXICOGRAPHIC]


@st.composite
def series(draw: Draw, values: Sequence[float], calendar: Calendar, growth: bool = True) -> Any:
    """One of ``values``, as a number or in one of the other ways to write a series."""
    first = draw(st.sampled_from(values))
    way = draw(st.sampled_from(["number", "number", "list", "steps", "growth"]))
    if way == "list":
        return [draw(st.sampled_from(values)) for _ in calendar.span]
    if way == "steps":
        middle = calendar.label(1 + calendar.periods // 2)
        return {calendar.label(1): first, middle: draw(st.sampled_from(values))}
    if way == "growth" and growth:
        return {"initial": first, "growth_per_year": draw(st.sampled_from([0.05, -0.1]))}
    return first


def sometimes(draw: Draw, block: Data, key: str, strategy: st.SearchStrategy[Any]) -> None:
    """Give a block a field in half of the cases."""
    if draw(st.booleans()):
        block[key] = draw(strategy)


# ── sites, hardware, markets ──────────────────────────────────────────────────────────────────────────────────────


@st.composite
def physical(draw: Draw, data: Data) -> Data:
    """Regions, sites, resources, offers, markets and clouds that fit the calendar of ``data``."""
    calendar = calendar_of(data)
    names = ["alpha", "beta"][: draw(st.integers(1, 2))]
    clouds = ["rented"] if draw(st.booleans()) else []
    region: Data = {"energy_price_usd_per_mwh": draw(series([50, 40, 80], calendar))}
    sometimes(draw, region, "power_limit_mw", series([12, 20, 35], calendar))
    blocks: Data = {"regions": {"north": region}, "sites": {name: draw(sites(calendar)) for name in names}}
    if draw(st.booleans()):
        blocks["resources"] = {"crews": {"limit": draw(series([2, 3], calendar, growth=False))}}
        for site in blocks["sites"].values():
            for phase in site["phases"]:
                sometimes(
                    draw, phase, "resources", st.sampled_from([{"crews": {"building": 1}}, {"crews": {"running": 0.5}}])
                )
    if draw(st.integers(0, 3)) == 3:
        blocks["power"] = {"system_limit_mw": draw(series([15, 30], calendar))}
    blocks["hardware"] = {
        name: draw(offers(calendar, names)) for name in ["current", "dense", "cheap"][: draw(st.integers(1, 3))]
    }
    blocks["markets"] = {"training": draw(markets(calendar, names, clouds))}
    if draw(st.booleans()):
        surplus: Data = {"demand_h100e": 6000, "revenue_usd_per_h100e_hour": draw(series([0.9, 0.5], calendar))}
        sometimes(draw, surplus, "surplus_only_below_share", st.sampled_from([0.8, 0.5]))
        blocks["markets"]["rental"] = surplus
    for cloud in clouds:
        blocks["cloud"] = {
            cloud: {
                "price_usd_per_h100e_hour": draw(series([2.5, 1.5], calendar)),
                "limit_h100e": draw(series([3000, 10000], calendar)),
            }
        }
    return blocks


@st.composite
def sites(draw: Draw, calendar: Calendar) -> Data:
    """A site with one to three entries of phases."""
    site: Data = {"region": "north", "pue": draw(st.sampled_from([1.25, 1.1, 1.4]))}
    sometimes(draw, site, "uptime_share", st.just(0.95))
    sometimes(draw, site, "max_utilisation_share", st.just(0.8))
    sometimes(draw, site, "load_factor_share", st.just(0.9))
    sometimes(draw, site, "existing_mw", st.sampled_from([2, 5]))
    sometimes(draw, site, "grid_connection_mw", st.sampled_from([20, 30, 45]))
    sometimes(draw, site, "land_musd", st.just(3))
    sometimes(draw, site, "opening_cost_musd", st.just(2))
    site["phases"] = [draw(phases(calendar, f"phase{i}")) for i in range(draw(st.integers(1, 3)))]
    return site


@st.composite
def phases(draw: Draw, calendar: Calendar, name: str) -> Data:
    """A phase entry; the classes ``buildings`` and ``equipment`` are added where there is a tax."""
    mw = draw(st.sampled_from([6, 10, 15]))
    cost = [mw * per_mw for per_mw in (4, 2, 6)]
    phase: Data = {
        "name": name,
        "mw": mw,
        "lead_periods": draw(st.integers(0, 1)),
        "capex": {"shell": {"musd": draw(series(cost, calendar)), "book_life_years": 20}},
    }
    sometimes(draw, phase, "count", st.sampled_from([2, 3]))
    sometimes(draw, phase, "gap_periods", st.just(1))
    sometimes(draw, phase, "spend_profile", st.sampled_from([[0.6, 0.4], [0.5, 0.25, 0.25]]))
    sometimes(draw, phase, "fixed_opex_musd_per_year", series([1, 0.5], calendar))
    sometimes(draw, phase, "value_musd", st.sampled_from([5, 12, -1]))
    if draw(st.booleans()):
        phase["capex"]["fit_out"] = {"musd": mw, "book_life_years": draw(st.sampled_from([8, 3]))}
    if draw(st.integers(0, 3)) == 3:
        phase["latest_start"] = calendar.label(draw(st.integers(1, calendar.periods)))
    return phase


@st.composite
def offers(draw: Draw, calendar: Calendar, names: list[str]) -> Data:
    """A hardware offer with lots, tiers, deposit and fee as it comes."""
    offer: Data = {
        "price_usd": draw(series([24000, 30000, 18000], calendar)),
        "compute_h100e": draw(st.sampled_from([2, 1, 2.5])),
        "kw": draw(st.sampled_from([1.5, 1.2, 2])),
        "lead_periods": draw(st.integers(0, 1)),
        "life_periods": draw(st.integers(2, 5)),
    }
    sometimes(draw, offer, "attach", st.just({"server": {"usd_per_unit": 4000}}))
    sometimes(draw, offer, "lot_units", st.sampled_from([1000, 2000]))
    sometimes(draw, offer, "supply_units", series([3000, 6000], calendar))
    sometimes(draw, offer, "deposit_share", st.sampled_from([0.25, 1]))
    sometimes(draw, offer, "order_fee_musd", st.sampled_from([1, 0.2]))
    sometimes(draw, offer, "upkeep_usd_per_unit_year", st.just(800))
    if offer["life_periods"] % 2:
        offer["upkeep_usd_per_unit_year_by_age"] = [0, 700, 2500]
    if draw(st.integers(0, 2)) == 2:
        offer["tiers"] = {
            "kind": draw(st.sampled_from(["all_units", "incremental"])),
            "steps": [
                {"from_units": 0, "discount_share": 0},
                {"from_units": draw(st.sampled_from([2000, 2500])), "discount_share": 0.05},
                {"from_units": 4000, "discount_share": draw(st.sampled_from([0.08, 0.15]))},
            ],
        }
    if draw(st.integers(0, 3)) == 3:
        offer["sites"] = [draw(st.sampled_from(names))]
    if draw(st.integers(0, 3)) == 3:
        offer["last_order"] = calendar.label(draw(st.integers(1, calendar.periods)))
    return offer


@st.composite
def markets(draw: Draw, calendar: Calendar, names: list[str], clouds: list[str]) -> Data:
    """A market whose minimum, if it has one, can be missed at a price."""
    market: Data = {
        "demand_h100e": draw(series([8000, 4000, 15000], calendar)),
        "revenue_usd_per_h100e_hour": draw(series([2, 1.5, 2.6], calendar)),
    }
    if draw(st.booleans()):
        market["min_served_share"] = draw(st.sampled_from([0.7, 1, 0.3]))
        market["shortfall_penalty_usd_per_h100e_hour"] = draw(series([0.2, 0.5], calendar))
    sometimes(draw, market, "serving_cost_usd_per_h100e_hour", st.just(0.1))
    if draw(st.integers(0, 3)) == 3:
        market["serving_cost_by_site_usd_per_h100e_hour"] = {draw(st.sampled_from([*names, *clouds])): 0.2}
    if draw(st.integers(0, 3)) == 3:
        market["sites"] = [names[0], *clouds]
    return market


# ── tax and finance ───────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def taxes(draw: Draw, data: Data) -> Data:
    """Tax and depreciation classes; gives every asset of ``data`` its class."""
    tax: Data = {"rate": draw(st.sampled_from([0.25, 0.21]))}
    if draw(st.booleans()):
        tax["loss_usable_share"] = draw(st.sampled_from([0.8, 1]))
        sometimes(draw, tax, "opening_loss_musd", st.sampled_from([20, 80]))
    sometimes(draw, tax, "shield_in_cost_of_capital", st.booleans())
    sometimes(draw, tax, "payment", st.sampled_from(["instalments", "year_end"]))
    calendar = calendar_of(data)
    if calendar.length != "year":
        sometimes(draw, tax, "year_end", st.sampled_from(["Q1", "Q2", "Q3", "Q4"]))
    if tax_years(calendar, tax.get("year_end", "Q4"))[0].begun:
        sometimes(draw, tax, "year_to_date_musd", st.sampled_from([-20, 30]))
    equipment: Data = draw(
        st.sampled_from([{"life_years": 5}, {"table_shares": [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576]}])
    )
    sometimes(draw, equipment, "bonus_share", st.sampled_from([0.4, 1]))
    for site in data["sites"].values():
        for phase in site["phases"]:
            for item in phase["capex"].values():
                item["tax_class"] = "buildings"
    for offer in data["hardware"].values():
        offer["tax_class"] = "equipment"
        for cost in offer.get("attach", {}).values():
            cost["tax_class"] = "equipment"
    return {"tax": tax, "depreciation": {"buildings": {"life_years": 30}, "equipment": equipment}}


@st.composite
def financing(draw: Draw, data: Data) -> Data:
    """Up to three debt instruments, equity and covenants."""
    calendar = calendar_of(data)
    kinds = draw(st.lists(st.sampled_from(["level", "bullet", "annuity", "revolver"]), max_size=3, unique=True))
    blocks: Data = {"debt": {f"{kind}_loan": draw(debts(calendar, kind)) for kind in kinds}}
    for name, debt in blocks["debt"].items():
        if "min_draw_musd" in debt:  # by no choice of its own: examples of other terms stay what they were
            blocks.setdefault("reference_rates", {})[name] = {"rate_per_year": debt.pop("rate_per_year")}
            debt["floating"] = {"reference": name, "margin_per_year": 0.01, "floor_per_year": 0.07}
            if "max_draw_musd" in debt:
                debt["floating"]["swap"] = {"share": 0.5, "rate_per_year": 0.075}
    equity: Data = {"cost_of_equity_per_year": draw(series([0.15, 0.12], calendar, growth=False))}
    if draw(st.booleans()):
        equity["rounds"] = {
            name: draw(rounds(calendar)) for name in ["series_a", "series_b"][: draw(st.integers(1, 2))]
        }
    sometimes(draw, blocks, "equity", st.just(equity))
    if kinds:
        kinds_of_test = draw(st.lists(st.sampled_from(sorted(COVENANTS)), max_size=2, unique=True))
        blocks["covenants"] = {kind: draw(covenants(calendar, kind)) for kind in kinds_of_test}
    return blocks


@st.composite
def debts(draw: Draw, calendar: Calendar, kind: str) -> Data:
    """An instrument with a limit and whatever fees, windows and security come up."""
    debt: Data = {
        "kind": kind,
        "rate_per_year": draw(series([0.08, 0.06, 0.1], calendar, growth=False)),
        "limit_musd": draw(st.sampled_from([60, 150])),
    }
    if kind != "revolver":
        debt["tenor_periods"] = draw(st.integers(2, 6))
    if kind in ("level", "annuity"):
        sometimes(draw, debt, "grace_periods", st.just(1))
    sometimes(draw, debt, "upfront_fee_share", st.just(0.01))
    sometimes(draw, debt, "issue_fee_musd", st.just(0.5))
    sometimes(draw, debt, "commitment_fee_per_year", st.just(0.005))
    sometimes(draw, debt, "min_draw_musd", st.sampled_from([5, 20]))
    sometimes(draw, debt, "max_draw_musd", st.sampled_from([40, 55]))
    if kind == "revolver" and "upfront_fee_share" in debt:
        # half of the lines, by no choice of its own: examples of other terms stay what they were
        debt["letter_of_credit_share"] = 0.5 if debt["limit_musd"] == 150 else 0.2
        if "issue_fee_musd" not in debt:
            debt["letter_of_credit_fee_per_year"] = 0.02
    if draw(st.integers(0, 3)) == 3:
        debt["opening_balance_musd"] = 10
        if kind in ("level", "annuity"):  # by no choice of its own: examples of other terms stay what they were
            debt["balloon_share"] = 0.25
    if kind != "revolver" and "commitment_fee_per_year" in debt and "min_draw_musd" not in debt:
        # by no choice of its own: examples of other terms stay what they were
        debt["service_reserve"] = {"service_periods": 1, "first_full": calendar.label(min(2, calendar.periods))}
    if draw(st.integers(0, 3)) == 3:
        debt["last_draw"] = calendar.label(draw(st.integers(1, calendar.periods)))
        if kind == "level":  # by no choice of its own: examples of other terms stay what they were
            debt["kind"] = "delayed_draw"
    if draw(st.integers(0, 3)) == 3 and "opening_balance_musd" not in debt:
        debt["security"] = draw(
            st.sampled_from([{"hardware": 0.7}, {"sites": 0.6, "hardware": 0.5, "construction_in_progress": 0.4}])
        )
    return debt


@st.composite
def rounds(draw: Draw, calendar: Calendar) -> Data:
    """An equity round."""
    item: Data = {"max_musd": draw(st.sampled_from([80, 200]))}
    sometimes(draw, item, "min_musd", st.sampled_from([10, 40]))
    sometimes(draw, item, "flotation_share", st.just(0.03))
    sometimes(draw, item, "flotation_fixed_musd", st.just(0.4))
    sometimes(draw, item, "pre_money_musd", series([400, 900], calendar))
    sometimes(draw, item, "cost_of_equity_per_year", st.just(0.18))
    if draw(st.integers(0, 3)) == 3:
        item["last_raise"] = calendar.label(draw(st.integers(1, calendar.periods)))
    return item


COVENANTS: dict[str, tuple[str, list[float]]] = {
    "dscr": ("minimum", [1.1, 1.3]),
    "interest_cover": ("minimum", [1.5, 2]),
    "debt_to_ebitda": ("maximum", [4, 2]),
    "debt_to_capital": ("maximum", [0.6, 0.5]),
    "loan_to_value": ("maximum", [0.8, 0.6]),
    "minimum_liquidity": ("minimum", [10, 20]),
}


@st.composite
def covenants(draw: Draw, calendar: Calendar, kind: str) -> Data:
    """A covenant; those on earnings begin when there can be some."""
    bound, values = COVENANTS[kind]
    covenant: Data = {"kind": kind, bound: draw(st.sampled_from(values))}
    if kind in ("dscr", "interest_cover", "debt_to_ebitda"):
        covenant["scope"] = draw(st.sampled_from(["infrastructure", "company"]))
        covenant["first_test"] = calendar.label(min(3, calendar.periods))
    if kind == "loan_to_value":
        covenant["assets"] = ["sites", "hardware", "construction_in_progress"]
        covenant["first_test"] = calendar.label(2)
    if draw(st.integers(0, 3)) == 3:
        covenant["last_test"] = calendar.label(calendar.periods)
    return covenant


@st.composite
def cash_rules(draw: Draw, data: Data) -> Data:
    """Cash minimum and yield, budgets and given flows."""
    calendar = calendar_of(data)
    blocks: Data = {}
    cash: Data = {}
    sometimes(draw, cash, "minimum_musd", series([5, 15], calendar))
    sometimes(draw, cash, "minimum_opex_months", st.just(1))
    sometimes(draw, cash, "yield_per_year", st.sampled_from([0.03, 0.02]))
    if cash:
        blocks["cash"] = cash
    if draw(st.integers(0, 2)) == 2:
        budget: Data = {"musd": draw(series([60, 100, 150], calendar))}
        sometimes(draw, budget, "carry_over", st.just(True))
        sometimes(draw, budget, "covers", st.sampled_from([["hardware"], ["sites"]]))
        blocks["budgets"] = {"capital": budget}
    flows: Data = {}
    if draw(st.booleans()):
        flows["research"] = {"kind": "operating", "musd_per_year": draw(series([-3, -6], calendar)), "corporate": True}
    if draw(st.integers(0, 2)) == 2:
        flows["prepayment"] = {"kind": "operating", "musd_per_period": [8, *[0] * (calendar.periods - 1)]}
    if draw(st.integers(0, 2)) == 2:
        flows["grant"] = {"kind": draw(st.sampled_from(["investing", "financing"])), "musd_per_period": 1.5}
    if flows:
        blocks["cash_flows"] = flows
    return blocks
