"""One form for all spellings of a meaning, and its hash.

Children of `all` and `any` are sorted and each is taken once; key order, spacing, the place of a value in a list and the
spelling of a number (5, 5.0) are gone already in the atoms. Types are left out, so that a new value of a choice in the
catalog changes no hash; a computed column stands by its name, because the catalog is hashed on its own.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from jobs.language.atoms import AllOf, AnyOf, Computed, Formula, Meaning, NotOf
from jobs.syntax.literals import Moment


def fingerprint(meaning: Meaning) -> str:
    """SHA-256 of what a segment means, its id left out."""
    parts = [canonical(meaning.base), canonical(meaning.where), canonical(meaning.keep)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def canonical(part: object) -> Any:
    """Lists and texts that are equal just when the meanings are written alike."""
    match part:
        case AllOf() | AnyOf():
            return _several(part)
        case Computed():
            return ["computed", part.source, part.column]
        case Moment(local, offset):
            return ["moment", (local - (offset or timedelta(0))).isoformat(), offset is not None]
        case bool() | str() | None:
            return part
        case int() | Decimal() | float():
            return ["number", str(Fraction(part))]
        case date():
            return ["date", part.isoformat()]
        case tuple():
            return [canonical(inner) for inner in cast("tuple[object, ...]", part)]
        case frozenset():
            return sorted((canonical(inner) for inner in cast("frozenset[object]", part)), key=json.dumps)
        case _:
            assert is_dataclass(part)
            named = [field.name for field in fields(part) if field.name != "type"]
            return [type(part).__name__, *(canonical(getattr(part, name)) for name in named)]


def _several(part: AllOf | AnyOf) -> Any:
    """`all` of `all` is one `all`; of one condition it is that condition."""
    flat: dict[str, Any] = {}
    waiting: list[Formula] = list(part.children)
    while waiting:
        child = waiting.pop()
        if isinstance(child, type(part)):
            waiting += child.children
        elif isinstance(child, NotOf) and isinstance(child.child, NotOf):
            waiting.append(child.child.child)
        else:
            written = canonical(child)
            flat[json.dumps(written)] = written
    if len(flat) == 1:
        return next(iter(flat.values()))
    return [type(part).__name__, *(flat[key] for key in sorted(flat))]
