"""What can pass the last period, and how it counts: a note for each kind, and what is said of it to no effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from optimizer.instance.checks.walk import Hit, Path, phases
from optimizer.instance.partner_service import cost_of_serving, delivery_periods
from optimizer.instance.reach import order_window
from optimizer.instance.schema import Block, Instance, Lease, Phase, Terminal

_SHOWN_NAMES = 5


def spend_past_end(instance: Instance) -> Iterator[Hit]:
    """What a phase costs may fall after the last period: it is then a debt that has to be covered."""
    late = [
        ((*path, "spend_profile"), f"{path[1]} {phase.name}")
        for path, phase in phases(instance)
        if phase.capex
        and instance.periods.later(_last_start(instance, phase), _last_payment(phase)) > instance.periods.periods
    ]
    covered = "cash and what can be drawn have to cover it at the end" if instance.cash.cover_commitments else ""
    covered = covered or "nothing has to cover it (`cash.cover_commitments`)"
    yield from _note(instance, late, f"may be paid after {{end}}: what is left to pay counts as a debt, and {covered}")


def value_past_end(instance: Instance) -> Iterator[Hit]:
    """A phase that has a value may be energised after the last period, where the value does not count."""
    late = [
        ((*path, "value_musd"), f"{path[1]} {phase.name}")
        for path, phase in phases(instance)
        if any(phase.value_musd.expand(instance.periods))
        and instance.periods.later(_last_start(instance, phase), phase.lead_periods) > instance.periods.periods
    ]
    yield from _note(instance, late, "may be energised after {end}: `value_musd` counts only if it is by then")


def deliveries_past_end(instance: Instance) -> Iterator[Hit]:
    """Deliveries to a compute partner may fall after the last period: what serving them costs is a debt."""
    late = [
        (("partners", name), f"{name} ({cost_of_serving(instance, each):.3g} USD an hour)")
        for name, each in instance.partners.items()
        if each.kind == "compute"
        and delivery_periods(
            each, instance.periods, instance.periods.window(each.first_signing, each.last_signing)[-1]
        ).stop
        > instance.periods.periods + 1
    ]
    yield from _note(instance, late, "may be served after {end}: what that costs beyond the balance counts as a debt")


def leases_past_end(instance: Instance) -> Iterator[Hit]:
    """Leases that count as debt may run on after the last period and stay on the closing balance sheet."""
    late = []
    for name, offer in instance.hardware.items():
        if offer.lease is not None and offer.lease.counts_as_debt:
            orders = order_window(offer, instance.periods)
            later = instance.periods.later
            if (
                orders
                and later(later(orders[-1], offer.lead_periods), offer.life_periods) > instance.periods.periods + 1
            ):
                late.append((("hardware", name, "lease"), f"lease of {name}"))
    yield from _note(instance, late, "may run on after {end} and stays on the closing balance sheet")


def term_past_end(instance: Instance) -> Iterator[Hit]:
    """A contract runs on after the last period: what it costs there counts as far as nobody else takes it over."""
    late = [(path, words) for path, words, end in _last_ends(instance) if end > instance.periods.periods]
    if late:
        names = ", ".join(words for _, words in late[:_SHOWN_NAMES]) + (" and more" if len(late) > _SHOWN_NAMES else "")
        end = instance.periods.labels[-1]
        message = f"{names}: terms may run on after {end}, and of what they cost then 1 − `assignable_share` is counted"
        message += " (nothing, if it is not given)"
        if holds_contracts(instance.terminal):
            message = f"{names}: terms may run on after {end}, and the multiple of EBITDA holds what they cost"
        yield Hit(late[0][0], message, on_key=True)


def tenor_past_end(instance: Instance) -> Iterator[Hit]:
    """Repayments lie beyond the last period and stay on the closing balance sheet."""
    calendar = instance.periods
    late = []
    for name, debt in instance.debt.items():
        last = calendar.window(debt.first_draw, debt.last_draw).stop - 1
        if debt.tenor_periods and calendar.later(last, debt.tenor_periods) > calendar.periods:
            late.append(name)
    if late:
        names = ", ".join(late[:_SHOWN_NAMES]) + (" and more" if len(late) > _SHOWN_NAMES else "")
        message = f"draws of {names} may fall due after {calendar.labels[-1]} and stay on the closing balance sheet"
        yield Hit(("debt", late[0]), message, on_key=True)


def assignable_idle(instance: Instance) -> Iterator[Hit]:
    """A share of a contract that others take over is stated where it changes nothing."""
    terms: list[tuple[Path, Block | None]] = []
    terms += [(("sites", name, "colocation"), site.colocation) for name, site in instance.sites.items()]
    terms += [(("hardware", name, "lease"), offer.lease) for name, offer in instance.hardware.items()]
    terms += [(("cloud", name, "reserved"), cloud.reserved) for name, cloud in instance.cloud.items()]
    terms += [(("energy_sources", name, "contract"), one.contract) for name, one in instance.energy_sources.items()]
    for path, block in terms:
        if block is None or "assignable_share" not in block.model_fields_set:
            continue
        if isinstance(block, Lease) and block.counts_as_debt:
            message = "`assignable_share` changes nothing: the lease counts as debt and is owed as it stands"
            yield Hit((*path, "assignable_share"), message, "delete it")
        elif holds_contracts(instance.terminal):
            message = "`assignable_share` changes nothing: the multiple of EBITDA holds what the contract costs"
            yield Hit((*path, "assignable_share"), message, "delete it, or take another terminal value")


def holds_contracts(terminal: Terminal) -> bool:
    """Whether the terminal value is a multiple of EBITDA, after what contracts cost; a multiple of 0 holds nothing."""
    return terminal.kind == "ebitda_multiple" and bool(terminal.multiple)


def _last_ends(instance: Instance) -> Iterator[tuple[Path, str, int]]:
    """For every contract with a term: where it stands, what it is, and the last period it can run to."""
    window, later = instance.periods.window, instance.periods.later
    for name, site in instance.sites.items():
        if (rent := site.colocation) is not None:
            signed = window(rent.first_signing, rent.last_signing).stop - 1
            last = min(later(signed, rent.lead_periods), instance.periods.periods)  # what comes later cannot be signed
            yield ("sites", name, "colocation"), f"colocation at {name}", later(last, rent.term_periods) - 1
    for name, offer in instance.hardware.items():
        orders = order_window(offer, instance.periods)
        if offer.lease is not None and not offer.lease.counts_as_debt and orders:
            last = later(orders[-1], offer.lead_periods)
            yield ("hardware", name, "lease"), f"lease of {name}", later(last, offer.life_periods) - 1
    for name, cloud in instance.cloud.items():
        if (block := cloud.reserved) is not None:
            last = window(block.first_signing, block.last_signing).stop - 1
            yield ("cloud", name, "reserved"), f"reservations of {name}", later(last, block.term_periods) - 1
    for name, source in instance.energy_sources.items():
        if (contract := source.contract) is not None and contract.take_or_pay_share:
            last = window(contract.first_signing, contract.last_signing).stop - 1
            yield ("energy_sources", name, "contract"), f"contract of {name}", later(last, contract.term_periods) - 1


def _last_start(instance: Instance, phase: Phase) -> int:
    return instance.periods.window(phase.earliest_start, phase.latest_start)[-1]


def _last_payment(phase: Phase) -> int:
    """Periods from the start to the last payment."""
    return max(j for j, share in enumerate(phase.spend_profile) if share) if any(phase.spend_profile) else 0


def _note(instance: Instance, late: Iterable[tuple[Path, str]], text: str) -> Iterator[Hit]:
    found = list(late)
    if found:
        names = ", ".join(name for _, name in found[:_SHOWN_NAMES])
        names += " and more" if len(found) > _SHOWN_NAMES else ""
        yield Hit(found[0][0], f"{names} {text.format(end=instance.periods.labels[-1])}", on_key=True)
