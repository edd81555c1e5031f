"""The audit: a second program that replays a plan in plain arithmetic.

It imports neither the model nor the solver, only the data types of `optimizer.instance`. Every rule of
`docs/model.md` is checked afresh from the decisions of the plan, and every ledger line and figure of the plan is
compared with the replay.
"""

import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from optimizer.audit.report import AuditError, AuditReport, RuleResult, declared_rules
from optimizer.audit.run import audit
from optimizer.audit.run_folder import audit_folder
from optimizer.instance.loader import checked
from optimizer.instance.schema import Instance

RULES: dict[str, str] = {rule.name: rule.text for rule in declared_rules()}
"""Name of every rule → one sentence on what is checked, in the order of the report."""

__all__ = ["RULES", "AuditError", "AuditReport", "RuleResult", "audit", "audit_folder"]


class _Callable(ModuleType):
    """Importing this folder binds its name in ``optimizer``, so it answers as the function of the same name as well."""

    def __call__(
        self, instance: Instance, plan: Mapping[str, Any], summary: Mapping[str, Any] | None = None
    ) -> AuditReport:
        """Replay a plan (the content of plan.json) in plain arithmetic and check every rule.

        The instance is checked first. With ``summary`` (the content of summary.json) the rules of the levels are
        checked, too; without it they check nothing. Raises InstanceError if the instance cannot be, AuditError if the
        plan cannot be read or belongs to another instance; a plan that breaks rules is not an error but a report that
        has not passed.

        >>> optimizer.audit(base, plan.to_dict(), plan.to_summary()).passed
        True
        """
        return audit(checked(instance), plan, summary)


sys.modules[__name__].__class__ = _Callable
