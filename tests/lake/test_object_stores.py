"""Lakes in an object store: what is asked of the store before a night, and commits there.

The store of these tests is MinIO, a real S3 server, where its program is found: on the PATH or as MUSTER_MINIO
(`go install github.com/minio/minio@latest` makes it). Without it only what needs no store is tested.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyarrow import fs

from jobs.errors import DONE, SETTINGS, UNREACHABLE, SettingsError, Unreachable
from jobs.lake.claims import claim, settle
from jobs.lake.file_commits import check_writable
from jobs.lake.object_stores import OBJECT, require_put_if_absent
from jobs.lake.reads import table_rows
from jobs.lake.segment_runs import read_segment_runs
from jobs.lake.tables import CLAIMS
from jobs.settings import CHECKOUT
from jobs.steps import freeze, run
from tests.steps.night import CONTACTS, ORDER, deliver, settings_of, write_catalog

PROGRAM = shutil.which(os.environ.get("MUSTER_MINIO", "minio"))
KEYS = {"AWS_ACCESS_KEY_ID": "muster", "AWS_SECRET_ACCESS_KEY": "muster-muster", "AWS_REGION": "us-east-1"}
EVERYONE, ROUNDS = 4, 20
AS_OF = "2026-11-24T00:00"


class PutsAnything(BaseHTTPRequestHandler):
    """A store that knows no conditions: whatever is put is put."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass


def environment(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)


def test_a_store_that_lets_the_second_writer_win_is_refused_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), PutsAnything)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment(monkeypatch, server.server_address[1])
    with pytest.raises(SettingsError, match=r"^s3a://bucket/lake: the store put one object twice .*MinIO") as caught:
        check_writable("s3a://bucket/lake")
    server.shutdown()
    server.server_close()
    assert caught.value.exit_code == SETTINGS


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        (
            "AWS_S3_ALLOW_UNSAFE_RENAME",
            "true",
            r"AWS_S3_ALLOW_UNSAFE_RENAME: found 'true', expected nothing: .*Unset it",
        ),
        ("AWS_CONDITIONAL_PUT", "disabled", r"is not asked to .*unset AWS_CONDITIONAL_PUT"),
    ],
)
def test_commits_that_do_not_ask_the_store_are_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    environment(monkeypatch, 9)
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=message):
        require_put_if_absent("s3a://bucket/lake")


def test_a_store_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, free_port())
    with pytest.raises(Unreachable, match=r"^s3a://bucket/lake: cannot be written .*endpoint") as caught:
        require_put_if_absent("s3a://bucket/lake")
    assert caught.value.exit_code == UNREACHABLE


def test_a_folder_is_not_asked(tmp_path: Path) -> None:
    require_put_if_absent(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture(scope="module")
def minio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server with an empty bucket."""
    if PROGRAM is None:
        pytest.skip("no program minio on the PATH, and none named by MUSTER_MINIO")
    port, folder = free_port(), tmp_path_factory.mktemp("minio")
    keys = {"MINIO_ROOT_USER": KEYS["AWS_ACCESS_KEY_ID"], "MINIO_ROOT_PASSWORD": KEYS["AWS_SECRET_ACCESS_KEY"]}
    command = [PROGRAM, "server", str(folder), "--address", f"127.0.0.1:{port}", "--quiet"]
    server = subprocess.Popen(command, env=os.environ | keys, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with pytest.MonkeyPatch.context() as patched:
            environment(patched, port)
            _make_bucket()
        yield port
    finally:
        server.terminate()
        server.wait()


def _make_bucket() -> None:
    for _ in range(100):
        try:
            system, _path = fs.FileSystem.from_uri("s3://bucket?allow_bucket_creation=true")
            system.create_dir("bucket")
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


@pytest.fixture
def bucket(minio: int, monkeypatch: pytest.MonkeyPatch) -> str:
    environment(monkeypatch, minio)
    return "s3a://bucket"


def test_a_store_that_refuses_is_asked_once_a_night(bucket: str) -> None:
    lake = f"{bucket}/asked"
    for _ in range(3):
        check_writable(lake)
    system, _path = fs.FileSystem.from_uri("s3://bucket")
    assert [file.base_name for file in system.get_file_info(fs.FileSelector("bucket/asked"))] == [OBJECT]


def test_of_processes_that_claim_one_key_in_a_bucket_one_wins(bucket: str, tmp_path: Path) -> None:
    lake = f"{bucket}/claimed"
    command = [sys.executable, "-m", "tests.lake.claiming", lake, str(tmp_path)]
    racers = [
        subprocess.Popen(
            [*command, str(who), str(EVERYONE), str(ROUNDS)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
        )
        for who in range(EVERYONE)
    ]
    outputs = [racer.communicate(timeout=120)[0].splitlines()[-1] for racer in racers]
    told = [json.loads(line.removeprefix("TOLD ")) for line in outputs]
    assert [len({json.dumps(each[number]) for each in told}) for number in range(ROUNDS)] == [1] * ROUNDS
    rows = table_rows(lake, CLAIMS)
    assert len(rows) == len({row["key"] for row in rows}) == ROUNDS
    assert claim(lake, "round/0", "late").fingerprint == told[0][0][0]
    assert settle(lake, "round/0", "late", "{}").attempt == told[0][0][2]


def test_a_night_and_a_list_in_a_bucket(bucket: str, tmp_path: Path) -> None:
    settings = replace(settings_of(tmp_path), lake=f"{bucket}/night")
    write_catalog(tmp_path, {"contacts": CONTACTS, "order": ORDER})
    deliver(tmp_path, "contacts/2026-11-23.csv", "contact_id,country,born_on", "ada,DE,", "bob,AT,", "cyd,DE,")
    deliver(tmp_path, "order/2026-11-23.csv", "customer_id,ordered_at,amount", "bob,2026-11-01,1.00")
    for id_, where in (("germans", {"attribute": "country", "is": "DE"}), ("buyers", {"event": "order"})):
        file = tmp_path / "specs" / "all" / f"{id_}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        spec = {"version": 1, "id": id_, "name": id_, "where": where, "publish": "rows", "expect": {"at_least": 0}}
        file.write_text(json.dumps(spec))
    assert run.run(settings, AS_OF).exit_code == DONE
    assert {row.segment: row.members for row in read_segment_runs(settings.lake)} == {"germans": 2, "buyers": 1}
    frozen = freeze.run(settings, AS_OF, segment="germans", list_name="july", date="2026-11-25")
    assert (frozen.exit_code, str(frozen.details["path"]).startswith(f"{bucket}/night/lists/july/")) == (DONE, True)
