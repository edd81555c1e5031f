"""What every block is handed, and how it says what was decided."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from optimizer.algebra.array_model import ArrayModel
from optimizer.algebra.arrays import Numbers, Vector
from optimizer.algebra.expr import Algebra, Constraints, Expr, Key, Panel, Timed, TimeExpr, Variable, is_over_time
from optimizer.algebra.linear import Values, quicksum
from optimizer.algebra.time_expr import decided_periods
from optimizer.contract.decisions import Decisions
from optimizer.contract.lines import LedgerLine
from optimizer.instance.calendar import Calendar
from optimizer.instance.fair_rate import fair_rate
from optimizer.instance.rings import COMPANY, Rings, rings
from optimizer.instance.schema import Instance, Site
from optimizer.instance.series import Series
from optimizer.model.decided import Decided, decided_in, decided_over
from optimizer.model.ledger import Ledger

Built: TypeAlias = Literal["sites", "orders"]
"""What a whole number decides that is built: halls and rented power, or hardware and what else is ordered."""

KINDS_BUILT: tuple[Built, ...] = get_args(Built)

THOUSAND = 1000.0
"""Units and H100 equivalents of a file in those of the model."""


def least_size(most: float) -> float:
    """The least size of a draw or raise with a fee (20 dollars) and of an order (0.02 units), unless ``most`` is less.

    More than rounding: without it a fee could be paid for nothing. No larger, however large the largest is, since a
    limit that is meant to be none must not forbid what is small. Model units.
    """
    return min(most, 2e-5)


def upper_bound(variable: Variable) -> float:
    """The most that a variable can be; infinite without a bound."""
    return math.inf if variable.ub is None else float(variable.ub)


class UnboundedModelError(ValueError):
    """Something has no bound from the data, so that a choice about it cannot be modelled exactly."""


@dataclass(frozen=True)
class Decision:
    """What fills a table of the plan: one row for each key whose value is not zero.

    Keys have the parts of the table's columns, with numbers for periods; of a timeline the period is the last part.
    ``scale`` turns model units into the unit of the table; of the names ``in_part`` amounts are not whole, though
    those of the table are.
    """

    table: Decisions
    values: Mapping[Any, Expr | TimeExpr]
    scale: float = 1.0
    in_part: frozenset[tuple[str, ...]] = frozenset()

    def is_whole(self, key: tuple[Any, ...]) -> bool:
        """Whether an amount of the table, with this key, is a whole number."""
        return self.table.whole and key[:-1] not in self.in_part

    def items(self) -> Iterator[tuple[Any, Expr]]:
        """Keys and amounts."""
        for key, amount in self.values.items():
            if is_over_time(amount):
                for t in decided_periods(amount):
                    yield (*key, t), amount[t]
            else:
                yield key, amount


@dataclass(frozen=True)
class Relief:
    """How far a covenant may fall short in one period where tests are ``relieved``.

    ``amount`` is what lifts its numerator to where it is kept, USD million: CFADS, EBITDA or liquidity that is missing,
    debt that is too much (too little, of a share to be reached). ``numerator`` / ``denominator`` is what is tested.
    """

    amount: Variable
    numerator: Expr
    denominator: Expr
    threshold: float

    def value(self, at: Values) -> float:
        """What is tested at a solution; infinite over nothing."""
        below = at(self.denominator)
        return at(self.numerator) / below if below else math.inf


@dataclass
class Model:
    """A model under construction with its calendar, its ledger and its table of decisions.

    ``algebra`` keeps its columns and rows: ``ArrayModel`` as arrays, or ``PyomoModel`` as objects of Pyomo. ``asked``
    are objectives that are to be kept at a value, beside those of the instance. ``running`` collects what contracts
    cost after T: worth at the end of T of what nobody else takes over, USD million. ``decided`` has for each family of
    columns the periods in which they are decided; ``built`` are whole numbers of what is built or ordered, ``dated``
    the dates of each thing that is done at most once, of those ``raised`` what brings money. ``promised``: whose, what
    is paid for, its cost, and the shares of it due by age. Where it ``shares_decisions`` with other scenarios, what
    unfolds over time is decided piece by piece. Where it is ``relieved``, covenants may be broken by its ``relief``.
    """

    instance: Instance
    algebra: Algebra = field(default_factory=ArrayModel)
    asked: frozenset[str] = frozenset()
    relieved: bool = False
    worth_ordering: Mapping[str, Sequence[float]] = field(default_factory=dict)
    shares_decisions: bool = False
    relief: dict[tuple[str, int], Relief] = field(default_factory=dict)
    ledger: Ledger = field(init=False)
    decisions: list[Decision] = field(default_factory=list)
    implied: list[Variable | TimeExpr] = field(default_factory=list)
    built: dict[Built, list[Variable | TimeExpr]] = field(default_factory=lambda: {kind: [] for kind in KINDS_BUILT})
    raised: list[list[Variable]] = field(default_factory=list)
    dated: list[list[Variable]] = field(default_factory=list)
    made: list[Variable | TimeExpr] = field(default_factory=list)
    running: list[Expr] = field(default_factory=list)
    promised: list[tuple[str, tuple[str, str], TimeExpr, Sequence[float]]] = field(default_factory=list)
    decided: dict[str, Numbers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self._owner)

    @cached_property
    def rings(self) -> Rings:
        """Which group the parts of the instance belong to."""
        return rings(self.instance)

    @cached_property
    def entities(self) -> tuple[str, ...]:
        """The company itself, then its groups."""
        return (COMPANY, *self.instance.groups)

    def _owner(self, line: LedgerLine) -> str:
        """The group whose line it is, by what it is of; the company where nothing says so."""
        word = line.kind.template.partition("{")[2].partition("}")[0]
        name = self.instance.energy_sources[line.of].region if word == "source" else line.of
        families: Mapping[str, Mapping[str, str]] = {
            "site": self.rings.sites,
            "offer": self.rings.offers,
            "market": self.rings.markets,
            "region": self.rings.regions,
            "source": self.rings.regions,
            "partner": self.rings.partners,
            "contract": self.rings.contracts,
            "flow": self.rings.cash_flows,
            "instrument": self.rings.debt,
        }
        return families.get(word, {}).get(name, COMPANY)

    @cached_property
    def calendar(self) -> Calendar:
        return self.instance.periods

    @cached_property
    def span(self) -> range:
        """Periods 1 … T."""
        return self.calendar.span

    @cached_property
    def horizon(self) -> int:
        """T, the last period."""
        return self.calendar.periods

    @cached_property
    def base_years(self) -> float:
        """δ, years in a base period: Δ where all periods are of one length."""
        return self.calendar.base_years

    def years_of(self, t: int) -> float:
        """Δ_t, years in a period."""
        return self.calendar.years_of(t)

    def hours_of(self, t: int) -> float:
        """Hours in a period, 8760·Δ_t."""
        return self.calendar.hours_of(t)

    def later(self, t: int, base_periods: int) -> int:
        """The period in which something so many base periods after the end of t falls: t + n where all are equal."""
        return self.calendar.later(t, base_periods)

    @cached_property
    def each_years(self) -> Vector:
        """Δ_t of all periods, T numbers."""
        return np.array([self.years_of(t) for t in self.span])

    @cached_property
    def each_hours(self) -> Vector:
        """8760·Δ_t of all periods, T numbers."""
        return np.array([self.hours_of(t) for t in self.span])

    def delayed(self, timeline: Timed, base_periods: int) -> Timed:
        """What was there in u at `later` (u, n): Toeplitz where periods are equal, else several u may fall on one t."""
        if self.calendar.is_equal:
            return timeline.shift(base_periods)
        weights = np.zeros((self.horizon, self.horizon))
        for u in self.span:
            if (t := self.later(u, base_periods)) <= self.horizon:
                weights[t - 1, u - 1] = 1.0
        return timeline.mapped(weights)

    def as_of(self, stock: TimeExpr, base_periods: int) -> TimeExpr:
        """A stock as it was so many base periods ago: x[u], u the last period with `later` (u, n) ≤ t."""
        if self.calendar.is_equal:
            return stock.shift(base_periods)
        weights = np.zeros((self.horizon, self.horizon))
        for u in self.span:
            weights[self.later(u, base_periods) - 1 : self.later(u + 1, base_periods) - 1, u - 1] = 1.0
        return stock.mapped(weights)

    def held(self, timeline: TimeExpr, base_periods: int) -> TimeExpr:
        """What began in some period a and lasts so many base periods: Σ of x[a] over a ≤ t < `later` (a, n)."""
        if self.calendar.is_equal:
            return timeline.lagged([1.0] * base_periods)
        weights = np.zeros((self.horizon, self.horizon))
        for a in self.span:
            weights[a - 1 : self.later(a, base_periods) - 1, a - 1] = 1.0
        return timeline.mapped(weights)

    def from_start(self, timeline: TimeExpr, shares: Sequence[float] | Vector) -> TimeExpr:
        """Σ_u Σ_k shares[k]·x[u] over the base periods k = 0, 1, … from the beginning of u that lie in t.

        For what counts from the first period in which a thing is there: its depreciation, its rent.
        """
        return self._spread(timeline, shares, self.calendar.ages)

    def from_end(self, timeline: TimeExpr, shares: Sequence[float] | Vector) -> TimeExpr:
        """Σ_u Σ_k shares[k]·x[u] over the base periods that lie k = 0, 1, … after the end of u and in t.

        For what a decision at the end of u brings about: its payments.
        """
        return self._spread(timeline, shares, self.calendar.lags)

    def at_age(self, timeline: TimeExpr, values: Sequence[float] | Vector) -> Expr:
        """Σ_a values[k]·x[a], k the base periods from the beginning of a to the end of T: what there is at T."""
        if self.calendar.is_equal:
            return timeline.lagged_at([values[1:]], self.horizon)[0]
        weights = np.zeros((self.horizon, self.horizon))
        for a in self.span:
            age = self.calendar.elapsed(a - 1, self.horizon)
            weights[-1, a - 1] = values[age] if age < len(values) else 0.0
        return timeline.mapped(weights)[self.horizon]

    def _spread(
        self, timeline: TimeExpr, shares: Sequence[float] | Vector, which: Callable[[int, int], range]
    ) -> TimeExpr:
        if self.calendar.is_equal:
            return timeline.lagged(shares)
        weights = np.zeros((self.horizon, self.horizon))
        for u in self.span:
            for t in range(u, self.horizon + 1):
                weights[t - 1, u - 1] = math.fsum(shares[k] for k in which(u, t) if k < len(shares))
        return timeline.mapped(weights)

    @cached_property
    def fair_rate(self) -> float:
        """f, the reference rate of debt, effective per year."""
        return fair_rate(self.instance)

    def after_horizon(self, periods: float) -> float:
        """(1+f)^{−Δ·i}: what a dollar paid so many periods after T is worth at the end of T; Δ that of T+1."""
        return math.exp(-periods * self.years_of(self.horizon + 1) * math.log1p(self.fair_rate))

    def run_on(self, payments: TimeExpr, steps: Sequence[float], assignable_share: float) -> None:
        """Note what a contract costs after T; ``payments`` are the first period's, those of age k ``steps``[k] of it.

        At age k = 0, 1 … at T later ones are still due: Σ_{i=1}^{term−1−k} steps[k+i]·(1+f)^{−Δ·i}. Where periods
        differ ``payments`` and ``steps`` are of base periods.
        """
        if assignable_share < 1.0:
            weights = np.zeros((self.horizon, self.horizon))
            weights[-1] = [self._still_due(a, steps) for a in self.span]
            self.running.append((1.0 - assignable_share) * payments.mapped(weights)[self.horizon])

    def _still_due(self, begun: int, steps: Sequence[float]) -> float:
        """Σ_i (1+f)^{−Δ·i}·(what is due, of what began in a period, in the base periods that lie in T+i)."""
        found, t = 0.0, self.horizon + 1
        while len(self.calendar.ages(begun, t)) and self.calendar.ages(begun, t).start < len(steps):
            found += self.in_period(steps, begun, t) * self.after_horizon(t - self.horizon)
            t += 1
        return found

    def in_period(self, shares: Sequence[float], begun: int, t: int) -> float:
        """What of shares by base period, from the beginning of a period on, falls into t: Σ_k shares[k]."""
        return math.fsum(shares[k] for k in self.calendar.ages(begun, t) if k < len(shares))

    def series(self, series: Series) -> dict[int, float]:
        """The values of a series by period."""
        return dict(zip(self.span, series.expand(self.calendar), strict=True))

    def variables(
        self,
        name: str,
        keys: Iterable[Key],
        *,
        upper: Mapping[Key, float] | float = math.inf,
        lower: Mapping[Key, float] | float = 0.0,
        integer: bool = False,
        implied: bool = False,
        built: Built | None = None,
        decided: Decided[Key] | None = None,
    ) -> dict[Key, Variable]:
        """A family of variables by key, ≥ 0 unless ``lower`` says otherwise; bounds by key or for all.

        Binaries ``implied`` by other decisions (the sign of a result, say) stay free when these are fixed and money is
        cleaned up. Whole numbers of what is ``built`` or ordered may be kept while a search looks for the money.
        ``decided`` is the period in which a column is (``model.decided``), where its key does not end with it.
        """
        listed = list(keys)
        family = self.algebra.variables(name, listed, lower, upper, integer=integer)
        self.decided[name] = decided_in(name, listed, decided, self.span)
        self.made.extend(family.values())
        if implied:
            self.implied.extend(family.values())
        if built:
            self.built[built].extend(family.values())
        return dict(family)

    def once(self, dates: Iterable[Variable], *, money: bool = False) -> None:
        """Note the dates, from the first, of what is done at most once; ``money``: each date brings some."""
        listed = list(dates)
        self.dated.append(listed)
        if money:
            self.raised.append(listed)

    def timelines(
        self,
        name: str,
        windows: Mapping[Key, Sequence[int]],
        *,
        upper: Mapping[Key, float | Vector] | float = math.inf,
        lower: Mapping[Key, float | Vector] | float = 0.0,
        integer: bool = False,
        implied: bool = False,
        built: Built | None = None,
        decided: Mapping[Key, Sequence[int]] | None = None,
    ) -> dict[Key, TimeExpr]:
        """Variables over time: for each key a timeline with one in every period of its window.

        ≥ 0 unless ``lower`` says otherwise; bounds by key or for all, each a number or an array of T numbers.
        ``decided`` are the periods in which the columns of a window are decided, where that is not their own.
        """
        self.decided[name] = decided_over(name, windows, decided, self.span)
        found = self.algebra.timelines(name, windows, self.horizon, lower, upper, integer=integer)
        self.made.extend(found.values())
        if implied:
            self.implied.extend(found.values())
        if built:
            self.built[built].extend(found.values())
        return dict(found)

    def timeline(self, expressions: Mapping[int, Expr]) -> TimeExpr:
        """The expressions of some periods as a timeline; nothing in the others."""
        return self.algebra.timeline(self.horizon, expressions)

    def by_site(self, timelines: Mapping[str, TimeExpr]) -> Panel:
        """The timelines of some sites as a panel over all of them, in the order of the instance."""
        return self.algebra.panel(tuple(self.instance.sites), timelines, self.horizon)

    def each_site(self, value: Callable[[Site], float]) -> Vector:
        """A number for each site, as a column that a panel is multiplied by."""
        return np.array([value(site) for site in self.instance.sites.values()]).reshape(-1, 1)

    def total(self, timelines: Iterable[TimeExpr]) -> TimeExpr:
        """The sum of timelines, which is one too where there are none."""
        return quicksum((self.timeline({}), *timelines))

    def array(self, series: Series) -> Vector:
        """The values of a series as an array of T numbers."""
        return np.array(series.expand(self.calendar), dtype=float)

    def constraints(self, name: str) -> Constraints:
        """An empty family of rows, to be filled by ``add``."""
        return self.algebra.rows(name)

    def interval(self, expression: Expr) -> tuple[float, float]:
        """The least and the largest value that the bounds of its variables allow a linear expression."""
        return self.algebra.interval(expression)

    def decide(
        self,
        table: Decisions,
        values: Mapping[Any, Expr | TimeExpr],
        scale: float = 1.0,
        in_part: frozenset[tuple[str, ...]] = frozenset(),
    ) -> None:
        """Publish variables as a table of the plan."""
        self.decisions.append(Decision(table, values, scale, in_part))
