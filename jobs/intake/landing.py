"""What lies under the landing folder: the files of each source, gathered into deliveries.

A delivery is all files of one label: the date in their names where `path` holds `{date}`, else the path itself. Its id is
SHA-256 of its bytes. Nothing here looks at a modification time, and nothing is decided: only what has arrived is said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from pyarrow import fs

from jobs.catalog.model import Files
from jobs.errors import Unreachable
from jobs.lake.places import filesystem

DATE = r"(?P<date>\d{4}-\d{2}-\d{2}|\d{8})"
READ_AT_ONCE = 1 << 22


@dataclass(frozen=True)
class Arrival:
    """A whole delivery as it lies there. `files` are paths under landing, sorted, `sizes` theirs in bytes."""

    label: str
    files: tuple[str, ...]
    content_hash: str
    dated: bool
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Waiting:
    """One file to parse, and the delivery it belongs to. `path` is under landing."""

    delivery_no: int
    path: str
    size: int


@dataclass(frozen=True)
class Landed:
    """What landing holds for one source: `arrived` by label, and `waiting` labels with what they wait for."""

    arrived: tuple[Arrival, ...]
    waiting: tuple[tuple[str, str], ...] = ()


def look(landing: str, files: Files) -> Landed:
    """Every delivery of one source under landing, whole ones apart from those that wait for more files."""
    system, root = filesystem(landing)
    listed = _listed(system, root, files.path)
    groups, odd = _by_label(listed, files.path)
    names = {path for path, _ in listed}
    waiting = {label: why for label, group in groups.items() if (why := _missing(label, group, files, names))}
    whole = {label: group for label, group in groups.items() if label not in waiting}
    sizes = dict(listed)
    dated = "{date}" in files.path
    arrived = tuple(
        Arrival(label, tuple(group), content_hash(system, root, group), dated, tuple(sizes[path] for path in group))
        for label, group in sorted(whole.items())
    )
    return Landed(
        arrived, tuple(sorted([*waiting.items(), *((path, "a day in its name; this is none") for path in odd)]))
    )


def content_hash(system: fs.FileSystem, root: str, files: Iterable[str]) -> str:
    """SHA-256 of a delivery's bytes: of the file, or, of several, of their hashes in order of path."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        hashes = list(pool.map(lambda path: _sha256(system, f"{root}/{path}"), files))
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _sha256(system: fs.FileSystem, path: str) -> str:
    digest = hashlib.sha256()
    with system.open_input_stream(path, compression=None) as stream:
        while block := stream.read(READ_AT_ONCE):
            digest.update(block)
    return digest.hexdigest()


def _listed(system: fs.FileSystem, root: str, pattern: str) -> list[tuple[str, int]]:
    """(path under landing, size) of every file in the part of the folder that the pattern can reach."""
    start = "/".join(_fixed_folders(pattern))
    folder = f"{root}/{start}".rstrip("/")
    try:
        found = system.get_file_info(fs.FileSelector(folder, recursive=True, allow_not_found=True))
    except OSError as error:
        raise Unreachable(
            f"{folder}: landing cannot be read ({error}). Check the folder, or set MUSTER_LANDING; then run the step again."
        ) from error
    inside = len(root.rstrip("/")) + 1
    return sorted((info.path[inside:], info.size) for info in found if info.type == fs.FileType.File)


def _fixed_folders(pattern: str) -> list[str]:
    parts = pattern.split("/")[:-1]
    fixed = [index for index, part in enumerate(parts) if re.search(r"[*?{\[]", part)]
    return parts[: fixed[0]] if fixed else parts


def _by_label(listed: list[tuple[str, int]], pattern: str) -> tuple[dict[str, list[str]], list[str]]:
    """Files by label, and those whose day is none. Empty files and names with `_`, `.` or `.tmp` are still being written."""
    matcher = _matcher(pattern)
    groups: dict[str, list[str]] = {}
    odd: list[str] = []
    for path, size in listed:
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
    """The day as YYYY-MM-DD, the path where the pattern has no day, "" for a number that is no day."""
    written = match.groupdict().get("date")
    if written is None:
        return path
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return ""


def _unfinished(path: str) -> bool:
    return path.endswith(".tmp") or any(part.startswith(("_", ".")) for part in path.split("/"))


def _missing(label: str, group: list[str], files: Files, names: set[str]) -> str:
    """What a delivery waits for, "" when it is whole."""
    if files.marker:
        folder = group[0].rpartition("/")[0]
        marker = files.marker.replace("{date}", label)
        if (f"{folder}/{marker}" if folder else marker) not in names:
            return f"the file {marker} beside it"
    if files.count and len(group) < files.count:
        return f"{files.count - len(group)} more of {files.count} files"
    return ""
