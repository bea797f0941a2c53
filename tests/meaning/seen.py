"""What a spec says, taken apart: which operators stand on which types, which words occur. For proofs of completeness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.meaning.words import AGGREGATES

Documents = Mapping[str, Mapping[str, Any]]


def nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in a spec."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from nodes(inner)


def conditions(where: Any, source: str | None = None) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    """Every condition, with the source over whose rows it speaks (None: over contacts)."""
    for word in ("all", "any"):
        for child in where.get(word, []):
            yield from conditions(child, source)
    if "not" in where:
        yield from conditions(where["not"], source)
    yield source, where
    for step in [where, *where.get("sequence", [])]:
        inner = step.get("event") or step.get("related")
        if inner and "where" in step:
            yield from conditions(step["where"], inner)


def type_of(documents: Documents, source: str | None, name: str) -> tuple[str, str]:
    """The type of a column, with its source, as an attribute or a row's `where` names it."""
    people = next(key for key, entry in documents.items() if entry["kind"] == "contacts")
    first, *rest = name.split(".")
    start = source or people
    if source is None and rest and first not in documents[people].get("lookups", {}):
        start, first, rest = first, rest[0], rest[1:]
    for following in rest:
        start, first = documents[start]["lookups"][first]["source"], following
    entry = documents[start]
    if first == entry.get("time") and first not in entry["columns"]:
        return start, "timestamp"
    return start, entry["columns"][first]["type"].split("(")[0]


def operators(documents: Documents, where: Any) -> Iterator[tuple[str, str, bool]]:
    """Every (type, operator, whether against a column) said of an attribute."""
    for source, condition in conditions(where):
        if "attribute" in condition:
            ((operator, wanted),) = [(key, value) for key, value in condition.items() if key != "attribute"]
            against = isinstance(wanted, Mapping) and bool({"attribute", "contact"} & wanted.keys())
            yield type_of(documents, source, condition["attribute"])[1], operator, against


def aggregates(documents: Documents, where: Any) -> Iterator[tuple[str, str, str]]:
    """Every (aggregate, type of its column, operator), those under `having` too."""
    for _, condition in conditions(where):
        source = condition.get("event") or condition.get("related")
        for part in (condition, condition.get("having", {})):
            for word in AGGREGATES:
                if source and word in part:
                    of = part[word].get("of")
                    kind = type_of(documents, source, of)[1] if of else "rows"
                    yield from ((word, kind, key) for key in part[word] if key != "of")
