"""Compiles the kernel's loops once for this user, by running the tests beside the specs with them: no night pays for it.

Only time depends on it: where there are no such tests, or they do not run, a night compiles what it needs.
"""

from __future__ import annotations

import contextlib
import io

import typer

from jobs.commands.spec_verbs import run_tests
from jobs.errors import UserError
from jobs.kernel.compiled import forced
from jobs.settings import CHECKOUT

with contextlib.suppress(UserError, typer.Exit), forced(compiled=True), contextlib.redirect_stdout(io.StringIO()):
    run_tests(CHECKOUT / "segment_specs", CHECKOUT / "conf" / "catalog", "UTC", as_json=True)
