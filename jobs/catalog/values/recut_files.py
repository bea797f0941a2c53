"""A file that is not cut as the catalog says, read once more as it would be: one message then says all there is to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa

from jobs.catalog.model import Source
from jobs.catalog.values.csv_files import csv_cells
from jobs.catalog.values.file_faults import Miscut
from jobs.catalog.values.layout import PROBLEMS
from jobs.catalog.values.proposals import Trials
from jobs.catalog.values.settled_rows import value_problems
from jobs.catalog.values.typed_batches import Parser
from jobs.errors import DataError

ROUNDS = 3
"""A file may have another delimiter and another encoding."""


def recut(source: Source, zone: str, path: str, file: BinaryIO, fault: Miscut) -> Miscut:
    """The fault with what else is wrong with the file once it is read in the form that was found."""
    found, form, further = [fault.found], fault.form, ""
    for _ in range(ROUNDS):
        trials = Trials()
        parser = Parser(source, zone, trials)
        try:
            file.seek(0)
            batches = [
                parser.parse(cells, rows).column(PROBLEMS) for cells, rows in csv_cells(source, path, file, form)
            ]
        except Miscut as another:
            found.append(another.found)
            form = another.form
            continue
        except DataError as another:
            further = another.message.removeprefix(f"{path}: ")
        except OSError:
            return fault
        else:
            further = "; ".join(_complaints(source, batches, trials))
        break
    return Miscut(path, "; ".join(found), form, further)


def _complaints(source: Source, problems: list[pa.Array], trials: Trials) -> Iterator[str]:
    table = pa.table({PROBLEMS: pa.chunked_array(problems, pa.list_(pa.string()))})
    yield from (problem.removeprefix(f"{source.name}: ") for problem in value_problems(source, table, trials))
