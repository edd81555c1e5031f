"""How much time is left."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Self

from optimizer.solver.process import spent_s as processor_s


@dataclass(frozen=True)
class Clock:
    """Seconds that all of a question may take, from when it begins: by the clock, or those of the ``processor``."""

    limit_s: float
    begun: float = field(default_factory=time.monotonic, kw_only=True)
    processor: bool = field(default=False, kw_only=True)

    @classmethod
    def of_processor(cls, limit_s: float) -> Self:
        """Seconds of the processor, of this process and of the solver's for it."""
        return cls(limit_s, begun=processor_s(), processor=True)

    @property
    def spent_s(self) -> float:
        """Seconds since it began."""
        return (processor_s() if self.processor else time.monotonic()) - self.begun

    @property
    def left_s(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.limit_s - self.spent_s)

    def part(self, share: float) -> Self:
        """The same with this share of what is left."""
        return replace(self, limit_s=self.spent_s + share * self.left_s)
