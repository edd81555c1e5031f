"""Comparing: mixes and scenarios, sweeps, frontiers, and the executors that run them."""

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    """Importing this folder binds its name in ``optimizer``, so it answers as the function of the same name as well."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from optimizer.compare.run import compare

        return compare(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
