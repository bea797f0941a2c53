"""Three values: True, False, and None for unknown (Kleene's tables)."""

from __future__ import annotations

from collections.abc import Iterable

Verdict = bool | None


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    seen = list(verdicts)
    if any(v is False for v in seen):
        return False
    return None if any(v is None for v in seen) else True


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    seen = list(verdicts)
    if any(v is True for v in seen):
        return True
    return None if any(v is None for v in seen) else False


def not_(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict
