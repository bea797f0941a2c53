"""Every kernel test that asks for `loops` runs twice: as the loops stand, and compiled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobs.kernel.compiled import forced


@pytest.fixture(params=["plain", "compiled"])
def loops(request: pytest.FixtureRequest) -> Iterator[str]:
    """How the loops run."""
    with forced(compiled=request.param == "compiled"):
        yield request.param
