"""Which files of a folder are whose rows, and which files and rows are nobody's: a slip in a file's name is told, not read
as no rows; rows that name nobody are told, and refused where none of a file's names a contact."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Catalog, Files, Format, Source
from jobs.catalog.row_rules import Belonging
from jobs.errors import Problem, visible
from jobs.kernel.lookups import lookup_paths
from jobs.plan.run_plan import Plan

ENDINGS: dict[str, Format] = {
    ".csv": "csv", ".jsonl": "jsonl", ".parquet": "parquet", ".csv.gz": "csv", ".jsonl.gz": "jsonl",
}  # fmt: skip
_PARTS = re.compile(r"(\{date\}|\*|\?)")
SHOWN = 10
"""Names in one warning."""


def files_of(data: Path, source: Source) -> list[tuple[Path, Format]]:
    """The files with a source's rows, under every ending there is; more than one are too many."""
    paths: list[tuple[Path, Format]] = [
        (data / f"{source.rows_of}{ending}", format_) for ending, format_ in ENDINGS.items()
    ]
    return [file for file in paths if file[0].exists()]


def file_names(source: Source) -> list[str]:
    """What the file with a source's rows may be called."""
    return [f"{source.rows_of}{ending}" for ending in ENDINGS]


def as_delivered(data: Path, source: Source) -> str:
    """The end of a message that a source has no file: one lies there as it is delivered, and has to be called otherwise."""
    origin = source.origin
    if not isinstance(origin, Files):
        return ""
    words = (
        ".*" if part in ("{date}", "*") else "." if part == "?" else re.escape(part)
        for part in _PARTS.split(origin.path)
    )
    pattern = re.compile("".join(words).rpartition("/")[2])
    lying = [path.name for path in visible_files(data) if pattern.fullmatch(path.name)]
    if not lying:
        return ""
    ending = next((ending for ending in sorted(ENDINGS, key=len, reverse=True) if lying[-1].endswith(ending)), "")
    return (
        f". {visible(lying[-1])} is one as it is delivered: `try` reads one file of each source, a link to it called "
        f"{source.rows_of}{ending or '.' + origin.format}, say"
    )


def missing_files(plan: Plan, data: Path) -> list[Problem]:
    """A warning for every source that a segment reaches and that has no file, and one of what was left unread beside."""
    reached = {*plan.columns, *lookup_paths(plan.catalog, plan.columns)}
    sources = {plan.catalog.sources[name].rows_of: plan.catalog.sources[name] for name in sorted(reached)}
    without = [source for source in sources.values() if not files_of(data, source)]
    messages = [
        f"found no file of {source.rows_of}, so it is read as without rows; looked for {', '.join(file_names(source))}"
        f"{as_delivered(data, source)}"
        for source in without
    ]
    unread = _unread(data, plan.catalog)
    if without and unread:
        messages.append(f"left unread, as they are no source's of the catalog: {_listed(unread)}")
    return [Problem(str(data), "", message, "warning") for message in messages]


def _unread(data: Path, catalog: Catalog) -> list[Path]:
    names = {name for source in catalog.sources.values() if not source.is_computed for name in file_names(source)}
    return [path for path in visible_files(data) if path.name not in names]


def visible_files(folder: Path) -> list[Path]:
    """The regular files of a folder by name; none where it is not there. Hidden ones are nobody's business."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "_")))


def unread_lists(folder: Path, unread: Iterable[Path]) -> list[Problem]:
    """A warning of the files among contact lists that are none by their names."""
    names = list(unread)
    if not names:
        return []
    message = f"left unread, expected <name>.csv or <name>@<yyyy-mm-dd>.csv: {_listed(names)}"
    return [Problem(str(folder), "", message, "warning")]


def _listed(paths: list[Path]) -> str:
    names = ", ".join(visible(path.name) for path in paths[:SHOWN])
    return names if len(paths) <= SHOWN else f"{names} and {len(paths) - SHOWN} more"


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
