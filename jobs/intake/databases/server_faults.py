"""What can be wrong with a table of a database, in words with the next step.

A server's own message is never repeated: it may quote a value, and a driver's may quote a login. Only the server's code is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from jobs.errors import DataError, visible
from jobs.syntax.spelling import did_you_mean

FaultKind = Literal[
    "unreachable", "login", "database", "table", "column", "rights", "timeout", "broken", "cut", "driver", "other"
]
AGAIN = "then run the step again"

WORDS: dict[FaultKind, tuple[str, str]] = {
    "unreachable": (
        "the server does not answer",
        f"Check that it runs and that host and port of the connection are its own; {AGAIN}",
    ),
    "login": (
        "the server refuses the user or the password",
        f"Put login and password of the connection right; {AGAIN}",
    ),
    "database": (
        "the server has no such database",
        f"Put the connection's database (its schema in Airflow) right; {AGAIN}",
    ),
    "table": ("found no such table or view", "Put read: {jdbc: {table: …}} of the catalog right"),
    "column": (
        "found no such column",
        "Put partition_on and the columns' names in the catalog right",
    ),
    "rights": ("the account may not read it", f"Let somebody GRANT it SELECT on the table; {AGAIN}"),
    "timeout": (
        "the server took longer than the connection's read_timeout",
        f"Ask why it is slow, or raise read_timeout in the connection's extra; {AGAIN}",
    ),
    "broken": (
        "the connection broke off while it was read, so nothing of it counts",
        f"See whether the server was stopped or restarted; {AGAIN}",
    ),
    "cut": (
        "the moment that all tables of the connection are read at is gone: its connection broke off",
        f"See whether the server was stopped or restarted; {AGAIN}",
    ),
    "driver": ("the Python driver of this database is not installed", f"Install it; {AGAIN}"),
    "other": ("the server refuses to hand out its rows", "Ask its administrator what the code means"),
}


class RelationFault(DataError):
    """Why rows of a table cannot be had; `kind` is the sort of it."""

    def __init__(
        self, where: str, kind: FaultKind, code: str = "", words: Iterable[str] = (), wanted: str = ""
    ) -> None:
        what, advice = WORDS[kind]
        near = did_you_mean(wanted, list(words)) if wanted else ""
        found = f"{where}: {what}{f' (code {code})' if code else ''}{near}"
        super().__init__(visible(f"{found}{'' if found.endswith('?') else '.'} {advice}."))
        self.kind: FaultKind = kind
        self.code = code
