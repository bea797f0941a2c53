"""JSON laid out for people: it reads back as it was, and no line is longer than it has to be."""

from __future__ import annotations

import json
from decimal import Decimal

from jobs.syntax.json_layout import WIDTH, laid_out, one_line


def test_what_fits_stands_on_one_line_and_decimals_stay_as_they_were_written() -> None:
    assert (
        one_line({"a": [1, Decimal("2.50"), True, None, "é"], "b": {}}) == '{"a": [1, 2.50, true, null, "é"], "b": {}}'
    )


def test_the_outermost_object_is_broken_up_and_long_lists_fill_their_lines() -> None:
    contacts = [{"contact_id": f"somebody_{number}"} for number in range(10)]
    text = laid_out({"id": "x", "data": {"contacts": contacts}, "members": ["a", "b"]})
    assert text.startswith(
        '{\n  "id": "x",\n  "data": {\n    "contacts": [\n      {"contact_id": "somebody_0"}, {"contact'
    )
    assert text.endswith('    ]\n  },\n  "members": ["a", "b"]\n}\n')
    assert max(map(len, text.splitlines())) < WIDTH
    assert len(text.splitlines()) == 12
    assert json.loads(text) == {"id": "x", "data": {"contacts": contacts}, "members": ["a", "b"]}


def test_long_elements_have_a_line_each_and_are_broken_up_where_one_is_not_enough() -> None:
    words = ["a" * 60, "b" * 50]
    long = {"event": "order", "where": {"attribute": "channel", "in": words}}
    assert laid_out({"all": [long, {"segment": "x"}]}).splitlines() == [
        "{",
        '  "all": [',
        "    {",
        '      "event": "order",',
        '      "where": {',
        '        "attribute": "channel",',
        '        "in": [',
        f'          "{words[0]}",',
        f'          "{words[1]}"',
        "        ]",
        "      }",
        "    },",
        '    {"segment": "x"}',
        "  ]",
        "}",
    ]
