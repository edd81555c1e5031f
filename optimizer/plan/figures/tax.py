"""Income as the tax law sees it, worked out afresh from decisions, instance and ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import fsum

from optimizer.contract.accounts import LEASE
from optimizer.instance.schema import DepreciationClass, Instance
from optimizer.instance.tax_years import tax_years
from optimizer.plan.books import add, minus
from optimizer.plan.figures.contracts import taxed_early
from optimizer.plan.figures.debt_fees import fees_deducted
from optimizer.plan.figures.hardware import ACCELERATOR, order_costs
from optimizer.plan.figures.opening import opening_basis_left, opening_depreciation
from optimizer.plan.record import Record, once

CONVENTION_YEARS = {"full": 0.0, "half_year": 0.5, "mid_month": 1.0 / 24.0}


Yearly = list[float | None]
"""What is of a tax year stands in its last period; None in the others."""


@dataclass(frozen=True)
class TaxBase:
    """By period, USD million; losses and interest carried are at the end of a tax year, whose label is ``year``.

    Of a tax year: taxable = Σ(ebitda + interest income + resale − depreciation − fees) − deducted (+ year to date);
    tax = τ·(max(0, taxable) − used). ``fees`` are what is deducted of them, ``fees_left`` what is not yet.
    """

    year: list[str]
    ebitda: list[float]
    interest_income: list[float]
    resale: list[float]
    depreciation: list[float]
    interest: list[float]
    deducted: Yearly
    interest_carried: Yearly
    fees: list[float]
    fees_left: list[float]
    taxable: Yearly
    losses_used: Yearly
    losses_carried: Yearly
    tax: Yearly


def written_off(scheme: DepreciationClass, years: float) -> float:
    """C: the share of an asset written off after ``years`` in service, bonus included."""
    if scheme.table_shares is None:
        counted = max(0.0, years - CONVENTION_YEARS[scheme.convention])
        share = min(1.0, counted / (scheme.life_years or counted or 1.0))
    else:
        whole = min(len(scheme.table_shares), int(years + 1e-9))
        share = sum(scheme.table_shares[:whole])
        if whole < len(scheme.table_shares):
            share += (years - whole) * scheme.table_shares[whole]
    return scheme.bonus_share + (1.0 - scheme.bonus_share) * share


def tax_base(plan: Record) -> TaxBase | None:
    """The tax computation of a plan; None if its instance has no tax."""
    terms, books, calendar = plan.instance.tax, plan.books, plan.instance.periods
    if terms is None:
        return None
    size = calendar.periods
    ebitda, income, resale = books.ebitda(), books.earned("interest_income"), books.item("resale")
    interest = [-amount + 0.0 for amount in books.earned("interest", "pik")]
    fees = add(*(fees_deducted(plan, name) for name in plan.instance.debt), size=size)
    written = depreciation(plan)
    before_interest = minus(add(ebitda, income, resale), written, fees)
    deducted, carried, taxable, used, losses, tax = _empty(size, 6)
    years, owed, loss = [""] * size, terms.opening_interest_musd, terms.opening_loss_musd
    for year in tax_years(calendar, terms.year_end):
        of_year, last = slice(year.periods[0] - 1, year.last), year.last - 1
        years[of_year] = [year.label] * len(year.periods)
        claim = fsum([*interest[of_year], owed])
        deductible = claim
        if terms.interest_limit_share is not None:
            room = terms.interest_limit_share * max(0.0, fsum(ebitda[of_year]))
            deductible = min(claim, fsum(income[of_year]) + room)
        owed = claim - deductible
        earlier = terms.year_to_date_musd if year.begun else 0.0
        result = fsum([*before_interest[of_year], -deductible, earlier])
        profit = max(0.0, result)
        offset = 0.0
        if terms.loss_usable_share is not None:
            offset = min(loss, terms.loss_usable_share * profit)
            loss += max(0.0, -result) - offset
        losses[last] = loss if terms.loss_usable_share is not None else 0.0
        deducted[last], carried[last], taxable[last], used[last] = deductible, owed, result, offset
        tax[last] = terms.rate * (profit - offset)
    begun = fsum(debt.opening_fees_musd for debt in plan.instance.debt.values())
    paid = minus([-amount for amount in books.earned("fee")], fees)
    left = list(accumulate(paid, initial=begun))[1:]
    return TaxBase(
        years,
        ebitda,
        income,
        resale,
        written,
        interest,
        deducted,
        carried,
        fees,
        left,
        taxable,
        used,
        losses,
        tax,
    )


def tax_on(
    plan: Record, results: Sequence[float], losses: float = 0.0, to_date: float = 0.0
) -> tuple[list[float], float]:
    """The tax that other results by period would bear, as it is paid, and the losses then carried beyond the plan.

    ``losses`` are carried in, ``to_date`` is what the first tax year had made before the plan; all in USD million. Of a
    tax year τ·(profit − losses used), profit = max(0, Σ results).
    """
    terms, calendar = plan.instance.tax, plan.instance.periods
    paid = [0.0] * calendar.periods
    if terms is None:
        return paid, 0.0
    for year in tax_years(calendar, terms.year_end):
        result = fsum([to_date if year.begun else 0.0, *(results[t - 1] for t in year.periods)])
        profit, used = max(0.0, result), 0.0
        if terms.loss_usable_share is not None:
            used = min(losses, terms.loss_usable_share * profit)
            losses += max(0.0, -result) - used
        when = year.periods if terms.payment == "instalments" else (year.last,)
        whole = sum(calendar.steps(t) for t in when)
        for t in when:
            paid[t - 1] = terms.rate * (profit - used) * calendar.steps(t) / whole
    return paid, losses if terms.loss_usable_share is not None else 0.0


def _empty(size: int, columns: int) -> list[Yearly]:
    return [[None] * size for _ in range(columns)]


def basis_left(plan: Record) -> float:
    """What is not yet written off at the end of T of what has been paid for: by its class, land at its cost."""
    instance, spent = plan.instance, plan.instance.periods.periods
    land = [
        site.land_musd
        for name, site in sorted(instance.sites.items())
        if site.phases and plan.physical.started[name, site.phases[0].name][-1]
    ]
    paid = []
    for row in plan.decisions.get("phase_starts", ()):
        phase = next(p for p in instance.sites[row["site"]].phases if p.name == row["phase"])
        start = instance.periods.index(str(row["period"]))
        paid_by = instance.periods.elapsed(start, spent)
        share = fsum(phase.spend_profile[: paid_by + 1])
        for part in phase.capex.values():
            if part.tax_class is not None:
                paid.append(share * part.musd.expand(instance.periods)[start - 1] * row["count"])
    for row in plan.decisions.get("orders", ()):
        offer, ordered = instance.hardware[row["offer"]], instance.periods.index(str(row["period"]))
        for name, cost in order_costs(plan, row["offer"], ordered).items():
            if (offer.tax_class if name == ACCELERATOR else offer.attach[name].tax_class) is not None:
                paid.append(cost)
    written = [amount for amounts in (*_sites(plan), *_hardware(plan)) for amount in amounts]
    return max(0.0, fsum([*land, *paid, *(-amount for amount in written), opening_basis_left(plan)]))


def depreciation(plan: Record) -> list[float]:
    """Tax depreciation by period, with what is left of sold units and the principal of leases that count as debt.

    What customers have paid ahead and is taxed before it is revenue is less than nothing here, and more later.
    """
    books, size = plan.books, plan.instance.periods.periods
    principal = [-amount + 0.0 for amount in books.item("repayment", accounts=books.accounts(LEASE))]
    ahead = [-amount + 0.0 for amount in taxed_early(plan)]
    return add(principal, ahead, *_sites(plan), *_hardware(plan), opening_depreciation(plan), size=size)


def _write_off(
    instance: Instance, tax_class: str | None, amount: float, first: int, last: int | None = None
) -> list[float]:
    """What is deducted of an amount in service from period ``first`` (from 1); all that is left in ``last``."""
    calendar = instance.periods
    found = [0.0] * calendar.periods
    if tax_class is None or not amount:
        return found
    scheme, before = instance.depreciation[tax_class], 0.0
    for t in range(first, calendar.periods + 1):
        after = 1.0 if t == last else written_off(scheme, calendar.elapsed(first - 1, t) * calendar.base_years)
        found[t - 1], before = amount * (after - before), after
        if t == last:
            break
    return found


@once
def _sites(plan: Record) -> list[list[float]]:
    instance, calendar = plan.instance, plan.instance.periods
    found = []
    for row in plan.decisions.get("phase_starts", ()):
        phase = next(p for p in instance.sites[row["site"]].phases if p.name == row["phase"])
        start = calendar.index(str(row["period"]))
        for part in phase.capex.values():
            cost = part.musd.expand(calendar)[start - 1] * row["count"]
            for later, share in enumerate(phase.spend_profile):
                if calendar.later(start, later) <= calendar.periods:
                    first = calendar.later(start, max(later, phase.lead_periods))
                    found.append(_write_off(instance, part.tax_class, cost * share, first))
    return found


@once
def _hardware(plan: Record) -> list[list[float]]:
    instance, calendar = plan.instance, plan.instance.periods
    retired: dict[tuple[str, int], list[tuple[int, float]]] = {}
    for row in plan.decisions.get("retirements", ()):
        if row["ordered"] in instance.hardware[row["offer"]].opening:
            continue
        key = row["offer"], calendar.index(str(row["ordered"]))
        retired.setdefault(key, []).append((calendar.index(str(row["period"])), row["units"]))
    found = []
    for row in plan.decisions.get("orders", ()):
        offer, ordered = instance.hardware[row["offer"]], calendar.index(str(row["period"]))
        first = calendar.later(ordered, offer.lead_periods)
        for part, cost in order_costs(plan, row["offer"], ordered).items():
            tax_class = offer.tax_class if part == ACCELERATOR else offer.attach[part].tax_class
            found += _by_exit(
                instance, tax_class, cost / row["units"], first, row["units"], retired.get((row["offer"], ordered), ())
            )
    return found


def _by_exit(
    instance: Instance,
    tax_class: str | None,
    cost: float,
    first: int,
    units: float,
    leaving: Sequence[tuple[int, float]],
) -> list[list[float]]:
    """The write-off of a vintage: of the units that stay, and of those that leave in each period."""
    staying = units - sum(number for _, number in leaving)
    found = [_write_off(instance, tax_class, cost * staying, first)]
    return found + [_write_off(instance, tax_class, cost * number, first, t) for t, number in leaving]
