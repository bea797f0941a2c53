"""One of several processes that claim the same keys at the same moment.

`python -m tests.lake.claiming LAKE MEETING WHO ALL ROUNDS`. In each round it waits until all have arrived (files in the
folder MEETING), claims, waits again and settles; at the end it prints what the lake told it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from jobs.lake.claims import claim, settle


def meet(meeting: Path, moment: str, who: str, everyone: int) -> None:
    """Returns when all have come to this moment."""
    (meeting / f"{moment}.{who}").touch()
    end = time.monotonic() + 120
    while len(list(meeting.glob(f"{moment}.*"))) < everyone:
        assert time.monotonic() < end, f"not everyone came to {moment}"
        time.sleep(0.005)


def main(lake: str, meeting: str, who: str, everyone: int, rounds: int) -> None:
    told = []
    for number in range(rounds):
        key = f"round/{number}"
        meet(Path(meeting), f"claim{number}", who, everyone)
        claimed = claim(lake, key, f"asked by {who}")
        meet(Path(meeting), f"settle{number}", who, everyone)
        done = settle(lake, key, f"attempt of {who}", "{}")
        told.append([claimed.fingerprint, done.state, done.attempt])
    print("TOLD", json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
