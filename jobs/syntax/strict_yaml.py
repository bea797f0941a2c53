"""The strict part of YAML 1.2 that the catalog and the settings are written in: JSON's data, in another spelling.

Scalars follow the 1.2 core schema, so `NO`, `12:30` and `2026-01-01` are texts; numbers become int or exact Decimal, never
float. Refused: what hides or repeats content (anchors, aliases, tags, directives, several documents), keys that are not
texts or are written twice, and numbers in a spelling that JSON does not have (`007`, `0x1F`, `.5`), because the next
reader may take them for something else. Text that is JSON is read as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jobs.syntax.nodes import Json, Node, Problems, escape, shown
from jobs.syntax.numbers import EXPECTED, NumberTooLong, exact, is_json_number
from jobs.syntax.strict_json import DEPTH_LIMIT, half_character, read_json_text, too_deep, twice, whole_characters
from jobs.syntax.strict_text import decode, position

_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
"""Plain scalars that are not texts (YAML 1.2.2, section 10.3.2)."""

_OTHER_NUMBER = re.compile(
    r"[-+]?(?:[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))"
    r"|\.(?:nan|NaN|NAN)"
)
"""What the core schema takes for a number beyond JSON's spellings (the same section), with a sign before all of them."""

_ADVICE = {
    "character '\\t'": "expected spaces before the words, never tabs",
    "cannot start any token": "expected texts that begin with a sign in quotes",
    "mapping values are not allowed here": "expected no colon here; is the line indented further than its neighbours, "
    "or does a text with a colon in it need quotes?",
    "could not find expected ':'": "expected a colon and a space behind the key",
    "found unexpected end of stream": "expected a closing quote",
    "unknown escape": "expected a backslash in double quotes only before the signs YAML knows",
    "'<stream end>'": "expected every bracket closed",
    "a flow": "expected values with commas between them and every bracket closed by its like",
    "but found": "expected the same number of spaces before the words of one level",
}
"""A piece of the parser's complaint -> what to do; the first that fits."""

_BREAKS = re.compile("[\x85\u2028\u2029]")
"""Line ends to some readers of YAML and not to others."""


def read_yaml(data: bytes, file: str, problems: Problems) -> Node | None:
    """The tree of a YAML file; None when it is no such YAML, and the reason stands in `problems`.

    As with JSON the tree still comes where single values are wrong, so that the other problems are found as well.
    """
    text = decode(data, file, problems)
    if text is None:
        return None
    if text.lstrip(" \t\r\n")[:1] in ("{", "["):
        as_json = Problems()
        node = read_json_text(text, file, as_json)
        if node is not None or too_deep(text) is not None:
            problems.found += as_json.found
            return node
    try:
        return Node(_Composer(text, file, problems).document(), file)
    except _Stop as stop:
        problems.add_file(file, stop.message)
        return None


