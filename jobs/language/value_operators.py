"""The operators on words, numbers, versions, truth and places, one row each. Those on time are in time_operators.py."""

from __future__ import annotations

from jobs.language import arguments as a
from jobs.language import geography
from jobs.language.operator_rows import (
    A_VERSION,
    ALL,
    AREA,
    BOOLEAN,
    CHOICES,
    CIRCLE,
    EXACT,
    FLAG,
    NUMBER,
    NUMBERS,
    POINT,
    SEVERAL_NUMBERS,
    SEVERAL_VERSIONS,
    SEVERAL_WORDS,
    TEXT,
    TWO_NUMBERS,
    TWO_VERSIONS,
    VERSION,
    WORD,
    WORDS,
    Operator,
)

ONE, NO_ONE = "Exactly this value.", "Known, and another value than this."
SOME, NONE = "One of these values.", "Known, and none of these values."
LESS, MOST, MORE, LEAST = "Below the value.", "The value or below it.", "Above the value.", "The value or above it."
BETWEEN = "From the first to the second, both in."

# fmt: off
EMPTINESS = (
    Operator("is_empty", ALL, FLAG, a.emptiness, "is {0}", "", "Whether the value is missing; never unknown itself."),
)
OF_WORDS = (
    Operator("is", WORDS, WORD, a.one_word("in"), "is {0}", "is not {0}", ONE, pair="is"),
    Operator("is_not", WORDS, WORD, a.one_word("in"), "is not {0}", "is {0}", NO_ONE, negative=True, pair="is"),
    Operator("in", WORDS, SEVERAL_WORDS, a.several_words("in"), "is {or}", "is not {or}", SOME),
    Operator("not_in", WORDS, SEVERAL_WORDS, a.several_words("in"), "is not {or}", "is {or}", NONE, negative=True),
    Operator("contains", TEXT, WORD, a.one_word("contains"), "contains {0}", "does not contain {0}",
             "The text occurs in it; % _ and * are ordinary characters."),
    Operator("not_contains", TEXT, WORD, a.one_word("contains"), "does not contain {0}", "contains {0}",
             "Known, and the text does not occur in it.", negative=True),
    Operator("starts_with", TEXT, WORD, a.one_word("starts_with"), "starts with {0}", "does not start with {0}",
             "It begins with the text."),
    Operator("ends_with", TEXT, WORD, a.one_word("ends_with"), "ends with {0}", "does not end with {0}",
             "It ends with the text."),
    Operator("has_any", CHOICES, SEVERAL_WORDS, a.several_words("has_any"), "includes {or}", "does not include {or}",
             "At least one of these is among its values."),
    Operator("has_all", CHOICES, SEVERAL_WORDS, a.several_words("has_all"), "includes {and}", "does not include {every}",
             "All of these are among its values."),
    Operator("has_none", CHOICES, SEVERAL_WORDS, a.several_words("has_any"), "does not include {or}", "includes {or}",
             "Known, and none of these is among its values.", negative=True),
)
OF_NUMBERS = (
    Operator("is", EXACT, NUMBER, a.one_number("is"), "is {0}", "is not {0}", ONE, pair="is", amount="exactly {0}"),
    Operator("is_not", EXACT, NUMBER, a.one_number("is"), "is not {0}", "is {0}", NO_ONE, negative=True, pair="is",
             amount="anything but {0}"),
    Operator("in", EXACT, SEVERAL_NUMBERS, a.several_numbers, "is {or}", "is not {or}", SOME, amount="exactly {or}"),
    Operator("not_in", EXACT, SEVERAL_NUMBERS, a.several_numbers, "is not {or}", "is {or}", NONE, negative=True,
             amount="anything but {or}"),
    Operator("less_than", NUMBERS, NUMBER, a.one_number("less_than"), "is less than {0}", "is {0} or more", LESS,
             pair="less_than", amount="fewer than {0}", no_amount="at least {0}"),
    Operator("at_most", NUMBERS, NUMBER, a.one_number("at_most"), "is at most {0}", "is more than {0}", MOST,
             pair="at_most", amount="at most {0}", no_amount="more than {0}"),
    Operator("more_than", NUMBERS, NUMBER, a.one_number("more_than"), "is more than {0}", "is {0} or less", MORE,
             pair="more_than", amount="more than {0}", no_amount="at most {0}"),
    Operator("at_least", NUMBERS, NUMBER, a.one_number("at_least"), "is at least {0}", "is less than {0}", LEAST,
             pair="at_least", amount="at least {0}", no_amount="fewer than {0}"),
    Operator("between", NUMBERS, TWO_NUMBERS, a.number_range, "is between {0} and {1}", "is not between {0} and {1}",
             BETWEEN, amount="between {0} and {1}"),
)
OF_VERSIONS = (
    Operator("is", VERSION, A_VERSION, a.one_version("is"), "is {0}", "is not {0}", ONE, pair="is"),
    Operator("is_not", VERSION, A_VERSION, a.one_version("is"), "is not {0}", "is {0}", NO_ONE, negative=True, pair="is"),
    Operator("in", VERSION, SEVERAL_VERSIONS, a.several_versions, "is {or}", "is not {or}", SOME),
    Operator("not_in", VERSION, SEVERAL_VERSIONS, a.several_versions, "is not {or}", "is {or}", NONE, negative=True),
    Operator("less_than", VERSION, A_VERSION, a.one_version("less_than"), "is less than {0}", "is {0} or more", LESS,
             pair="less_than"),
    Operator("at_most", VERSION, A_VERSION, a.one_version("at_most"), "is at most {0}", "is more than {0}", MOST,
             pair="at_most"),
    Operator("more_than", VERSION, A_VERSION, a.one_version("more_than"), "is more than {0}", "is {0} or less", MORE,
             pair="more_than"),
    Operator("at_least", VERSION, A_VERSION, a.one_version("at_least"), "is at least {0}", "is less than {0}", LEAST,
             pair="at_least"),
    Operator("between", VERSION, TWO_VERSIONS, a.version_range, "is between {0} and {1}", "is not between {0} and {1}",
             BETWEEN),
)
OF_TRUTH = (
    Operator("is", BOOLEAN, FLAG, a.truth, "is {0}", "is not {0}", "true or false.", pair="is"),
)
OF_PLACES = (
    Operator("within_radius", POINT, CIRCLE, geography.radius, "is within {0} of {1}", "is not within {0} of {1}",
             "So many kilometres around a place, along the great circle, the edge in."),
    Operator("inside", POINT, AREA, geography.inside, "lies in {0}", "does not lie in {0}",
             "In a GeoJSON Polygon or MultiPolygon, longitude first, the edge in."),
)
# fmt: on

VALUE_OPERATORS = (*OF_WORDS, *OF_NUMBERS, *OF_VERSIONS, *OF_TRUTH, *OF_PLACES)
