"""What decides an answer beside the instance: the packages with their versions, and how to get them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "capstack-optimizer"
"""The name under which capstack is installed. `capstack` and `capstack-lbo` on the public index are other people's."""

ENGINES = {"capstack": DISTRIBUTION, "highspy": "highspy", "numpy": "numpy", "scipy": "scipy"}
"""The packages that decide an answer, by the name that records show: numpy and scipy add up the coefficients that HiGHS
is given, and where several plans are the best, a last digit can decide. Pyomo builds nothing that is solved."""


@cache
def versions() -> Mapping[str, str]:
    """The versions of ENGINES, by the name that records show."""
    return {name: version(package) for name, package in ENGINES.items()}


def own_version() -> str:
    """The version of capstack, or ``not installed`` where it runs from a folder."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "not installed"


def how_to_install(extra: str) -> str:
    """The command that brings the packages of an extra."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"


class MissingExtraError(ImportError):
    """A package that is not installed by default is wanted; the message says how to get it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed: {how_to_install(extra)}")
