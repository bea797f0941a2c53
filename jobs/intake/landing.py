"""Rows that come in as files: what lies under the landing folder, gathered into deliveries, and the rows of one file.

A delivery is all files of one label: the date in their names where `path` holds `{date}`, else the path itself. Its id is
SHA-256 of its bytes. Nothing here looks at a modification time, and nothing is decided: only what has arrived is said. A
file that changes while it is read has not arrived.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import BinaryIO, assert_never

import pyarrow as pa
from pyarrow import fs

from jobs.catalog.model import Files, Format
from jobs.catalog.values import FileNotes, FileStretch, read_batches, remarks_on
from jobs.catalog.values.file_stretches import row_ends
from jobs.catalog.values.parquet_files import row_groups
from jobs.errors import DataError, Unreachable, visible
from jobs.intake.inlet import Arrival, Landed, Part, StillChanging
from jobs.lake.places import filesystem, open_file
from jobs.lake.stored_source import StoredSource

DATE = r"(?P<date>\d{4}-\d{2}-\d{2}|\d{8})"
UNDECODED = re.compile("[\udc80-\udcff]")
"""How Python keeps the bytes of a name that are no UTF-8. Nothing else here can keep such a name."""
READ_AT_ONCE = 1 << 22
PIECE_BYTES = 1 << 25
"""A larger file is cut into pieces of about this size, where that can be done."""


@dataclass(frozen=True)
class LandedFiles:
    """The files under `landing` that a source's origin names."""

    landing: str
    files: Files

    def arrived(self) -> Landed:
        system, root = filesystem(self.landing)
        sizes = _listed(system, root, self.files.path)
        groups, odd = _by_label(sizes, self.files.path)
        waiting = {label: why for label, group in groups.items() if (why := _missing(label, group, self.files, sizes))}
        waiting |= {visible(path): "a day in its name; this is none" for path in odd}
        arrived: list[Arrival] = []
        for label in sorted(groups.keys() - waiting.keys()):
            try:
                parts = _parts(system, root, {path: sizes[path] for path in groups[label]})
            except StillChanging as changing:
                waiting[label] = str(changing)
            else:
                arrived.append(Arrival(label, parts, _content(parts), self.files.dated, _unfit(parts, self.files)))
        return Landed(tuple(arrived), tuple(sorted(waiting.items())))

    def check_sent(self) -> None:
        """Workers read as this process does."""

    def pieces(self, part: Part) -> Sequence[Part]:
        """A large Parquet file by its row groups, one of text by its rows: of CSV all quotes are counted for that. A packed
        file is read in order or not at all, and so is one whose line ends cannot be seen before it is decoded."""
        if part.size <= PIECE_BYTES or part.name.endswith(".gz") or not self.files.csv.can_be_cut:
            return [part]
        try:
            with open_file(self.landing, part.name) as file:
                return _pieces(part, self.files.format, file)
        except (OSError, DataError):  # whoever reads it says what is wrong
            return [part]

    def batches(self, stored: StoredSource, part: Part, notes: FileNotes) -> Iterator[pa.RecordBatch]:
        """The file is looked at again once it is read: half a file must neither be taken nor refused."""
        try:
            yield from self._rows(stored, part, notes)
        except (DataError, Unreachable):
            self.check(part)
            raise
        if not part.is_piece:
            self.check(part)

    def _rows(self, stored: StoredSource, part: Part, notes: FileNotes) -> Iterator[pa.RecordBatch]:
        with _reading(self.landing, part.name):
            file = open_file(self.landing, part.name)
        with file:
            source, zone = stored.source, stored.account_zone
            form = self.files.format
            piece = None if part.end is None else FileStretch(part.first, part.end)
            yield from read_batches(source, stored.catalog, part.shown, form, zone, file=file, notes=notes, piece=piece)

    def remarks(self, stored: StoredSource, part: Part, keys: Collection[str]) -> list[str]:
        return remarks_on(stored.source, part.shown, self.files.format, keys)

    def check(self, part: Part) -> None:
        """Its bytes are hashed again."""
        system, root = filesystem(self.landing)
        if _part(system, root, part.name, part.size).content != part.content:
            raise _changing(part.name)


def _pieces(part: Part, form: Format, file: BinaryIO) -> list[Part]:
    match form:
        case "parquet":
            return row_group_pieces(part, row_groups(file))
        case "csv" | "jsonl":
            ends = [*(end for end in row_ends(form, file, PIECE_BYTES) if end < part.size), part.size]
            cuts = list(pairwise([0, *ends]))
            return (
                [replace(part, first=first, end=end, own=end - first) for first, end in cuts]
                if len(cuts) > 1
                else [part]
            )
        case _:
            assert_never(form)


def row_group_pieces(part: Part, groups: Sequence[int]) -> list[Part]:
    """Pieces of about `PIECE_BYTES` each. `groups`: the rows of each row group."""
    rows = max(sum(groups), 1)
    pieces: list[Part] = []
    first, taken = 0, 0
    for end, count in enumerate(groups, 1):
        taken += count
        own = part.size * taken // rows
        if own >= PIECE_BYTES or end == len(groups):
            pieces.append(replace(part, first=first, end=end, own=own))
            first, taken = end, 0
    return pieces if len(pieces) > 1 else [part]


