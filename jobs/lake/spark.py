"""The one place that starts a Spark session, and the one that turns Spark's way of failing into ours.

Settings come from `conf/spark-defaults.conf`, each with its reason there. Under `spark-submit` what was submitted wins and
the file fills the gaps; in plain Python the file is all there is. What the code itself relies on is set here, last.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from py4j.protocol import Py4JError, Py4JNetworkError
from pyspark.errors import PySparkException, PythonException
from pyspark.sql import SparkSession

from jobs.errors import SettingsError, Unreachable, UserError
from jobs.settings import Settings, spark_jars

RELIED_ON: Mapping[str, str] = {
    # Windows are instants; local days are computed at evaluation from the pinned tzdata.
    "spark.sql.session.timeZone": "UTC",
    # INT96, Spark's default, is read as local time by half the programs that read Parquet.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # A value that does not fit is an error, never null.
    "spark.sql.ansi.enabled": "true",
}

WORKERS_PYTHON = "spark.pyspark.python"

# What follows is told by words in a Java stack trace, because it has no class of its own there or in Python: the network
# and the disk fail as IOException, in an executor as the text of one.
NETWORK = (
    "java.net.ConnectException",
    "java.net.SocketTimeoutException",
    "java.net.UnknownHostException",
    "java.net.NoRouteToHostException",
    "ServiceUnavailable",
    "SlowDown",
)
"""A server did not answer, however often Hadoop or Spark asked it again."""

UNWRITABLE = (
    "AccessControlException",
    "AccessDeniedException",
    "Permission denied",
    "Read-only file system",
    "No space left on device",
    "ParentNotDirectoryException",
    "Destination exists and is not a directory",
    "Not a directory",
    "Mkdirs failed",
    "DELTA_CANNOT_CREATE_LOG_PATH",
)
"""The place, not the work, is at fault; and trying again does not help."""

GONE = ("FAILED_READ_FILE.FILE_NOT_EXIST", "java.io.FileNotFoundException", "DELTA_SCHEMA_CHANGE_SINCE_ANALYSIS")
"""Files that a table is said to consist of are not there, or the table is another than when it was opened."""

KILLED = ("Python worker exited unexpectedly", "ExecutorLostFailure")
"""A worker ended in the middle of its work, and as often as Spark tries it."""

WORKERS_WORD = f"{Unreachable.__module__}.{Unreachable.__name__}: "
"""Before the message of a worker's own `Unreachable`, which comes back as the text of its traceback."""


def session(settings: Settings, app: str, more: Mapping[str, str] = MappingProxyType({})) -> SparkSession:
    """The session of this process, started when there is none; its log is quiet. Workers run `spark.pyspark.python` where
    that is set, as on a cluster (`make package`), else this Python.

    `more` are settings of the caller's own, above the file's.
    """
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    wanted = {**read_defaults(Path(settings.conf) / "spark-defaults.conf"), **spark_jars(), **more, **RELIED_ON}
    os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["PYSPARK_PYTHON"] = _workers_python(submitted) or wanted.get(WORKERS_PYTHON) or sys.executable
    builder = SparkSession.builder.appName(f"muster {app}")
    for key, value in wanted.items():
        if not (submitted and key not in RELIED_ON and _is_submitted(key)):
            builder = builder.config(key, value)
    if not submitted and wanted.get("spark.master", "local[*]").startswith("local"):
        # A laptop's night must not listen on the network; a cluster's driver must.
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel(wanted.get("spark.log.level", "ERROR"))
    return spark


def read_defaults(path: Path) -> dict[str, str]:
    """The settings of a `spark-defaults.conf`, as spark-submit reads it: key, blank, value; `#` begins a comment line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(
            f"{path}: the Spark settings cannot be read ({error.strerror}). "
            "Put the file back from git, or point MUSTER_CONF at the folder that holds it."
        ) from error
    pairs = [line.split(None, 1) for line in map(str.strip, lines) if line and not line.startswith("#")]
    return {key: rest[0].strip() if rest else "" for key, *rest in pairs}


def _workers_python(submitted: bool) -> str | None:
    """The one that was submitted; Spark tells workers what the environment says, whatever the setting is."""
    return _submitted(WORKERS_PYTHON) if submitted else None


def _is_submitted(key: str) -> bool:
    return _submitted(key) is not None


def _submitted(key: str) -> str | None:
    from pyspark import SparkConf, SparkContext

    SparkContext._ensure_initialized()  # attaches to spark-submit's JVM
    return SparkConf().get(key)


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Turns a lake that cannot be reached, read or written into `Unreachable`, exit 30; every other failure passes."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        message = _unreachable(what, error)
        if message is None:
            raise
        raise Unreachable(message) from error


def _unreachable(what: str, error: Exception) -> str | None:
    """What to tell when the lake, the disk or other writers were at fault; None when it was something else."""
    text = _java_text(error)
    if isinstance(error, PythonException) and WORKERS_WORD in text:
        return text.rpartition(WORKERS_WORD)[2].partition("\n\n")[0].strip()
    if word := _first(text, UNWRITABLE):
        return (
            f"{_place(error) or what}: cannot be written ({word}). "
            "Check that the folder is yours and has room, or set MUSTER_LAKE to another one; then run the step again."
        )
    if word := _first(text, NETWORK):
        return f"{what}: cannot be reached ({word}). Nothing half done is visible; run the step again when it answers."
    if word := _first(text, KILLED):
        return (
            f"{what}: a worker was ended from outside while it worked ({word}), most often because memory ran out. "
            "Nothing half done is visible; run the step again, with more memory for each core if it ends like this again "
            "(spark.executor.memoryOverhead on a cluster, fewer cores in spark.master here)."
        )
    if word := _first(text, GONE):
        return (
            f"{what}: was changed or taken away while it was read ({word}). Nothing half done is visible; run the step "
            "again. If it ends like this again, files of the lake are missing: put them back from a copy."
        )
    return None


def _java_text(error: BaseException) -> str:
    if isinstance(error, Py4JNetworkError) or not isinstance(error, PySparkException | Py4JError | OSError):
        return ""
    return str(error)


def _place(error: BaseException) -> str | None:
    """The file that an error of the system itself is about."""
    return error.filename if isinstance(error, OSError) and isinstance(error.filename, str) else None


def _first(text: str, words: tuple[str, ...]) -> str | None:
    return next((word for word in words if word in text), None)
