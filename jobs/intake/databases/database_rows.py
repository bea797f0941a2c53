"""Rows that come in from a table or view of a relational database: one delivery for each as_of, the whole table or what has
changed of it (`changed_rows`), as it was at one moment, the same for all tables of a connection (`moments`).

The delivery is labelled by the as_of that it was read for, so that the same night finds it there and reads nothing
again. What is wrong with the database is wrong with the delivery: it is refused with the reason, and whatever does not
need it goes on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from jobs.catalog.model import Relation, Source
from jobs.catalog.values import FileNotes
from jobs.catalog.values.file_faults import check_header
from jobs.catalog.values.layout import delivered, wanted
from jobs.catalog.values.source_files import parse_batches
from jobs.errors import DataError
from jobs.intake.databases.changed_rows import Since, condition_since, gone_rows, known_since
from jobs.intake.databases.logins import NoLogin, check_mounted, read_login
from jobs.intake.databases.moments import cut_of, open_session
from jobs.intake.databases.server_faults import RelationFault
from jobs.intake.databases.server_values import ServerColumn, typed_batches
from jobs.intake.databases.sessions import KeyRange, Session, describe_table, key_ranges, select_of
from jobs.intake.inlet import NOTHING_KNOWN, Arrival, KnownDeliveries, Landed, Part
from jobs.lake.stored_source import StoredSource


@dataclass(frozen=True)
class RelationRows:
    """The rows of one source's table. `label` is the as_of as people write it. Goes to workers without a login."""

    relation: Relation
    stored: StoredSource
    lake: str
    label: str
    as_of_us: int
    known: KnownDeliveries = NOTHING_KNOWN

    @property
    def source(self) -> Source:
        return self.stored.source

    @property
    def where(self) -> str:
        """What it is called in messages."""
        return f"{self.relation.table} of {self.relation.connection}"

    def arrived(self) -> Landed:
        """One delivery, or why there is none. `SettingsError` where the connection may not be used. The database is not
        asked for what this as_of has already."""
        content = json.dumps([self.relation.connection, self.relation.table, self.as_of_us])
        content_hash = hashlib.sha256(content.encode()).hexdigest()
        if content_hash in self.known.ids and content_hash not in self.known.anew:
            return Landed((Arrival(self.label, (), content_hash, dated=False),))
        changed_at = self.relation.changed_at
        since = known_since(self.lake, self.stored, changed_at, content_hash) if changed_at else None
        try:
            parts, unfit = self._parts(cut_of(self.relation.connection).shared, since), ""
        except (DataError, NoLogin) as fault:
            parts, unfit = (), _with_place(self.where, f"connection {self.relation.connection}: ", str(fault))
        renews = bool(changed_at) and since is None
        return Landed((Arrival(self.label, parts, content_hash, dated=False, unfit=unfit, renews=renews, alive=True),))

    def check_sent(self) -> None:
        check_mounted(self.relation.connection)

    def pieces(self, part: Part) -> Sequence[Part]:
        """A range is a part by itself."""
        return [part]

    def check(self, part: Part) -> None:
        """A moment that has been does not change."""

    def remarks(self, stored: StoredSource, part: Part, keys: Collection[str]) -> list[str]:
        return []

    def batches(self, stored: StoredSource, part: Part, notes: FileNotes) -> Iterator[pa.RecordBatch]:
        asked = json.loads(part.content)
        notes.remarks += asked["remarks"]
        with self._session(asked["snapshot"]) as session:
            described = describe_table(session, self.relation.table)
            columns = _asked(described, stored.source)
            since = Since(*asked["since"]) if asked["since"] else None
            where = self._condition(session, described, asked["range"], since)
            rows = session.batches(select_of(session, self.relation.table, columns, where), columns)
            typed_rows = typed_batches(rows, columns, stored.source)
            yield from parse_batches(stored.source, stored.catalog, typed_rows, stored.account_zone, part.shown, notes)
            if since is not None:
                yield from gone_rows(session, self.relation.table, described, stored, self.lake, since)

    def _condition(
        self, session: Session, described: Sequence[ServerColumn], limits: list[Any] | None, since: Since | None
    ) -> str:
        """Which rows of the table are asked for."""
        if since is not None and since.mark_us is not None:
            column = self._column(described, self.relation.changed_at)
            try:
                return condition_since(session.engine, column, self.stored, since.mark_us)
            except DataError as fault:
                raise DataError(f"{self.where}: {fault}") from None
        return KeyRange(*limits).condition(session.engine) if limits else ""

    def _column(self, described: Sequence[ServerColumn], name: str) -> ServerColumn:
        for column in described:
            if column.name == name:
                return column
        raise RelationFault(self.where, "column", words=[column.name for column in described], wanted=name)

    @contextmanager
    def _session(self, snapshot: str) -> Iterator[Session]:
        """A session of one's own that sees the moment, or the one that does, for oneself alone."""
        connection = self.relation.connection
        if not snapshot:
            cut = cut_of(connection)
            with cut.alone:
                cut.session.where = self.where
                yield cut.session
            return
        session = open_session(read_login(connection), self.where, snapshot)
        try:
            yield session
        finally:
            session.close()

    def _parts(self, snapshot: str, since: Since | None) -> tuple[Part, ...]:
        with self._session(snapshot) as session:
            described = self._described(session)
            check_header(self.where, [column.name for column in described], delivered(self.source), "its columns")
            query = select_of(session, self.relation.table, _asked(described, self.source))
            self._check_not_empty(session)
            size = session.bytes_of(query)
            remarks = self._remarks(session, bool(snapshot))
            ranges = self._ranges(session, described) if snapshot and since is None else [None]
        return tuple(
            Part(
                self.where if len(ranges) == 1 else f"{self.where}, range {number} of {len(ranges)}",
                size // len(ranges),
                json.dumps(
                    {
                        "snapshot": snapshot,
                        "since": None if since is None else [since.deliveries, since.mark_us],
                        "range": None if limits is None else [limits.column, limits.first, limits.end],
                        "remarks": remarks if number == 1 else [],
                    }
                ),
            )
            for number, limits in enumerate(ranges, 1)
        )

    def _described(self, session: Session) -> list[ServerColumn]:
        try:
            return describe_table(session, self.relation.table)
        except RelationFault as fault:
            if fault.kind != "table":
                raise
            code = fault.code
        again = open_session(read_login(self.relation.connection), self.where)  # a failed statement ends a transaction
        try:
            raise RelationFault(self.where, "table", code, words=again.tables(), wanted=self.relation.table)
        finally:
            again.close()

    def _check_not_empty(self, session: Session) -> None:
        asked = f"SELECT CASE WHEN EXISTS (SELECT 1 FROM {session.at(self.relation.table)}) THEN 1 ELSE 0 END"
        rows = session.row(asked + session.engine.nothing)
        if not int(rows[0]) and self.source.gates.rows_at_least != 0:
            raise DataError(
                f"{self.where}: the table has no row. If that is right, write gates: {{rows_at_least: 0}} in "
                f"{self.source.name}.yaml; else fill it, then run the step again."
            )

    def _remarks(self, session: Session, shared: bool) -> list[str]:
        remarks: list[str] = []
        if session.can_write(self.relation.table):
            remarks.append("the account that reads it may also write; give the connection one that may only read")
        if kept_by := session.without_moment(self.relation.table):
            remarks.append(
                f"{kept_by} keeps it, which knows no transactions: its rows may be newer than those of the connection's "
                "other tables; ALTER TABLE … ENGINE=InnoDB makes them of one moment"
            )
        if self.relation.partitions > 1 and not shared:
            remarks.append(
                f"{session.engine.name} cannot share one moment among connections, so its {self.relation.partitions} "
                "ranges are read by one"
            )
        return remarks

    def _ranges(self, session: Session, described: Sequence[ServerColumn]) -> list[KeyRange] | list[None]:
        name, count = self.relation.partition_on, self.relation.partitions
        if not name or count == 1:
            return [None]
        column = self._column(described, name)
        if column.kind not in ("integer", "flag"):
            raise DataError(
                f"{self.where}: partition_on names {name}, which the server keeps as {column.kind}, expected whole "
                f"numbers. Name another column in {self.source.name}.yaml, or leave partition_on and partitions out."
            )
        quoted = session.engine.quoted(name)
        least, greatest = session.row(f"SELECT MIN({quoted}), MAX({quoted}) FROM {session.at(self.relation.table)}")
        return [None] if least is None else key_ranges(name, int(least), int(greatest), count)


def _asked(described: Sequence[ServerColumn], source: Source) -> list[ServerColumn]:
    """The columns of the table that the source is read from, in the table's order."""
    names = set(wanted(source))
    return [column for column in described if column.name in names]


def _with_place(where: str, connection: str, fault: str) -> str:
    """The fault as that of the table, whoever found it while the connection was opened."""
    return fault if fault.startswith(where) else f"{where}: {fault.removeprefix(connection)}"
