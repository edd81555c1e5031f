"""What can pass the last period, and how it counts: a note for each kind. Contracts and loans are told elsewhere.

And what is said of the end of the last period to no effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from optimizer.instance.checks.walk import Hit, Path, phases
from optimizer.instance.partner_service import cost_of_serving
from optimizer.instance.reach import order_window
from optimizer.instance.schema import Block, Instance, Lease, Phase, Terminal

_SHOWN_NAMES = 5


def spend_past_end(instance: Instance) -> Iterator[Hit]:
    """What a phase costs may fall after the last period: it is then a debt that has to be covered."""
    late = [
        ((*path, "spend_profile"), f"{path[1]} {phase.name}")
        for path, phase in phases(instance)
        if phase.capex and _last_start(instance, phase) + _last_payment(phase) > instance.periods.periods
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
        and _last_start(instance, phase) + phase.lead_periods > instance.periods.periods
    ]
    yield from _note(instance, late, "may be energised after {end}: `value_musd` counts only if it is by then")


def deliveries_past_end(instance: Instance) -> Iterator[Hit]:
    """Deliveries to a compute partner may fall after the last period: what serving them costs is a debt."""
    late = [
        (("partners", name), f"{name} ({cost_of_serving(instance, each):.3g} USD an hour)")
        for name, each in instance.partners.items()
        if each.kind == "compute"
        and instance.periods.window(each.first_signing, each.last_signing)[-1]
        + each.delivery_lag_periods
        + (each.delivery_periods or 0)
        - 1
        > instance.periods.periods
    ]
    yield from _note(instance, late, "may be served after {end}: what that costs beyond the balance counts as a debt")


def leases_past_end(instance: Instance) -> Iterator[Hit]:
    """Leases that count as debt may run on after the last period and stay on the closing balance sheet."""
    late = []
    for name, offer in instance.hardware.items():
        if offer.lease is not None and offer.lease.counts_as_debt:
            orders = order_window(offer, instance.periods)
            if orders and orders[-1] + offer.lead_periods + offer.life_periods - 1 > instance.periods.periods:
                late.append((("hardware", name, "lease"), f"lease of {name}"))
    yield from _note(instance, late, "may run on after {end} and stays on the closing balance sheet")


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


def loss_value_idle(instance: Instance) -> Iterator[Hit]:
    """Losses and interest are to count at the end, and none are carried."""
    tax = instance.tax
    carried = tax is not None and (tax.loss_usable_share is not None or tax.interest_limit_share is not None)
    if instance.terminal.loss_value_share and not carried:
        message = "`loss_value_share` changes nothing: neither losses nor interest are carried"
        yield Hit(("terminal", "loss_value_share"), message, "give `tax.loss_usable_share`, or delete it")


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
