"""How deep atoms stand inside each other: bounded, so that nothing that walks them ever runs out of stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import cast

from jobs.language.atoms import Computed

HEIGHT = 150
"""Each walk over atoms takes at most a few frames a part; Python stops at 1,000."""


def height(part: object, heights: Mapping[tuple[str, str], int]) -> int:
    """The longest way down; `known` are the heights of the computed columns inside."""
    if isinstance(part, Computed) and (part.source, part.column) in heights:
        return heights[part.source, part.column]
    if isinstance(part, tuple):
        return max((height(inner, heights) for inner in cast("tuple[object, ...]", part)), default=0)
    if is_dataclass(part):
        return 1 + max((height(getattr(part, attribute.name), heights) for attribute in fields(part)), default=0)
    return 0
