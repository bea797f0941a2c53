"""Where a source's rows come from (`read`) and what a delivery of them must satisfy (`gates`)."""

from __future__ import annotations

from jobs.catalog import keys
from jobs.catalog.fields import read_fields
from jobs.catalog.model import DeltaTable, Files, Gates, Origin, Relation, SameAs
from jobs.syntax.nodes import Node, Problems


def read_origin(node: Node, problems: Problems) -> Origin | None:
    """`read` of one source; None, and what is wrong in `problems`, where that is not one whole origin."""
    fields = read_fields(node, keys.READ_KEYS, problems, what="read")
    ways = [key.name for key in keys.WAYS if fields.wrote(key)]
    if len(ways) != 1:
        found = " and ".join(ways) if ways else node.found()
        problems.add(node, f"found {found}, expected exactly one of files, delta, jdbc, same_as")
    if fields.wrote(keys.COMPLETE) and not fields.wrote(keys.FILES):
        problems.add(fields.at(keys.COMPLETE), '"complete" says when all files have come; it belongs beside "files"')
    files, delta, jdbc = fields.get(keys.FILES), fields.get(keys.DELTA), fields.get(keys.JDBC)
    same_as = fields.get(keys.SAME_AS)
    origins = (
        None if files is None else _read_files(files, fields.get(keys.COMPLETE), problems),
        None if delta is None else _read_delta(delta, problems),
        None if jdbc is None else _read_jdbc(jdbc, problems),
        None if same_as is None else SameAs(same_as),
    )
    return next((origin for origin in origins if origin is not None), None)


def _read_files(node: Node, complete: Node | None, problems: Problems) -> Files | None:
    fields = read_fields(node, keys.FILES_KEYS, problems, what="files entry")
    marker, count = ("", 0) if complete is None else _read_complete(complete, problems)
    path, written = fields.get(keys.PATH), fields.get(keys.FORMAT)
    if path is not None:
        _check_path(fields.at(keys.PATH), path, problems)
    if path is None or written is None:
        return None
    return Files(path, written, marker=marker, count=count)


def _check_path(node: Node, path: str, problems: Problems) -> None:
    if path.startswith(("/", "~")) or "://" in path or ".." in path.split("/"):
        problems.add(node, f"found {node.found()}, expected a path under the landing folder, without .. in it")
    rest = path.replace("{date}", "")
    if "{" in rest or "}" in rest:
        problems.add(node, f"found {node.found()}, expected no braces but those of {{date}}")


def _read_complete(node: Node, problems: Problems) -> tuple[str, int]:
    fields = read_fields(node, keys.COMPLETE_KEYS, problems, what="complete entry")
    if fields.wrote(keys.MARKER) == fields.wrote(keys.COUNT):
        problems.add(node, f"found {_names(node)}, expected either {{marker: _SUCCESS}} or {{files: 4}}")
    marker = fields.get(keys.MARKER) or ""
    if "/" in marker:
        problems.add(
            fields.at(keys.MARKER), f"found {fields.at(keys.MARKER).found()}, expected a file's name, no folder"
        )
    return marker, fields.get(keys.COUNT) or 0


def _names(node: Node) -> str:
    return " and ".join(node.keys()) or node.found()


def _read_delta(node: Node, problems: Problems) -> DeltaTable | None:
    path = read_fields(node, keys.DELTA_KEYS, problems, what="delta entry").get(keys.DELTA_PATH)
    return None if path is None else DeltaTable(path)


def _read_jdbc(node: Node, problems: Problems) -> Relation | None:
    fields = read_fields(node, keys.JDBC_KEYS, problems, what="jdbc entry")
    if fields.wrote(keys.PARTITION_ON) != fields.wrote(keys.PARTITIONS):
        there, missing = (
            (keys.PARTITION_ON, keys.PARTITIONS)
            if fields.wrote(keys.PARTITION_ON)
            else (keys.PARTITIONS, keys.PARTITION_ON)
        )
        problems.add(
            node, f'found "{there.name}" without "{missing.name}", expected both or neither: {missing.meaning}'
        )
    connection, table = fields.get(keys.CONNECTION), fields.get(keys.TABLE)
    if connection is None or table is None:
        return None
    partition_on, changed_at = fields.get(keys.PARTITION_ON) or "", fields.get(keys.CHANGED_AT) or ""
    return Relation(connection, table, partition_on, fields.get(keys.PARTITIONS) or 1, changed_at)


def read_gates(node: Node, kind: str, problems: Problems) -> Gates:
    """The gates of a source; those it does not write are None."""
    fields = read_fields(node, keys.GATE_KEYS, problems, sort=kind)
    return Gates(
        rows_at_least=fields.get(keys.ROWS_AT_LEAST),
        age_at_most=fields.get(keys.AGE_AT_MOST),
        change_at_most=fields.get(keys.CHANGE_AT_MOST),
        unknown_contacts_at_most=fields.get(keys.UNKNOWN_CONTACTS),
        missing_contact_at_most=fields.get(keys.MISSING_CONTACT),
        missing_time_at_most=fields.get(keys.MISSING_TIME),
    )
