"""The check for Java: silent when it fits, else what is wrong and the command that mends it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from jobs.settings import CHECKOUT

INSTALL = (
    "Install it with: sudo apt-get install -y openjdk-17-jre-headless   "
    "(Fedora: sudo dnf install java-17-openjdk-headless)\n"
    "Where it is installed already, say so: export JAVA_HOME=/path/to/java-17. Then run the same command again.\n"
)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with what the script itself uses, without Java and without apt-get."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for tool in ("bash", "env", "head", "id", "uname"):
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    return folder


def java(folder: Path, version: str) -> None:
    """A program that answers `-version` as a Java of that version does."""
    folder.mkdir(exist_ok=True)
    program = folder / "java"
    program.write_text(f"#!/usr/bin/env bash\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    program.chmod(0o755)


def check(path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [str(CHECKOUT / "conf" / "setup" / "java.sh")]
    return subprocess.run(command, env={"PATH": str(path), **env}, capture_output=True, text=True)


@pytest.mark.parametrize("version", ["17.0.15", "21", "21.0.2"])
def test_a_java_that_fits_costs_no_word(tools: Path, version: str) -> None:
    java(tools, version)
    told = check(tools)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_a_missing_java_stops_with_the_command_to_run(tools: Path) -> None:
    told = check(tools)
    assert told.returncode == 1
    assert told.stderr == f"Java 17 is missing; Spark runs on it.\n{INSTALL}"


@pytest.mark.parametrize(("version", "major"), [("11.0.22", "11"), ("1.8.0_392", "8"), ("24", "24")])
def test_another_java_is_named(tools: Path, version: str, major: str) -> None:
    java(tools, version)
    told = check(tools)
    assert told.returncode == 1
    assert told.stderr == f"Spark needs Java 17 (or 21), but {tools}/java is Java {major}.\n{INSTALL}"


def test_java_home_is_what_counts(tools: Path, tmp_path: Path) -> None:
    java(tools, "11.0.22")
    home = tmp_path / "jdk"
    home.mkdir()
    java(home / "bin", "17.0.1")
    assert check(tools, JAVA_HOME=str(home)).returncode == 0


def test_a_java_home_without_java_is_named(tools: Path, tmp_path: Path) -> None:
    java(tools, "17.0.15")
    told = check(tools, JAVA_HOME=str(tmp_path))
    assert told.returncode == 1
    assert told.stderr == (
        f"Java 17 is missing: JAVA_HOME is {tmp_path}, and no bin/java is in it; Spark runs on it.\n{INSTALL}"
    )
