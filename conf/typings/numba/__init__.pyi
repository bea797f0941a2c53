# numba has no types of its own: what is called of it stands here.
from collections.abc import Callable
from typing import Any

def njit(*, nogil: bool = ...) -> Callable[[Any], Any]: ...
