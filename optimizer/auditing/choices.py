"""Conditions between phases, contracts and partners, on what a plan takes."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.replay import Replay
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.tolerances import ONE, WHOLE, ZERO

KEPT = rule("choice.kept", "Of what goes together all is taken, and of what does not one at most.", "things", WHOLE)


def check_choices(replay: Replay) -> None:
    """Every condition of the file."""
    instance, taken = replay.instance, _taken(replay)
    known = {f"contracts.{name}" for name in instance.contracts} | {f"partners.{name}" for name in instance.partners}
    known |= {f"sites.{name}.{phase.name}" for name, site in instance.sites.items() for phase in site.phases}
    for name, choice in instance.choices.items():
        said = {*(choice.exactly_one or ()), *(choice.requires or ()), *(choice.excludes or ())}
        unknown = sorted((said | ({choice.of} if choice.of else set())) - known)
        if unknown:
            raise AuditError(f"instance.json: choices.{name}", f"there is no {unknown[0]}")
        if choice.exactly_one is not None:
            count = sum(each in taken for each in choice.exactly_one)
            replay.findings.equal(KEPT, name, None, Decimal(count), ONE)
        elif choice.of in taken:
            lacking = sum(each not in taken for each in choice.requires or ())
            beside = sum(each in taken for each in choice.excludes or ())
            replay.findings.at_most(KEPT, name, None, Decimal(lacking + beside), ZERO)
        else:
            replay.findings.at_most(KEPT, name, None, ZERO, ZERO)


def _taken(replay: Replay) -> set[str]:
    """What is signed, and the entries of phases of which any is started."""
    decisions = replay.decisions
    found = {f"contracts.{name}" for name, *_ in decisions.contracts} | {f"partners.{p}" for p, _ in decisions.partners}
    return found | {f"sites.{site}.{phase}" for (site, phase, _), count in decisions.starts.items() if count > 0}
