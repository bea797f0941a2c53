"""What is sensitive in a run: its segments and lists that a sensitive column decides, however far away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobs.catalog.model import Catalog
from jobs.language.specs import Spec
from jobs.plan.sensitive_parts import Sensitive
from jobs.runs.failures import list_key

PinnedLists = Mapping[str, Any]
"""The versions of lists that a run pinned; `sensitive` of one are the columns that decided who is on it."""


def sensitive_columns(specs: Mapping[str, Spec], lists: PinnedLists) -> dict[str, frozenset[str]]:
    """For each segment the sensitive columns it reaches, through other segments and lists too.

    `specs` stand in an order in which references come first.
    """
    reached: dict[str, frozenset[str]] = {}
    for id_, spec in specs.items():
        through = [reached[other] for other in spec.depends.segments if other in reached]
        through += [frozenset(lists.get(list_key(asked), {}).get("sensitive", ())) for asked in spec.depends.lists]
        reached[id_] = spec.sensitive.union(*through)
    return reached


def sensitive_in(catalog: Catalog, specs: Mapping[str, Spec], lists: PinnedLists) -> Sensitive:
    """What of a run's segments, lists and columns is sensitive."""
    segments = frozenset(id_ for id_, columns in sensitive_columns(specs, lists).items() if columns)
    asked = (asked for spec in specs.values() for asked in spec.depends.lists)
    return Sensitive(
        catalog, segments, frozenset(name for name in asked if lists.get(list_key(name), {}).get("sensitive"))
    )
