"""How texts of a source or a column are written, where not in the default form; what each word of it concerns.

What is said replaces the default form of that key, and anything else in the data is then a problem. An empty text, an empty
tuple and None: nothing is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import product
from typing import Any, Literal, cast, get_args

from jobs.catalog.time_patterns import TimePattern
from jobs.catalog.types import TYPE_NAMES, TypeName
from jobs.syntax.nodes import shown

Epoch = Literal["epoch_seconds", "epoch_milliseconds"]
EPOCHS: tuple[Epoch, ...] = get_args(Epoch)

_NUMBERS: tuple[TypeName, ...] = ("integer", "decimal", "float", "point")
CONCERNS: dict[str, tuple[TypeName, ...]] = {
    "date": ("date",),
    "timestamp": ("timestamp",),
    "decimal_mark": _NUMBERS,
    "group_mark": _NUMBERS,
    "true": ("boolean",),
    "false": ("boolean",),
    "missing": TYPE_NAMES,
    "trim": TYPE_NAMES,
    "separator": ("choices",),
}
"""The types whose texts each key is about."""


def _capitals(word: str) -> tuple[str, ...]:
    return tuple(map("".join, product(*zip(word, word.upper(), strict=True))))


TRUE, FALSE = _capitals("true"), _capitals("false")
"""What is true and what is false where nothing is said: in any capitals."""


@dataclass(frozen=True)
class WrittenForm:
    """One for a source, of which each column has what concerns its type, its own words first."""

    date: TimePattern | None = None
    timestamp: TimePattern | Epoch | None = None
    decimal_mark: str = ""
    group_mark: str = ""
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    trim: bool | None = None
    separator: str = ""

    def __post_init__(self) -> None:
        for key, message in self.contradictions():
            raise ValueError(f"{key}: {message}")
        if self.date is not None and self.date.has_clock:
            raise ValueError(f"date: found {self.date}, expected a day alone")

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """(key, message) of what cannot be meant together."""
        yield from contradictions(self.decimal_mark, self.group_mark, self.true, self.false)

    def __str__(self) -> str:
        """As the catalog writes it."""
        said = [
            f"{field.name}: {_in_yaml(getattr(self, field.name))}" for field in fields(self) if self.says(field.name)
        ]
        return f"written: {{{', '.join(said)}}}"

    def says(self, key: str) -> bool:
        return getattr(self, key) not in (None, "", ())

    @property
    def is_default(self) -> bool:
        """Whether nothing is said that changes how a text is read."""
        return not any(self.says(field.name) for field in fields(self) if field.name != "trim" or self.trim)

    def concerning(self, kind: TypeName) -> WrittenForm:
        """What matters to one type."""
        own = {key: getattr(self, key) for key, kinds in CONCERNS.items() if kind in kinds}
        return WrittenForm(**own)

    @property
    def true_words(self) -> tuple[str, ...]:
        return self.true or TRUE

    @property
    def false_words(self) -> tuple[str, ...]:
        return self.false or FALSE


def contradictions(
    decimal_mark: str, group_mark: str, true: tuple[str, ...], false: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """(key, message) of what cannot be meant together."""
    if group_mark and group_mark == (decimal_mark or "."):
        why = (
            "which is the decimal_mark too"
            if decimal_mark
            else 'which is the decimal mark unless "decimal_mark" says another'
        )
        yield "group_mark", f"found {shown(group_mark)}, {why}"
    both = [word for word in true or TRUE if word in (false or FALSE)]
    if both:
        yield ("true" if true else "false"), f"found {shown(both[0])}, which is true and false at once"


def _in_yaml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return f"[{', '.join(map(_in_yaml, cast('tuple[str, ...]', value)))}]"
        case _ if value in EPOCHS:
            return str(value)
        case _:
            return json.dumps(str(value), ensure_ascii=False)


AS_USUAL = WrittenForm()
"""Nothing is said: every text is in its default form."""
