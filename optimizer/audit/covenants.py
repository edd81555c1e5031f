"""Covenants, each tested at the end of every period of its window."""

from __future__ import annotations

from decimal import Decimal

from optimizer.audit.debt import DebtReplay
from optimizer.audit.equity import EquityReplay
from optimizer.audit.replay import Replay, Values
from optimizer.audit.report import AuditError, rule
from optimizer.audit.tolerances import MONEY, ZERO
from optimizer.instance.schema import Covenant

RULE_OF = {
    "dscr": rule("covenant.dscr", "CFADS covers interest and scheduled principal.", "musd", MONEY),
    "interest_cover": rule("covenant.interest_cover", "EBITDA covers interest.", "musd", MONEY),
    "debt_to_ebitda": rule("covenant.debt_to_ebitda", "Debt is within its multiple of EBITDA.", "musd", MONEY),
    "debt_to_capital": rule(
        "covenant.debt_to_capital", "Debt is within its share of debt and paid-in equity.", "musd", MONEY
    ),
    "loan_to_value": rule("covenant.loan_to_value", "Debt is within its share of net book value.", "musd", MONEY),
    "minimum_liquidity": rule(
        "covenant.minimum_liquidity", "Cash and undrawn revolver are at least the floor.", "musd", MONEY
    ),
}
_FLOORS = {"dscr", "interest_cover", "minimum_liquidity"}


def check_covenants(replay: Replay, debts: DebtReplay, equity: EquityReplay, cash: Values) -> None:
    """Check every covenant in the form in which it is written without a division, so that zero debt passes."""
    for name, covenant in replay.instance.covenants.items():
        place = f"covenants.{name}"
        is_floor = covenant.kind in _FLOORS
        series = covenant.minimum if is_floor else covenant.maximum
        if series is None:
            raise AuditError(
                f"instance.json: {place}", f"{covenant.kind} needs a {'minimum' if is_floor else 'maximum'}"
            )
        bound = replay.values(series, place)
        test = _Test(replay, covenant, debts, equity, cash, place)
        for t in replay.window(covenant.first_test, covenant.last_test, place):
            left, right = test.sides(t, bound[t])
            replay.findings.at_most(RULE_OF[covenant.kind], name, t, left, right, magnitude=replay.book.cash_gross(t))


class _Test:
    def __init__(
        self,
        replay: Replay,
        covenant: Covenant,
        debts: DebtReplay,
        equity: EquityReplay,
        cash: Values,
        place: str,
    ) -> None:
        self.replay, self.covenant, self.debts, self.equity, self.cash = replay, covenant, debts, equity, cash
        if covenant.kind == "loan_to_value" and not covenant.assets:
            raise AuditError(f"instance.json: {place}", "loan_to_value needs assets")
        self.assets = [replay.book.balances(asset) for asset in set(covenant.assets or [])]
        names = set(covenant.instruments if covenant.instruments is not None else debts.instruments)
        if not names <= debts.instruments.keys():
            raise AuditError(f"instance.json: {place}", f"no debt {sorted(names - debts.instruments.keys())[0]!r}")
        self.tested_debt = [debts.instruments[name] for name in names]

    def sides(self, t: int, bound: Decimal) -> tuple[Decimal, Decimal]:
        """The test of period t as left ≤ right, musd."""
        debt = self.debts.balance(t)
        match self.covenant.kind:
            case "dscr":
                service = self.debts.interest(t) + self._scheduled_principal(t)
                return bound * service, self._ebitda(t) + self.replay.book.cash_in("tax", t)
            case "interest_cover":
                return bound * self.debts.interest(t), self._ebitda(t)
            case "debt_to_ebitda":
                return debt, bound * self._ebitda(t) / self.replay.years
            case "debt_to_capital":
                return debt, bound * (debt + self.equity.paid_in[t])
            case "loan_to_value":
                value = sum((asset[t] for asset in self.assets), ZERO)
                return sum((one.balance[t] for one in self.tested_debt), ZERO), bound * value
            case "minimum_liquidity":
                undrawn = sum((one.undrawn[t] for one in self.debts.instruments.values()), ZERO)
                return bound, self.cash[t] + undrawn

    def _ebitda(self, t: int) -> Decimal:
        corporate = self.covenant.scope == "company"
        book = self.replay.book
        return book.cash_in("revenue", t, corporate) + book.cash_in("opex", t, corporate)

    def _scheduled_principal(self, t: int) -> Decimal:
        """Principal of level and annuity debt; that of bullets and revolvers is not scheduled service."""
        debts = self.replay.instance.debt
        return sum(
            (
                one.repayment[t]
                for name, one in self.debts.instruments.items()
                if debts[name].kind in ("level", "annuity")
            ),
            ZERO,
        )
