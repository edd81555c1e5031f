"""Whether conditions between things can be kept."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.choices import broken_by, closure, is_surely_taken, named, things
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all

_FAMILIES = (("contracts",), ("partners",), ("sites",))


def choice_terms(instance: Instance) -> Iterator[Hit]:
    """A condition is neither a list of which one is taken, nor one of something that requires or excludes others."""
    for name, choice in instance.choices.items():
        path = ("choices", name)
        conditional = choice.requires is not None or choice.excludes is not None
        if choice.exactly_one is not None and (choice.of is not None or conditional):
            message = "`exactly_one` stands alone"
            yield Hit(path, message, "write the other condition under a name of its own", on_key=True)
        elif choice.exactly_one is None and (choice.of is None or not conditional):
            message = "a condition has `exactly_one`, or `of` with `requires` or `excludes`"
            yield Hit(path, message, "give one of the two", on_key=True)


def unknown_choice(instance: Instance) -> Iterator[Hit]:
    """A condition names something that is not there."""
    known = things(instance)
    for name, choice in instance.choices.items():
        for field, each in named(choice):
            if each not in known:
                help = near_or_all(each, list(known)) or "the file has no contracts, partners or phases"
                yield Hit(("choices", name, field), f"there is no `{each}`", help, rests=_FAMILIES)


def choice_twice(instance: Instance) -> Iterator[Hit]:
    """A condition names the same thing twice, or itself."""
    for name, choice in instance.choices.items():
        said = [each for _, each in named(choice)]
        for each in dict.fromkeys(said):
            if said.count(each) > 1:
                yield Hit(("choices", name), f"`{each}` is named twice", "delete one of the two", on_key=True)


def choice_impossible(instance: Instance) -> Iterator[Hit]:
    """What the file says is taken, or all of what one has to be taken of, breaks a condition by what it requires."""
    known, choices = things(instance), instance.choices
    sure = {each for each, thing in known.items() if is_surely_taken(instance, thing)}
    if broken := broken_by(choices, closure(choices.values(), sure)):
        message = "what is committed or signed, with all that it requires, breaks this condition"
        yield Hit(("choices", broken), message, "drop the condition, or do not commit to one of them", on_key=True)
        return
    for name, choice in choices.items():
        ways = (closure(choices.values(), {*sure, each}) for each in choice.exactly_one or ())
        if choice.exactly_one is not None and all(broken_by(choices, taken) for taken in ways):
            message = "none of these can be taken: each of them, with all that it requires, breaks a condition"
            yield Hit(("choices", name), message, "look at what they require and exclude", on_key=True)


def never_taken(instance: Instance) -> Iterator[Hit]:
    """Something can never be taken: with all that it requires it breaks a condition."""
    choices = instance.choices
    for name, choice in choices.items():
        if choice.of is not None and (broken := broken_by(choices, closure(choices.values(), {choice.of}))):
            message = f"`{choice.of}` can never be taken: with all that it requires it breaks `choices.{broken}`"
            yield Hit(("choices", name, "of"), message, "look at what it requires and excludes")


def require_each_other(instance: Instance) -> Iterator[Hit]:
    """Things require each other in a circle: they are taken together or not at all."""
    choices = list(instance.choices.values())
    told: set[str] = set()
    for name, choice in instance.choices.items():
        if choice.of is None or not choice.requires or choice.of in told:
            continue
        circle = {each for each in closure(choices, choice.requires) if choice.of in closure(choices, {each})}
        if choice.of in closure(choices, choice.requires):
            told |= circle
            message = f"{', '.join(sorted(circle))} require each other: they are taken together or not at all"
            yield Hit(("choices", name, "requires"), message, on_key=True)
