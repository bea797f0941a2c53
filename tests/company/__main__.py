"""`python -m tests.company [--landing DIR]`: makes the sample company's landing files, and says what it made.

Without --landing only in the checkout's own landing folder: where deliveries are somebody's own it writes nothing, says
so and ends with 3; where the lake holds the other kind of deliveries it ends with 2.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jobs.errors import DONE, UserError
from jobs.settings import read_settings
from tests.company.belonging import LANDING, check_lake, why_own
from tests.company.landing import make_landing

OWN = 3
"""Exit code: deliveries are somebody's own, nothing was written."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.company", description=__doc__)
    parser.add_argument("--landing", type=Path, help="folder to write into; the checkout's own if left out")
    landing: Path | None = parser.parse_args().landing
    if landing is None:
        settings = read_settings()
        reason = why_own(settings)
        check_lake(settings, own=bool(reason))
        if reason:
            print(f"Your own data: {reason}. The sample company writes nothing.")
            return OWN
    for path, written in make_landing(landing or LANDING).items():
        print(f"{'made' if written else 'already there'}: {(landing or LANDING) / path}")
    return DONE


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
