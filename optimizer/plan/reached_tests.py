"""What lenders' tests of a file that goes on look back on: flows of the twelve months before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from optimizer.instance.lookback import Lookback, lookback, value_before
from optimizer.plan.figures.coverage import interest
from optimizer.plan.figures.principal_due import principal_due
from optimizer.plan.reached import Data, Reached

_FLOWS = ("ebitda_musd", "corporate_musd", "tax_musd", "interest_musd", "principal_musd")
_OF_FLOWS = ("dscr", "interest_cover", "debt_to_ebitda")


class ReachedTests(Reached):
    """The tests of a file that goes on."""

    def tests(self, found: Data) -> None:
        """Leave out covenants that are over, and write the flows of the twelve months before for those that are not."""
        found.pop("history", None)
        for name in list(found.get("covenants", {})):
            if self._is_over(name):
                del found["covenants"][name]
        grid = self.instance.pricing_grid
        tests = [*self._looking_back()]
        if tests or grid is not None:
            found["history"] = self._flows()
        if grid is not None and grid.by == "interest_cover" and self._lacks_a_year(self.cut, grid.over):
            self.problems.append("a pricing grid by a cover of twelve months, of which fewer lie behind")
        if any(
            first == "annualised" and self._lacks_a_year(self.cut + 1, over) for over, first in self._looking_back()
        ):
            self.problems.append("a test of fewer than twelve months, which a history does not add to")

    def _is_over(self, name: str) -> bool:
        end = self.instance.covenants[name].last_test
        return end is not None and self.calendar.index(end) <= self.cut

    def _looking_back(self) -> Iterator[tuple[Literal["year", "period"], str]]:
        """Over what each test looks back, and what it does in the first year."""
        for name, covenant in self.instance.covenants.items():
            if covenant.kind in _OF_FLOWS and not self._is_over(name):
                yield covenant.over, covenant.first_year
        dividends = None if self.instance.equity is None else self.instance.equity.dividends
        if dividends is not None and dividends.lock_up_dscr is not None:
            yield dividends.lock_up_over, dividends.lock_up_first_year

    def _lacks_a_year(self, t: int, over: Literal["year", "period"]) -> bool:
        """Whether what is known does not reach back so far from the end of t."""
        return lookback(self.instance, t, "dscr", over, "untested") is None

    def _flows(self) -> dict[str, dict[str, float]]:
        books, first = self.plan.books, self.cut - self.calendar.per_year + 1
        ebitda, inner = books.item("revenue", "opex"), books.item("revenue", "opex", corporate=False)
        tax = books.item("tax")
        flows: dict[str, dict[str, float]] = {name: {} for name in _FLOWS}
        for t in range(first, 1):
            for name in _FLOWS:
                series = None if self.instance.history is None else getattr(self.instance.history, name)
                if (before := value_before(series, self.calendar, t)) is not None:
                    flows[name][self.label(t)] = before
        for t in range(max(1, first), self.cut + 1):
            label, look = self.label(t), Lookback(range(t, t + 1), range(0))
            flows["ebitda_musd"][label] = ebitda[t - 1]
            flows["corporate_musd"][label] = ebitda[t - 1] - inner[t - 1]
            flows["tax_musd"][label] = -tax[t - 1] + 0.0
            flows["interest_musd"][label] = max(0.0, interest(self.plan, look))
            flows["principal_musd"][label] = max(0.0, principal_due(self.plan, range(t, t + 1), True))
        return flows
