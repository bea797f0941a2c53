"""What runs now and how long it took: a line each on standard error, and on a terminal a clock while it runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Silent unless it is `shown`."""

    def __init__(self, shown: bool = False) -> None:
        self._shown = shown

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """While the body runs, its name stands there; after it, its seconds."""
        if not self._shown:
            yield
            return
        begun = time.monotonic()
        with self._clock(name):
            yield
        print(f"{time.monotonic() - begun:8.1f} s  {name}", file=sys.stderr, flush=True)

    @contextmanager
    def _clock(self, name: str) -> Iterator[None]:
        from rich.console import Console
        from rich.progress import Progress as Bars
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        if not console.is_terminal:
            print(f"           {name} …", file=sys.stderr, flush=True)
            yield
            return
        columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        with Bars(*columns, console=console, transient=True) as bars:
            bars.add_task(name, total=None)
            yield
