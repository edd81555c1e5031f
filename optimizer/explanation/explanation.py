"""What is known of why there is no plan: data first, words second (``words.py``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from optimizer.explanation.parts import Bound, Growth, Member, Pair, Refusal, Repair
from optimizer.explanation.words import (
    cause,
    conflict_words,
    costs_words,
    growth_words,
    pairs_words,
    refusals_words,
    repairs_words,
)

Status = Literal["infeasible", "feasible", "unbounded", "not decided"]


@dataclass(frozen=True)
class Explanation:
    """Why an instance has no plan.

    ``refusals`` are what checks say of it before a model is built, where these find that there can be none.
    ``whole_numbers``: without them there would be one; None if that is not known. ``conflict`` are limits that cannot
    hold together while all others of ``limits`` are at their widest; ``proven`` says so, ``minimal`` that no member can
    be left out. Empty and proven: the reason is in what is no limit. ``repairs`` have one change each, in the order of
    ``KINDS`` and then of their paths; ``pairs`` two, where no single one was found to be enough. Those with a cost come
    first, the cheapest first, if they are ``ranked``; ``idle_costs`` are paths of costs that are about no limit. Where
    the ``objective`` has no end, ``grows`` is what grows with it, and ``bounds`` are limits that the file lacks.
    ``complete``: there was time for all of it.
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
    pairs: tuple[Pair, ...] = ()
    ranked: bool = False
    idle_costs: tuple[str, ...] = ()
    objective: str = ""
    grows: tuple[Growth, ...] = ()
    bounds: tuple[Bound, ...] = ()
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
        parts: dict[str, type[Refusal | Member | Repair | Bound | Growth]] = {
            "refusals": Refusal,
            "conflict": Member,
            "repairs": Repair,
            "grows": Growth,
            "bounds": Bound,
        }
        read: dict[str, Any] = {
            name: tuple(part(**_with_tuples(item)) for item in data[name]) for name, part in parts.items()
        }
        read["pairs"] = tuple(
            Pair(tuple(Repair(**_with_tuples(one)) for one in pair["changes"]), pair["verified"])  # type: ignore[arg-type]
            for pair in data["pairs"]
        )
        return cls(**{**data, **read, "idle_costs": tuple(data.get("idle_costs", ()))})

    @property
    def cause(self) -> str:
        """The conflict in one line, else what a check says; empty if neither is known.

        >>> cover = {"cover": {"kind": "interest_cover", "minimum": 20}}
        >>> optimizer.explain(base.replace({"equity": None, "covenants": cover})).cause
        'covenants.cover.minimum, opening.cash_musd cannot hold together'
        """
        if self.status == "unbounded":
            return growth_words(self.grows, self.bounds)[0]
        if self.proven and self.conflict:
            return cause(self.conflict)
        if self.refusals:
            return self.refusals[0].message
        return cause(self.conflict) if self.proven else ""

    def __str__(self) -> str:
        if self.status == "feasible":
            return f"{self.instance}: there is a plan, and nothing to explain"
        if self.status == "unbounded":
            lines = [f"{self.instance}: unbounded: {self.objective} can be improved without end"]
            return "\n".join([*lines, *growth_words(self.grows, self.bounds)])
        if self.status == "not decided":
            return f"{self.instance}: in {self.seconds:.1f} s neither a plan was found nor proven that there is none"
        whole = "; without whole numbers of lots, phases and contracts there would be one" if self.whole_numbers else ""
        lines = [f"{self.instance}: proven infeasible: no plan meets all limits{whole}"]
        lines += refusals_words(self.refusals)
        lines += conflict_words(self.conflict, self.minimal, self.limits) if self.proven else [NOT_FOUND]
        lines += repairs_words(self.repairs, self.conflict, self.ranked)
        lines += pairs_words(self.pairs, self.ranked)
        lines += costs_words(self.idle_costs)
        if not self.complete:
            lines += ["", f"the time was up after {self.seconds:.1f} s: there may be more to know"]
        return "\n".join(lines)


def _with_tuples(item: Mapping[str, Any]) -> dict[str, Any]:
    """A part as it was before JSON: its numbers in tuples."""
    found = {
        name: tuple(item[name]) if name in ("values", "before", "after", "periods") else item[name] for name in item
    }
    return found | ({"amounts": tuple(map(tuple, item["amounts"]))} if "amounts" in item else {})


NOT_FOUND = "the limits that cannot hold together were not found in time"
