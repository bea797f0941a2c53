"""What the workers of a run share, as one file on the lake: the program and what it needs to read tiles.

A worker loads it once, however many buckets it evaluates; a thousand segments would be a closure of megabytes for each task.
It is loaded only when it is the file that the driver wrote.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from jobs.catalog.model import Catalog
from jobs.errors import Unreachable
from jobs.evaluation.bucket_cells import BucketCells, BucketPayloads, ListRows, cells_at
from jobs.kernel.bucket import Given
from jobs.kernel.lookups import Lookups
from jobs.kernel.program import Program
from jobs.kernel.tile_bucket import TileBucket
from jobs.lake.pinned_lookups import pinned_lookups
from jobs.lake.small_files import address, folders, read_file, remove_folder, write_file
from jobs.lake.tables import IDENTITY
from jobs.language.atoms import InList, InSegment
from jobs.plan.run_plan import Plan
from jobs.runs.failures import list_key
from jobs.runs.run import Run
from jobs.runs.step_pins import IngestPin, PackPin

FOLDER = "programs"


@dataclass(frozen=True, eq=False)
class Work:
    """Everything a worker needs beside a bucket: `columns` that each source must supply, lookups flattened, and by the
    mark on its bitmaps what each list is asked for as; `cells` are where its buckets lie."""

    program: Program
    catalog: Catalog
    columns: Mapping[str, frozenset[str]]
    lookups: Lookups
    lists: Mapping[str, InList]
    cells: BucketCells


def work_of(lake: str, run: Run, plan: Plan, program: Program, members: int | Mapping[str, int]) -> Work:
    """Where the tiles and lists of a plan lie as a run pinned them, and its lookups, flattened. `members`: the run whose
    members are read beside them, or one for each segment."""
    lists = {list_key(asked): asked for asked in plan.lists}
    rows: list[ListRows] = []
    for mark, asked in lists.items():
        version = run.lists[mark]
        rows.append(ListRows(mark, asked.name, version["date"], version["version"], version["attempt"]))
    cells = cells_at(lake, run.pinned(PackPin).pack_no, sorted(plan.columns), rows, members)
    lookups = pinned_lookups(lake, plan.catalog, plan.columns, run.pinned(IngestPin).deliveries)
    return Work(program, plan.catalog, plan.columns, lookups, lists, cells)


def kernel_data(work: Work, read: BucketPayloads, decided: Iterable[str] = ()) -> TileBucket:
    """A bucket as the kernel takes it. `decided`: the segments whose members are those read with it."""
    given: dict[Given, bytes | None] = {asked: read.lists.get(mark) for mark, asked in work.lists.items()}
    given |= {InSegment(id_): read.earlier.get(id_) for id_ in decided}
    tiles = {source: payloads for source, payloads in read.tiles.items() if source != IDENTITY}
    return TileBucket(work.catalog, work.columns, read.tiles.get(IDENTITY, ()), tiles, work.lookups, given)


@dataclass(frozen=True)
class WorkFile:
    """Where a run's work lies, and the SHA-256 of its bytes, which goes to the workers with their task."""

    lake: str
    path: str
    digest: str


def keep_work(lake: str, run_no: int, work: Work) -> WorkFile:
    """Writes the file of a run; equal work has one file."""
    data = pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL)
    digest = sha256(data).hexdigest()
    file = WorkFile(lake, f"{FOLDER}/{run_no}/{digest[:16]}.bin", digest)
    write_file(lake, file.path, data)
    return file


@lru_cache(maxsize=1)
def load_work(file: WorkFile) -> Work:
    """The work of a run, read once a process; `Unreachable` when the bytes are not those that the driver wrote.

    To unpickle is to run what stands in the file, and more people may write the lake than may say what the workers do: so
    the bytes are copied, not mapped, checked, and only then loaded.
    """
    data = read_file(file.lake, file.path)
    digest = sha256(data).hexdigest()
    if digest != file.digest:
        raise Unreachable(
            f"{address(file.lake, file.path)}: found a file of SHA-256 {digest[:16]}…, expected the one that this run "
            f"wrote, {file.digest[:16]}…. Nothing of it was loaded. Find out who else writes into the lake; then run "
            "`evaluate` again, which writes it anew."
        )
    return pickle.loads(data)  # noqa: S301 - the bytes are those that the driver wrote


def forget_work(lake: str, runs: Iterable[int]) -> None:
    """Removes the files of these runs."""
    for name in set(folders(lake, FOLDER)) & {str(run_no) for run_no in runs}:
        remove_folder(lake, f"{FOLDER}/{name}")
