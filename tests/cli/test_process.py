"""What only a process of its own can show: `python -m jobs` itself, what it loads, how it ends, and without a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.cli.shop import AS_OF, Shop

CHECKOUT = Path(__file__).resolve().parents[2]
HEAVY = ("pyspark", "delta", "pandas", "airflow", "great_expectations", "encodings.koi8_r")
"""The last one stands for all encodings that a catalog may name."""
LOADED = f"""
import atexit, sys
from jobs.__main__ import main
atexit.register(lambda: print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr))
main()
"""


def start(*words: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    program = ["-m", "jobs"] if code is None else ["-c", code]
    return subprocess.run(
        [sys.executable, *program, *words],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def tried(shop: Shop, *specs: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    return start("try", *specs, "--data", "data", "--as-of", AS_OF, code=code)


def test_try_answers_and_loads_nothing_that_it_does_not_need(shop: Shop) -> None:
    shop.orders("ada,2026-11-01,5.00,web")
    payers = shop.spec("payers", {"attribute": "smart.revenue", "at_least": 5})
    ended = tried(shop, payers, code=LOADED)
    assert (ended.returncode, ended.stderr) == (0, "[]\n")
    assert json.loads(ended.stdout) == {"payers": ["ada"]}


def test_validate_and_test_load_no_spark_either(shop: Shop) -> None:
    shop.spec("germans")
    shop.write("specs/crm/germans.tests.json", json.dumps({"version": 1, "as_of": AS_OF, "tests": [
        {"name": "nobody", "data": {}, "members": []}]}))  # fmt: skip
    for words in (("validate",), ("test",), ("words", "--json"), ("explain", "germans")):
        ended = start(*words, code=LOADED)
        assert (ended.returncode, ended.stderr) == (0, "[]\n"), words


def test_the_process_ends_with_the_code_of_what_was_wrong_and_no_traceback(shop: Shop) -> None:
    good, bad = shop.spec("good"), shop.spec("bad", {"attribute": "contry", "is": "DE"})
    ended = tried(shop, good, bad)
    assert (ended.returncode, json.loads(ended.stdout)) == (10, {"good": ["ada", "bea"]})
    assert ended.stderr == (
        'specs/crm/bad.json#/where/attribute: found "contry", expected an attribute of the catalog — did you mean '
        '"country"?\n'
    )
    shop.contacts("ada,DE,klingon,")
    ended = tried(shop, shop.spec("good", {"attribute": "language", "is": "de"}))
    assert (ended.returncode, ended.stdout) == (20, "")
    assert ended.stderr.startswith(
        "The data in data cannot be used:\n  data/contacts.csv: contacts: 1 row with language"
    )
    shop.write("catalog/order.yaml", "version: 2\n")
    ended = start("validate")
    assert (ended.returncode, ended.stdout) == (11, "")
    shop.write("conf/settings.yaml", "version: [\n")
    ended = start("validate")
    assert (ended.returncode, ended.stdout) == (12, "")
    assert "Traceback" not in ended.stderr
    assert start("tryy").returncode == 2


def test_started_as_a_file_it_is_the_same_program(shop: Shop) -> None:
    shop.spec("germans")
    ended = subprocess.run(
        [sys.executable, CHECKOUT / "jobs" / "__main__.py", "validate"],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "1 spec is right.\n", "")


def test_a_reader_that_has_read_enough_is_no_bug(shop: Shop) -> None:
    """`python -m jobs words | head -1` closes the pipe while much is still to be written."""
    command = f"{sys.executable} -m jobs words --json | head -c 1"
    ended = subprocess.run(
        ["bash", "-c", command], env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, capture_output=True, encoding="utf-8",
        timeout=120,
    )  # fmt: skip
    assert ended.stdout == "["
    assert "Traceback" not in ended.stderr


def test_the_command_line_begins_without_what_only_some_verbs_need() -> None:
    libraries = ("numpy", "pyarrow", "polars", "pyspark")
    code = f"import sys, jobs.__main__; print([name for name in {libraries} if name in sys.modules])"
    assert start(code=code).stdout.strip() == "[]"
