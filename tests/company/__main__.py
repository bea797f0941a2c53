"""`python -m tests.company [--landing DIR]`: makes the sample company's landing files, and says what it made."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jobs.errors import UserError
from jobs.settings import read_settings
from tests.company.landing import make_landing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.company", description=__doc__)
    parser.add_argument("--landing", type=Path, help="folder to write into; the settings' landing folder if left out")
    try:
        landing: Path = parser.parse_args().landing or Path(read_settings().landing)
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    for path, written in make_landing(landing).items():
        print(f"{'made' if written else 'already there'}: {landing / path}")


if __name__ == "__main__":
    main()
