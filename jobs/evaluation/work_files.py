"""What the workers of a run share, as one file on the lake: the program and what it needs to read tiles.

A worker loads it once, however many buckets it evaluates; a thousand segments would be a closure of megabytes for each task.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import pyarrow as pa

from jobs.catalog.model import Catalog
from jobs.kernel.lookups import Lookups
from jobs.kernel.program import Program
from jobs.lake.places import filesystem
from jobs.lake.small_files import address, folders, remove_folder, write_once
from jobs.language.atoms import InList

FOLDER = "programs"


@dataclass(frozen=True, eq=False)
class Work:
    """Everything a worker needs beside a bucket: `columns` that each source must supply, lookups flattened, and by the
    mark on its bitmaps what each list is asked for as."""

    program: Program
    catalog: Catalog
    columns: Mapping[str, frozenset[str]]
    lookups: Lookups
    lists: Mapping[str, InList]


def keep_work(lake: str, run_no: int, work: Work) -> str:
    """Writes the file of a run and gives its address; equal work has one file."""
    data = pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL)
    path = f"{FOLDER}/{run_no}/{sha256(data).hexdigest()[:16]}.bin"
    write_once(lake, path, data)
    return address(lake, path)


@lru_cache(maxsize=1)
def load_work(address: str) -> Work:
    """The work of a run, read once a process; on a local disk it is mapped, not copied."""
    system, path = filesystem(address)
    if isinstance(system, pa.fs.LocalFileSystem):
        with pa.memory_map(path) as mapped:
            return pickle.loads(mapped.read_buffer())  # noqa: S301 - our own file, in our own lake
    with system.open_input_file(path) as file:
        return pickle.loads(file.read_buffer())  # noqa: S301


def forget_work(lake: str, before: int) -> None:
    """Removes the files of runs with smaller numbers, which nobody evaluates any more."""
    for name in folders(lake, FOLDER):
        if name.isdigit() and int(name) < before:
            remove_folder(lake, f"{FOLDER}/{name}")
