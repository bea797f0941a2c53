"""A quick start for verbs that answer in a second: pyarrow without pandas.

The first value handed to pyarrow makes it import pandas, if there is one, to recognise its series: 0.3 to 0.9 s, more
than `try` takes for all the rest. Never called where Spark or anything else of the process wants pandas from pyarrow.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder

import pyarrow as pa


class _WithoutPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pyarrow is to do without", name="pandas")


def spare_pandas() -> None:
    """This process's pyarrow knows no pandas from now on, unless it has met it; `import pandas` itself still works."""
    if "pandas" in sys.modules:
        return
    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.scalar(0)  # pyarrow looks for pandas once, here
    finally:
        sys.meta_path.remove(finder)
