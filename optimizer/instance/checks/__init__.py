"""Whether what a file says can be meant: one small function per code, listed in CHECKS.

A function yields what it finds as `Hit`s. Those of stage CALENDAR run only if the calendar stands; those of stage
FITTED see, besides, only series and windows that fit it. Where a part of the file is in doubt (`standing`), or does not
fit, what rests on it is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, get_origin

from optimizer.instance.checks import (
    building,
    cash,
    charges,
    energy,
    horizon,
    instruments,
    lenders_tests,
    line_names,
    money,
    names,
    payouts,
    periods,
    pricing,
    purposes,
    sourcing,
    units,
    value,
)
from optimizer.instance.checks.walk import Hit, Path, blocks
from optimizer.instance.diagnostics import Severity
from optimizer.instance.schema import Block, Instance
from optimizer.instance.schema_errors import dotted, spot_at
from optimizer.instance.standing import Doubts
from optimizer.instance.unset import UNSET, places_unset

ANYWAY, CALENDAR, FITTED = range(3)
SHAPE, VALUE, ENTRY, FILE = range(4)
FAMILIES = {name for name, field in Instance.model_fields.items() if get_origin(field.annotation) is dict}
"""The blocks of the file that hold entries by name."""
MAX_HITS = 200
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


@dataclass(frozen=True)
class Check:
    """A row of the table. The docstring of ``run`` says what is wrong with a file that it finds."""

    code: str
    severity: Severity
    run: Callable[[Instance], Iterator[Hit]]
    stage: int = ANYWAY
    rests: int = ENTRY
    """What a finding rests on: how many values are at its path and for which labels, the value there, the whole entry
    around it (``debt.bond``, ``tax``), or the whole file, as proofs do that no plan can exist."""
    proves_no_plan: bool = False
    """Whether a finding proves that the instance has no plan: that is an answer, not a mistake in the file."""


def check(instance: Instance, doubts: Doubts | None = None, sound: bool = True) -> list[Finding]:
    """All findings, errors and notes alike; ``sound`` is False if the file is known to have other errors."""
    doubts = doubts or Doubts(instance.model_dump(mode="json", exclude_unset=True))
    findings: list[Finding] = []

    def run(*rows: Check) -> list[Finding]:
        found = [finding for row in rows for finding in _findings(row, instance, doubts)]
        findings.extend(found)
        return found

    dated = not doubts.touch(("calendar",)) and not run(*(row for row in CHECKS if row.run is periods.calendar_start))
    if dated:
        fitting = [row for row in CHECKS if row.stage == CALENDAR]
        run(*fitting)
        misfits = [spot_at(hit.path, Instance) for row in fitting for hit in row.run(instance)]
        if misfits:
            doubts.replace(misfits)
            instance = Instance.model_validate(doubts.data)
    rest = [row for row in CHECKS if row.run is not periods.calendar_start and row.stage != CALENDAR]
    rest = [row for row in rest if dated or row.stage == ANYWAY]
    run(*(row for row in rest if row.rests != FILE))
    if sound and not any(finding.severity == "error" for finding in findings):
        run(*(row for row in rest if row.rests == FILE))
    return findings + notes(instance, doubts)


def _findings(row: Check, instance: Instance, doubts: Doubts) -> Iterator[Finding]:
    for hit in islice(row.run(instance), MAX_HITS):
        own = hit.path if row.rests == VALUE else _entry(hit.path) if row.rests == ENTRY else ()
        if row.rests == SHAPE and doubts.cover(hit.path[:-1] if hit.on_key else hit.path):
            continue
        if row.rests == SHAPE or not any(doubts.touch(path) for path in (own, *hit.rests)):
            yield Finding(hit.path, row.severity, row.code, hit.message, hit.help, hit.on_key)


def _entry(path: Path) -> Path:
    return path[:2] if path[0] in FAMILIES else path[:1]


def notes(instance: Instance, doubts: Doubts) -> list[Finding]:
    """A note for each kind of default that changes the best plan and was not written down."""
    found = []
    everything = list(blocks(instance))
    for row in UNSET:
        paths = [path for path in places_unset(instance, row, everything) if not doubts.touch((*path, row.field))]
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


CHECKS = (
    Check("calendar-start", "error", periods.calendar_start, rests=VALUE),
    Check("series-fit", "error", periods.series_fit, stage=CALENDAR, rests=SHAPE),
    Check("series-range", "error", periods.series_range, stage=CALENDAR, rests=VALUE),
    Check("period-outside", "error", periods.period_outside, stage=CALENDAR, rests=VALUE),
    Check("window-empty", "error", periods.window_empty, stage=FITTED, rests=VALUE),
    Check("unknown-region", "error", names.unknown_region, rests=VALUE),
    Check("unknown-resource", "error", names.unknown_resource, rests=VALUE),
    Check("unknown-site", "error", names.unknown_site, rests=VALUE),
    Check("unknown-offer", "error", names.unknown_offer, rests=VALUE),
    Check("unknown-lender", "error", names.unknown_lender, rests=VALUE),
    Check("unknown-tax-class", "error", names.unknown_tax_class, rests=VALUE),
    Check("unknown-instrument", "error", names.unknown_instrument, rests=VALUE),
    Check("unused-region", "warning", names.unused_region),
    Check("unused-source", "warning", names.unused_source),
    Check("unused-resource", "warning", names.unused_resource),
    Check("unused-lender", "warning", names.unused_lender),
    Check("unused-tax-class", "warning", names.unused_tax_class),
    Check("unused-cloud", "warning", names.unused_cloud),
    Check("unused-site", "warning", names.unused_site),
    Check("name-clash", "error", names.name_clash, rests=VALUE),
    Check("duplicate-phase", "error", names.duplicate_phase, rests=VALUE),
    Check("line-clash", "error", line_names.line_clash),
    Check("objective-twice", "error", names.objective_twice),
    Check("listed-twice", "error", names.listed_twice, rests=VALUE),
    Check("spend-profile-sum", "error", building.spend_profile_sum, rests=VALUE),
    Check("committed-late", "error", building.committed_late, stage=FITTED),
    Check("never-online", "warning", building.never_online, stage=FITTED),
    Check("hardware-without-site", "error", building.hardware_without_site, rests=VALUE),
    Check("never-delivered", "warning", building.never_delivered, stage=FITTED),
    Check("tiers-start", "error", building.tiers_start, rests=VALUE),
    Check("tiers-order", "error", building.tiers_order),
    Check("falling-discount", "warning", building.falling_discount),
    Check("price-missing", "error", sourcing.price_missing),
    Check("supply-missing", "error", sourcing.supply_missing, stage=FITTED, rests=FILE),
    Check("lease-and-purchase", "error", sourcing.lease_and_purchase),
    Check("resale-with-tiers", "error", sourcing.resale_with_tiers),
    Check("resale-rising", "warning", sourcing.resale_rising),
    Check("framework-beyond-supply", "error", sourcing.framework_beyond_supply, stage=FITTED),
    Check("framework-always-short", "warning", sourcing.framework_always_short, stage=FITTED),
    Check("site-without-power", "warning", sourcing.site_without_power),
    Check("never-rented", "warning", sourcing.never_rented, stage=FITTED),
    Check("term-past-end", "note", sourcing.term_past_end, stage=FITTED, rests=FILE),
    Check("spend-past-end", "note", horizon.spend_past_end, stage=FITTED, rests=FILE),
    Check("value-past-end", "note", horizon.value_past_end, stage=FITTED, rests=FILE),
    Check("deliveries-past-end", "note", horizon.deliveries_past_end, stage=FITTED, rests=FILE),
    Check("leases-past-end", "note", horizon.leases_past_end, stage=FITTED, rests=FILE),
    Check("assignable-idle", "warning", horizon.assignable_idle, rests=VALUE),
    Check("loss-value-idle", "warning", horizon.loss_value_idle, rests=FILE),
    Check("region-without-energy", "error", energy.region_without_energy, rests=VALUE),
    Check("renewable-impossible", "error", energy.renewable_impossible, stage=FITTED, rests=FILE, proves_no_plan=True),
    Check("renewable-stops", "warning", energy.renewable_stops, stage=FITTED, rests=FILE),
    Check("surplus-alone", "warning", building.surplus_alone, rests=VALUE),
    Check(
        "demand-beyond-supply", "error", building.demand_beyond_supply, stage=FITTED, rests=FILE, proves_no_plan=True
    ),
    Check("cash-flow-amount", "error", money.cash_flow_amount),
    Check("depreciation-schedule", "error", money.depreciation_schedule),
    Check("depreciation-sum", "error", money.depreciation_sum, rests=VALUE),
    Check("convention-of-table", "error", purposes.convention_of_table),
    Check("loss-not-carried", "error", money.loss_not_carried),
    Check("tax-year-end", "error", purposes.tax_year_end),
    Check("year-to-date-of-none", "error", purposes.year_to_date_of_none, stage=CALENDAR),
    Check("terminal-figure", "error", money.terminal_figure),
    Check("terminal-without-curve", "error", purposes.terminal_without_curve),
    Check("rates-of-apv", "error", purposes.rates_of_apv),
    Check("dilution-without-value", "error", purposes.dilution_without_value),
    Check("wacc-is-a-ratio", "note", purposes.wacc_is_a_ratio),
    Check("blind-to-interest", "note", charges.blind_to_interest, rests=FILE),
    Check("fees-take-all", "error", charges.fees_take_all),
    Check("interest-limit-idle", "warning", purposes.interest_limit_idle),
    Check("term-of-other-kind", "error", instruments.term_of_other_kind),
    Check("pik-without-grace", "warning", instruments.pik_without_grace),
    Check("pik-beyond-measure", "error", instruments.pik_beyond_measure, stage=FITTED),
    Check("tied-to-nothing", "error", instruments.tied_to_nothing),
    Check("tied-to-lease", "error", instruments.tied_to_lease),
    Check("tenor-missing", "error", money.tenor_missing),
    Check("tenor-of-revolver", "error", money.tenor_of_revolver),
    Check("grace-without-schedule", "error", money.grace_without_schedule),
    Check("grace-too-long", "error", money.grace_too_long),
    Check("draw-sizes", "error", money.draw_sizes),
    Check("limit-missing", "error", money.limit_missing),
    Check("limit-for-one-movement", "error", money.limit_for_one_movement, stage=FITTED),
    Check("opening-above-limit", "error", money.opening_above_limit),
    Check("tenor-past-end", "note", money.tenor_past_end, stage=FITTED, rests=FILE),
    Check("equity-sizes", "error", money.equity_sizes),
    Check("preferred-sizes", "error", instruments.preferred_sizes),
    Check("partner-terms", "error", instruments.partner_terms),
    Check("partner-never-delivers", "warning", instruments.partner_never_delivers, stage=FITTED),
    Check("dividend-sizes", "error", instruments.dividend_sizes, stage=FITTED),
    Check("equity-basis", "error", payouts.equity_basis_of_other_kind),
    Check("stake-as-debt", "error", payouts.stake_as_debt),
    Check("lease-rate-missing", "error", payouts.lease_rate_missing, stage=FITTED, rests=FILE),
    Check("lease-rate-differs", "warning", payouts.lease_rate_differs, stage=FITTED, rests=FILE),
    Check("lock-up-with-minimum", "warning", instruments.lock_up_with_minimum, stage=FITTED),
    Check("ownership-outside", "warning", instruments.ownership_outside),
    Check("pre-money-zero", "error", instruments.pre_money_zero, stage=FITTED),
    Check("grid-range", "error", pricing.grid_range),
    Check("grid-order", "error", pricing.grid_order),
    Check("grid-gap", "error", pricing.grid_gap),
    Check("grid-points", "warning", pricing.grid_points),
    Check("grid-opening", "error", pricing.grid_opening, rests=FILE),
    Check("relever-terms", "error", pricing.relever_terms),
    Check("grid-and-round-cost", "error", pricing.grid_and_round_cost),
    Check("round-cost-ignored", "warning", pricing.round_cost_ignored),
    Check("grid-without-equity", "error", pricing.grid_without_equity),
    Check("grid-unbounded", "error", pricing.grid_unbounded),
    Check("covenant-bound", "error", cash.covenant_bound),
    Check("covenant-assets", "error", cash.covenant_assets),
    Check("covenant-term", "error", lenders_tests.covenant_term, rests=VALUE),
    Check("history-form", "error", lenders_tests.history_form, stage=FITTED, rests=VALUE),
    Check("history-idle", "warning", lenders_tests.history_idle, stage=FITTED),
    Check("first-year-untested", "warning", lenders_tests.first_year_untested, stage=FITTED),
    Check("refinances-nothing", "warning", lenders_tests.refinances_nothing, stage=FITTED),
    Check("covenant-impossible", "error", cash.covenant_impossible, stage=FITTED, rests=FILE, proves_no_plan=True),
    Check("cash-unreachable", "error", cash.cash_unreachable, stage=FITTED, rests=FILE, proves_no_plan=True),
    Check("cash-below-minimum", "warning", cash.cash_below_minimum, stage=FITTED, rests=FILE),
    Check("terminal-cash-with-debt", "warning", cash.terminal_cash_with_debt, stage=FITTED, rests=FILE),
    Check("dividends-unsaid", "error", value.dividends_unsaid),
    Check("grid-without-relever", "error", value.grid_without_relever, rests=FILE),
    Check("blind-to-profit", "warning", value.blind_to_profit),
    Check("equity-below-cash-yield", "warning", value.equity_below_cash_yield, stage=FITTED),
    Check("round-cheaper-than-equity", "warning", value.round_cheaper_than_equity, stage=FITTED),
    Check("debt-cheaper-than-equity", "warning", value.debt_cheaper_than_equity, stage=FITTED),
    Check("nothing-paid-out", "note", value.nothing_paid_out),
    Check("value-not-counted", "note", value.value_not_counted),
    Check("unusual-figure", "warning", units.unusual_figure, rests=VALUE),
    Check("unusual-growth", "warning", units.unusual_growth, rests=VALUE),
)

PROOFS = frozenset(row.code for row in CHECKS if row.proves_no_plan)
"""Codes of the findings that prove that an instance has no plan."""
