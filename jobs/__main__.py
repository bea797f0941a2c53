"""The command line: `python -m jobs VERB`. Also what spark-submit starts, one verb a Spark job."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

if __name__ == "__main__" and not __package__:  # started as a file, by spark-submit
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import typer

from jobs.commands import contact_lists, meanings, nights, spec_tests, specs, whys
from jobs.errors import UserError

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
QUICK = ("try", "test", "explain", "why")
"""Verbs that answer in about a second, and never start Spark."""

for room in (specs, meanings, whys, spec_tests, nights, contact_lists):
    room.register(app)


def main() -> None:
    """Runs the verb; a fault of the user's ends with its message and its exit code, never with a traceback."""
    if sys.argv[1:2] and sys.argv[1] in QUICK:
        from jobs.catalog.values.start import spare_pandas

        spare_pandas()
    # Our own lines tell the route of a step, on standard error; of the libraries only warnings are worth a line.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("jobs").setLevel(logging.INFO)
    try:
        app()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
