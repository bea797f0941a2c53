"""What the project is told once: `conf/settings.yaml`, over it the environment. Read where a verb starts, then passed on.

`lake` and `landing` may be any path Hadoop knows (`s3a://…`); a folder becomes absolute. Folders in the file count from
the folder that holds `conf`, folders in the environment from the current one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import SettingsError
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import Key, KeyTable
from jobs.syntax.shapes import ZONE, scalar, version_of, whole

CHECKOUT = Path(__file__).resolve().parent.parent


def _read_place(value: Json) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"found {shown(value)}, expected a folder or a path Hadoop knows, such as s3a://bucket/lake")
    return value


def _read_folder(value: Json) -> str:
    if not isinstance(value, str) or not value or "://" in value:
        raise ValueError(f"found {shown(value)}, expected a folder of this machine")
    return value


_TEXT = {"type": "string", "minLength": 1}
PLACE = scalar(_read_place, _TEXT)
FOLDER = scalar(_read_folder, _TEXT)

VERSION = Key("version", "The version of the settings: 1.", version_of("the settings"), required=True)
TIME_ZONE = Key("time_zone", "The account's time zone: where a day begins and ends.", ZONE, required=True)
LAKE = Key("lake", "Where the lake lies: a folder, or any path Hadoop knows.", PLACE, required=True)
LANDING = Key("landing", "Where deliveries arrive: a folder, or any path Hadoop knows.", PLACE, required=True)
SPECS = Key("specs", "The folder of the segment specs.", FOLDER, required=True)
CATALOG = Key("catalog", "The folder of the catalog.", FOLDER, required=True)
FREEZE_MAX_AGE = Key(
    "freeze_max_age_hours", "How old the night may be that a list is frozen from, in hours.", whole(1), required=True
)
KEEP_RUNS = Key("keep_runs_days", "How long the memberships of older runs are kept, in days.", whole(1), required=True)
HERE_ROWS = Key(
    "evaluate_here_rows",
    "Up to so many rows of tiles `evaluate` goes through in its own process and starts no Spark; 0: always Spark.",
    whole(0),
)
INGEST_BYTES = Key(
    "ingest_here_bytes",
    "Deliveries of a source up to so many bytes `ingest` reads in its own process and starts no Spark; 0: always Spark.",
    whole(0),
)
PACK_ROWS = Key(
    "pack_here_rows",
    "Up to so many rows to read `pack` works in its own process and starts no Spark; 0: always Spark.",
    whole(0),
)
LOOKUP_CONTACTS = 20_000_000
LOOKUP = Key(
    "lookup_contacts",
    "Up to so many rows of contacts, those who have a number and those delivered, `ingest` numbers them in its own process, "
    "in 85 bytes a new one, and up to so many people are looked up in one table; more of them workers take in shares of "
    "2 million; 0: always.",
    whole(0),
)
SETTINGS = KeyTable(
    "the settings",
    (
        VERSION,
        TIME_ZONE,
        LAKE,
        LANDING,
        SPECS,
        CATALOG,
        FREEZE_MAX_AGE,
        KEEP_RUNS,
        HERE_ROWS,
        INGEST_BYTES,
        PACK_ROWS,
        LOOKUP,
    ),
    "keys with values, such as time_zone: Europe/Vienna",
)
VARIABLES = {key: f"MUSTER_{key.name.upper()}" for key in (LAKE, LANDING, SPECS, CATALOG, TIME_ZONE)}
"""What the environment may say instead."""


@dataclass(frozen=True)
class Settings:
    """`time_zone` is the account's, a name of the IANA database."""

    time_zone: str
    lake: str
    landing: str
    specs: Path
    catalog: Path
    conf: Path
    freeze_max_age_hours: int
    keep_runs_days: int
    evaluate_here_rows: int = 30_000_000
    ingest_here_bytes: int = 2_000_000_000
    pack_here_rows: int = 30_000_000
    lookup_contacts: int = LOOKUP_CONTACTS


def spark_jars(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Spark settings that hand over the jars which the set-up has fetched (into MUSTER_SPARK_JARS): Spark looks for none.

    Empty where nothing was fetched: there Spark finds `spark.jars.packages` of `conf/spark-defaults.conf` by itself.
    """
    folder = (os.environ if env is None else env).get("MUSTER_SPARK_JARS")
    jars = sorted(map(str, Path(folder).glob("*.jar"))) if folder else []
    return {"spark.jars": ",".join(jars), "spark.jars.packages": ""} if jars else {}


def read_settings(env: Mapping[str, str] | None = None, conf: Path | None = None) -> Settings:
    """The settings of this process; `conf` (else MUSTER_CONF, else the checkout's `conf`) is the folder they stand in.

    Every problem at once as `SettingsError`, exit 12.
    """
    env = os.environ if env is None else env
    folder = (conf or Path(env.get("MUSTER_CONF") or CHECKOUT / "conf")).absolute()
    problems = Problems()
    values = {**_from_file(folder, problems), **_from_environment(env, problems)}
    if problems.errors:
        raise SettingsError("The settings cannot be used:", problems.errors)
    return Settings(conf=folder, **values)  # pyright: ignore[reportArgumentType]  # SETTINGS has each field with its type


def _from_file(folder: Path, problems: Problems) -> dict[str, object]:
    """The file's values by key, as far as they are what they should be."""
    from jobs.syntax.strict_yaml import read_yaml

    path = folder / "settings.yaml"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{path}: the settings cannot be read ({error.strerror}). "
            "Put the file back from git, or point MUSTER_CONF at the folder that holds it."
        ) from error
    root = read_yaml(data, str(path), problems)
    written = {} if root is None else SETTINGS.read(root, problems).values
    return {name: _from(folder.parent, name, value) for name, value in written.items() if name != VERSION.name}


def _from_environment(env: Mapping[str, str], problems: Problems) -> dict[str, object]:
    written = {
        key.name: key.shape.read(Node(env[variable], f"environment variable {variable}"), problems)
        for key, variable in VARIABLES.items()
        if env.get(variable)
    }
    return {name: _from(Path.cwd(), name, value) for name, value in written.items() if value is not None}


def _from(start: Path, name: str, value: object) -> object:
    """A folder counts from where it is written; what is no folder stays."""
    if name in (LAKE.name, LANDING.name):
        place = str(value)
        return place if "://" in place else str(_absolute(start, place))
    return _absolute(start, str(value)) if name in (SPECS.name, CATALOG.name) else value


def _absolute(start: Path, written: str) -> Path:
    return (start / Path(written).expanduser()).absolute()
