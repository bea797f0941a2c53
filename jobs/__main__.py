"""The command line: `python -m jobs VERB`. Also what spark-submit starts, one verb a Spark job."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

if __name__ == "__main__" and not __package__:  # started as a file, by spark-submit
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import typer

from jobs.commands import (
    authoring_verbs,
    bench_verb,
    describe_verb,
    list_verbs,
    meaning_verbs,
    night_verbs,
    size_verbs,
    spec_verbs,
)
from jobs.commands.console import OneLine
from jobs.errors import BUG, DONE, UserError

app = typer.Typer(
    name="jobs",
    help="Muster: JSON segment specs in, published audiences and frozen contact lists out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog="Exit codes: 0 done · 1 bug · 2 usage · 10 spec · 11 catalog · 12 settings · 20 source data · 21 part was "
    "published and part held or failed · 22 list refused · 30 the lake or a server cannot be reached.",
)
QUICK = (
    "try", "test", "new", "explain", "why", "preview", "history", "publish", "freeze", "withdraw", "report", "segments",
    "runs", "lists", "deliveries", "describe",
)  # fmt: skip
"""Verbs that answer in about a second on the sample company, and never start Spark."""

for room in (
    spec_verbs, authoring_verbs, meaning_verbs, describe_verb, size_verbs, night_verbs, list_verbs, bench_verb,
):  # fmt: skip
    room.register(app)


def main() -> NoReturn:
    """Runs the verb; a fault of the user's ends with its message and its exit code, never with a traceback."""
    if sys.argv[1:2] and sys.argv[1] in QUICK:
        from jobs.catalog.values.quick_start import spare_pandas

        spare_pandas()
    # Our own lines tell the route of a step, on standard error; of the libraries only warnings are worth a line.
    lines = logging.StreamHandler()
    lines.setFormatter(OneLine("%(asctime)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.WARNING, handlers=[lines])
    logging.getLogger("jobs").setLevel(logging.INFO)
    leave(exit_code())


def exit_code() -> int:
    """Runs the verb and says how it ended."""
    try:
        app()
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else DONE if ended.code is None else BUG
    except Exception:  # noqa: BLE001 - nothing is above: a bug shows its traceback and ends with its code
        traceback.print_exc()
        return BUG
    return DONE


def leave(code: int) -> NoReturn:
    """Ends the process with this code, without taking the interpreter apart.

    A thread of pyarrow's that still lets go of a Python object while the interpreter goes makes the C++ runtime abort
    ("terminate called without an active exception"): a step that had done all its work would end as failed. So what is
    registered for the end is run, what is printed is flushed, and the rest is left to the kernel.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            code = code or BUG
    os._exit(code)


if __name__ == "__main__":
    main()
