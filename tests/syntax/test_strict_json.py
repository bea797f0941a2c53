"""The JSON reader: exact numbers, pointers of every wrong thing, places and advice for what is no JSON."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.syntax.nodes import Json, Problems
from jobs.syntax.numbers import is_json_number
from jobs.syntax.strict_json import DEPTH_LIMIT, read_json
from jobs.syntax.strict_text import FILE_LIMIT
from tests.syntax.reading import UNHURRIED, outcome, tree

TOO_LONG = "expected a number below 1e40 with at most 40 digits"
JSON_NUMBER = "expected a number as JSON writes it: no + sign, no leading zero, a digit on both sides of the point"
NO_COMMA = "expected no comma before a closing bracket; take the comma out"
ESCAPES = 'expected one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u'


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0", 0),
        ("42", 42),
        ("-7", -7),
        ("9" * 40, 10**40 - 1),
        ("-" + "9" * 40, 1 - 10**40),
        ("9007199254740993", 9007199254740993),
        ("0.10", Decimal("0.10")),
        ("-0.0", Decimal("0.0")),
        ("1.0", Decimal("1.0")),
        ("0.1e1", Decimal(1)),
        ("1E2", Decimal(100)),
        ("1e39", Decimal(10) ** 39),
        ("1e-40", Decimal("1e-40")),
        ("0e999999999", Decimal(0)),
        ("0.000e-999999999", Decimal(0)),
        ("0." + "1" * 39, Decimal("0." + "1" * 39)),
        ("1e0000000000000000000000000000002", Decimal(100)),
    ],
)
def test_numbers_are_exact(text: str, number: int | Decimal) -> None:
    value = tree(read_json, f"[{text}]")
    assert value == [number]
    assert isinstance(value, list)
    assert type(value[0]) is type(number)
    assert not str(value[0]).startswith("-0")


def test_digits_are_kept_as_written() -> None:
    assert str(tree(read_json, "0.10")) == "0.10"
    assert str(tree(read_json, "1.00")) == "1.00"


@pytest.mark.parametrize(
    ("text", "found", "nearest"),
    [
        ("1e40", "1e40", Decimal(10**40 - 1)),
        ("-1e40", "-1e40", Decimal(1 - 10**40)),
        ("0.1e41", "0.1e41", Decimal(10**40 - 1)),
        ("1" + "0" * 40, "1" + "0" * 38 + "…", 10**40 - 1),
        ("-1" + "0" * 40, "-1" + "0" * 37 + "…", 1 - 10**40),
        ("0." + "1" * 40, "0." + "1" * 37 + "…", Decimal("0." + "1" * 40)),
        ("1e-41", "1e-41", Decimal(0)),
        ("1e999999999", "1e999999999", Decimal(10**40 - 1)),
        ("-1e-999999999", "-1e-999999999", Decimal(0)),
        ("1e" + "9" * 10_000, "1e" + "9" * 37 + "…", Decimal(10**40 - 1)),
        ("1e-" + "9" * 10_000, "1e-" + "9" * 36 + "…", Decimal(0)),
        ("9" * 100_000, "9" * 39 + "…", 10**40 - 1),
    ],
)
def test_numbers_beyond_the_limit_are_refused_before_any_arithmetic(
    text: str, found: str, nearest: int | Decimal
) -> None:
    value, problems = outcome(read_json, f'{{"a": [{text}]}}')
    assert problems == [f"/a/0: found {found}, {TOO_LONG}"]
    assert value == {"a": [nearest]}


@UNHURRIED
@given(st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,14})?([eE][+-]?[0-9])?", fullmatch=True))
def test_any_number_is_what_decimal_says(text: str) -> None:
    assert is_json_number(text)
    value = tree(read_json, text)
    assert value == Decimal(text)
    assert isinstance(value, int if text.lstrip("-").isdigit() else Decimal)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**39), 10**39) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@UNHURRIED
@given(json_values, st.booleans())
def test_what_was_written_is_read(value: Json, escaped: bool) -> None:
    assert tree(read_json, json.dumps(value, ensure_ascii=escaped)) == value


@pytest.mark.parametrize(
    ("text", "value", "problems"),
    [
        ('{"a": 1, "a": 2}', {"a": 1}, ['/a: found the key "a" twice in one object, expected it once; keep one of them']),
        ('{"a": 1, "a": 2, "a": 3}', {"a": 1},
         ['/a: found the key "a" 3 times in one object, expected it once; keep one of them']),
        ('[{"x/y~z": 1, "b": {"": 1, "": 1}, "x/y~z": 2}]', [{"x/y~z": 1, "b": {"": 1}}],
         ['/0/b/: found the key "" twice in one object, expected it once; keep one of them',
          '/0/x~1y~0z: found the key "x/y~z" twice in one object, expected it once; keep one of them']),
        ('{"a": {"c": 1, "c": 1}, "\\u0061": {"d": 1, "d": 1}}', {"a": {"c": 1}},
         ['/a/c: found the key "c" twice in one object, expected it once; keep one of them',
          '/a/d: found the key "d" twice in one object, expected it once; keep one of them',
          '/a: found the key "a" twice in one object, expected it once; keep one of them']),
        ('["\\ud800", "ok"]', ["\ufffd", "ok"], ["/0: found half a surrogate pair, \\ud800, expected whole characters"]),
        ('{"x\\uDFAA": "\\ude00\\ud83d"}', {"x\ufffd": "\ufffd\ufffd"},
         ["/x\ufffd: found half a surrogate pair, \\udfaa, expected whole characters",
          "/x\ufffd: found half a surrogate pair, \\ude00, expected whole characters"]),
        ('["\\ud83d\\ude00", "\\\\ud800"]', ["😀", "\\ud800"], []),
    ],
)  # fmt: skip
def test_every_wrong_value_has_its_pointer_and_the_rest_is_still_read(
    text: str, value: Json, problems: list[str]
) -> None:
    assert outcome(read_json, text) == (value, problems)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "found an empty file, expected a JSON object"),
        (" \n ", "found an empty file, expected a JSON object"),
        ('{"a": 1,}', f'line 1, column 9: found "}}", {NO_COMMA}'),
        ('{\n  "a": [1,\n  ]\n}', f'line 3, column 3: found "]", {NO_COMMA}'),
        ("[1,,2]", 'line 1, column 4: found ",", expected a value'),
        ("[NaN]", "line 1, column 2: found NaN, expected a number; JSON has no NaN and no Infinity"),
        ('{"NaN": "Infinity",\n "x": -Infinity}',
         "line 2, column 7: found -Infinity, expected a number; JSON has no NaN and no Infinity"),
        ("[True]", 'line 1, column 2: found "True", expected true'),
        ("[None]", 'line 1, column 2: found "None", expected null'),
        ("{'a': 1}", 'line 1, column 2: found "\'", expected double quotes, the plain ones'),
        ("{“a”: 1}", 'line 1, column 2: found "“", expected double quotes, the plain ones'),
        ('{"a": 1 // why\n}', 'line 1, column 9: found "/", expected no comment: JSON has none; use "description"'),
        ("{a: 1}", 'line 1, column 2: found "a", expected a key in double quotes'),
        ('{"a" 1}', 'line 1, column 6: found "1", expected a colon after the key'),
        ('{"a": }', 'line 1, column 7: found "}", expected a value'),
        ('{"a": 1', "line 1, column 8: found the end of the file, expected a comma or a closing bracket"),
        ("[1 2]", 'line 1, column 4: found "2", expected a comma or a closing bracket'),
        ("[1] x", 'line 1, column 5: found "x", expected the end of the file'),
        ("[01]", f'line 1, column 3: found "1", {JSON_NUMBER}'),
        ("[+1]", f'line 1, column 2: found "+1", {JSON_NUMBER}'),
        ("[.5]", f'line 1, column 2: found ".5", {JSON_NUMBER}'),
        ("[1.]", f'line 1, column 3: found ".", {JSON_NUMBER}'),
        ("[1e]", f'line 1, column 3: found "e", {JSON_NUMBER}'),
        ("[-]", f'line 1, column 2: found "-", {JSON_NUMBER}'),
        ('["abc', "line 1, column 2: found a text without its end, expected a closing double quote"),
        ('["a\nb"]',
         'line 1, column 4: found "\\u000a", expected it escaped, like \\n or \\t; or is the closing quote missing?'),
        ('["\\x"]', f'line 1, column 3: found "\\\\x", {ESCAPES}'),
        ('["\\u12"]', 'line 1, column 4: found "u12", expected four hexadecimal digits after \\u'),
        ('["日本", x]', 'line 1, column 8: found "x", expected a value'),
        ("[\u2060]", 'line 1, column 2: found "\\u2060", expected a value'),
        ("[" * 100_000, "line 1, column 101: found brackets nested 101 deep, expected at most 100"),
        ('{"a":' * 50_000, "line 1, column 501: found brackets nested 101 deep, expected at most 100"),
        (b"\xef\xbb\xbf{}", "found a byte order mark at the start, expected UTF-8 without one; save the file without it"),
        ("{}".encode("utf-16"), "found the byte order mark of UTF-16, expected UTF-8 without one; save the file as UTF-8"),
        (b'["ok",\n "caf\xe9"]', "line 2, column 6: found the byte 0xe9, expected UTF-8; save the file as UTF-8"),
        (b'["\xed\xa0\x80"]', "line 1, column 3: found the byte 0xed, expected UTF-8; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_json_has_a_place_and_a_next_step(text: str | bytes, problem: str) -> None:
    assert outcome(read_json, text) == (None, [f": {problem}"])


def test_brackets_in_texts_are_not_nesting() -> None:
    text = '[{\\"' * 1_000
    assert tree(read_json, f'{{"a": "{text}", "b": []}}') == {"a": '[{"' * 1_000, "b": []}


def test_brackets_are_counted_by_depth_not_by_number() -> None:
    assert tree(read_json, "[" + "[]," * 1_000 + "[]]") == [[] for _ in range(1_001)]
    assert outcome(read_json, "[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT)[1] == []


def test_a_file_may_have_256_kib_and_no_byte_more() -> None:
    fitting = b'"' + b"x" * (FILE_LIMIT - 2) + b'"'
    assert tree(read_json, fitting) == "x" * (FILE_LIMIT - 2)
    assert outcome(read_json, fitting + b" ") == (
        None,
        [": found 262,145 bytes, expected at most 262,144 (256 KiB); move long lists of values to a contact list"],
    )


def test_the_grammar_alone_takes_what_the_limits_refuse() -> None:
    problems = Problems()
    assert read_json(b'{"a": 1e400, "a": "\\ud800"}', "f", problems, limits=False) is not None
    assert problems.found == []
    assert read_json(b"[1,]", "f", problems, limits=False) is None
    assert len(problems.found) == 1


@UNHURRIED
@given(st.binary(max_size=60) | st.text('{}[]",:0123456789.eE+-tfn\\u \n', max_size=60).map(str.encode))
def test_no_bytes_at_all_end_in_a_traceback(data: bytes) -> None:
    problems = Problems()
    node = read_json(data, "f", problems)
    try:
        accepted = json.loads(data.decode("utf-8"))
    except ValueError:
        accepted = None
        assert node is None
    assert node is not None or problems.found
    if accepted is not None and node is None:
        assert "NaN" in problems.found[0].message
