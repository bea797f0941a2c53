"""The YAML reader: JSON's data in YAML 1.2, and a word about everything that has two meanings."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.syntax.nodes import Json, Problems
from jobs.syntax.strict_yaml import read_yaml
from tests.syntax.reading import UNHURRIED, outcome, tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("NULL", None),
        ("nil", "nil"),
        ("12", 12),
        ("-0", 0),
        ("0.10", Decimal("0.10")),
        ("1e2", Decimal(100)),
        ("0.1000000000000000000000000000000000001", Decimal("0.1000000000000000000000000000000000001")),
        ("9007199254740993", 9007199254740993),
        ("'12'", "12"),
        ('"12"', "12"),
        ("12:30", "12:30"),
        ("2026-01-01", "2026-01-01"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("4.12.1", "4.12.1"),
        ("1_000", "1_000"),
        ("30d", "30d"),
        ("decimal(12,2)", "decimal(12,2)"),
        ("=", "="),
        ('"null"', "null"),
        ("[web, app, 5, NO]", ["web", "app", 5, "NO"]),
        ("{event: order, count: rows}", {"event": "order", "count": "rows"}),
        ("{no: 1, 12:30: 2, 2026-01-01: 3}", {"no": 1, "12:30": 2, "2026-01-01": 3}),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        (">-\n  one\n  line\n", "one line"),
        ("a  # not this", "a"),
        ('"\\u00e9 \\U0001F600"', "é 😀"),
        ("<<", "<<"),
    ],
)
def test_a_scalar_is_what_yaml_1_2_says(text: str, value: Json) -> None:
    read = tree(read_yaml, f"a: {text}")
    assert read == {"a": value}
    assert isinstance(read, dict)
    assert type(read["a"]) is type(value)


def test_a_source_of_the_catalog_is_read() -> None:
    text = """
    # a comment
    version: 1
    source: order
    key: [order_id, line]
    keep: 3y
    columns:
      amount:  {type: "decimal(12,2)", unit: EUR}
      channel:
        type: choice
        values:
          - web
          - NO
    """
    assert tree(read_yaml, text) == {
        "version": 1,
        "source": "order",
        "key": ["order_id", "line"],
        "keep": "3y",
        "columns": {
            "amount": {"type": "decimal(12,2)", "unit": "EUR"},
            "channel": {"type": "choice", "values": ["web", "NO"]},
        },
    }


def test_json_text_is_read_as_json() -> None:
    assert tree(read_yaml, ' {"a": [1, 0.10, "\\ud83d\\ude00"], "b": {"c": null}}') == {
        "a": [1, Decimal("0.10"), "😀"],
        "b": {"c": None},
    }
    assert outcome(read_yaml, '{"a": 1, "a": 2}')[1] == [
        '/a: found the key "a" twice in one object, expected it once; keep one of them'
    ]


def test_what_begins_like_json_may_still_be_yaml() -> None:
    assert tree(read_yaml, "{a: 1, b: [x, y,],}") == {"a": 1, "b": ["x", "y"]}


def number(spelling: str) -> str:
    return f'found {spelling}, expected a number as JSON writes it, or "{spelling}" in quotes for a text'


@pytest.mark.parametrize("spelling", ["007", "+5", ".5", "5.", "0x1F", "0o17", ".inf", "-.INF", ".nan", "+.5e3", "-01"])
def test_numbers_that_json_does_not_have_are_refused(spelling: str) -> None:
    value, problems = outcome(read_yaml, f"a: [1, {spelling}]")
    assert problems == [f"/a/1: {number(spelling)}"]
    assert value == {"a": [1, spelling]}


ONCE = "expected it once; keep one of them"
WHOLE = "expected whole characters"


@pytest.mark.parametrize("key", ["true", "FALSE", "null", "~", "1", "0.5", "0x1F", ".nan", "NO"])
def test_a_key_is_the_text_that_is_written(key: str) -> None:
    assert outcome(read_yaml, f"{key}: x") == ({key: "x"}, [])


@pytest.mark.parametrize(
    ("text", "value", "problems"),
    [
        ("a: 1\na: 2", {"a": 1}, [f'/a: found the key "a" twice in one object, {ONCE}']),
        ("a: {b/c: 1, 'b/c': 2, \"b/c\": 3}", {"a": {"b/c": 1}},
         [f'/a/b~1c: found the key "b/c" 3 times in one object, {ONCE}']),
        ("true: x\n'true': y", {"true": "x"}, [f'/true: found the key "true" twice in one object, {ONCE}']),
        ("? \n: x", {"": "x"}, ["/: found no key before the colon, expected a text"]),
        ("a: {[1, 2]: x, b: 1}", {"a": {"b": 1}},
         ["/a: line 1, column 5: found a key that is a list, an object or an alias, expected a text"]),
        ("a: &x [1]\nb: *x", {"a": [1], "b": None},
         ['/a: line 1, column 4: found the anchor "&x", expected none; take it out',
          '/b: line 2, column 4: found the alias "*x", expected the value itself, written out']),
        ("a: !!str 5", {"a": "5"},
         ['/a: line 1, column 4: found the tag "tag:yaml.org,2002:str", expected none; take it out']),
        ("a: !!python/object/apply:os.system [ls]", {"a": ["ls"]},
         ['/a: line 1, column 4: found the tag "tag:yaml.org,2002:python/object/apply:o…", expected none; take it out']),
        ("a: ! 5", {"a": 5}, ['/a: line 1, column 4: found the tag "!", expected none; take it out']),
        ("&k a: 1", {"a": 1}, ['/a: line 1, column 1: found the anchor "&k", expected none; take it out']),
        ("a: 1e99", {"a": Decimal(10**40 - 1)},
         ["/a: found 1e99, expected a number below 1e40 with at most 40 digits"]),
        ('a: "\\ud800"', {"a": "\ufffd"}, [f"/a: found half a surrogate pair, \\ud800, {WHOLE}"]),
        ('"\\ud800": 1', {"\ufffd": 1}, [f"/\ufffd: found half a surrogate pair, \\ud800, {WHOLE}"]),
    ],
)  # fmt: skip
def test_what_hides_or_repeats_is_refused_and_the_rest_is_still_read(
    text: str, value: Json, problems: list[str]
) -> None:
    assert outcome(read_yaml, text) == (value, problems)


SCANNING = "while scanning for the next token found character"
NO_COLON = (
    "expected no colon here; is the line indented further than its neighbours, "
    "or does a text with a colon in it need quotes?"
)


@pytest.mark.parametrize(
    ("text", "place", "said", "advice"),
    [
        ("a:\n\t- x", "line 2, column 1", f"{SCANNING} '\\t' that cannot start any token",
         "expected spaces before the words, never tabs"),
        ("a: @x", "line 1, column 4", f"{SCANNING} '@' that cannot start any token",
         "expected texts that begin with a sign in quotes"),
        ("a: b: c", "line 1, column 5", "mapping values are not allowed here", NO_COLON),
        ("b: 1\na: 'x\n", "line 2, column 4", "while scanning a quoted scalar found unexpected end of stream",
         "expected a closing quote"),
        ("a: [1, 2", "line 1, column 9", "while parsing a flow sequence expected ',' or ']', but got '<stream end>'",
         "expected every bracket closed"),
        ("a: [1}", "line 1, column 6", "while parsing a flow sequence expected ',' or ']', but got '}'",
         "expected values with commas between them and every bracket closed by its like"),
        ("- a\nb: c", "line 2, column 1", "while parsing a block collection expected <block end>, but found '?'",
         "expected the same number of spaces before the words of one level"),
    ],
)  # fmt: skip
def test_what_is_no_yaml_has_a_place_and_advice(text: str, place: str, said: str, advice: str) -> None:
    assert outcome(read_yaml, text) == (None, [f": {place}: found no YAML here ({said}), {advice}"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "found an empty file, expected keys and values"),
        ("# nothing but a comment\n", "found an empty file, expected keys and values"),
        ("a: 1\n---\nb: 2", "line 2, column 1: found a second document, expected one in a file"),
        ("%YAML 1.1\n---\na: 1", "line 2, column 1: found a line that begins with %, expected none; take it out"),
        ("%TAG ! tag:x,2000:\n---\na: 1",
         "line 2, column 1: found a line that begins with %, expected none; take it out"),
        ("a: \x07", 'line 1, column 4: found the character "\\u0007", expected none that cannot be printed'),
        ("a: x\u2028b: y",
         'line 1, column 5: found "\\u2028", which not every reader takes for a line end; expected none'),
        ("[" * 100_000, "line 1, column 101: found brackets nested 101 deep, expected at most 100"),
        ("- " * 100_000, "line 1, column 203: found values nested 101 deep, expected at most 100"),
        ("{a: " * 50_000, "line 1, column 401: found brackets nested 101 deep, expected at most 100"),
        (b"\xef\xbb\xbfa: 1", "found a byte order mark at the start, expected UTF-8 without one; save the file without it"),
        (b"a: caf\xe9", "line 1, column 7: found the byte 0xe9, expected UTF-8; save the file as UTF-8"),
        (b"a: 1\n" * 60_000,
         "found 300,000 bytes, expected at most 262,144 (256 KiB); move long lists of values to a contact list"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_has_a_place_and_a_next_step(text: str | bytes, problem: str) -> None:
    assert outcome(read_yaml, text) == (None, [f": {problem}"])


def test_aliases_never_multiply() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{new}: &{new} [*{old}, *{old}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    value, problems = outcome(read_yaml, bomb)
    assert value == {"a": ["x", "x"]} | {key: [None, None] for key in "bcdefghi"}
    assert len(problems) == 9 + 16  # nine anchors, eight lines of two aliases


pieces = st.sampled_from(
    ["a", "0", "-", ": ", "- ", "\n", "\n  ", "[", "]", "{", "}", ",", "?", "&a ", "*a", "!", "!!int ", "|", ">", "'", '"',
     "\\u", "\\U", "\\x", "#", "%", "@", "`", "\t", "---", "...", "<<", "~", "\r", "é", "\x85", "\ufeff", "=", "F" * 8]
)  # fmt: skip


@UNHURRIED
@given(st.lists(pieces, max_size=25).map("".join))
def test_no_text_at_all_ends_in_a_traceback(text: str) -> None:
    problems = Problems()
    node = read_yaml(text.encode("utf-8"), "f", problems)
    assert node is not None or problems.found
    for problem in problems.found:
        assert str(problem).isprintable()
