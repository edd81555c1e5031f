"""What mends a committed plan in another world, and the least of it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.explanation.clock import Clock
from optimizer.explanation.stress import measures
from optimizer.explanation.stress.commitments import commitments
from optimizer.explanation.stress.elastic import Elastic, elastic
from optimizer.explanation.stress.holding import Holding
from optimizer.explanation.stress.ladder import ImpossibleError, Ladder, UndecidedError, climbed, least_rescue
from optimizer.explanation.stress.parts import Cure, Stressed, Verdict
from optimizer.explanation.stress.rescue import promised_only, unlimited, with_rescue, without_promises
from optimizer.instance.schema import Instance
from optimizer.plan.record import Record
from optimizer.solving.compile import compile_instance
from optimizer.solving.compiled import TriviallyInfeasibleError

HELD_FIRST = ("physical", "money", "unserved")
"""What is kept at its least while the cheapest equity is looked for."""


@dataclass(frozen=True)
class Case:
    """A plan in a world."""

    plan: Record
    world: Instance
    holding: Holding
    clock: Clock

    def ladder(self) -> Ladder:
        """What gives way, and the least of it. Raises ImpossibleError, UndecidedError, InstanceError."""
        programme, opened = self._programme(relieved=True)
        return climbed(programme, opened, self.clock)

    def equity_alone(self, known: Ladder, first: int) -> Ladder:
        """The least money from the ``first`` period on with which every covenant is kept. Raises as ``ladder``."""
        programme, opened = self._programme(relieved=False, first=first)
        return least_rescue(programme, opened, self.clock, {name: known.found[name] for name in HELD_FIRST})

    def _programme(self, *, relieved: bool, first: int = 1) -> tuple[Elastic, Instance]:
        world = self.world
        opened = with_rescue(without_promises(world), unlimited(world, first))
        try:
            built, compiled = compile_instance(opened, relieved=relieved)
        except TriviallyInfeasibleError:
            raise ImpossibleError from None
        found = commitments(built.model, self.plan.decisions, self.holding)
        return elastic(world, built, compiled, found, promised_only(world)), opened


def cures(case: Case, found: Stressed, ladder: Ladder) -> tuple[Cure, ...]:
    """Waivers where covenants are broken, equity alone, and what is decided later being free; if any is needed."""
    if not (found.short or found.breaches):
        return ()
    calendar = case.world.periods
    first = min(calendar.index(period) for period in _periods(found))
    known = [] if not found.breaches else [_by_waiver(found)]
    known.append(_by_equity(case, ladder, first))
    if (later := _by_later_decisions(case, first)) is not None:
        known.append(later)
    return tuple(known)


def _periods(found: Stressed) -> list[str]:
    """The periods in which cash is short or a covenant broken."""
    return [each.period for each in found.short] + [each.period for each in found.breaches]


def _by_waiver(found: Stressed) -> Cure:
    """Covenants waived where they are broken, with the money that is needed all the same."""
    waived = tuple(f"{each.covenant} {each.period}" for each in found.breaches)
    if not found.short:
        return Cure("waiver", "yes", waived=waived)
    return Cure("equity and waiver", "yes", found.short, found.short_musd, waived=waived)


def _by_equity(case: Case, ladder: Ladder, first: int) -> Cure:
    try:
        paid = case.equity_alone(ladder, first)
    except ImpossibleError:
        return Cure("equity", "proven no")
    except UndecidedError:
        return Cure("equity", "not decided")
    assert paid.x is not None
    money = measures.money(paid.elastic, paid.x)
    return Cure("equity", "yes", money, sum(each.musd for each in money), paid.found["rescue"].bound)


def _by_later_decisions(case: Case, first: int) -> Cure | None:
    """What is short if all is free that is decided from the first period on in which something is; None without any."""
    if first == 1 or first > case.holding.until:
        return None
    free_from = case.world.periods.label(first)
    freer = Case(case.plan, case.world, Holding(case.holding.instance, first - 1), case.clock)
    try:
        ladder = freer.ladder()
    except (ImpossibleError, UndecidedError):
        return Cure("later decisions", "not decided", free_from=free_from)
    assert ladder.x is not None
    money = measures.money(ladder.elastic, ladder.x)
    broken = measures.breaches(ladder.elastic, ladder.x, case.world)
    proven = ladder.found["rescue late"].bound + ladder.found["relief"].bound > measures.SHOWN_MUSD
    enough: Verdict = "yes" if not (money or broken) else "proven no" if proven else "not decided"
    waived = tuple(f"{each.covenant} {each.period}" for each in broken)
    return Cure("later decisions", enough, money, sum(each.musd for each in money), 0.0, waived, free_from)
