"""Whether a customer's contract says what is held, at which price, and what is paid ahead."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.service import MAX_SUPPLY_WORK
from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit, Path
from optimizer.instance.contract_terms import DUST, Course, accepted, course, signing_window, ways
from optimizer.instance.reach import Supply
from optimizer.instance.rings import housing, rings
from optimizer.instance.schema import Contract, Instance

BY_HOUR, BY_MONTH = ("ramp_h100e", "price_usd_per_h100e_hour"), ("ramp_mw", "price_musd_per_mw_month", "h100e_per_mw")

_LAG = Contract.model_fields["acceptance_lag_periods"].default


def contract_terms(instance: Instance) -> Iterator[Hit]:
    """A contract has not one of two sets of terms: H100e by the hour, or megawatts by the month."""
    for name, contract in instance.contracts.items():
        path = ("contracts", name)
        given = [terms for terms in (BY_HOUR, BY_MONTH) if getattr(contract, terms[0]) is not None]
        if len(given) != 1:
            message = "a contract is for `ramp_h100e` or for `ramp_mw`, one of the two"
            yield Hit(path, message, "give one of them, with its price", on_key=True)
            continue
        for field in given[0]:
            if getattr(contract, field) is None:
                yield Hit(path, f"`{field}` is missing: `{given[0][0]}` needs it", f"give `{field}`", on_key=True)
        for field in BY_MONTH if given[0] is BY_HOUR else BY_HOUR:
            if getattr(contract, field) is not None:
                message = f"`{field}` has no meaning beside `{given[0][0]}`"
                yield Hit((*path, field), message, "delete it", on_key=True)
        other = (BY_MONTH if given[0] is BY_HOUR else BY_HOUR)[1]
        if contract.renewal is not None and getattr(contract.renewal, other) is not None:
            message = f"`{other}` has no meaning beside `{given[0][0]}`"
            yield Hit((*path, "renewal", other), message, "delete it", on_key=True)
        if contract.prepayment_share and contract.prepayment_musd:
            message = "the prepayment is given as a share and as an amount"
            yield Hit((*path, "prepayment_musd"), message, "delete one of the two", on_key=True)


def contract_opening(instance: Instance) -> Iterator[Hit]:
    """A contract from before the plan says how it is to be signed, or is over, or is both served and to be accepted."""
    for name, contract in instance.contracts.items():
        opening, path = contract.opening, ("contracts", name)
        if opening is None:
            continue
        said = [field for field in ("first_signing", "last_signing") if getattr(contract, field) is not None]
        said += [field for field in ("prepayment_share", "prepayment_musd") if getattr(contract, field)]
        said += ["acceptance_lag_periods"] if contract.acceptance_lag_periods != _LAG else []
        for field in said:
            message = f"it was signed before the plan: `{field}` says nothing"
            help = "delete it; `deferred_musd` and `acceptance` of `opening` say what is left"
            yield Hit((*path, field), message, help, on_key=True)
        if opening.acceptance is not None and opening.service_periods:
            message = "`service_periods` is not of what is still to be accepted: it has an `acceptance`"
            yield Hit((*path, "opening", "service_periods"), message, "delete one of the two", on_key=True)
        whole = contract.term_periods + (contract.renewal.term_periods if contract.renewal is not None else 0)
        if opening.service_periods >= whole:
            message = f"after {opening.service_periods} periods of service its term of {whole} is over"
            yield Hit((*path, "opening", "service_periods"), message, "leave the contract out, or give its whole term")
        if contract.shares is not None:
            message = "its customer got his shares before the plan: they are in the capital paid in"
            yield Hit((*path, "shares"), message, "delete it, and give `shares_left_musd` of `opening`", on_key=True)
        if opening.taxed_in is not None and contract.prepayment_taxed != "deferred_a_year":
            message = f"what is taxed as it is {contract.prepayment_taxed} is not taxed in a year of its own"
            help = "delete it, or write `prepayment_taxed: deferred_a_year`"
            yield Hit((*path, "opening", "taxed_in"), message, help, on_key=True)


def customer_shares(instance: Instance) -> Iterator[Hit]:
    """Shares for a customer stand beside a return of capital, or are a part of shares that nobody values."""
    for name, contract in instance.contracts.items():
        if contract.shares is None:
            continue
        path, value = ("contracts", name, "shares"), contract.shares.pre_money_musd
        if instance.returns_capital:
            message = "whose capital is returned is not said where customers get shares"
            yield Hit(path, message, "delete `equity.dividends.return_of_capital`", on_key=True)
        if value is not None and instance.equity is None:
            message = "there is no `equity` that would be diluted"
            yield Hit((*path, "pre_money_musd"), message, "give `equity`, or delete it", on_key=True)
        if value is not None and min(value.expand(instance.periods)) <= 0.0:
            message = "the value of the shares is 0 in some period"
            yield Hit((*path, "pre_money_musd"), message, "give values above 0")


def prepayment_beyond_invoices(instance: Instance) -> Iterator[Hit]:
    """What is paid ahead is more than all that is invoiced in the term: it could never be worked off."""
    for name, contract in instance.contracts.items():
        if not _priced(contract):
            continue
        for way in ways(instance, contract):
            goes = course(instance, contract, way)
            invoiced = math.fsum(goes.of_term.values())
            if goes.accepted is not None and goes.prepaid > invoiced * (1.0 + DUST):
                field: Path = ("prepayment_musd" if contract.prepayment_musd else "prepayment_share",)
                field = ("opening", "deferred_musd") if contract.opening is not None else field
                message = f"{goes.prepaid:.6g} USD million are paid ahead, and {invoiced:.6g} are invoiced in the term"
                yield Hit(("contracts", name, *field), message, "pay less ahead, or raise `take_or_pay_share`")
                break


def _priced(contract: Contract) -> bool:
    if contract.ramp_mw is not None:
        return contract.price_musd_per_mw_month is not None and contract.h100e_per_mw is not None
    return contract.ramp_h100e is not None and contract.price_usd_per_h100e_hour is not None


def contract_never_serves(instance: Instance) -> Iterator[Hit]:
    """A contract would first be served after the last period."""
    for name, contract in instance.contracts.items():
        first = accepted(instance.periods, contract, signing_window(instance, contract).start)
        if first > instance.periods.periods:
            path = ("contracts", name, "acceptance_lag_periods")
            message = f"the acceptance agreed is after {instance.periods.labels[-1]}"
            yield Hit(path, message, "its prepayment is then a debt at the end: see the table `commitments` of a plan")


def contract_beyond_supply(instance: Instance) -> Iterator[Hit]:
    """A contract holds more than all that can be built at its sites, whenever it is signed and accepted."""
    work = (len(instance.sites) + len(instance.hardware)) * instance.periods.periods
    if not instance.contracts or work > MAX_SUPPLY_WORK:
        return  # the proof would take longer than it is worth
    found, supply = rings(instance), Supply(instance)
    for name, contract in instance.contracts.items():
        own = found.sites_of(found.contracts[name])
        if not own or not _priced(contract):
            continue
        most = [supply.at(t, own) for t in instance.periods.span]
        every = [course(instance, contract, way) for way in ways(instance, contract)]
        served = [each for each in every if each.accepted is not None and each.accepted <= len(most)]
        short = [_shortage(each, most, instance) for each in served]
        if short and all(short):
            ramp = "ramp_h100e" if contract.ramp_mw is None else "ramp_mw"
            ends = "cannot be accepted" if contract.long_stop_periods is None else "is ended by its customer"
            message = f"it holds {short[0]}: it {ends}"
            yield Hit(("contracts", name, ramp), message, "check its unit, or let more be built at its sites in time")


def _shortage(goes: Course, most: list[float], instance: Instance) -> str:
    """Where a contract first holds more than there can be; empty if it never does."""
    for t, top in zip(instance.periods.span, most, strict=True):
        if (need := goes.held.get(t, 0.0)) > top * (1.0 + SUM_TOLERANCE) + SUM_TOLERANCE:
            label = instance.periods.label(t)
            return f"{need:,.0f} H100e in {label}, and no plan has more than {top:,.0f} at its sites"
    return ""


def contract_without_site(instance: Instance) -> Iterator[Hit]:
    """A contract is held by sites of its ring, or of none, and there is no hardware at any."""
    found = rings(instance)
    housed = {s for o in instance.hardware for s in housing(instance, o)}
    for name in instance.contracts:
        own = found.contracts[name]
        if not housed.isdisjoint(found.sites_of(own)):
            continue
        message, help = "no site can hold capacity for it", "give `sites` and `hardware`; clouds do not serve contracts"
        if instance.groups:
            whose = f"of the group `{own}`" if own else "within no ring"
            message = f"no site {whose} can hold capacity for it"
            help = "put the contract into the group of the sites that hold it (`groups.NAME.contracts`)"
        rests = (("sites",), ("hardware",), ("groups",)) if instance.groups else (("sites",), ("hardware",))
        yield Hit(("contracts", name), message, help, on_key=True, rests=rests)


def delay_without_long_stop(instance: Instance) -> Iterator[Hit]:
    """Damages for delay are said of a contract that cannot be late."""
    for name, contract in instance.contracts.items():
        if contract.long_stop_periods is None and "delay_damages_musd_per_year" in contract.model_fields_set:
            message = "without `long_stop_periods` it cannot be accepted late: damages are never paid"
            yield Hit(("contracts", name, "delay_damages_musd_per_year"), message, "give `long_stop_periods`")


def terms_past_end(instance: Instance) -> Iterator[Hit]:
    """A contract's term may run on after the last period: what is left of a prepayment then is a debt."""
    late = []
    for name, contract in instance.contracts.items():
        begins = accepted(instance.periods, contract, signing_window(instance, contract)[-1])
        if instance.periods.later(begins - 1, contract.term_periods) > instance.periods.periods:
            late.append(name)
    if late:
        end = instance.periods.labels[-1]
        message = f"{', '.join(late[:5])}{' and more' if len(late) > 5 else ''}: terms may run on after {end}; what is "
        message += "left of a prepayment then counts as a debt, and revenue after it only in the terminal value"
        yield Hit(("contracts", late[0]), message, on_key=True)
