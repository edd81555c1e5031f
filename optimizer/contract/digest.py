"""What an audit was of: digests of plan.json and of the figures of summary.json, without what depends on the clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SUMMARISED = (
    "instance",
    "instance_hash",
    "status",
    "message",
    "metrics",
    "certificates",
    "options",
    "asked",
    "caps",
)
"""What a summary says of its plan, beside the levels, and what was asked; versions and timings tell how it came."""

RARE = ("own",)
"""As SUMMARISED, where there is such an entry."""


def digest(data: Any) -> str:
    """SHA-256 of plain data, hexadecimal: of its JSON with sorted keys and no blanks."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def summary_digest(summary: Mapping[str, Any]) -> str:
    """The digest of what a summary.json says of its plan; seconds do not count."""
    levels = summary.get("objectives")
    if isinstance(levels, list):
        levels = [
            {key: value for key, value in level.items() if key != "seconds"} if isinstance(level, Mapping) else level
            for level in levels
        ]
    rare = {key: summary[key] for key in RARE if key in summary}
    return digest({**{key: summary.get(key) for key in SUMMARISED}, **rare, "objectives": levels})
