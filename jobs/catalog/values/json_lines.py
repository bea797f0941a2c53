"""JSON Lines: one object a line, UTF-8, keys once, no NaN. Numbers keep the digits they are written with.

A key that is absent from a line is missing there; one that no line of a file has is missing everywhere, which is told. The
file is refused where that key would say whose the rows are, of when or which, or where no line has any that is asked for.
Blocks of lines are read at once where that is sure to mean the same; where it is not, parts of them, and then line by line.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from jobs.catalog.model import Source
from jobs.catalog.values.byte_streams import reading, unpacked
from jobs.catalog.values.cells import Cells
from jobs.catalog.values.file_faults import absent_everywhere, check_header, file_fault
from jobs.catalog.values.file_stretches import FileNotes, FileStretch, StretchFile
from jobs.catalog.values.json_rows import JsonRow, json_column, json_row
from jobs.catalog.values.layout import delivered, identifying, wanted
from jobs.errors import DataError

if TYPE_CHECKING:  # two libraries to load, which a small file does without
    from jobs.catalog.values.json_blocks import BlockReader

ROWS = 1 << 16
BLOCK = 4 << 20
"""Bytes that are read at once."""
LINE_LIMIT = 4 << 20
"""Bytes of one line, as of a row of CSV."""
WORTH_BLOCKS = 1 << 17
"""Bytes of which a whole block is worth being read at once."""
PARTS = 32
"""Of a block that is not sure: one odd line costs the reading of so small a part line by line."""
SAMPLE = 50
"""Lines that show what columns look like."""


def json_cells(
    source: Source, path: str, file: BinaryIO, notes: FileNotes, piece: FileStretch | None = None
) -> Iterator[tuple[Mapping[str, Cells], int]]:
    """The source's columns, some thousand rows at a time. `DataError` where a line is no JSON object.

    With the last rows what is to be told of the file is in `notes`: of a piece only the keys of its rows.
    """
    lines = _Lines(source, path, notes.keys)
    if piece is not None:
        file = cast("BinaryIO", StretchFile(file, piece))
    blocks = _blocks(path, file, begins=piece is None or not piece.first)
    batches = (batch for block in blocks for batch in lines.batches(block))
    last = next(batches, None)
    while last is not None:
        following = next(batches, None)
        if following is None and piece is None:
            notes.remarks += absent_columns(source, path, lines.keys)
        yield last
        last = following


def absent_columns(source: Source, path: str, all_keys: Iterable[str]) -> list[str]:
    """A sentence for each column that no line has, by the keys of all lines; `DataError` where they may not lack it."""
    keys = sorted(all_keys)
    if not keys:
        return []
    asked, identity = delivered(source), identifying(source)
    absent = [name for name in asked if name not in keys and name not in identity]
    some = any(name in keys for name in asked)
    check_header(path, keys, [name for name in asked if name not in absent] if some else asked, "its lines")
    return [absent_everywhere(name, keys, asked) for name in absent]


def _blocks(path: str, file: BinaryIO, begins: bool) -> Iterator[bytes]:
    """The bytes in stretches of whole lines, each ended; a line that is too long is told once those before it are read.

    `begins`: the first ones are the file's, before which a byte order mark may stand.
    """
    stream = unpacked(path, file)
    rest = b""
    with reading(path):
        if begins and (start := stream.read(len(codecs.BOM_UTF8))) != codecs.BOM_UTF8:
            rest = start
        while more := stream.read(BLOCK):
            rest += more
            end = rest.rfind(b"\n") + 1
            block, rest = rest[:end], rest[end:]
            yield from _short_lines(path, block)
            if len(rest) >= LINE_LIMIT:
                raise _too_long(path)
    if rest:
        yield rest + b"\n"


def _short_lines(path: str, block: bytes) -> Iterator[bytes]:
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) if len(block) >= LINE_LIMIT else _NOWHERE
    long = np.flatnonzero(np.diff(ends, prepend=-1) >= LINE_LIMIT)
    sound = block if not len(long) else block[: int(ends[long[0] - 1]) + 1 if long[0] else 0]
    if sound:
        yield sound
    if len(long):
        raise _too_long(path)


_NOWHERE = np.array([], dtype=np.intp)


def _too_long(path: str) -> DataError:
    return file_fault(path, f"found a line of more than {LINE_LIMIT >> 20} MiB", "Write one object a line.")


@dataclass(eq=False)
class _Lines:
    """The lines of one file, as far as they are read: all their keys, and how many there were."""

    source: Source
    path: str
    keys: set[str]
    line_no: int = 1
    reader: BlockReader | None = None

    def batches(self, block: bytes) -> Iterator[tuple[Mapping[str, Cells], int]]:
        """The columns of the block's rows; none of blank lines."""
        if len(block) < WORTH_BLOCKS:
            yield from self._one_by_one(block)
        elif batch := self._at_once(block):
            yield batch
        else:
            for part in _parts(block):
                batch = self._at_once(part)
                yield from [batch] if batch else self._one_by_one(part)

    def _at_once(self, block: bytes) -> tuple[Mapping[str, Cells], int] | None:
        if self.reader is None:
            from jobs.catalog.values.json_blocks import BlockReader

            self.reader = BlockReader(self.source, wanted(self.source))
        if not self.reader.has_learned:
            self.reader.learn(self._rows(block.split(b"\n", SAMPLE)[:SAMPLE]))
        read = self.reader.read(block)
        if read is None:
            return None
        self.keys.update(read.keys)
        self.line_no += read.rows
        return read.cells, read.rows

    def _one_by_one(self, block: bytes) -> Iterator[tuple[Mapping[str, Cells], int]]:
        lines = block.removesuffix(b"\n").split(b"\n")
        for start in range(0, len(lines), ROWS):
            own = lines[start : start + ROWS]
            rows = self._rows(own)
            self.line_no += len(own)
            self.keys.update(*rows)
            if self.reader is not None:
                self.reader.learn(rows[-SAMPLE:])
            if rows:
                yield {name: json_column(self.path, rows, name) for name in wanted(self.source)}, len(rows)

    def _rows(self, lines: Sequence[bytes]) -> list[JsonRow]:
        """Those of the lines at hand."""
        return [json_row(self.path, number, line) for number, line in enumerate(lines, self.line_no) if line.strip()]


def _parts(block: bytes) -> Iterator[bytes]:
    size, start = len(block) // PARTS, 0
    while start < len(block):
        end = block.find(b"\n", start + size) + 1 or len(block)
        yield block[start:end]
        start = end
