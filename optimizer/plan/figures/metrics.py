"""Figures of a plan beside its objectives, from its ledger and decisions."""

from __future__ import annotations

from math import fsum

from optimizer.contract.accounts import CASH, DEBT, PARTNER
from optimizer.plan.figures.charges import average_wacc, undecided_charge
from optimizer.plan.figures.commitments import commitments
from optimizer.plan.figures.covenants import minimum_dscr
from optimizer.plan.figures.dating import TEN_DOLLARS, Dated, evened
from optimizer.plan.figures.energy import renewable_share, totals
from optimizer.plan.figures.hardware import ACCELERATOR, order_costs
from optimizer.plan.figures.irr import internal_rates
from optimizer.plan.figures.leverage import greatest
from optimizer.plan.figures.loan_life import covers_of_life
from optimizer.plan.figures.ownership import error_bound, kept
from optimizer.plan.figures.project import (
    break_even,
    payback_years,
    project_flows,
    unlevered_flows,
)
from optimizer.plan.figures.shareholder_value import shareholder_flows
from optimizer.plan.figures.terminal import carried_worth, terminal_value
from optimizer.plan.figures.verdict import maturity_wall, peak_equity, runway_months, sunk_value
from optimizer.plan.physical import USD_PER_MUSD
from optimizer.plan.record import Record

PROJECT_IRR, UNLEVERED_IRR, EQUITY_IRR = "project_irr_per_year", "unlevered_irr_per_year", "equity_irr_per_year"


