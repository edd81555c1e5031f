"""Whether what a file says can be meant: one small function per code, listed in CHECKS.

A function yields what it finds as `Hit`s. Those of stage CALENDAR run only if the calendar stands, those of stage
FITTED only if, besides, all series and windows fit it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from optimizer.instance.checks import (
    building,
    cash,
    energy,
    instruments,
    line_names,
    money,
    names,
    periods,
    pricing,
    purposes,
    sourcing,
    units,
)
from optimizer.instance.checks.walk import Hit, Path, blocks
from optimizer.instance.diagnostics import Severity
from optimizer.instance.schema import Block, Instance
from optimizer.instance.schema_errors import dotted
from optimizer.instance.unset import UNSET, places_unset

ANYWAY, CALENDAR, FITTED = range(3)
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
        if hits and row.run is periods.calendar_start:
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


CHECKS = (
    Check("calendar-start", "error", periods.calendar_start),
    Check("series-fit", "error", periods.series_fit, stage=CALENDAR),
    Check("series-range", "error", periods.series_range, stage=CALENDAR),
    Check("period-outside", "error", periods.period_outside, stage=CALENDAR),
    Check("window-empty", "error", periods.window_empty, stage=FITTED),
    Check("unknown-region", "error", names.unknown_region),
    Check("unknown-resource", "error", names.unknown_resource),
    Check("unknown-site", "error", names.unknown_site),
    Check("unknown-offer", "error", names.unknown_offer),
    Check("unknown-lender", "error", names.unknown_lender),
    Check("unknown-tax-class", "error", names.unknown_tax_class),
    Check("unknown-instrument", "error", names.unknown_instrument),
    Check("name-clash", "error", names.name_clash),
    Check("duplicate-phase", "error", names.duplicate_phase),
    Check("line-clash", "error", line_names.line_clash),
    Check("objective-twice", "error", names.objective_twice),
    Check("listed-twice", "error", names.listed_twice),
    Check("spend-profile-sum", "error", building.spend_profile_sum),
    Check("committed-late", "error", building.committed_late, stage=FITTED),
    Check("never-online", "warning", building.never_online, stage=FITTED),
    Check("hardware-without-site", "error", building.hardware_without_site),
    Check("never-delivered", "warning", building.never_delivered, stage=FITTED),
    Check("tiers-start", "error", building.tiers_start),
    Check("tiers-order", "error", building.tiers_order),
    Check("falling-discount", "warning", building.falling_discount),
    Check("price-missing", "error", sourcing.price_missing),
    Check("supply-missing", "error", sourcing.supply_missing, stage=FITTED),
    Check("lease-and-purchase", "error", sourcing.lease_and_purchase),
    Check("resale-with-tiers", "error", sourcing.resale_with_tiers),
    Check("resale-rising", "warning", sourcing.resale_rising),
    Check("framework-beyond-supply", "error", sourcing.framework_beyond_supply, stage=FITTED),
    Check("framework-always-short", "warning", sourcing.framework_always_short, stage=FITTED),
    Check("site-without-power", "warning", sourcing.site_without_power),
    Check("never-rented", "warning", sourcing.never_rented, stage=FITTED),
    Check("term-past-end", "note", sourcing.term_past_end, stage=FITTED),
    Check("region-without-energy", "error", energy.region_without_energy),
    Check("renewable-impossible", "error", energy.renewable_impossible, stage=FITTED),
    Check("renewable-stops", "warning", energy.renewable_stops, stage=FITTED),
    Check("surplus-alone", "warning", building.surplus_alone),
    Check("demand-beyond-supply", "error", building.demand_beyond_supply, stage=FITTED),
    Check("cash-flow-amount", "error", money.cash_flow_amount),
    Check("depreciation-schedule", "error", money.depreciation_schedule),
    Check("depreciation-sum", "error", money.depreciation_sum),
    Check("convention-of-table", "error", purposes.convention_of_table),
    Check("loss-not-carried", "error", money.loss_not_carried),
    Check("terminal-figure", "error", money.terminal_figure),
    Check("terminal-without-curve", "error", purposes.terminal_without_curve),
    Check("rates-of-apv", "error", purposes.rates_of_apv),
    Check("dilution-without-value", "error", purposes.dilution_without_value),
    Check("wacc-is-a-ratio", "note", purposes.wacc_is_a_ratio),
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
    Check("opening-above-limit", "error", money.opening_above_limit),
    Check("tenor-past-end", "note", money.tenor_past_end, stage=FITTED),
    Check("equity-sizes", "error", money.equity_sizes),
    Check("preferred-sizes", "error", instruments.preferred_sizes),
    Check("partner-terms", "error", instruments.partner_terms),
    Check("partner-never-delivers", "warning", instruments.partner_never_delivers, stage=FITTED),
    Check("dividend-sizes", "error", instruments.dividend_sizes, stage=FITTED),
    Check("lock-up-with-minimum", "warning", instruments.lock_up_with_minimum, stage=FITTED),
    Check("ownership-outside", "warning", instruments.ownership_outside),
    Check("pre-money-zero", "error", instruments.pre_money_zero, stage=FITTED),
    Check("grid-range", "error", pricing.grid_range),
    Check("grid-order", "error", pricing.grid_order),
    Check("grid-gap", "error", pricing.grid_gap),
    Check("grid-points", "warning", pricing.grid_points),
    Check("grid-opening", "error", pricing.grid_opening),
    Check("relever-terms", "error", pricing.relever_terms),
    Check("grid-and-round-cost", "error", pricing.grid_and_round_cost),
    Check("round-cost-ignored", "warning", pricing.round_cost_ignored),
    Check("grid-without-equity", "error", pricing.grid_without_equity),
    Check("grid-unbounded", "error", pricing.grid_unbounded),
    Check("covenant-bound", "error", cash.covenant_bound),
    Check("covenant-assets", "error", cash.covenant_assets),
    Check("covenant-impossible", "error", cash.covenant_impossible, stage=FITTED),
    Check("cash-unreachable", "error", cash.cash_unreachable, stage=FITTED),
    Check("cash-below-minimum", "warning", cash.cash_below_minimum, stage=FITTED),
    Check("terminal-cash-with-debt", "warning", cash.terminal_cash_with_debt, stage=FITTED),
    Check("unusual-figure", "warning", units.unusual_figure),
    Check("unusual-growth", "warning", units.unusual_growth),
)
