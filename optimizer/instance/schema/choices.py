"""What goes together and what does not: conditions between phases, contracts and partners."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from optimizer.instance.schema.base import Block

Taken = Annotated[str, StringConstraints(pattern=r"^(contracts|partners|sites)\.[A-Za-z][A-Za-z0-9_.-]{0,200}$")]
"""``contracts.NAME``, ``partners.NAME`` or ``sites.SITE.PHASE``."""


class Choice(Block):
    """A condition: one of some things is taken, or, where one thing is taken, others are or are not.

    A contract or a partner is taken if it is signed, an entry of phases if any of it is started, at any time. They are
    named by their paths: ``contracts.NAME``, ``partners.NAME``, ``sites.SITE.PHASE``.
    """

    exactly_one: list[Taken] | None = Field(None, min_length=2, description="One of these is taken, and no other.")
    of: Taken | None = Field(None, description="Where this is taken, `requires` and `excludes` hold.")
    requires: list[Taken] | None = Field(None, min_length=1, description="All of these are taken, too.")
    excludes: list[Taken] | None = Field(None, min_length=1, description="None of these is taken.")
