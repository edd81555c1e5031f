"""What the columns of a matrix stand for, as far as it guides a search. No answer depends on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from optimizer.solver.matrix import Mask

Places = np.ndarray[Any, np.dtype[np.int32]]


@dataclass(frozen=True)
class Roles:
    """Which integers are ``sites`` and which ``orders``, n truth values each; the others follow from money and energy.

    ``implied`` are integers that follow from whatever else is decided, of built ones, too: n truth values.
    ``dated`` has an array for each thing that is done at most once, a round or a contract: the columns of its dates,
    of which one at most is 1, from the first; ``money`` those of them that bring money.
    """

    sites: Mask
    orders: Mask
    implied: Mask
    dated: tuple[Places, ...] = ()
    money: tuple[Places, ...] = ()

    @property
    def built(self) -> Mask:
        """Sites and orders."""
        found: Mask = self.sites | self.orders
        return found


@dataclass(frozen=True)
class Layout:
    """Where the columns of a matrix stand in time, and what they stand for.

    ``period`` of each column, 0 where it has none; ``choice`` is the number of the family of which a column is one
    alternative, all in one period, −1 where it is none; ``roles`` is None where nothing is known. Columns with one
    ``line`` are one thing in its periods, the starts of a hall, say, or the tiers of an offer; −1, and None, where it
    is not known.
    """

    period: Places
    choice: Places
    roles: Roles | None = field(default=None)
    line: Places | None = field(default=None)

    def of_groups(self, first: Any, group: Any) -> Layout:
        """Of groups of columns: ``first`` has the first column of each, ``group`` the group of each column or −1."""
        roles = self.roles
        if roles is not None:
            roles = Roles(
                roles.sites[first],
                roles.orders[first],
                roles.implied[first],
                tuple(_placed(columns, group) for columns in roles.dated),
                tuple(_placed(columns, group) for columns in roles.money),
            )
        return Layout(self.period[first], self.choice[first], roles, None if self.line is None else self.line[first])

    def longer(self, columns: int) -> Layout:
        """The same with columns after them of which nothing is known."""
        roles = self.roles
        if roles is not None:
            sites, orders, implied = (
                _longer(mask, columns, False) for mask in (roles.sites, roles.orders, roles.implied)
            )
            roles = replace(roles, sites=sites, orders=orders, implied=implied)
        line = None if self.line is None else _longer(self.line, columns, -1)
        return Layout(_longer(self.period, columns, 0), _longer(self.choice, columns, -1), roles, line)


def _placed(columns: Places, place: Any) -> Places:
    found = np.asarray(place)[columns]
    return found[found >= 0].astype(np.int32)


def _longer(array: Any, more: int, value: Any) -> Any:
    return np.append(array, np.full(more, value, dtype=array.dtype))
