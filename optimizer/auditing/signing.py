"""What is signed, begun or agreed at most once, within a window."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.auditing.replay import Replay
from optimizer.auditing.tolerances import ONE, ZERO


def first_signing(
    replay: Replay, name: str, signed: Iterable[int], window: range, within: str, once: str
) -> int | None:
    """The period of the signing, None if there is none.

    ``within`` is the rule that the window is kept, ``once`` the rule that there is no second one; a second one is
    refused, and has no effect on anything else.
    """
    first = None
    for t in sorted(signed):
        replay.findings.record(within, name, t, ZERO if t in window else ONE)
        replay.findings.record(once, name, t, ZERO if first is None else ONE)
        first = t if first is None else first
    return first
