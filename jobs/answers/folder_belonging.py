"""Rows and lists of a folder that name nobody: told, and refused where none of a file's names a contact."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Source
from jobs.catalog.row_rules import Belonging
from jobs.errors import Problem


@dataclass(frozen=True)
class ToldRows:
    """Whose the rows of one file are. `source` None: it is a contact list."""

    path: str
    belonging: Belonging
    source: Source | None = None

    @property
    def complaints(self) -> list[Problem]:
        """What stops the run."""
        complaint = self.belonging.complaint(self.source)
        return [Problem(self.path, "", complaint)] if complaint else []

    @property
    def remarks(self) -> list[Problem]:
        """What is only told."""
        remark = self.belonging.remark
        return [Problem(self.path, "", remark, "warning")] if remark and not self.complaints else []


def belonging_of(ids: pa.ChunkedArray | pa.Array | None, contacts: pa.ChunkedArray, noun: str = "row") -> Belonging:
    """Whose these ids are, null being none. None: there are no rows."""
    if ids is None:
        return Belonging(0, 0, 0, noun)
    named = pc.sum(pc.is_in(ids, value_set=contacts.drop_null())).as_py() or 0
    return Belonging(len(ids), ids.null_count, len(ids) - ids.null_count - named, noun)