def _parts(system: fs.FileSystem, root: str, sizes: dict[str, int]) -> tuple[Part, ...]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        return tuple(pool.map(lambda path: _part(system, root, path, sizes[path]), sizes))


def _part(system: fs.FileSystem, root: str, path: str, size: int) -> Part:
    """The file as it is now; `StillChanging` unless it has the size that it was seen with."""
    digest, length = hashlib.sha256(), 0
    with _reading(root, path), system.open_input_stream(f"{root.rstrip('/')}/{path}", compression=None) as stream:
        while length <= size and (
            block := stream.read(READ_AT_ONCE)
        ):  # one that grows as fast as it is read has no end
            digest.update(block)
            length += len(block)
    if length != size:
        raise _changing(path)
    return Part(path, size, digest.hexdigest())


def _content(parts: Sequence[Part]) -> str:
    """SHA-256 of a delivery's bytes: of the file, or, of several, of their hashes in order of path."""
    hashes = [part.content for part in parts]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()


@contextmanager
def _reading(root: str, path: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise StillChanging(f"{visible(path)}, which was taken away while it was looked at") from error
    except OSError as error:
        raise Unreachable(
            f"{visible(f'{root}/{path}')}: the file cannot be read ({error.strerror or type(error).__name__}). "
            "Check the store and who may read it; then run the step again."
        ) from error


def _changing(path: str) -> StillChanging:
    return StillChanging(f"{visible(path)} to stay as it is: it changed while it was read")


def _listed(system: fs.FileSystem, root: str, pattern: str) -> dict[str, int]:
    """Path under landing and size of every file in the part of the folder that the pattern can reach, in order of path."""
    start = "/".join(_fixed_folders(pattern))
    folder = f"{root}/{start}".rstrip("/")
    try:
        listed = system.get_file_info(fs.FileSelector(folder, recursive=True, allow_not_found=True))
    except OSError as error:
        raise Unreachable(
            f"{visible(folder)}: landing cannot be read ({visible(str(error))}). Check the folder, or set MUSTER_LANDING; "
            "then run the step again."
        ) from error
    inside = len(root.rstrip("/")) + 1
    return dict(sorted((_path(info)[inside:], info.size) for info in listed if info.type == fs.FileType.File))


def _path(info: fs.FileInfo) -> str:
    """The path; bytes in it that are no UTF-8 as Python's own file functions have them."""
    try:
        return info.path
    except UnicodeDecodeError as error:
        return os.fsdecode(error.object)


def _fixed_folders(pattern: str) -> list[str]:
    parts = pattern.split("/")[:-1]
    fixed = [index for index, part in enumerate(parts) if re.search(r"[*?{\[]", part)]
    return parts[: fixed[0]] if fixed else parts


def _by_label(sizes: dict[str, int], pattern: str) -> tuple[dict[str, list[str]], list[str]]:
    """Files by label, and those whose day is none. Empty files and names with `_`, `.` or `.tmp` are still being written."""
    matcher = _matcher(pattern)
    groups: dict[str, list[str]] = {}
    odd: list[str] = []
    for path, size in sizes.items():
        match = matcher.fullmatch(path)
        if not match or size == 0 or _unfinished(path):
            continue
        label = _label(match, path)
        if label:
            groups.setdefault(label, []).append(path)
        else:
            odd.append(path)
    return groups, odd


def _matcher(pattern: str) -> re.Pattern[str]:
    """`*` is any letters but `/`, `?` one of them; `{date}` a day, the same one wherever it stands."""
    words: list[str] = []
    for part in re.split(r"(\{date\}|\*|\?)", pattern):
        match part:
            case "{date}":
                words.append("(?P=date)" if DATE in words else DATE)
            case "*":
                words.append("[^/]*")
            case "?":
                words.append("[^/]")
            case _:
                words.append(re.escape(part))
    return re.compile("".join(words))


def _label(match: re.Match[str], path: str) -> str:
    """The day as YYYY-MM-DD, the path as it is shown where the pattern has no day, "" for a number that is no day."""
    written = match.groupdict().get("date")
    if written is None:
        return visible(path)
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return ""


def _unfinished(path: str) -> bool:
    return path.endswith(".tmp") or any(part.startswith(("_", ".")) for part in path.split("/"))


def _missing(label: str, group: list[str], files: Files, names: dict[str, int]) -> str:
    """What a delivery waits for, "" when it is whole."""
    if unnamed := [path for path in group if UNDECODED.search(path)]:
        return f"a name in UTF-8 instead of {visible(unnamed[0])}"
    if files.marker:
        folder = group[0].rpartition("/")[0]
        marker = files.marker.replace("{date}", label)
        if (f"{folder}/{marker}" if folder else marker) not in names:
            return f"the file {visible(marker)} beside it"
    if files.count and len(group) < files.count:
        return f"{files.count - len(group)} more of {files.count} files"
    return ""


def _unfit(parts: Sequence[Part], files: Files) -> str:
    """Why a delivery is refused unread, "" when it is not."""
    if files.count and len(parts) > files.count:
        return f"found {len(parts)} files, expected {files.count} (complete: files)"
    return ""
