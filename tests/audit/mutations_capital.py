"""Mutations of the cases of `cases_capital.py`."""

from __future__ import annotations

from .build import RAISE_PREFERRED, Case, follow, post
from .mutations import MUTATIONS, _amount, _data, _metric, _missing, _tighten, mutation

__all__ = ["MUTATIONS"]

# ── partners ──────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("partner.once", "partners")
def signed_twice(c: Case) -> None:
    c.decide("partners", "partner period signed", ("big", "2027", 1))


@mutation("partner.delivery", "partners")
def delivered_too_late(c: Case) -> None:
    c.decide("deliveries", "partner from period h100e", ("big", "s", "2029", 10))


@mutation("partner.delivery", "partners")
def delivered_too_little(c: Case) -> None:
    c.plan["decisions"]["deliveries"][1]["h100e"] = 1999


@mutation("service.capacity", "partners")
def partners_take_what_is_not_there(c: Case) -> None:
    c.instance["sites"]["s"]["uptime_share"] = 0.99  # 2.97 of 3.0 in 2028


_data("partner.window", "partners", "partners/small/last_signing", 2027)
_data("partner.window", "partners", "partners/owner/first_signing", 2028)
_amount("partner.money", "partners", "partner.cash.big", 2026)
_amount("partner.money", "partners", "partner.delivery.big", 2028)
_amount("partner.money", "partners", "partner.revenue.big", 2028)
_amount("partner.money", "partners", "partner.repayment.small", 2028)
_amount("partner.money", "partners", "partner.equity.owner", 2027)
_missing("partner.money", "partners", "partner.repayment.small", 2028)
_data("service.surplus", "partners", "markets/spot/surplus_only_below_share", 0.66)  # 1.98 < 2.0
_data("ownership.floor", "partners", "equity/ownership_floor_share", 0.8001)
_metric("dilution", "partners")
_metric("capital_raised", "partners")

# ── loans and dividends ───────────────────────────────────────────────────────────────────────────────────────────


@mutation("debt.prepayment", "loans")
def more_prepaid_than_left(c: Case) -> None:
    """3 of the 2.5 left of the plain loan at the end of 2029: half a million comes back in 2030."""
    c.decide("prepayments", "instrument drawn period musd", ("plain", "2026", "2029", 3))
    c.row("repayment.plain", 2029)["musd"] += 3
    c.row("repayment.plain", 2030)["musd"] -= 3
    follow(c)


@mutation("debt.prepayment_window", "loans")
def prepaid_after_its_end(c: Case) -> None:
    c.decide("prepayments", "instrument drawn period musd", ("early", "opening", "2030", 1))


_data("debt.prepayment_window", "loans", "debt/early/prepayment/first_prepayment", 2028)
_data("debt.sculpted", "loans", "debt/sculpted/grace_periods", 2)
_data("debt.sculpted", "loans", "debt/sculpted/tenor_periods", 2)
_data("debt.tied", "loans", "debt/tied/tied_to/capex_share", 0.499)
_data("debt.tied", "loans", "debt/tied/tied_to", {"capex_share": 1, "sites": ["s"]})
_data("debt.lender", "loans", "lenders/bank/limit_musd", 145.99)
_amount("debt.interest", "loans", "pik.pik", 2028)
_amount("debt.interest", "loans", "interest.sculpted", 2028)
_amount("debt.fees", "loans", "fee.discount.pik", 2026)
_amount("debt.fees", "loans", "fee.prepayment.early", 2027)
_amount("debt.principal", "loans", "repayment.early", 2027)
_amount("debt.principal", "loans", "repayment.pik", 2029)
_tighten("covenant.dscr", "loans", "dscr", "minimum", 2e-3)
_tighten("covenant.interest_cover", "loans", "cover", "minimum", 2e-3)
_data("dividend.range", "loans", "equity/dividends/maximum_musd", 2.99)
_data("dividend.range", "loans", "equity/dividends/minimum_musd", [0, 0, 0, 0, 0.01])
_data("dividend.total", "loans", "equity/dividends/minimum_total_musd", 3.01)
_data("dividend.lock_up", "loans", "equity/dividends/lock_up_dscr", 60 / 25.91 + 1e-3)
_amount("dividend.payment", "loans", "dividend", 2028)
_missing("dividend.payment", "loans", "dividend", 2028)

# ── preferred shares and the pricing grid ─────────────────────────────────────────────────────────────────────────


@mutation("preferred.once", "cover_grid")
def issued_twice(c: Case) -> None:
    """Shares that cost nothing, 2 in each of the last two years: cash carries them, and nothing else changes."""
    c.instance["preferred_equity"] = {"gratis": {"dividend_per_year": 0, "max_musd": 2}}
    c.decide("preferred_raises", "name period musd", ("gratis", "2027", 2), ("gratis", "2028", 2))
    c.plan["ledger"] += post("raise.preferred.gratis", RAISE_PREFERRED, {2027: 2, 2028: 2})
    c.plan["metrics"]["terminal_cash"] += 4
    c.plan["metrics"]["capital_raised"] += 4
    c.plan["metrics"]["peak_funding"] += 4
    follow(c)


@mutation("pricing_grid.one_bucket", "leverage_grid")
def no_bucket(c: Case) -> None:
    c.plan["decisions"]["buckets"].pop()


@mutation("pricing_grid.one_bucket", "leverage_grid")
def two_buckets(c: Case) -> None:
    c.decide("buckets", "period bucket holds", ("2028", 1, 1))


@mutation("pricing_grid.state", "leverage_grid")
def wrong_bucket(c: Case) -> None:
    c.plan["decisions"]["buckets"][-1]["bucket"] = 2


@mutation("pricing_grid.state", "cover_grid")
def wrong_cover(c: Case) -> None:
    c.plan["decisions"]["buckets"][-1]["bucket"] = 1


@mutation("pricing_grid.state", "leverage_grid")
def no_bucket_for_the_opening(c: Case) -> None:
    """Leverage is 0.286 at instant 0 and in 2027, and then in no bucket."""
    c.instance["pricing_grid"]["buckets"][0]["lower"] = 0.29


_data("preferred.window", "leverage_grid", "preferred_equity/p/first_raise", 2028)
_data("preferred.size", "leverage_grid", "preferred_equity/p/min_musd", 25.01)
_data("preferred.size", "leverage_grid", "preferred_equity/p/max_musd", 24.99)
_amount("preferred.raises", "leverage_grid", "raise.preferred.p", 2027)
_amount("preferred.raises", "leverage_grid", "flotation.preferred.p", 2027)
_amount("preferred.dividends", "leverage_grid", "dividend.preferred.p", 2028)
_amount("pricing_grid.spread", "leverage_grid", "interest.grid", 2027)
_missing("pricing_grid.spread", "leverage_grid", "interest.grid", 2027)
_amount("pricing_grid.spread", "cover_grid", "interest.grid", 2028)
_amount("tax.exact", "leverage_grid", "tax", 2028)
_tighten("covenant.debt_to_capital", "leverage_grid", "capital", "maximum", -2e-3)
_metric("wacc", "leverage_grid")
_metric("wacc", "quarters_of_capital")
_metric("capital_employed", "leverage_grid")
_metric("capital_employed", "quarters_of_capital")
_metric("cost_of_capital", "debt")
_metric("cost_of_capital", "loans")
_metric("cost_of_capital", "dated")
_metric("cost_of_capital", "cash_flows")
_metric("adjusted_present_value", "quarters_of_capital")
_metric("adjusted_present_value", "tax_years")
_metric("adjusted_present_value", "leverage_grid")
_metric("cost_of_capital", "leverage_grid")
