"""The content hash of a contact list: the sum modulo 2^256 of SHA-256 of each canonical row.

A sum does not depend on the order of rows or on how they are cut into files, and hashes of parts add up to that of the
whole: after an erasure the original and the erased part both still verify. A canonical row is, for each column in the
manifest's order, the value's length in bytes of UTF-8, a colon, the value and a comma ("3:c17,"); a missing value is "-,".
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MODULUS = 2**256
compute: Any = pc  # its functions are made at import time, where no type checker sees them


def content_hash(table: pa.Table | pa.RecordBatch, columns: Iterable[str]) -> int:
    """The hash of these rows, as a number; hashes of parts are added modulo 2^256."""
    return summed(digests_of(table, columns))


def digests_of(table: pa.Table | pa.RecordBatch, columns: Iterable[str]) -> NDArray[np.uint8]:
    """SHA-256 of each row, 32 bytes a row."""
    rows = canonical_rows([table.column(name) for name in columns])
    digests = b"".join(sha256(row).digest() for row in rows.to_pylist())
    return np.frombuffer(digests, np.uint8).reshape(-1, 32)


def summed(digests: NDArray[np.uint8]) -> int:
    """The sum of digests modulo 2^256."""
    # Eight 32-bit limbs, each summed in 64 bits: exact for up to 2^32 rows at a time.
    limbs = digests.view(">u4").reshape(-1, 8).sum(axis=0, dtype=np.uint64)
    return sum(int(limb) << (32 * (7 - index)) for index, limb in enumerate(limbs)) % MODULUS


def added(hashes: Iterable[int]) -> int:
    """The hash of the whole from those of its parts."""
    return sum(hashes) % MODULUS


def as_text(number: int) -> str:
    """64 hexadecimal digits, as manifests write it."""
    return f"{number:064x}"


def canonical_rows(columns: list[pa.Array | pa.ChunkedArray]) -> pa.Array:
    """Each row as the bytes that are hashed."""
    assert columns, "a row of no columns has nothing to hash"
    cells = [_cells(column) for column in columns]
    joined = compute.binary_join_element_wise(*cells, pa.scalar(b"", pa.binary()))
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _cells(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    value = compute.cast(compute.cast(column, pa.string()), pa.binary())
    length = compute.cast(compute.cast(compute.binary_length(value), pa.string()), pa.binary())
    colon, comma = pa.scalar(b":", pa.binary()), pa.scalar(b",", pa.binary())
    written = compute.binary_join_element_wise(length, colon, value, comma, pa.scalar(b"", pa.binary()))
    return compute.if_else(compute.is_valid(value), written, pa.scalar(b"-,", pa.binary()))
