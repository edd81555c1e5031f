"""Tranches: what is drawn under a commitment, by the loan that has it and by others, draw by draw."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.decisions import may_be_signed
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO

COMMITMENT = rule(
    "debt.commitment",
    "What all tranches of a commitment draw is within it while it is open, and nothing of one that is not signed.",
    "musd",
    MONEY,
)


def drawn_under(replay: Replay, name: str) -> list[Decimal]:
    """What is drawn under the commitment of a loan in each period, by itself and by its tranches."""
    found = replay.zeros()
    for (d, t), musd in replay.decisions.draws.items():
        if name in (d, replay.instance.debt[d].tranche_of):
            found[t] += musd
    return found


def check_tranches(replay: Replay) -> None:
    """Period by period what is left of each commitment that has tranches: it begins with all of it, if it is signed."""
    debts = replay.instance.debt
    for name, debt in debts.items():
        if debt.tranche_of is None:
            continue
        head = debts.get(debt.tranche_of)
        if head is None or head.tranche_of is not None or "revolver" in (head.kind, debt.kind):
            raise AuditError(f"instance.json: debt.{name}.tranche_of", f"no commitment {debt.tranche_of!r}")
    for head_name in sorted({debt.tranche_of for debt in debts.values() if debt.tranche_of is not None}):
        head = debts[head_name]
        if head.limit_musd is None:
            raise AuditError(f"instance.json: debt.{head_name}", "a commitment with tranches needs a limit_musd")
        open_ = replay.window(head.first_draw, head.last_draw, f"debt.{head_name}")
        signed = not may_be_signed(head) or head_name in replay.decisions.facilities
        left = exact(head.limit_musd) if signed else ZERO
        drawn = drawn_under(replay, head_name)
        for t in replay.span:
            most = left if t in open_ else ZERO
            replay.findings.at_most(COMMITMENT, head_name, t, drawn[t], most, magnitude=exact(head.limit_musd))
            left -= drawn[t]
