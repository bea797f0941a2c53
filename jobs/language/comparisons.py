"""One operator with its value, as it stands behind an attribute or inside an aggregate: read, lowered, in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jobs.catalog.types import NUMERIC, TypeName
from jobs.language.arguments import Argument, Subject
from jobs.language.atoms import Compare, Formula, Missing, NotOf, Pair, Spans, Test, Value
from jobs.language.bound import BoundColumn
from jobs.language.context import Context
from jobs.language.intervals import complement
from jobs.language.operator_rows import Operator
from jobs.language.operators import AGGREGATED, BY_TYPE, EMPTY, fill, pick
from jobs.language.spec_keys import NAME, table
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Key, exactly_one, misplaced
from jobs.syntax.shapes import as_written

ATTRIBUTE = Key(
    "attribute",
    "Another column of the same contact or row, in the place of a value.",
    as_written(NAME),
    example='{"attribute": "delivered_on", "after": {"attribute": "promised_on"}}',
)
CONTACT = Key(
    "contact",
    "A column of the contact, to compare a row's column with.",
    as_written(NAME),
    example='{"event": "order", "where": {"attribute": "city", "is_not": {"contact": "city"}}}',
)
_COLUMN = 'a column, like {"attribute": "promised_on"}'
OTHER_COLUMN = table("a column to compare with", replace(ATTRIBUTE, required=True), expected=_COLUMN)
OTHER_ROW_COLUMN = table(
    "a column to compare with", ATTRIBUTE, CONTACT, expected=_COLUMN,
    rules=(exactly_one(ATTRIBUTE, CONTACT, says="whose column it is"),),
)  # fmt: skip


@dataclass(frozen=True)
class Other:
    """Another column in the place of a value; `words` is what English calls it."""

    value: Value
    words: str


@dataclass(frozen=True)
class Comparison:
    """What an operator says of a value. `argument` is a read literal, or another column."""

    operator: Operator
    argument: Argument | Other

    def formula(self, value: Value) -> Formula:
        """The comparison of a value; negative operators as NotOf, so that missing stays unknown."""
        if isinstance(self.argument, Other):
            assert self.operator.pair is not None
            positive: Formula = Pair(value, self.operator.pair, self.argument.value)
        else:
            positive = Compare(value, self.argument.test)
        # `is_not` is not the complement of `is`: a contact without a country is in neither. Not of unknown stays unknown.
        return NotOf(positive) if self.operator.negative else positive

    def test(self) -> Test:
        """The same as one test, for groups: a negative number test becomes what lies outside."""
        assert isinstance(self.argument, Argument)
        test = self.argument.test
        if self.operator.negative:
            assert isinstance(test, Spans), "only numbers have negative operators where groups are tested"
            # In a group the value is known or the group is not kept, so here, and only here, `is_not` is the complement.
            return complement(test)
        return test

    def spans(self) -> Spans | None:
        """The numbers it admits, None where it is not about numbers."""
        return test if isinstance(self.argument, Argument) and isinstance(test := self.argument.test, Spans) else None

    def english(self, subject: str, negated: bool, sure: bool = False) -> str:
        """The sentence about a subject; `sure` where the value is never missing."""
        operator = self.operator
        if isinstance(self.argument, Other):
            return self._of_two(subject, self.argument.words, negated)
        if isinstance(self.argument.test, Missing):
            is_known = self.argument.test.wanted == negated
            return f"{subject} is {'known' if is_known else 'not known'}"
        predicate = fill(operator.denies if negated else operator.says, self.argument.words)
        if sure or operator.negative == negated:
            return f"{subject} {predicate}"
        return f"{subject} is known and {predicate}"

    def _of_two(self, subject: str, other: str, negated: bool) -> str:
        predicate = fill(self.operator.denies if negated else self.operator.says, (other,))
        if self.operator.negative == negated:
            return f"{subject} {predicate}"
        return f"{subject} and {other} are known, and {subject} {predicate}"

    def amount(self, negated: bool) -> str:
        """`at least 2`, before a noun; empty where English has no such form."""
        assert isinstance(self.argument, Argument)
        template = self.operator.no_amount if negated else self.operator.amount
        return fill(template, self.argument.words) if template else ""


def read_comparison(node: Node, keys: Sequence[str], left: BoundColumn, context: Context) -> Comparison | None:
    """The comparison of a column with a literal or another column; `keys` are the object's keys that may be operators."""
    subject = Subject(left.name, left.type, left.unit)
    operator = pick(node, keys, subject, context.problems)
    if operator is None:
        return None
    written = node.child(operator.word)
    if _names_column(written):
        other = _other(written, operator, left, context)
        return None if other is None else Comparison(operator, other)
    return None if _asks_for_null(written, operator, context) else _literal(written, operator, subject, context)


