"""What is known of why there is no plan: data first, words second (``words.py``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from optimizer.explanation.parts import Member, Refusal, Repair
from optimizer.explanation.words import cause, conflict_words, refusals_words, repairs_words

Status = Literal["infeasible", "feasible", "not decided"]


@dataclass(frozen=True)
class Explanation:
    """Why an instance has no plan.

    ``refusals`` are what checks say of it before a model is built, where these find that there can be none.
    ``whole_numbers``: without them there would be one; None if that is not known. ``conflict`` are limits that cannot
    hold together while all others of ``limits`` are at their widest; ``proven`` says so, ``minimal`` that no member can
    be left out. Empty and proven: the reason is in what is no limit. ``repairs`` have one change each, in the order of
    ``KINDS`` and then of their paths. ``complete``: there was time for all of it.
    """

    instance: str
    instance_hash: str
    status: Status
    whole_numbers: bool | None = None
    limits: int = 0
    refusals: tuple[Refusal, ...] = ()
    conflict: tuple[Member, ...] = ()
    proven: bool = False
    minimal: bool = False
    repairs: tuple[Repair, ...] = ()
    complete: bool = False
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain data.

        >>> optimizer.explain(base).to_dict()["status"]
        'feasible'
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Explanation:
        """The explanation of ``to_dict``, also after it was written as JSON. Raises TypeError or KeyError for others.

        >>> found = optimizer.explain(base)
        >>> optimizer.Explanation.from_dict(found.to_dict()) == found
        True
        """
        parts: dict[str, type[Refusal | Member | Repair]] = {
            "refusals": Refusal,
            "conflict": Member,
            "repairs": Repair,
        }
        read = {name: tuple(part(**_with_tuples(item)) for item in data[name]) for name, part in parts.items()}
        return cls(**{**data, **read})

    @property
    def cause(self) -> str:
        """The conflict in one line, else what a check says; empty if neither is known.

        >>> cover = {"cover": {"kind": "interest_cover", "minimum": 20}}
        >>> optimizer.explain(base.replace({"equity": None, "covenants": cover})).cause
        'covenants.cover.minimum, opening.cash_musd cannot hold together'
        """
        if self.proven and self.conflict:
            return cause(self.conflict)
        if self.refusals:
            return self.refusals[0].message
        return cause(self.conflict) if self.proven else ""

    def __str__(self) -> str:
        if self.status == "feasible":
            return f"{self.instance}: there is a plan, and nothing to explain"
        if self.status == "not decided":
            return f"{self.instance}: in {self.seconds:.1f} s neither a plan was found nor proven that there is none"
        whole = "; without whole numbers of lots, phases and contracts there would be one" if self.whole_numbers else ""
        lines = [f"{self.instance}: proven infeasible: no plan meets all limits{whole}"]
        lines += refusals_words(self.refusals)
        lines += conflict_words(self.conflict, self.minimal) if self.proven else [NOT_FOUND]
        lines += repairs_words(self.repairs, self.conflict)
        if not self.complete:
            lines += ["", f"the time was up after {self.seconds:.1f} s: there may be more to know"]
        return "\n".join(lines)


def _with_tuples(item: Mapping[str, Any]) -> dict[str, Any]:
    """A part as it was before JSON: its numbers in tuples."""
    return {name: tuple(item[name]) if name in ("values", "before", "after") else item[name] for name in item}


NOT_FOUND = "the limits that cannot hold together were not found in time"