class _Stop(Exception):
    """The text cannot be read on."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class _Composer:
    """Builds the tree from the parser's events, which come before anything is resolved, merged or expanded."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.events = _events(text)

    def document(self) -> Json:
        self._next("StreamStartEvent")
        start = next(self.events)
        if type(start).__name__ == "StreamEndEvent":
            raise _Stop("found an empty file, expected keys and values")
        if start.version is not None or start.tags:
            raise _Stop(f"{_place(start.start_mark)}: found a line that begins with %, expected none; take it out")
        tree = self._value(next(self.events), "", 0)
        self._next("DocumentEndEvent")
        after = next(self.events)
        if type(after).__name__ != "StreamEndEvent":
            raise _Stop(f"{_place(after.start_mark)}: found a second document, expected one in a file")
        return tree

    def _next(self, expected: str) -> None:
        event = next(self.events)
        assert type(event).__name__ == expected, f"ruamel.yaml gave {event} where it gives {expected}"

    def _value(self, event: Any, pointer: str, depth: int) -> Json:
        if depth > DEPTH_LIMIT:
            place = _place(event.start_mark)
            raise _Stop(f"{place}: found values nested {depth} deep, expected at most {DEPTH_LIMIT}")
        kind = type(event).__name__
        self._refuse_marks(event, kind, pointer)
        if kind == "ScalarEvent":
            return self._scalar(event, pointer)
        if kind == "SequenceStartEvent":
            return self._list(pointer, depth)
        if kind == "MappingStartEvent":
            return self._object(pointer, depth)
        assert kind == "AliasEvent"
        return None

    def _list(self, pointer: str, depth: int) -> Json:
        items: list[Json] = []
        for event in self.events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self._value(event, f"{pointer}/{len(items)}", depth + 1))
        return items

    def _object(self, pointer: str, depth: int) -> Json:
        tree: dict[str, Json] = {}
        times: dict[str, int] = {}
        for event in self.events:
            if type(event).__name__ == "MappingEndEvent":
                break
            key = self._key(event, pointer, depth)
            place = pointer if key is None else f"{pointer}/{escape(key)}"
            value = self._value(next(self.events), place, depth + 1)
            if key is not None:
                times[key] = times.get(key, 0) + 1
                tree.setdefault(key, value)
        for key, count in times.items():
            if count > 1:
                self._add(f"{pointer}/{escape(key)}", twice(key, count))
        return tree

    def _key(self, event: Any, pointer: str, depth: int) -> str | None:
        """The key as the text that is written, `true` and `12` too; None after a problem, where it cannot be one."""
        if type(event).__name__ != "ScalarEvent":
            self._value(event, pointer, depth + 1)
            self._add(
                pointer,
                f"{_place(event.start_mark)}: found a key that is a list, an object or an alias, expected a text",
            )
            return None
        if _is_plain(event) and not event.value:
            self._add(f"{pointer}/", "found no key before the colon, expected a text")
            return event.value
        self._refuse_marks(event, "ScalarEvent", f"{pointer}/{escape(whole_characters(event.value))}")
        return self._whole(event.value, f"{pointer}/{escape(whole_characters(event.value))}")

    def _scalar(self, event: Any, pointer: str) -> Json:
        text: str = event.value
        if not _is_plain(event):
            return self._whole(text, pointer)
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if is_json_number(text):
            return self._number(text, pointer)
        if _OTHER_NUMBER.fullmatch(text):
            self._add(
                pointer,
                f"found {shown(text)[1:-1]}, expected a number as JSON writes it, or {shown(text)} in quotes for a text",
            )
        return text

    def _number(self, text: str, pointer: str) -> Json:
        try:
            return exact(text)
        except NumberTooLong as error:
            self._add(pointer, f"found {shown(text)[1:-1]}, expected {EXPECTED}")
            return error.nearest

    def _whole(self, text: str, pointer: str) -> str:
        if message := half_character(text):
            self._add(pointer, message)
        return whole_characters(text)

    def _refuse_marks(self, event: Any, kind: str, pointer: str) -> None:
        """Anchors, aliases and tags; the value behind an anchor or a tag is read on as if it were not there."""
        place = _place(event.start_mark)
        if kind == "AliasEvent":
            self._add(
                pointer, f"{place}: found the alias {shown('*' + event.anchor)}, expected the value itself, written out"
            )
        elif event.anchor is not None:
            self._add(pointer, f"{place}: found the anchor {shown('&' + event.anchor)}, expected none; take it out")
        if kind != "AliasEvent" and event.tag is not None:
            self._add(pointer, f"{place}: found the tag {shown(str(event.tag))}, expected none; take it out")

    def _add(self, pointer: str, message: str) -> None:
        self.problems.add(Node(None, self.file, pointer), message)


def _is_plain(event: Any) -> bool:
    return bool(event.implicit[0])


def _events(text: str) -> Iterator[Any]:
    """ruamel.yaml's events, its complaints turned into ours."""
    odd_break = _BREAKS.search(text)
    if odd_break is not None:
        place = position(text, odd_break.start())
        raise _Stop(f"{place}: found {shown(odd_break[0])}, which not every reader takes for a line end; expected none")
    from ruamel.yaml import YAML  # a tenth of a second to import, and JSON catalogs need none of it
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    parser: Any = YAML(typ="safe", pure=True)
    try:
        yield from parser.parse(text)
    except ReaderError as error:
        raise _Stop(_unprintable(text, error)) from None
    except MarkedYAMLError as error:
        raise _Stop(_complaint(error)) from None
    except (YAMLError, ValueError, OverflowError) as error:  # the last two: escapes like "\\UFFFFFFFF"
        raise _Stop(f"found no YAML ({error}), expected YAML 1.2") from None


def _unprintable(text: str, error: Any) -> str:
    at: int = error.position
    return f"{position(text, at)}: found the character {shown(text[at])}, expected none that cannot be printed"


def _complaint(error: Any) -> str:
    complaint = f"{error.context or ''} {error.problem or ''}".strip()
    advice = next((words for piece, words in _ADVICE.items() if piece in complaint), "expected YAML 1.2")
    # Of an open quote the beginning helps, the end of the file does not.
    mark = error.context_mark if "end of stream" in complaint else error.problem_mark
    return f"{_place(mark or error.context_mark)}: found no YAML here ({complaint}), {advice}"


def _place(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"
