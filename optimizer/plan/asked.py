"""What can be asked of a plan: short forms of functions of the public interface, which know more than a plan does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from optimizer.contract.shown import Shown, interface

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


class Asked(Shown):
    """Questions to a plan that are answered elsewhere: functions of ``optimizer``, with the plan in its place."""

    @property
    def prices(self) -> Callable[..., Any]:
        """``optimizer.prices`` of this plan: what one more of each limit that holds it back is worth.

        >>> plan.prices(limits=["opening.cash_musd"]).objective
        'cost_of_capital'
        """
        return partial(interface("prices"), self)

    @property
    def alternatives(self) -> Callable[..., Any]:
        """``optimizer.alternatives`` of this plan: what all plans near it have in common, and others that differ most.

        >>> [each.verdict for each in plan.alternatives(within=0.1, count=0).ranges]
        ['must', 'free']
        """
        return partial(interface("alternatives"), self)

    @property
    def stress(self) -> Callable[..., Any]:
        """``optimizer.stress`` of this plan: what becomes of it, committed, in other worlds.

        >>> poorer = {"cash_flows": {"income": {"musd_per_period": [0, 100]}}}
        >>> plan.stress({"poorer": {"set": poorer}})["poorer"].status
        'does not hold'
        """
        return partial(interface("stress"), self)

    @property
    def plot(self) -> Plots:
        """Its exhibits as plotly figures: ``plan.plot.cash()``. Needs the extra ``notebook``.

        >>> list(plan.plot)
        ['sources_and_uses', 'debt', 'cash', 'capital', 'wacc', 'value_bridge']
        >>> plan.plot.cash().layout.title.text
        'Cash'
        """
        return Plots(self)

    def _repr_html_(self) -> str:
        """What a notebook shows: how sure the plan is, what it comes to, and some of its figures."""
        return str(import_module("optimizer.page.notebook").brief(self))


class Plots:
    """The exhibits of a plan that have something to show, each a function that gives a plotly figure."""

    def __init__(self, plan: Asked) -> None:
        self._plan = plan

    def __getattr__(self, name: str) -> Callable[[], Figure]:
        if name.startswith("_") or name not in self._made:
            raise AttributeError(f"there is no figure {name!r}; there are: {', '.join(self)}")
        figure: Callable[[], Figure] = lambda: import_module("optimizer.exhibits.notebook").to_figure(self._made[name])  # noqa: E731
        return figure

    @property
    def _made(self) -> dict[str, Any]:
        return dict(import_module("optimizer.exhibits.all").exhibits(self._plan))

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._made]
