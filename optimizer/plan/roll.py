"""Rolling forward: the file of the periods that are left, with what a plan will have reached by then as its opening.

What was begun, ordered, drawn and raised by the end of a period c is history then. The plan of the new file that does
the same from c on has the same statements; nothing else holds for what the rules cannot say yet: that is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum
from typing import Any

from optimizer.contract.accounts import CASH, PAID_IN
from optimizer.instance.checks.periods import FIRST, LAST
from optimizer.instance.checks.walk import all_series, blocks
from optimizer.instance.fair_rate import fair_rate
from optimizer.instance.loader import load
from optimizer.instance.schema import NONE, Equity, Instance, Offer, Relever
from optimizer.instance.tax_years import tax_years
from optimizer.plan.figures.interest_in_construction import interest_in_construction
from optimizer.plan.figures.tax import tax_base
from optimizer.plan.reached import DUST, Data, Reached
from optimizer.plan.reached_contracts import ReachedContracts
from optimizer.plan.reached_debt import ReachedDebt
from optimizer.plan.reached_sites import ReachedSites
from optimizer.plan.reached_tests import ReachedTests
from optimizer.plan.reached_units import ReachedUnits
from optimizer.plan.record import Record

SAID = frozenset({
    "phase_starts", "orders", "allocations", "frameworks", "developments", "retirements", "energy", "service",
    "debt_draws", "debt_repayments", "prepayments", "premium_free", "refinancings", "facilities", "pledges",
    "equity_raises", "dividends", "capital_returns", "drawable", "lendable", "buckets", "deliveries",
    "contracts", "contract_service",
})  # fmt: skip
"""Tables of decisions that an opening says, or that bind nobody later; whatever else has begun is refused."""
RUNS_ON = {
    "partners": "a partner's agreement that runs on",
    "colocation": "rented megawatts that run on",
    "reservations": "a reservation that runs on",
    "energy_contracts": "an energy contract that runs on",
    "preferred_raises": "preferred shares that are not paid back",
    "contributions": "what the company has put into a group",
    "distributions": "what a group has paid out",
    "reserve_cover": "what stands in for the cash of a reserve",
}
"""The words for tables that it cannot say yet."""

AS_WRITTEN: dict[type, tuple[str, ...]] = {
    Instance: ("objectives",),
    Equity: ("dividends",),
    Offer: ("price_usd",),
    Relever: ("risk_free_per_year", "cost_of_debt_per_year"),
}
"""Fields of which a default that is written says more than one that is not: a check asks for it, or it depends."""


class RollError(ValueError):
    """A plan has, at the end of a period, what a file cannot say of its opening; the message says all of it."""


def rolled(plan: Record, last: str | int) -> Instance:
    """The file that begins after the period ``last``, with the position of the plan at its end as its opening.

    What was begun, ordered, drawn and raised by then is history; the plan that goes on as this one does has the same
    statements to a cent. Raises RollError, a ValueError that names all of it, where the position holds what a file
    cannot say of its opening (partners' agreements that run on, leased units, a tax year that goes on); ValueError for
    a period that the plan does not have, or its last.

    >>> new = optimizer.rolled(plan, 2026)
    >>> new.periods.labels, new.debt["loan-2026"].opening_balance_musd
    (['2027'], 100.0)
    """
    cut = plan.instance.periods.index(last)
    if cut == plan.instance.periods.periods:
        raise ValueError(f"{last} is the last period of the plan: nothing is left to decide")
    return load(_Roll(plan, cut).data())


class _Roll(Reached):
    def data(self) -> Data:
        found = self._moved()
        name = f"{self.instance.name}-{self.calendar.label(self.cut + 1)}"
        found |= {"name": name[:64], "calendar": self._left(), "fair_rate_per_year": fair_rate(self.instance)}
        self._refuse_contracts()
        self._leave_out(found)
        found["opening"] = {
            "cash_musd": max(0.0, self.plan.books.balance(CASH)[self.cut]),
            "paid_in_capital_musd": max(0.0, self.plan.books.balance(PAID_IN)[self.cut]),
            "other_assets_musd": self.instance.opening.other_assets_musd,
        }
        whole = self.plan, self.cut, self.problems
        sites, units, debts = ReachedSites(*whole), ReachedUnits(*whole), ReachedDebt(*whole)
        for s, site in self.instance.sites.items():
            sites.site(found["sites"][s], s, site)
        for o, offer in self.instance.hardware.items():
            units.offer(found, o, offer)
        found["debt"], names = debts.loans(found["debt"])
        debts.rename(found, names)
        ReachedContracts(*whole).contracts(found["contracts"])
        self._tax(found)
        self._equity(found)
        self._budgets(found)
        ReachedTests(*whole).tests(found)
        if self.problems:
            raise RollError("; ".join(self.problems))
        return found

    # ── time ──

    def _left(self) -> Data:
        calendar, start = self.calendar, self.label(self.cut + 1)
        if calendar.is_equal:
            return {"start": start, "periods": calendar.periods - self.cut, "length": calendar.length}
        first, *others = calendar.segments
        if self.cut >= first.periods:
            sooner = f": roll to {calendar.label(first.periods - 1)} or before" if first.periods > 1 else ""
            self.problems.append(f"durations in {first.length}s where all periods left are longer{sooner}")
        segments = [(first.length, first.periods - self.cut), *((each.length, each.periods) for each in others)]
        return {
            "start": start,
            "length": first.length,
            "segments": [{"length": length, "periods": periods} for length, periods in segments],
        }

    def _moved(self) -> Data:
        """All of the file with its series cut, and its windows where they are still open."""
        found: Data = self.instance.model_dump(mode="json", exclude_none=True)
        for path, series, _ in all_series(self.instance):
            if path[0] == "history":
                continue
            values = list(series.expand(self.calendar))[self.cut :]
            one = len(set(values)) == 1 and self.calendar.is_equal  # an amount of a period is not one of a longer one
            _put(found, path, values[0] if one else values)
        for path, block in blocks(self.instance):
            for name in type(block).model_fields:
                if name.startswith((*FIRST, *LAST)) and name != "first_year" and getattr(block, name) is not None:
                    self._window(found, path, name, self.calendar.index(getattr(block, name)))
        return found

    def _window(self, found: Data, path: tuple[Any, ...], name: str, t: int) -> None:
        holder = _get(found, path)
        if t > self.cut or name.startswith(LAST):
            return  # a window that is over is seen to where it stands
        holder.pop(name)

    def _leave_out(self, found: Data) -> None:
        """Take out what can be signed or raised no more; what has been is refused."""
        whole = self.instance
        self._drop(found, "partners", {name: each.last_signing for name, each in whole.partners.items()})
        self._drop(found, "preferred_equity", {name: each.last_raise for name, each in whole.preferred_equity.items()})
        sources = {name: each.contract.last_signing for name, each in whole.energy_sources.items() if each.contract}
        self._drop(found, "energy_sources", sources)
        for name, site in whole.sites.items():
            if site.colocation is not None:
                self._drop(found["sites"], name, {"colocation": site.colocation.last_signing})
        for name, cloud in whole.cloud.items():
            if cloud.reserved is not None:
                self._drop(found["cloud"], name, {"reserved": cloud.reserved.last_signing})

    def _drop(self, holder: Data, key: str, last: Mapping[str, str | int | None]) -> None:
        for name, label in last.items():
            if self.calendar.window(None, label).stop - 1 <= self.cut:
                del holder[key][name]

    # ── what cannot be said yet ──

    def _refuse_contracts(self) -> None:
        decisions = self.plan.decisions
        for table, rows in decisions.items():
            if table not in SAID and any("period" not in row or self.at(row) <= self.cut for row in rows):
                self.problems.append(RUNS_ON.get(table, f"what `{table}` says, which runs on"))
        if self.instance.choices:
            self.problems.append("conditions between phases, contracts and partners (`choices`)")
        if self.instance.groups:
            self.problems.append("borrowing groups, whose balance sheets open with cash and loans alone")
        works = interest_in_construction(self.plan)
        if works is not None and max(*works.accumulated[: self.cut + 1], *works.capitalised[: self.cut]) > DUST:
            self.problems.append("interest in construction that is part of what is built")
        for d, debt in self.instance.debt.items():
            if debt.service_reserve is not None:
                self.problems.append(f"{d}: a debt service reserve")
            begun = debt.opening_balance_musd or any(self.drew(row, d) for row in decisions.get("debt_draws", ()))
            if debt.conversion is not None and begun:
                self.problems.append(f"{d}: a convertible that has been drawn")
            if debt.is_delayed and begun:
                self.problems.append(f"{d}: a delayed-draw loan that has been drawn")
        for row in decisions.get("orders", ()):
            if self.instance.hardware[row["offer"]].lease is not None and self.at(row) <= self.cut:
                self.problems.append(f"leased units of {row['offer']}")
        for row in decisions.get("phase_starts", ()):
            phase = next(p for p in self.instance.sites[row["site"]].phases if p.name == row["phase"])
            if phase.income_musd_by_age and self.at(row) <= self.cut:
                self.problems.append(f"{row['site']}: what {row['phase']} earns by its age")
        for row in decisions.get("frameworks", ()):
            self.problems.append(f"the framework agreement for {row['offer']}")

    # ── tax, equity, budgets, history ──

    def _tax(self, found: Data) -> None:
        tax, base = self.instance.tax, tax_base(self.plan)
        if tax is None or base is None:
            return
        ends = [year.last for year in tax_years(self.calendar, tax.year_end)]
        if self.cut not in ends:
            self.problems.append("the tax year goes on: roll to the end of one")
            return
        found["tax"]["year_to_date_musd"] = 0.0
        losses, carried = base.losses_carried[self.cut - 1] or 0.0, base.interest_carried[self.cut - 1] or 0.0
        found["tax"]["opening_loss_musd"] = losses if tax.loss_usable_share is not None else 0.0
        found["tax"]["opening_interest_musd"] = carried if tax.interest_limit_share is not None else 0.0

    def _equity(self, found: Data) -> None:
        equity = self.instance.equity
        if equity is None:
            return
        if equity.dividends is None:
            found["equity"]["dividends"] = "none"
        else:
            paid = fsum(self._paid_out())
            found["equity"]["dividends"]["minimum_total_musd"] = max(0.0, equity.dividends.minimum_total_musd - paid)
        raised = {row["round"]: self.at(row) for row in self.plan.decisions.get("equity_raises", ())}
        for name, one in equity.rounds.items():
            if raised.get(name, self.cut + 1) <= self.cut and one.cost_of_equity_per_year is not None:
                self.problems.append(f"{name}: a round with a cost of its own")
            over = self.calendar.window(None, one.last_raise).stop - 1 <= self.cut
            if over or raised.get(name, self.cut + 1) <= self.cut:
                found["equity"]["rounds"].pop(name)

    def _paid_out(self) -> Iterator[float]:
        """Dividends and capital returned by the end of c."""
        for table in ("dividends", "capital_returns"):
            rows = self.plan.decisions.get(table, ())
            yield from (row["musd"] for row in rows if self.at(row) <= self.cut)

    def _budgets(self, found: Data) -> None:
        for name, budget in self.instance.budgets.items():
            if budget.carry_over:
                spent = [-a - b for a, b in zip(*(self._capex(kind) for kind in ("sites", "hardware")), strict=True)]
                if set(budget.covers) != {"sites", "hardware"}:
                    spent = [-a for a in self._capex(budget.covers[0])]
                left = fsum(budget.musd.expand(self.calendar)[: self.cut]) - fsum(spent[: self.cut])
                values = list(budget.musd.expand(self.calendar)[self.cut :])
                found["budgets"][name]["musd"] = [values[0] + left, *values[1:]]

    def _capex(self, kind: str) -> list[float]:
        from optimizer.contract.accounts import SPENT_ON

        return self.plan.books.item("capex", accounts=SPENT_ON[kind])


def as_file(instance: Instance) -> Data:
    """A file in its shortest form: without defaults, but for those that are only what they are if they are written."""
    data: Data = instance.model_dump(mode="json", exclude_defaults=True)
    whole = instance.model_dump(mode="json")
    for path, block in blocks(instance):
        for field in AS_WRITTEN.get(type(block), ()):
            if field in block.model_fields_set:
                value = _get(whole, path)[field]
                _get(data, path)[field] = NONE if value is None else value
    return data


def _get(data: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


def _put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    _get(data, path[:-1])[path[-1]] = value
