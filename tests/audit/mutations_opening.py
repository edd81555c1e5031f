"""Plans and files that the rules of the opening position refuse, and no other rule."""

from __future__ import annotations

from .build import Case
from .mutations import MUTATIONS, _amount, _data, _missing, mutation

_amount("opening.money", "opening", "capex.site.s.shell", 2026)
_amount("opening.money", "opening", "capex.site.s.shell", 2027)
_amount("opening.money", "opening", "in_service.site.s", 2027)
_amount("opening.money", "opening", "depreciation.site.s", 2026)
_amount("opening.money", "opening", "depreciation.site.s", 2028)
_amount("opening.money", "opening", "opex.site.s", 2026)
_amount("opening.money", "opening", "capex.hardware.old.opening", 2027)
_amount("opening.money", "opening", "delivery.hardware.old", 2027)
_amount("opening.money", "opening", "depreciation.hardware.old", 2028)
_amount("opening.money", "opening", "resale.hardware.old", 2027)
_missing("opening.money", "opening", "write_off.hardware.old", 2027)
_amount("tax.exact", "opening", "tax", 2027)
_data("opening.balance", "opening", "opening/retained_earnings_musd", 37.4)


@mutation("opening.sold", "opening")
def sold_before_it_has_served(c: Case) -> None:
    c.decide("retirements", "offer site ordered period units", ("old", "s", "spare", "2026", 1))


__all__ = ["MUTATIONS"]
