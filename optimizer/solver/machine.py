"""How much memory the solver may take."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SHARE = 0.8
"""The part of the memory of this machine, or of the container, that one solver may have."""


def memory_limit() -> int | None:
    """Bytes that one solver may have; None where it is not known how many there are."""
    there = [*_physical(), *container_limits()]
    return int(SHARE * min(there)) if there else None


def _physical() -> Iterator[int]:
    with suppress(AttributeError, OSError, ValueError):
        yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def container_limits(groups: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")) -> Iterator[int]:
    """What the control groups of this process allow, from the lists of the kernel; nothing where there are none."""
    with suppress(OSError, ValueError):
        for line in groups.read_text(encoding="utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            if not controllers:
                top, name = root, "memory.max"
            elif "memory" in controllers.split(","):
                top, name = root / "memory", "memory.limit_in_bytes"
            else:
                continue
            group = top / path.lstrip("/")
            # the limits of the groups above hold, too; in a container its own group is the top of what is seen
            for folder in {top, group, *group.parents}:
                if folder.is_relative_to(top):
                    with suppress(OSError, ValueError):  # "max", or not to be seen from here
                        yield int((folder / name).read_text(encoding="utf-8"))
