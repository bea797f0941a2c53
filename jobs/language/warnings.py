"""What is allowed and hardly meant: two specs of one meaning, bounds that exclude each other. Warnings, never refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jobs.errors import Problem
from jobs.language.specs import Spec
from jobs.syntax.nodes import Node


def warnings(specs: Iterable[Spec], nodes: Mapping[str, Node | None]) -> list[Problem]:
    """The warnings over all valid specs, in their order."""
    return list(_twins(specs))


def _twins(specs: Iterable[Spec]) -> Iterable[Problem]:
    """Two specs with one canonical hash are counted and published twice."""
    first: dict[str, Spec] = {}
    for spec in specs:
        twin = first.setdefault(spec.spec_hash, spec)
        if twin is not spec:
            message = f"found the same meaning as {twin.id} ({twin.file}), expected one segment; refer to it by its id"
            yield Problem(spec.file, "/where", message, "warning")
