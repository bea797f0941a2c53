"""Hashes of what a catalog says: of all of it, which a run pins, and of how one source's rows are stored.

Both are over the meaning, not the text: comments, spacing and the order of keys do not matter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

from jobs.catalog.model import Catalog, Column, Source
from jobs.catalog.reading import read_catalog
from jobs.syntax.nodes import Node

PAYLOAD_FORMAT = 1
"""Version of the layout of a tile's payload; a new one stores every source anew."""


def catalog_hash(catalog: Catalog | Path) -> str:
    """SHA-256 of a catalog, or of the one in a folder: equal for catalogs that say the same, the words for people too."""
    read = read_catalog(catalog) if isinstance(catalog, Path) else catalog
    return _hash({name: _plain(source) for name, source in read.sources.items()})


def encoding_of(source: Source, catalog: Catalog, account_zone: str = "") -> str:
    """16 hex digits of how a source's rows are parsed and packed: with another encoding, tiles are no longer readable.

    Of each column type, scale, fold, name in the data, zone and derive; not the catalog's `values`, `unit`
    or `meaning`, nor the source's gates. `account_zone` counts where a source reads local times and names no zone.
    """
    assert source.name in catalog.sources
    said = {
        "payload": PAYLOAD_FORMAT,
        "contact": source.raw_name(source.contact) if source.contact else "",
        "time": source.time,
        "raw": {name: source.raw_name(name) for name in source.raw_texts},
        "columns": {column.name: _encoding(column, source, account_zone) for column in _stored(source)},
    }
    return _hash(said)[:16]


def _stored(source: Source) -> list[Column]:
    time = source.column(source.time) if source.time and source.time not in source.columns else None
    return [*source.columns.values(), *([] if time is None else [time])]


def _encoding(column: Column, source: Source, account_zone: str) -> list[object]:
    zone = (source.time_zone or account_zone) if column.type.name == "timestamp" else ""
    names = [column.raw, column.latitude, column.longitude]
    derive = None if column.derive is None else column.derive.value
    return [str(column.type), column.type.fold, names, zone, _plain(derive)]


def _hash(said: object) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    """A value as JSON can write it, numbers told apart from texts. The name of the file it stands in is left out."""
    match value:
        case Node():
            return _plain(value.value)
        case Mapping():
            return {str(key): _plain(one) for key, one in cast("Mapping[object, object]", value).items()}
        case list() | tuple():
            return [_plain(one) for one in cast("Sequence[object]", value)]
        case Decimal():
            return {"decimal": str(value)}
        case _ if is_dataclass(value):
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.name != "file"}
        case _:
            return value
