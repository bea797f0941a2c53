"""Where texts stand in a JSON file, and one of them changed with everything around it left as it was."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jobs.syntax.json_places import replaced, text_places

TEXT = '{ "a":"x" ,\n\t"b": [1, "y\\"\\u00e9", {"a/b~": ["x"], "": {}}],"c":-1.5e3,"d":[],"e":null }\n'


def test_every_text_and_key_has_its_pointer_and_place() -> None:
    places = [(place.pointer, place.is_key, TEXT[place.start : place.end]) for place in text_places(TEXT)]
    assert places == [
        ("/a", True, '"a"'),
        ("/a", False, '"x"'),
        ("/b", True, '"b"'),
        ("/b/1", False, '"y\\"\\u00e9"'),
        ("/b/2/a~1b~0", True, '"a/b~"'),
        ("/b/2/a~1b~0/0", False, '"x"'),
        ("/b/2/", True, '""'),
        ("/c", True, '"c"'),
        ("/d", True, '"d"'),
        ("/e", True, '"e"'),
    ]


def test_what_is_not_changed_stays_as_it_was_written() -> None:
    changes = [
        (place, "ü") for place in text_places(TEXT) if place.pointer in ("/a", "/b/2/a~1b~0/0") and not place.is_key
    ]
    assert replaced(TEXT, changes) == (
        '{ "a":"ü" ,\n\t"b": [1, "y\\"\\u00e9", {"a/b~": ["ü"], "": {}}],"c":-1.5e3,"d":[],"e":null }\n'
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for inner in value for text in texts(inner)]
        case dict():
            return [text for key, inner in value.items() for text in (key, *texts(inner))]
        case _:
            return []


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_every_text_of_any_document_is_found_in_order(document: Any, indent: int | None, ascii_: bool) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_)
    assert [json.loads(text[place.start : place.end]) for place in text_places(text)] == texts(document)
