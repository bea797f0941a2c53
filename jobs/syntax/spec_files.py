"""Which files are specs, and how one is opened: regular files only, small ones only, always in the same order.

`<folder>/<sub-folder>/<id>.json` and nothing else. Links, pipes and devices are reported and never
opened: a link may lead out of the reviewed folder, a pipe may never end. Reading one file never touches another.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import visible
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.strict_json import read_json
from jobs.syntax.strict_text import FILE_LIMIT, too_large

NOT_SPECS = ("schema.json",)
NOT_SPEC_ENDING = ".tests.json"
NOT_SPEC_FOLDER = "templates"


@dataclass(frozen=True)
class SpecFile:
    """A file to read as a spec. `shown_as` is its name in messages, `id` the id that it must hold."""

    path: Path
    shown_as: str

    @property
    def id(self) -> str:
        return self.path.name.removesuffix(".json")


def spec_files(folder: Path, problems: Problems) -> Iterator[SpecFile]:
    """The specs of a folder of sub-folders, by sub-folder and name in code point order; nothing is opened yet.

    Links and special files where a spec could be are errors; a JSON file on another level, which no run would ever
    read, is a warning.
    """
    for entry in _entries(folder, problems):
        shown_as = _shown(entry.path)
        if _is_folder(entry):
            if entry.name != NOT_SPEC_FOLDER:
                yield from _sub_folder(Path(entry.path), problems)
        elif _is_link_to_folder(entry):
            problems.add_file(shown_as, "found a link, expected a real folder; links are not followed")
        elif _could_be_spec(entry.name):
            problems.add_file(shown_as, f"found outside a sub-folder, expected {folder.name}/<sub-folder>/<id>.json; "
                                        "it is not read as a spec", "warning")  # fmt: skip


def chosen_files(paths: Iterable[Path], problems: Problems) -> Iterator[SpecFile]:
    """The specs that a person named: files, sub-folders, or whole folders of sub-folders, in the order given, once each.

    Files that are no specs (`*.tests.json`, `schema.json`) are passed over in silence: `*/*.json` names them too.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _chosen(path, problems):
            if file.path not in seen:
                seen.add(file.path)
                yield file


def read_spec_file(path: Path, shown_as: str, problems: Problems) -> Node | None:
    """The tree of one file; None and a problem when it is no regular, small, readable JSON file."""
    data = read_small_file(path, shown_as, problems)
    return None if data is None else read_json(data, shown_as, problems)


def read_small_file(path: Path, shown_as: str, problems: Problems) -> bytes | None:
    """The bytes of a regular file of at most 256 KiB; of any other nothing is read, and the problem says why."""
    try:
        # O_NONBLOCK: opening a pipe that took the file's place a moment ago must not wait for a writer.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        problems.add_file(shown_as, _why_not(path, error))
        return None
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            wrong = f"found {_special(about.st_mode)}, expected a regular file"
        else:
            wrong = too_large(about.st_size)
        if wrong is None:
            with os.fdopen(handle, "rb", closefd=False) as opened:
                return opened.read(FILE_LIMIT + 1)  # one more than allowed: a file that grew meanwhile is refused
    finally:
        os.close(handle)
    problems.add_file(shown_as, wrong)
    return None


def _chosen(path: Path, problems: Problems) -> Iterator[SpecFile]:
    shown_as = _shown(path)
    if path.is_symlink():
        problems.add_file(shown_as, "found a link, expected a regular file or folder; links are not followed")
    elif path.is_dir():
        whole = any(_is_folder(entry) for entry in _entries(path, Problems()))
        yield from spec_files(path, problems) if whole else _sub_folder(path, problems)
    elif not path.exists():
        problems.add_file(shown_as, "found nothing of this name, expected a spec file or a folder of them")
    elif not path.is_file():
        problems.add_file(shown_as, f"found {_special(path.stat().st_mode)}, expected a regular file")
    elif _could_be_spec(path.name) or not path.name.lower().endswith(".json"):
        yield SpecFile(path, shown_as)


def _sub_folder(folder: Path, problems: Problems) -> Iterator[SpecFile]:
    for entry in _entries(folder, problems):
        shown_as = _shown(entry.path)
        if _is_folder(entry):
            for deeper in _entries(Path(entry.path), problems):
                if _could_be_spec(deeper.name):
                    problems.add_file(_shown(deeper.path), "found two folders deep, expected one; "
                                      "it is not read as a spec", "warning")  # fmt: skip
        elif entry.is_symlink() and (_could_be_spec(entry.name) or _is_link_to_folder(entry)):
            problems.add_file(shown_as, "found a link, expected a regular file; links are not followed")
        elif not _could_be_spec(entry.name):
            continue
        elif not entry.is_file(follow_symlinks=False):
            mode = entry.stat(follow_symlinks=False).st_mode
            problems.add_file(shown_as, f"found {_special(mode)}, expected a regular file")
        elif not entry.name.endswith(".json"):
            problems.add_file(shown_as, 'found another ending, expected ".json" in small letters; '
                              "it is not read as a spec", "warning")  # fmt: skip
        else:
            yield SpecFile(Path(entry.path), shown_as)


def _entries(folder: Path, problems: Problems) -> list[os.DirEntry[str]]:
    """What lies in a folder, hidden names left out, by name in code point order."""
    try:
        with os.scandir(folder) as listing:
            return sorted((entry for entry in listing if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        problems.add_file(_shown(folder), f"found no folder that can be read ({error.strerror}), expected one")
        return []


def _could_be_spec(name: str) -> bool:
    low = name.lower()
    return low.endswith(".json") and not low.endswith(NOT_SPEC_ENDING) and low not in NOT_SPECS


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _is_link_to_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and Path(entry.path).is_dir()


def _shown(path: Path | str) -> str:
    return visible(str(path))


def _special(mode: int) -> str:
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
             stat.S_IFDIR: "a folder", stat.S_IFLNK: "a link"}  # fmt: skip
    return kinds.get(stat.S_IFMT(mode), "a special file")


def _why_not(path: Path, error: OSError) -> str:
    if path.is_symlink():
        return "found a link, expected a regular file; links are not followed"
    if isinstance(error, FileNotFoundError):
        return "found nothing of this name, expected a file"
    return f"found a file that cannot be read ({error.strerror}), expected one that can"
