"""What a connection to a database must be able to do, and the statements that are the same for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import pyarrow as pa

from jobs.errors import DataError
from jobs.intake.databases.engines import DatabaseEngine
from jobs.intake.databases.server_values import ServerColumn

SENTINELS = {
    "one_whole": 17,
    "one_exact": Decimal("1234567890123456.78"),
    "one_text": "Grüße 1.5 €",
    "one_missing": None,
}
"""What a server is asked for by name before its rows are believed, and what it has to answer: a decimal of as many digits
as a column may have, which a driver that makes doubles of decimals gets wrong."""


class Session(Protocol):
    """One connection in one transaction that only reads. Every method raises `RelationFault` and nothing of a driver's."""

    where: str
    """What is read now, as messages call it."""

    @property
    def engine(self) -> DatabaseEngine: ...

    def describe(self, query: str) -> list[ServerColumn]:
        """The columns that a query would answer."""
        ...

    def batches(self, query: str, columns: Sequence[ServerColumn]) -> Iterator[pa.RecordBatch]:
        """The answer to a query whose columns are these, all of them texts, or typed as the driver has them."""
        ...

    def row(self, query: str) -> tuple[Any, ...]:
        """The one row that a query answers."""
        ...

    def tables(self) -> list[str]:
        """The names of tables and views that the account can see."""
        ...

    def can_write(self, table: str) -> bool:
        """Whether the account may change rows of the table."""
        ...

    def without_moment(self, table: str) -> str:
        """By what the table is kept if that knows no transactions, so that its rows are of no moment; "" if it does."""
        ...

    def bytes_of(self, query: str) -> int:
        """About how many bytes a query answers."""
        ...

    def at(self, table: str) -> str:
        """The table as a query names it, as of the session's moment."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class KeyRange:
    """Rows whose `column` is from `first` up to and without `end`; None: all the others at that side. `first` None has
    the rows without a value, too."""

    column: str
    first: int | None
    end: int | None

    def condition(self, engine: DatabaseEngine) -> str:
        name = engine.quoted(self.column)
        low = None if self.first is None else f"{name} >= {self.first}"
        high = None if self.end is None else f"{name} < {self.end}"
        if low is None and high is None:
            return ""
        if low is None:
            return f" WHERE ({high} OR {name} IS NULL)"
        return f" WHERE {low}" + (f" AND {high}" if high else "")


def key_ranges(column: str, least: int, greatest: int, count: int) -> list[KeyRange]:
    """So many ranges of about the same width that together are everything."""
    width = max(1, -(-(greatest - least + 1) // count))
    cuts = [least + width * number for number in range(1, count) if least + width * number <= greatest]
    return [KeyRange(column, first, end) for first, end in zip([None, *cuts], [*cuts, None], strict=True)]


def select_of(session: Session, table: str, columns: Sequence[ServerColumn], where: str = "") -> str:
    """The statement for these columns of a table, and no others."""
    engine = session.engine
    names = ", ".join(_expression(engine, column) for column in columns)
    return f"SELECT {names} FROM {session.at(table)}{where}"


def _expression(engine: DatabaseEngine, column: ServerColumn) -> str:
    """A float of 32 bits as the double that it is: of such a one some servers write six digits only."""
    name = engine.quoted(column.name)
    return f"CAST({name} AS DOUBLE) AS {name}" if column.single else name


def describe_table(session: Session, table: str) -> list[ServerColumn]:
    return session.describe(f"SELECT * FROM {session.at(table)}")


def check_sentinels(session: Session, where: str) -> None:
    """`DataError` unless values asked for by a column's name come back as values, exactly."""
    quoted = session.engine.quoted
    exact = "CAST('1234567890123456.78' AS DECIMAL(18,2))"
    literals = {"one_whole": "17", "one_exact": exact, "one_text": "'Grüße 1.5 €'", "one_missing": "NULL"}
    made = ", ".join(f"{literal} AS {quoted(name)}" for name, literal in literals.items())
    query = f"SELECT {', '.join(map(quoted, literals))} FROM (SELECT {made}{session.engine.nothing}) probe"
    answer = session.row(query)
    check_answer(dict(zip(literals, answer, strict=True)), where)


def check_answer(answer: dict[str, Any], where: str) -> None:
    """`DataError` unless the answer is what was asked for."""
    if any(answer[name] == name for name in answer):
        raise DataError(
            f"{where}: the server answers the names of columns as their values. Nothing that it says can be believed: "
            "look at its quoting (sql_mode of the server) and the connection's type."
        )
    wrong = [name for name, value in SENTINELS.items() if _plain(answer[name]) != _plain(value)]
    if wrong:
        raise DataError(
            f"{where}: asked for known values the server answers others ({', '.join(wrong)}). Nothing that it says can be "
            "believed: look at the connection's type and the server's character set."
        )


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)
