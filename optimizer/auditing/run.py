"""The order of the audit: the table of contents of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any

from optimizer.auditing.advances import check_advances
from optimizer.auditing.asked import check_asked
from optimizer.auditing.cash import check_budgets, replay_cash
from optimizer.auditing.cash_flows import replay_cash_flows
from optimizer.auditing.certificates import bound_words, check_certificates
from optimizer.auditing.choices import check_choices
from optimizer.auditing.colocation import replay_colocation
from optimizer.auditing.commitments import check_cover, committed
from optimizer.auditing.contracts import replay_contracts
from optimizer.auditing.covenants import check_covenants
from optimizer.auditing.coverage import Lenders
from optimizer.auditing.debt import replay_debt
from optimizer.auditing.dividends import check_lock_up, check_sources_of_dividends, replay_dividends
from optimizer.auditing.drawable import check_drawable
from optimizer.auditing.energy import replay_energy
from optimizer.auditing.equity import replay_equity
from optimizer.auditing.frameworks import replay_frameworks
from optimizer.auditing.funding import Funding
from optimizer.auditing.groups import check_groups
from optimizer.auditing.hardware import replay_hardware
from optimizer.auditing.interest_in_construction import replay_interest_in_construction
from optimizer.auditing.leases import replay_leases
from optimizer.auditing.ledger import check_ledger
from optimizer.auditing.levels import check_levels
from optimizer.auditing.look_ahead import check_look_ahead
from optimizer.auditing.metrics import check_metrics
from optimizer.auditing.objectives import Figures, Untaxed, capital_employed, check_objectives
from optimizer.auditing.opening import check_opening_balance, replay_opening_units
from optimizer.auditing.ownership import replay_ownership
from optimizer.auditing.partners import replay_partners
from optimizer.auditing.power import replay_power
from optimizer.auditing.preferred import replay_preferred
from optimizer.auditing.pricing_grid import replay_pricing_grid
from optimizer.auditing.principal_due import check_refinancings
from optimizer.auditing.reading import read_plan
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import AuditReport, Findings
from optimizer.auditing.resale import replay_resale
from optimizer.auditing.reserves import check_reserves
from optimizer.auditing.security import check_security
from optimizer.auditing.service import replay_service
from optimizer.auditing.signs import check_signs
from optimizer.auditing.sites import replay_sites
from optimizer.auditing.stand_alone_tax import stand_alone_tax
from optimizer.auditing.sweeps import check_sweeps
from optimizer.auditing.tax import Taxpayer
from optimizer.auditing.terminal import carried_worth, terminal_value, unlevered_carried_worth, value_before_tax
from optimizer.auditing.upkeep import replay_upkeep_by_age
from optimizer.contract.digest import digest, summary_digest
from optimizer.instance.loader import checked
from optimizer.instance.schema import Instance

# Decimal digits of the arithmetic: amounts to 1e-12 musd in sums of a trillion dollars, with room for powers.
DIGITS = 34


def audit(instance: Instance, plan: Mapping[str, Any], summary: Mapping[str, Any] | None = None) -> AuditReport:
    """Replay a plan (the content of plan.json) in plain arithmetic and check every rule.

    The instance is checked first. With ``summary`` (the content of summary.json) the rules of the levels are checked,
    too; without it they check nothing. Raises InstanceError if the instance cannot be, AuditError if the plan cannot be
    read or belongs to another instance; a plan that breaks rules is not an error but a report that has not passed.

    >>> optimizer.audit(base, plan.to_dict(), plan.to_summary()).passed
    True
    """
    return audited(checked(instance), plan, summary)


def audited(instance: Instance, plan: Mapping[str, Any], summary: Mapping[str, Any] | None = None) -> AuditReport:
    """``audit`` of an instance that is known to be checked."""
    return reported(replayed(instance, plan, summary), plan, summary)


def replayed(instance: Instance, plan: Mapping[str, Any], summary: Mapping[str, Any] | None) -> Figures:
    """The replay of a plan, with all rules checked but those of files."""
    with localcontext() as context:
        context.prec = DIGITS
        data = read_plan(instance, plan)
        replay = Replay(instance, data.decisions, Findings(instance.periods.label))
        check_signs(replay)
        sites = replay_sites(replay, replay_colocation(replay))
        hardware = replay_hardware(replay)
        replay_frameworks(replay)
        leases = replay_leases(replay)
        replay_resale(replay)
        replay_opening_units(replay)
        replay_upkeep_by_age(replay)
        energy = replay_energy(replay, replay_power(replay, sites, hardware))
        partners = replay_partners(replay)
        contracts = replay_contracts(replay)
        check_choices(replay)
        capacity = replay_service(replay, hardware, (partners.delivered, contracts.held))
        replay_cash_flows(replay)
        debts = replay_debt(replay)
        common = replay_equity(replay, partners)
        advanced = check_advances(replay, debts, contracts.followed)
        preferred = replay_preferred(replay)
        funding = Funding(replay, debts, leases, common, preferred, partners, contracts.counted, advanced)
        kept = replay_ownership(replay, partners)
        replay_dividends(replay)
        charge = replay_pricing_grid(replay, funding)
        replay_interest_in_construction(replay)
        taxpayer = Taxpayer(replay)
        accounts = replay_cash(replay, taxpayer)
        check_opening_balance(replay)
        cash = tuple(sum(amounts, Decimal(0)) for amounts in zip(*accounts.values(), strict=True))
        check_budgets(replay)
        free = check_reserves(replay, accounts)
        check_cover(replay, sites, free)
        check_look_ahead(replay, free)
        check_security(replay, debts)
        check_refinancings(replay, funding)
        lenders = Lenders(replay, funding, stand_alone_tax(replay, taxpayer.written_off))
        check_covenants(replay, funding, free, lenders)
        check_groups(replay, accounts, free, lenders)
        check_sweeps(replay, funding, accounts, free)
        check_drawable(replay, funding, lenders)
        check_sources_of_dividends(replay, funding)
        check_lock_up(replay, lenders)
        check_ledger(replay, data.ledger)
        figures = Figures(
            replay,
            sites,
            funding,
            cash,
            charge,
            tuple(taxpayer.unlevered),
            kept,
            energy,
            lenders,
            terminal_value(replay, hardware, sites, contracts.followed),
            carried_worth(replay, taxpayer),
            committed(replay, sites, partners.signed, contracts.followed),
            Untaxed(value_before_tax(replay, hardware, contracts.followed), unlevered_carried_worth(replay, taxpayer)),
            capacity,
        )
        others = check_objectives(figures, data.metrics)
        check_metrics(figures, data.metrics, frozenset(data.metrics.keys() - others))
        if summary is not None:
            capital = sum(capital_employed(figures), Decimal(0))
            check_levels(instance, replay.findings, plan["metrics"], summary, capital)
            check_asked(instance, replay.findings, plan["metrics"], summary)
            check_certificates(replay.findings, summary)
        return figures


def reported(figures: Figures, plan: Mapping[str, Any], summary: Mapping[str, Any] | None) -> AuditReport:
    """What has been found so far, and what it was of."""
    results = figures.replay.findings.results()
    if summary is None:
        return AuditReport(results, plan_sha256=digest(plan))
    return AuditReport(results, (), digest(plan), summary_digest(summary), bound_words(summary))
