"""Whether a partner has what its kind needs."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.schema import Instance

PARTNER_FIELDS = {
    "compute": ("delivery_periods", "delivery_h100e", "price_usd_per_h100e_hour"),
    "equity": ("pre_money_musd",),
}


def partner_terms(instance: Instance) -> Iterator[Hit]:
    """A partner lacks what its kind needs, or has what the other kind needs."""
    for name, partner in instance.partners.items():
        path = ("partners", name)
        for field in PARTNER_FIELDS[partner.kind]:
            if getattr(partner, field) is None:
                yield Hit(
                    path, f"`{field}` is missing: `kind: {partner.kind}` needs it", f"give `{field}`", on_key=True
                )
        for kind, fields in PARTNER_FIELDS.items():
            for field in fields if kind != partner.kind else ():
                if getattr(partner, field) is not None:
                    yield _not_for(path, field, partner.kind, kind)
        if (
            partner.kind == "equity"
            and partner.delivery_lag_periods != type(partner).model_fields["delivery_lag_periods"].default
        ):
            yield _not_for(path, "delivery_lag_periods", partner.kind, "compute")
        if partner.kind == "equity" and partner.cost_of_serving_usd_per_h100e_hour is not None:
            yield _not_for(path, "cost_of_serving_usd_per_h100e_hour", partner.kind, "compute")


def _not_for(path: Path, field: str, kind: str, other: str) -> Hit:
    help = f"delete it, or write `kind: {other}`"
    return Hit((*path, field), f"`{field}` has no meaning for `kind: {kind}`", help, on_key=True)


def partner_never_delivers(instance: Instance) -> Iterator[Hit]:
    """A partner would get its first compute after the last period: its cash is never worked off."""
    calendar = instance.periods
    for name, partner in instance.partners.items():
        signed = calendar.window(partner.first_signing, partner.last_signing).start
        first = calendar.later(signed, partner.delivery_lag_periods)
        if partner.kind == "compute" and first > calendar.periods:
            message = f"the first delivery is after {calendar.labels[-1]}"
            path = ("partners", name, "delivery_lag_periods")
            yield Hit(path, message, "serving it then is a debt at the end: see the table `commitments` of a plan")


def stake_as_debt(instance: Instance) -> Iterator[Hit]:
    """A partner for equity counts as debt."""
    for name, partner in instance.partners.items():
        if partner.kind == "equity" and partner.counts_as_debt:
            message = "`counts_as_debt` has no meaning for `kind: equity`"
            yield Hit(("partners", name, "counts_as_debt"), message, "delete it, or write `kind: compute`", on_key=True)
