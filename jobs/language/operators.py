"""The table of operators: which there are for each type, and how the one that an object writes is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jobs.catalog.types import INTEGER, TYPE_NAMES, TypeName
from jobs.language.arguments import Argument, Reader, Subject
from jobs.language.atoms import Spans, TimeOperator, TimeTest
from jobs.language.intervals import complement
from jobs.language.operator_rows import Operator
from jobs.language.phrases import either
from jobs.language.suggestions import suggestion
from jobs.language.time_operators import time_operators
from jobs.language.value_operators import EMPTINESS, VALUE_OPERATORS
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.objects import is_object
from jobs.syntax.word_lists import alternatives, quoted


def _counted(operator: TimeOperator) -> Reader:
    """`days_ago`, `years_ago`, `anniversary_days_ahead`: a numeric operator over whole days or completed years."""

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        if not is_object(node, 'an object with a numeric operator, like {"at_least": 30}', problems):
            return None
        days = Subject(operator, INTEGER)
        inner = pick(node, node.keys(), days, problems, AGGREGATED)
        argument = None if inner is None else inner.read(node.child(inner.word), days, problems)
        if inner is None or argument is None:
            return None
        assert isinstance(argument.test, Spans)
        spans = complement(argument.test) if inner.negative else argument.test
        return Argument(TimeTest(operator, spans), (fill(inner.amount, argument.words),))

    return read


OPERATORS: tuple[Operator, ...] = (*VALUE_OPERATORS, *time_operators(_counted), *EMPTINESS)
BY_TYPE: dict[TypeName, dict[str, Operator]] = {
    name: {operator.word: operator for operator in OPERATORS if name in operator.types} for name in TYPE_NAMES
}
EMPTY = "is_empty"
WORDS_OF_ALL: frozenset[str] = frozenset(operator.word for operator in OPERATORS)
AGGREGATED: dict[TypeName, dict[str, Operator]] = {
    name: {word: operator for word, operator in operators.items() if word != EMPTY}
    for name, operators in BY_TYPE.items()
}
"""The same without `is_empty`, which is asked of columns and of `latest` only."""


def pick(
    node: Node,
    keys: Sequence[str],
    subject: Subject,
    problems: Problems,
    table: Mapping[TypeName, Mapping[str, Operator]] = BY_TYPE,
) -> Operator | None:
    """The one operator among an object's keys; None and problems where there is none, several, or one that does not fit."""
    fitting = table[subject.type.name]
    wrong = [key for key in keys if key not in fitting]
    for key in wrong:
        problems.add(node.key_place(key), _misfit(key, subject, fitting))
    if wrong:
        return None
    if len(keys) == 1:
        return fitting[keys[0]]
    if keys:
        what, hint = quoted(keys), '; put each into a condition of its own inside "all"'
    else:
        what, hint = "no operator", ""
    problems.add(
        node, f"found {what}, expected exactly one operator for {_named(subject)}: {alternatives(fitting)}{hint}"
    )
    return None


def _misfit(key: str, subject: Subject, fitting: Mapping[str, Operator]) -> str:
    if key == EMPTY:
        return f'found "is_empty", expected another operator: {subject.name} is asked by "count", like "count": {{"is": 0}}'
    hint = suggestion(key, fitting)
    if key not in WORDS_OF_ALL:
        return f"found {shown(key)}, expected an operator for {_named(subject)}{hint or f': {alternatives(fitting)}'}"
    takes = "" if hint.startswith(" — known") else f": {alternatives(fitting)}"
    return f"found {shown(key)}, expected an operator for {_named(subject)}{takes}{hint}"


def _named(subject: Subject) -> str:
    return f"{subject.name} ({subject.type})"


def fill(template: str, words: tuple[str, ...]) -> str:
    """The English template with the value's words in it."""
    every = f"all of {either(words, 'and')}" if len(words) > 1 else "".join(words)
    return template.format(*words[:2], **{"or": either(words), "and": either(words, "and"), "every": every})
