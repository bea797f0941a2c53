"""Rows of Arrow as one cell, which a crew moves from whoever cut them to where they meet."""

from __future__ import annotations

import pyarrow as pa


def to_bytes(rows: pa.Table) -> bytes:
    """Some rows as one cell."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return sink.getvalue().to_pybytes()


def from_bytes(payload: bytes | pa.Buffer) -> pa.Table:
    """The rows of a cell."""
    return pa.ipc.open_stream(payload).read_all()
