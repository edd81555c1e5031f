"""Whether sites can be built and used as the file says."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit, phases, phases_with_starts
from optimizer.instance.choices import all_named
from optimizer.instance.schema import Instance


def spend_profile_sum(instance: Instance) -> Iterator[Hit]:
    """A spend profile does not sum to 1."""
    for path, phase in phases(instance):
        total = math.fsum(phase.spend_profile)
        if abs(total - 1.0) > SUM_TOLERANCE:
            percent = abs(total - 100.0) <= 1.0
            help = "shares are fractions: write 0.45 for 45 %" if percent else "its shares are of the whole cost"
            yield Hit((*path, "spend_profile"), f"`spend_profile` sums to {total:.10g}, not to 1", help)


def fractional_alone(instance: Instance) -> Iterator[Hit]:
    """A phase of which any share can be taken stands beside another, is counted, or is asked whether it is taken."""
    spoken_of = all_named(instance)
    for path, phase in phases(instance):
        if not phase.fractional:
            continue
        site = instance.sites[str(path[1])]
        whys = {
            "it is not the only entry of its site": len(site.phases) > 1,
            "it is counted (`count`)": phase.count > 1,
            "land or an opening cost falls with it": bool(site.land_musd or site.opening_cost_musd),
            "a condition asks whether it is taken": f"sites.{path[1]}.{phase.name}" in spoken_of,
            "interest in construction is capitalised": instance.capitalise_interest_in_construction,
        }
        for why in (why for why, holds in whys.items() if holds):
            help = "delete it, or give the phase a site of its own, one of a kind, without these"
            yield Hit((*path, "fractional"), f"no share of `{phase.name}` can be taken: {why}", help)
            break


def committed_late(instance: Instance) -> Iterator[Hit]:
    """A committed phase cannot be started in its window, or not be energised by the last period."""
    for path, phase, starts in phases_with_starts(instance):
        if not phase.committed:
            continue
        if len(starts) < phase.count:
            yield Hit(
                (*path, "committed"),
                f"only {len(starts)} of {phase.count} committed phases `{phase.name}` can start: the window is too "
                "short, or the phases before it come too late",
            )
        elif instance.periods.later(starts[-1], phase.lead_periods) > instance.periods.periods:
            yield Hit(
                (*path, "committed"),
                f"the committed phase `{phase.name}` starts in {instance.periods.label(starts[-1])} at the earliest "
                f"and takes {phase.lead_periods} periods: it is not energised by {instance.periods.labels[-1]}",
            )


def never_online(instance: Instance) -> Iterator[Hit]:
    """A phase can never be energised within the horizon."""
    for path, phase, starts in phases_with_starts(instance):
        if phase.committed:
            continue
        if not starts:
            yield Hit(path, f"the phase `{phase.name}` can never start", "look at its window and the phases before it")
        elif instance.periods.later(starts[0], phase.lead_periods) > instance.periods.periods:
            yield Hit(
                path,
                f"the phase `{phase.name}` starts in {instance.periods.label(starts[0])} at the earliest and is never "
                f"energised by {instance.periods.labels[-1]}",
            )


def resource_beyond_limit(instance: Instance) -> Iterator[Hit]:
    """A phase takes more of a resource than there ever is: it can never be started."""
    for path, phase in phases(instance):
        for name, use in phase.resources.items():
            if name not in instance.resources:
                continue
            most, need = max(instance.resources[name].limit.expand(instance.periods)), max(use.building, use.running)
            if need > most * (1.0 + SUM_TOLERANCE):
                message = f"`{phase.name}` takes {need:.6g} of `{name}`, and there is never more than {most:.6g}"
                rests = (("resources", name),)
                yield Hit((*path, "resources", name), message, "check both: they are in one unit", True, rests)


def income_ends(instance: Instance) -> Iterator[Hit]:
    """A phase may stand for longer than its income by age has amounts: it earns nothing after the last of them."""
    calendar = instance.periods
    for path, phase, starts in phases_with_starts(instance):
        if not phase.income_musd_by_age or not starts:
            continue
        ready = calendar.later(starts[0], phase.lead_periods)
        if ready <= calendar.periods and calendar.elapsed(ready - 1, calendar.periods) > len(phase.income_musd_by_age):
            periods = f"{len(phase.income_musd_by_age)} periods of service"
            message = f"`{phase.name}` earns nothing after {periods}, and may stand for more by {calendar.labels[-1]}"
            yield Hit((*path, "income_musd_by_age"), message, "give an amount for each of them, if it goes on", True)


def site_without_power(instance: Instance) -> Iterator[Hit]:
    """A site has no phases, no colocation and nothing on line: it never has any power."""
    for name, site in instance.sites.items():
        if not site.phases and site.colocation is None and site.existing_mw == 0 and not site.opening:
            help = "give it `phases`, `colocation`, `existing_mw` or `opening`"
            yield Hit(("sites", name), f"the site `{name}` never has any power", help, on_key=True)
