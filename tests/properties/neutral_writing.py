"""Neutral changes: other units, and other ways to write a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from optimizer.instance.schema import Block, Contract, History
from optimizer.instance.series import Series

from .neutral_table import (
    BY_SITE,
    CONDITIONS,
    REFERENCES,
    Change,
    Data,
    as_instance,
    blocks_of,
    entering,
    objectives_of,
)
from .test_limits import scaled
from .test_meaning import doubled, reversed_names

WRITING: dict[str, Change] = {}
neutral = entering(WRITING)


# ── other units ───────────────────────────────────────────────────────────────────────────────────────────────────


@neutral(money=2.0)
def half_dollars(data: Data) -> Data | None:
    """Every amount of money doubled. What is fixed in dollars is the least order, draw or raise that has a fee."""
    return doubled(data)  # type: ignore[no-any-return]


def in_units(value: Any, factor: Callable[[str], float], field: str = "") -> Any:
    """The data with each figure times a factor that depends on its field."""
    if factor(field) != 1.0:
        return scaled(value, factor(field))
    if isinstance(value, dict):
        return {key: in_units(item, factor, key) for key, item in value.items()}
    return [in_units(item, factor) for item in value] if isinstance(value, list) else value


@neutral()
def half_h100e(data: Data) -> Data | None:
    """Compute counted in a unit of half the size: twice as many, each hour at half the price."""

    def factor(field: str) -> float:
        if field.endswith("_h100e_hour"):
            return 0.5
        return 2.0 if field.endswith("_h100e") or field == "h100e_per_mw" else 1.0

    return in_units(data, factor)  # type: ignore[no-any-return]


@neutral()
def half_megawatts(data: Data) -> Data | None:
    """Power counted in a unit of half the size."""

    def factor(field: str) -> float:
        if field.endswith(("_per_mwh", "_per_mw_year", "_per_mw_month", "_per_mw")):
            return 0.5
        return 2.0 if field in ("mw", "kw") or field.endswith("_mw") else 1.0

    return in_units(data, factor)  # type: ignore[no-any-return]


HALVES = ("price_usd", "compute_h100e", "kw", "usd_per_unit", "upkeep_usd_per_unit_year", "payment_usd_per_unit_year")
HALVES += ("upkeep_usd_per_unit_year_by_age",)
TWICE = ("lot_units", "supply_units", "from_units", "min_total_units", "units")


@neutral()
def half_units(data: Data) -> Data | None:
    """Every unit of hardware sold as two."""
    return in_units(data, lambda field: 0.5 if field in HALVES else 2.0 if field in TWICE else 1.0)  # type: ignore[no-any-return]


# ── other ways to write it ────────────────────────────────────────────────────────────────────────────────────────


def rewritten(value: Any, write: Callable[[Series], Any]) -> Any:
    """The data of a block with its series written in another way."""
    if isinstance(value, Series):
        return write(value)
    if isinstance(value, History):
        return value.model_dump(mode="json", exclude_unset=True)  # it has the periods before the calendar
    if isinstance(value, Block):
        return {name: rewritten(getattr(value, name), write) for name in sorted(value.model_fields_set)}
    if isinstance(value, dict):
        return {key: rewritten(item, write) for key, item in value.items()}
    return [rewritten(item, write) for item in value] if isinstance(value, list) else value


@neutral()
def series_as_lists(data: Data) -> Data | None:
    instance = as_instance(data)
    return rewritten(instance, lambda series: list(series.expand(instance.periods)))  # type: ignore[no-any-return]


@neutral()
def series_as_steps(data: Data) -> Data | None:
    instance = as_instance(data)
    labels = instance.periods.labels
    return rewritten(  # type: ignore[no-any-return]
        instance, lambda series: dict(zip(labels, series.expand(instance.periods), strict=True))
    )


@neutral()
def series_as_growth_of_zero(data: Data) -> Data | None:
    def grown(series: Series) -> Any:
        written = series.written()
        return {"initial": written, "growth_per_year": 0.0} if isinstance(written, float) else written

    return rewritten(as_instance(data), grown)  # type: ignore[no-any-return]


@neutral()
def flat_upkeep_by_age(data: Data) -> Data | None:
    """Upkeep that is one number for all periods, written as that of every year of service."""
    flat, by_age = "upkeep_usd_per_unit_year", "upkeep_usd_per_unit_year_by_age"
    offers = {
        name: offer
        for name, offer in blocks_of(data, "hardware").items()
        if isinstance(offer.get(flat), (int, float)) and offer[flat] > 0
    }
    moved = {
        name: offer | {flat: 0.0, by_age: [offer[flat] + usd for usd in offer.get(by_age) or [0.0]]}
        for name, offer in offers.items()
    }
    return data | {"hardware": blocks_of(data, "hardware") | moved} if moved else None


@neutral()
def windows_as_wide_as_the_calendar(data: Data) -> Data | None:
    """Every window that is not given, given; what was signed before the plan has none."""
    labels = as_instance(data).periods.labels

    def opened(value: Any) -> Any:
        if isinstance(value, list):
            return [opened(item) for item in value]
        if isinstance(value, dict):
            return {key: opened(item) for key, item in value.items()}
        if not isinstance(value, Block):
            return value.written() if isinstance(value, Series) else value
        fields = {name: opened(getattr(value, name)) for name in value.model_fields_set}
        unset = [name for name in type(value).model_fields if getattr(value, name) is None]
        unset = [] if isinstance(value, Contract) and value.opening is not None else unset
        fields |= {name: labels[0] for name in unset if name.startswith(("first_", "earliest_"))}
        return fields | {name: labels[-1] for name in unset if name.startswith(("last_", "latest_"))}

    return opened(as_instance(data))  # type: ignore[no-any-return]


@neutral()
def one_class_of_credit(data: Data) -> Data | None:
    """All customers are of one class, and what is advanced on those that are named is its rate."""
    advances = [debt["advance"] for debt in blocks_of(data, "debt").values() if debt.get("advance")]
    if not advances or any(contract.get("credit_class") for contract in blocks_of(data, "contracts").values()):
        return None
    for contract in data["contracts"].values():
        contract["credit_class"] = "prime"
    for advance in advances:
        advance["share_by_class"] = {"prime": advance.pop("share")}
    return data


@neutral()
def defaults_written_down(data: Data) -> Data | None:
    return as_instance(data).canonical()


@neutral()
def names_in_reverse(data: Data) -> Data | None:
    return reversed_names(data)  # type: ignore[no-any-return]


NAMED = (
    *("regions", "energy_sources", "resources", "sites", "hardware", "markets", "cloud", "cash_flows", "depreciation"),
    *("lenders", "debt", "rounds", "preferred_equity", "partners", "budgets", "covenants", "capex", "attach", BY_SITE),
    *("groups", "contracts", "choices", "reference_rates", "tax_basis_musd"),
)


@neutral()
def other_names(data: Data) -> Data | None:
    """Every name a user gave, given again so that the order of the alphabet is another."""

    def name(old: str) -> str:
        return f"{chr(ord('z') - ord(old[0].lower()) + ord('a'))}-{old}"

    def renamed(value: Any, field: str) -> Any:
        if isinstance(value, dict) and field in NAMED:
            return {name(key): renamed(item, "") for key, item in value.items()}
        if isinstance(value, dict):
            return {key: renamed(item, key) for key, item in value.items()}
        if isinstance(value, list) and field == "phases":
            return [renamed(item, "") | {"name": name(item["name"])} for item in value]
        if isinstance(value, list):
            return [renamed(item, field) for item in value]
        if isinstance(value, str) and field in CONDITIONS:
            family, *names = value.split(".")
            return ".".join([family, *map(name, names)])
        return name(value) if isinstance(value, str) and field in REFERENCES else value

    return {key: renamed(value, key) for key, value in data.items()}


@neutral()
def another_level(data: Data) -> Data | None:
    """What is best next does not change what is best first."""
    names = objectives_of(data)
    if "capital_raised" in names:
        return None
    levels = [level.model_dump(mode="json") for level in as_instance(data).objectives]
    return data | {"objectives": [*levels, {"name": "capital_raised"}]}
