"""The audit: a second program that replays a plan in plain arithmetic.

It imports neither the model nor the solver, only the data types of `optimizer.instance`. Every rule of
`docs/model.md` is checked afresh from the decisions of the plan, and every ledger line and figure of the plan is
compared with the replay.
"""

from optimizer.auditing.report import AuditError, AuditReport, RuleResult, declared_rules
from optimizer.auditing.run import audit, audited
from optimizer.auditing.run_folder import audit_folder

RULES: dict[str, str] = {rule.name: rule.text for rule in declared_rules()}
"""Name of every rule → one sentence on what is checked, in the order of the report."""

__all__ = ["RULES", "AuditError", "AuditReport", "RuleResult", "audit", "audit_folder", "audited"]
