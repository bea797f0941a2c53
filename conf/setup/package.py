"""What executors of a cluster need: the wheel of `jobs`, and an archive with a Python that has it and all it imports.

Executors unpack the archive (`spark.archives`) and need nothing of their own but a C library not older than this machine's:
the interpreter is in it, with the very files of the packages that the tests ran with, and the kernel's compiled code, which
is used on processors like this one and made anew on others. No Airflow, no driver: workers read, write and count.
"""

from __future__ import annotations

import argparse
import compileall
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from py_compile import PycInvalidationMode
from zipfile import ZipFile

from packaging.requirements import Requirement

from jobs.kernel import loops
from jobs.kernel.compiled import SHIPPED, cache_folder
from jobs.settings import CHECKOUT

IMPORTED = (
    "pyarrow",
    "numpy",
    "polars",
    "ruamel-yaml",
    "numba",
    "deltalake",
    "msgspec",
    "obstore",
    "psycopg",
    "psycopg-binary",
    "pymysql",
    "shapely",
    "tenacity",
    "tzdata",
)
"""What the rooms that workers run import; what these bring comes with them."""
SPARKS = ("pyspark",)
"""What executors have from Spark itself."""
LEFT_OUT = {"test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "pydoc_data", "site-packages",
            "dist-packages", "sitecustomize.py"}  # fmt: skip
"""Of the standard library."""
NAME = "muster-executors.tar.gz"
"""Of the archives that Spark unpacks, the one kind whose programs can still be run."""
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
LIBRARY = f"lib/{PYTHON}"
PACKAGES = f"{LIBRARY}/site-packages"
WRAPPER = f"""#!/bin/sh
# Whatever folder the archive is unpacked in: its own libraries, its own packages, and nothing of the user's.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
export LD_LIBRARY_PATH="$root/lib${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export PYTHONPATH="${{PYTHONPATH:+$PYTHONPATH:}}$root/{PACKAGES}" PYTHONNOUSERSITE=1
exec "$root/bin/{PYTHON}" "$@"
"""


def main() -> None:
    """Writes both into a folder, `dist` of the checkout by default; says what it does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=CHECKOUT / "dist")
    parser.add_argument("--plain", action="store_true", help="not compressed: seconds instead of half a minute")
    options = parser.parse_args()
    wheel = build_wheel(options.folder)
    print(f"{wheel}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
    archive = build_archive(wheel, options.folder, plain=options.plain)
    print(f"{archive}: {archive.stat().st_size / 1e6:.0f} MB", flush=True)


def build_wheel(folder: Path) -> Path:
    """The wheel of `jobs`, with its files of data."""
    command = [Path(sys.executable).with_name("uv"), "build", "--quiet", "--wheel", "--out-dir", folder, CHECKOUT]
    subprocess.run(command, check=True)
    return max(folder.glob("muster-*.whl"), key=lambda path: path.stat().st_mtime)


def build_archive(wheel: Path, folder: Path, *, plain: bool = False) -> Path:
    """The archive, whole or not there; compressed lightly, because it is mostly machine code."""
    path = folder / NAME
    passing = path.with_name(f"{path.name}.part")
    with tempfile.TemporaryDirectory() as room:
        _unpack(wheel, Path(room))
        with tarfile.open(passing, "w:gz", compresslevel=0 if plain else 1) as archive:
            _add("the interpreter", archive, _interpreter())
            _add_wrapper(archive, Path(room))
            for name in sorted(needed()):
                _add(name, archive, _files_of(distribution(name)))
            _add(
                "jobs", archive, ((path, f"{PACKAGES}/{path.relative_to(room)}") for path in _files(Path(room, "jobs")))
            )
            _add("compiled code", archive, _compiled())
    passing.replace(path)
    return path


def _add(what: str, archive: tarfile.TarFile, files: Iterator[tuple[Path, str]]) -> None:
    begun, size = time.monotonic(), 0
    for path, name in files:
        archive.add(path, name, recursive=False)
        size += 0 if path.is_symlink() else path.stat().st_size
    print(f"  {what}: {size / 1e6:.0f} MB, {time.monotonic() - begun:.1f} s", flush=True)


def _unpack(wheel: Path, room: Path) -> None:
    """The modules with their bytecode, valid wherever they come to lie: an executor may not write there."""
    with ZipFile(wheel) as files:
        files.extractall(room)  # noqa: S202 - built a moment ago
    compileall.compile_dir(room, quiet=1, stripdir=str(room), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)


def _interpreter() -> Iterator[tuple[Path, str]]:
    base = Path(sys.base_prefix)
    yield (base / "bin" / PYTHON).resolve(), f"bin/{PYTHON}"
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        name = str(sysconfig.get_config_var("INSTSONAME"))
        yield (Path(str(sysconfig.get_config_var("LIBDIR")), name)).resolve(), f"lib/{name}"
    library = Path(sysconfig.get_path("stdlib"))
    for path in _files(library):
        parts = path.relative_to(library).parts
        if LEFT_OUT.isdisjoint(parts) and not parts[0].startswith("config-"):
            yield path.resolve(), f"{LIBRARY}/{'/'.join(parts)}"


def _add_wrapper(archive: tarfile.TarFile, room: Path) -> None:
    wrapper = room / "python"
    wrapper.write_text(WRAPPER, encoding="utf-8")
    wrapper.chmod(0o755)
    for name in ("python", "python3"):
        archive.add(wrapper, f"bin/{name}")


def needed() -> set[str]:
    """The packages that go in, with what they bring on this machine."""
    names: set[str] = set()
    waiting: list[str] = [*IMPORTED]
    while waiting:
        name = waiting.pop()
        if name in names or name in SPARKS:
            continue
        names.add(name)
        for line in distribution(name).requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(spelled(requirement.name))
    return names


def spelled(name: str) -> str:
    """A package's name as an index knows it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _files_of(package: Distribution) -> Iterator[tuple[Path, str]]:
    """What a package has installed into site-packages, with the bytecode made of it; without its tests and C headers."""
    for file in package.files or ():
        if file.parts[0] in ("..", "/") or not {"__pycache__", "tests", "include"}.isdisjoint(file.parts):
            continue
        path = Path(str(package.locate_file(file)))
        yield path, f"{PACKAGES}/{file}"
        bytecode = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
        if path.suffix == ".py" and bytecode.exists():
            yield bytecode, f"{PACKAGES}/{file.parent}/__pycache__/{bytecode.name}"


def _compiled() -> Iterator[tuple[Path, str]]:
    folder = cache_folder()
    kept = _files(folder / Path(loops.__file__).stem)
    return ((path, f"{SHIPPED}/{folder.name}/{path.relative_to(folder)}") for path in kept)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


if __name__ == "__main__":
    main()
