"""Whether objectives have the figures that they work on, and see what they should."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.objectives import BLIND
from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Instance, Objective, earning_options
from optimizer.instance.series import written_values


def _levels(instance: Instance, name: str) -> Iterator[tuple[int, Objective]]:
    return ((i, level) for i, level in enumerate(instance.objectives) if level.name == name)


def rates_of_apv(instance: Instance) -> Iterator[Hit]:
    """adjusted_present_value is an objective, and its rates are not given."""
    for i, _ in _levels(instance, "adjusted_present_value"):
        if instance.adjusted_present_value is None:
            message = "`adjusted_present_value` has no rates to discount at"
            help = "add `adjusted_present_value:` with its two rates"
            yield Hit(("objectives", i, "name"), message, help, rests=(("adjusted_present_value",),))


def dilution_without_value(instance: Instance) -> Iterator[Hit]:
    """Dilution is an objective, and no round or partner states a pre-money value."""
    values = [item.pre_money_musd for item in (instance.equity.rounds if instance.equity else {}).values()]
    values += [partner.pre_money_musd for partner in instance.partners.values()]
    values += [debt.conversion.pre_money_musd for debt in instance.debt.values() if debt.conversion is not None]
    values += [each.shares.pre_money_musd for each in instance.contracts.values() if each.shares is not None]
    if any(value is not None for value in values):
        return
    for i, _ in _levels(instance, "dilution"):
        message = "`dilution` is always 0: no round and no partner states a pre-money value"
        yield Hit(("objectives", i, "name"), message, "give `pre_money_musd`", rests=(("equity",), ("partners",)))


def wacc_is_a_ratio(instance: Instance) -> Iterator[Hit]:
    """The weighted cost of capital is an objective: it does not see what a plan takes capital for."""
    for i, level in _levels(instance, "wacc"):
        last = i == len(instance.objectives) - 1
        message = "`wacc` compares mixes of the least capital: it does not see what a plan earns with it"
        if last and level.slack_share == 0 and level.slack_musd == 0:
            yield Hit(("objectives", i, "name"), message, "follow it by another objective, such as net_present_cost")
        else:
            yield Hit(("objectives", i, "name"), message)


def terminal_cash_with_debt(instance: Instance) -> Iterator[Hit]:
    """Terminal cash is an objective, and it counts money borrowed and not yet repaid."""
    calendar = instance.periods
    for i, level in enumerate(instance.objectives):
        if level.name != "terminal_cash":
            continue
        for name, debt in instance.debt.items():
            last = calendar.window(debt.first_draw, debt.last_draw).stop - 1
            ends = last if debt.is_revolving else calendar.later(last, debt.tenor_periods or 0) - 1
            if ends >= calendar.periods:
                message = (
                    f"`terminal_cash` counts money borrowed and not yet repaid: `{name}` can be outstanding at the end"
                )
                yield Hit(("objectives", i, "name"), message, "close its draw window earlier, or give it a covenant")
                break


def blind_to_interest(instance: Instance) -> Iterator[Hit]:
    """The first objective is the net present cost, which does not see what capital costs, and there is a choice."""
    if instance.objectives[0].name != "net_present_cost" or _priced_sources(instance) < 2:
        return
    message = "`net_present_cost` first sees neither interest nor what shareholders ask: it takes any of the sources"
    help = "put `cost_of_capital` or `shareholder_value` before it"
    if len(instance.objectives) > 1:
        help += ", or see that a later level chooses between them"
    yield Hit(("objectives", 0, "name"), message, help)


def _priced_sources(instance: Instance) -> int:
    """How many instruments, rounds, classes and partners for compute can bring money."""
    rounds = instance.equity.rounds if instance.equity else {}
    partners = sum(each.kind == "compute" for each in instance.partners.values())
    debts = sum(debt.cash_limit_musd != 0.0 for debt in instance.debt.values())
    return debts + len(rounds) + len(instance.preferred_equity) + partners


def blind_to_profit(instance: Instance) -> Iterator[Hit]:
    """What is optimised first does not see what is earned, and something that earns may be left undone."""
    first = instance.objectives[0].name
    if first not in BLIND or "objectives" not in instance.model_fields_set or _is_pinned(instance):
        return
    optional = [f"`{'.'.join(map(str, path[:2]))}`" for path in earning_options(instance)]
    if optional:
        more = f" and {len(optional) - 3} more" if len(optional) > 3 else ""
        message = f"`{first}` does not see what is earned: {', '.join(optional[:3])}{more} may be left undone for it"
        rests = (("markets",), ("sites",), ("partners",))
        yield Hit(("objectives", 0, "name"), message, "put `shareholder_value` first", rests=rests)


def _is_pinned(instance: Instance) -> bool:
    """Whether demand says what is built: some has to be served and, surplus markets apart, all of what earns."""
    wanted = [
        m
        for m in instance.markets.values()
        if m.surplus_only_below_share is None and max(written_values(m.demand_h100e)) > 0
    ]
    asked = any(max(written_values(market.min_served_share)) > 0.0 for market in wanted)
    return asked and all(market.is_served_in_full or not market.earns for market in wanted)
