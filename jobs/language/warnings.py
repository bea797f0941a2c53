"""What is allowed and hardly meant: two specs of one meaning, bounds that exclude or complete each other, sources that keep
contacts out and do not say how many of their rows may name nobody. No refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jobs.catalog.model import Catalog
from jobs.errors import Problem
from jobs.language.contradictions import certainties, contradictions
from jobs.language.definitions import Spec
from jobs.language.unguarded_sources import UnguardedSources


def warnings(specs: Mapping[str, Spec], catalog: Catalog) -> Iterator[Problem]:
    """The warnings over all valid specs, by id, in their order."""
    first: dict[str, Spec] = {}
    unguarded = UnguardedSources(catalog, specs)
    for spec in specs.values():
        twin = first.setdefault(spec.spec_hash, spec)
        if twin is not spec:
            message = f"found the same meaning as {twin.id} ({twin.file}), expected one segment; refer to it by its id"
            yield Problem(spec.file, "/where", message, "warning")
        for before, pointer, subject in contradictions(spec.where):
            message = (
                f"found what {before} excludes: no value of {subject} satisfies both, expected one of them changed"
            )
            yield Problem(spec.file, pointer, message, "warning")
        for before, pointer, subject in certainties(spec.where):
            message = (
                f'found what completes {before}: every known value satisfies {subject} or the other one, so this "any" '
                'asks nothing, expected one of them changed, or "all" in place of "any"'
            )
            yield Problem(spec.file, pointer, message, "warning")
        for source, pointer in sorted(unguarded.of(spec).items()):
            message = (
                f"found {source}, whose rows keep contacts out here, without unknown_contacts_at_most in its gates; "
                "expected that gate: a row that names nobody keeps nobody out"
            )
            yield Problem(spec.file, pointer, message, "warning")
