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
    advances,
    cash,
    cash_flows,
    choices,
    colocation,
    commitments,
    construction,
    contracts,
    convertible,
    covenants,
    debt,
    dividends,
    energy,
    equity,
    frameworks,
    groups,
    hardware,
    leases,
    line_names,
    names,
    objectives,
    opening,
    opening_sizes,
    partners,
    periods,
    preferred,
    pricing_grid,
    resale,
    reserves,
    sensitivity,
    service,
    shareholder_value,
    sites,
    sweeps,
    tax,
    terminal,
    ties,
    tranches,
    units,
    upkeep,
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
        places = places_unset(instance, row, everything)
        paths = [path for path in places if not any(doubts.touch((*path, field)) for field in row.fields)]
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
    Check("unknown-contract", "error", names.unknown_contract, rests=VALUE),
    Check("unknown-reference-rate", "error", names.unknown_reference_rate, rests=VALUE),
    Check("unknown-tax-class", "error", names.unknown_tax_class, rests=VALUE),
    Check("unknown-instrument", "error", names.unknown_instrument, rests=VALUE),
    Check("unused-region", "warning", names.unused_region),
    Check("unused-source", "warning", names.unused_source),
    Check("unused-resource", "warning", names.unused_resource),
    Check("unused-lender", "warning", names.unused_lender),
    Check("unused-reference-rate", "warning", names.unused_reference_rate),
    Check("unused-tax-class", "warning", names.unused_tax_class),
    Check("unused-cloud", "warning", names.unused_cloud),
    Check("unused-site", "warning", names.unused_site),
    Check("unknown-in-group", "error", groups.unknown_in_group, rests=VALUE),
    Check("in-two-groups", "error", groups.in_two_groups, rests=VALUE),
    Check("across-rings", "error", groups.across_rings),
    Check("not-of-groups", "error", groups.not_of_groups),
    Check("sweep-terms", "error", sweeps.sweep_terms),
    Check("sweep-while-drawn", "error", sweeps.sweep_while_drawn, stage=FITTED),
    Check("opening-of-groups", "error", groups.opening_of_groups),
    Check("name-clash", "error", names.name_clash, rests=VALUE),
    Check("duplicate-phase", "error", names.duplicate_phase, rests=VALUE),
    Check("line-clash", "error", line_names.line_clash),
    Check("objective-twice", "error", names.objective_twice),
    Check("listed-twice", "error", names.listed_twice, rests=VALUE),
    Check("spend-profile-sum", "error", sites.spend_profile_sum, rests=VALUE),
    Check("fractional-alone", "error", sites.fractional_alone),
    Check("committed-late", "error", sites.committed_late, stage=FITTED),
    Check("construction-rate-missing", "error", construction.construction_rate_missing, stage=FITTED, rests=FILE),
    Check("construction-rate-idle", "warning", construction.construction_rate_idle, rests=FILE),
    Check("construction-without-interest", "warning", construction.construction_without_interest, rests=FILE),
    Check("construction-not-for-tax", "note", construction.construction_not_for_tax, rests=FILE),
    Check("never-online", "warning", sites.never_online, stage=FITTED),
    Check("hardware-without-site", "error", hardware.hardware_without_site, rests=VALUE),
    Check("never-delivered", "warning", hardware.never_delivered, stage=FITTED),
    Check("tiers-start", "error", hardware.tiers_start, rests=VALUE),
    Check("tiers-order", "error", hardware.tiers_order),
    Check("falling-discount", "warning", hardware.falling_discount),
    Check("price-missing", "error", hardware.price_missing),
    Check("supply-missing", "error", hardware.supply_missing, stage=FITTED, rests=FILE),
    Check("lease-and-purchase", "error", leases.lease_and_purchase),
    Check("resale-with-tiers", "error", resale.resale_with_tiers),
    Check("resale-rising", "warning", resale.resale_rising),
    Check("upkeep-past-life", "warning", upkeep.upkeep_past_life, stage=FITTED),
    Check("upkeep-without-leaving", "note", upkeep.upkeep_without_leaving, stage=FITTED),
    Check("framework-beyond-supply", "error", frameworks.framework_beyond_supply, stage=FITTED),
    Check("framework-always-short", "warning", frameworks.framework_always_short, stage=FITTED),
    Check("site-without-power", "warning", sites.site_without_power),
    Check("never-rented", "warning", colocation.never_rented, stage=FITTED),
    Check("term-past-end", "note", commitments.term_past_end, stage=FITTED, rests=FILE),
    Check("spend-past-end", "note", commitments.spend_past_end, stage=FITTED, rests=FILE),
    Check("resource-beyond-limit", "warning", sites.resource_beyond_limit, stage=FITTED),
    Check("income-ends", "note", sites.income_ends, stage=FITTED, rests=FILE),
    Check("value-past-end", "note", commitments.value_past_end, stage=FITTED, rests=FILE),
    Check("deliveries-past-end", "note", commitments.deliveries_past_end, stage=FITTED, rests=FILE),
    Check("leases-past-end", "note", commitments.leases_past_end, stage=FITTED, rests=FILE),
    Check("assignable-idle", "warning", commitments.assignable_idle, rests=VALUE),
    Check("loss-value-idle", "warning", terminal.loss_value_idle, rests=FILE),
    Check("region-without-energy", "error", energy.region_without_energy, rests=VALUE),
    Check("renewable-impossible", "error", energy.renewable_impossible, stage=FITTED, rests=FILE, proves_no_plan=True),
    Check("renewable-stops", "warning", energy.renewable_stops, stage=FITTED, rests=FILE),
    Check("surplus-alone", "warning", service.surplus_alone, rests=VALUE),
    Check("demand-beyond-supply", "error", service.demand_beyond_supply, stage=FITTED, rests=FILE, proves_no_plan=True),
    Check("cash-flow-amount", "error", cash_flows.cash_flow_amount),
    Check("depreciation-schedule", "error", tax.depreciation_schedule),
    Check("depreciation-sum", "error", tax.depreciation_sum, rests=VALUE),
    Check("convention-of-table", "error", tax.convention_of_table),
    Check("loss-not-carried", "error", tax.loss_not_carried),
    Check("tax-year-end", "error", tax.tax_year_end),
    Check("year-to-date-of-none", "error", tax.year_to_date_of_none, stage=CALENDAR),
    Check("terminal-figure", "error", terminal.terminal_figure),
    Check("terminal-without-curve", "error", terminal.terminal_without_curve),
    Check("rates-of-apv", "error", objectives.rates_of_apv),
    Check("dilution-without-value", "error", objectives.dilution_without_value),
    Check("wacc-is-a-ratio", "note", objectives.wacc_is_a_ratio),
    Check("blind-to-interest", "note", objectives.blind_to_interest, rests=FILE),
    Check("fees-take-all", "error", debt.fees_take_all),
    Check("interest-limit-idle", "warning", tax.interest_limit_idle),
    Check("term-of-other-kind", "error", debt.term_of_other_kind),
    Check("pik-without-grace", "warning", debt.pik_without_grace),
    Check("pik-in-segments", "error", debt.pik_in_segments, stage=FITTED),
    Check("pik-beyond-measure", "error", debt.pik_beyond_measure, stage=FITTED),
    Check("convertible-terms", "error", convertible.convertible_terms),
    Check("convertible-prices", "error", convertible.convertible_prices, stage=FITTED),
    Check("convertible-without-equity", "error", convertible.convertible_without_equity, rests=FILE),
    Check("convertible-below-coupon", "warning", convertible.convertible_below_coupon, stage=FITTED),
    Check("tied-to-nothing", "error", ties.tied_to_nothing),
    Check("tied-to-lease", "error", ties.tied_to_lease),
    Check("advance-terms", "error", advances.advance_terms),
    Check("credit-class-missing", "error", advances.credit_class_missing, rests=VALUE),
    Check("credit-class-idle", "warning", advances.credit_class_idle, rests=VALUE),
    Check("tranche-terms", "error", tranches.tranche_terms),
    Check("tranche-window", "error", tranches.tranche_window, stage=FITTED),
    Check("rate-missing", "error", debt.rate_missing),
    Check("floor-swapped-away", "warning", debt.floor_swapped_away),
    Check("floor-above-reference", "warning", debt.floor_above_reference, stage=FITTED),
    Check("delayed-without-window", "error", debt.delayed_without_window),
    Check("tenor-missing", "error", debt.tenor_missing),
    Check("tenor-of-revolver", "error", debt.tenor_of_revolver),
    Check("grace-without-schedule", "error", debt.grace_without_schedule),
    Check("grace-too-long", "error", debt.grace_too_long),
    Check("draw-sizes", "error", debt.draw_sizes),
    Check("limit-missing", "error", debt.limit_missing),
    Check("limit-for-one-movement", "error", debt.limit_for_one_movement, stage=FITTED),
    Check("opening-unknown", "error", opening.opening_unknown),
    Check("opening-period", "error", opening.opening_period, stage=CALENDAR, rests=VALUE),
    Check("opening-units", "error", opening.opening_units),
    Check("opening-asset", "error", opening.opening_asset),
    Check("opening-written-off", "error", opening.opening_written_off, stage=FITTED, rests=FILE),
    Check("opening-without-power", "error", opening.opening_without_power, stage=FITTED, rests=FILE),
    Check("opening-beyond-power", "warning", opening_sizes.opening_beyond_power, stage=FITTED, rests=FILE),
    Check("opening-value", "warning", opening_sizes.opening_value, stage=FITTED),
    Check("opening-unbalanced", "error", opening.opening_unbalanced, rests=FILE),
    Check("begun-without-interest", "warning", opening.begun_without_interest),
    Check("opening-fees", "error", opening.opening_fees),
    Check("interest-not-carried", "error", opening.interest_not_carried),
    Check("opening-above-limit", "error", debt.opening_above_limit),
    Check("letter-of-credit-fee-idle", "warning", debt.letter_of_credit_fee_idle),
    Check("reserve-facility", "error", reserves.reserve_facility),
    Check("reserve-facility-free", "warning", reserves.reserve_facility_free),
    Check("tenor-past-end", "note", commitments.tenor_past_end, stage=FITTED, rests=FILE),
    Check("equity-sizes", "error", equity.equity_sizes),
    Check("preferred-sizes", "error", preferred.preferred_sizes),
    Check("partner-terms", "error", partners.partner_terms),
    Check("partner-never-delivers", "warning", partners.partner_never_delivers, stage=FITTED),
    Check("dividend-sizes", "error", dividends.dividend_sizes, stage=FITTED),
    Check("range-of-nothing", "error", sensitivity.range_of_nothing, rests=FILE),
    Check("range-ends", "error", sensitivity.range_ends, rests=VALUE),
    Check("range-of-series", "error", sensitivity.range_of_series, rests=FILE),
    Check("range-overlap", "error", sensitivity.range_overlap, rests=FILE),
    Check("range-aside", "warning", sensitivity.range_aside, rests=FILE),
    Check("repair-cost-of-nothing", "error", sensitivity.repair_cost_of_nothing, rests=FILE),
    Check("repair-cost-overlap", "error", sensitivity.repair_cost_overlap, rests=FILE),
    Check("equity-basis", "error", covenants.equity_basis_of_other_kind),
    Check("stake-as-debt", "error", partners.stake_as_debt),
    Check("contract-terms", "error", contracts.contract_terms),
    Check("contract-opening", "error", contracts.contract_opening),
    Check("customer-shares", "error", contracts.customer_shares, stage=FITTED),
    Check("prepayment-beyond-invoices", "error", contracts.prepayment_beyond_invoices, stage=FITTED),
    Check("contract-never-serves", "warning", contracts.contract_never_serves, stage=FITTED),
    Check("contract-without-site", "warning", contracts.contract_without_site),
    Check("contract-beyond-supply", "warning", contracts.contract_beyond_supply, stage=FITTED, rests=FILE),
    Check("delay-without-long-stop", "warning", contracts.delay_without_long_stop),
    Check("choice-terms", "error", choices.choice_terms),
    Check("unknown-choice", "error", choices.unknown_choice),
    Check("choice-twice", "error", choices.choice_twice),
    Check("choice-impossible", "error", choices.choice_impossible, stage=FITTED, rests=FILE, proves_no_plan=True),
    Check("never-taken", "warning", choices.never_taken, stage=FITTED, rests=FILE),
    Check("require-each-other", "note", choices.require_each_other, stage=FITTED, rests=FILE),
    Check("contracts-past-end", "note", contracts.terms_past_end, stage=FITTED, rests=FILE),
    Check("lease-rate-missing", "error", leases.lease_rate_missing, stage=FITTED, rests=FILE),
    Check("lease-rate-differs", "warning", leases.lease_rate_differs, stage=FITTED, rests=FILE),
    Check("lock-up-with-minimum", "warning", dividends.lock_up_with_minimum, stage=FITTED),
    Check("ownership-outside", "warning", equity.ownership_outside),
    Check("pre-money-zero", "error", equity.pre_money_zero, stage=FITTED),
    Check("grid-range", "error", pricing_grid.grid_range),
    Check("grid-order", "error", pricing_grid.grid_order),
    Check("grid-gap", "error", pricing_grid.grid_gap),
    Check("grid-points", "warning", pricing_grid.grid_points),
    Check("grid-opening", "error", pricing_grid.grid_opening, rests=FILE),
    Check("relever-terms", "error", pricing_grid.relever_terms),
    Check("grid-and-round-cost", "error", pricing_grid.grid_and_round_cost),
    Check("round-cost-ignored", "warning", pricing_grid.round_cost_ignored),
    Check("grid-without-equity", "error", pricing_grid.grid_without_equity),
    Check("grid-unbounded", "error", pricing_grid.grid_unbounded),
    Check("covenant-bound", "error", covenants.covenant_bound),
    Check("covenant-assets", "error", covenants.covenant_assets),
    Check("covenant-term", "error", covenants.covenant_term, rests=VALUE),
    Check("history-form", "error", covenants.history_form, stage=FITTED, rests=VALUE),
    Check("history-idle", "warning", covenants.history_idle, stage=FITTED),
    Check("first-year-untested", "warning", covenants.first_year_untested, stage=FITTED),
    Check("refinances-nothing", "warning", debt.refinances_nothing, stage=FITTED),
    Check("covenant-impossible", "error", covenants.covenant_impossible, stage=FITTED, rests=FILE, proves_no_plan=True),
    Check("look-ahead-terms", "error", cash.look_ahead_terms, stage=FITTED),
    Check("cash-unreachable", "error", cash.cash_unreachable, stage=FITTED, rests=FILE, proves_no_plan=True),
    Check("cash-below-minimum", "warning", cash.cash_below_minimum, stage=FITTED, rests=FILE),
    Check("terminal-cash-with-debt", "warning", objectives.terminal_cash_with_debt, stage=FITTED, rests=FILE),
    Check("dividends-unsaid", "error", shareholder_value.dividends_unsaid),
    Check("grid-without-relever", "error", shareholder_value.grid_without_relever, rests=FILE),
    Check("blind-to-profit", "warning", objectives.blind_to_profit),
    Check("equity-below-cash-yield", "warning", shareholder_value.equity_below_cash_yield, stage=FITTED),
    Check("round-cheaper-than-equity", "warning", shareholder_value.round_cheaper_than_equity, stage=FITTED),
    Check("debt-cheaper-than-equity", "warning", shareholder_value.debt_cheaper_than_equity, stage=FITTED),
    Check("nothing-paid-out", "note", shareholder_value.nothing_paid_out),
    Check("value-not-counted", "note", shareholder_value.value_not_counted),
    Check("unusual-figure", "warning", units.unusual_figure, rests=VALUE),
    Check("unusual-growth", "warning", units.unusual_growth, rests=VALUE),
)

PROOFS = frozenset(row.code for row in CHECKS if row.proves_no_plan)
"""Codes of the findings that prove that an instance has no plan."""
