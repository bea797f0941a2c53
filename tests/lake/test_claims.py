"""A claim is won once, whoever asks: raced with real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from jobs.lake.claims import claim, held, settle
from jobs.lake.reads import table_rows
from jobs.lake.tables import CLAIMS

PROCESSES = int(os.environ.get("MUSTER_RACERS", "4"))
ROUNDS = int(os.environ.get("MUSTER_RACE_ROUNDS", "20"))
"""Each round is two races, to claim and to settle."""


def test_one_of_several_processes_wins_each_claim_and_all_hear_of_it(tmp_path: Path) -> None:
    lake, meeting = str(tmp_path / "lake"), tmp_path / "meeting"
    meeting.mkdir()
    command = [sys.executable, "-m", "tests.lake.claiming", lake, str(meeting)]
    running = [
        subprocess.Popen([*command, f"p{number}", str(PROCESSES), str(ROUNDS)], stdout=subprocess.PIPE, text=True)
        for number in range(PROCESSES)
    ]
    answers = [process.communicate(timeout=600)[0] for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES
    told = [json.loads(line.removeprefix("TOLD ")) for out in answers for line in out.splitlines() if "TOLD" in line]
    assert len(told) == PROCESSES
    assert all(one == told[0] for one in told), "two processes were told different winners"
    claims = table_rows(lake, CLAIMS)
    rows = {row["key"]: row for row in claims}
    assert len(claims) == ROUNDS
    for number, (fingerprint, state, attempt) in enumerate(told[0]):
        row = rows[f"round/{number}"]
        assert (row["fingerprint"], row["state"], row["attempt"]) == (fingerprint, state, attempt)
        assert state == "done"


def test_a_second_request_under_a_key_is_told_of_the_first(tmp_path: Path) -> None:
    lake = str(tmp_path)
    assert held(lake, "freeze/july") is None
    assert claim(lake, "freeze/july", "segment a", '{"run": 3}').fingerprint == "segment a"
    second = claim(lake, "freeze/july", "segment b", '{"run": 4}')
    assert (second.fingerprint, second.result, second.state) == ("segment a", '{"run": 3}', "open")


def test_an_attempt_that_comes_second_is_told_the_first_attempts_result(tmp_path: Path) -> None:
    lake = str(tmp_path)
    claim(lake, "freeze/july", "segment a")
    first = settle(lake, "freeze/july", "0a", '{"rows": 7}')
    second = settle(lake, "freeze/july", "0b", '{"rows": 9}')
    assert first == second
    assert (second.attempt, second.result, second.state) == ("0a", '{"rows": 7}', "done")
