"""Instance files: what a user writes, read and checked."""

from optimizer.instance.calendar import Calendar
from optimizer.instance.changes import changed
from optimizer.instance.diagnostics import Diagnostic, InstanceError, render
from optimizer.instance.loader import Loaded, check_file, check_text, load, loads
from optimizer.instance.schema import Instance
from optimizer.instance.series import Series

__all__ = [
    "Calendar",
    "Diagnostic",
    "Instance",
    "InstanceError",
    "Loaded",
    "Series",
    "check_file",
    "check_text",
    "load",
    "loads",
    "render",
]

# the loader is made of the schema, and an instance is changed by the loader: here both are known
Instance._changed = changed
