"""Connections to databases: read where Airflow keeps its own, in the environment, or from a folder of mounted secrets.

A password is never in the catalog, a log, a message, a plan or a list of processes: whoever connects reads it here, in
its own process, and what is read cannot be sent on. Messages name the variable and the part of it, never what stands there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from jobs.errors import Problem, SettingsError
from jobs.intake.databases.engines import ENGINES, DatabaseEngine, OptionShape, engine_of
from jobs.syntax.spelling import did_you_mean

SECRETS = "MUSTER_CONNECTIONS"
"""The folder of mounted secrets: a file for each connection, called after it."""
EXAMPLE = "postgresql://reader:PASSWORD@db.example:5432/shop"
PASSWORD_ELSEWHERE = ("user", "password")
OF_JAVA = ("driver_path", "driver_class")
"""What Airflow keeps beside a JDBC URL for a driver that nothing here uses."""


class LoginFault(ValueError):
    """Why a connection cannot be used, without any of its values."""


class NoLogin(SettingsError):
    """Nobody has set the connection."""


@dataclass(frozen=True)
class Login:
    """How to reach one database. The password is shown nowhere, and the whole is sent to nobody."""

    name: str
    engine: DatabaseEngine
    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict[str, str])

    def __reduce__(self) -> NoReturn:
        raise TypeError("a login stays in the process that has read it")

    def number(self, option: str, default: int) -> int:
        return int(self.options.get(option, default))


def variable_of(name: str) -> str:
    """Where Airflow looks for a connection in the environment."""
    return f"AIRFLOW_CONN_{name.upper()}"


def read_login(name: str, env: Mapping[str, str] | None = None) -> Login:
    """The connection of this name; `NoLogin` where it is not there, `SettingsError` where it cannot be used (both 12)."""
    written, place = _written(name, os.environ if env is None else env)
    try:
        return _login(name, written)
    except LoginFault as fault:
        raise SettingsError(f"connection {name} ({place}): {fault}") from None


def check_logins(names: Iterable[str], env: Mapping[str, str] | None = None, *, absent: bool = True) -> None:
    """`SettingsError` with everything that is wrong with these connections; that nobody has set one only where `absent`."""
    problems: list[Problem] = []
    for name in sorted(set(names)):
        try:
            read_login(name, env)
        except SettingsError as error:
            if isinstance(error, NoLogin) and not absent:
                continue
            place, _, message = error.message.partition(": ")
            problems.append(Problem(place, "", message))
    if problems:
        raise SettingsError("These connections cannot be used:", problems)


def check_mounted(name: str, env: Mapping[str, str] | None = None) -> None:
    """`SettingsError` unless workers on other machines can read the connection for themselves, as a mounted secret."""
    env = os.environ if env is None else env
    folder = env.get(SECRETS)
    if not folder or not (Path(folder) / name).is_file():
        found = f"{SECRETS} is not set" if not folder else f"{folder} has no file {name}"
        raise SettingsError(
            f"connection {name}: a cluster's workers read its tables and have no login; {found}. Mount a secret with the "
            f"file {name} into one folder here and on the executors, and set {SECRETS} and "
            f"spark.executorEnv.{SECRETS} to that folder; no password goes to a cluster by another way."
        )


def _written(name: str, env: Mapping[str, str]) -> tuple[str, str]:
    """What is written of a connection, and where."""
    folder, variable = env.get(SECRETS), variable_of(name)
    if folder and (path := Path(folder) / name).is_file():
        return path.read_text(encoding="utf-8").strip(), str(path)
    if env.get(variable):
        return env[variable].strip(), variable
    where = f" or the file {name} in {SECRETS}" if folder else ""
    raise NoLogin(
        f"connection {name} ({variable}): found nothing. Set {variable}{where} as Airflow does, like {EXAMPLE}"
    )


def _login(name: str, written: str) -> Login:
    parts = _from_json(written) if written.startswith("{") else _from_uri(written)
    if str(parts.get("host") or "").startswith("jdbc:"):
        beside = {name: value for name, value in _options(parts.get("extra")).items() if name not in OF_JAVA}
        in_url = _from_jdbc(str(parts["host"]))
        parts = {**parts, **in_url, "extra": {**beside, **in_url["extra"]}}
    word = str(parts.get("conn_type") or "").lower().replace("-", "_")
    engine = engine_of(word)
    if engine is None:
        known = sorted(word for engine in ENGINES for word in engine.types)
        raise LoginFault(f"its type is none that rows can come from, expected one of {', '.join(known)}")
    options = _options(parts.get("extra"))
    _check_options(engine, options)
    if not parts.get("host") and engine.arguments.get("host") != "":
        raise LoginFault(f"found no host, expected one as in {EXAMPLE}")
    return Login(
        name,
        engine,
        str(parts.get("host") or ""),
        _port(parts.get("port"), engine),
        str(parts.get("schema") or ""),
        str(parts.get("login") or ""),
        str(parts.get("password") or ""),
        options,
    )


def _from_json(written: str) -> dict[str, Any]:
    try:
        parts = json.loads(written)
    except ValueError:
        raise LoginFault('found JSON that cannot be read, expected {"conn_type": "postgres", "host": …}') from None
    return parts


def _from_uri(written: str) -> dict[str, Any]:
    """A connection as Airflow writes it in one line; also a JDBC URL by itself, which then has no login."""
    if written.startswith("jdbc:"):
        return {"host": written}
    try:
        uri = urlsplit(written)
        port = uri.port
    except ValueError:
        raise LoginFault(f"found no URI, expected one like {EXAMPLE}; other letters in it as %40") from None
    # A password whose @ or / is not written as %40 or %2F would be taken for a host or a database, and shown as one.
    if not uri.scheme or not uri.netloc or uri.netloc.count("@") > 1 or set(uri.path[1:]) & set("/@:"):
        raise LoginFault(f"found no URI, expected one like {EXAMPLE}; other letters in it as %40")
    return {
        "conn_type": uri.scheme,
        "host": unquote(uri.netloc.rpartition("@")[2].rpartition(":")[0] if port else uri.netloc.rpartition("@")[2]),
        "port": port,
        "schema": unquote(uri.path[1:]),
        "login": unquote(uri.username or ""),
        "password": unquote(uri.password or ""),
        "extra": dict(parse_qsl(uri.query, keep_blank_values=True)),
    }


def _from_jdbc(url: str) -> dict[str, Any]:
    """Parts of a JDBC URL, which Airflow keeps as the host of a connection of type jdbc."""
    if url.startswith("jdbc:mariadb:"):
        raise LoginFault(
            "found a URL of jdbc:mariadb:, by which readers get the names of columns as their values. "
            "Write jdbc:mysql: instead; the same server answers"
        )
    for engine in ENGINES:
        match = engine.url.fullmatch(url)
        if match:
            port = match["port"]
            options = dict(parse_qsl((match["options"] or "").replace(";", "&"), keep_blank_values=True))
            return {
                "conn_type": engine.types[0],
                "host": match["host"],
                "extra": options,
                **({"schema": match["database"]} if match["database"] else {}),
                **({"port": int(port)} if port else {}),
            }
    raise LoginFault("found a JDBC URL of none of the known databases, like jdbc:postgresql://db.example:5432/shop")


def _options(extra: Any) -> dict[str, str]:
    """What is set beside the login; Airflow keeps it as JSON, in a URI as its query or as one key `__extra__` of it."""
    if isinstance(extra, Mapping) and set(extra) == {"__extra__"}:
        extra = extra["__extra__"]
    if isinstance(extra, str):
        try:
            extra = json.loads(extra or "{}")
        except ValueError:
            raise LoginFault('found an extra that is no JSON, expected {"sslmode": "require"}') from None
    if extra is None:
        return {}
    if not isinstance(extra, Mapping):
        raise LoginFault('found an extra that is no object, expected {"sslmode": "require"}')
    return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in extra.items()}


def _check_options(engine: DatabaseEngine, options: Mapping[str, str]) -> None:
    allowed = engine.allowed()
    for name, value in options.items():
        if name.lower() in PASSWORD_ELSEWHERE:
            raise LoginFault(f'found the option "{name}": say who reads as login and password of the connection')
        if name not in allowed:
            raise LoginFault(
                f'the option "{name[:40]}" is not one that {engine.name} is read with{did_you_mean(name, allowed)}. '
                f"Allowed are {', '.join(sorted(allowed))}; take it out"
            )
        if (expected := _unfit(allowed[name], value)) is not None:
            raise LoginFault(f'the option "{name}" has a value that it cannot have, expected {expected}')


def _unfit(shape: OptionShape, value: str) -> str | None:
    """What was expected instead of a value; None where it fits."""
    match shape:
        case "seconds" | "rows":
            fits = value.isascii() and value.isdigit() and 0 < int(value) <= 10_000_000
            return None if fits else f"a whole number of {shape} from 1"
        case "path":
            return None if value else "a path"
        case _:
            return None if value in shape else "one of " + ", ".join(shape)


def _port(written: Any, engine: DatabaseEngine) -> int:
    if written in (None, ""):
        return engine.port
    if not str(written).isdecimal() or not 0 < int(written) < 65536:
        raise LoginFault("found no port, expected a whole number below 65536")
    return int(written)
