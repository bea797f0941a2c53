"""Where a source's rows come from (`read`) and what a delivery of them must satisfy (`gates`)."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from jobs.catalog import keys
from jobs.catalog.csv_form import COMMAS, CsvForm
from jobs.catalog.model import Column, Delivery, DeltaTable, Files, Gates, Origin, Relation, SameAs, Source
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.objects import misplaced

TABLE_NAME = re.compile(r"""[^\s.;"'`()\[\]]+(\.[^\s.;"'`()\[\]]+){0,2}""")
"""Of up to three parts, as the database has them."""


def read_origin(node: Node, problems: Problems) -> Origin | None:
    """`read` of one source; None, and what is wrong in `problems`, where that is not one whole origin."""
    fields = keys.ORIGIN.read(node, problems)
    files, delta, jdbc = fields.get(keys.FILES), fields.get(keys.DELTA), fields.get(keys.JDBC)
    same_as = fields.get(keys.SAME_AS)
    origins = (
        None if files is None else _read_files(files, fields.get(keys.COMPLETE), problems),
        None if delta is None else _read_delta(delta, problems),
        None if jdbc is None else _read_jdbc(jdbc, problems),
        None if same_as is None else SameAs(same_as),
    )
    return next((origin for origin in origins if origin is not None), None)


def origin_line(origin: Origin) -> str:
    """The origin as a catalog file writes it, without what is so anyway."""
    match origin:
        case Files(path=path, format=form, csv=csv):
            return f"files: {{path: {_quoted(path)}, format: {form}{'' if csv == COMMAS else f', {csv}'}}}"
        case DeltaTable(path=path, version=version):
            return f"delta: {{path: {_quoted(path)}, version: {'latest' if version is None else version}}}"
        case Relation(connection=connection, table=table):
            return f"jdbc: {{connection: {connection}, table: {_quoted(table)}}}"
        case SameAs(source=source):
            return f"same_as: {source}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def own_delivery(origin: Origin | None) -> Delivery | None:
    """What deliveries of an origin are where that is not the catalog's to say; None where it is."""
    if not isinstance(origin, Relation):
        return None
    return "changes" if origin.changed_at else "full"


def changed_column(source: Source, changed_at: str) -> Column | None:
    """The source's column that is `changed_at` in the data; the time itself may be."""
    listed = (column for column in source.columns.values() if column.raw == changed_at)
    time = source.column(source.time) if source.raw_name(source.time) == changed_at else None
    return next(listed, time)


def check_changed_at(source: Source, node: Node, problems: Problems) -> None:
    """The mark that changes are read from is had from the stored rows, so the column has to be one of them."""
    if not isinstance(source.origin, Relation) or not source.origin.changed_at:
        return
    name = source.origin.changed_at
    column = changed_column(source, name)
    if column is None or column.type.name not in ("timestamp", "date"):
        found = "none that this source lists" if column is None else str(column.type)
        problems.add(node, f'found "{name}", {found}, expected a listed column of type timestamp or date')


def _read_files(node: Node, complete: Node | None, problems: Problems) -> Files | None:
    fields = keys.FILES_TABLE.read(node, problems)
    marker, count = ("", 0) if complete is None else _read_complete(complete, problems)
    path, written = fields.get(keys.PATH), fields.get(keys.FORMAT)
    if path is not None:
        _check_path(fields.at(keys.PATH), path, problems)
    csv_node = fields.get(keys.CSV)
    csv = COMMAS if csv_node is None else _read_csv(csv_node, written, problems)
    if path is None or written is None:
        return None
    return Files(path, written, marker=marker, count=count, csv=csv)


def _read_csv(node: Node, written: str | None, problems: Problems) -> CsvForm:
    fields = keys.CSV_TABLE.read(node, problems)
    if written not in (None, "csv"):
        problems.add(node, misplaced(keys.CSV.name, f"files of format {written}", "only those of format csv have it"))
        return COMMAS
    delimiter, encoding = fields.get(keys.CSV_DELIMITER), fields.get(keys.CSV_ENCODING)
    return CsvForm(delimiter or COMMAS.delimiter, encoding or COMMAS.encoding)


def _check_path(node: Node, path: str, problems: Problems) -> None:
    if path.startswith(("/", "~")) or "://" in path or ".." in path.split("/"):
        problems.add(node, f"found {node.found()}, expected a path under the landing folder, without .. in it")
    rest = path.replace("{date}", "")
    if "{" in rest or "}" in rest:
        problems.add(node, f"found {node.found()}, expected no braces but those of {{date}}")


def _read_complete(node: Node, problems: Problems) -> tuple[str, int]:
    fields = keys.COMPLETE_TABLE.read(node, problems)
    marker = fields.get(keys.MARKER) or ""
    if "/" in marker:
        problems.add(
            fields.at(keys.MARKER), f"found {fields.at(keys.MARKER).found()}, expected a file's name, no folder"
        )
    return marker, fields.get(keys.COUNT) or 0


def _read_delta(node: Node, problems: Problems) -> DeltaTable | None:
    fields = keys.DELTA_TABLE.read(node, problems)
    path, version = fields.get(keys.DELTA_PATH), fields.get(keys.DELTA_VERSION)
    return None if path is None else DeltaTable(path, version)


def _read_jdbc(node: Node, problems: Problems) -> Relation | None:
    fields = keys.JDBC_TABLE.read(node, problems)
    connection, table = fields.get(keys.CONNECTION), fields.get(keys.TABLE)
    if connection is None or table is None:
        return None
    if not TABLE_NAME.fullmatch(table):
        problems.add(
            fields.at(keys.TABLE),
            f"found {fields.at(keys.TABLE).found()}, expected the name of a table or view, like public.orders; "
            "a query belongs into a view of the database",
        )
    partition_on, changed_at = fields.get(keys.PARTITION_ON) or "", fields.get(keys.CHANGED_AT) or ""
    return Relation(connection, table, partition_on, fields.get(keys.PARTITIONS) or 1, changed_at)


def read_gates(node: Node, kind: str, problems: Problems) -> Gates:
    """The gates of a source; those it does not write are None."""
    fields = keys.GATE_TABLE.read(node, problems, kind)
    return Gates(
        rows_at_least=fields.get(keys.ROWS_AT_LEAST),
        age_at_most=fields.get(keys.AGE_AT_MOST),
        change_at_most=_double(fields.get(keys.CHANGE_AT_MOST)),
        unknown_contacts_at_most=_double(fields.get(keys.UNKNOWN_CONTACTS)),
        missing_contact_at_most=_double(fields.get(keys.MISSING_CONTACT)),
        missing_time_at_most=_double(fields.get(keys.MISSING_TIME)),
    )


def _double(share: Decimal | None) -> float | None:
    """The double nearest to it, so that n/m compares with it as written."""
    return None if share is None else float(share)
