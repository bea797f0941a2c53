"""A spec that two voices answer differently, made smaller while they still differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.random.specs import Spec


def shrunk(spec: Spec, differs: Callable[[Spec], bool], tries: int = 400) -> Spec:
    """The smallest spec found that still differs; `differs` is False for one that is refused."""
    for _ in range(tries):
        smaller = next((one for one in candidates(spec) if differs(one)), None)
        if smaller is None:
            return spec
        spec = smaller
    return spec


def candidates(spec: Spec) -> Iterator[Spec]:
    """The spec with one thing less."""
    for key in ("keep", "from"):
        if key in spec:
            yield {name: value for name, value in spec.items() if name != key}
    for where in _smaller(spec["where"]):
        yield {**spec, "where": where}


def _smaller(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from _without_a_part(value)
        for key, inner in value.items():
            for less in _smaller(inner):
                yield {**value, key: less}
    elif isinstance(value, list):
        if len(value) > 1:
            for place in range(len(value)):
                yield value[:place] + value[place + 1 :]
        for place, inner in enumerate(value):
            for less in _smaller(inner):
                yield [*value[:place], less, *value[place + 1 :]]


PARTS = ("where", "within", "having", "per", "same", "after_at_most", "absent", "count")


def _without_a_part(value: dict[str, Any]) -> Iterator[Any]:
    """A child in place of its parent; the object without one of its optional keys."""
    for key, inner in value.items():
        if key in ("all", "any"):
            yield from inner
        if key == "not":
            yield inner
        if key in PARTS:
            yield {name: other for name, other in value.items() if name != key}
