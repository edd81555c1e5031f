"""For every rule a plan that it alone refuses: a case with one thing changed, in the plan or in the instance.

An amount in the ledger or a metric is changed by 100 dollars.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .build import OPEX, REVENUE, Case, follow, post

DOLLARS_100 = 1e-4  # musd


@dataclass(frozen=True)
class Mutation:
    """``change`` makes the case ``case`` break ``rule`` and nothing else."""

    rule: str
    case: str
    title: str
    change: Callable[[Case], None]


MUTATIONS: list[Mutation] = []


def mutation(rule: str, case: str) -> Callable[[Callable[[Case], None]], Callable[[Case], None]]:
    def keep(change: Callable[[Case], None]) -> Callable[[Case], None]:
        MUTATIONS.append(Mutation(rule, case, change.__name__, change))
        return change

    return keep


def _amount(rule: str, case: str, line: str, period: int | str) -> None:
    def change(c: Case) -> None:
        c.row(line, period)["musd"] += DOLLARS_100

    MUTATIONS.append(Mutation(rule, case, f"{line}_{period}", change))


def _missing(rule: str, case: str, line: str, period: int | str) -> None:
    def change(c: Case) -> None:
        c.plan["ledger"].remove(c.row(line, period))

    MUTATIONS.append(Mutation(rule, case, f"without_{line}_{period}", change))


def _metric(name: str, case: str) -> None:
    def change(c: Case) -> None:
        c.plan["metrics"][name] += DOLLARS_100

    MUTATIONS.append(Mutation(f"objective.{name}", case, name, change))


def _data(rule: str, case: str, path: str, value: Any) -> None:
    """Change one value of the instance; ``path`` is separated by slashes, numbers index lists."""

    def change(c: Case) -> None:
        *folders, last = path.split("/")
        block: Any = c.instance
        for name in folders:
            block = block[int(name)] if isinstance(block, list) else block[name]
        block[last] = value

    MUTATIONS.append(Mutation(rule, case, f"{path}_{value}", change))


# ── sites ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("sites.integral", "sites")
def half_a_phase(c: Case) -> None:
    c.decide("phase_starts", "site phase period count", ("b", "free", "2026", 0.5))


@mutation("sites.count", "sites")
def three_of_two_phases(c: Case) -> None:
    c.decide("phase_starts", "site phase period count", ("b", "free", "2026", 3))


_data("sites.window", "sites", "sites/a/phases/0/latest_start", 2026)
_data("sites.window", "sites", "sites/a/phases/1/earliest_start", 2030)
_data("sites.committed", "sites", "sites/b/phases/0/committed", True)
_data("sites.order", "sites", "sites/a/phases/1/gap_periods", 3)
_data("sites.gap", "sites", "sites/a/phases/0/gap_periods", 2)
_data("sites.grid", "sites", "sites/a/grid_connection_mw", {"2026": 25, "2030": 29.99})
_data("sites.resources", "sites", "resources/crew/limit", [1, 1.99, 1, 0, 3])
_data("sites.resources", "sites", "resources/crew/limit", [1, 2, 1, 0, 2.99])
_amount("sites.capex", "sites", "capex.site.a.shell", 2027)
_amount("sites.capex", "sites", "capex.site.a.land", 2026)
_amount("sites.capex", "sites", "in_service.site.a", 2029)
_missing("sites.capex", "sites", "capex.site.a.fit", 2030)
_amount("sites.depreciation", "sites", "depreciation.site.a", 2030)
_amount("sites.opex", "sites", "opex.opening.a", 2026)
_amount("sites.opex", "sites", "opex.site.a", 2029)


@mutation("sites.order", "sites")
def second_entry_before_the_first_is_done(c: Case) -> None:
    c.instance["sites"]["b"]["phases"].append({"name": "next", "mw": 0, "lead_periods": 0})
    c.decide("phase_starts", "site phase period count", ("b", "free", "2026", 1), ("b", "next", "2026", 1))


# ── hardware ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _order_free(c: Case, period: str, ordered: float, placed: float) -> None:
    c.decide("orders", "offer period units", ("free", period, ordered))
    c.decide("allocations", "offer site period units", ("free", "s", period, placed))


@mutation("hardware.arrival", "hardware")
def arrives_after_the_end(c: Case) -> None:
    _order_free(c, "2029", 10, 10)


@mutation("hardware.allocation", "hardware")
def unit_that_goes_nowhere(c: Case) -> None:
    _order_free(c, "2026", 10, 9)


@mutation("hardware.allocation", "hardware")
def unit_from_nowhere(c: Case) -> None:
    c.decide("allocations", "offer site period units", ("free", "s", "2026", 1))


@mutation("hardware.sites", "hardware")
def at_a_site_that_may_not(c: Case) -> None:
    c.instance["hardware"]["free"]["sites"] = ["z"]
    _order_free(c, "2026", 10, 10)


@mutation("plan.non_negative", "hardware")
def fewer_than_no_units(c: Case) -> None:
    _order_free(c, "2026", -1, -1)


_data("hardware.window", "hardware", "hardware/big/last_order", 2026)
_data("hardware.window", "hardware", "hardware/stepped/first_order", 2029)
_data("hardware.lots", "hardware", "hardware/stepped/lot_units", 200)
_data("hardware.supply", "hardware", "hardware/big/supply_units", 2999)
_amount("hardware.tiers", "hardware", "capex.hardware.big.accelerator", 2027)
_amount("hardware.tiers", "hardware", "deposit.hardware.big.accelerator", 2027)
_amount("hardware.tiers", "hardware", "capex.hardware.stepped.accelerator", 2028)
_amount("hardware.price", "hardware", "deposit.hardware.big.server", 2026)
_amount("hardware.price", "hardware", "capex.hardware.big.server", 2028)
_amount("hardware.price", "hardware", "delivery.hardware.big", 2027)
_missing("hardware.price", "hardware", "delivery.hardware.big", 2028)
_amount("hardware.depreciation", "hardware", "depreciation.hardware.big", 2028)
_amount("hardware.opex", "hardware", "opex.order_fee.big", 2027)
_amount("hardware.opex", "hardware", "opex.upkeep.big", 2029)

# ── power: 3.6 MW at s and 1.5 MW at z in 2028 ────────────────────────────────────────────────────────────────────

_data("power.load", "hardware", "sites/s/existing_mw", 3.59)
_data("power.region", "hardware", "regions/north/power_limit_mw", 5.09)
_data("power.system", "hardware", "power", {"system_limit_mw": 5.09})
_amount("power.energy", "hardware", "opex.energy.z", 2028)

# ── service ───────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("service.capacity", "service")
def more_than_the_hardware_can(c: Case) -> None:
    c.instance["sites"]["s"]["uptime_share"] = 0.86  # 6.88 of 6.9 in 2026
    c.instance["markets"]["spot"]["surplus_only_below_share"] = 1.0


@mutation("service.surplus_sites", "service")
def surplus_from_a_cloud(c: Case) -> None:
    c.decide("service", "market from period h100e", ("gift", "gratis", "2027", 100))


_data("service.cloud_limit", "service", "cloud/c/limit_h100e", 3099)
_data("service.demand", "service", "markets/main/demand_h100e", 8099)
_data("service.minimum", "service", "markets/main/min_served_share", 0.91)
_data("service.eligible", "service", "markets/main/sites", ["s"])
_data("service.surplus", "service", "markets/spot/surplus_only_below_share", 0.88)  # 6.336 < 6.4
_amount("service.revenue", "service", "revenue.main", 2027)
_amount("service.costs", "service", "opex.serving.main", 2027)
_amount("service.costs", "service", "opex.shortfall.train", 2026)
_amount("service.costs", "service", "opex.cloud.c", 2026)

# ── given flows, cash ─────────────────────────────────────────────────────────────────────────────────────────────

_amount("given.flows", "cash_flows", "given.staff", "2026Q2")
_missing("given.flows", "cash_flows", "given.grant", "2026Q2")
_amount("cash.interest_income", "cash_flows", "interest_income", "2026Q3")
_data("cash.minimum", "cash_flows", "cash/minimum_musd", 102.01)  # 102 at the end of the first quarter
_data("cash.opex_months", "cash_flows", "cash/minimum_opex_months", 154)  # 154·2/3 = 102.67
_data("cash.budget", "tax", "budgets/yearly/musd", 19.99)
_data("cash.budget", "tax", "budgets/running/musd", [19.99, 20, 20, 20, 20])

# ── tax ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_amount("tax.exact", "tax", "tax", 2028)


@mutation("tax.exact", "tax")
def tax_in_a_year_of_loss(c: Case) -> None:
    c.plan["ledger"] += post("tax", ("tax", "retained_earnings", "cash"), {2026: DOLLARS_100})


@mutation("tax.exact", "tax")
def losses_forgotten(c: Case) -> None:
    c.row("tax", 2027)["musd"] = 0.25 * (20 + c.row("interest_income", 2027)["musd"] - 20 * 0.24)


# ── debt ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_data("debt.window", "debt", "debt/level/first_draw", 2027)
_data("debt.window", "debt", "debt/bullet/last_draw", 2026)
_data("debt.draws", "debt", "debt/bullet/min_draw_musd", 20.01)
_data("debt.draws", "debt", "debt/bullet/max_draw_musd", 49.99)
_data("debt.limit", "debt", "debt/bullet/limit_musd", 69.99)
_data("debt.signed", "debt", "debt/late/commitment_fee_per_year", 0.01)
_amount("debt.interest", "debt", "interest.bullet", 2027)
_amount("debt.interest", "debt", "interest.level", 2029)
_amount("debt.interest", "debt", "interest.annuity", 2027)
_amount("debt.interest", "debt", "interest.revolver", 2028)
_amount("debt.fees", "debt", "fee.upfront.bullet", 2026)
_amount("debt.fees", "debt", "fee.issue.bullet", 2027)
_amount("debt.fees", "debt", "fee.commitment.revolver", 2029)
_amount("debt.fees", "debt", "fee.commitment.standby", 2027)
_missing("debt.fees", "debt", "fee.commitment.standby", 2026)
_amount("debt.fees", "debt", "fee.letter_of_credit.revolver", 2029)
_missing("debt.fees", "debt", "fee.letter_of_credit.revolver", 2026)
_amount("debt.principal", "debt", "draw.revolver", 2028)
_amount("debt.principal", "debt", "repayment.level", 2029)
_amount("debt.principal", "debt", "repayment.annuity", 2026)


def _without_liquidity(c: Case) -> None:
    """Liquidity counts what the overdraft could still give, and would be broken as well."""
    c.plan["decisions"]["drawable"].clear()
    del c.instance["covenants"]["liquidity"], c.instance["covenants"]["liquidity_2028"]


@mutation("debt.limit", "debt")
def overdraft_above_its_limit(c: Case) -> None:
    c.instance["debt"]["overdraft"]["limit_musd"] = 4.99
    _without_liquidity(c)


@mutation("debt.limit", "debt")
def overdraft_set_aside_for_letters(c: Case) -> None:
    """Of 50 are 0.05 left, and 5 are drawn."""
    c.instance["debt"]["overdraft"]["letter_of_credit_share"] = 0.999
    _without_liquidity(c)


@mutation("debt.signed", "debt")
def letters_of_what_is_not_signed(c: Case) -> None:
    c.instance["debt"]["overdraft"] |= {"letter_of_credit_share": 0.1, "letter_of_credit_fee_per_year": 0.01}
    _without_liquidity(c)


@mutation("debt.revolver", "debt")
def overdraft_outstanding_after_its_end(c: Case) -> None:
    c.instance["debt"]["overdraft"]["last_draw"] = 2026  # 5 are repaid in 2028 only
    _without_liquidity(c)


@mutation("debt.revolver", "debt")
def repaid_below_nothing(c: Case) -> None:
    """The overdraft is repaid 5 too much in 2028 and drawn again in 2029; all figures follow."""
    _without_liquidity(c)
    next(r for r in c.plan["decisions"]["debt_repayments"] if r["instrument"] == "overdraft")["musd"] = 10
    c.decide("debt_draws", "instrument period musd", ("overdraft", "2029", 5))
    c.row("repayment.overdraft", 2028)["musd"] = 10
    c.plan["ledger"] += post("draw.overdraft", ("draw", "cash", "debt.overdraft"), {2029: 5})
    c.plan["metrics"]["capital_raised"] += 5
    follow(c)


# ── security: hardware secures the first loan to the dollar in every year ─────────────────────────────────────────

_data("security.cover", "security", "debt/first/security", {"hardware": 0.799})


@mutation("security.pledges", "security")
def pledged_twice(c: Case) -> None:
    c.decide("pledges", "instrument asset period musd", ("second", "hardware", "2028", 0.01))


# ── equity ────────────────────────────────────────────────────────────────────────────────────────────────────────

_data("equity.window", "equity", "equity/rounds/a/first_raise", 2028)
_data("equity.window", "equity", "equity/rounds/a/last_raise", 2026)
_data("equity.size", "equity", "equity/rounds/a/min_musd", 40.01)
_data("equity.size", "equity", "equity/rounds/a/max_musd", 39.99)
_amount("equity.raises", "equity", "raise.a", 2027)
_amount("equity.raises", "equity", "flotation.a", 2027)


@mutation("equity.once", "equity")
def raised_twice(c: Case) -> None:
    """The patient round costs nothing: only cash and funding change."""
    c.decide("equity_raises", "round period musd", ("patient", "2027", 5))
    c.plan["ledger"] += post("raise.patient", ("raise", "cash", "paid_in_capital"), {2027: 5})
    metrics = c.plan["metrics"]
    metrics["terminal_cash"] += 5
    metrics["peak_funding"] += 5
    metrics["capital_raised"] += 5
    follow(c)


# ── covenants: the bounds of the cases lie 0.001 from what the plan keeps ─────────────────────────────────────────


def _tighten(rule: str, case: str, name: str, key: str, by: float) -> None:
    def change(c: Case) -> None:
        c.instance["covenants"][name][key] += by

    MUTATIONS.append(Mutation(rule, case, f"{name}_{by:+}", change))


_tighten("covenant.dscr", "quarters", "cover", "minimum", 2e-3)
_tighten("covenant.dscr", "debt", "dscr", "minimum", 2e-3)
_tighten("covenant.dscr", "debt", "dscr_infrastructure", "minimum", 2e-3)
_data("covenant.dscr", "debt", "covenants/dscr_infrastructure/scope", "company")
_data("covenant.dscr", "debt", "covenants/dscr_infrastructure/balloons", "counted")
_tighten("covenant.interest_cover", "debt", "cover", "minimum", 2e-3)
_tighten("covenant.debt_to_ebitda", "debt", "leverage", "maximum", -2e-3)
_tighten("covenant.debt_to_capital", "debt", "capital", "maximum", -2e-3)
_tighten("covenant.minimum_liquidity", "debt", "liquidity", "minimum", 2e-3)
_tighten("covenant.minimum_liquidity", "debt", "liquidity_2028", "minimum", 2e-3)
_tighten("covenant.loan_to_value", "security", "all", "maximum", -1e-3)
_tighten("covenant.loan_to_value", "security", "one", "maximum", -1e-3)

# ── ledger ────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("ledger.extra", "cash_flows")
def revenue_of_no_market(c: Case) -> None:
    c.plan["ledger"] += post("revenue.ghost", REVENUE, {"2026Q1": DOLLARS_100})


@mutation("ledger.extra", "sites")
def cost_in_a_year_without(c: Case) -> None:
    c.plan["ledger"] += post("opex.site.a", OPEX, {2026: DOLLARS_100})


@mutation("ledger.entries", "cash_flows")
def corporate_mark_lost(c: Case) -> None:
    c.row("given.staff", "2026Q1")["corporate"] = False


@mutation("ledger.entries", "cash_flows")
def wrong_item(c: Case) -> None:
    c.row("given.grant", "2026Q2")["item"] = "revenue"


@mutation("ledger.entries", "sites")
def wrong_account(c: Case) -> None:
    c.row("capex.site.a.land", 2026)["debit"] = "other_assets"


@mutation("ledger.entries", "cash_flows")
def wrong_sign(c: Case) -> None:
    c.row("given.sales", "2026Q1")["musd"] *= -1


@mutation("ledger.entries", "sites")
def wrong_split_of_a_line(c: Case) -> None:
    """shell 2028 is 12 under construction and 8 in service."""
    for row in c.plan["ledger"]:
        if row["line"] == "capex.site.a.shell" and row["period"] == "2028":
            row["musd"] += DOLLARS_100 if row["debit"] == "sites" else -DOLLARS_100


@mutation("ledger.balance", "cash_flows")
def account_outside_the_balance_sheet(c: Case) -> None:
    c.row("given.sales", "2026Q1")["debit"] = "pocket"


@mutation("ledger.balance", "cash_flows")
def account_outside_the_balance_sheet_at_the_end(c: Case) -> None:
    c.row("given.sales", "2026Q4")["debit"] = "pocket"


@mutation("ledger.balance", "cash_flows")
def both_accounts_outside_the_balance_sheet(c: Case) -> None:
    c.row("given.sales", "2026Q1").update(debit="pocket", credit="drawer")


# ── figures ───────────────────────────────────────────────────────────────────────────────────────────────────────

_metric("cost_of_capital", "equity")
_metric("net_present_cost", "equity")
_metric("terminal_cash", "hardware")
_metric("peak_funding", "debt")
_metric("total_value", "sites")
