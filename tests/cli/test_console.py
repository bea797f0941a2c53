"""What is printed for people stays in its line and in its cell, whatever somebody called a file."""

from __future__ import annotations

import logging
import sys

import pytest

from jobs.commands.console import OneLine, print_table

FORGED = "a.csv\n12:00:00 order: accepted \u202evsc.x \x1b[2K"
SHOWN = "a.csv\\u000a12:00:00 order: accepted \\u202evsc.x \\u001b[2K"


def test_a_log_line_is_one_line() -> None:
    record = logging.LogRecord("jobs", logging.INFO, "", 0, "%s has not arrived", (FORGED,), None)
    assert OneLine("%(message)s").format(record) == f"{SHOWN} has not arrived"


def test_a_traceback_keeps_its_lines() -> None:
    try:
        raise AssertionError("a bug")
    except AssertionError:
        record = logging.LogRecord("jobs", logging.ERROR, "", 0, "ended", (), sys.exc_info())
    first, *rest = OneLine("%(message)s").format(record).splitlines()
    assert first == "ended"
    assert rest[-1] == "AssertionError: a bug"


def test_a_cell_of_a_table_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Files", ("name", "rows"), [(FORGED, 1000)])
    printed = capsys.readouterr().out
    assert SHOWN in printed
    assert "1,000" in printed
