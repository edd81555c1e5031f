"""Deliberate bugs in customers' contracts, and in what goes together."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    Bug(
        "contracts",
        SIGN,
        "contract-damages-cap",
        "_post",
        "{t: -musd for t, musd in goes.damages.items()}",
        "{t: musd for t, musd in goes.damages.items()}",
    ),
    Bug(
        "contracts",
        PERIOD,
        "contract-prepayment",
        "_post",
        "{goes.signed: goes.prepaid}",
        "{goes.signed + 1: goes.prepaid}",
    ),
    Bug(
        "contracts",
        TERM,
        "contract-long-stop",
        "add_contracts",
        "rows.add(signed == 1 if each.signed else signed <= 1)",
        "rows.add(signed <= 1)",
    ),
    Bug(
        "contracts",
        TERM,
        "contract-long-stop-quarters",
        "_post",
        "(CONTRACT_REFUND, goes.refunded)",
        "(CONTRACT_REFUND, {})",
    ),
    Bug(
        "instance.contract_terms",
        SIGN,
        "contract-taxed-ahead",
        "Course.balance",
        "self.prepaid - worked",
        "self.prepaid + worked",
    ),
    Bug("instance.contract_terms", PERIOD, "contract-damages-cap", "_damages", "range(late)", "range(late - 1)"),
    Bug(
        "instance.contract_terms",
        TERM,
        "contract-damages-cap-quarters",
        "_damages",
        "contract.delay_damages_cap_share * contract_value(instance, contract, u)",
        "contract_value(instance, contract, u)",
    ),
    Bug(
        "instance.contract_terms",
        TERM,
        "contract-renewed-quarters",
        "_priced",
        "contract.escalator_per_year",
        "0.0",
    ),
    Bug(
        "instance.contract_terms",
        TERM,
        "contract-taxed-ahead-quarters",
        "taxed_ahead",
        "-course.credited.get(t, 0.0)",
        "-0.0",
    ),
    Bug(
        "choices",
        SIGN,
        "choice-requires",
        "add_choices",
        "y[choice.of] <= y[each]",
        "y[choice.of] >= y[each]",
    ),
    Bug("choices", PERIOD, "choice-exactly-one", "add_choices", "[model.horizon]", "[model.horizon - 1]"),
    Bug(
        "choices",
        TERM,
        "choice-exactly-one-quarters",
        "add_choices",
        "rows.add(y[choice.of] + y[each] <= 1)",
        "pass",
    ),
    Bug(
        "choices",
        TERM,
        "choice-exactly-one",
        "add_choices",
        "rows.add(quicksum(y[each] for each in choice.exactly_one) == 1)",
        "pass",
    ),
]
