"""What is known of a committed plan in other worlds: data first, words second (``words.py``)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from optimizer.explanation.stress.parts import Interval, Stressed
from optimizer.explanation.stress.words import stressed_words, title_words


@dataclass(frozen=True)
class Stress:
    """A committed plan in several worlds. ``fix`` says what is held: ``all``, or ``until:`` a period.

    ``before`` and ``after`` of the ``scenarios`` are by the ``objective``, in its ``unit``: musd or share.
    """

    instance: str
    instance_hash: str
    fix: str
    objective: str
    unit: str
    periods: tuple[str, ...]
    scenarios: tuple[Stressed, ...]

    def __getitem__(self, scenario: str) -> Stressed:
        """The plan in the world of that name. Raises KeyError."""
        for each in self.scenarios:
            if each.scenario == scenario:
                return each
        raise KeyError(scenario)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data, without plans.

        >>> optimizer.stress(plan, {"same": {}}).to_dict()["scenarios"][0]["status"]
        'holds'
        """
        data = {item.name: getattr(self, item.name) for item in fields(self)}
        return data | {"scenarios": [_plain(each) for each in self.scenarios]}

    def __str__(self) -> str:
        lines = title_words(self.instance, self.fix)
        for each in self.scenarios:
            lines += ["", *stressed_words(each, self.objective, self.unit, self.periods)]
        return "\n".join(lines)


def _plain(stressed: Stressed) -> dict[str, Any]:
    found = {item.name: getattr(stressed, item.name) for item in fields(stressed) if item.name != "plan"}
    for name, value in found.items():
        if isinstance(value, tuple):
            found[name] = [each if isinstance(each, float) else asdict(each) for each in value]
        elif isinstance(value, Interval):
            found[name] = asdict(value)
    return found