def read_aggregate_comparison(
    node: Node, keys: Sequence[str], subject: Subject, context: Context, empties: bool = False
) -> Comparison | None:
    """The comparison of an aggregate with a literal; a column may not stand there."""
    table: Mapping[TypeName, Mapping[str, Operator]] = BY_TYPE if empties else AGGREGATED
    operator = pick(node, keys, subject, context.problems, table)
    if operator is None:
        return None
    written = node.child(operator.word)
    if _names_column(written):
        context.problems.add(
            written,
            f'found a column, expected a value: only after "attribute" is a column compared, not {subject.name}',
        )
        return None
    if empties and _asks_for_null(written, operator, context):
        return None
    return _literal(written, operator, subject, context)


def _asks_for_null(written: Node, operator: Operator, context: Context) -> bool:
    """JSON's null is what other languages compare with to find a missing value; here that is an operator of its own."""
    if operator.word == EMPTY:
        return False
    several = isinstance(written.value, list)
    nulls = [node for node in (written.items() if several else (written,)) if node.value is None]
    wanted = "false" if operator.negative else "true"
    beside = " in a condition of its own" if several else ""
    for node in nulls:
        context.problems.add(node, f'found null, expected a value — did you mean "{EMPTY}": {wanted}{beside}?')
    return bool(nulls)


def _literal(written: Node, operator: Operator, subject: Subject, context: Context) -> Comparison | None:
    asked = operator.read(written, subject, context.problems)
    return None if asked is None else Comparison(operator, asked)


def _names_column(node: Node) -> bool:
    return node.get(ATTRIBUTE.name) is not None or node.get(CONTACT.name) is not None


def _other(node: Node, operator: Operator, left: BoundColumn, context: Context) -> Other | None:
    """The other column: of the row or the contact by `attribute`, inside a row's `where` also the contact's."""
    problems = context.problems
    if operator.pair is None:
        problems.add(node, f'found a column, expected a value: "{operator.word}" does not compare with another column')
        return None
    if context.rows is None and node.get(CONTACT.name) is not None:
        why = 'it is for a row\'s where only; here write "attribute"'
        problems.add(node.key_place(CONTACT.name), misplaced(CONTACT.name, OTHER_COLUMN.what, why))
        return None
    fields = (OTHER_COLUMN if context.rows is None else OTHER_ROW_COLUMN).read(node, problems)
    if not fields.fine:
        return None
    word = ATTRIBUTE if fields.wrote(ATTRIBUTE) else CONTACT
    right = context.column(fields.at(word)) if word is ATTRIBUTE else context.contact_column(fields.at(word))
    if right is None:
        return None
    wrong = _mismatch(left, right, operator)
    if wrong:
        problems.add(fields.at(word), wrong)
        return None
    return Other(right.value, f"the contact's {right.name}" if word is CONTACT else right.name)


def _mismatch(left: BoundColumn, right: BoundColumn, operator: Operator) -> str:
    left_type, right_type = left.type.name, right.type.name
    if left_type != right_type and not (left_type in NUMERIC and right_type in NUMERIC):
        kinds = "a number" if left_type in NUMERIC else f"another {left_type}"
        return f"found {right.name} ({right.type}), expected {kinds} to compare {left.name} with"
    if operator.pair == "is" and right_type == "float":  # on the left there is no such operator for it
        return f'found {right.name} (float), expected an integer or decimal: floats have no "{operator.word}"'
    if left.unit and right.unit and left.unit != right.unit:
        return f"found {right.name} in {right.unit}, expected a column in {left.unit} to compare {left.name} with"
    return ""
