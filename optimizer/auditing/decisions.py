"""What a plan decides, table by table. What a row *says* is not judged here: that is the business of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from optimizer.auditing.instants import Instants
from optimizer.auditing.report import AuditError
from optimizer.auditing.rows import (
    THOUSAND,
    Parser,
    index,
    known,
    marks,
    period,
    period_or_lot,
    period_or_opening,
    table,
    text,
)
from optimizer.contract.decisions import IF_ANY, TABLES
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt, Instance

Amounts = Mapping[Any, Decimal]
Marks = frozenset[Any]

_HOURS_PER_YEAR = Decimal(8760)
_MANY = 10_000


def may_be_signed(debt: Debt) -> bool:
    """Whether to sign a facility is a decision: it has a fee on what is held ready, or on letters of credit."""
    letters = debt.letter_of_credit_fee_per_year > 0 and debt.letter_of_credit_share > 0
    return debt.has_commitment_fee or letters


@dataclass(frozen=True)
class Decisions:
    """Tables by key; periods are 1 … T; hardware in thousand units, compute in kH100e, power in MW, money in musd."""

    starts: Amounts  # site, phase, t
    colocation: Amounts  # site, t of signing
    orders: Amounts  # offer, t
    allocations: Amounts  # offer, site, t of order
    frameworks: Marks  # offer
    developments: Marks  # offer, t
    retirements: Amounts  # offer, site, t of order, t
    opening_retirements: Amounts  # offer, site, lot of the opening position, t
    energy: Amounts  # source, t; average MW
    energy_contracts: Marks  # source, t
    service: Amounts  # market, site or cloud, t
    reservations: Amounts  # cloud, t of signing
    draws: Amounts  # instrument, t
    repayments: Amounts  # revolver or sculpted instrument, t
    prepayments: Amounts  # instrument, t of draw (0: opening), t
    premium_free: Amounts  # the same; what of it is prepaid as units are sold
    refinancings: Amounts  # instrument drawn, instrument repaid, t
    facilities: Marks  # instrument
    reserve_cover: Amounts  # loan, t; what of its reserve a facility meets
    pledges: Amounts  # instrument, asset class, t
    raises: Amounts  # round, t
    preferred: Amounts  # name, t
    partners: Marks  # partner, t
    deliveries: Amounts  # partner, site, t
    contracts: Marks  # contract, periods late, renewals, t of signing
    contract_service: Amounts  # contract, site, t
    dividends: Amounts  # t
    returns: Amounts  # t; capital given back
    contributions: Amounts  # group, instant of the period (end, mid, start), t
    distributions: Amounts  # group, t
    drawable: Amounts  # revolver, t; what is counted on as liquidity
    lendable: Amounts  # loan, steps after t, t; what is counted on as payments fall due
    buckets: Marks  # t, index of the bucket

    def amounts(self) -> dict[str, Amounts]:
        """Every table of amounts under its name in the plan."""
        return {
            "phase_starts": self.starts,
            "colocation": self.colocation,
            "orders": self.orders,
            "allocations": self.allocations,
            "retirements": {**self.retirements, **self.opening_retirements},
            "energy": self.energy,
            "service": self.service,
            "reservations": self.reservations,
            "debt_draws": self.draws,
            "debt_repayments": self.repayments,
            "prepayments": self.prepayments,
            "premium_free": self.premium_free,
            "refinancings": self.refinancings,
            "reserve_cover": self.reserve_cover,
            "pledges": self.pledges,
            "equity_raises": self.raises,
            "preferred_raises": self.preferred,
            "deliveries": self.deliveries,
            "contract_service": self.contract_service,
            "dividends": self.dividends,
            "capital_returns": self.returns,
            "contributions": self.contributions,
            "distributions": self.distributions,
            "drawable": self.drawable,
            "lendable": self.lendable,
        }


def read_decisions(instance: Instance, data: Any) -> Decisions:
    """Read all tables. Raises AuditError with the place of the first fault."""
    if not isinstance(data, Mapping):
        raise AuditError("plan.json: decisions", f"should be an object, not {type(data).__name__}")
    for name in sorted(TABLES.keys() - data.keys() - IF_ANY):
        raise AuditError("plan.json: decisions", f"the table {name!r} is missing")
    for name in sorted(str(key) for key in data.keys() - TABLES.keys()):
        raise AuditError("plan.json: decisions", f"there is no table {name!r}")
    both = sorted(instance.sites.keys() & instance.cloud.keys())
    if both:
        raise AuditError("instance.json", f"{both[0]!r} is the name of a site and of a cloud")

    calendar = instance.periods
    debt = instance.debt
    offers, sites = known(instance.hardware), known(instance.sites)
    instruments = known(debt)
    in_t = {"period": period(calendar)}

    def amounts(name: str, columns: dict[str, Parser], value: str, unit: Decimal = Decimal(1)) -> dict[Any, Decimal]:
        found = table(data.get(name, []), f"plan.json: decisions.{name}", columns, value)
        return {key: amount / unit for key, amount in found.items()}

    def signed(name: str, columns: dict[str, Parser], value: str) -> Marks:
        return marks(data[name], f"plan.json: decisions.{name}", columns, value)

    starts = amounts("phase_starts", {"site": sites, "phase": text, **in_t}, "count")
    phases = {(site, phase.name) for site, block in instance.sites.items() for phase in block.phases}
    _check_pairs("phase_starts", starts, phases, "site {} has no phase {!r}")
    pledges = amounts("pledges", {"instrument": instruments, "asset": text, **in_t}, "musd")
    security = {(name, asset) for name, one in debt.items() for asset in one.security or {}}
    _check_pairs("pledges", pledges, security, "the debt {} is not secured on {!r}")
    dividends = amounts("dividends", in_t, "musd")
    if dividends and (instance.equity is None or instance.equity.dividends is None):
        raise AuditError("plan.json: decisions.dividends", "the instance has no dividends")
    returns = amounts("capital_returns", in_t, "musd")
    if returns and (instance.equity is None or instance.equity.dividends is None):
        raise AuditError("plan.json: decisions.capital_returns", "the instance has no dividends")
    instants = Instants(calendar)
    early = {
        "instrument": known([n for n, one in debt.items() if one.early_repayment or one.tied_to]),
        "drawn": period_or_opening(calendar),
        **in_t,
    }
    retired = amounts(
        "retirements",
        {
            "offer": known([n for n, one in instance.hardware.items() if one.resale_share_by_age]),
            "site": sites,
            "ordered": period_or_lot(calendar, {lot for one in instance.hardware.values() for lot in one.opening}),
            **in_t,
        },
        "units",
        THOUSAND,
    )
    places = {(o, lot.site, name) for o, one in instance.hardware.items() for name, lot in one.opening.items()}
    from_lots = {key: units for key, units in retired.items() if isinstance(key[2], str)}
    for offer, site, lot, _ in from_lots:
        if (offer, site, lot) not in places:
            raise AuditError("plan.json: decisions.retirements", f"there is no lot {lot!r} of {offer} at {site}")
    return Decisions(
        starts=starts,
        colocation=amounts(
            "colocation", {"site": known([n for n, one in instance.sites.items() if one.colocation]), **in_t}, "mw"
        ),
        orders=amounts("orders", {"offer": offers, **in_t}, "units", THOUSAND),
        allocations=amounts("allocations", {"offer": offers, "site": sites, **in_t}, "units", THOUSAND),
        frameworks=frozenset(
            offer
            for (offer,) in signed(
                "frameworks", {"offer": known([n for n, one in instance.hardware.items() if one.framework])}, "signed"
            )
        ),
        developments=signed(
            "developments",
            {"offer": known([n for n, one in instance.hardware.items() if one.development]), **in_t},
            "begun",
        ),
        retirements={key: units for key, units in retired.items() if key not in from_lots},
        opening_retirements=from_lots,
        energy={
            (source, t): mwh / (_HOURS_PER_YEAR * instants.years(t))
            for (source, t), mwh in amounts("energy", {"source": known(instance.energy_sources), **in_t}, "mwh").items()
        },
        energy_contracts=signed(
            "energy_contracts",
            {"source": known([n for n, one in instance.energy_sources.items() if one.contract]), **in_t},
            "signed",
        ),
        service=amounts(
            "service",
            {"market": known(instance.markets), "from": known(instance.sites.keys() | instance.cloud.keys()), **in_t},
            "h100e",
            THOUSAND,
        ),
        reservations=amounts(
            "reservations",
            {"cloud": known([n for n, one in instance.cloud.items() if one.reserved]), **in_t},
            "h100e",
            THOUSAND,
        ),
        draws=amounts("debt_draws", {"instrument": instruments, **in_t}, "musd"),
        repayments=amounts(
            "debt_repayments",
            {"instrument": known([n for n, one in debt.items() if one.is_pooled]), **in_t},
            "musd",
        ),
        prepayments=amounts("prepayments", early, "musd"),
        premium_free=amounts("premium_free", early, "musd"),
        refinancings=amounts(
            "refinancings",
            {"instrument": known([n for n, one in debt.items() if one.refinances]), "refinanced": instruments, **in_t},
            "musd",
        ),
        facilities=frozenset(
            name
            for (name,) in signed(
                "facilities",
                {"instrument": known([n for n, one in debt.items() if may_be_signed(one)])},
                "signed",
            )
        ),
        reserve_cover=amounts(
            "reserve_cover",
            {
                "instrument": known(
                    [n for n, one in debt.items() if one.service_reserve and one.service_reserve.facility]
                ),
                **in_t,
            },
            "musd",
        ),
        pledges=pledges,
        raises=amounts(
            "equity_raises", {"round": known(instance.equity.rounds if instance.equity else {}), **in_t}, "musd"
        ),
        preferred=amounts("preferred_raises", {"name": known(instance.preferred_equity), **in_t}, "musd"),
        partners=signed("partners", {"partner": known(instance.partners), **in_t}, "signed"),
        deliveries=amounts(
            "deliveries",
            {
                "partner": known([n for n, one in instance.partners.items() if one.kind == "compute"]),
                "from": sites,
                **in_t,
            },
            "h100e",
            THOUSAND,
        ),
        contracts=signed(
            "contracts",
            {"contract": known(instance.contracts), "late": index(_MANY), "renewals": index(_MANY), **in_t},
            "signed",
        ),
        contract_service=amounts(
            "contract_service", {"contract": known(instance.contracts), "from": sites, **in_t}, "h100e", THOUSAND
        ),
        dividends={t: amount for (t,), amount in dividends.items()},
        returns={t: amount for (t,), amount in returns.items()},
        contributions=amounts(
            "contributions", {"group": known(instance.groups), "at": known(TIMING.keys()), **in_t}, "musd"
        ),
        distributions=amounts("distributions", {"group": known(instance.groups), **in_t}, "musd"),
        drawable=amounts(
            "drawable", {"instrument": known([n for n, one in debt.items() if one.kind == "revolver"]), **in_t}, "musd"
        ),
        lendable=amounts("lendable", {"instrument": instruments, "ahead": index(_MANY), **in_t}, "musd"),
        buckets=signed(
            "buckets",
            {**in_t, "bucket": index(len(instance.pricing_grid.buckets) if instance.pricing_grid else 0)},
            "holds",
        ),
    )


def _check_pairs(name: str, found: Amounts, pairs: set[tuple[str, Any]], message: str) -> None:
    for first, second, _ in found:
        if (first, second) not in pairs:
            raise AuditError(f"plan.json: decisions.{name}", message.format(first, second))