def metrics(plan: Record) -> dict[str, float | None]:
    """Named figures; None where one is not defined (no debt service, no sign change in the flows, nothing bought).

    capex_musd                     cash spent on sites and hardware
    external_capital_raised_musd   debt drawn + equity raised + partners' cash
    equity_raised_musd             rounds, preferred shares and partners' equity
    debt_drawn_musd                draws of all debt instruments
    partner_cash_musd              partners' cash for compute
    leased_musd                    assets taken over by leases that count as debt
    dilution_share                 1 − Π V/(V+e)
    ownership_kept_share           Π V/(V+e) over rounds and partners that state a value
    ownership_error_bound_share    most that the tangents of the ownership floor can give away for nothing
    renewable_share                of all energy used; None if none is
    emissions_t                    CO2 of all energy used, tonnes
    average_wacc_per_year          the objective wacc: Σ DF·charge / Σ DF·capital, compounded yearly
    undecided_charge_musd          the part of cost_of_capital that no decision can change, present value
    terminal_value_musd            of the assets after tax, at the end of the last period
    commitments_musd               what is still owed then, as far as value objectives count it
    project_irr_per_year           EBITDA, investing flows, resale, tax and the two above, before financing; None unless
                                   there is exactly one: several are project_irr_per_year.1, .2, …, rising
    unlevered_irr_per_year         the same with the tax of the company without debt; None and numbered likewise
    equity_irr_per_year            what common shareholders put in and get back, and what is left for them at the end;
                                   None and numbered likewise
    equity_multiple                MOIC: what they get back over what they put in, not discounted; None if nothing
    payback_years                  from the start until unlevered flows without terminal value have paid back for good
    break_even_price_usd_per_h100e_hour
                                   the one price of all compute at which the plan before tax is worth nothing
    break_even_utilisation_share   the share of the sites' capacity that had to be sold for that at its own prices
    loan_life_cover                LLCR: CFADS to the end of all loans, discounted at their interest, over debt at its
                                   peak; None without debt, or with debt at the end of the plan
    project_life_cover             PLCR: the same with CFADS to the end of the plan
    minimum_dscr                   least CFADS / debt service of twelve months, where and as covenants test it; without
                                   one, of the company in all twelve months with service
    maximum_leverage_share         greatest debt / (debt + equity) at the end of a period, equity as it is paid in
    maximum_book_leverage_share    the same with retained earnings; None where debt exceeds all that there is
    dividends_musd                 paid out of earnings, over all periods
    returned_capital_musd          paid-in capital given back, over all periods
    minimum_cash_musd              least cash at the end of a period
    sunk_value_musd                present value of the given operating and investing flows, before tax: not decided
    peak_equity_musd               most common and preferred equity paid in at the end of a period
    runway_months                  months of its period's operating cost that cash covers, in the tightest period
    maturity_wall_musd             most principal of loans that falls due in a calendar year, after the plan too
    units_bought                   all offers but leases
    average_accelerator_price_usd  after discount, without attach costs
    revenue_musd, opex_musd        over all periods, and per period as revenue_musd.2026
    """
    books, labels = plan.books, plan.instance.periods.labels
    revenue = books.earned("revenue")
    opex = [-amount + 0.0 for amount in books.item("opex")]
    loan_life, project_life = covers_of_life(plan)
    price, utilisation = break_even(plan)
    unlevered, shareholders = unlevered_flows(plan), shareholder_flows(plan)
    units = fsum(row["units"] for row in plan.decisions.get("orders", ()) if _bought(plan, row["offer"]))
    return {
        "capex_musd": -fsum(books.item("capex")) + 0.0,
        "external_capital_raised_musd": fsum(books.item("draw", "raise")),
        "equity_raised_musd": fsum(books.item("raise")),
        "debt_drawn_musd": fsum(books.item("draw", accounts=books.accounts(DEBT))),
        "partner_cash_musd": fsum(books.item("draw", accounts=books.accounts(PARTNER))),
        "leased_musd": fsum(float(row["musd"]) for row in plan.ledger if row["item"] == "lease"),
        "dilution_share": dilution(plan),
        "ownership_kept_share": kept(plan),
        "ownership_error_bound_share": error_bound(plan),
        "renewable_share": renewable_share(plan),
        "emissions_t": fsum(totals(plan)[2]),
        "average_wacc_per_year": average_wacc(plan),
        "undecided_charge_musd": undecided_charge(plan),
        "terminal_value_musd": terminal_value(plan) + carried_worth(plan),
        "commitments_musd": fsum(each.counted_musd for each in commitments(plan)),
        **_rates(PROJECT_IRR, plan, project_flows(plan)),
        **_rates(UNLEVERED_IRR, plan, unlevered),
        **_rates(EQUITY_IRR, plan, shareholders),
        "equity_multiple": equity_multiple(shareholders),
        "payback_years": payback_years(plan, unlevered),
        "break_even_price_usd_per_h100e_hour": price,
        "break_even_utilisation_share": utilisation,
        "loan_life_cover": loan_life,
        "project_life_cover": project_life,
        "minimum_dscr": minimum_dscr(plan),
        "maximum_leverage_share": greatest(plan, "paid_in"),
        "maximum_book_leverage_share": greatest(plan, "book"),
        "dividends_musd": -fsum(books.item("dividend")) + 0.0,
        "returned_capital_musd": -fsum(books.item("return_of_capital")) + 0.0,
        "minimum_cash_musd": min(books.balance(CASH)[1:]),
        "sunk_value_musd": sunk_value(plan),
        "peak_equity_musd": peak_equity(plan),
        "runway_months": runway_months(plan),
        "maturity_wall_musd": maturity_wall(plan)[0],
        "units_bought": units,
        "average_accelerator_price_usd": _accelerator_musd(plan) * USD_PER_MUSD / units if units else None,
        "revenue_musd": fsum(revenue),
        "opex_musd": fsum(opex),
        **{f"revenue_musd.{label}": amount for label, amount in zip(labels, revenue, strict=True)},
        **{f"opex_musd.{label}": amount for label, amount in zip(labels, opex, strict=True)},
    }


def _bought(plan: Record, offer: str) -> bool:
    return plan.instance.hardware[offer].lease is None


def dilution(plan: Record) -> float:
    """Share of the company sold over all rounds and partners that state a pre-money value."""
    return 1.0 - kept(plan)


def equity_multiple(dated: list[Dated]) -> float | None:
    """MOIC: what common shareholders get, over what they put in, of the flows of their internal rate of return."""
    flows = [flow for _, flow in dated]
    paid_in = -fsum(flow for flow in flows if flow < 0.0)
    return fsum(flow for flow in flows if flow > 0.0) / paid_in if paid_in > TEN_DOLLARS else None


def _rates(name: str, plan: Record, dated: list[Dated]) -> dict[str, float | None]:
    """The only rate under its name; several under numbers, and None under the name."""
    flows, steps = evened(dated)
    rates = internal_rates(flows, plan.instance.periods.per_year * steps)
    only = rates[0] if len(rates) == 1 else None
    several = {f"{name}.{i}": rate for i, rate in enumerate(rates, 1)} if len(rates) > 1 else {}
    return {name: only, **several}


def _accelerator_musd(plan: Record) -> float:
    calendar, orders = plan.instance.periods, plan.decisions.get("orders", ())
    costs = (order_costs(plan, row["offer"], calendar.index(str(row["period"]))) for row in orders)
    return fsum(parts.get(ACCELERATOR, 0.0) for parts in costs)
