"""Whether the loops run as they stand or compiled: Numba is imported only when there is enough to do.

Compiled code is kept on disk, under NUMBA_CACHE_DIR or the user's cache folder, so that a process pays for it once. Each
text of the loops has a folder of its own: code of another release, whose types may have other fields, is never met. An
environment for executors brings its own (`conf/setup/package.py`), which is copied there: what is unpacked may be read only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import perf_counter_ns
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any
from uuid import uuid4

from jobs.kernel import loops

COMPILE_ABOVE = 1_000_000
"""Rows times what is asked of them; below it a loop in plain Python is done before Numba is imported (about 1.5 s)."""

SHIPPED = "share/muster/numba"
"""Where an environment holds compiled code, under its root."""

Loops = ModuleType | SimpleNamespace


_forced: list[bool] = []


@contextmanager
def forced(compiled: bool) -> Generator[None]:
    """Inside, every loop runs compiled, or none does: both must give the same answers."""
    _forced.append(compiled)
    try:
        yield
    finally:
        _forced.pop()


def loops_for(work: int) -> Loops:
    """The loops for so much work; once compiled they are used for everything."""
    if _forced:
        return _compiled() if _forced[-1] else loops
    if work > COMPILE_ABOVE or _compiled.cache_info().currsize:
        return _compiled()
    return loops


def is_compiled(chosen: Loops) -> bool:
    return chosen is not loops


class Preparation:
    """`nanoseconds` that this process has spent on importing Numba, and on compiling loops or loading compiled ones."""

    def __init__(self) -> None:
        self.nanoseconds = 0
        self._inside = False

    @contextmanager
    def timed(self) -> Generator[None]:
        """What happens inside counts, once however deep."""
        if self._inside:
            yield
            return
        self._inside, begun = True, perf_counter_ns()
        try:
            yield
        finally:
            self._inside = False
            self.nanoseconds += perf_counter_ns() - begun

    def timing(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, timed."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.timed():
                return work(*args, **kwargs)

        return timed


PREPARATION = Preparation()


@cache
def _compiled() -> SimpleNamespace:
    with PREPARATION.timed():
        return _all_compiled()


def _all_compiled() -> SimpleNamespace:
    import numba
    from numba.core import config

    from jobs.kernel.compiled_files import CompiledFiles

    # Not by the environment: a process started from here would put its folder into this one.
    config.CACHE_DIR = str(_with_shipped(cache_folder()))

    # Functions call each other by name, so they are compiled in the order of the file, each seeing those before it.
    names = [name for name, value in vars(loops).items() if isinstance(value, FunctionType)]
    compiled: dict[str, Any] = dict(vars(loops))
    for name in names:
        compiled[name] = numba.njit(nogil=True)(_seeing(getattr(loops, name), compiled))
        # What `cache=True` does, with files that are locked.
        compiled[name]._cache = CompiledFiles(compiled[name].py_func)
        compiled[name].compile = PREPARATION.timing(compiled[name].compile)
    return SimpleNamespace(**{name: compiled[name] for name in names})


def _seeing(plain: FunctionType, names: dict[str, Any]) -> FunctionType:
    """The same function, with compiled functions where it calls others of the file."""
    copy = FunctionType(plain.__code__, names, plain.__name__, plain.__defaults__, plain.__closure__)
    copy.__module__ = plain.__module__
    copy.__qualname__ = plain.__qualname__
    return copy


def cache_folder() -> Path:
    """Where code compiled from this text of the loops is kept.

    It lies under NUMBA_CACHE_DIR, XDG_CACHE_HOME or ~/.cache, else in the machine's temporary folder.
    """
    release = hashlib.sha256(Path(loops.__file__).read_bytes()).hexdigest()[:16]
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(chosen) / release
    home = os.environ.get("XDG_CACHE_HOME")
    place = (Path(home) if home else Path.home() / ".cache") / "muster" / "numba" / release
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / "muster-numba" / release
    return place if os.access(place, os.W_OK) else Path(tempfile.gettempdir()) / "muster-numba" / release


def _with_shipped(folder: Path) -> Path:
    """The folder, with the code that the environment brought where nothing has been kept yet."""
    shipped = Path(sys.prefix, SHIPPED, folder.name)
    if shipped.is_dir() and not (folder.is_dir() and any(folder.iterdir())):
        passing = folder.with_name(f"{folder.name}.{uuid4().hex}")
        try:
            shutil.copytree(shipped, passing)
            passing.rename(folder)
        except OSError:  # another process was first, or there is no room: then it is compiled
            shutil.rmtree(passing, ignore_errors=True)
    return folder
