"""Several files changed together, all or none: written beside first, then put in place, and put back where one fails."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from jobs.errors import UsageError


@dataclass(frozen=True)
class FileChanges:
    """New contents by path, and paths that go. A path that is neither stays as it is."""

    contents: dict[Path, bytes] = field(default_factory=dict[Path, bytes])
    gone: frozenset[Path] = frozenset()

    def apply(self, check: Callable[[], None] = lambda: None) -> None:
        """Makes the changes; where one fails, or `check` raises afterwards, everything is as it was before."""
        before = {path: path.read_bytes() if path.exists() else None for path in (*self.contents, *self.gone)}
        beside = {path: path.with_name(f".{path.name}.new") for path in self.contents}
        try:
            for path, data in self.contents.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                beside[path].write_bytes(data)
            for path, new in beside.items():
                new.replace(path)
            for path in self.gone:
                path.unlink()
            check()
        except BaseException as error:
            _put_back(before)
            if isinstance(error, OSError):
                raise UsageError(f"{error.filename}: cannot be changed ({error.strerror}), so nothing is.") from error
            raise


def _put_back(before: dict[Path, bytes | None]) -> None:
    for path, data in before.items():
        with suppress(OSError):
            path.with_name(f".{path.name}.new").unlink(missing_ok=True)
        if data is None:
            path.unlink(missing_ok=True)
        elif not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
