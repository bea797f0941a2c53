"""Words one behind the other in a message: `a, b and c`, bare or in quotes."""

from __future__ import annotations

from collections.abc import Iterable

from jobs.syntax.nodes import shown


def joined(words: Iterable[str], joint: str = "and") -> str:
    """`a, b and c`; of one word that word, of none nothing."""
    *before, last = list(words) or [""]
    return f"{', '.join(before)} {joint} {last}" if before else last


def quoted(words: Iterable[str], joint: str = "and") -> str:
    """`"a", "b" and "c"`, each shown as messages show texts; of none nothing."""
    return joined(map(shown, words), joint)


def alternatives(words: Iterable[str]) -> str:
    """`a, b or c`, bare."""
    return joined(words, "or")
