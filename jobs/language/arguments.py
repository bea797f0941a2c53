"""The values that stand behind operators: each reader gives the test of the atoms and the value in English, or problems.

Here numbers become intervals, words are folded where the column folds, and nothing is guessed. What is compared stands in
a `Subject`; which operator takes which reader is the table in operators.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from jobs.catalog.types import ColumnType, fold
from jobs.language.atoms import (
    Missing,
    Span,
    Spans,
    Test,
    VersionSpan,
    VersionSpans,
    Words,
)
from jobs.language.intervals import plain, points
from jobs.language.phrases import number, word
from jobs.language.suggestions import suggestion
from jobs.syntax.literals import (
    read_boolean,
    read_number,
    read_text,
    read_version,
)
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.shapes import read_list, read_scalar

T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """What is compared: its name for messages, its type, its unit for English."""

    name: str
    type: ColumnType
    unit: str = ""


@dataclass(frozen=True)
class Argument:
    """An operator's value, read: the positive test of the atoms, and the value's parts in English."""

    test: Test
    words: tuple[str, ...]


Reader = Callable[[Node, Subject, Problems], Argument | None]

# --- is_empty, booleans -------------------------------------------------------------------------------------------------


def emptiness(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    wanted = read_scalar(node, read_boolean, problems)
    return None if wanted is None else Argument(Missing(wanted), ("not known" if wanted else "known",))


def truth(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    wanted = read_scalar(node, read_boolean, problems)
    return (
        None if wanted is None else Argument(Spans((Span(int(wanted), int(wanted)),)), ("true" if wanted else "false",))
    )


# --- words --------------------------------------------------------------------------------------------------------------


def one_word(operator: str) -> Reader:
    """`is` (as `in` of one), `contains`, `starts_with`, `ends_with`."""

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        text = _text(node, subject, problems)
        return None if text is None else _words(operator, [text], subject)

    return read


def several_words(operator: str) -> Reader:
    """`in`, `has_any`, `has_all`: a list of words."""

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        texts = read_list(node, lambda child: _text(child, subject, problems), problems)
        return None if texts is None else _words(operator, texts, subject)

    return read


def _words(operator: str, texts: Sequence[str], subject: Subject) -> Argument:
    # Folded here, once, and not where rows are read: the same literals serve a thousand tiles.
    folded = {fold(text) for text in texts} if subject.type.fold else set(texts)
    named: Sequence[str] = list(dict.fromkeys(map(word, texts)))
    return Argument(Words(operator, tuple(sorted(folded))), tuple(named))  # pyright: ignore[reportArgumentType]


def _text(node: Node, subject: Subject, problems: Problems) -> str | None:
    text = read_scalar(node, read_text, problems)
    if text is None:
        return None
    if not text:
        problems.add(
            node, 'found an empty text, which is a missing value and never equal to anything — did you mean "is_empty"?'
        )
        return None
    if subject.type.values and text not in subject.type.values:
        problems.add(
            node,
            f"found {shown(text)}, expected one of the values of {subject.name}{suggestion(text, subject.type.values)}",
        )
        return None
    return text


# --- numbers and versions -----------------------------------------------------------------------------------------------

Threshold = tuple[bool, bool, bool]
"""Whether the value is the low end, whether the high end, and whether it is in itself."""

THRESHOLDS: dict[str, Threshold] = {
    "is": (True, True, True),
    "less_than": (False, True, False),
    "at_most": (False, True, True),
    "more_than": (True, False, False),
    "at_least": (True, False, True),
}


def one_number(operator: str) -> Reader:
    low, high, inside = THRESHOLDS[operator]

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        value = _number(node, problems)
        if value is None:
            return None
        # A threshold is an interval with one end, so that every number test is one kind of test below.
        span = Span(value if low else None, value if high else None, inside or not low, inside or not high)
        return Argument(Spans((span,)), (number(value, subject.unit),))

    return read


def several_numbers(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    values = read_list(node, lambda child: _number(child, problems), problems, "numbers")
    words = () if values is None else tuple(number(value, subject.unit) for value in dict.fromkeys(values))
    return None if values is None else Argument(points(values), words)


def number_range(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    ends = read_pair(node, lambda child: _number(child, problems), problems, lambda low, high: low <= high)
    return None if ends is None else Argument(Spans((Span(*ends),)), (number(ends[0]), number(ends[1], subject.unit)))


def _number(node: Node, problems: Problems) -> int | Decimal | None:
    value = read_scalar(node, read_number, problems)
    return None if value is None else plain(value)


def one_version(operator: str) -> Reader:
    low, high, inside = THRESHOLDS[operator]

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        value = read_scalar(node, read_version, problems)
        if value is None:
            return None
        span = VersionSpan(value if low else None, value if high else None, inside or not low, inside or not high)
        return Argument(VersionSpans((span,)), (str(node.value),))

    return read


def several_versions(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    values = read_list(node, lambda child: read_scalar(child, read_version, problems), problems, "versions")
    if values is None:
        return None
    spans = tuple(VersionSpan(value, value) for value in sorted(set(values)))
    return Argument(VersionSpans(spans), tuple(str(child.value) for child in node.items()))


def version_range(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    ends = read_pair(
        node, lambda child: read_scalar(child, read_version, problems), problems, lambda low, high: low <= high
    )
    words = tuple(str(child.value) for child in node.items()) if ends is not None else ()
    return None if ends is None else Argument(VersionSpans((VersionSpan(*ends),)), words)


# --- two ends, of whatever sort -------------------------------------------------------------------------------------------


def read_pair(
    node: Node,
    read: Callable[[Node], T | None],
    problems: Problems,
    in_order: Callable[[T, T], bool],
    hint: str = "",
) -> tuple[T, T] | None:
    """`[low, high]`; None and a problem when there are not two, one is wrong, or nothing lies between."""
    if not isinstance(node.value, list) or len(node.value) != 2:
        what = f"a list of {len(node.value)}" if isinstance(node.value, list) and node.value else node.found()
        problems.add(node, f"found {what}, expected a list of two, [lowest, highest]")
        return None
    low, high = (read(child) for child in node.items())
    if low is None or high is None:
        return None
    if not in_order(low, high):
        first, second = (child.found() for child in node.items())
        problems.add(node, f"found {first} before {second}, expected the lower one first, or nothing can match{hint}")
        return None
    return low, high
