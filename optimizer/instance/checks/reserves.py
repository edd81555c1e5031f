"""Whether a facility can stand in for the cash of a debt service reserve."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.rings import COMPANY, rings
from optimizer.instance.schema import Instance


def letters_for_reserves(instance: Instance) -> set[str]:
    """The facilities under which letters of credit may be issued for a reserve."""
    reserves = (debt.service_reserve for debt in instance.debt.values())
    return {each.facility for each in reserves if each is not None and each.facility is not None and each.by_letters}


def reserve_facility(instance: Instance) -> Iterator[Hit]:
    """A reserve is to be met by a loan that is no revolver, or by another group's revolver."""
    found = rings(instance)
    for name, facility in _facilities(instance):
        path, kind = ("debt", name, "service_reserve", "facility"), instance.debt[facility].kind
        if kind != "revolver":
            message = f"`{facility}` is {kind} debt: what is repaid of it cannot be held ready again"
            yield Hit(path, message, "name a revolver", rests=(("debt", facility),))
        elif found.debt[facility] not in (COMPANY, found.debt[name]):
            message = f"`{facility}` is owed by the group `{found.debt[facility]}`, and the reserve is not its"
            help = "name a revolver of whoever owes the loan, or one of the company"
            yield Hit(path, message, help, rests=(("groups",),))


def reserve_facility_free(instance: Instance) -> Iterator[Hit]:
    """What stands in for the cash of a reserve costs nothing."""
    for name, facility in _facilities(instance):
        reserve, line = instance.debt[name].service_reserve, instance.debt[facility]
        if reserve is None or not line.is_revolving:
            continue
        field = "letter_of_credit_fee_per_year" if reserve.by_letters else "commitment_fee_per_year"
        costs = line.letter_of_credit_fee_per_year > 0.0 if reserve.by_letters else line.has_commitment_fee
        if not costs and field not in line.model_fields_set:
            message = f"what `{facility}` holds in the place of cash costs nothing"
            yield Hit(("debt", name, "service_reserve", "facility"), message, f"give `{field}` of `{facility}`")


def _facilities(instance: Instance) -> Iterator[tuple[str, str]]:
    """Loans whose reserve a facility that is there may meet, with its name."""
    for name, debt in instance.debt.items():
        if debt.service_reserve is not None and debt.service_reserve.facility in instance.debt:
            yield name, debt.service_reserve.facility
