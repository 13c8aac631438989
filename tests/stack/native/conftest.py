"""Everything here runs the real programs: `make stack-test`."""

from __future__ import annotations

from pathlib import Path

import pytest

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, so that no test of it is run by `make test`."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker("native")
