"""What the conditions between phases, contracts and partners speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from optimizer.instance.schema import Choice, Instance

Thing = tuple[str, ...]
"""("contracts", name), ("partners", name) or ("sites", site, phase)."""


def things(instance: Instance) -> dict[str, Thing]:
    """All that can be taken, by how it is written."""
    found: dict[str, Thing] = {f"contracts.{name}": ("contracts", name) for name in instance.contracts}
    found |= {f"partners.{name}": ("partners", name) for name in instance.partners}
    found |= {f"sites.{s}.{p.name}": ("sites", s, p.name) for s, site in instance.sites.items() for p in site.phases}
    return found


def named(choice: Choice) -> Iterator[tuple[str, str]]:
    """(field, what is named in it), in the order of the fields."""
    for field in ("exactly_one", "requires", "excludes"):
        yield from ((field, each) for each in getattr(choice, field) or ())
    if choice.of is not None:
        yield "of", choice.of


def all_named(instance: Instance) -> set[str]:
    """Whatever is named in any condition."""
    return {each for choice in instance.choices.values() for _, each in named(choice)}


def is_surely_taken(instance: Instance, thing: Thing) -> bool:
    """Whether the file itself says that it is taken."""
    if thing[0] == "contracts":
        return instance.contracts[thing[1]].is_signed
    if thing[0] == "sites":
        return any(phase.committed for phase in instance.sites[thing[1]].phases if phase.name == thing[2])
    return False


def closure(choices: Iterable[Choice], taken: Iterable[str]) -> set[str]:
    """What is taken with some things, by all that they require."""
    found, new = set(taken), list(taken)
    while new:
        one = new.pop()
        for choice in choices:
            for each in (choice.requires or ()) if choice.of == one else ():
                if each not in found:
                    found.add(each)
                    new.append(each)
    return found


def broken_by(choices: Mapping[str, Choice], taken: set[str]) -> str | None:
    """The first condition that things taken together break, by its name; None if they break none."""
    for name, choice in choices.items():
        if choice.exactly_one is not None and len(taken.intersection(choice.exactly_one)) > 1:
            return name
        if choice.of in taken and taken.intersection(choice.excludes or ()):
            return name
    return None
