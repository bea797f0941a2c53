"""One moment for all tables of a connection: held open from the first look at one of them until the ingest is done.

Where the database can share a moment, one session exports it, and whoever reads a range of a table sees it by name. Where it
cannot, there is one session in one transaction, and this process reads by it, one table after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock

from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_after_delay, wait_exponential

from jobs.intake.databases.dbapi import DbApiSession, MariaDbSession
from jobs.intake.databases.logins import Login, read_login
from jobs.intake.databases.postgres import PostgresSession
from jobs.intake.databases.server_faults import RelationFault
from jobs.intake.databases.sessions import Session, check_sentinels


@dataclass(frozen=True, eq=False)
class Cut:
    """The moment of one connection. `shared` is its name for other sessions, "" where only `session` sees it."""

    session: Session
    shared: str
    alone: RLock = field(default_factory=RLock)
    """Held by whoever asks the session something."""


TRIES, PATIENCE_S = 4, 20
"""How often a server that does not answer, or is starting up, is asked again, and for how many seconds at most."""


def open_session(login: Login, where: str, snapshot: str = "") -> Session:
    """A connection, waited for a little where no server answers yet; `RelationFault`, of another kind at once: a password
    that is refused twice may lock the account."""
    again = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, RelationFault) and error.kind == "unreachable"),
        wait=wait_exponential(multiplier=0.5),
        stop=stop_after_attempt(TRIES) | stop_after_delay(PATIENCE_S),
        reraise=True,
    )
    return again(_open, login, where, snapshot)


def _open(login: Login, where: str, snapshot: str) -> Session:
    match login.engine.module:
        case "psycopg":
            return PostgresSession(login, where, snapshot)
        case "pymysql":
            return MariaDbSession(login, where)
        case _:
            return DbApiSession(login, where)


class _Held:
    """What this process holds now: by connection its cut, or why there is none."""

    def __init__(self) -> None:
        self.ingests = 0
        self.cuts: dict[str, Cut | Exception] = {}
        self.lock = Lock()


_held = _Held()


@contextmanager
def cuts_held() -> Iterator[None]:
    """Until the outermost of these ends, every connection stands at the moment of its first use."""
    with _held.lock:
        _held.ingests += 1
    try:
        yield
    finally:
        with _held.lock:
            _held.ingests -= 1
            if not _held.ingests:
                for cut in _held.cuts.values():
                    if isinstance(cut, Cut):
                        cut.session.close()
                _held.cuts.clear()


def cut_of(connection: str) -> Cut:
    """The moment of a connection, begun by the first who asks; `DataError` where there is none, the same one each time."""
    with _held.lock:
        assert _held.ingests, "tables are read while their moment is held"
        cut = _held.cuts.get(connection)
        if cut is None:
            try:
                cut = _begun(read_login(connection))
            except RelationFault as fault:
                cut = fault
            _held.cuts[connection] = cut
    if isinstance(cut, Exception):
        raise cut
    return cut


def _begun(login: Login) -> Cut:
    where = f"connection {login.name}"
    session = open_session(login, where)
    try:
        check_sentinels(session, where)
        return Cut(session, session.export() if isinstance(session, PostgresSession) else "")
    except BaseException:
        session.close()
        raise
