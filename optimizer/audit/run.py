"""The order of the audit: the table of contents of this folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

from optimizer.audit.cash import check_budgets, replay_cash
from optimizer.audit.colocation import replay_colocation
from optimizer.audit.covenants import check_covenants
from optimizer.audit.debt import replay_debt
from optimizer.audit.dividends import check_lock_up, check_sources_of_dividends, replay_dividends
from optimizer.audit.drawable import check_drawable
from optimizer.audit.energy import replay_energy
from optimizer.audit.equity import replay_equity
from optimizer.audit.frameworks import replay_frameworks
from optimizer.audit.funding import Funding
from optimizer.audit.given import replay_given
from optimizer.audit.hardware import replay_hardware
from optimizer.audit.leases import replay_leases
from optimizer.audit.ledger import check_ledger
from optimizer.audit.lenders import Lenders
from optimizer.audit.levels import check_levels
from optimizer.audit.objectives import Figures, capital_employed, check_objectives
from optimizer.audit.ownership import replay_ownership
from optimizer.audit.partners import replay_partners
from optimizer.audit.power import replay_power
from optimizer.audit.preferred import replay_preferred
from optimizer.audit.pricing_grid import replay_pricing_grid
from optimizer.audit.principal import check_refinancings
from optimizer.audit.reading import read_plan
from optimizer.audit.replay import Replay
from optimizer.audit.report import AuditError, AuditReport, Findings
from optimizer.audit.resale import replay_resale
from optimizer.audit.security import check_security
from optimizer.audit.service import replay_service
from optimizer.audit.signs import check_signs
from optimizer.audit.sites import replay_sites
from optimizer.audit.stand_alone import stand_alone_tax
from optimizer.audit.tax import Taxpayer
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
        replay_energy(replay, replay_power(replay, sites, hardware))
        partners = replay_partners(replay)
        replay_service(replay, hardware, partners.delivered)
        replay_given(replay)
        debts = replay_debt(replay)
        common = replay_equity(replay, partners)
        funding = Funding(replay, debts, leases, common, replay_preferred(replay), partners)
        kept = replay_ownership(replay, partners)
        replay_dividends(replay)
        charge = replay_pricing_grid(replay, funding)
        taxpayer = Taxpayer(replay)
        cash = replay_cash(replay, taxpayer)
        check_budgets(replay)
        check_security(replay, debts)
        check_refinancings(replay, funding)
        lenders = Lenders(replay, funding, stand_alone_tax(replay, taxpayer.written_off))
        check_covenants(replay, funding, cash, lenders)
        check_drawable(replay, funding, lenders)
        check_sources_of_dividends(replay, funding)
        check_lock_up(replay, lenders)
        check_ledger(replay, data.ledger)
        figures = Figures(replay, sites, funding, cash, charge, tuple(taxpayer.unlevered), kept)
        unchecked = check_objectives(figures, data.metrics)
        if summary is not None:
            capital = sum(capital_employed(figures), Decimal(0))
            check_levels(instance, replay.findings, plan["metrics"], summary, capital)
        found = None if summary is None else summary_digest(summary)
        return AuditReport(replay.findings.results(), unchecked, digest(plan), found)


def audit_folder(path: str | Path) -> AuditReport:
    """Audit a run folder: instance.json, plan.json and summary.json.

    Raises AuditError if a file is missing, corrupt or unfit.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise AuditError(str(path), "is not a folder")
    instance_data = _load(folder / "instance.json")
    plan = _load(folder / "plan.json")
    try:
        instance = Instance.model_validate_json(json.dumps(instance_data))
    except ValueError as error:
        raise AuditError("instance.json", str(error)) from error
    return audit(instance, plan, _load(folder / "summary.json"))


def _load(path: Path) -> Any:
    """A JSON file in which no key comes twice and every number is finite."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise AuditError(path.name, f"the key {twice!r} comes twice in one object")
        return data

    def refuse(text: str) -> Any:
        raise AuditError(path.name, f"{text} is not a number")

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AuditError(path.name, "the file is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise AuditError(path.name, f"cannot be read: {error}") from error
    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError) as error:  # a whole number of more digits than Python reads is one, too
        raise AuditError(path.name, f"is not JSON, or is cut off: {error}") from error
