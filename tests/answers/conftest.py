"""The command line asked about a planted lake, the same way by all tests of answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from jobs.__main__ import app
from tests.steps.planted import Planted

Ask = Callable[..., Any]
"""`ask(*words, code=0)`: what a verb answers, a document where `--json` is among the words."""


@pytest.fixture
def ask(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> Ask:
    settings = planted.settings
    for name, value in (("LAKE", settings.lake), ("SPECS", settings.specs), ("CATALOG", settings.catalog)):
        monkeypatch.setenv(f"MUSTER_{name}", str(value))
    monkeypatch.setenv("MUSTER_TIME_ZONE", settings.time_zone)

    def ask(*words: str, code: int = 0) -> Any:
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == code, (result.output, result.exception)
        return json.loads(result.stdout) if "--json" in words else result.stdout

    return ask
