"""Covenants, each tested at the end of every period of its window."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.coverage import NOTHING, Lenders
from optimizer.auditing.funding import Funding
from optimizer.auditing.lookback import looked_back_on
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.tolerances import MONEY, ZERO
from optimizer.instance.schema import Covenant

RULE_OF = {
    "dscr": rule("covenant.dscr", "CFADS covers interest and the principal that is due.", "musd", MONEY),
    "interest_cover": rule("covenant.interest_cover", "EBITDA covers interest.", "musd", MONEY),
    "debt_to_ebitda": rule("covenant.debt_to_ebitda", "Debt is within its multiple of EBITDA.", "musd", MONEY),
    "debt_to_capital": rule(
        "covenant.debt_to_capital", "Debt is within its share of debt and equity on its basis.", "musd", MONEY
    ),
    "loan_to_value": rule("covenant.loan_to_value", "Debt is within its share of net book value.", "musd", MONEY),
    "minimum_liquidity": rule(
        "covenant.minimum_liquidity", "Cash and what could be drawn are at least the floor.", "musd", MONEY
    ),
}
_FLOORS = {"dscr", "interest_cover", "minimum_liquidity"}
_FLOWS = {"dscr", "interest_cover", "debt_to_ebitda"}


def check_covenants(replay: Replay, funding: Funding, cash: dict[str, Values], lenders: Lenders) -> None:
    """Check every covenant in the form in which it is written without a division, where there is something to test.

    Of a group on what is within its ring; ``cash`` is by whose it is.
    """
    for name, covenant in replay.instance.covenants.items():
        place = f"covenants.{name}"
        is_target = covenant.kind == "debt_to_capital" and covenant.minimum is not None
        is_floor = covenant.kind in _FLOORS or is_target
        series = covenant.minimum if is_floor else covenant.maximum
        if series is None:
            raise AuditError(
                f"instance.json: {place}", f"{covenant.kind} needs a {'minimum' if is_floor else 'maximum'}"
            )
        bound = replay.values(series, place)
        test = _Test(replay, covenant, funding, cash, lenders, place)
        for t in replay.window(covenant.first_test, covenant.last_test, place):
            if covenant.kind in _FLOWS:
                left, right, magnitude = test.flows(t, bound[t])
            else:
                (left, right), magnitude = test.sides(t, bound[t]), replay.book.cash_gross(t)
            replay.findings.at_most(RULE_OF[covenant.kind], name, t, left, right, magnitude=magnitude)


class _Test:
    def __init__(
        self,
        replay: Replay,
        covenant: Covenant,
        funding: Funding,
        cash: dict[str, Values],
        lenders: Lenders,
        place: str,
    ) -> None:
        self.replay, self.covenant, self.funding = replay, covenant, funding
        self.cash = cash[covenant.group or ""]
        self.lenders = lenders
        if covenant.kind == "loan_to_value" and not covenant.assets:
            raise AuditError(f"instance.json: {place}", "loan_to_value needs assets")
        book = replay.book.part(covenant.group) if covenant.group else replay.book
        self.assets = [book.balances(asset) for asset in set(covenant.assets or [])]
        instruments = funding.debts.instruments
        unknown = set(covenant.instruments or []) - instruments.keys()
        if unknown:
            raise AuditError(f"instance.json: {place}", f"no debt {min(unknown)!r}")

    def flows(self, t: int, bound: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        """The test of what is earned in a year as left ≤ right, musd, and its magnitude; 0 ≤ 0 where none is made."""
        covenant, lenders = self.covenant, self.lenders
        company, group = covenant.scope == "company", covenant.group
        back = looked_back_on(self.replay, t, covenant.kind, covenant.over, covenant.first_year, group)
        if back is None:
            return ZERO, ZERO, ZERO
        if covenant.kind == "dscr":
            counted = covenant.balloons == "counted" if covenant.balloons else not company
            owed = lenders.debt_service(back, counted, group)
            left = bound * owed
            tax = "none" if group else covenant.tax or ("company" if company else "stand_alone")
            right = lenders.cfads(back, tax, company, group)
        elif covenant.kind == "interest_cover":
            owed = lenders.interest(back, group)
            left, right = bound * owed, lenders.ebitda(back, company, group)
        else:
            owed = left = self.funding.owed_by(group, t)
            right = bound * lenders.ebitda(back, company, group) * 12 / back.months(self.replay)
        return (left, right, lenders.magnitude(back)) if owed > NOTHING else (ZERO, ZERO, ZERO)

    def sides(self, t: int, bound: Decimal) -> tuple[Decimal, Decimal]:
        """The test of balances at the end of period t as left ≤ right, musd."""
        funding = self.funding
        debt = funding.tested_debt(t)
        match self.covenant.kind:
            case "debt_to_capital":
                share = bound * (debt + funding.equity_on(self.covenant.equity_basis, t))
                if self.covenant.minimum is not None:
                    return share, debt
                return (debt, share) if debt > NOTHING else (ZERO, ZERO)
            case "loan_to_value":
                owed = self._tested_debt(t)
                return (
                    (owed, bound * sum((asset[t] for asset in self.assets), ZERO)) if owed > NOTHING else (ZERO, ZERO)
                )
            case _:
                whose, rings = self.covenant.group or "", self.replay.rings
                counted = (
                    amount
                    for (d, u), amount in self.replay.decisions.drawable.items()
                    if u == t and rings.debt(d) == whose
                )
                return bound, self.cash[t] + sum(counted, ZERO)

    def _tested_debt(self, t: int) -> Decimal:
        """The instruments named; all debt, leases that count as debt included, if none is named."""
        if self.covenant.instruments is None:
            return self.funding.owed_by(self.covenant.group, t)
        instruments = self.funding.debts.instruments
        return sum((instruments[name].balance[t] for name in set(self.covenant.instruments)), ZERO)
