"""Whether what a file says can be meant: one small function per code, listed in CHECKS.

A function yields what it finds as `Hit`s. Those of stage CALENDAR run only if the calendar stands, those of stage
FITTED only if, besides, all series and windows fit it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from optimizer.instance.diagnostics import Severity
from optimizer.instance.reach import Supply, earliest_starts, most_units, outstanding_share
from optimizer.instance.schema import Block, Covenant, Debt, Instance, Market, Offer, Phase
from optimizer.instance.schema_errors import bounds, dotted, near_or_all
from optimizer.instance.series import Series
from optimizer.instance.unset import UNSET, places_unset

Path = tuple[str | int, ...]

SUM_TOLERANCE = 1e-9
TABLE_TOLERANCE = 1e-6
WINDOWS = (
    ("earliest_start", "latest_start"),
    ("first_order", "last_order"),
    ("first_draw", "last_draw"),
    ("first_raise", "last_raise"),
    ("first_test", "last_test"),
)
ANYWAY, CALENDAR, FITTED = range(3)
FLOORS = {"dscr", "interest_cover", "minimum_liquidity"}
USUAL_PRICE_USD = (100.0, 10_000_000.0)
USUAL_MUSD_PER_MW = (0.5, 100.0)
USUAL_KW = 200.0
MAX_HITS = 200
MAX_SUPPLY_WORK = 300_000
_SHOWN_PLACES = 5


@dataclass(frozen=True)
class Finding:
    """Something about the block or value at ``path``; ``on_key`` points at its key."""

    path: Path
    severity: Severity
    code: str
    message: str
    help: str = ""
    on_key: bool = False


class Hit(NamedTuple):
    """What a check yields: a finding without code and severity."""

    path: Path
    message: str
    help: str = ""
    on_key: bool = False


@dataclass(frozen=True)
class Check:
    """A row of the table. The docstring of ``run`` says what is wrong with a file that it finds."""

    code: str
    severity: Severity
    run: Callable[[Instance], Iterator[Hit]]
    stage: int = ANYWAY


def check(instance: Instance) -> list[Finding]:
    """All findings, errors and notes alike."""
    findings: list[Finding] = []
    reached = FITTED
    for row in CHECKS:
        if row.stage > reached:
            continue
        hits = [
            Finding(hit.path, row.severity, row.code, hit.message, hit.help, hit.on_key)
            for hit in islice(row.run(instance), MAX_HITS)
        ]
        if hits and row.run is calendar_start:
            reached = ANYWAY
        elif hits and row.stage == CALENDAR:
            reached = CALENDAR
        findings += hits
    return findings + notes(instance)


def notes(instance: Instance) -> list[Finding]:
    """A note for each kind of default that changes the best plan and was not written down."""
    found = []
    everything = list(blocks(instance))
    for row in UNSET:
        paths = list(places_unset(instance, row, everything))
        if paths:
            where = ", ".join(_where(instance, path) for path in paths[:_SHOWN_PLACES])
            more = f" and {len(paths) - _SHOWN_PLACES} more" if len(paths) > _SHOWN_PLACES else ""
            message = f"`{row.field}` is not given in {where}{more}: {row.meaning}"
            found.append(Finding(paths[0], "note", row.code, message, on_key=True))
    return found


def _where(instance: Instance, path: Path) -> str:
    """A path as text, with the names of phases and levels instead of their numbers."""
    value: Any = instance
    parts: list[str | int] = []
    for part in path:
        value = getattr(value, str(part)) if isinstance(value, Block) else value[part]
        parts.append(getattr(value, "name", part) if isinstance(part, int) else part)
    return dotted(tuple(parts)) or "the file"


# ── walking ───────────────────────────────────────────────────────────────────────────────────────────────────────


def blocks(block: Block, path: Path = ()) -> Iterator[tuple[Path, Block]]:
    """Every block of an instance with its path, outermost first."""
    yield path, block
    for name in type(block).model_fields:
        value = getattr(block, name)
        if isinstance(value, Block):
            yield from blocks(value, (*path, name))
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, Block):
                    yield from blocks(item, (*path, name, key))
        elif isinstance(value, list):
            for i, item in enumerate(value):
                if isinstance(item, Block):
                    yield from blocks(item, (*path, name, i))


def all_series(instance: Instance) -> Iterator[tuple[Path, Series, dict[str, float]]]:
    """Every series with its path and its bounds."""
    for path, block in blocks(instance):
        for name, field in type(block).model_fields.items():
            value = getattr(block, name)
            if isinstance(value, Series):
                yield (*path, name), value, _series_bounds(field.annotation, field.metadata)
            elif isinstance(value, dict):
                for key, item in value.items():
                    if isinstance(item, Series):
                        yield (*path, name, key), item, {"ge": 0.0}


def _series_bounds(annotation: Any, metadata: list[Any]) -> dict[str, float]:
    inner = [a for arg in getattr(annotation, "__args__", ()) for a in getattr(arg, "__metadata__", ())]
    return bounds((*metadata, *inner))


def phases(instance: Instance) -> Iterator[tuple[Path, Phase]]:
    for name, site in instance.sites.items():
        for i, phase in enumerate(site.phases):
            yield ("sites", name, "phases", i), phase


def phases_with_starts(instance: Instance) -> Iterator[tuple[Path, Phase, list[int]]]:
    """Every phase with the earliest start periods of its identical phases."""
    for name, site in instance.sites.items():
        for i, starts in enumerate(earliest_starts(site, instance.periods)):
            yield ("sites", name, "phases", i), site.phases[i], starts


# ── periods ───────────────────────────────────────────────────────────────────────────────────────────────────────


def calendar_start(instance: Instance) -> Iterator[Hit]:
    """The label of the first period does not fit the length of a period."""
    try:
        _ = instance.periods
    except ValueError as error:
        yield Hit(("calendar", "start"), str(error))


def series_fit(instance: Instance) -> Iterator[Hit]:
    """A series does not fit the calendar: too many or too few values, or a step outside it."""
    calendar = instance.periods
    for path, series, _bounds in all_series(instance):
        written = series.written()
        if isinstance(written, float) or series.is_growth:
            continue
        if isinstance(written, dict):
            bad = list(_bad_steps(path, written, instance))
            if bad:
                yield from bad
                continue
        try:
            series.expand(calendar)
        except ValueError as error:
            yield Hit(path, f"`{path[-1]}`: {error}")


def _bad_steps(path: Path, written: dict[str, float], instance: Instance) -> Iterator[Hit]:
    for label in written:
        try:
            instance.periods.step_index(label)
        except ValueError as error:
            help = 'a figure with its source is written {value: 5, source: "…"}' if label == "value" else ""
            yield Hit((*path, label), f"`{path[-1]}`: {error}", help, on_key=True)


def series_range(instance: Instance) -> Iterator[Hit]:
    """A series grows out of the range that its values may have."""
    calendar = instance.periods
    for path, series, limits in all_series(instance):
        if not series.is_growth:
            continue
        written, top = series.written(), limits.get("le", math.inf)
        try:
            # growth is monotone: the last value is the largest, or the first is, which the schema has seen
            last = written["initial"] * (1.0 + written["growth_per_year"]) ** (calendar.years * (calendar.periods - 1))
        except OverflowError:
            last = math.inf
        if not math.isfinite(last) or last > top:
            limit = "any number" if math.isinf(top) else f"{top:g}"
            yield Hit(path, f"`{path[-1]}` grows above {limit} by {calendar.labels[-1]}")


def period_outside(instance: Instance) -> Iterator[Hit]:
    """A first or last period lies outside the calendar, or is no period of its length."""
    for path, block in blocks(instance):
        for name in (n for pair in WINDOWS for n in pair):
            label = getattr(block, name, None)
            if label is not None:
                try:
                    instance.periods.index(label)
                except ValueError as error:
                    yield Hit((*path, name), f"`{name}`: {error}")


def window_empty(instance: Instance) -> Iterator[Hit]:
    """A window ends before it begins."""
    for path, block in blocks(instance):
        for first, last in WINDOWS:
            low, high = getattr(block, first, None), getattr(block, last, None)
            if low is None or high is None:
                continue
            if instance.periods.index(low) > instance.periods.index(high):
                yield Hit((*path, first), f"`{first}` {low} lies after `{last}` {high}")


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _unknown(path: Path, name: str, known: Collection[str], what: str, on_key: bool = False) -> Iterator[Hit]:
    if name not in known:
        yield Hit(path, f"there is no {what} `{name}`", near_or_all(name, known) or f"the file has no {what}", on_key)


def unknown_region(instance: Instance) -> Iterator[Hit]:
    """A site lies in a region that is not there."""
    for name, site in instance.sites.items():
        yield from _unknown(("sites", name, "region"), site.region, instance.regions, "region")


def unknown_resource(instance: Instance) -> Iterator[Hit]:
    """A phase uses a resource that is not there."""
    for path, phase in phases(instance):
        for name in phase.resources:
            yield from _unknown((*path, "resources", name), name, instance.resources, "resource", on_key=True)


def unknown_site(instance: Instance) -> Iterator[Hit]:
    """An offer or a market names a site (or, for a market, a cloud) that is not there."""
    for name, offer in instance.hardware.items():
        for i, site in enumerate(offer.sites or []):
            yield from _unknown(("hardware", name, "sites", i), site, instance.sites, "site")
    both = {**instance.sites, **instance.cloud}
    for name, market in instance.markets.items():
        for i, site in enumerate(market.sites or []):
            yield from _unknown(("markets", name, "sites", i), site, both, "site or cloud")
        key = "serving_cost_by_site_usd_per_h100e_hour"
        for site in market.serving_cost_by_site_usd_per_h100e_hour:
            yield from _unknown(("markets", name, key, site), site, both, "site or cloud", on_key=True)


def unknown_tax_class(instance: Instance) -> Iterator[Hit]:
    """An asset names a depreciation class that is not there."""
    for path, block in blocks(instance):
        name = getattr(block, "tax_class", None)
        if name is not None:
            yield from _unknown((*path, "tax_class"), name, instance.depreciation, "depreciation class")


def unknown_instrument(instance: Instance) -> Iterator[Hit]:
    """A covenant names a debt instrument that is not there."""
    for name, covenant in instance.covenants.items():
        for i, debt in enumerate(covenant.instruments or []):
            yield from _unknown(("covenants", name, "instruments", i), debt, instance.debt, "debt instrument")


def name_clash(instance: Instance) -> Iterator[Hit]:
    """A site and a cloud share a name, and markets could not tell them apart."""
    for name in instance.cloud:
        if name in instance.sites:
            yield Hit(("cloud", name), f"`{name}` is also the name of a site", "rename one of the two", on_key=True)


def duplicate_phase(instance: Instance) -> Iterator[Hit]:
    """Two phases of a site share a name."""
    for name, site in instance.sites.items():
        for i in _repeated([phase.name for phase in site.phases]):
            message = f"the site already has a phase `{site.phases[i].name}`"
            yield Hit(("sites", name, "phases", i, "name"), message, "use `count` for identical phases")


def objective_twice(instance: Instance) -> Iterator[Hit]:
    """An objective is named twice."""
    for i in _repeated([level.name for level in instance.objectives]):
        yield Hit(("objectives", i, "name"), f"the objective `{instance.objectives[i].name}` is already in the list")


def listed_twice(instance: Instance) -> Iterator[Hit]:
    """A list of names holds one of them twice."""
    for path, block in blocks(instance):
        for field in ("sites", "assets", "instruments", "covers"):
            names = getattr(block, field, None)
            if isinstance(names, list):
                for i in _repeated(names):
                    yield Hit((*path, field, i), f"`{names[i]}` is already in the list", "delete it")


def _repeated(items: Sequence[Hashable]) -> Iterator[int]:
    """The positions of the items that came before."""
    seen: set[Hashable] = set()
    for i, item in enumerate(items):
        if item in seen:
            yield i
        seen.add(item)


# ── sites and hardware ────────────────────────────────────────────────────────────────────────────────────────────


def spend_profile_sum(instance: Instance) -> Iterator[Hit]:
    """A spend profile does not sum to 1."""
    for path, phase in phases(instance):
        total = math.fsum(phase.spend_profile)
        if abs(total - 1.0) > SUM_TOLERANCE:
            yield Hit((*path, "spend_profile"), f"`spend_profile` sums to {total:.10g}, not to 1")


def committed_late(instance: Instance) -> Iterator[Hit]:
    """A committed phase cannot be started in its window, or not be energised by the last period."""
    for path, phase, starts in phases_with_starts(instance):
        if not phase.committed:
            continue
        if len(starts) < phase.count:
            yield Hit(
                (*path, "committed"),
                f"only {len(starts)} of {phase.count} committed phases `{phase.name}` can start: the window is too "
                "short, or the phases before it come too late",
            )
        elif starts[-1] + phase.lead_periods > instance.periods.periods:
            yield Hit(
                (*path, "committed"),
                f"the committed phase `{phase.name}` starts in {instance.periods.label(starts[-1])} at the earliest "
                f"and takes {phase.lead_periods} periods: it is not energised by {instance.periods.labels[-1]}",
            )


def never_online(instance: Instance) -> Iterator[Hit]:
    """A phase can never be energised within the horizon."""
    for path, phase, starts in phases_with_starts(instance):
        if phase.committed or phase.value_musd > 0:
            continue
        if not starts:
            yield Hit(path, f"the phase `{phase.name}` can never start", "look at its window and the phases before it")
        elif starts[0] + phase.lead_periods > instance.periods.periods:
            yield Hit(
                path,
                f"the phase `{phase.name}` starts in {instance.periods.label(starts[0])} at the earliest and is never "
                f"energised by {instance.periods.labels[-1]}",
            )


def hardware_without_site(instance: Instance) -> Iterator[Hit]:
    """There is hardware to buy and no site to put it in."""
    if instance.hardware and not instance.sites:
        yield Hit(("hardware",), "there are hardware offers but no site to house them", "add `sites:`", on_key=True)


def never_delivered(instance: Instance) -> Iterator[Hit]:
    """An offer can never be delivered within the horizon."""
    for name, offer in instance.hardware.items():
        if not any(units > 0 for units in most_units(offer, instance.periods)):
            yield Hit(
                ("hardware", name),
                f"`{name}` can never be delivered by {instance.periods.labels[-1]}",
                "look at its order window, lead and supply",
            )


def tiers_start(instance: Instance) -> Iterator[Hit]:
    """Volume discounts do not begin with 0 units."""
    for path, offer in _tiered(instance):
        if offer.tiers and offer.tiers.steps[0].from_units != 0:
            yield Hit((*path, 0, "from_units"), "the first tier should begin with `from_units: 0`")


def tiers_order(instance: Instance) -> Iterator[Hit]:
    """Volume tiers are not in rising order."""
    for path, offer in _tiered(instance):
        steps = offer.tiers.steps if offer.tiers else []
        for i in range(1, len(steps)):
            if steps[i].from_units <= steps[i - 1].from_units:
                message = f"the tier begins at {steps[i].from_units:g}, not above the one before it"
                yield Hit((*path, i, "from_units"), message, "put the tiers in rising order")


def falling_discount(instance: Instance) -> Iterator[Hit]:
    """A larger order gets a smaller discount."""
    for path, offer in _tiered(instance):
        steps = offer.tiers.steps if offer.tiers else []
        for i in range(1, len(steps)):
            if steps[i].discount_share < steps[i - 1].discount_share:
                yield Hit((*path, i, "discount_share"), "the discount is smaller than that of the tier before it")


def _tiered(instance: Instance) -> Iterator[tuple[Path, Offer]]:
    for name, offer in instance.hardware.items():
        if offer.tiers:
            yield ("hardware", name, "tiers", "steps"), offer


# ── service ───────────────────────────────────────────────────────────────────────────────────────────────────────


def surplus_alone(instance: Instance) -> Iterator[Hit]:
    """Every market is a surplus market, so there is nothing that the surplus could be left over from."""
    markets = instance.markets
    if markets and all(market.surplus_only_below_share is not None for market in markets.values()):
        name = next(iter(markets))
        yield Hit(("markets", name, "surplus_only_below_share"), "there is no market besides surplus markets")


def demand_beyond_supply(instance: Instance) -> Iterator[Hit]:
    """What must be served is more than anything that can be built or rented could serve."""
    hard = {name: m for name, m in instance.markets.items() if m.shortfall_penalty_usd_per_h100e_hour is None}
    required = {name: _required(market, instance) for name, market in hard.items()}
    if not any(any(row) for row in required.values()):
        return
    if (len(instance.sites) + len(instance.hardware)) * instance.calendar.periods > MAX_SUPPLY_WORK:
        return  # the proof would take longer than it is worth
    supply = Supply(instance)
    alone = False
    for name, market in hard.items():
        eligible = set(market.sites or [*instance.sites, *instance.cloud])
        if market.surplus_only_below_share is not None:
            eligible -= set(instance.cloud)
        hit = _first_shortage(required[name], supply, eligible, instance)
        if hit:
            alone = True
            path = ("markets", name, "demand_h100e")
            yield Hit(
                path, f"market `{name}` {hit}", "lower `min_served_share`, give a shortfall penalty, or add supply"
            )
    total = [sum(row) for row in zip(*required.values(), strict=True)]
    hit = _first_shortage(total, supply, {*instance.sites, *instance.cloud}, instance)
    if hit and not alone:
        yield Hit(("markets",), f"the markets together {hit}", "lower `min_served_share` or add supply", on_key=True)


def _required(market: Market, instance: Instance) -> list[float]:
    calendar = instance.periods
    return [
        d * s
        for d, s in zip(market.demand_h100e.expand(calendar), market.min_served_share.expand(calendar), strict=True)
    ]


def _first_shortage(required: list[float], supply: Supply, names: set[str], instance: Instance) -> str:
    for t, need in enumerate(required, 1):
        if need > 0:
            most = supply.at(t, names)
            if need > most * (1 + SUM_TOLERANCE) + SUM_TOLERANCE:
                label = instance.periods.label(t)
                return f"must get {need:,.6g} H100e in {label}, and no plan can supply more than {most:,.6g}"
    return ""


# ── given flows, tax, terminal value ──────────────────────────────────────────────────────────────────────────────


def cash_flow_amount(instance: Instance) -> Iterator[Hit]:
    """A given flow has no amount, or two."""
    for name, flow in instance.cash_flows.items():
        if (flow.musd_per_year is None) == (flow.musd_per_period is None):
            message = f"the flow `{name}` needs exactly one of `musd_per_year` and `musd_per_period`"
            yield Hit(("cash_flows", name), message, on_key=True)


def depreciation_schedule(instance: Instance) -> Iterator[Hit]:
    """A depreciation class has no schedule, or two."""
    for name, item in instance.depreciation.items():
        if (item.life_years is None) == (item.table_shares is None):
            message = f"the class `{name}` needs exactly one of `life_years` and `table_shares`"
            yield Hit(("depreciation", name), message, on_key=True)


def depreciation_sum(instance: Instance) -> Iterator[Hit]:
    """A depreciation table does not sum to 1."""
    for name, item in instance.depreciation.items():
        total = math.fsum(item.table_shares or [1.0])
        if abs(total - 1.0) > TABLE_TOLERANCE:
            yield Hit(("depreciation", name, "table_shares"), f"`table_shares` sums to {total:.10g}, not to 1")


def loss_not_carried(instance: Instance) -> Iterator[Hit]:
    """Losses are carried in that can never be used."""
    tax = instance.tax
    if tax and tax.opening_loss_musd > 0 and tax.loss_usable_share is None:
        help = "give `loss_usable_share`, or delete the opening loss"
        yield Hit(("tax", "opening_loss_musd"), "the opening loss can never be used: losses are not carried", help)


def terminal_figure(instance: Instance) -> Iterator[Hit]:
    """The terminal value lacks its figure, or has one that its kind does not use."""
    used = {"book_share": "share", "ebitda_multiple": "multiple"}.get(instance.terminal.kind)
    yield from _exactly(("terminal",), instance.terminal, used, ("share", "multiple"), instance.terminal.kind)


def _exactly(path: Path, block: Block, used: str | None, fields: tuple[str, ...], kind: str) -> Iterator[Hit]:
    for field in fields:
        given = getattr(block, field) is not None
        if field == used and not given:
            yield Hit(path, f"`{field}` is missing: `kind: {kind}` needs it", on_key=True)
        elif field != used and given:
            help = f"`{kind}` takes `{used}`" if used else "delete it"
            yield Hit((*path, field), f"`{field}` has no meaning for `kind: {kind}`", help, on_key=True)


# ── debt and equity ───────────────────────────────────────────────────────────────────────────────────────────────


def tenor_missing(instance: Instance) -> Iterator[Hit]:
    """A debt that is repaid on a schedule has no tenor."""
    for name, debt in instance.debt.items():
        if debt.kind != "revolver" and debt.tenor_periods is None:
            yield Hit(("debt", name), f"`tenor_periods` is missing: `kind: {debt.kind}` needs it", on_key=True)


def tenor_of_revolver(instance: Instance) -> Iterator[Hit]:
    """A revolver has a tenor or a grace period."""
    for name, debt in instance.debt.items():
        if debt.kind == "revolver" and debt.tenor_periods is not None:
            help = "its life is the window from `first_draw` to `last_draw`"
            yield Hit(("debt", name, "tenor_periods"), "a revolver has no tenor", help, on_key=True)


def grace_without_schedule(instance: Instance) -> Iterator[Hit]:
    """A grace period is given for debt that has no schedule of repayments."""
    for name, debt in instance.debt.items():
        if debt.kind in ("bullet", "revolver") and debt.grace_periods > 0:
            message = f"`grace_periods` has no meaning for `kind: {debt.kind}`"
            yield Hit(("debt", name, "grace_periods"), message, "delete it", on_key=True)


def grace_too_long(instance: Instance) -> Iterator[Hit]:
    """The grace period leaves no period in which the debt is repaid."""
    for name, debt in instance.debt.items():
        if debt.kind in ("level", "annuity") and debt.tenor_periods and debt.grace_periods >= debt.tenor_periods:
            message = f"a grace of {debt.grace_periods} periods leaves none of {debt.tenor_periods} to repay in"
            yield Hit(("debt", name, "grace_periods"), message)


def draw_sizes(instance: Instance) -> Iterator[Hit]:
    """The least draw is more than may be drawn."""
    for name, debt in instance.debt.items():
        for field in ("max_draw_musd", "limit_musd"):
            most = getattr(debt, field)
            if most is not None and debt.min_draw_musd > most:
                message = f"`min_draw_musd` {debt.min_draw_musd:g} is above `{field}` {most:g}"
                yield Hit(("debt", name, "min_draw_musd"), message)
                break


def limit_missing(instance: Instance) -> Iterator[Hit]:
    """A debt needs a limit: a revolver, one with a commitment fee, or one whose size decides a yes or no."""
    for name, debt in instance.debt.items():
        reason = _limit_reason(debt, instance)
        if debt.limit_musd is None and reason:
            yield Hit(("debt", name), f"`limit_musd` is missing: {reason}", "give `limit_musd`", on_key=True)


def _limit_reason(debt: Debt, instance: Instance) -> str:
    if debt.kind == "revolver":
        return "a revolver needs it"
    if debt.commitment_fee_per_year > 0:
        return "the commitment fee is charged on its undrawn part"
    if debt.max_draw_musd is None and debt.min_draw_musd > 0:
        return "with `min_draw_musd`, the model has to know the largest draw"
    if debt.max_draw_musd is None and debt.issue_fee_musd > 0:
        return "with `issue_fee_musd`, the model has to know the largest draw"
    return "with `tax`, the model has to know the largest interest" if instance.tax else ""


def opening_above_limit(instance: Instance) -> Iterator[Hit]:
    """A revolver is drawn above its limit at the start."""
    for name, debt in instance.debt.items():
        if debt.kind == "revolver" and debt.limit_musd is not None and debt.opening_balance_musd > debt.limit_musd:
            message = f"the opening balance {debt.opening_balance_musd:g} is above the limit {debt.limit_musd:g}"
            yield Hit(("debt", name, "opening_balance_musd"), message)


def tenor_past_end(instance: Instance) -> Iterator[Hit]:
    """Repayments lie beyond the last period and stay on the closing balance sheet."""
    calendar = instance.periods
    late = []
    for name, debt in instance.debt.items():
        last = calendar.window(debt.first_draw, debt.last_draw).stop - 1
        if debt.tenor_periods and last + debt.tenor_periods > calendar.periods:
            late.append(name)
    if late:
        names = ", ".join(late[:_SHOWN_PLACES]) + (" and more" if len(late) > _SHOWN_PLACES else "")
        message = f"draws of {names} may fall due after {calendar.labels[-1]} and stay on the closing balance sheet"
        yield Hit(("debt", late[0]), message, on_key=True)


def equity_sizes(instance: Instance) -> Iterator[Hit]:
    """The least size of an equity round is above its largest."""
    for name, item in (instance.equity.rounds if instance.equity else {}).items():
        if item.min_musd > item.max_musd:
            path = ("equity", "rounds", name, "min_musd")
            yield Hit(path, f"`min_musd` {item.min_musd:g} is above `max_musd` {item.max_musd:g}")


# ── cash and covenants ────────────────────────────────────────────────────────────────────────────────────────────


def covenant_bound(instance: Instance) -> Iterator[Hit]:
    """A covenant lacks its minimum or maximum, or has the one that its kind does not use."""
    for name, covenant in instance.covenants.items():
        used = "minimum" if covenant.kind in FLOORS else "maximum"
        yield from _exactly(("covenants", name), covenant, used, ("minimum", "maximum"), covenant.kind)


def covenant_assets(instance: Instance) -> Iterator[Hit]:
    """A loan-to-value covenant lacks its assets, or another one names assets or instruments."""
    for name, covenant in instance.covenants.items():
        path = ("covenants", name)
        if covenant.kind == "loan_to_value":
            yield from _exactly(path, covenant, "assets", ("assets",), covenant.kind)
        else:
            yield from _exactly(path, covenant, None, ("assets", "instruments"), covenant.kind)


def covenant_impossible(instance: Instance) -> Iterator[Hit]:
    """No plan can pass the first test of a covenant."""
    calendar = instance.periods
    for name, covenant in instance.covenants.items():
        first = calendar.window(covenant.first_test, covenant.last_test).start
        if covenant.kind == "debt_to_capital" and covenant.maximum:
            limit = covenant.maximum.expand(calendar)[first - 1]
            debt, equity = _least_debt(instance, first), _most_equity(instance, first)
            if debt > limit * (debt + equity) + SUM_TOLERANCE * (1 + debt):
                message = (
                    f"opening debt of {debt:,.6g} is still there in {calendar.label(first)} and paid-in equity is at "
                    f"most {equity:,.6g}: no plan has debt_to_capital of {limit:g} or less"
                )
                yield Hit(("covenants", name, "maximum"), message)
        if covenant.kind == "minimum_liquidity" and covenant.minimum and first == 1:
            yield from _liquidity(instance, covenant, ("covenants", name, "minimum"))


def _liquidity(instance: Instance, covenant: Covenant, path: Path) -> Iterator[Hit]:
    assert covenant.minimum
    need, most = covenant.minimum.expand(instance.periods)[0], _most_cash(instance, undrawn=True)
    if need > most + SUM_TOLERANCE * (1 + need):
        label = instance.periods.label(1)
        yield Hit(path, f"liquidity of {need:,.6g} is asked for in {label}, and no plan can have more than {most:,.6g}")


def _least_debt(instance: Instance, t: int) -> float:
    """Opening debt that is outstanding at the end of t whatever is decided."""
    total = 0.0
    for debt in instance.debt.values():
        if debt.kind != "revolver" and debt.opening_balance_musd > 0:
            rate = debt.rate_per_year.expand(instance.periods)[0] * instance.periods.years
            total += debt.opening_balance_musd * outstanding_share(debt, t, rate)
    return total


def _most_equity(instance: Instance, t: int) -> float:
    """Paid-in equity at the end of t if every round that can be raised is."""
    rounds = instance.equity.rounds.values() if instance.equity else []
    open_rounds = [r for r in rounds if instance.periods.window(r.first_raise, r.last_raise).start <= t]
    return instance.opening.paid_in_capital_musd + sum(r.max_musd for r in open_rounds)


def _most_raised(instance: Instance, undrawn: bool) -> float:
    """The most that debt and equity can bring in period 1; ``undrawn`` counts what a revolver leaves undrawn too."""
    total = _most_equity(instance, 1) - instance.opening.paid_in_capital_musd
    for debt in instance.debt.values():
        if instance.periods.window(debt.first_draw, debt.last_draw).start > 1:
            continue
        most = math.inf if debt.limit_musd is None else debt.limit_musd
        if debt.kind == "revolver":
            most = max(0.0, most - debt.opening_balance_musd)
        if debt.max_draw_musd is not None and not (undrawn and debt.kind == "revolver"):
            most = min(most, debt.max_draw_musd)
        total += most
    return total


def _most_cash(instance: Instance, undrawn: bool) -> float:
    """The most cash that any plan can have at the end of period 1, USD million."""
    calendar = instance.periods
    opening = instance.opening.cash_musd
    total = opening * (1.0 + instance.cash.yield_per_year.expand(calendar)[0] * calendar.years)
    for flow in instance.cash_flows.values():
        if flow.musd_per_period is not None:
            total += flow.musd_per_period.expand(calendar)[0]
        elif flow.musd_per_year is not None:
            total += flow.musd_per_year.expand(calendar)[0] * calendar.years
    if any(units[0] > 0 for units in (most_units(o, calendar) for o in instance.hardware.values())) or instance.cloud:
        for market in instance.markets.values():
            hourly = market.demand_h100e.expand(calendar)[0] * market.revenue_usd_per_h100e_hour.expand(calendar)[0]
            total += hourly * calendar.hours / 1e6
    if any(region.energy_price_usd_per_mwh.expand(calendar)[0] < 0 for region in instance.regions.values()):
        return math.inf  # whoever is paid for taking energy can earn any amount
    return total + _most_raised(instance, undrawn)


def cash_unreachable(instance: Instance) -> Iterator[Hit]:
    """No plan can have the minimum cash at the end of the first period."""
    need, most = instance.cash.minimum_musd.expand(instance.periods)[0], _most_cash(instance, undrawn=False)
    if need > most + SUM_TOLERANCE * (1 + need):
        label = instance.periods.label(1)
        message = f"cash of {need:,.6g} is asked for in {label}, and no plan can have more than {most:,.6g}"
        yield Hit(("cash", "minimum_musd"), message)


def cash_below_minimum(instance: Instance) -> Iterator[Hit]:
    """Opening cash is below the minimum, so that the first period has to bring the rest."""
    need = instance.cash.minimum_musd.expand(instance.periods)[0]
    if instance.opening.cash_musd < need and not list(cash_unreachable(instance)):
        message = (
            f"opening cash of {instance.opening.cash_musd:,.6g} is below the minimum of {need:,.6g} in the first period"
        )
        yield Hit(("cash", "minimum_musd"), message, "the first period has to bring the rest")


def terminal_cash_with_debt(instance: Instance) -> Iterator[Hit]:
    """Terminal cash is an objective, and it counts money borrowed and not yet repaid."""
    calendar = instance.periods
    for i, level in enumerate(instance.objectives):
        if level.name != "terminal_cash":
            continue
        for name, debt in instance.debt.items():
            last = calendar.window(debt.first_draw, debt.last_draw).stop - 1
            ends = last if debt.kind == "revolver" else last + (debt.tenor_periods or 0) - 1
            if ends >= calendar.periods:
                message = (
                    f"`terminal_cash` counts money borrowed and not yet repaid: `{name}` can be outstanding at the end"
                )
                yield Hit(("objectives", i, "name"), message, "close its draw window earlier, or give it a covenant")
                break


# ── likely mistakes of unit ───────────────────────────────────────────────────────────────────────────────────────


def unusual_price(instance: Instance) -> Iterator[Hit]:
    """A price per unit of hardware is far from what such things cost."""
    low, high = USUAL_PRICE_USD
    for name, offer in instance.hardware.items():
        values = offer.price_usd.expand(instance.periods)
        odd = [v for v in (min(values), max(values)) if not low <= v <= high]
        if odd:
            yield Hit(
                ("hardware", name, "price_usd"),
                f"a price of {odd[0]:,g} USD a unit is unusual",
                "`price_usd` is in USD",
            )


def unusual_power(instance: Instance) -> Iterator[Hit]:
    """A unit of hardware draws far more than such things do."""
    for name, offer in instance.hardware.items():
        if offer.kw > USUAL_KW:
            yield Hit(("hardware", name, "kw"), f"{offer.kw:,g} kW a unit is unusual", "`kw` is in kilowatts, per unit")


def unusual_phase_cost(instance: Instance) -> Iterator[Hit]:
    """The cost per MW of a phase is far from what building costs."""
    low, high = USUAL_MUSD_PER_MW
    for path, phase in phases(instance):
        if phase.mw > 0 and phase.capex:
            each = sum(item.musd.expand(instance.periods)[0] for item in phase.capex.values()) / phase.mw
            if not low <= each <= high:
                message = f"a cost of {each:,.4g} USD million a MW is unusual"
                yield Hit((*path, "capex"), message, "`musd` is in USD million and `mw` in MW, for one phase")


def unusual_rate(instance: Instance) -> Iterator[Hit]:
    """A rate above 100 % a year."""
    rates: list[tuple[Path, float]] = [(("discount", "rate_per_year"), instance.discount.rate_per_year)]
    for path, series, _limits in all_series(instance):
        written = series.written()
        if series.is_growth:
            rates.append(((*path, "growth_per_year"), written["growth_per_year"]))
            written = written["initial"]
        if path[-1] in ("rate_per_year", "yield_per_year", "cost_of_equity_per_year"):
            values = (
                written.values() if isinstance(written, dict) else written if isinstance(written, list) else [written]
            )
            rates.append((path, max(values)))
    for path, rate in rates:
        if rate > 1:
            message = f"a rate of {rate:.6g} is {100 * rate:.6g} % a year"
            yield Hit(path, message, f"write {rate / 100:.6g} for {rate:.6g} %")


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────

CHECKS = (
    Check("calendar-start", "error", calendar_start),
    Check("series-fit", "error", series_fit, stage=CALENDAR),
    Check("series-range", "error", series_range, stage=CALENDAR),
    Check("period-outside", "error", period_outside, stage=CALENDAR),
    Check("window-empty", "error", window_empty, stage=FITTED),
    Check("unknown-region", "error", unknown_region),
    Check("unknown-resource", "error", unknown_resource),
    Check("unknown-site", "error", unknown_site),
    Check("unknown-tax-class", "error", unknown_tax_class),
    Check("unknown-instrument", "error", unknown_instrument),
    Check("name-clash", "error", name_clash),
    Check("duplicate-phase", "error", duplicate_phase),
    Check("objective-twice", "error", objective_twice),
    Check("listed-twice", "error", listed_twice),
    Check("spend-profile-sum", "error", spend_profile_sum),
    Check("committed-late", "error", committed_late, stage=FITTED),
    Check("never-online", "warning", never_online, stage=FITTED),
    Check("hardware-without-site", "error", hardware_without_site),
    Check("never-delivered", "warning", never_delivered, stage=FITTED),
    Check("tiers-start", "error", tiers_start),
    Check("tiers-order", "error", tiers_order),
    Check("falling-discount", "warning", falling_discount),
    Check("surplus-alone", "warning", surplus_alone),
    Check("demand-beyond-supply", "error", demand_beyond_supply, stage=FITTED),
    Check("cash-flow-amount", "error", cash_flow_amount),
    Check("depreciation-schedule", "error", depreciation_schedule),
    Check("depreciation-sum", "error", depreciation_sum),
    Check("loss-not-carried", "error", loss_not_carried),
    Check("terminal-figure", "error", terminal_figure),
    Check("tenor-missing", "error", tenor_missing),
    Check("tenor-of-revolver", "error", tenor_of_revolver),
    Check("grace-without-schedule", "error", grace_without_schedule),
    Check("grace-too-long", "error", grace_too_long),
    Check("draw-sizes", "error", draw_sizes),
    Check("limit-missing", "error", limit_missing),
    Check("opening-above-limit", "error", opening_above_limit),
    Check("tenor-past-end", "note", tenor_past_end, stage=FITTED),
    Check("equity-sizes", "error", equity_sizes),
    Check("covenant-bound", "error", covenant_bound),
    Check("covenant-assets", "error", covenant_assets),
    Check("covenant-impossible", "error", covenant_impossible, stage=FITTED),
    Check("cash-unreachable", "error", cash_unreachable, stage=FITTED),
    Check("cash-below-minimum", "warning", cash_below_minimum, stage=FITTED),
    Check("terminal-cash-with-debt", "warning", terminal_cash_with_debt, stage=FITTED),
    Check("unusual-price", "warning", unusual_price, stage=FITTED),
    Check("unusual-power", "warning", unusual_power),
    Check("unusual-phase-cost", "warning", unusual_phase_cost, stage=FITTED),
    Check("unusual-rate", "warning", unusual_rate, stage=FITTED),
)
