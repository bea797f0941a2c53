"""Blocks of JSON Lines read at once, held against the same lines read one by one: the same rows, problems and refusals."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobs.catalog.values import FileNotes, json_lines, read_batches
from jobs.catalog.values.json_blocks import BlockReader
from jobs.catalog.values.json_rows import json_row
from jobs.catalog.values.layout import wanted
from jobs.errors import DataError
from tests.catalog.made import source

SOURCE, CATALOG = source(
    "kind: events\ncontact: who\ntime: at\nkey: id\ndelivery: changes\ngates: {missing_time_at_most: '100%'}\n"
    "columns: {id: {type: integer}, t: {type: text}, n: {type: integer}, d: {type: 'decimal(5,2)'}, b: {type: boolean},\n"
    "  f: {type: float}, k: {type: choices, values: [x, y]}, both: {type: integer},\n"
    "  again: {type: text, column: both}, v: {type: version}}\n"
)
LINE = (
    '{"who": "a", "at": "2026-11-01T10:00:00Z", "id": 1, "t": "x", "n": 5, "d": 1.25, "b": true, "f": 1.5, "k": ["x"], '
)
LINE += '"both": 7, "v": "1.2", "deleted": false, "unread": 1, "word": "w", "deep": {"a": [{"b": null}, {"c": 2}]}}'

NUMBERS = """
    0 -0 1 5 12 -7 1.0 1.5 1.25 1.230 1.20 -0.00 0.000 1e2 1E2 1.5e1 1.20e1 1e-2 1e-3 1000e-3 100e-1 1e400 1e-400 123 999.99
    1000 1000.00 9999.9 99999 9223372036854775807 9223372036854775808 -9223372036854775808 0.1 1e39 00 01 1. .5 +1 - 1e
    123456789012345678901234567890 12345678901234567890123456789012345678.5 NaN Infinity -Infinity 0x1 0e0 2.5e-308
    """
TEXTS = st.sampled_from(
    ['""', '"a"', '"x"', '"x|y"', '"5"', '"1.25"', '"true"', '"2026-11-01"', '"2026-11-01T10:00:00Z"', '"é"', '"\\u00e9"',
     '"\\u0078"', '"a\\nb"', '"a\\"b"', '"\\\\"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\udc00x"', '"\\u0000"', '"a\tb"',
     '"\\x"', '"{"', '"}{"', '"}\\n{"', '", \\"d\\": 1.230"', '"1.2.3"', '"\\/"', '"<\\u003e"']
)  # fmt: skip
OTHERS = st.sampled_from(
    ["null", "true", "false", "[]", '["x"]', '["x", "y"]', '["x", null]', '["x", 1]', '[""]', '["x|y"]', '[["x"]]', "{}",
     '{"a": 1}', '{"a": 1, "a": 2}', '{"a": 1, "\\u0061": 2}', '[{"a": 1, "a": 1}]', '{"d": 1.230}', "[1, 2.5]",
     "nul", "truee"]
)  # fmt: skip
VALUES = st.one_of(st.sampled_from(NUMBERS.split()), TEXTS, OTHERS)
KEYS = st.sampled_from(
    ['"who"', '"at"', '"id"', '"t"', '"n"', '"d"', '"\\u0064"', '"b"', '"f"', '"k"', '"both"', '"v"', '"deleted"',
     '"unread"', '"word"', '"new"', '""', '"\\u006E"', '"D"', '"\\ud800"']
)  # fmt: skip
SPACES = st.sampled_from(["", " ", "\t", "  ", "\r", "\x0b", "\n", "\x00"])
ODD_LINES = st.sampled_from(
    [b"", b"  ", b"\r", b"null", b"[]", b"1", b"{}", b"{} {}", b'{"n": 1}{"n": 2}', b'{"n": 1}null{"n": 2}', b'{"n":', b"2}",
     b'{"n": 1} x', b'\xef\xbb\xbf{"n": 1}', b'{"t": "\xff"}', b'{"\xff": 1}', b"}{", b"}", b"{", b"\x00", b'{"n": 1,}',
     b"\x0b"]
)  # fmt: skip


@st.composite
def changed_lines(draw: st.DrawFn) -> bytes:
    """An ordinary line in which some values, keys or blanks are others, some are gone and some are more."""
    pairs = [[f'"{name}"', " ", json.dumps(value)] for name, value in json.loads(LINE).items()]
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(pairs) - 1))
        match draw(st.integers(0, 4)):
            case 0 | 1:
                pairs[place][2] = draw(VALUES)
            case 2:
                pairs[place][1] = draw(SPACES)
            case 3 if len(pairs) > 1:
                del pairs[place]
            case _:
                pairs.insert(place, [draw(KEYS), " ", draw(VALUES)])
    return ("{" + ", ".join(f"{key}:{space}{value}" for key, space, value in pairs) + "}").encode(
        "utf-8", "surrogatepass"
    )


LINES = st.lists(st.one_of(st.just(LINE.encode()), changed_lines(), changed_lines(), ODD_LINES), min_size=1, max_size=8)


def outcome(data: bytes, worth_blocks: int, block: int = 1 << 22) -> Any:
    """The rows with their problems and what is told, or the refusal."""
    notes = FileNotes()
    sizes: dict[str, Any] = {"WORTH_BLOCKS": worth_blocks, "BLOCK": block, "PARTS": 3, "SAMPLE": 2}
    with mock.patch.multiple(json_lines, **sizes):
        try:
            batches = read_batches(SOURCE, CATALOG, "s.jsonl", "jsonl", "UTC", BytesIO(data), notes)
            rows = [row for batch in batches for row in batch.to_pylist()]
        except DataError as error:
            return str(error)
    return repr(rows), notes.remarks  # -0.0 is not 0.0


ONE_BY_ONE = 1 << 40


def same(at_once: Any, one_by_one: Any) -> None:
    """Half a surrogate pair shows once a column is made: of two faults of a file either may be told then."""
    if "surrogate" in f"{at_once}{one_by_one}":
        assert isinstance(at_once, str) == isinstance(one_by_one, str)
    else:
        assert at_once == one_by_one


@settings(max_examples=600, deadline=None)
@given(LINES, st.sampled_from([b"\n", b"\r\n"]), st.sampled_from([40, 700, 1 << 22]), st.booleans())
@example([LINE.encode(), LINE.replace("1.25", "1.230").encode()], b"\n", 1 << 22, True)
@example([LINE.encode(), LINE.replace('"d": 1.25', '"\\u0064": 1.230').encode()], b"\n", 1 << 22, True)
@example([LINE.encode(), LINE.replace('"both": 7', '"both": -0').encode()], b"\n", 1 << 22, True)
@example([LINE.encode(), b'{"n":', b'2}{"n": 3}'], b"\n", 1 << 22, True)
@example([LINE.encode(), b'{"n": 1}null{"n": 2}'], b"\n", 1 << 22, False)
def test_blocks_are_read_as_their_lines_are(lines: list[bytes], end: bytes, block: int, ended: bool) -> None:
    data = end.join(lines) + (end if ended else b"")
    same(outcome(data, 0, block), outcome(data, ONE_BY_ONE))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_blocks_with_broken_bytes_are_read_as_their_lines_are(data: st.DataObject) -> None:
    """Bytes of ordinary lines that are taken out, put in or changed; none makes a reader crash."""
    written = bytearray(f"{LINE}\n{LINE}\n{LINE}\n".encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(written) - 1))
        more = data.draw(
            st.sampled_from([b"", b"}", b"{", b'"', b"\n", b",", b":", b"\\", b"\x00", b"\xff", b"null", b"[", b"9"])
        )
        written[place : place + data.draw(st.integers(0, 2))] = more
    same(outcome(bytes(written), 0), outcome(bytes(written), ONE_BY_ONE))


def read_at_once(*lines: str) -> int | None:
    """How many rows a block gives that follows an ordinary line."""
    reader = BlockReader(SOURCE, wanted(SOURCE))
    reader.learn([json_row("", 1, LINE.encode())])
    block = reader.read("".join(f"{line}\n" for line in (LINE, *lines)).encode())
    return None if block is None else block.rows


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        LINE + "\r",
        "{}",
        LINE.replace("1.25", "-999.9"),
        LINE.replace("1.25", "null"),
        LINE.replace('"x"', '"\\u00e9 \\" \\n"'),
        LINE.replace('"deep": {', '"deep": {"c": 5, '),
        LINE.replace('["x"]', '["x", "y", null]'),
        LINE.replace(", ", ",").replace(": ", " :"),
    ],
)
def test_an_ordinary_line_is_read_with_others_at_once(line: str) -> None:
    assert read_at_once(line) == 2


@pytest.mark.parametrize(
    "line",
    [
        LINE.replace("1.25", "1.230"),
        LINE.replace("1.25", "1e1"),
        LINE.replace("1.25", "1000"),
        LINE.replace('"d": 1.25', '"\\u0064": 1.25'),
        LINE.replace('"n": 5', '"n": 5.0'),
        LINE.replace('"n": 5', '"n": "5"'),
        LINE.replace('"n": 5', '"n": 5, "n": 5'),
        LINE.replace('"n": 5', '"n": 5, "\\u006e": 5'),
        LINE.replace('"a": [', '"a": [], "a": ['),
        LINE.replace('"both": 7', '"both": -0'),
        LINE + " ",
        " " + LINE,
        LINE + LINE,
        LINE.replace("1.5", "NaN"),
        LINE.replace("1.5", "1e400"),
        LINE.replace('"x"', '"\\ud800"'),
        LINE[:-1],
        "",
    ],
)
def test_a_line_that_is_not_sure_is_left_to_the_strict_reader(line: str) -> None:
    assert read_at_once(line) is None


def test_a_file_of_many_blocks_has_one_odd_row_read_strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a duplicate behind it is named by its line."""
    lines = [LINE.replace('"id": 1', f'"id": {number}') for number in range(3000)]
    lines[2000] = lines[2000].replace("1.25", "1.230")
    monkeypatch.setattr(json_lines, "BLOCK", 1 << 18)
    data = "\n".join(lines).encode()
    batches = list(read_batches(SOURCE, CATALOG, "s.jsonl", "jsonl", "UTC", BytesIO(data)))
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert [row["id"] for row in rows] == list(range(3000))
    assert {row["id"]: row["_problems"] for row in rows if row["_problems"]} == {2000: ["d: not a decimal(5,2)"]}
    lines[2500] = lines[2500].replace('"t"', '"t": null, "t"')
    with pytest.raises(DataError, match=r"s\.jsonl: line 2501: found a key twice, expected each once"):
        list(read_batches(SOURCE, CATALOG, "s.jsonl", "jsonl", "UTC", BytesIO("\n".join(lines).encode())))
