"""Every table as it lies on disk: protocol, properties, statistics, footers; and that no table lies under another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.lake import tables
from jobs.lake.creation import ensure
from jobs.lake.file_commits import add_files
from jobs.lake.table_files import write_partitions
from jobs.lake.tables import Table
from tests.lake.every_table import TABLES

PERSONAL = "somebody@example.com"
"""Planted in every text column that is no statistics column: it must not reach a log."""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every table with one row."""
    root = tmp_path_factory.mktemp("tables") / "lake"
    for table in TABLES:
        put(root, table, [row_of(table)])
    return root


def put(lake: Path, table: Table, rows: list[dict[str, Any]]) -> None:
    ensure(str(lake), table)
    add_files(str(lake), table, write_partitions(str(lake), table, pa.Table.from_pylist(rows, table.schema)))


def row_of(table: Table) -> dict[str, Any]:
    known = {*table.statistics, *table.partitions}
    return {
        field.name: value_of(field.type, PERSONAL if field.name not in known else "public") for field in table.schema
    }


def value_of(kind: pa.DataType, text: str) -> Any:
    plain: Mapping[pa.DataType, Any] = {
        pa.string(): text,
        pa.binary(): b"\x01" * 4096,
        pa.int64(): 7,
        pa.int32(): 7,
        pa.float64(): 0.5,
        pa.bool_(): True,
        pa.date32(): date(2026, 11, 24),
        tables.INSTANT: datetime(2026, 11, 24, tzinfo=UTC),
    }
    if pa.types.is_decimal(kind):
        return Decimal("12.50")
    if pa.types.is_list(kind):
        return [text]
    if pa.types.is_struct(kind):
        return tuple(value_of(field.type, text) for field in kind.fields)
    return plain[kind]


def log_of(lake: Path, table: Table) -> list[dict[str, Any]]:
    lines = [path.read_text().splitlines() for path in sorted((lake / table.path / "_delta_log").glob("*.json"))]
    return [json.loads(line) for each in lines for line in each]


def only(actions: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [action[name] for action in actions if name in action]
    return found


def footer(lake: Path, table: Table) -> pq.FileMetaData:
    (path,) = (lake / table.path).rglob("*.parquet")
    return pq.read_metadata(path)


each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.path)


@each_table
def test_protocol_and_properties_are_those_that_everybody_reads(lake: Path, table: Table) -> None:
    actions = log_of(lake, table)
    protocol, metadata = only(actions, "protocol"), only(actions, "metaData")
    assert (protocol["minReaderVersion"], protocol["minWriterVersion"]) == (1, 2)
    assert "readerFeatures" not in protocol
    assert metadata["configuration"]["delta.enableDeletionVectors"] == "false"
    assert "delta.columnMapping.mode" not in metadata["configuration"]
    assert metadata["configuration"]["delta.dataSkippingStatsColumns"] == ",".join(table.statistics)
    assert metadata["partitionColumns"] == list(table.partitions)
    assert [field["name"] for field in json.loads(metadata["schemaString"])["fields"]] == table.schema.names


@each_table
def test_the_log_holds_nobodys_value_and_statistics_of_the_named_columns_only(lake: Path, table: Table) -> None:
    actions = log_of(lake, table)
    assert PERSONAL not in json.dumps(actions)
    stats = json.loads(only(actions, "add")["stats"])
    assert set(stats["minValues"]) == set(table.statistics)
    assert set(stats["nullCount"]) == set(table.statistics)


@each_table
def test_footers_have_timestamps_in_microseconds_and_no_dictionary_for_fat_cells(lake: Path, table: Table) -> None:
    metadata = footer(lake, table)
    stored = metadata.schema.to_arrow_schema()
    for field in table.schema:
        if field.type == tables.INSTANT:
            assert stored.field(field.name).type == tables.INSTANT, field.name
    assert "INT96" not in {metadata.schema.column(place).physical_type for place in range(metadata.num_columns)}
    if table.cells != "thin":
        group = metadata.row_group(0)
        fat = [group.column(place) for place in range(group.num_columns)]
        binary = [one for one in fat if table.schema.field(one.path_in_schema).type == pa.binary()]
        assert binary
        assert not any(one.has_dictionary_page for one in binary)


def test_a_page_of_payloads_holds_a_few_tiles_and_a_row_group_at_most_64(tmp_path: Path) -> None:
    """200 payloads of 100 KiB: in pages of a hundred rows, as Parquet cuts them unless told, a reader would take 10 MiB."""
    names = tables.TILES.schema.names
    row = row_of(tables.TILES) | {"payload": bytes(100 << 10)}
    put(tmp_path, tables.TILES, [row | {"bucket": bucket} for bucket in range(200)])
    metadata = footer(tmp_path, tables.TILES)
    assert [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)] == [64, 64, 64, 8]
    payload = metadata.row_group(0).column(names.index("payload") - len(tables.TILES.partitions))
    assert payload.path_in_schema == "payload"
    assert payload.compression == "UNCOMPRESSED"
    file = pq.ParquetFile(next((tmp_path / "tiles").rglob("*.parquet")))
    assert sum(batch.num_rows for batch in file.iter_batches(batch_size=16, columns=["bucket"])) == 200


def test_no_table_lies_under_another(lake: Path) -> None:
    roots = sorted(path.parent for path in lake.rglob("_delta_log"))
    assert len(roots) == len(TABLES)
    assert not [(outer, inner) for outer in roots for inner in roots if outer in inner.parents]
