"""What is allowed and hardly meant: two specs of one meaning, bounds that exclude each other. Warnings, never refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jobs.errors import Problem
from jobs.language.contradictions import contradictions
from jobs.language.definitions import Spec


def warnings(specs: Iterable[Spec]) -> Iterator[Problem]:
    """The warnings over all valid specs, in their order."""
    first: dict[str, Spec] = {}
    for spec in specs:
        twin = first.setdefault(spec.spec_hash, spec)
        if twin is not spec:
            message = f"found the same meaning as {twin.id} ({twin.file}), expected one segment; refer to it by its id"
            yield Problem(spec.file, "/where", message, "warning")
        for before, pointer, subject in contradictions(spec.where):
            message = (
                f"found what {before} excludes: no value of {subject} satisfies both, expected one of them changed"
            )
            yield Problem(spec.file, pointer, message, "warning")
