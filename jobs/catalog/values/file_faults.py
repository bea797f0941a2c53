"""What is wrong with a whole file of data, told with its name and the next step, and never with anybody's value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from jobs.catalog.csv_form import CsvForm
from jobs.errors import DataError, visible
from jobs.syntax.spelling import nearest


def file_fault(path: str, message: str, advice: str) -> DataError:
    """The error that one file cannot be read as rows and columns: what was found and expected, then what to do."""
    return DataError(visible(f"{path}: {message}. {advice}"))


class Miscut(DataError):
    """A file that is cut or decoded otherwise than the catalog says: `found` so, and `form` is how it would be read.

    `further` is what would be wrong then.
    """

    def __init__(self, path: str, found: str, form: CsvForm, further: str = "") -> None:
        advice = f"If the file is meant to be so, say in the catalog, in {{files: …}}: {form.written_out()}"
        then = f". Read so, it is refused for this: {further}" if further else ""
        super().__init__(visible(f"{path}: {found}. {advice}{then}"))
        self.found = found
        self.form = form


def check_header(path: str, header: Sequence[str], needed: Sequence[str], where: str = "the first line") -> None:
    """`DataError` unless each needed column is in the header exactly once; extra ones do not matter.

    Words of the file are repeated only if the line is surely a header, one needed column being there: else the first
    line may be somebody's row.
    """
    counts = Counter(header)
    missing = [name for name in needed if not counts[name]]
    if missing and len(missing) == len(needed):
        listed = ", ".join(f'"{name}"' for name in needed)
        raise file_fault(
            path,
            f"found none of the columns {listed} in {where}, expected a name for each",
            "Is it the right file, with a header and commas between the columns? Else correct the catalog.",
        )
    if missing:
        extra = [name for name in counts if name not in needed]
        listed = "; ".join(f'the column "{name}" is missing{_instead(name, extra)}' for name in missing)
        raise file_fault(
            path, listed, 'Correct the file, or say in the catalog with "column" what the column is called there.'
        )
    twice = [name for name in needed if counts[name] > 1]
    if twice:
        listed = ", ".join(f'"{name}"' for name in twice)
        raise file_fault(path, f"found {listed} more than once, expected each column once", "Rename the others.")


def absent_everywhere(name: str, header: Sequence[str], needed: Sequence[str]) -> str:
    """What is told of a column that no line of a file has, where that is no fault: it is missing in all of them."""
    extra = [other for other in header if other not in needed]
    return f'no line has the column "{name}", so it is missing in all of them{_instead(name, extra)}'


def _instead(name: str, extra: Sequence[str]) -> str:
    near = nearest(name, extra)
    return f', found "{near}" (was it renamed?)' if near is not None else ""
