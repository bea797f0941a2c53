# pyarrow has no types of its own (it is Cython): everything is Any here, instead of unknown a thousand times.
from typing import Any

def __getattr__(name: str) -> Any: ...
