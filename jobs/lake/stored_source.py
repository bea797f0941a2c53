"""A source as the lake keeps it: which columns its stored rows have, and how each of them was read.

Whoever works with rows that lie in the lake asks here; how rows are delivered is the intake's.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from jobs.catalog.model import Catalog, Column, Source
from jobs.catalog.row_rules import FOLDED_KEY, KEY
from jobs.catalog.values import arrow_schema
from jobs.catalog.values.layout import CONTACT_ID, DELETED, PROBLEMS
from jobs.language.bound import operands

READERS = {"jsonl": "jsonl, numbers as they are written"}
"""What a form is called here once values of the same files have become others, so that all is read anew."""


@dataclass(frozen=True)
class StoredSource:
    """One source of a catalog; `account_zone` is that of timestamps whose source names none. Goes to workers whole."""

    catalog: Catalog
    source: Source
    account_zone: str

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of `sources/<source>`, the delivery's number apart."""
        whole = arrow_schema(self.source, self.catalog)
        return whole.remove(whole.get_field_index(PROBLEMS))

    @cached_property
    def readings(self) -> dict[str, str]:
        """For each stored column a hash of how its values are read: type, name in the data, zone, `written`, arithmetic."""
        return {name: self._reading(name) for name in self.schema.names}

    @property
    def needed(self) -> frozenset[str]:
        """The stored columns without which nobody knows whose rows these are, of when, or which replaces which."""
        own = {self.source.time, KEY, FOLDED_KEY}
        own |= {CONTACT_ID} if self.source.contact else set()
        own |= {DELETED} if self.source.delivery == "changes" else set()
        return frozenset(own & set(self.schema.names))

    def _reading(self, name: str) -> str:
        keys = {column.name: column for column in self.source.key_columns}
        column = self.source.column(name) or keys.get(name)
        origin = self.catalog.origin_of(self.source)
        form = origin.form if origin else ""
        parts: list[object] = [str(self.schema.field(name).type), READERS.get(form, form)]
        if name in (KEY, FOLDED_KEY):
            parts += [name, *([part.type.fold, *self._parts(part)] for part in keys.values())]
        else:
            parts += [self.source.contact, *self._said(name)] if column is None else self._parts(column)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    def _said(self, name: str) -> list[object]:
        """How the texts of the contact or the flag are written, where the catalog says so."""
        column = self.source.deleted_column if name == DELETED else self.source.contact_column
        return [] if column is None or column.written.is_default else [str(column.written)]

    def _parts(self, column: Column) -> list[object]:
        """What a column's values depend on; of a derived one that is also what its operands depend on."""
        zone = (self.source.time_zone or self.account_zone) if column.type.name == "timestamp" else ""
        parts: list[object] = [str(column.type), column.raw, column.latitude, column.longitude, zone]
        if column.derive is None:
            return [*parts, None, *([] if column.written.is_default else [str(column.written)])]
        names = sorted({name for name in operands(column.derive.value) if self.source.column(name) is not None})
        return [*parts, str(column.derive.value), [self._reading(name) for name in names]]
