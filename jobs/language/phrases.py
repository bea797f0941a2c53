"""English in pieces: a small tree of phrases, and how values are written inside them.

A `Phrase` says in words what exactly one formula means, so that counts, verdicts and SQL comments can stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from jobs.language.atoms import Formula, NotOf
from jobs.syntax.durations import Duration
from jobs.syntax.durations import words as duration_words
from jobs.syntax.literals import Moment
from jobs.syntax.nodes import shown

Joint = Literal["and", "or", ""]

LISTED = 10
"""How many values of a long list a phrase repeats."""

_PLAIN = re.compile(r"[\w.+\-%@]+")


@dataclass(frozen=True)
class Phrase:
    """One condition in words. `formula` is what it says; None for a condition over rows, which no contact has alone."""

    text: str
    pointer: str = ""
    formula: Formula | None = None
    children: tuple[Phrase, ...] = ()
    joint: Joint = ""

    def walk(self) -> Iterator[Phrase]:
        """The phrase and all below it, as they are read."""
        yield self
        for child in self.children:
            yield from child.walk()

    def inline(self) -> str:
        """On one line: `(country is DE and (age is known or tier is gold))`."""
        if not self.children:
            return self.text
        if len(self.children) == 1:
            return self.children[0].inline()
        return f"({f' {self.joint} '.join(_bracketed(child.inline()) for child in self.children)})"


def _bracketed(text: str) -> str:
    """A part with an `and` or `or` of its own is kept together."""
    loose = not text.startswith("(") and any(f" {joint} " in text for joint in ("and", "or"))
    return f"({text})" if loose else text


def negation(formula: Formula) -> Formula:
    """Not of it; not of not is the formula itself, in three values as well."""
    return formula.child if isinstance(formula, NotOf) else NotOf(formula)


def word(text: str) -> str:
    """A text value: bare where that is clear, else in quotes, cut and escaped."""
    return text if len(text) <= 40 and _PLAIN.fullmatch(text) else shown(text)


def number(value: int | Decimal, unit: str = "") -> str:
    """`1,234.5 EUR`: every digit as it counts, groups of thousands, no exponent."""
    shown_as = format(value, ",f") if isinstance(value, Decimal) else f"{value:,}"
    if "." in shown_as:
        shown_as = shown_as.rstrip("0").rstrip(".")
    if value == 1 and len(unit) > 2 and unit.endswith("s"):  # 1 order, 2 orders
        unit = unit[:-1]
    return f"{shown_as} {unit}" if unit else shown_as


def stretch(duration: Duration) -> str:
    """A duration after "the last" or "the next": `30 days`, and of one `year`."""
    written = duration_words(duration)
    return written.partition(" ")[2] if duration.count == 1 else written


def moment(value: date | Moment) -> str:
    return str(value).replace("T", " ") if isinstance(value, Moment) else value.isoformat()


def either(words: Sequence[str], joint: str = "or") -> str:
    """`DE, AT or CH`; of a long list its beginning and how many more."""
    if len(words) > LISTED:
        return f"{', '.join(words[:LISTED])} {joint} {len(words) - LISTED:,} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def plural(name: str, count: int | Decimal | None = None) -> str:
    """A source's name as the word for its rows: `order` gives `orders`, `email_click` gives `email clicks`."""
    singular = name.replace("_", " ")
    if count == 1:
        return singular
    if singular.endswith(("ch", "sh", "x", "z")):
        return f"{singular}es"
    if singular.endswith("y") and singular[-2:-1] not in "aeiou":
        return f"{singular[:-1]}ies"
    return singular if singular.endswith("s") else f"{singular}s"


def article(name: str) -> str:
    singular = name.replace("_", " ")
    return f"an {singular}" if singular[:1] in "aeiou" else f"a {singular}"
