"""What a file leaves to its defaults although it changes the best plan: one note per kind, with the places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from optimizer.instance.calendar import PERIODS_PER_YEAR
from optimizer.instance.schema import (
    AttachCost,
    Block,
    CapexItem,
    Cash,
    Colocation,
    Covenant,
    Debt,
    Discount,
    Dividends,
    EnergyContract,
    EnergySource,
    EquityRound,
    Instance,
    Lease,
    Market,
    Offer,
    Opening,
    Phase,
    Region,
    Reserved,
    Site,
    Tax,
    Terminal,
    earning_options,
)
from optimizer.instance.series import Series
from optimizer.instance.tax_years import tax_years


def _any(_block: Block) -> bool:
    return True


def _bought(block: Block) -> bool:
    return isinstance(block, Offer) and block.lease is None


def _has_letters(block: Block) -> bool:
    return isinstance(block, Debt) and block.letter_of_credit_share > 0.0


def _on_credit(instance: Instance) -> bool:
    """Whether a purchase that serves at once is paid at the end of the period by default, if only in part."""
    offers = [offer for offer in instance.hardware.values() if offer.lease is None and offer.payment_timing is None]
    return any(_costs(offer) and (offer.deposit_share < 1.0 or not offer.lead_periods) for offer in offers)


def _costs(offer: Offer) -> bool:
    return any(max(_values(each)) > 0.0 for each in (offer.price_usd, *(x.usd_per_unit for x in offer.attach.values())))


def _always(_instance: Instance) -> bool:
    return True


def _taxed(instance: Instance) -> bool:
    return instance.tax is not None


def _taxed_within_years(instance: Instance) -> bool:
    return instance.tax is not None and instance.calendar.length != "year"


def _begins_within_a_tax_year(instance: Instance) -> bool:
    """Whether the calendar leaves out the beginning of its first tax year; False if there is no such calendar."""
    try:
        return instance.tax is not None and tax_years(instance.periods, instance.tax.year_end)[0].begun
    except ValueError:
        return False


def _carried(instance: Instance) -> bool:
    """Whether losses or interest can be left in a company whose assets are worth something after the last period."""
    tax = instance.tax
    carried = tax is not None and (tax.loss_usable_share is not None or tax.interest_limit_share is not None)
    return carried and instance.terminal.kind != "none"


def _financed(instance: Instance) -> bool:
    return bool(instance.debt) or instance.equity is not None


def _renewables_wanted(instance: Instance) -> bool:
    return max(_values(instance.power.min_renewable_share)) > 0


def _ownership_counts(instance: Instance) -> bool:
    floor = instance.equity is not None and instance.equity.ownership_floor_share is not None
    return not floor and any(level.name == "dilution" for level in instance.objectives)


def _earns_by_choice(instance: Instance) -> bool:
    return any(True for _ in earning_options(instance))


_BALLOONS = "the maturity of a bullet of more than a year is debt service at scope infrastructure only"


def _in_parts_of_years(instance: Instance) -> bool:
    return instance.calendar.length != "year"


def _has_balloons(instance: Instance) -> bool:
    year = PERIODS_PER_YEAR[instance.calendar.length]
    loans = (debt for debt in instance.debt.values() if debt.kind == "bullet" or debt.balloon_share)
    return any((debt.tenor_periods or 0) > year for debt in loans)


def _on_flows(block: Block) -> bool:
    return isinstance(block, Covenant) and block.kind in ("dscr", "interest_cover", "debt_to_ebitda")


def _dscr(block: Block) -> bool:
    return isinstance(block, Covenant) and block.kind == "dscr"


def _stand_alone(block: Block) -> bool:
    return isinstance(block, Covenant) and block.kind == "dscr" and block.scope == "infrastructure"


def _values(series: Series) -> list[float]:
    """The values as they are written, whether or not they fit the calendar."""
    written = series.written()
    if isinstance(written, dict):
        return list(written.values())
    return written if isinstance(written, list) else [written]


@dataclass(frozen=True)
class Unset:
    """A field whose absence is worth a note, unless what stands ``beside`` it is written."""

    code: str
    block: type[Block]
    field: str
    meaning: str
    applies: Callable[[Instance], bool] = _always
    of: Callable[[Block], bool] = _any
    beside: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of which one has to be written."""
        return (self.field, self.beside) if self.beside else (self.field,)


