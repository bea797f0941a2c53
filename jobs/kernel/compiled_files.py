"""Compiled code on disk, of which one process at a time reads or writes.

Numba names a file by the next free number of an index that it reads before it writes both, and nothing keeps two processes
apart: of two that fill an empty folder at once, each for other types, one's code comes to stand under the other's types.
The next process would run it on the wrong arrays. Files that cannot be read, because a machine stopped while they were
written or because they name types that are gone, are no files: the code is compiled again.
"""

from __future__ import annotations

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator

LOCK = "lock"
"""The file beside a function's compiled code that is locked; it stays empty."""


class _OneFolder(UserProvidedCacheLocator):
    """A folder whose name does not depend on where the text lies, so that code can be shipped with it. The folder above is
    of one text alone (`cache_folder`)."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        return Path(py_file).stem


class _OneFolderFirst(CompileResultCacheImpl):
    _locator_classes = (_OneFolder, *CompileResultCacheImpl._locator_classes)


class CompiledFiles(FunctionCache):
    """Where a function's compiled code is kept, by the types it was compiled for."""

    _impl_class = _OneFolderFirst

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The code for these types, or None."""
        with _alone(self.cache_path):
            try:
                return super().load_overload(sig, target_context)
            except Exception:  # noqa: BLE001 - unpickling raises whatever the bytes lead to
                self.flush()
                return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keeps the code for these types."""
        with _alone(self.cache_path):
            super().save_overload(sig, data)


@contextmanager
def _alone(folder: str) -> Generator[None]:
    Path(folder).mkdir(parents=True, exist_ok=True)
    with (Path(folder) / LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
