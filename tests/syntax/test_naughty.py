"""Texts that try to rewrite the message they stand in, to start something, or to be taken for something else."""

from __future__ import annotations

import json

import pytest

from jobs.errors import Problem, visible
from jobs.syntax.durations import read_duration
from jobs.syntax.literals import read_date, read_moment, read_number, read_text, read_version
from jobs.syntax.nodes import Node, Problems, escape, shown
from jobs.syntax.spelling import did_you_mean, is_id
from jobs.syntax.strict_json import read_json
from jobs.syntax.strict_yaml import read_yaml
from jobs.syntax.zones import read_zone_name

NAUGHTY = [
    # marks that turn, hide or move what stands beside them
    "\u202egnp.exe", "\u2066\u2069", "\u200f", "\u061c", "\ufeff", "\u200b", "\u00ad", "\U000e0001", "\ufffe", "\ue000",
    "\x00", "\x1b[2J\x1b]0;owned\x07", "\r\nINFO fine", "a\u2028b\u2029c", "\x85", "\x7f",
    # words that some program would run, fill in or draw
    "${jndi:ldap://x/a}", "{{ conf }}", "{% raw %}", "%s%n%d", "[bold red]x[/]", "<script>alert(1)</script>", "`id`",
    "'; DROP TABLE contacts; --", "../../etc/passwd", "$(touch x)", "=1+1", "\\", '"', "\\u202e", "",
    # ordinary for somebody, and what looks like a number or nothing
    "Ω≈ç√∫", "田中さん", "الفلسطينية", "👩‍👩‍👧", "Z̮̞̠͙͔ͅA̶L̷G̶O̶", "Ṱ̺̺̕o͞", "İ", "ﬀ", "undefined", "NULL", "1/0", "0x0", "１２３", "１d",
]  # fmt: skip

READERS = [read_duration, read_date, read_moment, read_number, read_version, read_zone_name]


@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_a_value_keeps_its_characters_and_a_message_shows_none_that_acts(text: str) -> None:
    problems = Problems()
    for read, written in ((read_json, json.dumps({text: text})), (read_yaml, json.dumps({text: text}))):
        node = read(written.encode("utf-8"), "f", problems)
        assert node is not None
        assert node.value == {text: text}
        assert node.child(text).pointer == f"/{escape(text)}"
        assert str(Problem("f", node.child(text).pointer, f"found {node.child(text).found()}")).isprintable()
    assert problems.found == []
    assert shown(text).isprintable()
    assert did_you_mean("zzzzzzzz", [text]).isprintable()
    assert read_text(text) == text
    assert not is_id(text) or text == "undefined"


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_no_literal_takes_them_and_none_repeats_them_raw(read: type, text: str) -> None:
    with pytest.raises(ValueError, match="found") as refused:
        read(text)
    assert str(refused.value).isprintable()
    assert "invalid literal" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plain", '"plain"'),
        ("\u202egnp", '"\\u202egnp"'),
        ("a\nb\t\x1b", '"a\\u000ab\\u0009\\u001b"'),
        ("\U000e0001", '"\\U000e0001"'),
        ('say "x" \\ y', '"say \\"x\\" \\\\ y"'),
        ("\\u202e", '"\\\\u202e"'),
        ("x" * 40, '"' + "x" * 40 + '"'),
        ("x" * 41, '"' + "x" * 39 + '…"'),
        ("\ud800", '"\\ud800"'),
        ("naïve 日本 😀", '"naïve 日本 😀"'),
    ],
)
def test_a_shown_text_is_cut_and_escaped(text: str, message: str) -> None:
    assert shown(text) == message


def test_pointers_stay_exact_for_programs_and_are_escaped_for_people() -> None:
    node = Node({"a\u202eb": {"~/": [5]}}, "f.json").child("a\u202eb").child("~/").child(0)
    assert node.pointer == "/a\u202eb/~0~1/0"
    problems = Problems()
    problems.add(node, "found 5")
    assert problems.found[0].pointer == "/a\u202eb/~0~1/0"
    assert str(problems.found[0]) == "f.json#/a\\u202eb/~0~1/0: found 5"


def test_visible_leaves_ordinary_text_alone() -> None:
    assert visible("Größe: 5 €, “ok”") == "Größe: 5 €, “ok”"
    assert visible("a\nb") == "a\\u000ab"
