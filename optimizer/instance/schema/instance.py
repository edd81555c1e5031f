"""The whole file, and what is optimised where it does not say it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from optimizer.instance.calendar import Calendar, Segment
from optimizer.instance.schema.base import Block, Name, NonNegative, Timing
from optimizer.instance.schema.calendar import CalendarBlock, Discount
from optimizer.instance.schema.cash import Budget, Cash, Opening
from optimizer.instance.schema.cash_flows import CashFlow
from optimizer.instance.schema.choices import Choice
from optimizer.instance.schema.cloud import Cloud
from optimizer.instance.schema.contracts import Contract
from optimizer.instance.schema.covenants import Covenant, History
from optimizer.instance.schema.debt import Debt, Lender, ReferenceRate
from optimizer.instance.schema.energy import EnergySource, Power, Region
from optimizer.instance.schema.equity import Equity
from optimizer.instance.schema.groups import Group
from optimizer.instance.schema.hardware import Offer
from optimizer.instance.schema.objectives import AdjustedPresentValue, Objective, ObjectiveName
from optimizer.instance.schema.partners import Partner
from optimizer.instance.schema.preferred import PreferredEquity
from optimizer.instance.schema.pricing_grid import PricingGrid
from optimizer.instance.schema.sensitivity import FigurePath, Range
from optimizer.instance.schema.service import Market
from optimizer.instance.schema.sites import Resource, Site
from optimizer.instance.schema.solving import SolveOptions
from optimizer.instance.schema.tax import DepreciationClass, Tax
from optimizer.instance.schema.terminal import Terminal
from optimizer.instance.series import RateSeries, written_values

Path = tuple[str | int, ...]


class Instance(Block):
    """A whole instance file."""

    _changed: ClassVar[Callable[[Instance, Mapping[str, Any]], Instance]]
    """What `replace` does: `optimizer.instance` hands it over, since it reads the result as a file is read."""

    name: Name = Field(description="Name of the instance; its runs are kept under it.")
    title: str | None = Field(None, description="One line for reports.")
    calendar: CalendarBlock = Field(description="The periods.")
    discount: Discount = Field(description="Discounting.")
    objectives: list[Objective] = Field(
        default=[Objective(name="cost_of_capital"), Objective(name="shareholder_value")],
        min_length=1,
        description="Ordered list: within the slack of the best of one level, the best of the next is taken. Absent: "
        "shareholder_value alone where something that earns can be left undone (a market with revenue and a "
        "min_served_share below 1, a phase with a value or an income, a partner, a contract not signed), else "
        "cost_of_capital and then it.",
    )
    solve: SolveOptions = Field(SolveOptions(), description="Gap, time limit, threads and seed.")
    fair_rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] | None = Field(
        None,
        description="Reference rate of debt f, effective per year, at which what is owed after the last period is "
        "discounted; absent: the least effective yield of the debt that can be drawn, or the discount rate.",
    )
    draw_timing: Timing = Field(
        "end", description="Where in its period a draw, a raise or a repayment of what was drawn falls (κ)."
    )
    payment_timing: Timing = Field(
        "end",
        description="Where in its period capital spending falls (σ): deposits, deliveries, construction and land. "
        "Before the end it is paid out of the cash carried in and of what is drawn and raised by then.",
    )
    capitalise_interest_in_construction: bool = Field(
        False,
        description="In the books, interest that construction in progress could have done without is part of what is "
        "built (ASC 835-20), as far as there is interest. Tax deducts it as it is paid all the same.",
    )
    interest_in_construction_rate_per_year: RateSeries | None = Field(
        None,
        description="Rate of that interest on what has been spent, nominal: that of the construction loan, or the "
        "weighted average of all; absent: the rate of all debt, if it has a single one.",
    )
    opening: Opening = Field(Opening(), description="Opening balance sheet.")
    history: History | None = Field(None, description="What came before, for lenders' tests of the first year.")
    cash: Cash = Field(Cash(), description="Cash rules.")
    regions: dict[Name, Region] = Field(default={}, description="Grid areas.")
    energy_sources: dict[Name, EnergySource] = Field(default={}, description="Sources of energy beside the grid.")
    power: Power = Field(Power(), description="Power limits over all regions.")
    resources: dict[Name, Resource] = Field(default={}, description="Named resources with limits.")
    sites: dict[Name, Site] = Field(default={}, description="Candidate sites.")
    hardware: dict[Name, Offer] = Field(default={}, description="Hardware offers.")
    markets: dict[Name, Market] = Field(default={}, description="Markets to serve.")
    contracts: dict[Name, Contract] = Field(default={}, description="Contracts with customers.")
    choices: dict[Name, Choice] = Field(
        default={}, description="Conditions between phases, contracts and partners: what goes with what."
    )
    cloud: dict[Name, Cloud] = Field(default={}, description="Clouds to rent from.")
    cash_flows: dict[Name, CashFlow] = Field(default={}, description="Given flows.")
    depreciation: dict[Name, DepreciationClass] = Field(default={}, description="Tax depreciation classes.")
    tax: Tax | None = Field(None, description="Tax; absent: none is paid.")
    reference_rates: dict[Name, ReferenceRate] = Field(
        default={}, description="Rates of the market that debt may follow: forward curves."
    )
    lenders: dict[Name, Lender] = Field(default={}, description="Lenders with limits over several instruments.")
    debt: dict[Name, Debt] = Field(default={}, description="Debt instruments.")
    equity: Equity | None = Field(None, description="Equity; absent: it costs nothing and none can be raised.")
    preferred_equity: dict[Name, PreferredEquity] = Field(default={}, description="Preferred shares.")
    partners: dict[Name, Partner] = Field(default={}, description="Strategic partners.")
    pricing_grid: PricingGrid | None = Field(None, description="What capital costs by leverage or cover.")
    adjusted_present_value: AdjustedPresentValue | None = Field(None, description="For the objective of that name.")
    budgets: dict[Name, Budget] = Field(default={}, description="Capital budgets.")
    covenants: dict[Name, Covenant] = Field(default={}, description="Covenants.")
    groups: dict[Name, Group] = Field(
        default={}, description="Borrowing groups: parts of the company with debt and cash of their own, non-recourse."
    )
    terminal: Terminal = Field(Terminal(kind="none"), description="What there is after the last period.")
    ranges: dict[FigurePath, Range] = Field(
        default={},
        description="How far figures may turn out otherwise, for `capstack tornado`: path, such as "
        "hardware.b200.price_usd, to [low, high]; `*` stands for all names of a family. No plan depends on it.",
    )
    repair_costs: dict[FigurePath, NonNegative] = Field(
        default={},
        description="What `capstack explain` ranks changes by: the cost of a unit of change, by the path of a limit "
        "(`*` stands for all names of a family) or by its kind: demand, power, supply, time, cash, equity, debt, "
        "covenant. No plan depends on it.",
    )

    @model_validator(mode="after")
    def _objectives_by_default(self) -> Self:
        """A list that is not written depends on the file: it counts as not given."""
        if "objectives" not in self.model_fields_set:
            self.__dict__["objectives"] = default_of(self, "objectives")
        return self

    @property
    def periods(self) -> Calendar:
        """The calendar with its arithmetic.

        >>> base.periods.labels
        ['2026', '2027']
        """
        calendar = self.calendar
        if calendar.segments is None:
            return _calendar(calendar.start, ((calendar.length, calendar.periods),))
        return _calendar(calendar.start, tuple((each.length, each.periods) for each in calendar.segments))

    @property
    def returns_capital(self) -> bool:
        """Whether paid-in capital may be given back.

        >>> base.returns_capital
        False
        """
        dividends = None if self.equity is None else self.equity.dividends
        return dividends is not None and dividends.return_of_capital

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Name, title, calendar, and how many there are of what: a whole instance fills many screens."""
        calendar = self.calendar
        yield "name", self.name
        yield "title", self.title
        runs = [(each.periods, each.length) for each in calendar.segments or ()]
        words = [f"{n} {length}s" for n, length in runs or [(calendar.periods, calendar.length)]]
        yield "calendar", f"{', '.join(words)} from {calendar.start}"
        yield from ((name, len(value)) for name, value in self if isinstance(value, dict) and value)

    def canonical(self) -> dict[str, Any]:
        """The instance as plain data: defaults filled in, names sorted; equal for files that mean the same.

        >>> base.canonical()["debt"]["loan"]["rate_per_year"]
        0.08
        """
        found: dict[str, Any] = _sorted(self._plain())
        return found

    def _plain(self) -> dict[str, Any]:
        data = self.model_dump(mode="json")
        if data["calendar"]["segments"] is None:  # a calendar has either
            del data["calendar"]["segments"]
        return data

    def replace(self, changes: Mapping[str, Any]) -> Instance:
        """The instance with other values at some dotted paths, checked like a file; this one stays as it is.

        ``instance.replace({"debt.loan.rate_per_year": 0.08, "sites.a.phases.one.mw": 200, "tax": None})``: a path is
        one of those that sweeps use; a value is a figure, a series, or a whole block, which takes the place of what is
        there; None removes a part, as null does in a variant. Raises InstanceError: for a path that leads nowhere, and
        with every error of the result.

        >>> dear = base.replace({"debt.loan.rate_per_year": 0.09})
        >>> round(optimizer.solve(dear).metrics["cost_of_capital"], 3)  # 9 / 1.1²
        7.438
        """
        return Instance._changed(self, changes)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical data without notes, sources, solver options, ranges and costs of repairs.

        >>> len(base.hash), base.hash == base.replace({"debt.loan.rate_per_year": 0.09}).hash
        (64, False)
        """
        data = _without(self._plain(), {"notes", "source", "title"})
        for about in ("solve", "ranges", "repair_costs"):
            data.pop(about)
        return hashlib.sha256(json.dumps(data, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=64, typed=True)
def _calendar(start: str | int, segments: tuple[tuple[str, int], ...]) -> Calendar:
    """The calendar of segments, each a length and how many periods of it; asked for thousands of times in a solve."""
    return Calendar.of_segments(start, [Segment(length, periods) for length, periods in segments])


def earning_options(instance: Instance) -> Iterator[Path]:
    """What earns and need not be: markets not served in full, phases with a value or income, partners, contracts."""
    for name, market in instance.markets.items():
        if market.earns and not market.is_served_in_full:
            yield "markets", name
    for name, site in instance.sites.items():
        for i, phase in enumerate(site.phases):
            if (max(written_values(phase.value_musd)) > 0.0 or any(phase.income_musd_by_age)) and not phase.committed:
                yield "sites", name, "phases", i
    for name in instance.partners:
        yield "partners", name
    for name, contract in instance.contracts.items():
        if not contract.is_signed:
            yield "contracts", name


def default_objectives(instance: Instance) -> tuple[ObjectiveName, ...]:
    """What is optimised where a file does not say it."""
    if any(True for _ in earning_options(instance)):
        return ("shareholder_value",)
    return ("cost_of_capital", "shareholder_value")


def default_of(block: Block, name: str) -> Any:
    """What a field is where it is not written; the objectives of an instance depend on the rest of it."""
    if isinstance(block, Instance) and name == "objectives":
        return [Objective(name=each) for each in default_objectives(block)]
    return type(block).model_fields[name].get_default()


def _sorted(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _sorted(data[key]) for key in sorted(data)}
    return [_sorted(item) for item in data] if isinstance(data, list) else data


def _without(data: Any, keys: set[str]) -> Any:
    if isinstance(data, dict):
        # a block may itself be called "notes": only texts are dropped
        texts = {key for key in keys & data.keys() if data[key] is None or isinstance(data[key], str)}
        return {key: _without(value, keys) for key, value in data.items() if key not in texts}
    return [_without(item, keys) for item in data] if isinstance(data, list) else data