UNSET = (
    Unset("unset-discount-timing", Discount, "timing", "money is discounted from the end of its period"),
    Unset("unset-objectives", Instance, "objectives", "shareholder_value is maximised", _earns_by_choice),
    Unset(
        "unset-objectives",
        Instance,
        "objectives",
        "cost_of_capital is minimised, then shareholder_value maximised",
        lambda instance: not _earns_by_choice(instance),
    ),
    Unset("unset-draw-timing", Instance, "draw_timing", "new money costs nothing in the period it comes", _financed),
    Unset(
        "unset-payment-timing",
        Instance,
        "payment_timing",
        "hardware serves from the start of the period in which it is paid at the end: a period of supplier credit",
        _on_credit,
    ),
    Unset("unset-tax", Instance, "tax", "no tax is paid"),
    Unset("unset-equity", Instance, "equity", "equity costs nothing and none can be raised"),
    Unset("unset-terminal", Instance, "terminal", "assets are worth nothing after the last period"),
    Unset("unset-opening-cash", Opening, "cash_musd", "there is no cash at the start"),
    Unset("unset-paid-in-capital", Opening, "paid_in_capital_musd", "there is no equity at the start"),
    Unset("unset-cash-yield", Cash, "yield_per_year", "cash earns nothing"),
    Unset("unset-minimum-cash", Cash, "minimum_musd", "cash may fall to 0"),
    Unset("unset-region-limit", Region, "power_limit_mw", "the region may draw any power"),
    Unset("unset-grid-connection", Site, "grid_connection_mw", "the grid connection limits nothing"),
    Unset("unset-uptime", Site, "uptime_share", "hardware is never down (1)"),
    Unset("unset-utilisation", Site, "max_utilisation_share", "hardware can be used fully, all the time (1)"),
    Unset("unset-load-factor", Site, "load_factor_share", "peak power is bought in every hour (1)"),
    Unset("unset-rent-block", Colocation, "block_mw", "any fraction of a MW can be rented"),
    Unset("unset-renewable-grid", Region, "grid_renewable_share", "nothing from the grid counts", _renewables_wanted),
    Unset("unset-renewable", EnergySource, "renewable", "its energy does not count as renewable", _renewables_wanted),
    Unset("unset-take-or-pay", EnergyContract, "take_or_pay_share", "only what is taken is paid for (0)"),
    Unset("unset-capex", Phase, "capex", "the phase costs nothing to build"),
    Unset("unset-fixed-opex", Phase, "fixed_opex_musd_per_year", "the phase costs nothing to run"),
    Unset("unset-spend-profile", Phase, "spend_profile", "the whole cost falls in the start period"),
    Unset("unset-book-life", CapexItem, "book_life_years", "it is never depreciated in the books"),
    Unset("unset-tax-class", CapexItem, "tax_class", "it is never depreciated for tax", _taxed),
    Unset("unset-hardware-tax-class", Offer, "tax_class", "the price is never depreciated for tax", _taxed, _bought),
    Unset("unset-attach-tax-class", AttachCost, "tax_class", "the cost is never depreciated for tax", _taxed),
    Unset("unset-supply", Offer, "supply_units", "any number can be ordered in a period"),
    Unset("unset-lot", Offer, "lot_units", "any fraction of a unit can be ordered"),
    Unset("unset-deposit", Offer, "deposit_share", "everything is paid at delivery", of=_bought),
    Unset(
        "unset-upkeep",
        Offer,
        "upkeep_usd_per_unit_year",
        "units in service need no upkeep",
        beside="upkeep_usd_per_unit_year_by_age",
    ),
    Unset("unset-lease-debt", Lease, "counts_as_debt", "payments are an operating cost and the lease is no debt"),
    Unset("unset-reserved-block", Reserved, "block_h100e", "any amount can be reserved"),
    Unset("unset-min-served", Market, "min_served_share", "none of the demand has to be served (0)"),
    Unset("unset-revenue", Market, "revenue_usd_per_h100e_hour", "serving earns nothing"),
    Unset("unset-loss-carry", Tax, "loss_usable_share", "losses are not carried forward"),
    Unset(
        "unset-tax-payment",
        Tax,
        "payment",
        "the tax of a tax year is paid in equal parts in its periods (instalments)",
        _taxed_within_years,
    ),
    Unset(
        "unset-year-to-date",
        Tax,
        "year_to_date_musd",
        "the first tax year had no taxable income before the calendar begins (0)",
        _begins_within_a_tax_year,
    ),
    Unset("unset-loss-value", Terminal, "loss_value_share", "what is carried for tax beyond T is worth 0", _carried),
    Unset("unset-pre-money", EquityRound, "pre_money_musd", "the round counts for no dilution", _ownership_counts),
    Unset("unset-return-of-capital", Dividends, "return_of_capital", "no more is paid out than was earned"),
    Unset("unset-over", Covenant, "over", "flows of the last twelve months are tested", _in_parts_of_years, _on_flows),
    Unset("unset-balloons", Covenant, "balloons", _BALLOONS, _has_balloons, _dscr),
    Unset("unset-test-tax", Covenant, "tax", "cash for debt service is after a tax of its own", _taxed, _stand_alone),
    Unset("unset-debt-limit", Debt, "limit_musd", "any amount can be drawn"),
    Unset(
        "unset-letter-of-credit-fee",
        Debt,
        "letter_of_credit_fee_per_year",
        "letters of credit cost nothing",
        of=_has_letters,
    ),
)


def places_unset(
    instance: Instance, row: Unset, blocks: list[tuple[tuple[str | int, ...], Block]]
) -> Iterator[tuple[str | int, ...]]:
    """The blocks in which the field of a row is not written."""
    if row.applies(instance):
        for path, block in blocks:
            if type(block) is row.block and row.of(block) and block.model_fields_set.isdisjoint(row.fields):
                yield path
