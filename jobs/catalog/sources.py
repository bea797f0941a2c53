"""One catalog file as a source: everything that can be judged without looking at the other files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jobs.catalog import keys
from jobs.catalog.columns import RESERVED, read_columns
from jobs.catalog.derived_columns import check_derived
from jobs.catalog.model import CONTACT_ID, Column, Delivery, Files, Gates, Kind, Lookup, SameAs, Source
from jobs.catalog.origins import check_changed_at, own_delivery, read_gates, read_origin
from jobs.catalog.types import WITHOUT_EQUALITY
from jobs.catalog.written_keys import read_written, written_of_source
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.objects import Fields
from jobs.syntax.spelling import ID_EXPECTED, did_you_mean, is_id


@dataclass(frozen=True)
class SourceDraft:
    """A source as far as its file could be read, for the checks across files. `unread` are columns with a problem."""

    source: Source
    node: Node
    unread: frozenset[str]

    def at(self, *path: str) -> Node:
        """Where a key of the file stands; the last part of the path that is there."""
        node = self.node
        for step in path:
            node = node.get(step) or node
        return node

    def unsure_about(self, name: str) -> bool:
        return name in self.unread


def read_source(node: Node, stem: str, problems: Problems) -> SourceDraft | None:
    """The source of one file, called `stem`.yaml. None where not even its kind can be known."""
    fields = keys.FILE.read(node, problems, _kind(node))
    if not isinstance(node.value, dict):
        return None
    _check_name(fields, stem, problems)
    kind = fields.get(keys.KIND)
    if kind is None:
        return None
    written = read_written(fields.get(keys.WRITTEN), None, problems)
    columns_node = fields.get(keys.COLUMNS)
    columns = {} if columns_node is None else read_columns(columns_node, kind, written, problems)
    listed = {name: column for name, column in columns.items() if column is not None}
    source = replace(_source(fields, stem, kind, listed, problems), written=written_of_source(written, problems))
    draft = SourceDraft(source, node, frozenset(columns) - frozenset(listed))
    _check(draft, fields, problems)
    return draft


def _kind(node: Node) -> Kind | None:
    written = node.get(keys.KIND.name)
    return next((kind for kind in keys.KINDS if written is not None and kind == written.value), None)


def _check_name(fields: Fields, stem: str, problems: Problems) -> None:
    name = fields.get(keys.SOURCE)
    if name is not None and name != stem:
        problems.add(
            fields.at(keys.SOURCE),
            f'found "{name}", expected "{stem}", the name of its file; rename one of them',
        )
    elif not fields.wrote(keys.SOURCE) and not is_id(stem):
        problems.add_file(fields.node.file, f'found the file name "{stem}", expected {ID_EXPECTED}')


def _source(fields: Fields, stem: str, kind: Kind, columns: Mapping[str, Column], problems: Problems) -> Source:
    read, gates, lookups = fields.get(keys.READ), fields.get(keys.GATES), fields.get(keys.LOOKUPS)
    origin = None if read is None else read_origin(read, problems)
    return Source(
        name=stem,
        kind=kind,
        columns=columns,
        lookups={} if lookups is None else _read_lookups(lookups, problems),
        meaning=fields.get(keys.MEANING) or "",
        contact=fields.get(keys.CONTACT) or ("contact_id" if kind in keys.OF_CONTACTS else ""),
        time=fields.get(keys.TIME) or "",
        key=fields.get(keys.ROW_KEY) or (),
        time_zone=fields.get(keys.TIME_ZONE),
        keep=fields.get(keys.KEEP),
        delivery=fields.get(keys.DELIVERY) or own_delivery(origin) or default_delivery(kind),
        origin=origin,
        gates=Gates() if gates is None else read_gates(gates, kind, problems),
        file=fields.node.file,
    )


def default_delivery(kind: Kind) -> Delivery:
    return "append" if kind == "events" else "full"


def _read_lookups(node: Node, problems: Problems) -> dict[str, Lookup]:
    lookups: dict[str, Lookup] = {}
    for name in node.keys():
        place = node.child(name)
        if not is_id(name):
            problems.add(place, f'found the lookup name "{name}", expected {ID_EXPECTED}')
        fields = keys.LOOKUP.read(place, problems)
        source, on = fields.get(keys.LOOKUP_SOURCE), fields.get(keys.LOOKUP_ON)
        if source is not None and on is not None:
            lookups[name] = Lookup(name, source, on)
    return lookups


# --- what the parts of one file say to each other -----------------------------------------------------------------------


def _check(draft: SourceDraft, fields: Fields, problems: Problems) -> None:
    _check_time(draft, problems)
    _check_contact(draft, problems)
    _check_deleted(draft, problems)
    _check_key(draft, fields, problems)
    _check_delivery(draft, fields, problems)
    _check_one_row(draft, problems)
    _check_lookup_columns(draft, problems)
    check_derived(draft.source, draft.unread, problems)


def _check_time(draft: SourceDraft, problems: Problems) -> None:
    column = draft.source.columns.get(draft.source.time)
    if column is not None and column.type.name != "timestamp":
        problems.add(
            draft.at("columns", column.name, "type"),
            f'found {column.type}, expected timestamp: "{column.name}" is the time of this source '
            "(a bare date in the data is that day's local midnight)",
        )


def _check_contact(draft: SourceDraft, problems: Problems) -> None:
    """The lake keeps the contact under `contact_id`, so a listed column of that name must be the contact itself."""
    source, column = draft.source, draft.source.columns.get("contact_id")
    if column is None or not source.contact:
        return
    holder = source.columns.get(source.contact)
    if column.type.name != "text" or column.raw != (holder.raw if holder else source.contact):
        problems.add(
            draft.at("columns", "contact_id"),
            'a column called "contact_id" can only be the contact itself, as text; choose another name, with "column"',
        )


def _check_deleted(draft: SourceDraft, problems: Problems) -> None:
    column = draft.source.columns.get("deleted")
    if (
        draft.source.delivery == "changes"
        and column is not None
        and (column.type.name, column.raw) != ("boolean", "deleted")
    ):
        problems.add(
            draft.at("columns", "deleted"),
            'in a source of changes "deleted" says which rows go, true or false; choose another name, with "column"',
        )


def _check_key(draft: SourceDraft, fields: Fields, problems: Problems) -> None:
    source = draft.source
    node = fields.at(keys.ROW_KEY)
    if source.is_lookup and len(source.key) > 1:
        problems.add(node, f"found a list of {len(source.key)}, expected one column: a lookup's key is one column")
    for place, name in enumerate(source.key):
        at = node.child(place) if isinstance(node.value, list) else node
        wrong = _no_key(source.columns.get(name)) or _stored_as_another(source, name)
        if wrong:
            problems.add(at, f'"{name}" {wrong}; name another column')


def _no_key(column: Column | None) -> str:
    """Why no key can consist of this column, here or where it is looked up; empty when one can."""
    if column is None:
        return ""
    if column.derive is not None:
        return "is derived: rows are told apart by what was delivered"
    if column.type.name in WITHOUT_EQUALITY:
        return f"is of type {column.type}, whose values are never said to be equal"
    return ""


def _stored_as_another(source: Source, name: str) -> str:
    """Why a key that is not listed cannot be stored under its name."""
    if name in source.columns or name in (source.contact, source.time):
        return ""
    if name in RESERVED:
        return f'cannot be a column\'s name: {RESERVED[name]}; list it under another name, with "column"'
    if (name == CONTACT_ID and source.contact) or (name == "deleted" and source.delivery == "changes"):
        return 'means something else in this source; list it under another name, with "column"'
    return ""


def _check_delivery(draft: SourceDraft, fields: Fields, problems: Problems) -> None:
    source = draft.source
    only = own_delivery(source.origin)
    if only is not None and source.delivery != only:
        message = "a table is read whole each time, or, with changed_at, by what has changed; leave it out"
        problems.add(draft.at("delivery"), f"found {source.delivery}, expected {only}: {message}")
    check_changed_at(source, draft.at("read", "jdbc", "changed_at"), problems)
    if isinstance(source.origin, SameAs) or fields.wrote(keys.ROW_KEY):
        return
    if source.delivery == "changes":
        problems.add(draft.at("delivery"), 'found changes, which are told apart by key: say which columns with "key"')
    if source.delivery == "append" and isinstance(source.origin, Files) and not source.origin.dated:
        problems.add(
            draft.at("read", "files", "path"),
            "rows are added delivery after delivery, but nothing tells one delivery from the same one sent again; "
            'put {date} into the path, or say what identifies a row with "key", or write "delivery: full"',
        )


def _check_one_row(draft: SourceDraft, problems: Problems) -> None:
    """Rows that stay from delivery to delivery by another key would be several of one contact, which no delivery shows."""
    source = draft.source
    if not (source.one_row_each and source.key) or source.delivery == "full":
        return
    if [column.raw for column in source.key_columns] != [source.raw_name(source.contact)]:
        problems.add(
            draft.at("key"),
            f"a contact has one row at most, and by this key it could keep one of each delivery; "
            f'expected "{source.contact}", or "delivery: full"',
        )


def _check_lookup_columns(draft: SourceDraft, problems: Problems) -> None:
    source = draft.source
    for lookup in source.lookups.values():
        node = draft.at("lookups", lookup.name, "on")
        column = source.columns.get(lookup.on)
        if column is None:
            if not draft.unsure_about(lookup.on):
                hint = did_you_mean(lookup.on, source.columns)
                problems.add(node, f'this source lists no column "{lookup.on}"{hint}')
        elif wrong := _no_key(column):
            problems.add(node, f'"{lookup.on}" {wrong}, so that no row can be found by it')
