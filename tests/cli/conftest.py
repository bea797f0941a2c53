"""What the tests of the command line share: the shop they run in."""

from __future__ import annotations

from tests.cli.shop import shop

__all__ = ["shop"]
