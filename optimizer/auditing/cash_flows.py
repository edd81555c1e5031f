"""Given cash flows, posted as they stand."""

from __future__ import annotations

from optimizer.auditing.replay import Entry, Replay
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.tolerances import MONEY

FLOWS = rule("given.flows", "Given cash flows are posted as they stand.", "musd", MONEY)


def replay_cash_flows(replay: Replay) -> None:
    """Operating flows are revenue or opex by their sign; the others are other_investing and other_financing."""
    for name, flow in replay.instance.cash_flows.items():
        place = f"cash_flows.{name}"
        if (flow.musd_per_year is None) == (flow.musd_per_period is None):
            raise AuditError(f"instance.json: {place}", "give exactly one of musd_per_year and musd_per_period")
        if flow.musd_per_year is not None:
            yearly = enumerate(replay.values(flow.musd_per_year, place))
            amounts = [value * replay.years(t) if t else value for t, value in yearly]
        else:
            amounts = list(replay.values(flow.musd_per_period, place))
        for t in replay.span:
            comes_in = amounts[t] > 0
            item = ("revenue" if comes_in else "opex") if flow.kind == "operating" else f"other_{flow.kind}"
            accounts = ("cash", "retained_earnings") if comes_in else ("retained_earnings", "cash")
            replay.book.post(FLOWS, f"given.{name}", t, abs(amounts[t]), Entry(item, *accounts, flow.corporate))
