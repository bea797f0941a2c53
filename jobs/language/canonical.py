"""One form for all spellings of a meaning, and its hash.

Children of `all` and `any` are sorted and each is taken once; key order, spacing, the place of a value in a list and the
spelling of a number (5, 5.0) are gone already in the atoms. Types are left out, so that a new value of a choice in the
catalog changes no hash; a computed column stands by its name, because the catalog is hashed on its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from json.encoder import encode_basestring_ascii
from typing import cast

from jobs.language.atoms import AllOf, AnyOf, Computed, Formula, Meaning, NotOf
from jobs.language.intervals import plain
from jobs.syntax.literals import Moment


def fingerprint(meaning: Meaning) -> str:
    """SHA-256 of what a segment means, its id left out."""
    parts = (meaning.base, meaning.where, meaning.keep)
    return hashlib.sha256(canonical(parts).encode("ascii")).hexdigest()


def canonical(part: object) -> str:
    """JSON, equal just when the meanings are written alike."""
    match part:
        case None:
            return "null"
        case str():
            return encode_basestring_ascii(part)
        case bool():
            return "true" if part else "false"
        case int() | Decimal():
            return f'["number","{plain(part)}"]'
        case float():
            return f'["double","{part!r}"]'
        case tuple():
            return _list(canonical(inner) for inner in cast("tuple[object, ...]", part))
        case frozenset():
            return _list(sorted(canonical(inner) for inner in cast("frozenset[object]", part)))
        case AllOf() | AnyOf():
            return _several(part)
        case Computed(source, column):
            return f'["Computed","{source}","{column}"]'
        case Moment(local, offset):
            return f'["Moment","{(local - (offset or timedelta(0))).isoformat()}",{canonical(offset is not None)}]'
        case date():
            return f'["date","{part.isoformat()}"]'
        case _:
            inside = ",".join(canonical(getattr(part, name)) for name in _names(type(part)))
            return f'["{type(part).__name__}"{"," if inside else ""}{inside}]'


def _list(written: object) -> str:
    return f"[{','.join(cast('list[str]', written))}]"


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name != "type")


def _several(part: AllOf | AnyOf) -> str:
    """`all` of `all` is one `all`; of one condition it is that condition."""
    conditions: set[str] = set()
    waiting: list[Formula] = list(part.children)
    while waiting:
        child = waiting.pop()
        if isinstance(child, type(part)):
            waiting += child.children
        # Not of not is the same in three values too, so it may not make two specs of one.
        elif isinstance(child, NotOf) and isinstance(child.child, NotOf):
            waiting.append(child.child.child)
        else:
            conditions.add(canonical(child))
    if len(conditions) == 1:
        return conditions.pop()
    return f'["{type(part).__name__}",{",".join(sorted(conditions))}]'
