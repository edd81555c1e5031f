"""What all tests share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def any_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output is as wide as when it is piped, however wide the terminal that the tests are run from."""
    monkeypatch.delenv("COLUMNS", raising=False)
