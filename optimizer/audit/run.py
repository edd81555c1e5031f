"""The order of the audit: the table of contents of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any

from optimizer.audit.asked import check_asked
from optimizer.audit.cash import check_budgets, replay_cash
from optimizer.audit.cash_flows import replay_cash_flows
from optimizer.audit.certificates import bound_words, check_certificates
from optimizer.audit.colocation import replay_colocation
from optimizer.audit.commitments import check_cover, committed
from optimizer.audit.covenants import check_covenants
from optimizer.audit.coverage import Lenders
from optimizer.audit.debt import replay_debt
from optimizer.audit.dividends import check_lock_up, check_sources_of_dividends, replay_dividends
from optimizer.audit.drawable import check_drawable
from optimizer.audit.energy import replay_energy
from optimizer.audit.equity import replay_equity
from optimizer.audit.frameworks import replay_frameworks
from optimizer.audit.funding import Funding
from optimizer.audit.hardware import replay_hardware
from optimizer.audit.leases import replay_leases
from optimizer.audit.ledger import check_ledger
from optimizer.audit.levels import check_levels
from optimizer.audit.metrics import check_metrics
from optimizer.audit.objectives import Figures, capital_employed, check_objectives
from optimizer.audit.ownership import replay_ownership
from optimizer.audit.partners import replay_partners
from optimizer.audit.power import replay_power
from optimizer.audit.preferred import replay_preferred
from optimizer.audit.pricing_grid import replay_pricing_grid
from optimizer.audit.principal_due import check_refinancings
from optimizer.audit.reading import read_plan
from optimizer.audit.replay import Replay
from optimizer.audit.report import AuditReport, Findings
from optimizer.audit.resale import replay_resale
from optimizer.audit.security import check_security
from optimizer.audit.service import replay_service
from optimizer.audit.signs import check_signs
from optimizer.audit.sites import replay_sites
from optimizer.audit.stand_alone_tax import stand_alone_tax
from optimizer.audit.tax import Taxpayer
from optimizer.audit.terminal import carried_worth, terminal_value
from optimizer.instance.digest import digest, summary_digest
from optimizer.instance.schema import Instance

# Decimal digits of the arithmetic: amounts to 1e-12 musd in sums of a trillion dollars, with room for powers.
DIGITS = 34


def audit(instance: Instance, plan: Mapping[str, Any], summary: Mapping[str, Any] | None = None) -> AuditReport:
    """Replay a plan (the content of plan.json) in plain arithmetic and check every rule.

    With ``summary`` (the content of summary.json) the rules of the levels are checked, too; without it they check
    nothing. Raises AuditError if the plan cannot be read or belongs to another instance; a plan that breaks rules is
    not an error but a report that has not passed.
    """
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
        energy = replay_energy(replay, replay_power(replay, sites, hardware))
        partners = replay_partners(replay)
        replay_service(replay, hardware, partners.delivered)
        replay_cash_flows(replay)
        debts = replay_debt(replay)
        common = replay_equity(replay, partners)
        funding = Funding(replay, debts, leases, common, replay_preferred(replay), partners)
        kept = replay_ownership(replay, partners)
        replay_dividends(replay)
        charge = replay_pricing_grid(replay, funding)
        taxpayer = Taxpayer(replay)
        cash = replay_cash(replay, taxpayer)
        check_budgets(replay)
        check_cover(replay, sites, cash)
        check_security(replay, debts)
        check_refinancings(replay, funding)
        lenders = Lenders(replay, funding, stand_alone_tax(replay, taxpayer.written_off))
        check_covenants(replay, funding, cash, lenders)
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
            terminal_value(replay, hardware, sites),
            carried_worth(replay, taxpayer),
            committed(replay, sites, partners.signed),
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
